"""What sMsmode tells by GET: what counts as heard, how long it is told again, in which order."""

from urllib.parse import parse_qsl, urlencode

import msgspec
import pytest

from chappe.config import CallbacksConfig, Secret
from chappe.doors.calls.connection import PostLimits
from chappe.hands import callbacks
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Report
from tests.journeys.ears import HANG
from tests.journeys.house import TUESDAY, House, account, config, to

Push = dict[str, str]

STATUSES, REPLIES = "/cr.php", "/reponse.php"
OWED, HEARD, GIVEN_UP = 0, 1, 2  # how a call ended, as the store lists it
STATUS_MS = 50  # from a sending to what is told of it
FIRST = 33_612_000_000  # an ordinary number: delivered
# 3 h 51 min and 10 s are over with the first eight; the others are four hours apart.
PAUSES = (
    *(10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR),
    *[4 * HOUR] * 17,
)


def page(body: bytes, status: int = 200, *fields: str) -> bytes:
    """An answer behind which another may follow."""
    head = "\r\n".join([f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", *fields])
    return head.encode() + b"\r\n\r\n" + body


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
EMPTY_CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
FAULT = page(b"", 500)
HEARD_ANSWERS = (
    page(b""),
    page(b"OK"),
    page(b"erreur"),  # nobody reads it
    page(b"<html><body>500</body></html>", 200, "Content-Type: text/html"),
    page(b"", 201),
    page(b"", 202),
    page(b"", 204).replace(b"Content-Length: 0\r\n", b""),
    page(b"", 206),
    page(b"", 299),
    EMPTY_CHUNKS,
    CONTINUE + page(b""),
    b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
)
UNHEARD_ANSWERS = (
    FAULT,
    page(b"OK", 500),
    page(b"OK", 503, "Retry-After: 1"),
    page(b"OK", 404),
    page(b"OK", 400),
    page(b"OK", 401),
    page(b"OK", 429),
    page(b"OK", 300),
    page(b"", 304).replace(b"Content-Length: 0\r\n", b""),
    page(b"OK", 399),
    CONTINUE + FAULT,
)
REDIRECTS = (301, 302, 303, 307, 308)
CUT_OFF = {
    b"": False,
    b"HTTP/1.1 200 OK\r\n": False,
    b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf": False,
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n": False,
    b"200 OK\r\n\r\n": False,
    b"\x16\x03\x01\x02\x00": False,
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nwhatever": True,  # it may end so
}


async def opened(house: House, now: str = TUESDAY, *, allow_private: bool = True) -> None:
    """Camille, with two addresses. They are known before the house is there."""
    await house.ears.open()
    await house.ears.close()
    urls = {
        "notification_url": house.ears.url(STATUSES),
        "reply_url": house.ears.url(REPLIES),
    }
    camille = account(
        "camille", api_keys=(Secret("s3cret"),), dialects={"smsmode": urls}, in_doubt="hold"
    )
    said = config(accounts=(camille,))
    if not allow_private:
        said = msgspec.structs.replace(said, callbacks=CallbacksConfig())
    await house.open(said, now)


async def send(house: House, *numbers: int, **more: str) -> str:
    """A sending whose reference is `a`, and what is told of it at once: its smsID."""
    fields = {"accessToken": "s3cret", "message": "Bonjour", "refClient": "a"}
    fields |= {"numero": ",".join(map(str, numbers)), **more}
    body = urlencode(fields).encode()
    head = (
        "POST /http/1.6/sendSMS.do HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}"
    )
    answer = await house.ask(head, body)
    assert answer is not None
    code, sentence, order = answer[1].decode("iso-8859-15").removesuffix("\n").split(" | ")
    assert (answer[0], code, sentence) == (200, "0", "Accepté")
    await house.until(house.clock.now() + STATUS_MS)
    return order


def pushed(house: House, path: str = STATUSES) -> list[Push]:
    """What came to an address, in its order."""
    return [
        dict(parse_qsl(query.decode(), True, encoding="iso-8859-15"))
        for query in house.ears.bodies[path]
    ]


def count(house: House, path: str = STATUSES) -> int:
    return house.ears.calls[path]


async def listed(house: House) -> list[tuple[int, int, str]]:
    """Of each call of camille's, the newest first: how often it was made, how it ended, and the
    last answer."""
    camille = house.node.accounts.by_login("camille")
    assert camille is not None
    return [(row[5], row[6], row[7]) for row in await house.node.store.calls(camille.id, 1_000)]


async def comes_after(house: House, last: int, pause: int, path: str = STATUSES) -> int:
    """The next call to an address is made so long after the one before, give or take the second in
    which it is looked for, and not sooner: when it was."""
    before = count(house, path)
    await house.leap(last + pause - SECOND, DAY)
    await house.until(last + pause - 1)
    assert count(house, path) == before
    while count(house, path) == before:
        assert house.clock.now() < last + pause + 2 * SECOND
        await house.let(0.1)
    assert count(house, path) == before + 1
    return house.clock.now()


async def test_any_2xx_is_heard_and_nothing_else_on_a_kept_connection(house: House) -> None:
    """S28: whatever the page says; what is heard and what is not come in turn."""
    await opened(house)
    house.limit_calls(PostLimits(per_origin=1))
    for place in range(max(len(HEARD_ANSWERS), len(UNHEARD_ANSWERS))):
        for answers, ended in ((HEARD_ANSWERS, HEARD), (UNHEARD_ANSWERS, OWED)):
            house.ears.pages[STATUSES] = said = answers[place % len(answers)]
            await send(house, FIRST, FIRST + 1)  # the second answer is known by its octets
            status = said.removeprefix(CONTINUE)[9:12].decode()
            assert ((await listed(house))[:2], said) == ([(1, ended, status)] * 2, said)


@pytest.mark.parametrize("status", REDIRECTS)
async def test_a_redirect_is_not_followed_and_not_heard(house: House, status: int) -> None:
    """S28 E41"""
    await opened(house)
    where = house.ears.url("/ailleurs")
    house.ears.pages[STATUSES] = page(b"OK", status, f"Location: {where}")
    await send(house, FIRST)
    assert await listed(house) == [(1, OWED, str(status))]
    house.ears.pages[STATUSES] = page(b"")
    await house.let(12)
    assert await listed(house) == [(2, HEARD, "200")]
    assert (count(house), count(house, "/ailleurs")) == (2, 0)


async def test_a_connection_that_ends_too_soon_has_not_answered(house: House) -> None:
    """S28: nothing at all, half a head, half a body, no chunks, no HTTP."""
    await opened(house)
    for octets, heard in CUT_OFF.items():
        house.ears.octets[STATUSES] = octets
        await send(house, FIRST)
        assert ((await listed(house))[0][:2], octets) == ((1, HEARD if heard else OWED), octets)


async def test_who_never_answers_is_told_again(house: House) -> None:
    """S28 E40: the call is given up after a while, and made again."""
    await opened(house)
    house.limit_calls(PostLimits(answer_s=0.1))
    house.ears.status[STATUSES] = HANG
    house.restless = lambda: house.ears.hanging > 0
    await send(house, FIRST)
    await house.let(1)
    assert await listed(house) == [(1, OWED, "timed out")]
    house.ears.status[STATUSES] = 200
    await house.let(12)
    first, second = pushed(house)
    assert first == second
    assert await listed(house) == [(2, HEARD, "200")]


async def test_who_is_away_is_told_all_of_it_when_they_are_back(house: House) -> None:
    """S15 S16 E40: connections are refused for an hour; nothing is lost, nothing comes twice."""
    await opened(house)
    await house.ears.close()
    sent = await send(house, FIRST, FIRST + 1)
    await house.write(FIRST, "Oui", "36034")
    await house.leap(house.clock.now() + HOUR, MINUTE)
    assert (count(house), count(house, REPLIES)) == (0, 0)
    await house.ears.open()
    await house.leap(house.clock.now() + 5 * HOUR, MINUTE)
    told = {"date_reception": "2026-11-24 10:00:00", "statut": "11", "smsID": sent}
    told |= {"refClient": "a", "mcc_mnc": "20801"}
    found = sorted(pushed(house), key=lambda one: one["numero"])
    assert found == [{"numero": f"{FIRST}", **told}, {"numero": f"{FIRST + 1}", **told}]
    (reply,) = pushed(house, REPLIES)
    assert reply.pop("responseID")
    assert reply == {
        "numero": "36034",
        "message": "Oui",
        "emetteur": f"{FIRST}",
        "date_reception": "24112026-100000",
        "smsID": sent,
        "refClient": "a",
    }


async def test_it_is_told_again_for_three_days_after_growing_pauses(house: House) -> None:
    """S28 E40: then it is given up and listed with the last answer; a replay tells it once more."""
    await opened(house)
    house.ears.pages[STATUSES] = FAULT
    await send(house, FIRST)
    began = last = house.clock.now()
    assert count(house) == 1
    for pause in PAUSES:
        assert await listed(house) == [(count(house), OWED, "500")]
        last = await comes_after(house, last, pause)
    assert await listed(house) == [(1 + len(PAUSES), GIVEN_UP, "500")]
    assert 2 * DAY < last - began < 3 * DAY
    house.ears.pages[STATUSES] = page(b"")
    await house.leap(house.clock.now() + 2 * DAY, HOUR)
    assert count(house) == 1 + len(PAUSES)
    await callbacks.replay(house.node, callbacks.Replay(message=1))
    await house.let(2)
    assert [one[1:] for one in await listed(house)] == [(HEARD, "200")]
    first, *others = pushed(house)
    assert others == [first] * (1 + len(PAUSES))


async def test_replies_are_told_again_by_the_same_rule(house: House) -> None:
    """S16 S28 E40"""
    await opened(house)
    house.ears.pages[REPLIES] = FAULT
    await send(house, to(41))
    last = await comes_after(house, house.clock.now(), SECOND, REPLIES)
    for pause in PAUSES[:3]:
        last = await comes_after(house, last, pause, REPLIES)
    house.ears.pages[REPLIES] = page(b"")
    await comes_after(house, last, PAUSES[3], REPLIES)
    first, *others = pushed(house, REPLIES)
    assert others == [first] * 4
    assert await listed(house) == [(5, HEARD, "200"), (1, HEARD, "204")]


async def test_a_stop_and_a_crash_keep_the_hour_and_the_number_of_tries(house: House) -> None:
    """S28 E40: what is due in five minutes is due then after a restart, and not sooner."""
    await opened(house)
    house.ears.pages[STATUSES] = FAULT
    await send(house, FIRST)
    last = house.clock.now()
    for pause in PAUSES[:2]:
        last = await comes_after(house, last, pause)
    await house.restart(away_ms=MINUTE)
    last = await comes_after(house, last, PAUSES[2])
    await house.crash(away_ms=MINUTE)
    last = await comes_after(house, last, PAUSES[3])
    house.ears.pages[STATUSES] = page(b"")
    await comes_after(house, last, PAUSES[4])
    assert await listed(house) == [(6, HEARD, "200")]


async def test_what_is_told_of_a_message_stays_in_its_order(house: House) -> None:
    """S15 S16 E40: 13, then 11, then the reply, though the first was not heard; another message's
    do not wait for them."""
    await opened(house)
    house.ears.pages[STATUSES] = FAULT
    sent = await send(house, to(17))
    await house.write(to(17), "Oui", "36034")
    assert [(one["statut"], one["smsID"]) for one in pushed(house)] == [("13", sent)]
    assert count(house, REPLIES) == 0
    house.ears.pages[STATUSES] = page(b"")
    other = await send(house, FIRST)
    assert [(one["statut"], one["smsID"]) for one in pushed(house)][1:] == [("11", other)]
    await house.let(20)
    assert [one["statut"] for one in pushed(house) if one["smsID"] == sent] == ["13", "13", "11"]
    assert [one["message"] for one in pushed(house, REPLIES)] == ["Oui"]


async def test_each_change_is_told_with_the_hour_at_which_it_came(house: House) -> None:
    """S15: not with that at which it is told, and with the status that it had then."""
    await opened(house)
    house.ears.pages[STATUSES] = FAULT
    await send(house, to(17))
    await house.let(30)
    house.ears.pages[STATUSES] = page(b"")
    await house.let(90)
    told = [(one["statut"], one["date_reception"]) for one in pushed(house)]
    assert sorted(set(told), key=told.index) == [
        ("13", "2026-11-24 10:00:00"),
        ("11", "2026-11-24 10:00:10"),
    ]
    assert told[-1] == ("11", "2026-11-24 10:00:10")


async def test_a_receipt_after_the_silence_is_told(house: House) -> None:
    """S15 S27 S28: 999 after 48 hours, and what came of it when it is known after all."""
    await opened(house)
    await send(house, to(33))
    await house.leap(house.clock.now() + 2 * DAY - MINUTE, HOUR)
    assert count(house) == 0
    await house.let(2 * 60)
    (ref,) = [one.ref for one in house.submits()]
    now = house.clock.now()
    await house.report([Report(ref, Happening.progressed, Reason.buffered, now)])
    await house.report([Report(ref, Happening.was_delivered, Reason.none, now)])
    await house.report([Report(ref, Happening.was_delivered, Reason.none, now)])
    assert [one["statut"] for one in pushed(house)] == ["999", "11"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/cr.php",
        "http://2130706433:{port}/cr.php",
        "http://[::1]:{port}/cr.php",
        "http://[::ffff:127.0.0.1]:{port}/cr.php",
    ],
)
async def test_a_private_address_is_never_called_and_given_up_by_the_same_rule(
    house: House, url: str
) -> None:
    """S28 E41: the sending is accepted all the same, and nobody is told what listens there."""
    await opened(house, allow_private=False)
    port = house.ears.url("").rpartition(":")[2]
    await send(house, FIRST, notification_url=url.format(port=port))
    await house.let(1)
    assert await listed(house) == [(1, OWED, "private address")]
    await house.leap(house.clock.now() + 4 * DAY, HOUR)
    ((tries, ended, answer),) = await listed(house)
    assert tries > 10
    assert (ended, answer) == (GIVEN_UP, "private address")
    assert house.ears.calls.total() == 0


async def test_the_hour_that_comes_twice_is_told_as_the_clocks_on_the_wall_show_it(
    house: House,
) -> None:
    """S15 S16 S28: in the night of 25 October 2026 it is half past two twice in Paris."""
    await opened(house, "2026-10-25 02:30:00")
    for _ in range(2):
        await send(house, to(41))
        await house.let(2)
        await house.leap(house.clock.now() + HOUR - 2 * SECOND - STATUS_MS, MINUTE)
    await send(house, to(41))
    await house.let(2)
    assert [one["date_reception"] for one in pushed(house)] == [
        "2026-10-25 02:30:00",
        "2026-10-25 02:30:00",
        "2026-10-25 03:30:00",
    ]
    assert [one["date_reception"] for one in pushed(house, REPLIES)] == [
        "25102026-023001",
        "25102026-023001",
        "25102026-033001",
    ]


async def test_in_spring_an_hour_is_left_out(house: House) -> None:
    """S15 S28: in the night of 28 March 2027 it is three o'clock after two."""
    await opened(house, "2027-03-28 01:30:00")
    await send(house, FIRST)
    await house.leap(house.clock.now() + HOUR - STATUS_MS, MINUTE)
    await send(house, FIRST)
    assert [one["date_reception"] for one in pushed(house)] == [
        "2027-03-28 01:30:00",
        "2027-03-28 03:30:00",
    ]
