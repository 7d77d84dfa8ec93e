"""Short URLs in the store: kept with their order, counted, told of, looked up, forgotten."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from chappe.store.contract import Move, Told
from chappe.store.tiny import TinyIntents
from chappe.words.answer import Refusal, Trouble
from chappe.words.clock import DAY, HOUR
from chappe.words.lane import lane_of
from chappe.words.lifecycle import Event, Happening, Reason
from chappe.words.news import News
from tests.store.office import EURO, NOW, NUMBER, TOLD, Office, news

CLICKS = int(Event.click)
ALL = (NOW - DAY, NOW + DAY)


def tiny(office: Office) -> TinyIntents:
    return cast(TinyIntents, office.store)


def led(count: int, prefix: str = "") -> list[tuple[str, str]]:
    """So many short URLs, each with a target of its own."""
    return [(f"zv.hcnx.fr/{prefix}{n:06}", f"https://x.example/{prefix}{n}") for n in range(count)]


async def take(office: Office, count: int = 1, **wishes: Any) -> int:
    """The first message of an order with short URLs."""
    return await office.send(numbers=count, tinies=wishes.pop("tinies", led(count)), **wishes)


async def told_of(office: Office) -> Sequence[News]:
    """The news that somebody may tell now."""
    return [
        one
        for lane, _ in (await office.store.lanes(-1, {})).get(0, ())
        for one in await office.store.claim_news([lane], NOW + DAY, 100)
    ]


async def found(
    office: Office, reference: str = "", fact: str = "name", **wishes: Any
) -> list[int]:
    """Messages whose short URL was followed."""
    since, until = wishes.pop("within", ALL)
    account = wishes.pop("account", office.customer.account)
    clicks = await tiny(office).clicks(
        account, "highsms", reference, fact, since, until, wishes.pop("after", 0), 100
    )
    return [one.message.id for one in clicks]


async def test_a_short_url_is_found_by_its_message(office: Office) -> None:
    """H25: the newest of those that are asked for; a message may well have none."""
    first = await take(office, 3, tinies=[*led(2), ("zv.hcnx.fr/000002", "")])
    await office.send()
    store = tiny(office)
    assert await store.tiny([first]) == (first, "zv.hcnx.fr/000000", "https://x.example/0")
    assert await store.tiny([first, first + 1, first + 9]) == (
        first + 1,
        "zv.hcnx.fr/000001",
        "https://x.example/1",
    )
    assert await store.tiny([first + 2]) is None
    assert await store.tiny([first + 3, 1 << 40]) is None
    assert await store.tiny([]) is None


async def test_a_refused_order_leaves_no_short_url(office: Office) -> None:
    """E4 H25: nor does one of others that are kept with it fail to."""
    draft = office.draft(office.letter(tinies=led(1), price=1_000 * EURO))
    other = office.draft(office.letter(tinies=led(1)))
    answers = await office.keep(draft, other)
    assert answers[0] == Refusal((Trouble.no_credit,))
    assert await tiny(office).tiny([draft.first]) is None
    assert await tiny(office).tiny([other.first]) is not None


async def test_ten_thousand_are_kept_with_their_order(office: Office) -> None:
    """H25: set-wise, each with its own."""
    first = await take(office, 10_000, price=0)
    numbers = range(first, first + 10_000)
    kept = [await tiny(office).tiny([number]) for number in (numbers[0], numbers[-1])]
    pairs = led(10_000)
    assert kept == [(numbers[0], *pairs[0]), (numbers[-1], *pairs[-1])]


async def test_clicks_are_counted_with_the_last_of_them(office: Office) -> None:
    """H25 H58: several in one commit, in whatever order, and after a restart."""
    first = await take(office, 2)
    await tiny(office).followed([(first, NOW + 7), (first + 1, NOW + 1), (first, NOW + 5)])
    await office.reopen()
    await tiny(office).followed([(first, NOW + 6)])
    await tiny(office).followed([(1 << 40, NOW)])
    clicks = await tiny(office).clicks(office.customer.account, "highsms", "", "", *ALL, 0, 10)
    assert [(one.message.id, one.clicks, one.last_at) for one in clicks] == [
        (first, 3, NOW + 7),
        (first + 1, 1, NOW + 1),
    ]
    assert (clicks[1].short, clicks[1].target) == led(2)[1]
    assert clicks[1].message == await office.message(first + 1)


async def test_clicks_at_the_same_time_are_all_counted(office: Office) -> None:
    """H25: however many commits they take."""
    first = await take(office)
    await asyncio.gather(*[tiny(office).followed([(first, NOW + n)]) for n in range(50)])
    (one,) = await tiny(office).clicks(office.customer.account, "highsms", "", "", *ALL, 0, 10)
    assert (one.clicks, one.last_at) == (50, NOW + 49)


async def test_many_messages_are_counted_in_one_commit(office: Office) -> None:
    """H25: each by its own clicks, however many rows a statement takes at a time."""
    first = await take(office, 300)
    for count in (17, 18, 19, 300):
        await tiny(office).followed([(first + n, NOW) for n in range(count)])
    clicks = await tiny(office).clicks(office.customer.account, "highsms", "", "", *ALL, 0, 999)
    assert [one.clicks for one in clicks] == [4] * 17 + [3, 2] + [1] * 281


async def test_each_click_is_told_in_its_turn(office: Office) -> None:
    """H54: behind what is owed of the message already, and with its short URL."""
    first = await take(office, events=TOLD | CLICKS)
    assert news(office.settled[-1]) == [(first, 1, Event.created)]
    await tiny(office).followed([(first, NOW + 2), (first, NOW + 3)])
    assert await told_of(office) == []
    settled = await office.happen(told=[Told(first, 1, True, NOW, "", 0)])
    (click,) = settled.news
    assert (click.seq, click.event, click.at, click.url) == (
        2,
        Event.click,
        NOW + 2,
        "http://customer/receipts",
    )
    assert click.tiny is not None
    assert (click.tiny.short, click.tiny.target) == led(1)[0]
    assert click.message == await office.message(first)
    settled = await office.happen(told=[Told(first, 2, True, NOW, "", 0)])
    assert news(settled) == [(first, 3, Event.click)]


async def test_clicks_may_be_told_elsewhere_than_all_else(office: Office) -> None:
    """E40: in the order in which they came, by the lane of where they go."""
    account, url = office.customer.account, "http://clicks/here"
    first = await take(office, events=CLICKS, click_url=url)
    lanes = await tiny(office).followed([(first, NOW + 1), (first, NOW)])
    assert lanes == [lane_of(url, account)]
    (click,) = await office.store.claim_news(lanes, NOW + 9, 9)
    assert (click.seq, click.at, click.url) == (1, NOW, url)


async def test_what_happens_after_a_click_is_told_after_it(office: Office) -> None:
    """H54: the count of news is the same for both, whether the message is remembered or not."""
    first = await take(office, events=int(Event.sent) | CLICKS)
    await tiny(office).followed([(first, NOW)])
    settled = await office.happen(Move(first, Happening.acknowledged, Reason.none, NOW + 1))
    assert settled.news == []
    (click,) = await told_of(office)
    assert (click.seq, click.event) == (1, Event.click)
    settled = await office.happen(told=[Told(first, 1, True, NOW, "", 0)])
    assert news(settled) == [(first, 2, Event.sent)]


async def test_a_click_that_nobody_asked_for_is_told_to_nobody(office: Office) -> None:
    """H54: it is counted all the same."""
    first = await take(office, events=int(Event.final))
    await tiny(office).followed([(first, NOW)])
    assert await office.store.calls(office.customer.account, 10) == []
    assert await found(office) == [first]


async def test_clicks_are_found_by_order_name_or_lone_recipient(office: Office) -> None:
    """H58: a recipient's own reference counts where they are alone, or where the order has none."""
    draft = office.draft(office.letter(numbers=2, tinies=led(2), refs=["a", "b"]), reference="R")
    draft.facts = '{"name":"Soleil"}'
    await office.keep(draft)
    campaign = draft.first
    lone = await take(office, reference="P", refs=["c"])
    bare = await take(office, 2, refs=["d", "e"])
    other = await take(office, dialect="octopush", reference="R")
    everyone = [campaign, campaign + 1, lone, bare, bare + 1]
    await tiny(office).followed([(message, NOW) for message in (*everyone, other)])
    assert await found(office) == everyone
    assert await found(office, "R") == await found(office, "Soleil") == [campaign, campaign + 1]
    assert await found(office, "R", after=campaign) == [campaign + 1]
    assert await found(office, "Soleil", fact="") == []
    assert await found(office, "a") == []
    assert await found(office, "c") == await found(office, "P") == [lone]
    assert await found(office, "e") == [bare + 1]
    assert await found(office, after=campaign) == everyone[1:]


async def test_clicks_are_found_by_the_time_of_the_message(office: Office) -> None:
    """H58: when it left, and when it was taken while it has not; the end is not in it."""
    first = await take(office, 2)
    await office.happen(Move(first, Happening.acknowledged, Reason.none, NOW + HOUR))
    await tiny(office).followed([(first, NOW + 9 * HOUR), (first + 1, NOW + 9 * HOUR)])
    assert await found(office, within=(NOW, NOW + HOUR)) == [first + 1]
    assert await found(office, within=(NOW + HOUR, NOW + HOUR + 1)) == [first]
    assert await found(office, within=(NOW + HOUR + 1, NOW + DAY)) == []


async def test_clicks_are_shown_to_their_account_alone(office: Office) -> None:
    """H58: whatever the reference is."""
    mine = office.customer
    first = await take(office, reference="R")
    office.customer = await office.enrol("other")
    theirs = await take(office, reference="R")
    await tiny(office).followed([(first, NOW), (theirs, NOW)])
    assert await found(office, "R", account=mine.account) == [first]
    assert await found(office, "R") == [theirs]


async def test_targets_are_forgotten_with_texts_and_counts_are_not(office: Office) -> None:
    """E44: a few at a time, the old ones first; then a short URL leads nowhere."""
    old, new = await take(office, 5, due=NOW - 91 * DAY), await take(office, due=NOW - 89 * DAY)
    await tiny(office).followed([(old, NOW), (new, NOW)])
    while await office.store.forget(NOW - 90 * DAY, 0, 0, 2):
        pass
    assert await tiny(office).tiny(range(old, old + 5)) is None
    assert await tiny(office).tiny([new]) is not None
    assert await found(office) == [new]
    await tiny(office).followed([(old, NOW + 1)])


async def test_short_urls_are_dropped_with_their_messages(office: Office) -> None:
    """E44: nothing of them is left."""
    first = await take(office, 2, at=NOW - 401 * DAY)
    for happening in (Happening.acknowledged, Happening.was_delivered):
        await office.happen(*[Move(first + n, happening, Reason.none, NOW) for n in range(2)])
    while await office.store.forget(0, NOW - 400 * DAY, 0, 10):
        pass
    assert await office.store.messages(1, 99, 99) == []
    assert await tiny(office).tiny([first, first + 1]) is None


async def test_where_a_number_was_led_is_erased_with_it(office: Office) -> None:
    """E44: and of nobody else; what still travels is left to end."""
    first = await take(office, 2)
    for happening in (Happening.acknowledged, Happening.was_delivered):
        await office.happen(Move(first, happening, Reason.none, NOW))
    travelling = await take(office, 1)
    await office.store.erase_number(NUMBER)
    assert await tiny(office).tiny([first]) is None
    assert await tiny(office).tiny([first + 1]) is not None
    assert await tiny(office).tiny([travelling]) is not None


async def test_who_followed_is_counted_for_a_stretch(office: Office) -> None:
    """E63: of one account's messages, each once, and how often in all."""
    first = await take(office, 3)
    store, account = tiny(office), office.customer.account
    assert await store.clicks_counted(account, first, first + 2) == (0, 0)
    await store.followed([(first, NOW), (first, NOW + 1), (first + 2, NOW)])
    assert await store.clicks_counted(account, first, first + 2) == (2, 3)
    assert await store.clicks_counted(account, first + 1, first + 2) == (1, 1)
    assert await store.clicks_counted(account + 1, first, first + 2) == (0, 0)
