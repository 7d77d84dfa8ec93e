"""What a customer of documents in XML sends and hears, over the real doors and on the air."""

import re
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest

from chappe.config import Secret
from chappe.words.clock import HOUR, MINUTE
from tests.dialects.test_smsfactor_bookmark import shown
from tests.journeys.ears import HANG
from tests.journeys.house import House, account, config, many, to

LOGIN = "<authentification><username>fred</username><password>s3cret</password></authentification>"


async def opened(house: House) -> None:
    """Fred, with an inbox. Its address is known before the house is there."""
    await house.ears.open()
    await house.ears.close()
    inbox = {"smsfactor": {"inbox_url": house.ears.url("/inbox")}}
    house.ears.status["/inbox"] = 200
    await house.open(config(accounts=(account("fred", password=Secret("s3cret"), dialects=inbox),)))


async def sent(house: House, numbers: list[int], text: str = "Bonjour", more: str = "") -> str:
    """The answer to a sending."""
    said = f"<message><sender>ACME</sender><text>{text}</text>{more}</message>"
    list_of = "".join(f"<gsm>{number}</gsm>" for number in numbers)
    document = f"XML=<sms>{LOGIN}{said}<recipients>{list_of}</recipients></sms>".encode()
    head = f"POST /API/apiV2.php HTTP/1.1\r\nContent-Length: {len(document)}"
    answer = await house.ask(head, document)
    await house.settle()
    assert answer is not None
    assert answer[0] == 200
    return answer[1].decode()


def told(house: House) -> list[list[str]]:
    """The texts of each call, in the order in which they stand."""
    inboxes = [parse_qs(body.decode())["XML"][0] for body in house.ears.bodies["/inbox"]]
    return [[one.text or "" for one in ElementTree.fromstring(inbox)] for inbox in inboxes]


def say(house: House, *texts: str, start: int = 33_612_000_000) -> None:
    """Handsets write at the same moment."""
    for place, text in enumerate(texts):
        house.link().hand_in(start + place, "36105", text)


async def test_replies_within_two_seconds_come_in_one_call(house: House) -> None:
    """F8: counted from the first of them; a later one has a call of its own."""
    await opened(house)
    await sent(house, list(many(3)))
    await house.let(1)
    say(house, "un")
    await house.let(1)
    say(house, "deux", start=33_612_000_001)
    await house.let(0.9)
    assert told(house) == []
    await house.let(0.2)
    assert told(house) == [["un", "deux"]]
    say(house, "trois")
    await house.let(3)
    assert told(house) == [["un", "deux"], ["trois"]]


async def test_at_most_a_hundred_replies_come_in_one_call(house: House) -> None:
    """F8: the hundredth does not wait for company."""
    await opened(house)
    await sent(house, list(many(230)))
    await house.let(1)
    texts = [f"reply {n}" for n in range(230)]
    say(house, *texts)
    await house.let(0.5)
    assert [len(call) for call in told(house)] == [100, 100]
    await house.let(2)
    assert [len(call) for call in told(house)] == [100, 100, 30]
    assert sorted(text for call in told(house) for text in call) == sorted(texts)


@pytest.mark.parametrize("status", [500, 404, 204])
async def test_replies_that_were_refused_come_again_together(house: House, status: int) -> None:
    """F8 E40: the same ones in one call, apart from those that came since; only 200 is heard."""
    await opened(house)
    await sent(house, list(many(3)))
    await house.let(1)
    house.ears.status["/inbox"] = status
    say(house, "un", "deux")
    await house.let(3)
    assert told(house) == [["un", "deux"]]
    await house.let(8)
    say(house, "trois", start=33_612_000_002)
    house.ears.status["/inbox"] = 200
    await house.let(20)
    assert sorted(told(house)[1:]) == [["trois"], ["un", "deux"]]
    await house.leap(house.clock.now() + HOUR, MINUTE)
    assert len(told(house)) == 3


async def test_replies_that_wait_for_company_outlive_a_crash(house: House) -> None:
    """F8 E40: they are on disk before they are due."""
    await opened(house)
    await sent(house, list(many(2)))
    await house.let(1)
    say(house, "un", "deux")
    await house.let(1)
    await house.crash()
    await house.let(10)
    assert told(house) == [["un", "deux"]]


async def test_a_dead_inbox_does_not_fill_the_memory(house: House) -> None:
    """F8 E40: of 8,000 replies at most 2,000 or so are held, however they are gathered; all are
    told when it is back."""
    await opened(house)
    await sent(house, list(many(8_000)))
    await house.let(2)
    house.ears.status["/inbox"] = HANG
    most = 0
    for thousand in range(8):
        texts = [f"{thousand} {n}" for n in range(1_000)]
        say(house, *texts, start=33_612_000_000 + 1_000 * thousand)
        await house.let(3)
        most = max(most, house.held())
    assert most <= 3_000
    house.ears.status["/inbox"] = 200
    house.ears.release()
    await house.settle()
    await house.leap(house.clock.now() + HOUR, MINUTE)
    assert len({text for call in told(house) for text in call}) == 8_000
    assert house.held() == 0


async def test_what_was_sent_is_what_reaches_the_operator(house: House) -> None:
    """F3: not decoded where nobody encoded it, each letter the closest one."""
    await opened(house)
    await sent(house, [to(1)], "a+b %41 &amp; &lt;3 ’ëç… 10 € <![CDATA[<b>&]]>")
    assert [one.text for one in house.submits()] == ["a+b %41 & <3 'ec... 10 € <b>&"]


async def test_a_long_text_leaves_in_parts_of_153(house: House) -> None:
    """F3"""
    await opened(house)
    await sent(house, [to(1)], "a" * 1120)
    assert [len(one.text) for one in house.submits()] == [153] * 7 + [49]


async def test_a_wap_push_reaches_the_operator_whole(house: House) -> None:
    """F4: octets, put together again from their parts; each part is billed."""
    await opened(house)
    more = "<type>bookmark</type><bookmark>www.smsfactor.com</bookmark>"
    answer = await sent(house, [to(1)], "é" * 100, more)
    parts = house.submits()
    assert [len(one.text) // 2 for one in parts] == [128, 103]
    whole = bytes.fromhex("".join(one.text for one in parts))
    assert shown(whole) == ("http://www.smsfactor.com", "é" * 100)
    assert "<credits>24998</credits>" in answer


async def test_a_hundred_thousand_numbers_are_checked_before_any_is_taken(house: House) -> None:
    """F6 F11 E4: the last one is none, so that nobody gets anything and nothing is booked."""
    await opened(house)
    before = await house.balance()
    refused = await sent(house, [*many(100_000), 600])
    assert re.findall(r"<status>(.+?)</status>|<ticket>(.*?)</ticket>", refused) == [
        ("-5", ""),
        ("", ""),
    ]
    assert (house.submits(), await house.balance()) == ([], before)
    assert "<ticket>1</ticket>" in await sent(house, [to(1)])


async def test_a_refused_call_leaves_a_folder_as_it_was(house: House) -> None:
    """F2 E4: no order, no booking, whatever is wrong."""
    await opened(house)
    wrong = ("<delay>x</delay>", "<isFlash>2</isFlash>", "<type>x</type>", "<text>twice</text>")
    for more in wrong:
        assert "<ticket></ticket>" in await sent(house, [to(1)], more=more)
    assert [kind for kind, *_ in await house.booked()] == ["credit"]
    await house.let(5)
    assert house.submits() == []
