"""Every trouble of ours in the words of HighSMS.

In: nothing. Out: data. Promise: REASONS has a row for every trouble, and a row stands before those
that are worded only in its absence.
"""

from collections.abc import Mapping
from typing import NamedTuple

from chappe.dialects.highsms.tables.webhooks import BLACKLISTED
from chappe.words.answer import Trouble


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
    Trouble.bad_value: _OTHER,
    Trouble.no_stop: Word("ERROR_STOP"),
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
    Trouble.bad_url: "target_url",
    Trouble.too_long: "texts too long",
}
