"""The errors of HighSMS, and which of them each trouble of ours is.

In: nothing. Out: data. Promise: ERRORS has a row for every error, and a row stands before those
that are worded only in its absence.
"""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import NamedTuple

from chappe.dialects.highsms.tables.webhooks import BLACKLISTED
from chappe.words.answer import Trouble


class Error(StrEnum):
    """What can be wrong, in the order in which it is told."""

    later = auto()
    method = auto()
    path = auto()
    xml = auto()
    json = auto()
    password = auto()
    pending = auto()
    suspended = auto()
    address = auto()
    signature = auto()
    unsupported = auto()
    missing = auto()
    recipient = auto()
    too_many = auto()
    route = auto()
    date = auto()
    sender = auto()
    binary = auto()
    url = auto()
    bad_value = auto()
    no_stop = auto()
    too_long = auto()
    invop = auto()
    blacklisted = auto()
    not_found = auto()
    credit = auto()


class Word(NamedTuple):
    """A refusal's word, its HTTP status, what the TEXT form says where that differs, and the hint
    behind the word where whoever refused gave none."""

    word: str
    status: int = 200
    text: str = ""
    hint: str = ""


_OTHER = Word("ERROR_UNKNOWN")
_MISSING = Word("ERROR_MISSING_PARAM")

ERRORS: Mapping[str, Word] = {
    Error.later: Word("ERROR_UNKNOWN", 503),
    Error.method: Word("ERROR_UNKNOWN", 405, hint="method not allowed"),
    Error.path: Word("ERROR_UNKNOWN", 404),
    Error.xml: Word("ERROR_PARSING_XML"),
    Error.json: Word("ERROR_PARSING_JSON"),
    Error.password: Word("ERROR_BADPASSWORD", text="BAD PASSWORD"),
    Error.pending: _OTHER._replace(hint="account not yet active"),
    Error.suspended: _OTHER._replace(hint="account suspended"),
    Error.address: Word("ERROR_IP"),
    Error.signature: Word("Error has occurred : Hmac non valide"),
    Error.unsupported: _OTHER,
    Error.missing: _MISSING,
    Error.recipient: _MISSING._replace(hint="to"),
    Error.too_many: Word("ERROR_TOO_MANY_TO"),
    Error.route: Word("ERROR_ROUTE"),
    Error.date: Word("ERROR_DATE"),
    Error.sender: Word("ERROR_SENDER"),
    Error.binary: Word("ERROR_BINARY"),
    Error.url: Word("ERROR_URL", hint="target_url"),
    Error.bad_value: _OTHER,
    Error.no_stop: Word("ERROR_STOP"),
    Error.too_long: _OTHER._replace(hint="texts too long"),
    Error.invop: Word("ERROR_INVOP"),
    Error.blacklisted: Word(BLACKLISTED),
    Error.not_found: Word("ERROR_NOT_FOUND"),
    Error.credit: Word("ERROR_NOCREDIT"),
}

REFUSALS: Mapping[Trouble, str] = {
    Trouble.not_now: Error.later,
    Trouble.fault: Error.later,
    Trouble.draining: Error.later,
    Trouble.too_often: Error.later,
    Trouble.queue_full: Error.later,
    Trouble.wrong_method: Error.method,
    Trouble.bad_credentials: Error.password,
    Trouble.account_closed: Error.password,
    Trouble.account_pending: Error.pending,
    Trouble.account_suspended: Error.suspended,
    Trouble.bad_address: Error.address,
    Trouble.no_recipient: Error.recipient,
    Trouble.too_many: Error.too_many,
    Trouble.outside_hours: Error.date,
    Trouble.sender_not_allowed: Error.sender,
    Trouble.bad_url: Error.url,
    Trouble.no_file: Error.missing,
    Trouble.no_stop: Error.no_stop,
    Trouble.too_long: Error.too_long,
    **dict.fromkeys((Trouble.duplicate, Trouble.in_use, Trouble.name_taken), Error.bad_value),
    **dict.fromkeys((Trouble.bad_number, Trouble.scattered, Trouble.at_home), Error.invop),
    **dict.fromkeys((Trouble.not_served, Trouble.no_quality), Error.invop),
    **dict.fromkeys((Trouble.no_route, Trouble.no_speech), Error.route),
    Trouble.opted_out: Error.blacklisted,
    Trouble.not_found: Error.not_found,
    **dict.fromkeys((Trouble.no_credit, Trouble.no_look_ups), Error.credit),
}
