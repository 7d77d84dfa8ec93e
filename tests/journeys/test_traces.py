"""The trace that an order belongs to: kept as it came, and borne by each of its callbacks."""

import asyncio
import smtplib

import msgspec

from chappe.config import Listen, Secret, SmtpConfig
from tests.journeys import plain
from tests.journeys.files import TAKEN_UP, drop, with_files, xml
from tests.journeys.house import House, account, config, many

KEY = "fred's key"
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GOOD, OTHER = f"00-{TRACE}-{SPAN}-00", f"00-{TRACE}-{SPAN}-01"
WRONG = ("", "what", f"{GOOD}0", f"{GOOD},{GOOD}", f"{GOOD} {GOOD}", "a" * 7_000, "\xe9" * 55)
FRED = account("fred", api_keys=(Secret(KEY),))
MAILS = SmtpConfig(listen=Listen("127.0.0.1", 0), names=("plain",))


def asked(house: House, count: int = 1) -> bytes:
    return msgspec.json.encode(plain.Asked(KEY, "Bonjour", [*many(count)], house.ears.url("/fred")))


async def posted(house: House, *said: str, count: int = 1) -> str:
    """The trace of an order whose request bears these."""
    body = asked(house, count)
    fields = "".join(f"\r\ntraceparent: {one}" for one in said)
    answer = await house.ask(f"POST /plain HTTP/1.1\r\nContent-Length: {len(body)}{fields}", body)
    assert answer is not None
    return await kept(house, answer[1])


async def kept(house: House, answer: bytes) -> str:
    """What the last of its messages belongs to, as the store has it."""
    taken = msgspec.json.decode(answer, type=plain.Taken)
    last = taken.first + taken.total - 1
    (message,) = await house.node.store.messages(last, last, 1)
    return message.trace


def mailed(place: tuple[str, int], body: bytes, *fields: str) -> None:
    head = "".join(f"{field}\r\n" for field in fields).encode("latin-1")
    with smtplib.SMTP(*place, timeout=20) as client:
        client.ehlo()
        client.mail("a@client.example")
        client.rcpt("plain@ours.example")
        assert client.data(head + b"\r\n" + body)[0] == 250


async def test_a_trace_that_is_none_is_not_kept_and_the_order_is_taken(house: House) -> None:
    await house.open(config(accounts=(FRED,)))
    found = [await posted(house, *said) for said in [(), *[(one,) for one in WRONG]]]
    found += [await posted(house, GOOD, GOOD), await posted(house, GOOD, OTHER)]
    found += [await posted(house, OTHER, "what"), await posted(house, "what", OTHER)]
    assert set(found) == {""}
    await house.let(20)
    assert len(house.ears.heard["/fred"]) == 3 * len(found)
    assert house.ears.traces["/fred"] == []


async def test_each_callback_bears_the_trace_of_its_order_before_and_after_a_restart(
    house: House,
) -> None:
    await house.open(config(accounts=(FRED,)))
    house.ears.status["/fred"] = 500
    assert [await posted(house, GOOD), await posted(house)] == [GOOD, ""]
    await house.settle()
    assert house.ears.traces["/fred"] == [GOOD]
    assert house.ears.calls["/fred"] == 2
    house.ears.status.clear()
    await house.crash()
    await house.let(120)
    assert house.ears.traces["/fred"] == [GOOD] * 4  # three pieces of news, one of them twice
    assert house.ears.calls["/fred"] == 8


async def test_a_large_order_is_of_its_trace_as_a_whole(house: House) -> None:
    """It is kept portion by portion."""
    await house.open(config(accounts=(FRED,)))
    assert await posted(house, GOOD, count=2_001) == GOOD
    await house.let(20)
    assert house.ears.traces["/fred"] == [GOOD] * house.ears.calls["/fred"]
    assert house.ears.calls["/fred"] == 3 * 2_001


async def test_a_mail_says_its_trace_in_a_field_of_its_own(house: House) -> None:
    """In its head, once, and with nothing beside it."""
    await house.open(config(accounts=(FRED,), smtp=MAILS))
    body, place = asked(house), house.node.doors.mail
    subject, good = "Subject: hello", f"Traceparent:\t{GOOD} "
    for fields in (
        (subject,),
        *((subject, f"traceparent: {one}") for one in WRONG if len(one) < 900),
        (good, good),
        (good, f"TRACEPARENT: {OTHER}"),
        (f"X-traceparent: {GOOD}",),
        (subject, f" traceparent: {GOOD}"),
        (subject, "", f"traceparent: {GOOD}"),  # in its body
    ):
        await asyncio.to_thread(mailed, place, body, *fields)
    await house.let(20)
    assert house.ears.traces["/fred"] == []
    await asyncio.to_thread(mailed, place, body, subject, good)
    await asyncio.to_thread(mailed, place, body, good, subject)
    await house.let(20)
    assert house.ears.traces["/fred"] == [GOOD] * 6


async def test_an_order_of_a_file_is_of_no_trace(house: House) -> None:
    """Whatever its text says."""
    await house.open(with_files(), now=TAKEN_UP)
    said = xml(["+33612000000"], text=f"traceparent: {GOOD}")
    await drop(house, "Push.xml", said)
    known = house.node.accounts.by_login("fred")
    assert known is not None
    (found,) = await house.node.store.orders_by_ref(known.id, "highsms", "C", 100)
    (message,) = await house.node.store.messages(found["first"], found["first"], 1)
    assert (message.text, message.trace) == (f"traceparent: {GOOD}", "")
