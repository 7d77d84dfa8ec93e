"""What becomes of a part, by the number it goes to: tables.

In: a number. Out: an outcome, which is the key of COURSES; the number's operator; the code that a
handset's reply goes to. Promise: every number has an outcome.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from chappe.links.contract import Verdict
from chappe.words.clock import SECOND
from chappe.words.lifecycle import Happening, Reason

FICTION: Final = 33_639_980_000
"""06 39 98 00 00, the first of the ten thousand numbers that France keeps for fiction."""

FATED: Final = range(FICTION, FICTION + 10_000)
"""The numbers that decide what becomes of a part."""

ORDINARY: Final = 0
"""The outcome of nearly every part: taken, and delivered."""

REPLY_MS: Final = SECOND
"""How long a handset takes to reply, from the first report on."""


class Due(NamedTuple):
    """A report that is to come, `after_ms` after the answer but no sooner than any receipt."""

    happening: Happening
    reason: Reason = Reason.none
    after_ms: int = 0


class Course(NamedTuple):
    """What becomes of a part: the answer to its submit, and what follows if it was taken."""

    reports: tuple[Due, ...] = ()
    verdict: Verdict = Verdict.taken
    reason: Reason = Reason.none
    throttles: int = 0  # answered so this many times; then the part's outcome is ORDINARY
    early: bool = False  # the first report comes before the answer
    last_part: bool = False  # for the last part of a long message; ORDINARY for all others
    reply: str = ""  # what the handset writes back


H, R = Happening, Reason

TEXTS: Final[Mapping[int, Course]] = {
    ORDINARY: Course((Due(H.was_delivered),)),
    11: Course((Due(H.was_undelivered, R.npai),)),
    12: Course((Due(H.ran_out, R.validity),)),
    13: Course((Due(H.was_undelivered, R.invalid_operator),)),
    14: Course((Due(H.was_undelivered, R.network),)),
    15: Course((Due(H.was_undelivered, R.operator_credit),)),
    16: Course((Due(H.was_undelivered, R.unrecognised),)),
    17: Course((Due(H.progressed, R.buffered), Due(H.was_delivered, after_ms=10_000))),
    18: Course((Due(H.progressed, R.buffered), Due(H.ran_out, R.validity, 10_000))),
    19: Course((Due(H.was_undelivered, R.deleted),)),
    20: Course((Due(H.was_undelivered, R.rejected),)),
    21: Course((Due(H.was_undelivered, R.memory_full),)),
    22: Course((Due(H.was_undelivered, R.barred),)),
    23: Course((Due(H.was_undelivered, R.blocked),)),
    24: Course((Due(H.was_undelivered, R.content),)),
    25: Course((Due(H.was_undelivered, R.ported),)),
    26: Course((Due(H.was_undelivered, R.blacklisted),)),
    27: Course((Due(H.progressed, R.absent), Due(H.was_delivered, after_ms=10_000))),
    28: Course((Due(H.progressed, R.absent), Due(H.was_undelivered, R.absent, 10_000))),
    29: Course((Due(H.was_undelivered, R.unknown_network),)),
    30: Course((Due(H.was_delivered, after_ms=30_000),)),
    31: Course((Due(H.was_delivered), Due(H.was_delivered))),
    32: Course((Due(H.was_delivered),), early=True),
    33: Course(),
    34: Course(verdict=Verdict.refused, reason=R.rejected),
    35: Course(verdict=Verdict.later, reason=R.throttled, throttles=3),
    36: Course(verdict=Verdict.unanswered),
    37: Course((Due(H.was_undelivered, R.network),), last_part=True),
    40: Course((Due(H.was_delivered),), reply="STOP"),
    41: Course((Due(H.was_delivered),), reply="OUI"),
    42: Course((Due(H.was_delivered),), reply="はい、お願いします"),
}
"""The last two digits of a number -> what becomes of a text to it. What is absent is ORDINARY."""

BEFALLS: Final[Mapping[str, int]] = {
    "refused": 34,
    "throttled": 35,
    "in_doubt": 36,
    "lost": 33,
    "doubled": 31,
    "undelivered": 14,
    "expired": 12,
}
"""What chaos may bring about (`words.chaos.AT_OPERATOR`) -> key of TEXTS."""

HEARD: Final = 50

CALLS: Final[Mapping[int, Course]] = {
    HEARD: Course((Due(H.was_delivered, R.heard),)),
    51: Course((Due(H.was_delivered, R.hung_up),)),
    52: Course((Due(H.was_undelivered, R.busy),)),
    53: Course((Due(H.was_undelivered, R.no_answer),)),
    54: Course((Due(H.was_delivered, R.machine),)),
    55: Course((Due(H.was_undelivered, R.out_of_service),)),
    56: Course((Due(H.was_undelivered, R.congested),)),
}
"""The last two digits of a number -> what becomes of a call to it. What is absent is HEARD."""

HUNG_UP: Final = 51
BUSY: Final = 52
NO_ANSWER: Final = 53
CALLED_OFF: Final = 100

_BY_US: Final[Mapping[int, Course]] = {CALLED_OFF: Course((Due(H.was_undelivered, R.deleted),))}
"""What no number brings about: who ordered the call ended it while it rang."""

_RINGS_MS: Final = 3 * SECOND
_IN_VAIN_MS: Final = 30 * SECOND

_TAKES: Final[Mapping[int, tuple[int, float]]] = {
    HEARD: (_RINGS_MS, 1),
    HUNG_UP: (_RINGS_MS, 0.5),
    BUSY: (0, 0),
    NO_ANSWER: (_IN_VAIN_MS, 0),
    54: (_RINGS_MS, 1),
    55: (0, 0),
    56: (0, 0),
}
"""A key of CALLS -> how long it rings, and how much is heard of what is said, as a share of it."""

del H, R

COURSES: Final[Mapping[int, Course]] = {**TEXTS, **CALLS, **_BY_US}

OPERATORS: Final = (
    *("20801",) * 25,  # Orange
    *("20810",) * 25,  # SFR
    *("20820",) * 25,  # Bouygues
    *("20815",) * 22,  # Free
    "20823",  # Virgin
    "20826",  # NRJ
    "20827",  # Coriolis
)
"""The two digits before the last two -> MCCMNC."""

GREAT: Final = ("20801", "20810", "20820", "20815")
"""Whom a number is taken to: the one behind the operator of its block, the first behind all others
and behind the last."""

_NOBODYS, _PORTED = 11, 25

_NAMED_CODE = re.compile(r"\bSTOP\s*(?:au\s*)?([0-9]{5})\b", re.IGNORECASE)


def course_of(number: int, voice: bool = False) -> Course:
    """What becomes of a text to this number, or of a call."""
    return COURSES[outcome_of(number, voice)]


def outcome_of(number: int, voice: bool = False) -> int:
    """The row of the tables that counts for this number."""
    if number not in FATED:
        return HEARD if voice else ORDINARY
    row = (number - FICTION) % 100
    if voice:
        return row if row in CALLS else HEARD
    return row if row in TEXTS else ORDINARY


def rings_ms(outcome: int) -> int:
    """How long a call rings, whether somebody takes it then or nobody does."""
    return _TAKES[outcome][0]


def takes_ms(outcome: int, said_ms: int) -> int:
    """How long a call takes, from the first ring on."""
    rings, share = _TAKES[outcome]
    return rings + int(share * said_ms)


def operator_of(number: int) -> str:
    """The MCCMNC of a number's operator, or '' where the simulated network knows none."""
    if number in FATED:
        return OPERATORS[(number - FICTION) // 100]
    # Any French mobile outside the range has to be somewhere; most of them are with Orange.
    return OPERATORS[0] if number // 100_000_000 in (336, 337) else ""


def subscriber_of(number: int) -> str | None:
    """The MCCMNC of the operator that serves a number now, as a look-up finds it, '' where the
    simulated network knows none; None where nobody has the number."""
    row = (number - FICTION) % 100 if number in FATED else ORDINARY
    if row == _NOBODYS:
        return None
    block = operator_of(number)
    if row != _PORTED:
        return block
    return GREAT[(GREAT.index(block) + 1) % len(GREAT)] if block in GREAT else GREAT[0]


def reply_code(words: str, sender: str, text: str) -> str:
    """Where a handset's reply goes: the numeric sender, or for STOP the code the text names."""
    digits = sender.removeprefix("+")
    if digits.isascii() and digits.isdigit():
        return digits
    named = _NAMED_CODE.search(text) if words == "STOP" else None
    return named[1] if named else ""
