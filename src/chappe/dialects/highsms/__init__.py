"""HighSMS (HighConnexion): what the shape asks of a dialect, gathered."""

from chappe.dialects.highsms.actions import ACTIONS
from chappe.dialects.highsms.files import FILES
from chappe.dialects.highsms.read import identify
from chappe.dialects.highsms.read.tells import replies_to
from chappe.dialects.highsms.repeated import REPEATED
from chappe.dialects.highsms.sample import SAMPLE
from chappe.dialects.highsms.settings import SETTINGS
from chappe.dialects.highsms.tables.limits import LIMITS
from chappe.dialects.highsms.tables.paths import CHOICE, NAME, ROUTES, UNDEVELOPED
from chappe.dialects.highsms.tables.refusals import ERRORS, REFUSALS
from chappe.dialects.highsms.tables.statuses import STATUS
from chappe.dialects.highsms.tell import next_try, tell, was_heard
from chappe.dialects.highsms.write.refused import write_refused

__all__ = [
    "ACTIONS",
    "CHOICE",
    "ERRORS",
    "FILES",
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
