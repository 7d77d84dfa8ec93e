"""Chappe: one SMS platform behind the HTTP APIs of five French providers."""

__version__ = "0.1.0"
