"""What is told by GET: what counts as heard, the three nights, and whom it keeps waiting."""

import gzip
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import msgspec
import pytest

from chappe.config import CallbacksConfig, Secret
from chappe.doors.calls.connection import PostLimits
from chappe.hands import callbacks
from chappe.words.clock import DAY, HOUR, SECOND
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.order import Tell, Urls
from chappe.words.report import Report
from tests.journeys.ears import HANG
from tests.journeys.house import TUESDAY, House, account, at, config, many, to

Push = dict[str, str]

RECEIPTS, REPLIES = "/recup.php", "/retour.php"
OWED, HEARD, GIVEN_UP = 0, 1, 2  # how a call ended, as the store lists it
RECEIPT_MS = 50  # from a sending to what is told of it
FIRST = 33_612_000_000  # an ordinary number: delivered


def page(body: bytes, status: int = 200, *fields: str) -> bytes:
    """An answer behind which another may follow."""
    head = "\r\n".join([f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", *fields])
    return head.encode() + b"\r\n\r\n" + body


def chunked(*pieces: bytes) -> bytes:
    sent = b"".join([b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b"")])
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + sent


def status_of(answer: bytes) -> str:
    return answer.removeprefix(CONTINUE)[9:12].decode()


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
DONE, PROBLEM = page(b"validation"), page(b"probleme")


async def opened(house: House, now: str = TUESDAY, *, allow_private: bool = True) -> None:
    """Fred, with two addresses. They are known before the house is there."""
    await house.ears.open()
    await house.ears.close()
    urls = {"receipts_url": house.ears.url(RECEIPTS), "replies_url": house.ears.url(REPLIES)}
    house.ears.pages = {RECEIPTS: DONE, REPLIES: DONE}
    fred = account("fred", api_keys=(Secret("s3cret"),), hours="any", dialects={"isendpro": urls})
    said = config(accounts=(fred, account("B")))
    if not allow_private:
        said = msgspec.structs.replace(said, callbacks=CallbacksConfig())
    await house.open(said, now)


async def send(house: House, *numbers: int) -> None:
    """A sending whose tracker is `t`, and what is told of it at once."""
    fields = {"keyid": "s3cret", "sms": "Bonjour", "tracker": "t"}
    fields |= {f"num{place}": f"{number}" for place, number in enumerate(numbers, 1)}
    body = urlencode(fields).encode()
    head = (
        "POST /cgi-bin/ HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}"
    )
    answer = await house.ask(head, body)
    assert answer is not None
    assert answer[1].count(b"<etat") == len(numbers) + 1
    assert answer[1].count(b">0</code") == len(numbers)
    await house.until(house.clock.now() + RECEIPT_MS)


def pushed(house: House, path: str = RECEIPTS) -> list[Push]:
    """What came to an address, in its order."""
    return [dict(parse_qsl(query.decode(), True)) for query in house.ears.bodies[path]]


def count(house: House, path: str = RECEIPTS) -> int:
    return house.ears.calls[path]


async def listed(house: House) -> list[tuple[int, int, str]]:
    """Of each call of fred's, the newest first: how often it was made, how it ended, and the last
    answer."""
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    return [(row[5], row[6], row[7]) for row in await house.node.store.calls(fred.id, 1_000)]


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


async def comes_at(house: House, instant: int, path: str = RECEIPTS) -> None:
    """The next call to an address is made then, give or take the second in which it is looked
    for, and not before."""
    before = count(house, path)
    await house.leap(instant - SECOND, HOUR)
    await house.until(instant - 1)
    assert count(house, path) == before
    await house.until(instant + 2 * SECOND)
    assert count(house, path) == before + 1


HEARD_ANSWERS = (
    DONE,
    page(b"VALIDATION"),
    page(b"Validation\r\n"),
    page(b" \t\r\n\x0b\x0c validation \n\n"),
    page(b"\xef\xbb\xbfvalidation"),  # what some editors write before a page
    page(b"\xef\xbb\xbf\r\nvalidation\r\n"),
    page(b"validation", 200, "Content-Type: text/html; charset=utf-8", "X-More: " + "x" * 2_000),
    page(b" " * 20_000 + b"validation" + b"\n" * 20_000),
    chunked(b"validation"),
    chunked(b"vali", b"da", b"tion\n"),
    b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 10\r\n\r\nvalidation",
    CONTINUE + DONE,
)
UNHEARD_ANSWERS = (
    PROBLEM,
    page(b""),
    page(b"   "),
    page(b"OK"),
    page(b"validation."),
    page(b"validations"),
    page(b"validation validation"),
    page(b"validation\0"),
    page(b"validation\xa0"),
    page(b'"validation"'),
    page(b"<html><body>validation</body></html>"),
    page(b"validation<br>"),
    page(b"\xef\xbb\xbf\xef\xbb\xbfvalidation"),
    page("validation".encode("utf-16")),
    page(gzip.compress(b"validation"), 200, "Content-Encoding: gzip"),  # nobody asked for it
    page(b"validation", 500),
    page(b"validation", 404),
    page(b"validation", 302, "Location: /ailleurs"),
    page(b"validation", 201),
    page(b"validation", 203),
    page(b"", 204).replace(b"Content-Length: 0\r\n", b""),
    chunked(b"probleme"),
    chunked(),
    CONTINUE + PROBLEM,
)
CUT_OFF = {
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nvalidation": True,
    b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nvalidation": True,
    b"HTTP/1.1 200 OK\nContent-Length: 10\n\nvalidation": True,
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nprobleme": False,
    b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nvalidation": False,
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nvalidation\r\n": False,
    b"validation": False,
    b"": False,
    b"HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n"
    + b"validation".ljust(1 << 20): False,  # longer than any answer that is taken in
}


async def test_the_word_alone_is_heard_in_every_framing_on_a_kept_connection(house: House) -> None:
    """I11: what is heard and what is not come in turn over the same connection."""
    await opened(house)
    house.limit_calls(PostLimits(per_origin=1))
    for place in range(max(len(HEARD_ANSWERS), len(UNHEARD_ANSWERS))):
        for answers, ended in ((HEARD_ANSWERS, HEARD), (UNHEARD_ANSWERS, OWED)):
            house.ears.pages[RECEIPTS] = said = answers[place % len(answers)]
            await send(house, FIRST, FIRST + 1)  # the second answer is known by its octets
            assert ((await listed(house))[:2], said[-90:]) == (
                [(1, ended, status_of(said))] * 2,
                said[-90:],
            )


async def test_a_connection_that_ends_with_its_answer_says_as_much(house: House) -> None:
    """I11: an answer may end with its connection, unless it said that it would be longer."""
    await opened(house)
    del house.ears.pages[RECEIPTS]
    for octets, is_heard in CUT_OFF.items():
        house.ears.octets[RECEIPTS] = octets
        await send(house, FIRST)
        assert ((await listed(house))[0][:2], octets[:80]) == ((1, int(is_heard)), octets[:80])


@pytest.mark.parametrize("answer", [PROBLEM, page(b""), page(b"validation", 500)])
async def test_it_is_told_again_in_three_nights_at_two_and_then_given_up(
    house: House, answer: bytes
) -> None:
    """I11 E40: listed with the last answer, and made once more where somebody asks for it."""
    await opened(house)
    house.ears.pages[RECEIPTS] = answer
    await send(house, FIRST)
    assert count(house) == 1
    for day in (25, 26, 27):
        assert (await listed(house))[0][1] == OWED
        await comes_at(house, at(f"2026-11-{day} 02:00:00"))
    (first, *others) = pushed(house)
    assert others == [first] * 3
    assert await listed(house) == [(4, GIVEN_UP, status_of(answer))]
    assert house.clock.now() - at(TUESDAY) >= 2 * DAY
    house.ears.pages[RECEIPTS] = DONE
    await house.leap(house.clock.now() + 4 * DAY, HOUR)
    assert count(house) == 4
    await callbacks.replay(house.node, callbacks.Replay(message=1))
    await house.let(2)
    assert pushed(house) == [first] * 5
    assert [one[1] for one in await listed(house)] == [HEARD]


NIGHTS = {
    "winter": ("2026-11-24 10:00:00", ("2026-11-25 01:00", "2026-11-26 01:00", "2026-11-27 01:00")),
    "summer": ("2026-07-14 23:30:00", ("2026-07-15 00:00", "2026-07-16 00:00", "2026-07-17 00:00")),
    # 02:00 does not exist in the night to the 28th; it is called at 03:00.
    "spring": ("2027-03-27 10:00:00", ("2027-03-28 01:00", "2027-03-29 00:00", "2027-03-30 00:00")),
    # ... and comes twice in that to the 25th: it is called at the first of them alone.
    "autumn": ("2026-10-24 10:00:00", ("2026-10-25 00:00", "2026-10-26 01:00", "2026-10-27 01:00")),
    "early": ("2026-11-24 01:30:00", ("2026-11-24 01:00", "2026-11-25 01:00", "2026-11-26 01:00")),
}


@pytest.mark.parametrize("season", NIGHTS)
async def test_two_o_clock_is_that_of_paris_whatever_the_season(house: House, season: str) -> None:
    """I11"""
    begins, nights = NIGHTS[season]
    await opened(house, begins)
    house.ears.pages[RECEIPTS] = PROBLEM
    await send(house, FIRST)
    for night in nights:
        await comes_at(house, utc(night))
    assert await listed(house) == [(4, GIVEN_UP, "200")]


@pytest.mark.parametrize(
    ("fails", "first"),
    [
        ("2026-11-25 01:59:59.900", "2026-11-25 02:00:00"),
        ("2026-11-25 02:00:00.000", "2026-11-26 02:00:00"),
    ],
)
async def test_what_fails_just_before_two_is_told_then_and_what_fails_at_two_a_day_later(
    house: House, fails: str, first: str
) -> None:
    """I11"""
    await opened(house, "2026-11-25 01:59:59")
    house.ears.pages[RECEIPTS] = PROBLEM
    await house.until(at(fails) - RECEIPT_MS)
    await send(house, FIRST)
    assert (count(house), house.clock.now()) == (1, at(fails))
    await comes_at(house, at(first))


async def test_it_is_heard_in_the_second_night_and_no_more_told(house: House) -> None:
    """I11"""
    await opened(house)
    house.ears.pages[RECEIPTS] = PROBLEM
    await send(house, FIRST)
    await comes_at(house, at("2026-11-25 02:00:00"))
    house.ears.pages[RECEIPTS] = DONE
    await comes_at(house, at("2026-11-26 02:00:00"))
    assert await listed(house) == [(3, HEARD, "200")]
    await house.leap(house.clock.now() + 4 * DAY, HOUR)
    assert count(house) == 3


async def test_a_stop_and_a_crash_keep_the_hour_and_the_number_of_tries(house: House) -> None:
    """I11 E40: what is due at two is due at two after a restart, and not sooner."""
    await opened(house)
    house.ears.pages[RECEIPTS] = PROBLEM
    await send(house, FIRST)
    await house.restart(away_ms=HOUR)
    await comes_at(house, at("2026-11-25 02:00:00"))
    await house.crash(away_ms=HOUR)
    await comes_at(house, at("2026-11-26 02:00:00"))
    await house.restart()
    await comes_at(house, at("2026-11-27 02:00:00"))
    assert await listed(house) == [(4, GIVEN_UP, "200")]


async def test_a_night_that_was_slept_through_is_made_up_for_at_the_start(house: House) -> None:
    """I11 E40: down from noon until nine: told at the start, and then at two again."""
    await opened(house)
    house.ears.pages[RECEIPTS] = PROBLEM
    await send(house, FIRST)
    await house.restart(away_ms=23 * HOUR)
    await house.let(2)
    assert count(house) == 2
    await comes_at(house, at("2026-11-26 02:00:00"))


async def test_replies_are_told_again_by_the_same_rule(house: House) -> None:
    """I12 E40: what waits behind a receipt that nobody hears is told after it."""
    await opened(house)
    house.ears.pages[REPLIES] = PROBLEM
    await send(house, to(41))
    await house.let(2)
    assert pushed(house, REPLIES) == [
        {"tel": "0639980041", "id_retour": "1", "msg_sms": "OUI", "tracker": "t"}
    ]
    for day in (25, 26, 27):
        await comes_at(house, at(f"2026-11-{day} 02:00:00"), REPLIES)
    assert await listed(house) == [(4, GIVEN_UP, "200"), (1, HEARD, "200")]


async def test_what_is_told_of_a_message_stays_in_its_order(house: House) -> None:
    """I11 I12 E40: the receipt is not heard, so the reply waits for the night as well."""
    await opened(house)
    house.ears.pages[RECEIPTS] = PROBLEM
    await send(house, to(41))
    await house.let(2)
    assert (count(house), count(house, REPLIES)) == (1, 0)
    house.ears.pages[RECEIPTS] = DONE
    await comes_at(house, at("2026-11-25 02:00:00"))
    assert count(house, REPLIES) == 1


async def test_a_private_address_is_never_called_and_given_up_by_the_same_rule(
    house: House,
) -> None:
    """I11 E41"""
    await opened(house, allow_private=False)
    await send(house, FIRST)
    assert await listed(house) == [(1, OWED, "private address")]
    for day in (25, 26, 27):
        await house.leap(at(f"2026-11-{day} 02:00:00") + 2 * SECOND, HOUR)
        await house.let(2)
    assert await listed(house) == [(4, GIVEN_UP, "private address")]
    assert count(house) == 0


async def test_a_receipt_after_the_silence_shows_and_is_not_told(house: House) -> None:
    """I11: 72 hours of silence were told, once, as an error."""
    await opened(house)
    await send(house, to(33))
    await house.leap(house.clock.now() + 3 * DAY - 60 * SECOND, HOUR)
    assert count(house) == 0
    await house.let(2 * 60)
    assert [(one["statut"], one["code_erreur"]) for one in pushed(house)] == [("2", "108")]
    (ref,) = [one.ref for one in house.submits()]
    now = house.clock.now()
    await house.report([Report(ref, Happening.was_delivered, Reason.none, now)])
    await house.leap(now + 2 * DAY, HOUR)
    (message,) = await house.node.store.messages(1, 1, 1)
    assert (message.state, count(house)) == (State.delivered, 1)


@pytest.mark.parametrize("at_two", ["hangs", "away", "slow to say no"])
async def test_three_hundred_that_are_due_at_two_keep_nobody_waiting(
    house: House, at_two: str
) -> None:
    """I11 E40: receipts of another account come at the instant at which they would on an idle
    system, while what is due at two meets nobody who answers; none of it is lost."""
    await opened(house)

    async def told_after_ms(first: int) -> list[int]:
        """How long each of ten of B's messages takes from its request to its callback."""
        waits = []
        for index in range(10):
            began = house.clock.now()
            tell = Tell(urls=Urls(house.other_ears.url("/b")), events=Event.final)
            before = house.other_ears.calls["/b"]
            await house.take(many(1, first + index), account="B", tell=tell)
            while house.other_ears.calls["/b"] == before:
                await house.let(0.01)
            waits.append(house.clock.now() - began)
        return waits

    idle = await told_after_ms(33_613_000_000)
    house.ears.pages[RECEIPTS] = PROBLEM
    await send(house, *many(300))
    assert count(house) == 300
    night = at("2026-11-25 02:00:00")
    await house.leap(night - SECOND, HOUR)
    if at_two == "hangs":
        house.ears.status[RECEIPTS] = HANG
        del house.ears.pages[RECEIPTS]
    elif at_two == "away":
        await house.ears.close()
    await house.until(night + 2 * SECOND)
    assert house.ears.hanging == (2 if at_two == "hangs" else 0)
    assert await told_after_ms(33_614_000_000) == idle
    await house.ears.open() if at_two == "away" else house.ears.release()
    house.ears.pages[RECEIPTS] = DONE
    await house.settle()
    await house.leap(house.clock.now() + 3 * DAY, HOUR)
    assert {(one[1], one[2]) for one in await listed(house)} == {(HEARD, "200")}
    assert {one["tel"] for one in pushed(house)} == {
        f"0{number - 33 * 10**9}" for number in many(300)
    }
