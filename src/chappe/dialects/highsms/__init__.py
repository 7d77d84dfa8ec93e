"""HighSMS (HighConnexion): what the shape asks of a dialect, gathered."""

from chappe.dialects.highsms.actions import ACTIONS
from chappe.dialects.highsms.files import FILES
from chappe.dialects.highsms.read import identify
from chappe.dialects.highsms.sample import SAMPLE
from chappe.dialects.highsms.settings import SETTINGS
from chappe.dialects.highsms.tables import (
    CHOICE,
    ERRORS,
    LIMITS,
    NAME,
    REFUSALS,
    ROUTES,
    STATUS,
    UNDEVELOPED,
)
from chappe.dialects.highsms.tell import next_try, replies_to, tell, was_heard
from chappe.dialects.highsms.write import write_refused

__all__ = [
    "ACTIONS",
    "CHOICE",
    "ERRORS",
    "FILES",
    "LIMITS",
    "NAME",
    "REFUSALS",
    "ROUTES",
    "SAMPLE",
    "SETTINGS",
    "STATUS",
    "UNDEVELOPED",
    "identify",
    "next_try",
    "replies_to",
    "tell",
    "was_heard",
    "write_refused",
]
