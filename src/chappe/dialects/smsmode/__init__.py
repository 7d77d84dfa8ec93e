"""sMsmode: what the shape asks of a dialect, gathered."""

from chappe.dialects.smsmode.actions import ACTIONS
from chappe.dialects.smsmode.read import identify
from chappe.dialects.smsmode.read.terms import replies_to
from chappe.dialects.smsmode.repeated import REPEATED
from chappe.dialects.smsmode.sample import SAMPLE
from chappe.dialects.smsmode.settings import SETTINGS
from chappe.dialects.smsmode.tables.errors import ERRORS, REFUSALS
from chappe.dialects.smsmode.tables.paths import CHOICE, LIMITS, NAME, ROUTES, UNDEVELOPED
from chappe.dialects.smsmode.tables.statuses import STATUS
from chappe.dialects.smsmode.tell import confirm_stop, next_try, tell, was_heard
from chappe.dialects.smsmode.write.refused import write_refused

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
    "confirm_stop",
    "identify",
    "next_try",
    "replies_to",
    "tell",
    "was_heard",
    "write_refused",
]
