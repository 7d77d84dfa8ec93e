"""Long bodies: they are joined beside the loop, whole and once."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from chappe.doors.http import turn as turn_module
from chappe.doors.http.hall import Hall
from chappe.doors.http.limits import Limits
from chappe.doors.http.parcel import Parcel
from chappe.doors.http.turn import HttpTurn
from tests.doors.http.line import Door, Line, settle

PATIENCE_S = 10


async def until(holds: Callable[[], bool]) -> None:
    """What a thread does beside the loop is over."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.001)


LONG = bytes(range(256)) * 4_000


@pytest.mark.parametrize("size", [1, 1_000, 100_000, 300_000, len(LONG)])
def test_a_parcel_holds_what_came_in_pieces_of_any_size(size: int) -> None:
    parcel = Parcel()
    raw = LONG if size > 1 else LONG[:300_000]
    for at in range(0, len(raw), size):
        parcel.add(raw[at : at + size])
    assert (parcel.size, parcel.whole(), parcel.whole()) == (len(raw), raw, b"")


CHUNKED = b"".join(
    b"%x\r\n%b\r\n" % (len(LONG[at : at + 999]), LONG[at : at + 999])
    for at in range(0, len(LONG), 999)
)
HEAD = b"POST /a HTTP/1.1\r\nHost: h\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"Content-Length: %d\r\n\r\n" % len(LONG) + LONG,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKED + b"0\r\n\r\n",
    ],
)
async def test_a_long_body_is_joined_beside_the_loop(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: to join 32 MiB would keep everybody waiting."""
    joined: list[bool] = []
    whole = Parcel.whole

    def watched(parcel: Parcel) -> bytes:
        joined.append(threading.current_thread() is threading.main_thread())
        return whole(parcel)

    monkeypatch.setattr(Parcel, "whole", watched)
    door = Door()
    line = door.line()
    for at in range(0, len(raw), 65_536):
        line.say(raw[at : at + 65_536])
    line.say(b"GET /b HTTP/1.1\r\nHost: h\r\n\r\n")
    await until(lambda: line.writes == 2)
    assert joined == [False]
    assert [(one.path, one.body) for one in door.asked] == [("/a", LONG), ("/b", b"")]
    assert door.hall.bodies.held == 0


async def test_who_leaves_while_their_body_is_joined_holds_nothing() -> None:
    door = Door()
    line = door.line()
    line.say(HEAD + b"Content-Length: %d\r\n\r\n" % len(LONG))
    line.say(LONG)
    line.abort()
    await until(lambda: not door.hall.seats)
    assert (door.hall.bodies.held, door.hall.in_flight) == (0, 0)


class _Waiting:
    """Answers nobody."""

    def __init__(self) -> None:
        self.turns: list[HttpTurn] = []

    def take(self, turns: Sequence[HttpTurn]) -> None:
        self.turns += turns


@pytest.mark.parametrize(
    ("goes", "with_s", "is_left"),
    [(Line.end, 60, False), (Line.end, 0, True), (Line.abort, 60, True)],
    ids=["says that it has said all", "hangs up later", "is cut off"],
)
async def test_who_hangs_up_while_a_long_request_waits_has_left(
    goes: Callable[[Line], None], with_s: float, is_left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: an end of words that comes with the request is none of those."""
    monkeypatch.setattr(turn_module, "_WITH_S", with_s)
    waiting = _Waiting()
    line = Line(Hall(waiting, Limits(), []))
    line.say(HEAD + b"Content-Length: %d\r\n\r\n" % len(LONG))
    line.say(LONG)
    await until(lambda: bool(waiting.turns))
    goes(line)
    await settle()
    assert [turn.is_left for turn in waiting.turns] == [is_left]


async def test_whose_request_is_short_never_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is worked off at once, and what it asks for is done, whoever hears of it."""
    monkeypatch.setattr(turn_module, "_WITH_S", 0)
    waiting = _Waiting()
    line = Line(Hall(waiting, Limits(), []))
    line.say(HEAD + b"Content-Length: 1\r\n\r\n1")
    await until(lambda: bool(waiting.turns))
    line.end()
    assert [turn.is_left for turn in waiting.turns] == [False]
