"""Short URLs: each recipient has one, nobody guesses it, it leads on, and who followed is known."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec.structs import replace

from chappe.config import CallbacksConfig, Config
from chappe.config.values import StoreConfig, TinyConfig
from chappe.doors.calls.address import may_call
from chappe.doors.guesses import FREE
from chappe.engine.follow import clicks
from chappe.engine.shorten import Tinies
from chappe.store.contract import StoreAway
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.asked import ClicksWanted
from chappe.words.clock import DAY, SECOND
from chappe.words.exchange import Call
from chappe.words.found import Clicked, Clicks
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import News
from chappe.words.order import EVERY, Excess, Letter, Order, Target
from tests.journeys import plain
from tests.journeys.house import CREDIT, House, config, many, to
from tests.journeys.plain import Told

DOMAIN = "zv.hcnx.fr"
LOST = (404, "", "Not found")
Configure = Callable[..., Config]


class Led(NamedTuple):
    """What a handset gets that opens a URL."""

    status: int
    location: str
    body: str


@pytest.fixture(params=["sqlite", "postgres"])
def configure(request: pytest.FixtureRequest) -> Configure:
    """A configuration over each database in turn."""
    if request.param == "sqlite":
        return config
    url = request.getfixturevalue("postgres").fresh()
    return lambda **facts: config(store=StoreConfig(url=url), **facts)


def wanted(url: str, *values: dict[str, str], **shared: str) -> dict[str, Any]:
    """The wishes of a letter whose text holds @ in place of its short URL."""
    target = Target(url, "@", values, shared)
    return {"target": target, "values": values, "shared": shared}


async def opened(house: House, path: str, method: str = "GET") -> Led:
    """Open a path as a browser does, over a socket of its own."""
    reader, writer = await asyncio.open_connection(*house.node.doors.http)
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: close\r\n\r\n".encode()
    )
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    if "Location" in lines:
        assert lines["Cache-Control"] == "no-store"
    return Led(int(head.split()[1]), lines.get("Location", ""), body)


async def shorts(house: House, receipt: Receipt) -> list[str]:
    """The last word of each message's text."""
    return [one.text.split()[-1] for one in await house.messages(receipt)]


def path_of(short: str) -> str:
    return short.removeprefix(DOMAIN)


async def followed(house: House, reference: str = "") -> list[Clicked]:
    """Who followed, of the messages of the last day."""
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    now = house.clock.now()
    answer = await clicks(
        house.node.desk, fred, "plain", ClicksWanted(now - DAY, now + 1, reference)
    )
    assert isinstance(answer, Clicks)
    return list(answer.clicks)


async def test_a_short_url_leads_on_and_its_click_is_counted_and_told(
    house: House, configure: Configure
) -> None:
    """H25 H54 H58: with the variables of the recipient; the text has it without a scheme."""
    await house.open(configure())
    wishes = wanted("x.example/a?nom=$1", {"$1": "Zoé & co"}, {"$1": "Max"})
    receipt = await house.take(
        many(2), "Salut $1 @", **wishes, tell=house.tell(Event.click), reference="R"
    )
    await house.let(5)
    one, two = await shorts(house, receipt)
    assert [len(one), len(two), one == two] == [17, 17, False]
    assert [sent.text for sent in house.submits()] == [f"Salut Zoé & co {one}", f"Salut Max {two}"]
    target = "https://x.example/a?nom=Zo%C3%A9%20%26%20co"
    assert await opened(house, path_of(one)) == (302, target, target)
    first_at = house.clock.now()
    await house.let(3)
    assert await opened(house, path_of(one)) == (302, target, target)
    last_at = house.clock.now()
    await house.let(3)
    ident = receipt.first
    assert house.ears.heard["/fred"] == [
        Told(ident, seq, Event.click, State.new, Reason.none) for seq in (1, 2)
    ]
    (message, _) = await house.messages(receipt)
    assert message.at < first_at
    found = [Clicked(message, one, target, 2, last_at)]
    assert await followed(house) == await followed(house, "R") == found
    assert await followed(house, "S") == []


async def test_a_click_is_told_at_once(house: House, configure: Configure) -> None:
    """H54: whoever waits for it need not wait for a look into the store."""
    await house.open(configure())
    receipt = await house.take([to(0)], "@", **wanted("x.example/"), tell=house.tell(Event.click))
    await house.let(5)
    (short,) = await shorts(house, receipt)
    await opened(house, path_of(short))
    await house.settle()  # the clock stands still
    assert [told.event for told in house.ears.heard["/fred"]] == [Event.click]


async def test_facts_of_one_order_do_not_hide_those_of_others(
    house: House, configure: Configure
) -> None:
    """H57 H58: whoever looks for a name comes past names that hold a NUL."""
    await house.open(configure())
    wishes = wanted("x.example/")
    names = ("a\0b", "c")
    for name in names:
        letter = Letter(text="@", numbers=[to(0)], code="36105", facts={"n": name}, **wishes)
        taken = await house.order(Order(dialect="plain", letters=[letter], facts={"name": name}))
        assert isinstance(taken, Receipt)
        await house.let(5)
        (short,) = await shorts(house, taken)
        await opened(house, path_of(short))
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    now = house.clock.now()
    asked = ClicksWanted(now - DAY, now + 1, "c", "name")
    answer = await clicks(house.node.desk, fred, "plain", asked)
    assert isinstance(answer, Clicks)
    (found,) = answer.clicks
    assert found.message.order_facts == '{"name":"c"}'


async def test_ten_thousand_recipients_have_a_short_url_each(
    house: House, configure: Configure
) -> None:
    """H25: seventeen letters, none twice, none near another, and all in the parts that were
    counted; after a restart they lead where they led."""
    await house.open(configure())
    values = [{"$1": str(index)} for index in range(10_000)]
    text = "a" * 142 + " @"
    receipt = await house.take(many(10_000), text, **wanted("https://x.example/$1", *values))
    assert set(receipt.parts) == {1}
    found = await shorts(house, receipt)
    assert {len(one) for one in found} == {17}
    assert len(set(found)) == 10_000
    assert len({one[:-2] for one in found}) > 9_950
    await house.restart()
    for index in (0, 4_999, 9_999):
        assert (await opened(house, path_of(found[index]))).location == f"https://x.example/{index}"
    assert [one.clicks for one in await followed(house)] == [1, 1, 1]


async def test_one_text_for_all_becomes_one_for_each(house: House) -> None:
    """H25: a single recipient's stands with their letter; what is too long with it is known."""
    await house.open()
    wishes = wanted("https://x.example/")
    several = await house.take(many(3), "Voir @ @", **wishes)
    texts = [one.text for one in await house.messages(several)]
    assert len(set(texts)) == 3
    assert all(text.split()[1] == text.split()[2] for text in texts)
    alone = await house.take(many(1), "a" * 143 + "@", **wishes)
    assert list(alone.parts) == [1]
    long = await house.take(many(1), "a" * 144 + "@", **wishes)
    assert list(long.parts) == [2]
    cut = await house.take(
        many(1), "a" * 144 + "@ b", **wishes, parts_max=1, excess=Excess.cut, tell=house.tell()
    )
    assert [one.text for one in await house.messages(cut)] == ["a" * 144]


async def test_recipients_that_stand_apart_take_nothing_of_others(house: House) -> None:
    """H25: each keeps their own target, whoever before them is not served."""
    await house.open()
    numbers = [33_612_000_000, 0, 33_612_000_001]
    values = [{"$1": str(index)} for index in range(3)]
    wishes = wanted("https://x.example/$1", *values)
    receipt = await house.take(numbers, "@", **wishes, apart=EVERY)
    led = [(await opened(house, path_of(one))).location for one in await shorts(house, receipt)]
    assert led == ["https://x.example/0", "https://x.example/2"]
    kept = await house.take(numbers, "@", **wishes, fatal=frozenset())
    led = [(await opened(house, path_of(one))).location for one in await shorts(house, kept)]
    assert led == ["https://x.example/0", "", "https://x.example/2"]


async def test_letters_of_one_order_lead_each_their_way(house: House) -> None:
    """H25: also beside one without a short URL, whose mark is text like any other."""
    await house.open()
    common: dict[str, Any] = {"code": "36105", "numbers": many(1)}
    letters = [
        Letter(text="@", target=Target("x.example/1", "@"), **common),
        Letter(text="@", **common),
        Letter(text="@", target=Target("x.example/2", "@"), **common),
    ]
    receipt = await house.order(Order(dialect="plain", letters=letters))
    assert isinstance(receipt, Receipt)
    one, none, two = await shorts(house, receipt)
    assert none == "@"
    assert (await opened(house, path_of(one))).location == "https://x.example/1"
    assert (await opened(house, path_of(two))).location == "https://x.example/2"


async def test_whoever_was_led_on_is_counted_though_all_crash(house: House) -> None:
    """H25 E1: what was answered is on disk, and what is owed of it is told by the next."""
    await house.open()
    await house.ears.close()
    receipt = await house.take(many(1), "@", **wanted("x.example"), tell=house.tell(Event.click))
    (short,) = await shorts(house, receipt)
    assert (await opened(house, path_of(short))).status == 302
    await house.crash()
    await house.ears.open()
    assert [one.clicks for one in await followed(house)] == [1]
    assert (await opened(house, path_of(short))).status == 302
    await house.let(200)
    assert [one.clicks for one in await followed(house)] == [2]
    assert [one.seq for one in house.ears.heard["/fred"]] == [1, 2]


async def test_a_crowd_of_clicks_shares_its_commits(house: House, configure: Configure) -> None:
    """H25: each is counted, each before its answer."""
    await house.open(configure())
    receipt = await house.take(many(10), "@", **wanted("x.example"))
    paths = [path_of(one) for one in await shorts(house, receipt)]
    before = house.node.store.commits
    led = await asyncio.gather(*[opened(house, paths[n % 10]) for n in range(200)])
    assert {one.status for one in led} == {302}
    assert [one.clicks for one in await followed(house)] == [20] * 10
    assert house.node.store.commits - before < 100


async def test_what_leads_nowhere_costs_no_commit(house: House) -> None:
    """H25 E55: guesses and hostile paths get the short 404, and nothing is written."""
    await house.open()
    receipt = await house.take(many(1), "@", **wanted("x.example"))
    await house.let(5)
    (short,) = await shorts(house, receipt)
    code = path_of(short)
    tinies = house.node.desk.tinies
    longer = tinies.codes.code(receipt.first, 7)
    guesses = [tinies.codes.code(number, 6) for number in range(10**6, 10**6 + 50)]
    before = house.node.store.commits
    for path in (
        *(f"/{guess}" for guess in guesses),
        f"/{longer}",
        code.swapcase(),
        code[:-1],
        code + "0",
        code + "%00",
        "/%2e%2e/" + code,
        "/aaaaaa",
        "/" + "A" * 100_000,
        "/%C3%A9%C3%A9%C3%A9",
        "/" + "١" * 6,
    ):
        assert await opened(house, path) == LOST
    assert await opened(house, code, "POST") == LOST
    assert await opened(house, code, "DELETE") == LOST
    assert house.node.store.commits == before
    assert await followed(house) == []


async def test_a_head_asks_and_does_not_follow(house: House) -> None:
    """H25: it is answered as a GET is, and counted by nobody."""
    await house.open()
    receipt = await house.take(many(1), "@", **wanted("x.example"))
    (short,) = await shorts(house, receipt)
    assert await opened(house, path_of(short), "HEAD") == (302, "https://x.example/", "")
    assert await followed(house) == []


async def test_old_short_urls_lead_on_under_a_new_domain(house: House) -> None:
    """H25: by the length of their own code; they are shown as they stand in their text."""
    await house.open()
    old = await house.take(many(1), "@", **wanted("x.example/old"))
    await house.reload(config(tiny=TinyConfig(domain="b.fr")))
    new = await house.take(many(1), "@", **wanted("x.example/new"))
    (one,), (two,) = await shorts(house, old), await shorts(house, new)
    assert (one[:11], len(one), two[:5], len(two)) == ("zv.hcnx.fr/", 17, "b.fr/", 17)
    assert (await opened(house, path_of(one))).location == "https://x.example/old"
    assert (await opened(house, two.removeprefix("b.fr"))).location == "https://x.example/new"
    assert [click.short for click in await followed(house)] == [one, two]


async def test_without_a_domain_there_are_no_short_urls(house: House) -> None:
    """H25: the order is refused whole, with the reason; those that were made lead on."""
    await house.open()
    receipt = await house.take(many(1), "@", **wanted("x.example"))
    (short,) = await shorts(house, receipt)
    desk = house.node.desk
    key = bytes.fromhex(house.node.accounts.digest("codes of short URLs"))
    desk.apply(desk.tariff, Tinies(desk.tinies.kept, key, "", may_call))
    answer = await house.send(many(1), "@", **wanted("x.example"))
    assert answer == Refusal((Trouble.bad_url,), "no domain for short URLs")
    await house.take(many(1), "@ stands as it is")
    assert (await opened(house, path_of(short))).status == 302


PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "192.168.0.1",
    "[::1]",
    "[fe80::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::a00:1]",
    "localhost",
    "LOCALHOST:80",
    "a.localhost.",
)


async def test_nobody_is_led_to_a_private_address(house: House) -> None:
    """E41 H25: unless the installation allows it; what a name resolves to is the handset's to
    find out."""
    await house.open(replace(config(), callbacks=CallbacksConfig(allow_private=False)))
    for host in PRIVATE:
        answer = await house.send(many(1), "@", **wanted(f"http://{host}/"))
        assert answer == Refusal((Trouble.bad_url,)), host
    assert await house.balance() == CREDIT
    await house.take(many(1), "@", **wanted("http://8.8.8.8/"))
    await house.reload(config())
    for host in PRIVATE:
        await house.take(many(1), "@", **wanted(f"http://{host}/"))


async def test_a_store_that_is_away_leads_nobody_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H25: rather than lead on who would not be counted, it asks to come back."""
    await house.open()
    receipt = await house.take(many(1), "@", **wanted("x.example"))
    (short,) = await shorts(house, receipt)

    async def away(clicks: object) -> list[int]:
        raise StoreAway("database or disk is full")

    with monkeypatch.context() as meanwhile:
        for node in house.nodes:
            meanwhile.setattr(node.desk.tinies.kept, "followed", away)
        led = await asyncio.gather(*[opened(house, path_of(short)) for _ in range(3)])
        assert led == [(503, "", "Not now")] * 3
    assert (await opened(house, path_of(short))).status == 302
    assert [one.clicks for one in await followed(house)] == [1]


async def test_a_short_url_dies_with_its_text(house: House) -> None:
    """H25 E44: after the days that texts are kept."""
    await house.open()
    receipt = await house.take([to(0)], "@", **wanted("x.example"))
    (short,) = await shorts(house, receipt)
    now, store = house.clock.now(), house.node.store
    assert await store.forget(now, 0, 0, 100) == 0
    assert (await opened(house, path_of(short))).status == 302
    assert await store.forget(now + 1, 0, 0, 100) > 0
    assert await opened(house, path_of(short)) == LOST


async def test_targets_are_in_no_news_but_those_of_clicks(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H54: a receipt says nothing of where the recipient was led."""
    await house.open()
    said = plain.tell
    told: list[tuple[Event, Any]] = []

    def listen(news: News, account: Account) -> Call | None:
        told.append((news.event, msgspec.to_builtins(news.tiny)))
        return said(news, account)

    monkeypatch.setattr(plain, "tell", listen)
    receipt = await house.take(many(1), "@", **wanted("x.example"), tell=house.tell())
    (short,) = await shorts(house, receipt)
    await house.let(5)
    await opened(house, path_of(short))
    await house.let(5)
    assert told == [
        (Event.created, None),
        (Event.sent, None),
        (Event.final, None),
        (Event.click, [short, "https://x.example/"]),
    ]


async def test_who_guesses_codes_is_told_to_wait_and_others_are_not(house: House) -> None:
    """H25 E55: guesses cost no look-up beyond some, find nothing meanwhile, and count no click."""
    await house.open()
    receipt = await house.take(many(1), "@", **wanted("x.example"))
    await house.let(5)
    code = path_of((await shorts(house, receipt))[0])
    tinies = house.node.desk.tinies
    guesses = [tinies.codes.code(number, 6) for number in range(10**6, 10**6 + FREE + 20)]
    answers = [(await opened(house, f"/{guess}")).status for guess in guesses]
    assert answers == [404] * FREE + [429] * 20
    assert await opened(house, code) == (429, "", "Too many tries")
    assert await followed(house) == []
    house.clock.advance(house.clock.now() + 2 * SECOND)
    assert (await opened(house, code)).status == 302
    assert [(await opened(house, f"/{guess}")).status for guess in guesses[:3]] == [404, 404, 429]
