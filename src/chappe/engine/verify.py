"""Verifying passwords: a few at a time, and whose turn it is.

In: a password and the hash that it should have, from an address. Out: whether it is right, or that
it could not be found out in time. Promise: an address that asks for many has one turn among the
others; nobody waits longer than a few seconds; what waits is bounded.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum
from typing import NamedTuple

from argon2.exceptions import Argon2Error, InvalidHashError

from chappe.engine.accounts import HASHER
from chappe.engine.suspect import Tries

_AT_ONCE = 2
_OF_SUSPECTS = 1  # of these; what is left is for those who have not guessed
_WAITING_MAX = 1_024
_WAITING_OF_ADDRESS = 32
_PATIENCE_S = 8.0
_TRUSTED_TRIES = 2  # an address that was right lately goes first unless it tries more than that

_NOBODY = HASHER.hash("nobody")  # unknown logins take as long as known ones


class Precedence(IntEnum):
    """Who goes before whom."""

    known = 0  # this login was right lately from this address
    ordinary = 1
    suspect = 2  # more wrong tries this minute than are free


class _Rank(NamedTuple):
    """The place of a claim in the queue: the least is next. Tries, wrong and waiting ones, are
    counted by the length of their number in bits, so that claims which differ little keep the order
    in which they came."""

    precedence: Precedence
    of_address: int
    of_login: int
    order: int


class _Waiting(NamedTuple):
    address: str
    login: str
    turn: asyncio.Future[bool]


class WaitingRoom:
    """The claims that wait for one of the few places in which a password is hashed."""

    def __init__(self) -> None:
        self._waiting: dict[_Rank, _Waiting] = {}
        self._by_address: dict[str, set[_Rank]] = {}
        self._places: list[Precedence] = []  # those that are taken
        self._order = itertools.count()

    @property
    def crowd(self) -> tuple[int, int, int]:
        """How many places are taken, how many claims wait, and from how many addresses."""
        return len(self._places), len(self._waiting), len(self._by_address)

    @asynccontextmanager
    async def turn(
        self, address: str, login: str, tries: Tries, *, is_known: bool
    ) -> AsyncIterator[bool]:
        """Hold a place while the block runs; False if there was none in time."""
        rank = self._rank(address, login, tries, is_known=is_known)
        came = self._join(rank, _Waiting(address, login, _future()))
        timer = asyncio.get_running_loop().call_later(_PATIENCE_S, self._leave, rank)
        try:
            has_place = await came
        except asyncio.CancelledError:
            self._leave(rank)
            if came.done() and not came.cancelled() and came.result():
                self._give(rank.precedence)
            raise
        finally:
            timer.cancel()
        try:
            yield has_place
        finally:
            if has_place:
                self._give(rank.precedence)

    def _rank(self, address: str, login: str, tries: Tries, *, is_known: bool) -> _Rank:
        here = self._by_address.get(address, ())
        same = sum(self._waiting[rank].login == login for rank in here)
        of_login = tries.of_login + same
        precedence = Precedence.suspect if tries.is_suspect else Precedence.ordinary
        if is_known and of_login <= _TRUSTED_TRIES:
            precedence = Precedence.known
        of_address = tries.of_address + len(here)
        return _Rank(precedence, of_address.bit_length(), of_login.bit_length(), next(self._order))

    def _join(self, rank: _Rank, who: _Waiting) -> asyncio.Future[bool]:
        here = self._by_address.setdefault(who.address, set())
        here.add(rank)
        self._waiting[rank] = who
        self._go_on()
        if len(here) > _WAITING_OF_ADDRESS:
            # Of this address, the newest claim of the login that waits most often gives way.
            self._leave(max(here, key=lambda one: (one.precedence, one.of_login, one.order)))
        elif len(self._waiting) > _WAITING_MAX:
            self._leave(max(self._waiting))
        return who.turn

    def _go_on(self) -> None:
        while self._waiting and len(self._places) < _AT_ONCE:
            rank = min(self._waiting)
            is_full = self._places.count(Precedence.suspect) >= _OF_SUSPECTS
            if rank.precedence is Precedence.suspect and is_full:
                return
            turn = self._taken_out(rank)
            if not turn.done():
                self._places.append(rank.precedence)
                turn.set_result(True)

    def _leave(self, rank: _Rank) -> None:
        """Tell a claim that still waits that there was no place in time."""
        if rank in self._waiting:
            turn = self._taken_out(rank)
            if not turn.done():
                turn.set_result(False)

    def _taken_out(self, rank: _Rank) -> asyncio.Future[bool]:
        who = self._waiting.pop(rank)
        here = self._by_address[who.address]
        here.discard(rank)
        if not here:
            del self._by_address[who.address]
        return who.turn

    def _give(self, precedence: Precedence) -> None:
        self._places.remove(precedence)
        self._go_on()


async def verify(kept: str, secret: str) -> bool:
    """Whether this password has this hash, found out in a thread. Without a hash none is right, and
    that takes as long."""
    right = await asyncio.to_thread(is_right, kept or _NOBODY, secret)
    return bool(kept) and right


def is_right(kept: str, secret: str) -> bool:
    try:
        return HASHER.verify(kept, secret)
    except (Argon2Error, InvalidHashError):
        return False


def _future() -> asyncio.Future[bool]:
    return asyncio.get_running_loop().create_future()
