"""Attacks on shifts, handovers and check-ins."""
