"""Who may come, who gives way, and how slow anybody may be; over lines without sockets."""

import asyncio

import pytest

from chappe.doors.http.limits import KIB
from chappe.doors.lobby.listening import Listening
from chappe.doors.mail.limits import MailLimits
from chappe.words.exchange import Request, Response
from tests.doors.http.line import Gate
from tests.doors.mail.line import GREETING, Door, Line, lines, settle, spoken

HELLO = b"EHLO client.example"
TO_US = spoken(HELLO, b"MAIL FROM:<a@client.example>", b"RCPT TO:<sms@ours.example>", b"DATA")
MAIL = TO_US + b"x\r\n.\r\n"
TOO_SLOW = "421 4.4.2 Too slow"
CROWDED = b"421 4.3.2 Too many connections, come again later\r\n"
STOPPING = "421 4.3.2 Stopping, come again soon"
TAKEN = "250 2.0.0 Taken"
GOOD = "198.51.100.1"


# Seats.


async def test_one_address_shuts_nobody_else_out() -> None:
    """E55: an address holds a share of the door, and no more; of its own, an idle one gives way."""
    door = Door(limits=MailLimits(connections=16, shares=4))
    busy = [door.line() for _ in range(3)]
    for line in busy:
        line.say(TO_US)
    idle, newcomer = door.line(), door.line()
    assert (idle.cut, newcomer.heard) == (True, GREETING)
    newcomer.say(TO_US)
    turned_away = door.line()
    assert (turned_away.heard, turned_away.closed) == (CROWDED, True)
    assert door.line(GOOD).heard == GREETING
    assert [line.cut for line in (*busy, newcomer)] == [False] * 4
    assert door.hall.crowded == 1


async def test_while_the_door_is_full_who_holds_most_gives_way() -> None:
    door = Door(limits=MailLimits(connections=4, shares=1))
    many = [door.line("192.0.2.66") for _ in range(4)]
    for line in many:
        line.say(TO_US)
    assert door.line(GOOD).heard == GREETING
    assert [line.cut for line in many].count(True) == 1


async def test_a_mail_that_is_being_answered_never_gives_way() -> None:
    """What may become durable is seen through."""
    gate = Gate()
    door = Door(gate, limits=MailLimits(connections=1, shares=1))
    line = door.line()
    line.say(MAIL)
    assert door.line(GOOD).heard == CROWDED
    gate.open()
    await settle()
    assert lines(line.heard)[-1] == TAKEN


async def test_a_seat_is_free_once_its_client_is_gone() -> None:
    door = Door(limits=MailLimits(connections=1, shares=1))
    for _ in range(3):
        line = door.line()
        assert line.heard == GREETING
        line.say(TO_US, b"half a mail")
        line.close()
        await settle()
        assert (door.hall.seats, door.hall.bodies.held) == (set(), 0)


# Time.


async def test_a_command_has_its_time_however_it_drips() -> None:
    door = Door(limits=MailLimits(command_s=300))
    line = door.line()
    line.say(spoken(HELLO))
    for second in range(0, 300, 10):
        door.hall.sweep(second)
        line.say(b"x")
    assert not line.over
    door.hall.sweep(300)
    assert lines(line.heard)[-1] == TOO_SLOW
    assert (line.over, line.cut) == (True, False)
    door.hall.sweep(305)  # it was said goodbye, and stays
    assert line.cut


async def test_a_mail_has_its_pace() -> None:
    """E55: who sends drop by drop is overdue, however much came before."""
    door = Door(limits=MailLimits(pace=KIB, pace_s=15))
    slow, fast = door.line(), door.line()
    for line in (slow, fast):
        line.say(TO_US, b"x" * 100_000)
    for second in range(0, 46, 5):
        door.hall.sweep(second)
        slow.say(b"x" * KIB)
        fast.say(b"x" * KIB * 6)
    assert lines(slow.heard)[-1] == TOO_SLOW
    assert not fast.over


@pytest.mark.parametrize(
    ("limits", "wanted"),
    [
        (MailLimits(body_s=60), TOO_SLOW),
        (MailLimits(session_s=60), "421 4.7.0 Too much for one session, come again"),
    ],
)
async def test_a_mail_and_a_session_have_their_time(limits: MailLimits, wanted: str) -> None:
    door = Door(limits=limits)
    line = door.line()
    line.say(TO_US)
    for second in range(0, 61, 5):
        assert not line.over
        door.hall.sweep(second)
        line.say(b"x" * KIB * 20)
    assert lines(line.heard)[-1] == wanted


async def test_who_waits_for_an_answer_is_never_too_slow() -> None:
    """A wrong password waits long."""
    gate = Gate()
    door = Door(gate)
    line = door.line()
    line.say(MAIL)
    door.hall.sweep(10_000)
    gate.open()
    await settle()
    assert (lines(line.heard)[-1], line.cut) == (TAKEN, False)


async def test_nothing_is_read_while_a_mail_is_answered_or_the_client_does_not_read() -> None:
    """E55: what was sent ahead waits at the client."""
    gate = Gate()
    door = Door(gate)
    line = door.line()
    line.say(MAIL + b"NOOP\r\n")
    assert (line.reading, lines(line.heard)[-1]) == (
        False,
        "354 End it with a dot on a line of its own",
    )
    gate.open()
    await settle()
    assert (line.reading, lines(line.heard)[-2:]) == (True, [TAKEN, "250 2.0.0 OK"])
    line.connection.pause_writing()
    line.say(b"NOOP\r\n")
    assert (line.reading, lines(line.heard)[-2:]) == (False, [TAKEN, "250 2.0.0 OK"])
    line.connection.resume_writing()
    assert (line.reading, lines(line.heard)[-2:]) == (True, ["250 2.0.0 OK"] * 2)
    line.connection.pause_writing()
    door.hall.sweep(door.hall.limits.command_s)
    assert line.cut


# Ends.


async def test_who_hangs_up_after_the_dot_has_sent_the_mail() -> None:
    gate = Gate()
    door = Door(gate)
    line = door.line()
    line.say(MAIL + MAIL + b"NOOP")
    line.end()
    assert not line.closed
    gate.open()
    await settle(30)
    assert ([one for one in lines(line.heard) if one == TAKEN], line.closed) == ([TAKEN] * 2, True)
    assert door.hall.seats == set()


async def test_a_door_that_drains_ends_what_is_under_way_and_begins_nothing() -> None:
    """E54: refused politely, and told to come again."""
    gate = Gate()
    door = Door(gate)
    idle, half, answering = door.line(), door.line(), door.line()
    idle.say(spoken(HELLO, b"MAIL FROM:<a@b>"))
    half.say(TO_US, b"x")
    answering.say(MAIL + b"MAIL FROM:<a@b>\r\n")
    door.hall.drain()
    assert (lines(idle.heard)[-1], idle.over) == (STOPPING, True)
    newcomer = door.line()
    assert newcomer.heard.decode() == f"{STOPPING}\r\n"
    half.say(b"\r\n.\r\nNOOP\r\n")
    gate.open()
    await settle()
    for line in (half, answering):
        assert (lines(line.heard)[-2:], line.over) == ([TAKEN, STOPPING], True)


async def test_what_is_cut_off_while_it_is_answered_was_not_taken() -> None:
    never = asyncio.Event()

    async def answer(request: Request) -> Response:
        await never.wait()
        return Response(b"")

    door = Door(answer)
    line = door.line()
    line.say(MAIL)
    await settle()
    task = line.connection.cut()
    assert task is not None
    await asyncio.gather(task, return_exceptions=True)
    await settle()
    assert (task.cancelled(), door.counts, door.hall.seats) == (True, {"mails put off": 1}, set())
    assert door.hall.bodies.held == door.hall.in_flight == 0


async def test_a_door_that_drains_waits_for_nobody_who_is_idle() -> None:
    """E54: whoever leaves a session open would hold up the stop."""
    door = Door()
    idle = [door.line() for _ in range(3)]
    for line in idle:
        line.connection.leave()
        line.connection.leave()
    await settle()
    assert [(line.closed, line.cut) for line in idle] == [(True, False)] * 3
    assert door.hall.seats == set()


async def test_who_is_gone_before_goodbye_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """E54: the transport may know it before the loop does."""

    def gone(line: Line) -> None:
        raise OSError(107, "Transport endpoint is not connected")

    monkeypatch.setattr(Line, "write_eof", gone)
    door = Door()
    line = door.line()
    door.hall.sweep(door.hall.limits.command_s)
    await settle()
    assert (line.cut, door.hall.seats) == (True, set())


async def test_who_fails_to_leave_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """E54: whatever one session makes of the code, all others leave as they should."""

    def fail() -> None:
        raise RuntimeError("a fault of ours")

    door = Door()
    odd, idle = door.line(), door.line()
    monkeypatch.setattr(odd.connection, "leave", fail)
    await Listening(door.hall).drain(1)
    assert (odd.cut, idle.cut, lines(idle.heard)) == (True, False, [STOPPING])
    assert door.hall.seats == set()
