"""What sMsmode tells, where it takes more than a page of conformance would hold."""

from collections.abc import Sequence
from typing import Any

from chappe.config import Secret, TariffRow
from chappe.words.clock import SECOND
from chappe.words.order import Channel
from chappe.words.report import Arrival
from tests.journeys.house import House, account, config, to

_KEY = "cle-de-fred"


async def opened(house: House, **facts: Any) -> None:
    await house.open(config(accounts=(account("fred", api_keys=(Secret(_KEY),)),), **facts))


async def asked(house: House, call: str, query: str = "", **heads: str) -> str:
    """What a call is answered with."""
    given = "".join(f"\r\n{name}: {value}" for name, value in heads.items())
    method = "POST" if heads else "GET"
    body = b"0\r\n\r\n" if heads else b""
    head = f"{method} /http/1.6/{call}.do?accessToken={_KEY}&{query} HTTP/1.1{given}"
    answer = await house.ask(head, body)
    assert answer is not None
    assert answer[0] == 200
    return answer[1].decode("iso-8859-15")


async def texts(house: House, query: str = "") -> Sequence[int]:
    """The replies of a list, each of which is a number."""
    said = await asked(house, "responseList", query)
    return [int(line.split(" | ")[3]) for line in said.splitlines() if line]


async def test_replies_come_fifty_at_a_time_and_from_wherever_one_likes(house: House) -> None:
    """S17: `start=50&offset=150` is the replies from 50 to 199; 0 is the newest."""
    await opened(house)
    await asked(house, "sendSMS", f"message=Bonjour&numero={to(0)}")
    begin = house.clock.now()
    store = house.node.store
    store.batch.arrivals += [
        ("sim", Arrival(to(0), "36034", str(220 - index), begin + index * SECOND))
        for index in range(221)
    ]
    await store.kept()
    assert await texts(house) == [*range(50)]
    assert await texts(house, "start=50&offset=150") == [*range(50, 200)]
    assert await texts(house, "start=50") == [*range(50, 100)]
    assert await texts(house, "start=200&offset=150") == [*range(200, 221)]
    assert await texts(house, "offset=10000") == [*range(221)]
    assert await texts(house, "startDate=24112026-10:00&endDate=24112026-10:00") == [
        *range(161, 221)
    ]
    assert await texts(house, "startDate=24112026-10:00&endDate=24112026-10:03") == [*range(221)]


async def test_the_last_fifty_are_listed_where_nobody_says_how_many(house: House) -> None:
    """S13: `offset` is how many are shown, 50 by default."""
    await opened(house)
    for index in range(52):
        await asked(house, "sendSMS", f"message={index}&numero={to(0)}")

    async def listed(query: str = "") -> list[int]:
        said = await asked(house, "smsList", query)
        return [int(record.split(" | ")[2]) for record in said.split("\n\n")]

    assert await listed() == [*range(51, 1, -1)]
    assert await listed("offset=52") == [*range(51, -1, -1)]
    assert await listed("start=50") == [1, 0]
    assert await listed("start=49&offset=2") == [2, 1]


async def test_credit_is_told_to_a_post_whose_body_is_empty_and_chunked(house: House) -> None:
    """S7: as clients ask for it."""
    await opened(house)
    assert await asked(house, "credit", "", **{"Transfer-Encoding": "chunked"}) == "25000.0\n"


async def test_credit_has_four_decimals_at_the_most(house: House) -> None:
    """S7: rounded down, whatever a credit costs; costs likewise."""
    await opened(house, prices=(TariffRow(Channel.marketing, "FR", "", 700),))
    await asked(house, "sendSMS", f"message=Bonjour&numero={to(0)}")
    assert await asked(house, "credit") == "14284.7142\n"
    assert (await asked(house, "smsList")).endswith(f" | Bonjour | {to(0)} | 1.0 | 1 |\n")
