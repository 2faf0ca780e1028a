"""Frozen values and rules: no input or output, no clock, no async."""
