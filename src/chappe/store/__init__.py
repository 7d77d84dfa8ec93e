"""Remembering: the only room with SQL."""
