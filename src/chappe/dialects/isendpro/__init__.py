"""iSendPro: what the shape asks of a dialect, gathered."""

from chappe.dialects.isendpro.actions import ACTIONS
from chappe.dialects.isendpro.read import identify
from chappe.dialects.isendpro.read.terms import replies_to
from chappe.dialects.isendpro.repeated import REPEATED
from chappe.dialects.isendpro.sample import SAMPLE
from chappe.dialects.isendpro.settings import SETTINGS
from chappe.dialects.isendpro.tables.errors import ERRORS, REFUSALS
from chappe.dialects.isendpro.tables.paths import CHOICE, LIMITS, NAME, ROUTES, UNDEVELOPED
from chappe.dialects.isendpro.tables.statuses import STATUS
from chappe.dialects.isendpro.tell import next_try, tell, was_heard
from chappe.dialects.isendpro.write.refused import write_refused

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
