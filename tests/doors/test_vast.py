"""Vast bodies: a few at a time, in short turns, and their memory goes back."""

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import cast

import pytest

from chappe.dialects import DIALECTS
from chappe.doors import vast
from chappe.doors.http.turn import Awaiting, HttpTurn
from chappe.doors.pipeline import Pipeline
from chappe.doors.vast import Room, give_back
from chappe.engine.desk import Desk
from chappe.engine.disturb import Disturbing
from chappe.engine.measure import Measures
from chappe.engine.prove import Prove
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from chappe.words.clock import HandClock
from chappe.words.exchange import Request, Response


async def test_one_is_inside_and_others_wait() -> None:
    """E55: what a vast body is read into takes many times its room."""
    room, inside, most, door = Room(), 0, 0, asyncio.Event()

    async def visit() -> None:
        nonlocal inside, most
        async with room:
            inside += 1
            most = max(most, inside)
            await door.wait()
            inside -= 1

    visits = [asyncio.ensure_future(visit()) for _ in range(5)]
    await asyncio.sleep(0)
    visits[4].cancel()
    door.set()
    ended = await asyncio.gather(*visits, return_exceptions=True)
    assert (most, [type(one) for one in ended[4:]]) == (1, [asyncio.CancelledError])


async def test_threads_take_short_turns_while_one_is_inside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E23: and when the last has left, memory goes back, once."""
    tidied: list[float] = []
    monkeypatch.setattr(vast, "_SETTLED_S", 0)
    monkeypatch.setattr(vast, "give_back", lambda: tidied.append(sys.getswitchinterval()))
    emptied: list[float] = []
    room, usual = Room(lambda: emptied.append(sys.getswitchinterval())), sys.getswitchinterval()
    async with room:
        inside = sys.getswitchinterval()
        other = asyncio.ensure_future(_visit(room))
        await asyncio.sleep(0)
    still = sys.getswitchinterval()
    await other
    assert (inside < usual / 5, still, sys.getswitchinterval()) == (True, inside, usual)
    await _until(lambda: bool(tidied))
    assert tidied == emptied == [usual]
    give_back()


async def test_what_is_vast_is_not_looked_over_for_garbage_while_it_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E23: a look at hundreds of thousands of objects is one of 50 ms, in which nobody else is
    served. Once the last has left and is settled, looks are as before."""
    tidied: list[int] = []
    thresholds = gc.get_threshold()
    monkeypatch.setattr(vast, "_SETTLED_S", 0)
    monkeypatch.setattr(vast, "give_back", lambda: tidied.append(gc.get_threshold()[0]))
    try:
        gc.set_threshold(*vast.LOOKS, 250)
        room = Room()
        async with room:
            assert gc.get_threshold() == (2_000, 5_000, 250)
        await _until(lambda: bool(tidied))
        assert (tidied, gc.get_threshold()) == ([5_000], (5_000, 40, 250))
    finally:
        gc.set_threshold(*thresholds)


_NOT_NOW = b"ERROR_UNKNOWN"


class _Slow:
    """Proves nobody, and takes its time to say so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may = asyncio.Event()

    def at_hand(self, claim: Claim, peer: str) -> None:
        """It has to be looked into."""

    async def prove(self, claim: Claim, peer: str, by: str) -> Account | Refusal:
        self.asked.append(claim.login)
        await self.may.wait()
        return Refusal((Trouble.bad_credentials,))


class _Known(_Slow):
    """Proves everybody, in time."""

    async def prove(self, claim: Claim, peer: str, by: str) -> Account | Refusal:
        await super().prove(claim, peer, by)
        return Account(id=1, login=claim.login)


class _Desk:
    """What a refusal needs of a desk."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.clock = HandClock(0)
        self.measures = Measures(self.clock, ())
        self.disturbing = Disturbing(self.clock)


class _Connection:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[bytes] = []

    def answered(self, turn: HttpTurn, response: Response) -> None:
        self.said.append(response.body)


def _turns(connection: _Connection, logins: Sequence[str]) -> list[HttpTurn]:
    return [
        HttpTurn(
            cast("Awaiting", connection),
            Request("POST", "/api", body=_push(login)),
            modern=True,
            keep=True,
        )
        for login in logins
    ]


def _push(login: str) -> bytes:
    return f'<push accountid="{login}" password="wrong">'.encode() + b" " * (2 << 20)


async def _visit(room: Room) -> None:
    async with room:
        pass


async def test_a_wrong_password_keeps_no_room_while_it_waits() -> None:
    """E55: five strangers are asked for at once, though one vast body is read at a time."""
    slow, connection = _Slow(), _Connection()
    logins = [f"stranger{number}" for number in range(5)]
    pipeline = Pipeline(cast("Desk", _Desk()), cast("Prove", slow), DIALECTS, {})
    pipeline.take(_turns(connection, logins))
    await _until(lambda: len(slow.asked) == 5)
    slow.may.set()
    await _until(lambda: len(connection.said) == 5)
    assert (sorted(slow.asked), set(connection.said)) == (logins, {b"BAD PASSWORD"})


async def test_what_a_client_gave_up_waiting_for_is_not_begun() -> None:
    """E55: its body is let go of when its turn comes, and nothing is read of it: who asks again
    would else be served twice, and whoever is behind them waits for nobody."""
    slow, connection = _Slow(), _Connection()
    slow.may.set()
    desk = _Desk()
    pipeline = Pipeline(cast("Desk", desk), cast("Prove", slow), DIALECTS, {})
    turns = _turns(connection, ["stays", "goes", "goes too", "waits"])
    pipeline.take(turns)
    for turn in turns[1:3]:
        turn.leave()
    await _until(lambda: len(connection.said) == 4)
    assert sorted(slow.asked) == ["stays", "waits"]
    assert Counter(connection.said) == {b"BAD PASSWORD": 2, _NOT_NOW: 2}
    assert desk.counts["faults"] == 0


async def test_what_a_client_gave_up_while_it_was_proved_is_not_begun() -> None:
    known, connection, desk = _Known(), _Connection(), _Desk()
    pipeline = Pipeline(cast("Desk", desk), cast("Prove", known), DIALECTS, {})
    (turn,) = _turns(connection, ["goes"])
    pipeline.take([turn])
    await _until(lambda: bool(known.asked))
    turn.leave()
    known.may.set()
    await _until(lambda: bool(connection.said))
    assert (connection.said, desk.counts["faults"]) == ([_NOT_NOW], 0)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110, the code under test knows no event
            await asyncio.sleep(0.001)
