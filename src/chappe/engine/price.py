"""Pricing: what one billed part costs, by channel, country and quality.

In: the installation's table. Out: mills, or None: not served. Pure.
"""

from collections.abc import Iterable
from typing import NamedTuple

from chappe.words.number import zone
from chappe.words.order import Channel


class Price(NamedTuple):
    """One row. `country` is an ISO code or a zone; '' is any. `quality` '' is the ordinary one."""

    channel: Channel
    country: str
    quality: str
    mills: int


class Tariff:
    """The price list, looked up by what is most precise first."""

    def __init__(self, prices: Iterable[Price]) -> None:
        self._prices = {(row.channel, row.country, row.quality): row.mills for row in prices}
        self._found: dict[tuple[int, str, str], int | None] = {}

    def price(self, channel: Channel, country: str, quality: str = "") -> int | None:
        """Mills for one billed part; None where the country is not served."""
        key = (int(channel), country, quality)
        if key not in self._found:
            self._found[key] = self._look(channel, country, quality)
        return self._found[key]

    def _look(self, channel: Channel, country: str, quality: str) -> int | None:
        if not country:
            return None
        for place in (country, zone(country), ""):
            mills = self._prices.get((channel, place, quality))
            if mills is not None:
                return mills
        return None
