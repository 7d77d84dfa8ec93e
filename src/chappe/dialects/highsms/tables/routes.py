"""The routes that an account may have, by the letter of `route_type`.

In: nothing. Out: data.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chappe.words.order import Channel


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


class RouteCredit(NamedTuple):
    """What a route is called on the credit doors, and the place whose price its credit counts."""

    name: str
    place: str


CREDITS_OF: Mapping[str, RouteCredit] = {
    "B": RouteCredit("MarketingDirect", "FR"),
    "S": RouteCredit("Notification", "FR"),
    "G": RouteCredit("International", "FR"),
    "P": RouteCredit("DomTom", "overseas"),
}
