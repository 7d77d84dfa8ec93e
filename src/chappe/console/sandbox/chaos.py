"""Chaos as a program asks for it, and as it is told.

In: fields. Out: chaos, and for how long; JSON. Promise: what does not add up is said before
anything goes wrong on purpose.
"""

from collections.abc import Mapping
from typing import Any, Final

from chappe.console.sandbox.asked import AskedFields
from chappe.console.sandbox.seen import iso
from chappe.words.chaos import (
    AT_DOOR,
    AT_OPERATOR,
    LASTS_MOST_S,
    LATE_MOST_MS,
    LATER_MOST_MS,
    Chaos,
    reasons,
)
from chappe.words.clock import SECOND

LASTS_S: Final = 60
_SUM_MOST: Final = 1.000_001


def chaos_of(asked: AskedFields) -> tuple[Chaos, int]:
    """What is to go wrong, and for how many seconds."""
    seconds = asked.whole("seconds", 1, LASTS_MOST_S, LASTS_S)
    reason = asked.text("reason", 40) or Chaos().reason.name
    known = reasons()
    if reason not in known:
        asked.refuse(f"An operator's reasons are: {', '.join(known)}.", "reason")
    seed = asked.whole("seed", 0, 1 << 31, -1)
    chaos = Chaos(
        at_door=_shares(asked, AT_DOOR),
        at_operator=_shares(asked, AT_OPERATOR),
        answer_ms=asked.whole("answer_ms", 0, LATER_MOST_MS, 0),
        receipt_ms=asked.whole("receipt_ms", 0, LATE_MOST_MS, 0),
        reason=known.get(reason, Chaos().reason),
        dead=asked.flag("dead"),
        seed=None if seed < 0 else seed,
    )
    if chaos.is_calm:
        asked.refuse("Nothing goes wrong by this: say what, such as fault, refused, lost or dead.")
    return chaos, seconds


def _shares(asked: AskedFields, names: Mapping[str, object]) -> Mapping[str, float]:
    shares = {name: asked.decimal(name, 0, 1, 0) for name in names}
    if sum(shares.values()) > _SUM_MOST:
        together = ", ".join(shares)
        asked.refuse(f"The shares of {together} add up to more than 1.", next(iter(shares)))
    return {name: share for name, share in shares.items() if share}


def told(in_force: tuple[Chaos, int] | None, now: int) -> Mapping[str, Any]:
    """What rules, and for how long still."""
    if in_force is None:
        return {"chaos": None}
    chaos, until = in_force
    return {
        "chaos": flat(chaos),
        "until": iso(until),
        "seconds_left": max(0, -(-(until - now) // SECOND)),
    }


def flat(chaos: Chaos) -> Mapping[str, Any]:
    """What goes wrong, as it is asked for."""
    facts: dict[str, Any] = {**chaos.at_door, **chaos.at_operator}
    if "refused" in chaos.at_operator:
        facts["reason"] = chaos.reason.name
    for name in ("answer_ms", "receipt_ms", "dead"):
        if value := getattr(chaos, name):
            facts[name] = value
    return facts if chaos.seed is None else {**facts, "seed": chaos.seed}
