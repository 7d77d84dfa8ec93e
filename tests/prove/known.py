"""The rows that no case proves, and why each of them may go unproved.

In: nothing. Out: rows that no case touches, and breaks that no case notices. The pages' own list of
what they do not reach is part of it. Promise: what is in it and is proved after all must go.
"""

from collections.abc import Mapping

from tests.conformance.unreached import UNREACHED_ERRORS, UNREACHED_STATUSES, statuses
from tests.prove.tables import error_row, status_row

_CANCELLED = "what waits for a link has begun, and what has begun is not called off"

# What a journey brings about, and no page.
_OF_JOURNEYS = frozenset({error_row("isendpro", "past_lines")})

UNTOUCHED: Mapping[str, str] = {
    "lifecycle queued cancelled": _CANCELLED,
    **{status_row(*row): why for row, why in UNREACHED_STATUSES.items()},
    **{
        error_row(*row): why
        for row, why in UNREACHED_ERRORS.items()
        if error_row(*row) not in _OF_JOURNEYS
    },
}

_CLAIM = "a claim is one statement that writes states alone: it neither pays nor tells"

UNNOTICED: Mapping[str, str] = {
    "lifecycle new turned_away money": "what never had a price can't give it back",
    "lifecycle queued claimed money": _CLAIM,
    "lifecycle queued claimed told": _CLAIM,
}


def can_be(row: str) -> bool:
    """Whether what the row words can befall somebody who asks: not every status can be had, and not
    every trouble of ours can come of what a dialect reads."""
    return ".REFUSALS " not in row and (".STATUS " not in row or row in _CAN_BE)


_CAN_BE = frozenset(status_row(*row) for row in statuses())
