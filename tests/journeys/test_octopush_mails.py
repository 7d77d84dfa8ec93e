"""Mails to Octopush over a whole node: with calls at once, slow senders, what the log tells."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable

import pytest

from chappe.config import Config, Listen, Secret, SmtpConfig, StoreConfig
from tests.doors.mail.volleys import line
from tests.journeys.house import CREDIT, House, account, config

Configure = Callable[[], Config]

ASKS = "user_login=oscar%40example.org&api_key=key-of-oscar"
FORM = "sms_text=Bonjour&sms_recipients=%2B33612345678&sms_type=XXX&request_id=TousEnsemble1"
MAIL = f"Subject: {ASKS}\r\n\r\nstart=start&{FORM}&end=end\r\n".encode()
TAKEN = b"250 2.0.0 Taken"
PRICE = 300


@pytest.fixture(params=["sqlite", "postgres"])
def configure(request: pytest.FixtureRequest) -> Configure:
    """A configuration over each database in turn."""
    oscar = account("oscar", email="oscar@example.org", api_keys=(Secret("key-of-oscar"),))
    facts = {"accounts": (oscar,), "smtp": SmtpConfig(listen=Listen("127.0.0.1", 0))}
    if request.param == "sqlite":
        return lambda: config(**facts)
    url = request.getfixturevalue("postgres").fresh()
    return lambda: config(store=StoreConfig(url=url), **facts)


async def mailed(house: House) -> bytes:
    """What the mail door says in the end."""
    (said,) = await line(house.node.doors.mail, [MAIL], "127.0.0.1", "sms")
    return bytes(said)


async def called(house: House) -> str:
    """The number of the error."""
    head = "POST /api/sms HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded"
    body = f"{ASKS}&{FORM}".encode()
    answer = await house.ask(f"{head}\r\nContent-Length: {len(body)}", body)
    assert answer is not None
    return answer[1].decode().partition("<error_code>")[2][:3]


async def all_at_once(house: House) -> tuple[Counter[str], Counter[bytes]]:
    """25 calls and 25 mails, each over a socket of its own."""
    calls = asyncio.gather(*[called(house) for _ in range(25)])
    mails = asyncio.gather(*[mailed(house) for _ in range(25)])
    answers = Counter(await calls), Counter(await mails)
    await house.settle()
    return answers


async def texts_of(house: House) -> list[str]:
    await house.let(60)
    assert await house.balance("oscar") == CREDIT - PRICE
    assert len(await house.node.store.messages(0, 1 << 60, 1_000)) == 1
    return [one.text for one in house.submits()]


async def test_fifty_of_the_same_by_both_ways_send_one_message(
    house: House, configure: Configure
) -> None:
    """O5, O12: at the same moment, after a stop, and after a crash."""
    await house.open(configure())
    calls, mails = await all_at_once(house)
    assert mails == {TAKEN: 25}
    assert calls in ({"000": 1, "120": 24}, {"120": 25})
    assert await texts_of(house) == ["Bonjour"]
    await house.restart()
    assert await all_at_once(house) == ({"120": 25}, {TAKEN: 25})
    await house.crash()
    assert await all_at_once(house) == ({"120": 25}, {TAKEN: 25})
    assert await texts_of(house) == ["Bonjour"]


async def test_a_crash_in_the_midst_of_fifty_leaves_one_message(
    house: House, configure: Configure
) -> None:
    """O5, O12: whoever got no answer comes again, and nothing is sent twice."""
    await house.open(configure())
    calls = [asyncio.ensure_future(called(house)) for _ in range(25)]
    mails = [asyncio.ensure_future(mailed(house)) for _ in range(25)]
    await asyncio.wait([*calls, *mails], return_when=asyncio.FIRST_COMPLETED)
    await house.crash()
    await asyncio.gather(*calls, *mails, return_exceptions=True)
    said, taken = await all_at_once(house)
    assert taken == {TAKEN: 25}
    assert said in ({"000": 1, "120": 24}, {"120": 25})
    assert await texts_of(house) == ["Bonjour"]


async def test_slow_senders_do_a_quick_one_no_harm(house: House, configure: Configure) -> None:
    """O12, E55: every connection that strangers may have hangs in the midst of a mail, and of a
    command; another address is answered meanwhile, and what they finish is taken."""
    await house.open(configure())
    begun = b"EHLO c\r\nMAIL FROM:<a@c>\r\nRCPT TO:<sms@d>\r\nDATA\r\n" + MAIL[:-9]
    place, slow = house.node.doors.mail, []
    for index in range(64):
        source = (f"127.0.1.{index % 4 + 1}", 0)
        reader, writer = await asyncio.open_connection(*place, local_addr=source)
        writer.write(begun if index % 2 else begun[:20])
        slow.append((reader, writer))
    assert await mailed(house) == TAKEN
    assert await called(house) == "120"
    reader, writer = slow[1]
    writer.write(MAIL[-9:] + b".\r\nQUIT\r\n")
    assert (await reader.read()).endswith(TAKEN + b"\r\n221 2.0.0 Goodbye\r\n")
    assert await texts_of(house) == ["Bonjour"]
    for _, writer in slow:
        writer.close()


async def test_the_log_says_by_which_error_a_mail_was_ignored_and_nothing_of_it(
    house: House, configure: Configure, caplog: pytest.LogCaptureFixture
) -> None:
    """O12: missing, malformed and used ids are told, and neither keys nor texts nor numbers."""
    await house.open(configure())
    sent = [
        MAIL.replace(b"TousEnsemble1", b""),
        MAIL.replace(b"TousEnsemble1", b"court"),
        MAIL.replace(b"key-of-oscar", b"key-of-nobody"),
        MAIL.replace(b"sms_text=Bonjour", b"sms_text="),
        MAIL.replace(ASKS.encode(), b"Bonjour"),
        MAIL,
        MAIL,
        b"Subject: Bonjour\r\n\r\n",
    ]
    with caplog.at_level(logging.INFO, "chappe.doors"):
        assert await line(house.node.doors.mail, sent, "127.0.0.1", "sms") == [TAKEN] * len(sent)
    told = [record.getMessage() for record in caplog.records if record.name == "chappe.doors"]
    who, stranger = "oscar", "somebody as oscar@example.org"
    assert told == [
        f"refused octopush mailed by {who} from 127.0.0.1: bad_value",
        f"refused octopush mailed by {who} from 127.0.0.1: bad_value",
        f"refused octopush mailed by {stranger} from 127.0.0.1: bad_credentials",
        f"refused octopush mailed by {who} from 127.0.0.1: no_text",
        "refused octopush mailed by somebody from 127.0.0.1: no_login",
        f"refused octopush mailed by {who} from 127.0.0.1: duplicate",
        "refused octopush mailed by somebody from 127.0.0.1: nothing",
    ]
    assert await texts_of(house) == ["Bonjour"]
