"""Who may come, who gives way, and how slow anybody may be; over lines without sockets."""

import asyncio
import gc
import weakref
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.doors.http.limits import KIB, Limits
from chappe.doors.lobby.seats import Place, Seat, Shares
from chappe.words.exchange import Request, Response
from tests.doors.http.line import Door, Gate, Line, settle

GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
CHUNKS = b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
DRIP = b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nx"
SERVED = b"HTTP/1.1 200 OK\r\n"
TURNED_AWAY = b"HTTP/1.1 503 Service Unavailable\r\n"
GOOD = "198.51.100.1"


def first(line: Line) -> bytes:
    """The status line of what a client has heard."""
    return line.heard[: line.heard.find(b"\n") + 1]


async def asked(line: Line, request: bytes = GET) -> bytes:
    """The status line that a request gets."""
    line.say(request)
    await settle()
    return first(line)


# Shares.


async def test_drips_from_one_address_shut_nobody_else_out() -> None:
    """E55: who sends drop by drop from one address holds a share of the door, and no more."""
    door = Door(limits=Limits(connections=64))
    for _ in range(100):
        door.line("192.0.2.66").say(DRIP)
        assert await asked(door.line(GOOD)) == SERVED
    await settle()
    held = Counter(seat.holder for seat in door.hall.seats if seat.place is Place.SHARE)
    assert held["192.0.2.66"] == 8


async def test_who_is_gone_leaves_nothing_behind() -> None:
    """E23: a crowd that comes and goes must not wait in memory for the collector."""
    door = Door()
    line = door.line()
    await asked(line)
    there = weakref.ref(line.connection)
    gc.disable()
    try:
        line.abort()
        await settle()
        del line
        assert there() is None
    finally:
        gc.enable()


async def test_the_oldest_idle_connection_of_ones_own_gives_way() -> None:
    door = Door(limits=Limits(connections=16, shares=4))
    lines = []
    for second in range(4):
        door.hall.sweep(second)
        lines.append(door.line())
    assert await asked(lines[0]) == SERVED  # it was busy last of all
    other, newcomer = door.line(GOOD), door.line()
    assert await asked(newcomer) == SERVED
    assert [line.cut for line in (*lines, other)] == [False, True, False, False, False]


async def test_nothing_that_is_under_way_gives_way_to_ones_own() -> None:
    gate = Gate()
    door = Door(gate, limits=Limits(connections=16, shares=4))
    busy, ahead, body, head = (door.line() for _ in range(4))
    busy.say(GET)
    ahead.connection.data_received(GET)  # it has come, and was not looked at yet
    body.say(DRIP)
    head.say(b"GET /a")
    newcomer = door.line()
    assert await asked(newcomer) == TURNED_AWAY
    assert [line.cut for line in (busy, ahead, body, head)] == [False] * 4
    gate.open()
    await settle()
    assert first(busy) == first(ahead) == SERVED


async def test_while_the_door_is_full_who_holds_most_gives_way() -> None:
    """E55: many addresses together shut nobody out who comes alone."""
    door = Door(limits=Limits(connections=16, shares=2))
    drips = [door.line(f"192.0.2.{number // 4}") for number in range(16)]
    for line in drips:
        line.say(DRIP)
    assert await asked(door.line(GOOD)) == SERVED
    assert [line.cut for line in drips] == [True] + [False] * 15
    assert len(door.hall.seats) == 16


async def test_among_equals_only_the_idle_give_way() -> None:
    door = Door(limits=Limits(connections=2))
    unfinished, idle = door.line("192.0.2.1"), door.line("192.0.2.2")
    unfinished.say(DRIP)
    assert await asked(door.line(GOOD)) == TURNED_AWAY
    unfinished.close()
    await settle()
    door.line("192.0.2.1")
    assert await asked(door.line(GOOD)) == SERVED
    assert idle.cut


async def test_of_ipv6_a_subnet_has_one_share() -> None:
    door = Door(limits=Limits(connections=16, shares=8))
    for number in range(4):
        door.line(f"2001:db8::{number}").say(DRIP)
    door.line("2001:db8:0:1::1").say(DRIP)
    door.line("::ffff:192.0.2.1").say(DRIP)
    door.line("192.0.2.1").say(DRIP)
    held = Counter(seat.holder for seat in door.hall.seats if seat.place is Place.SHARE)
    assert held == {"2001:db8::": 2, "2001:db8:0:1::": 1, "192.0.2.1": 2}


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=60))
def test_the_shares_know_who_holds_most(steps: list[tuple[str, bool]]) -> None:
    shares, held = Shares(), list[Seat]()
    for holder, comes in steps:
        mine = [seat for seat in held if seat.holder == holder]
        if comes:
            held.append(Seat(Nobody(), holder, Place.SHARE))
            shares.take(held[-1])
        elif mine:
            shares.leave(mine[0])
            held.remove(mine[0])
        counts = Counter(seat.holder for seat in held)
        assert [shares.held(name) for name in "abcd"] == [counts[name] for name in "abcd"]
        assert shares.taken == len(held)
        assert counts[shares.largest()] == max(counts.values(), default=0)


class Nobody:
    """Sits."""

    def spared_since(self, unfinished: bool) -> float | None:
        return None

    def give_way(self) -> None: ...

    def close_if_overdue(self) -> None: ...

    def leave(self) -> None: ...

    def cut(self) -> asyncio.Task[None] | None: ...


async def test_who_has_said_all_gives_way_before_who_has_said_nothing_yet() -> None:
    """E55: its end may be told after the next ones have come."""
    door = Door(limits=Limits(connections=16, shares=8))
    fresh, ended = door.line(GOOD), door.line(GOOD)
    assert not ended.connection.eof_received()
    door.line(GOOD)
    assert (fresh.cut, ended.cut) == (False, True)
    assert await asked(fresh, GET) == SERVED


# Proxies.


def forwarded(client: str, request: bytes = GET) -> bytes:
    return request.replace(b"Host: h", b"Host: h\r\nX-Forwarded-For: " + client.encode())


async def test_whom_a_proxy_speaks_for_has_a_share_and_the_proxy_has_none() -> None:
    """E55: behind a proxy, too, one client shuts out no other."""
    door = Door(limits=Limits(connections=32, shares=8), trusted=["10.0.0.1"])
    drips = [door.line("10.0.0.1") for _ in range(20)]
    for line in drips:
        line.say(forwarded("192.0.2.66", DRIP))
    await settle()
    assert [first(line) for line in drips] == [b""] * 4 + [TURNED_AWAY] * 16
    assert door.hall.bodies.held == 4
    assert await asked(door.line("10.0.0.1"), forwarded(GOOD)) == SERVED
    assert await asked(door.line("10.0.0.1"), forwarded("192.0.2.66")) == TURNED_AWAY


async def test_a_proxys_connection_is_held_for_a_client_as_long_as_it_asks() -> None:
    door = Door(limits=Limits(connections=16, shares=8), trusted=["10.0.0.1"])
    lines = [door.line("10.0.0.1") for _ in range(10)]
    for line in lines:
        assert await asked(line, forwarded(GOOD)) == SERVED
    assert {seat.holder for seat in door.hall.seats} == {""}


# Guests.


async def full_door(limits: Limits) -> Door:
    door = Door(limits=limits, vital=["/healthz"])
    for number in range(limits.connections):
        door.line(f"192.0.2.{number}").say(DRIP)
    return door


async def test_a_full_door_still_says_how_it_is_and_nothing_else() -> None:
    """E53: the watchman is answered, whoever shuts everybody else out."""
    door = await full_door(Limits(connections=4))
    for _ in range(3):
        watchman, customer, sender = (door.line(GOOD) for _ in range(3))
        assert await asked(watchman, HEALTH + GET) == SERVED
        assert await asked(customer) == await asked(sender, DRIP) == TURNED_AWAY
        assert (watchman.closed, watchman.writes, door.hall.in_flight) == (True, 1, 0)
    assert [request.path for request in door.asked] == ["/healthz"] * 3
    assert door.hall.bodies.held == 4


async def test_an_older_guest_gives_way_to_a_younger_one() -> None:
    door = await full_door(Limits(connections=4, guests=2))
    silent = [door.line("192.0.2.66") for _ in range(5)]
    assert await asked(door.line(GOOD), HEALTH) == SERVED
    await settle()
    assert [first(line) for line in silent] == [TURNED_AWAY] * 4 + [b""]
    assert len(door.hall.seats) == 5


async def test_a_guest_that_is_being_answered_stays() -> None:
    gate = Gate()
    door = Door(gate, limits=Limits(connections=1, guests=1), vital=["/healthz"])
    door.line("192.0.2.1").say(DRIP)
    watchman, late = door.line(GOOD), door.line(GOOD)
    assert (first(watchman), late.closed) == (TURNED_AWAY, False)
    late.say(HEALTH)
    refused = door.line(GOOD)
    await settle()
    assert (first(refused), refused.closed, late.closed) == (TURNED_AWAY, True, False)
    gate.open()
    await settle()
    assert first(late) == SERVED


@pytest.mark.parametrize("said", [b"", b"G", b"GET /b HTTP/1.1\r\nHost: h\r\n\r\n" + b"x" * 9])
async def test_a_guests_time_is_short_whatever_they_do(said: bytes) -> None:
    """E55: nothing hangs."""
    door = await full_door(Limits(connections=1))
    guest = door.line(GOOD)
    guest.say(said)
    await settle()
    door.hall.sweep(2)
    door.hall.sweep(2)
    await settle()
    assert (guest.closed, len(door.hall.seats)) == (True, 1)


# Pace.

PACED = Limits(pace=KIB, pace_s=15, body_s=300)


def let_pass(door: Door, seconds: int) -> None:
    for _ in range(seconds):
        door.hall.sweep(door.hall.now + 1)


@pytest.mark.parametrize(
    ("begun", "drop", "after_s"),
    [
        (DRIP, b"x" * 20, 16),
        (DRIP + b"x" * 90_000, b"", 16),
        (b"GET /", b"x" * 20, 16),
        (CHUNKS, b"1\r\nx\r\n", 16),
        (DRIP.replace(b"100000", b"1000000"), b"x" * KIB, 300),
    ],
    ids=["a drip", "a stall", "a head", "chunks", "a slow line"],
)
async def test_a_request_comes_at_a_pace_or_not_at_all(
    begun: bytes, drop: bytes, after_s: int
) -> None:
    """E55: drops do not buy time, whatever came before."""
    door = Door(limits=PACED)
    line = door.line()
    line.say(begun)
    for second in range(1, after_s):
        door.hall.sweep(second)
        line.say(drop)
        assert not line.closed, second
    door.hall.sweep(after_s)
    assert line.closed


@pytest.mark.parametrize(("taken", "after_s"), [(20, 17), (KIB, 301)])
async def test_an_answer_is_read_at_a_pace_or_cut_off(taken: int, after_s: int) -> None:
    """E55: who reads drop by drop, or nothing, holds no answer for long."""
    door = Door(limits=PACED)
    line = door.line()
    line.say(GET)
    await settle()
    line.owed = 1_000_000
    door.hall.sweep(1)
    line.connection.pause_writing()
    for second in range(2, after_s):
        door.hall.sweep(second)
        line.owed -= taken
        assert not line.closed, second
    door.hall.sweep(after_s)
    assert line.cut


async def test_a_last_answer_that_nobody_reads_is_not_kept() -> None:
    async def answer(request: Request) -> Response:
        line.owed = 60_000  # below what stops a writer
        return Response(b"OK")

    door = Door(answer, limits=PACED)
    line = door.line()
    line.say(GET.replace(b"Host: h", b"Host: h\r\nConnection: close"))
    await settle()
    hall = door.hall
    hall.sweep(1)
    assert len(hall.seats) == 1
    hall.sweep(16)
    await settle()
    assert (line.cut, hall.seats) == (True, set())


async def test_an_answer_in_the_making_has_its_time_though_the_client_sends_slowly() -> None:
    gate = Gate()
    door = Door(gate, limits=PACED)
    line = door.line()
    line.say(GET + DRIP)
    let_pass(door, 100)
    assert not line.closed
    gate.open()
    await settle()
    let_pass(door, 16)
    assert (first(line), line.closed) == (SERVED, True)


# Faults.


async def test_a_fault_in_one_connections_deadline_keeps_nobody_elses(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """E55: a slip of ours, wherever it is, is one client's trouble."""
    door = Door(limits=Limits(idle_s=10))
    lines = [door.line() for _ in range(5)]

    def slip() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(lines[2].connection, "close_if_overdue", slip)
    door.hall.sweep(10)
    await settle()
    assert [line.closed for line in lines] == [True] * 5
    assert [line.cut for line in lines] == [False, False, True, False, False]
    assert (door.hall.seats, len(caplog.records)) == (set(), 1)


# Bodies.


async def test_the_bodies_of_one_address_leave_room_for_those_of_others() -> None:
    """E55: a few vast bodies that stall keep nobody else's out."""
    door = Door(limits=Limits(bodies_total=40_000, body_shares=4))
    vast = b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9000\r\n\r\n" + b"x" * 8_000
    chunk = CHUNKS + b"2000\r\n" + b"x" * 0x1FFF
    first_one, second, third = (door.line() for _ in range(3))
    assert [await asked(line, vast) for line in (first_one, second)] == [b"", TURNED_AWAY]
    assert await asked(third, chunk) == TURNED_AWAY
    assert await asked(door.line(GOOD), vast + b"x" * 1_000) == SERVED
    assert await asked(first_one, b"x" * 1_000) == SERVED
    assert [await asked(door.line(), vast), await asked(door.line(), vast)] == [b"", TURNED_AWAY]
    assert door.hall.bodies.held == 8_000


async def test_a_body_counts_for_whom_the_proxy_speaks_for() -> None:
    door = Door(limits=Limits(bodies_total=40_000, body_shares=4), trusted=["10.0.0.1"])
    vast = b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9000\r\n\r\n" + b"x" * 8_000
    lines = [door.line("10.0.0.1") for _ in range(3)]
    clients = ("192.0.2.66", "192.0.2.66", GOOD)
    heard = [
        await asked(line, forwarded(client, vast))
        for line, client in zip(lines, clients, strict=True)
    ]
    assert heard == [b"", TURNED_AWAY, b""]
