"""The catalogues: LANG/LC_MESSAGES/liaison.po, read at start."""
