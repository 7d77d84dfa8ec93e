"""What is pushed by POST, each kind to its own address: refused, unanswered, and told again."""

from urllib.parse import parse_qsl, urlencode

import pytest

from chappe.config import Secret
from chappe.doors.calls.connection import PostLimits
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.report import Report
from tests.journeys.ears import HANG
from tests.journeys.house import House, account, config, many, to

Push = dict[str, str]

RECEIPTS, STOPS, REPLIES = "/receipts", "/stops", "/replies"
GIVEN_UP = 2  # how a call ended, as the store lists it
FIRST = 33_612_000_000  # an ordinary number: delivered
TEN = "2026-11-24 10:00:00"  # when the house opens


async def opened(house: House) -> None:
    """Fred, with three addresses. They are known before the house is there."""
    await house.ears.open()
    await house.ears.close()
    paths = {"receipts_url": RECEIPTS, "stops_url": STOPS, "replies_url": REPLIES}
    urls = {name: house.ears.url(path) for name, path in paths.items()}
    house.ears.status = dict.fromkeys(paths.values(), 200)
    fred = account("fred", api_keys=(Secret("s3cret"),), dialects={"octopush": urls})
    await house.open(config(accounts=(fred,)))


async def send(house: House, *numbers: int, **more: str) -> None:
    """A sending of type FR, whose replies are wanted."""
    fields = {
        "user_login": "fred",
        "api_key": "s3cret",
        "sms_type": "FR",
        "sms_sender": "ACME",
        "sms_text": "Bonjour STOP au XXXXX",
        "sms_recipients": ",".join([f"+{number}" for number in numbers]),
        "with_replies": "1",
        **more,
    }
    body = urlencode(fields).encode()
    head = (
        "POST /api/sms HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}"
    )
    answer = await house.ask(head, body)
    assert answer is not None
    assert b"<error_code>000</error_code>" in answer[1]
    await house.settle()


def pushed(house: House, path: str) -> list[Push]:
    """What came to an address, in its order."""
    return [dict(parse_qsl(body.decode(), True)) for body in house.ears.bodies[path]]


def receipt(order: int, number: int = FIRST, said: str = "DELIVERED", date: str = TEN) -> Push:
    ticket = f"api{order:012d}"
    return {
        "message_id": ticket,
        "number": f"+{number}",
        "status": said,
        "delivery_date": date,
    }


def reply(order: int, number: int, text: str, date: str) -> Push:
    ticket = f"api{order:012d}"
    return {
        "message_id": ticket,
        "number": f"+{number}",
        "text": text,
        "sms_ticket": ticket,
        "answer_date": date,
    }


def stop(number: int, date: str) -> Push:
    return {"number": f"+{number}", "text": "STOP", "stop_date": date}


async def listed(house: House) -> list[tuple[int, int, str]]:
    """Of each call of fred's: how often it was made, how it ended, and the last answer."""
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    return [(row[5], row[6], row[7]) for row in await house.node.store.calls(fred.id, 10)]


@pytest.mark.parametrize("status", [500, 404, 403, 201, 204, 302])
async def test_a_receipt_is_heard_when_200_is_said_and_by_nothing_else(
    house: House, status: int
) -> None:
    """O13: the same once more, ten seconds later; then never again."""
    await opened(house)
    house.ears.status[RECEIPTS] = status
    await send(house, FIRST)
    await house.let(9)
    assert pushed(house, RECEIPTS) == [receipt(1)]
    house.ears.status[RECEIPTS] = 200
    await house.let(3)
    assert pushed(house, RECEIPTS) == [receipt(1)] * 2
    await house.leap(house.clock.now() + 4 * DAY, HOUR)
    assert pushed(house, RECEIPTS) == [receipt(1)] * 2


@pytest.mark.parametrize("body", [b"", b"OK", b"<h1>Erreur 500</h1>", b"x" * 60_000])
async def test_whatever_page_comes_with_200_will_do(house: House, body: bytes) -> None:
    """O13"""
    await opened(house)
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    house.ears.octets[RECEIPTS] = head + body
    await send(house, FIRST)
    await house.leap(house.clock.now() + 4 * DAY, HOUR)
    assert pushed(house, RECEIPTS) == [receipt(1)]


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"200 OK\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
    ],
)
async def test_a_broken_answer_is_none(house: House, octets: bytes) -> None:
    """O13: nothing at all, half a head, half a body, no chunks, no HTTP."""
    await opened(house)
    house.ears.octets[RECEIPTS] = octets
    await send(house, FIRST)
    await house.let(9)
    assert pushed(house, RECEIPTS) == [receipt(1)]
    del house.ears.octets[RECEIPTS]
    await house.let(3)
    assert pushed(house, RECEIPTS) == [receipt(1)] * 2


async def test_who_never_answers_is_told_again(house: House) -> None:
    """O13: the call is given up after a while, and made again."""
    await opened(house)
    house.limit_calls(PostLimits(answer_s=0.1))
    house.ears.status[RECEIPTS] = HANG
    house.restless = lambda: house.ears.hanging > 0
    await send(house, FIRST)
    await house.let(2)
    assert await listed(house) == [(1, 0, "timed out")]
    house.ears.status[RECEIPTS] = 200
    await house.let(10)
    assert pushed(house, RECEIPTS) == [receipt(1)] * 2


async def test_who_is_away_is_told_all_of_it_when_they_are_back(house: House) -> None:
    """O13 O14 O15: connections are refused for an hour; nothing is lost, nothing comes twice."""
    await opened(house)
    await send(house, FIRST, FIRST + 1, FIRST + 2)
    await house.let(1)
    assert sorted(one["number"] for one in pushed(house, RECEIPTS)) == [f"+{n}" for n in many(3)]
    await house.ears.close()
    await send(house, FIRST + 3)
    await house.write(FIRST, "STOP")
    await house.write(FIRST + 1, "Oui")
    await house.leap(house.clock.now() + HOUR, MINUTE)
    await house.ears.open()
    await house.leap(house.clock.now() + 3 * HOUR, MINUTE)
    assert pushed(house, RECEIPTS)[3:] == [receipt(2, FIRST + 3, date="2026-11-24 10:00:01")]
    assert pushed(house, STOPS) == [stop(FIRST, "2026-11-24 10:00:01")]
    assert pushed(house, REPLIES) == [reply(1, FIRST + 1, "Oui", "2026-11-24 10:00:02")]


@pytest.mark.parametrize("deaf", [RECEIPTS, STOPS, REPLIES])
async def test_each_kind_is_told_again_at_its_own_address(house: House, deaf: str) -> None:
    """O13 O14 O15: one that fails keeps nothing from the others, and what it missed comes to it."""
    await opened(house)
    await send(house, FIRST, FIRST + 1)
    await house.let(1)
    house.ears.bodies.clear()
    house.ears.status[deaf] = 500
    await send(house, FIRST + 2)
    await house.write(FIRST, "STOP")
    await house.write(FIRST + 1, "Oui")
    once = {
        RECEIPTS: [receipt(2, FIRST + 2, date="2026-11-24 10:00:01")],
        STOPS: [stop(FIRST, "2026-11-24 10:00:01")],
        REPLIES: [reply(1, FIRST + 1, "Oui", "2026-11-24 10:00:02")],
    }
    assert {path: pushed(house, path) for path in once} == once
    house.ears.status[deaf] = 200
    await house.leap(house.clock.now() + 4 * DAY, HOUR)
    again = {path: calls * (2 if path == deaf else 1) for path, calls in once.items()}
    assert {path: pushed(house, path) for path in once} == again


async def test_it_is_told_again_for_three_days_after_growing_pauses(house: House) -> None:
    """O13: then it is given up and listed; nothing comes of it even if they hear again."""
    await opened(house)
    house.ears.status[RECEIPTS] = 500
    await send(house, FIRST)
    await house.let(1)
    began = instant = house.clock.now()
    calls = 1
    pauses = [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR]
    # 3 h 51 min and 10 s are over by then; the others are four hours apart.
    for pause in [*pauses, *[4 * HOUR] * 17]:
        assert len(pushed(house, RECEIPTS)) == calls
        instant += pause
        await house.leap(instant - 2 * SECOND, DAY)
        assert len(pushed(house, RECEIPTS)) == calls
        while len(pushed(house, RECEIPTS)) == calls:
            assert house.clock.now() < instant + 2 * SECOND
            await house.let(0.25)
        instant = house.clock.now()
        calls += 1
    assert pushed(house, RECEIPTS) == [receipt(1)] * 25
    assert began + 3 * DAY - 4 * HOUR < instant <= began + 3 * DAY
    assert await listed(house) == [(25, GIVEN_UP, "500")]
    house.ears.status[RECEIPTS] = 200
    await house.leap(house.clock.now() + 3 * DAY, HOUR)
    assert len(pushed(house, RECEIPTS)) == 25


async def test_what_is_told_of_a_message_stays_in_its_order(house: House) -> None:
    """O13 O14 O15: a receipt that was not heard comes before the replies, these as written."""
    await opened(house)
    house.ears.status[RECEIPTS] = 500
    await send(house, FIRST)
    await house.let(1)
    await house.write(FIRST, "un")
    await house.write(FIRST, "deux")
    await house.write(FIRST, "STOP")
    assert pushed(house, REPLIES) == pushed(house, STOPS) == []
    house.ears.status[RECEIPTS] = 200
    house.ears.status[REPLIES] = 500
    await house.let(10)
    assert pushed(house, RECEIPTS) == [receipt(1)] * 2
    first = reply(1, FIRST, "un", "2026-11-24 10:00:01")
    assert (pushed(house, REPLIES), pushed(house, STOPS)) == ([first], [])
    house.ears.status[REPLIES] = 200
    await house.let(20)
    second = reply(1, FIRST, "deux", "2026-11-24 10:00:02")
    assert pushed(house, REPLIES) == [first, first, second]
    assert pushed(house, STOPS) == [stop(FIRST, "2026-11-24 10:00:03")]


async def test_an_opt_out_holds_whether_or_not_it_was_heard(house: House) -> None:
    """O14 O23: nobody answers where STOPs are told; the next sending does not reach them, and
    costs nothing."""
    await opened(house)
    house.ears.status[STOPS] = 500
    await send(house, FIRST)
    await house.let(1)
    await house.write(FIRST, "STOP")
    before, sent = await house.balance(), len(house.submits())
    await send(house, FIRST)
    await house.let(1)
    assert pushed(house, RECEIPTS)[1:] == [
        receipt(2, said="NOT_ALLOWED", date="2026-11-24 10:00:02")
    ]
    assert (await house.balance(), len(house.submits())) == (before, sent)


async def test_a_receipt_that_comes_after_three_days_of_silence_shows_and_is_not_told(
    house: House,
) -> None:
    """O13: UNKNOWN_DELIVERY was told, once; what comes later moves the message all the same."""
    await opened(house)
    await send(house, to(33))
    await house.leap(house.clock.now() + 3 * DAY - MINUTE, HOUR)
    assert pushed(house, RECEIPTS) == []
    await house.let(2 * 60)
    (told,) = pushed(house, RECEIPTS)
    said = receipt(1, to(33), "UNKNOWN_DELIVERY", told["delivery_date"])
    assert (told, told["delivery_date"][:16]) == (said, "2026-11-27 10:00")
    (ref,) = [one.ref for one in house.submits()]
    now = house.clock.now()
    await house.report([Report(ref, Happening.was_delivered, Reason.none, now)])
    await house.let(60)
    (message,) = await house.node.store.messages(1, 1, 1)
    assert (message.state, len(pushed(house, RECEIPTS))) == (State.delivered, 1)


async def test_a_reply_that_is_not_asked_for_is_kept_and_not_pushed(house: House) -> None:
    """O9 O15"""
    await opened(house)
    await send(house, FIRST, with_replies="0")
    await house.write(FIRST, "Oui")
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    kept = await house.node.store.replies(fred.id, 0, 10)
    assert [(one.text, one.message) for one in kept] == [("Oui", 1)]
    assert pushed(house, REPLIES) == []


async def test_what_was_not_heard_outlives_a_crash(house: House) -> None:
    """O13 O14 O15: each comes to its own address after the start."""
    await opened(house)
    await send(house, FIRST, FIRST + 1)
    await house.let(1)
    for path in (RECEIPTS, STOPS, REPLIES):
        house.ears.status[path] = 503
    await send(house, FIRST + 2)
    await house.write(FIRST, "STOP")
    await house.write(FIRST + 1, "Oui")
    owed = {path: pushed(house, path)[-1] for path in (RECEIPTS, STOPS, REPLIES)}
    house.ears.bodies.clear()
    house.ears.status = dict.fromkeys(owed, 200)
    await house.crash()
    await house.let(30)
    assert {path: pushed(house, path) for path in owed} == {k: [v] for k, v in owed.items()}
