"""How the operator inside a node behaves: what the node's settings say of it, and its bounds.

In: nothing. Out: `OperatorSettings`. Promise: everything has a bound, and a default that suits
tests.
"""

from typing import Final

import msgspec

from chappe.links.operator.mind.journal import LOG_MAX
from chappe.links.operator.mind.judgement import FAIR, Weather
from chappe.words.clock import SECOND

OWED_MAX: Final = 1_000_000
"""How many reports may be owed before the operator throttles everybody."""


class OperatorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that may be chosen. Times are milliseconds."""

    window: int = 100  # parts that may be unanswered at a time
    rate: float = 0.0  # parts per second; 0 is no bound
    hours: tuple[int, int] | None = None  # minutes of the day in Paris; None: always
    answer_ms: int = 0
    receipt_ms: int = 50
    patience_ms: int = 10 * SECOND  # after which what gets no answer is said to be unanswered
    owed_max: int = OWED_MAX
    log_max: int = LOG_MAX
    seed: int | None = None
    weather: Weather = FAIR
