"""The same sending by mail and by HTTP at once: exactly one message comes of it."""

import asyncio
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
