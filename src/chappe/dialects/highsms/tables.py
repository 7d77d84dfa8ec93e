"""The tables of HighSMS: paths, statuses, refusals, limits, routes, letters.

In: nothing. Out: data. Promise: STATUS has a row for every state and reason, REASONS for every
trouble, and a row of REASONS stands before those that are worded only in its absence.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final, NamedTuple
from xml.parsers import expat

from chappe.words import gsm7
from chappe.words.answer import Trouble
from chappe.words.clock import HOUR, MINUTE, SECOND
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.order import Channel

NAME: str = "highsms"

# --- paths ---

SUBMIT: Final = "submit"  # the legacy door, which knows five forms
CAMPAIGN: Final = "campaign"
CAMPAIGN_STATUS: Final = "campaign_status"
CONTACT_LIST: Final = "contact_list"

_CONTACT_LISTS: Final = (
    "create_list",
    "add_contacts",
    "get_lists",
    "delete_contacts",
    "delete_list",
    "prepare_push",
    "send_push",
    "stat_push",
    "cancel_push",
    "concat_lists",
)

ROUTES: Mapping[tuple[str, str], str] = {
    ("GET", "/api"): SUBMIT,
    ("POST", "/api"): SUBMIT,
    ("POST", "/campaign"): CAMPAIGN,
    ("GET", "/campaign/status"): CAMPAIGN_STATUS,
    **{
        (method, f"/contact_list/{name}"): CONTACT_LIST
        for name in _CONTACT_LISTS
        for method in ("GET", "POST")
    },
}

# What the document lists and calls not developed: `identify` turns it away.
UNDEVELOPED: frozenset[str] = frozenset({CONTACT_LIST})

# The REST doors answer JSON whatever the account prefers.
REST: Final = frozenset({CAMPAIGN, CAMPAIGN_STATUS, CONTACT_LIST})

# --- limits ---

LIMITS: Mapping[str, int] = {
    "recipients": 10_000,
    "parts": 255,  # what a concatenation header can count
    "nb_sms": 10,
    "sender": 11,
    "field": 1_000,
    "url": 4_000,
    "given": 64,
    "depth": 32,
    "values": 2_000_000,  # of a JSON document: each takes many times its size in memory
}

# --- statuses ---


class Status(NamedTuple):
    """How a message stands: annex 9.6's code and word, the word of the reports, why it went
    wrong, and the counter of a campaign's summary that it adds to."""

    code: int
    word: str
    shown: str
    error: str | None
    counter: str


_NOT_SENT = Status(1, "NOT_SENT", "NOT_SENT", None, "waiting")
_CANCELLED = Status(1, "NOT_SENT", "NOT_SENT", None, "other")
_UNREACHED = Status(2, "ERROR", "ERROR", "UNKNOWN", "other")
_QUEUE = Status(3, "QUEUE", "QUEUE", None, "waiting")
_SENT = Status(4, "SENT", "SENT", None, "waiting")
_RECEIVED = Status(6, "RECEIVED", "RECEIVED", None, "received")
_NPAI = Status(11, "ERROR_NPAI", "ERROR", "NPAI", "npai")
_EXPIRED = Status(12, "ERROR_EXPIRED", "ERROR", "EXPIRED", "expired")
_INVOP = Status(13, "ERROR_INVOP", "ERROR", "INVOP", "other")
_NETWORK = Status(14, "ERROR_NETWORK", "ERROR", "NETWORK", "net_error")
_CREDIT = Status(15, "ERROR_CREDIT", "ERROR", "UNKNOWN", "other")
_UNKNOWN = Status(16, "ERROR_UNKNOWN", "ERROR", "UNKNOWN", "other")
_TOO_LONG = Status(16, "ERROR_UNKNOWN", "ERROR", "TOO_LONG", "other")
_BLOCKED = Status(23, "ERROR_BLOCKED", "ERROR", "BLOCKED", "other")
_PORTED = Status(25, "ERROR_NPAIPORTED", "ERROR", "NPAI", "npai")

_BY_STATE: dict[State, Status] = {
    State.scheduled: _NOT_SENT,
    State.queued: _NOT_SENT,
    State.sending: _QUEUE,
    State.sent: _SENT,
    State.delivered: _RECEIVED,
    State.expired: _EXPIRED,
    State.cancelled: _CANCELLED,
}

# In doubt: it may not have come through to the operator. Anything else was reported by him.
_UNSETTLED: dict[Reason, Status] = {
    Reason.none: _QUEUE,
    Reason.in_doubt: _QUEUE,
    Reason.silent: _EXPIRED,
    Reason.validity: _EXPIRED,
}

_BY_REASON: dict[Reason, Status] = {
    Reason.none: _UNKNOWN,
    Reason.bad_number: _INVOP,
    Reason.not_served: _INVOP,
    Reason.no_route: _UNREACHED,
    Reason.too_long: _TOO_LONG,
    Reason.opted_out: _UNKNOWN,
    Reason.no_credit: _CREDIT,
    Reason.fault: _UNREACHED,
    Reason.in_doubt: _UNKNOWN,
    Reason.silent: _EXPIRED,
    Reason.buffered: _UNKNOWN,
    Reason.npai: _NPAI,
    Reason.ported: _PORTED,
    Reason.invalid_operator: _INVOP,
    Reason.network: _NETWORK,
    Reason.operator_credit: _CREDIT,
    Reason.unrecognised: _UNKNOWN,
    Reason.validity: _EXPIRED,
    Reason.absent: _EXPIRED,
    Reason.memory_full: _UNKNOWN,
    Reason.barred: _BLOCKED,
    Reason.blocked: _BLOCKED,
    Reason.content: _UNKNOWN,
    Reason.blacklisted: _UNKNOWN,
    Reason.unknown_network: _INVOP,
    Reason.deleted: _UNKNOWN,
    Reason.rejected: _UNKNOWN,
    Reason.form: _UNKNOWN,
    Reason.throttled: _NETWORK,
    Reason.congested: _NETWORK,
    Reason.busy: _UNKNOWN,
    Reason.no_answer: _UNKNOWN,
    Reason.out_of_service: _NPAI,
    Reason.ringing: _UNKNOWN,
    Reason.hung_up: _UNKNOWN,
    Reason.machine: _UNKNOWN,
    Reason.heard: _UNKNOWN,
}


def _status(state: State, reason: Reason) -> Status:
    if state is State.unknown:
        return _UNSETTLED.get(reason, _SENT)
    return _BY_STATE.get(state) or _BY_REASON[reason]


STATUS: Mapping[tuple[State, Reason], Status] = {
    (state, reason): _status(state, reason)
    for state in State
    if state is not State.new
    for reason in Reason
}

# --- webhooks ---

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

# How long to wait before each further try; the last is repeated until RETRY_FOR is over.
PAUSES: Final = (
    10 * SECOND,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    4 * HOUR,
)
RETRY_FOR: Final = 24 * HOUR
REFUSED_TRIES: Final = 3
PASSING_4XX: Final = frozenset({408, 429})

# --- refusals ---


class Word(NamedTuple):
    """A refusal's word, its HTTP status, and what the TEXT form says where that differs."""

    word: str
    status: int = 200
    text: str = ""


_PASSWORD = Word("ERROR_BADPASSWORD", text="BAD PASSWORD")
_NOT_NOW = Word("ERROR_UNKNOWN", 503)
_OTHER = Word("ERROR_UNKNOWN")
_MISSING = Word("ERROR_MISSING_PARAM")

REASONS: Mapping[Trouble, Word] = {
    Trouble.not_now: _NOT_NOW,
    Trouble.fault: _NOT_NOW,
    Trouble.draining: _NOT_NOW,
    Trouble.wrong_method: Word("ERROR_UNKNOWN", 405),
    Trouble.unknown_action: Word("ERROR_UNKNOWN", 404),
    Trouble.malformed_xml: Word("ERROR_PARSING_XML"),
    Trouble.malformed_json: Word("ERROR_PARSING_JSON"),
    Trouble.no_credentials: _PASSWORD,
    Trouble.bad_credentials: _PASSWORD,
    Trouble.account_closed: _PASSWORD,
    Trouble.account_pending: _OTHER,
    Trouble.account_suspended: _OTHER,
    Trouble.bad_address: Word("ERROR_IP"),
    Trouble.bad_signature: Word("Error has occurred : Hmac non valide"),
    Trouble.too_often: _NOT_NOW,
    Trouble.queue_full: _NOT_NOW,
    Trouble.unsupported: _OTHER,
    Trouble.missing: _MISSING,
    Trouble.no_recipient: _MISSING,
    Trouble.too_many: Word("ERROR_TOO_MANY_TO"),
    Trouble.bad_route: Word("ERROR_ROUTE"),
    Trouble.bad_date: Word("ERROR_DATE"),
    Trouble.outside_hours: Word("ERROR_DATE"),
    Trouble.bad_sender: Word("ERROR_SENDER"),
    Trouble.sender_not_allowed: Word("ERROR_SENDER"),
    Trouble.bad_binary: Word("ERROR_BINARY"),
    Trouble.bad_url: Word("ERROR_URL"),
    Trouble.no_stop: Word("ERROR_STOP"),
    Trouble.bad_value: _OTHER,
    Trouble.too_long: _OTHER,
    Trouble.duplicate: _OTHER,
    Trouble.bad_number: Word("ERROR_INVOP"),
    Trouble.not_served: Word("ERROR_INVOP"),
    Trouble.no_route: Word("ERROR_ROUTE"),
    Trouble.opted_out: Word(BLACKLISTED),
    Trouble.not_found: Word("ERROR_NOT_FOUND"),
    Trouble.no_credit: Word("ERROR_NOCREDIT"),
    Trouble.no_credit_pending: Word("ERROR_NOCREDIT"),
}

# What is said after the word where whoever refused said nothing himself.
HINTS: Mapping[Trouble, str] = {
    Trouble.wrong_method: "method not allowed",
    Trouble.account_pending: "account not yet active",
    Trouble.account_suspended: "account suspended",
    Trouble.no_recipient: "to",
}

# --- routes ---


class Route(NamedTuple):
    """What a letter of `route_type` stands for."""

    channel: Channel
    zones: tuple[str, ...]  # () is all


ROUTE_TYPES: Mapping[str, Route] = {
    "B": Route(Channel.marketing, ("france",)),
    "S": Route(Channel.notification, ("france",)),
    "G": Route(Channel.international, ()),
    "P": Route(Channel.international, ("overseas",)),
}
DEFAULT_ROUTE: Final = "S"
SHORT_CODE: Final = "36105"

# --- letters ---

# ISO-8859-1 by rows of sixteen, as annex 9.4 has it, from the second row of controls' end on.
_LATIN: Final = (
    (0xA0, ' ¡c£€¥¡§"Ca<!-R-'),
    (0xB0, "o?23'u?.,io>???¿"),
    (0xC0, "AAAAÄÅÆÇEÉEEIIII"),
    (0xD0, "?ÑOOOOÖxØUUUÜY?ß"),
    (0xE0, "àaaaäåæcèéeeìiii"),
    (0xF0, "?ñòoooö?øùuuüy?y"),
)
_CONTROLS: Final = {"\t": " ", "\n": "\n", "\f": "\f", "\r": "\r", "\x7f": "\n", "\x80": "€"}
_TYPOGRAPHY: Final = {
    "‘’‚‛′": "'",
    "“”„‟″": '"',
    "‹": "<",
    "›": ">",
    "‐‑‒–—―−": "-",
    "\u2002\u2003\u2007\u2009\u200a\u202f": " ",
    "․": ".",
    "‥": "..",
    "…": "...",
    "Œ": "OE",
    "œ": "oe",
    "Ĳ": "IJ",
    "ĳ": "ij",
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
}
_GREEK: Final = "ΔΦΓΛΩΠΨΣΘΞ"  # GSM 03.38 has them, the document says that they cannot be used


def _bare(letter: str) -> str:
    """The letter under an accent, or '' where that is none of the alphabet's twenty-six."""
    first = unicodedata.normalize("NFD", letter)[0]
    return first if first != letter and first.isascii() and first.isalpha() else ""


CLOSEST: Mapping[int, str | int | None] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), ord("`")), "?"),
    **{ord(letter): closest for letter, closest in _CONTROLS.items()},
    **{first + at: letter for first, row in _LATIN for at, letter in enumerate(row)},
    **{code: _bare(chr(code)) for code in (*range(0x100, 0x250), *range(0x1E00, 0x1F00))
       if _bare(chr(code))},
    **{ord(letter): closest for letters, closest in _TYPOGRAPHY.items() for letter in letters},
    **{ord(letter): "?" for letter in _GREEK},
}  # fmt: skip

# The three bytes of ISO-8859-1 that the document gives a meaning of their own.
MARKS: Mapping[int, str] = {0x7F: "\n", 0x80: "€", 0xA4: "€"}
SENDER_LETTERS: Final = gsm7.LETTERS - frozenset("\n\r\f^{}\\[~]|€") - frozenset(_GREEK)

# --- XML ---

XML_ERRORS: Mapping[int, str] = {
    expat.errors.codes[message]: name
    for name, message in vars(expat.errors).items()
    if name.startswith("XML_ERROR_")
}
XML_ENCODINGS: Mapping[str, str] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "us-ascii": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
}
