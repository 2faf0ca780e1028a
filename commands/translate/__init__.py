"""`translate`: translations on demand, and whether a room is translated for."""
