"""HighSMS (HighConnexion): what the shape asks of a dialect, gathered."""

from chappe.dialects.highsms.files import FILES
from chappe.dialects.highsms.read import READERS, identify
from chappe.dialects.highsms.tables import LIMITS, NAME, REASONS, ROUTES, STATUS, UNDEVELOPED
from chappe.dialects.highsms.tell import next_try, replies_to, tell, was_heard
from chappe.dialects.highsms.write import WRITERS, write_refused

__all__ = [
    "FILES",
    "LIMITS",
    "NAME",
    "READERS",
    "REASONS",
    "ROUTES",
    "STATUS",
    "UNDEVELOPED",
    "WRITERS",
    "identify",
    "next_try",
    "replies_to",
    "tell",
    "was_heard",
    "write_refused",
]
