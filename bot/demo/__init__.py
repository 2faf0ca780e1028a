"""The demo: a local homeserver, the real bot, and officers with clients of their own."""
