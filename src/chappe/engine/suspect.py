"""Suspecting: who gave wrong credentials lately, how long they wait for it, what the log tells.

In: wrong tries, by address and by login from there. Out: counts, waits, lines. Promise: a wrong try
counts against the address that it came from and against no login elsewhere; an address has one line
a minute at most, and no line holds a secret; all tables are bounded.
"""

import heapq
import ipaddress
import logging
import re
from typing import NamedTuple

import msgspec

from chappe.words.clock import MINUTE, Clock
from chappe.words.remembered import remembered

# A name of its own, so that a filter of log lines can hold on to it.
log = logging.getLogger("chappe.logins")

FREE_TRIES = 10  # wrong ones in a minute, as one login from one address
FREE_TRIES_OF_ADDRESS = 30  # as all logins from there: an address may speak for many
_WAIT_S = 0.5
_WAIT_MAX_S = 8.0
_COUNTED_MAX = 20_000
_TOLD_MAX = 1_000  # addresses with a line of their own; the others share one
_LOGIN_MOST = 256  # letters that a wrong try is remembered by
_SHOWN_MOST = 40
_IPV6_PREFIX = 64  # what one customer of a network has at least

_UNSHOWN = re.compile(r"[^A-Za-z0-9@._+-]")


class Tries(NamedTuple):
    """How many wrong tries came in this minute."""

    of_address: int
    of_login: int  # from that address

    @property
    def is_suspect(self) -> bool:
        return self.of_address > FREE_TRIES_OF_ADDRESS or self.of_login > FREE_TRIES

    @property
    def wait_s(self) -> float:
        """How long the answer to the last of these tries is kept back."""
        over = max(self.of_address - FREE_TRIES_OF_ADDRESS, self.of_login - FREE_TRIES)
        return min(_WAIT_MAX_S, _WAIT_S * max(0, over))


class _Told(msgspec.Struct):
    """An address that the log named within the last minute, and what it has not told since."""

    login: str
    by: str
    untold: int = 0
    is_fresh: bool = True  # its minute is not over when the next one begins


class Suspect:
    """The wrong tries that came to one node."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}  # who -> (minute, wrong tries)
        self._told: dict[str, _Told] = {}
        self._others = 0  # tries from addresses for which there was no room
        self._is_minute_running = False

    @property
    def counted(self) -> int:
        """How many addresses, and logins from an address, have a count of their own."""
        return len(self._counts)

    def tries(self, address: str, login: str) -> Tries:
        return Tries(self._count((address, "")), self._count(_pair(address, login)))

    def wrong(self, address: str, login: str, by: str) -> Tries:
        """Count a wrong try, and say how many there are with it. `by` is the way it came."""
        minute = self._clock.steady() // MINUTE
        for who in ((address, ""), _pair(address, login)):
            if who not in self._counts and len(self._counts) >= _COUNTED_MAX:
                self._make_room()
            self._counts[who] = (minute, self._count(who) + 1)
        self._tell(address, login, by)
        return self.tries(address, login)

    def _count(self, who: tuple[str, str]) -> int:
        minute, count = self._counts.get(who, (0, 0))
        return count if minute == self._clock.steady() // MINUTE else 0

    def _make_room(self) -> None:
        """Forget a tenth of the counts: those of former minutes first, then the smallest, so that
        whoever floods stays counted."""
        for who in heapq.nsmallest(_COUNTED_MAX // 10, self._counts, key=self._count):
            del self._counts[who]

    # the log

    def _tell(self, address: str, login: str, by: str) -> None:
        """Log a wrong try: at once if its address has no line yet, else when its minute is over."""
        told = self._told.get(address)
        if told is not None:
            told.login, told.by = login[:_LOGIN_MOST], by
            told.untold += 1
        elif len(self._told) < _TOLD_MAX:
            self._told[address] = _Told(login[:_LOGIN_MOST], by)
            _write(address, 1, login, by)
        else:
            self._others += 1
        if not self._is_minute_running:
            self._is_minute_running = True
            self._clock.later(MINUTE, self._minute_over)

    def _minute_over(self) -> None:
        for address, told in [*self._told.items()]:
            if told.is_fresh:
                told.is_fresh = False
            elif told.untold:
                _write(address, told.untold, told.login, told.by)
                told.untold = 0
            else:
                del self._told[address]
        if self._others:
            log.warning("refused from %d other tries of many addresses", self._others)
            self._others = 0
        self._is_minute_running = bool(self._told)
        if self._is_minute_running:
            self._clock.later(MINUTE, self._minute_over)


def _write(address: str, count: int, login: str, by: str) -> None:
    """The address stands first: whatever a login holds, it can't be taken for one."""
    shown = _UNSHOWN.sub("?", login[:_SHOWN_MOST])
    tries = "1 try" if count == 1 else f"{count} tries"
    log.warning("refused from %s: %s, as '%s' by %s", address, tries, shown, by)


def _pair(address: str, login: str) -> tuple[str, str]:
    return address, login[:_LOGIN_MOST].casefold() or "-"


@remembered(4_096)
def address_of(peer: str) -> str:
    """What a caller is counted by: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer[:_LOGIN_MOST]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
