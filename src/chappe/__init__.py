"""Chappe: one SMS platform behind the HTTP APIs of HighSMS, Octopush, iSendPro and SMSFactor."""

__version__ = "0.1.0"
