"""Chappe: one SMS platform behind the HTTP APIs of five providers.

They are HighSMS, Octopush, sMsmode, iSendPro and SMSFactor.
"""

__version__ = "0.1.0"
