"""Chappe: one SMS platform behind the HTTP APIs of HighSMS, Octopush and SMSFactor."""

__version__ = "0.1.0"
