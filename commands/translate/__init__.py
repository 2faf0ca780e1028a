"""`translate`: one module for each group of its verbs."""
