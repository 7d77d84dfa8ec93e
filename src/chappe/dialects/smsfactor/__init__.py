"""SMSFactor: what the shape asks of a dialect, gathered."""

from chappe.dialects.smsfactor.pages import PAGES
from chappe.dialects.smsfactor.read import READERS, counted, identify
from chappe.dialects.smsfactor.tables import LIMITS, NAME, REASONS, ROUTES, STATUS, UNDEVELOPED
from chappe.dialects.smsfactor.tell import TOGETHER, next_try, replies_to, tell, was_heard
from chappe.dialects.smsfactor.write import WRITERS, write_refused

__all__ = [
    "LIMITS",
    "NAME",
    "PAGES",
    "READERS",
    "REASONS",
    "ROUTES",
    "STATUS",
    "TOGETHER",
    "UNDEVELOPED",
    "WRITERS",
    "counted",
    "identify",
    "next_try",
    "replies_to",
    "tell",
    "was_heard",
    "write_refused",
]
