"""SMSFactor: what the shape asks of a dialect, gathered."""

from chappe.dialects.smsfactor.actions import ACTIONS
from chappe.dialects.smsfactor.pages import PAGES
from chappe.dialects.smsfactor.read import identify
from chappe.dialects.smsfactor.read.letter import replies_to
from chappe.dialects.smsfactor.repeated import REPEATED
from chappe.dialects.smsfactor.sample import SAMPLE
from chappe.dialects.smsfactor.settings import SETTINGS
from chappe.dialects.smsfactor.tables import (
    CHOICE,
    ERRORS,
    LIMITS,
    NAME,
    REFUSALS,
    ROUTES,
    STATUS,
    UNDEVELOPED,
)
from chappe.dialects.smsfactor.tell import TOGETHER, next_try, tell, was_heard
from chappe.dialects.smsfactor.write import write_refused

__all__ = [
    "ACTIONS",
    "CHOICE",
    "ERRORS",
    "LIMITS",
    "NAME",
    "PAGES",
    "REFUSALS",
    "REPEATED",
    "ROUTES",
    "SAMPLE",
    "SETTINGS",
    "STATUS",
    "TOGETHER",
    "UNDEVELOPED",
    "identify",
    "next_try",
    "replies_to",
    "tell",
    "was_heard",
    "write_refused",
]
