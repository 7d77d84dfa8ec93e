"""What Octopush knows: paths, fields, limits, errors in the order in which they win, statuses.

In: nothing. Out: data. Promise: every action has a reader and a writer; ERRORS has a row for every
error that can arise here, STATUS one for every state and reason.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum, auto
from typing import Final

from chappe.words.alphabet import STANDARD, Weights
from chappe.words.answer import Trouble
from chappe.words.clock import DAY
from chappe.words.exchange import MAIL
from chappe.words.lifecycle import Reason, State

NAME: str = "octopush"
SHORT_CODE: Final = "36105"

# --- paths ---

SMS: Final = "sms"
SMS_JSON: Final = "sms_json"
MAILED: Final = "mailed"
SIMULATED: Final = "simulated"
SIMULATED_JSON: Final = "simulated_json"
SIMULATED_MAIL: Final = "simulated_mail"
BALANCE: Final = "balance"
BALANCE_JSON: Final = "balance_json"
CREDIT: Final = "credit"
CREDIT_JSON: Final = "credit_json"

_PATHS: Mapping[str, str] = {
    "/api/sms": SMS,
    "/api/sms/json": SMS_JSON,
    "/api/balance": BALANCE,
    "/api/balance/json": BALANCE_JSON,
    "/api/credit": CREDIT,
    "/api/credit/json": CREDIT_JSON,
}
# The document writes the first of them with a slash at its end and without, which is one to a door.
ROUTES: Mapping[tuple[str, str], str] = {
    **{(method, path): action for method in ("GET", "POST") for path, action in _PATHS.items()},
    (MAIL, "sms@"): MAILED,
}
_SIMULATION: Final = "request_mode=simu"
CHOICE: Mapping[str, Sequence[tuple[str, str]]] = {
    SMS: ((_SIMULATION, SIMULATED),),
    SMS_JSON: ((_SIMULATION, SIMULATED_JSON),),
    MAILED: ((_SIMULATION, SIMULATED_MAIL),),
}
UNDEVELOPED: frozenset[str] = frozenset()
QUESTIONS: Final = frozenset({BALANCE, BALANCE_JSON, CREDIT, CREDIT_JSON})
IN_JSON: Final = frozenset({SMS_JSON, SIMULATED_JSON, BALANCE_JSON, CREDIT_JSON})

# --- fields ---

# A merge field -> the mark in the text that its values replace.
MERGED: Mapping[str, str] = {
    "recipients_first_names": "{nom}",
    "recipients_last_names": "{prenom}",
    "sms_fields_1": "{ch1}",
    "sms_fields_2": "{ch2}",
    "sms_fields_3": "{ch3}",
}
# A letter of `request_keys` -> the field whose value is part of the digest.
DIGESTED: Mapping[str, str] = {
    "T": "sms_text",
    "R": "sms_recipients",
    "M": "sms_mode",
    "Y": "sms_type",
    "S": "sms_sender",
    "D": "sending_date",
    "a": "recipients_first_names",
    "b": "recipients_last_names",
    "c": "sms_fields_1",
    "d": "sms_fields_2",
    "e": "sms_fields_3",
    "W": "with_replies",
    "N": "transactional",
    "Q": "request_id",
}
DATE_KEY: Final = "D"  # which many clients let add nothing

LOWCOST, PREMIUM, WORLD = "XXX", "FR", "WWW"
TYPES: Final = frozenset({LOWCOST, PREMIUM, WORLD})
LOW: Final = "low"  # the quality of LowCost
NOW, LATER = "1", "2"  # sms_mode
MODES: Final = frozenset({"", NOW, LATER})
REAL: Final = "real"
SIMULATION: Final = "simu"
SWITCHES: Final = ("with_replies", "transactional", "msisdn_sender")
SWITCH: Mapping[str, bool] = {"": False, "0": False, "1": True}

PREMIUM_MENTION: Final = "STOP au XXXXX"
CODE_MARK: Final = "XXXXX"
LOWCOST_MENTIONS: Final = ("no PUB rep STOP", "no PUB=STOP")

SIMULATED_TICKET: Final = "XXXSIMULATIONXXX"

# How a text is counted. A Unicode text is one SMS for each 70 begun, wherever its emojis stand, as
# it travels in other parts anyway.
COUNTED: Final = STANDARD
COUNTED_BY_137: Final = Weights(gsm_many=137)
COUNTED_BY_70: Final = Weights(ucs2_many=70, pairs_whole=False)

LIMITS: Mapping[str, int] = {
    "text": 459,
    "field": 30,  # one value of a merge field
    "sender": 11,
    "sender_least": 3,
    "phone": 16,  # a number as sender
    "request_id": 255,
    "keys": 64,  # letters of request_keys: each may stand for a whole text
    "period": 10 * 365 * 86_400,  # seconds to wait before a sending
    "until": 4_102_444_800,  # the last moment that a sending may be put off to: 2100
    "silent_h": 72,
    "told": 64,  # characters of a wrong number that are told again
}

# --- mails ---

MAIL_LIMITS: Mapping[str, int] = {
    "head": 64 * 1024,  # octets of a part's head that are read
    "subject": 8 * 1024,
    "content_type": 1024,  # characters of it that are read
    "depth": 4,  # parts within parts
    "parts": 64,  # in all
}

# --- errors ---


class Error(StrEnum):
    """What can be wrong, in the order in which it wins."""

    fault = auto()
    nothing = auto()
    no_login = auto()
    no_key = auto()
    stranger = auto()
    suspended = auto()
    pending = auto()
    closed_door = auto()
    too_often = auto()
    no_text = auto()
    no_recipients = auto()
    no_type = auto()
    no_digest = auto()
    wrong_digest = auto()
    used = auto()
    bad_value = auto()
    nobody = auto()
    sender = auto()
    premium_mention = auto()
    lowcost_mention = auto()
    too_long = auto()
    long_lowcost = auto()
    merge = auto()
    no_country = auto()
    not_covered = auto()
    no_lowcost = auto()
    all_wrong = auto()
    congested = auto()
    credit = auto()
    credit_pending = auto()


DONE: Final = "000"

ERRORS: Mapping[str, str] = {
    Error.fault: "125",
    Error.nothing: "100",
    Error.no_login: "108",
    Error.no_key: "109",
    Error.stranger: "101",
    Error.suspended: "114",
    Error.pending: "113",
    Error.closed_door: "116",
    Error.too_often: "128",
    Error.no_text: "107",
    Error.no_recipients: "110",
    Error.no_type: "112",
    Error.no_digest: "123",
    Error.wrong_digest: "124",
    Error.used: "120",
    Error.bad_value: "100",
    Error.nobody: "103",
    Error.sender: "106",
    Error.premium_mention: "121",
    Error.lowcost_mention: "122",
    Error.too_long: "102",
    Error.long_lowcost: "119",
    Error.merge: "115",
    # Of one number; a sending to none but such has a code of its own, unless all share one of the
    # last two.
    Error.no_country: "150",
    Error.not_covered: "151",
    Error.no_lowcost: "152",
    Error.all_wrong: "117",
    Error.congested: "153",
    Error.credit: "104",
    Error.credit_pending: "105",
}
# What a sending to none but wrong numbers is refused with, if all are wrong in this one way.
SHARED: Final = frozenset({Error.not_covered, Error.no_lowcost})

REFUSALS: Mapping[Trouble, str] = {
    Trouble.bad_credentials: Error.stranger,
    Trouble.account_closed: Error.stranger,
    Trouble.bad_address: Error.stranger,
    Trouble.account_suspended: Error.suspended,
    Trouble.account_pending: Error.pending,
    Trouble.not_now: Error.closed_door,
    Trouble.draining: Error.closed_door,
    Trouble.fault: Error.fault,
    Trouble.too_often: Error.too_often,
    Trouble.queue_full: Error.congested,
    Trouble.wrong_method: Error.nothing,
    Trouble.bad_url: Error.bad_value,
    Trouble.no_file: Error.nothing,
    Trouble.too_many: Error.bad_value,
    Trouble.no_stop: Error.premium_mention,
    Trouble.too_long: Error.long_lowcost,
    Trouble.outside_hours: Error.closed_door,
    Trouble.duplicate: Error.used,
    Trouble.not_found: Error.bad_value,
    Trouble.in_use: Error.bad_value,
    Trouble.name_taken: Error.bad_value,
    Trouble.sender_not_allowed: Error.sender,
    Trouble.no_recipient: Error.nobody,
    Trouble.bad_number: Error.no_country,
    Trouble.scattered: Error.not_covered,
    Trouble.at_home: Error.not_covered,
    Trouble.not_served: Error.not_covered,
    Trouble.no_route: Error.not_covered,
    Trouble.no_speech: Error.not_covered,
    Trouble.no_quality: Error.no_lowcost,
    Trouble.opted_out: Error.all_wrong,
    Trouble.no_credit: Error.credit,
    Trouble.no_look_ups: Error.credit,
}

# --- telling ---

# What is told of a sending beside the sending itself, in the form of its Tell.
QUIET: Final = "q"  # its receipts are not told, but that a number opted out
NO_STOPS: Final = "n"  # STOPs have no address
HEARD: Final = 200
RETRY_FOR: Final = 3 * DAY

NOT_ALLOWED: Final = "NOT_ALLOWED"
_DELIVERED: Final = "DELIVERED"
_NOT_DELIVERED: Final = "NOT_DELIVERED"
_INVALID: Final = "INVALID_DESTINATION_ADDRESS"
_UNKNOWN: Final = "UNKNOWN_DELIVERY"
_UNDEFINED: Final = "UNDEFINED"

_BY_STATE: Mapping[State, str] = {
    State.scheduled: _UNDEFINED,
    State.queued: _UNDEFINED,
    State.sending: _UNDEFINED,
    State.sent: _UNKNOWN,
    State.unknown: _UNKNOWN,
    State.delivered: _DELIVERED,
    State.expired: _NOT_DELIVERED,
    State.cancelled: _UNDEFINED,
}
_CAME_TO_NOTHING: Final = (State.undelivered, State.refused, State.failed)
# Tried in vain; no such number; opted out, or blocked; and all else.
_BY_REASON: Mapping[Reason, str] = {
    **dict.fromkeys(Reason, _UNDEFINED),
    **dict.fromkeys(
        (
            Reason.none,
            Reason.silent,
            Reason.buffered,
            Reason.network,
            Reason.validity,
            Reason.absent,
            Reason.memory_full,
            Reason.congested,
            Reason.throttled,
            Reason.busy,
            Reason.no_answer,
            Reason.deleted,
            Reason.ringing,
            Reason.hung_up,
            Reason.machine,
        ),
        _NOT_DELIVERED,
    ),
    **dict.fromkeys(
        (
            Reason.bad_number,
            Reason.npai,
            Reason.ported,
            Reason.invalid_operator,
            Reason.unknown_network,
            Reason.out_of_service,
        ),
        _INVALID,
    ),
    **dict.fromkeys(
        (Reason.opted_out, Reason.barred, Reason.blocked, Reason.blacklisted), NOT_ALLOWED
    ),
    Reason.in_doubt: _UNKNOWN,
}
STATUS: Mapping[tuple[State, Reason], str] = {
    **{(state, reason): word for state, word in _BY_STATE.items() for reason in Reason},
    **{(state, reason): _BY_REASON[reason] for state in _CAME_TO_NOTHING for reason in Reason},
}
