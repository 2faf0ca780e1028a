"""Liaison: a Matrix bot for multi-national task forces."""

__version__ = "0.1.0"
