"""One state of a message from the reports of its parts.

In: what is known of the parts, and one more report. Out: what is known now, and what it means for
the whole, if anything. Rule: any part that ends badly ends the message so, at once; it is
delivered when every part is; anything passing that a part reports is passing for the whole.
"""

from chappe.words.lifecycle import Happening, Reason

_WAITING = "."
_DELIVERED = "d"
_LOST = "x"
_ENDS_BADLY = frozenset({Happening.was_undelivered, Happening.ran_out})


def fold_part(
    known: str, total: int, no: int, happening: Happening, reason: Reason
) -> tuple[str, tuple[Happening, Reason] | None]:
    """`known` has a letter per part; part `no` counts from 1. A part's first end stands."""
    known = known.ljust(total, _WAITING)
    if not 1 <= no <= total or known[no - 1] != _WAITING:
        return known, None
    if happening in _ENDS_BADLY:
        first = _LOST not in known
        known = known[: no - 1] + _LOST + known[no:]
        return known, (happening, reason) if first else None
    if happening is not Happening.was_delivered:
        return known, (happening, reason)
    known = known[: no - 1] + _DELIVERED + known[no:]
    done = known == _DELIVERED * total
    return known, (happening, Reason.none) if done else None


def came_partly(known: str) -> bool:
    """Whether some parts were delivered, and others were not, or not yet."""
    return _DELIVERED in known and known.strip(_DELIVERED) != ""
