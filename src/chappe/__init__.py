"""Chappe: one SMS platform behind the HTTP APIs of HighSMS and SMSFactor."""

__version__ = "0.1.0"
