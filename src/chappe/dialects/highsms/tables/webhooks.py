"""What is told, by which word, and how often it is tried.

In: nothing. Out: data.
"""

from collections.abc import Mapping
from typing import Final

from chappe.words.clock import HOUR
from chappe.words.lifecycle import Event, Reason

KINDS: Final = ("MT", "DLR", "MO", "CLICK")

MT_WORDS: Mapping[int, str] = {13: "ERROR_INVOP", 15: "ERROR_NOCREDIT"}
DLR_WORDS: Mapping[int, str] = {
    6: "RECEIVED",
    11: "ERROR_NPAI",
    12: "ERROR_EXPIRED",
    13: "ERROR_INVOP",
    14: "ERROR_NETWORK",
    15: "ERROR_CREDIT",
    25: "ERROR_NPAIPORTED",
}
OTHER_ERROR: Final = "ERROR_UNKNOWN"
BLACKLISTED: Final = "ERROR_BLACKLIST"
BLACKLISTS: Final = frozenset({Reason.opted_out, Reason.blacklisted})

# What a customer may hear of, by the kinds of the webhook and by the deprecated calls.
KIND_EVENTS: Mapping[str, Event] = {
    "MT": Event.created | Event.sent | Event.final,
    "DLR": Event.final | Event.silent | Event.late,
    "MO": Event.reply,
    "CLICK": Event.click,
}
CALL_EVENTS: Final = Event.sent | Event.final | Event.silent | Event.late
UNTOLD_CODES: Final = frozenset({1, 3})

# Where an account wants its statuses in batches: one every so many minutes.
DEFERRED_M: Final = 15

RETRY_FOR: Final = 24 * HOUR
REFUSED_TRIES: Final = 3
PASSING_4XX: Final = frozenset({408, 429})
