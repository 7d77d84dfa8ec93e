"""A dropped file as a request: it takes the steps of any other, by itself and beside the loop.

In: an open file, and the account whose folder it lay in. Out: its dialect's response. Promise: a
store or a disk that is away is raised, so that the file waits for better times; whatever else a
file makes of the code refuses it, so that it is not read again and again.
"""

import logging
from collections.abc import Sequence

from chappe.dialects.shape import FILE, Files
from chappe.doors.asking import (
    Admitted,
    Came,
    Open,
    Read,
    Wording,
    mark,
    opened,
    opened_aside,
    read,
    read_aside,
)
from chappe.engine.desk import Desk
from chappe.engine.haul import Haul, StoreAway
from chappe.engine.prove import Prove
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Wordable
from chappe.words.bulk import Dropped, Pieced
from chappe.words.exchange import Request, Response
from chappe.words.steps import OneStep, Waited

log = logging.getLogger("chappe.doors.files.drop")


class _Turn(Waited[Response]):
    """A file's: nobody waits at the door, the answer is laid beside it."""

    __slots__ = ("request",)
    is_left = False

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request


def came(desk: Desk, files: Files, request: Request) -> tuple[Came, Waited[Response]]:
    """A file that came, and who waits for its answer."""
    turn = _Turn(request)
    return Came(desk, turn, request, files, FILE, desk.clock.now()), turn


class Filing:
    """The steps of one file."""

    def __init__(self, prove: Prove, pieces: Haul, dropped: Dropped, account: Account) -> None:
        self._prove = prove
        self._pieces = pieces
        self._dropped = dropped
        self._account = account
        wording = _Wording()
        done = OneStep[Admitted, Read[Wordable], Response](wording, read, read_aside, self)
        proved = OneStep[Open, Admitted, Response](wording, _unproved, self._within, done)
        self.steps = OneStep[Came, Open, Response](wording, opened, opened_aside, proved)

    async def _within(self, one: Open) -> Admitted | Refusal:
        """Its claim must be of the account that it lay with."""
        refusal = await self._prove.prove_within(one.opened.claim, self._account)
        now = one.desk.clock.now()
        return refusal or Admitted(
            one.desk,
            one.turn,
            one.request,
            one.dialect,
            one.action,
            now,
            one.opened,
            self._account,
            one.now,
        )

    # the last step

    def together(self, ones: Sequence[Read[Wordable]]) -> None:
        for one in ones:
            one.turn.answer_later(self.alone(one))

    async def alone(self, one: Read[Wordable]) -> Response:
        try:
            answer = await self._taken(one)
        except Exception as fault:  # of ours, or the store is away
            return _answered(one, fault)
        return await one.said(answer)

    async def _taken(self, one: Read[Wordable]) -> Receipt | Refusal:
        if not isinstance(one.asked, Pieced):
            raise TypeError("a file asks for an order in pieces")
        mark(one.asked.bulk.order, one, self._dropped.name)
        answer = await self._pieces.take(self._dropped, self._account, one.asked)
        if isinstance(answer, Receipt):
            log.info("%s was taken as order %d", self._dropped.name, answer.order)
        return answer


def _unproved(one: Open) -> None:
    """To prove it always has to be waited for."""


class _Wording(Wording):
    async def failed(self, one: Came, fault: Exception) -> Response:
        return _answered(one, fault)


def _answered(one: Came, fault: Exception) -> Response:
    if isinstance(fault, StoreAway | OSError):
        raise fault
    return one.faulted()
