"""Chaos: what goes wrong for one account on purpose and for a while, so that its software is tried.

In: shares of what it asks and sends. Out: values. Promise: each share has a bound, and those of one
place do not add up to more than everything.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from chappe.words.answer import Trouble
from chappe.words.clock import HOUR, MINUTE
from chappe.words.lifecycle import Reason

LASTS_MOST_S: Final = 3_600
LATER_MOST_MS: Final = 1 * MINUTE  # of an answer: whoever waits longer has given up
LATE_MOST_MS: Final = 1 * HOUR  # of a receipt

# What may befall a request at the door: the provider's own words for each are the dialect's.
AT_DOOR: Final[Mapping[str, Trouble]] = {
    "fault": Trouble.fault,
    "not_now": Trouble.not_now,
    "too_often": Trouble.too_often,
}
# What may befall a message at the operator, and what that is.
AT_OPERATOR: Final[Mapping[str, str]] = {
    "refused": "the operator refuses it for good",
    "throttled": "the operator wants it later",
    "in_doubt": "the operator never answers",
    "lost": "it is delivered, and no receipt ever comes",
    "doubled": "it is delivered, and its receipt comes twice",
    "undelivered": "the network fails",
    "expired": "its validity runs out",
}
_OPERATORS_FIRST: Final = Reason.buffered  # all reasons from this one on are an operator's


class Chaos(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong. The rest goes as ever."""

    at_door: Mapping[str, float] = {}  # key of AT_DOOR -> share of all requests
    at_operator: Mapping[str, float] = {}  # key of AT_OPERATOR -> share of all messages
    answer_ms: int = 0  # by how much later each request is answered
    receipt_ms: int = 0  # by how much later each receipt comes
    reason: Reason = Reason.rejected  # why what is refused is
    dead: bool = False  # nothing of its leaves: the link to the operator is dead for it
    seed: int | None = None

    @property
    def is_calm(self) -> bool:
        return self == Chaos(reason=self.reason, seed=self.seed)

    @property
    def is_at_operator(self) -> bool:
        return bool(self.dead or self.receipt_ms or self.at_operator)


class Ordeal(NamedTuple):
    """What chaos makes of one message at its next submit."""

    befalls: str = ""  # key of AT_OPERATOR; '': nothing
    reason: Reason = Reason.rejected
    receipt_ms: int = 0
    dead: bool = False


def reasons() -> Mapping[str, Reason]:
    """Why an operator may refuse something, by name."""
    return {one.name: one for one in Reason if one >= _OPERATORS_FIRST}
