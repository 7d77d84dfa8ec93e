"""Chappe: one SMS platform behind the HTTP APIs of two French providers, of five planned."""

__version__ = "0.1.0"
