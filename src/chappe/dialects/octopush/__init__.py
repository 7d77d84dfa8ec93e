"""Octopush: what the shape asks of a dialect, gathered."""

from chappe.dialects.octopush.actions import ACTIONS
from chappe.dialects.octopush.read import identify
from chappe.dialects.octopush.read.terms import replies_to
from chappe.dialects.octopush.repeated import REPEATED
from chappe.dialects.octopush.sample import SAMPLE
from chappe.dialects.octopush.settings import SETTINGS
from chappe.dialects.octopush.tables import (
    CHOICE,
    ERRORS,
    LIMITS,
    NAME,
    REFUSALS,
    ROUTES,
    STATUS,
    UNDEVELOPED,
)
from chappe.dialects.octopush.tell import next_try, tell, was_heard
from chappe.dialects.octopush.write import write_refused

__all__ = [
    "ACTIONS",
    "CHOICE",
    "ERRORS",
    "LIMITS",
    "NAME",
    "REFUSALS",
    "REPEATED",
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
