"""Callbacks: told at least once, in order per message, whatever the customer's endpoint does."""

import errno
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from chappe.config import Secret
from chappe.store.sqlite import SqliteStore
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.news import News
from chappe.words.order import Channel, Letter, Order, Tell, Urls
from chappe.words.report import Report
from tests.journeys import plain
from tests.journeys.ears import HANG, Ears
from tests.journeys.house import House, account, config, many, to
from tests.journeys.plain import WORDLESS, Told

S, R = State, Reason
FINAL = Event.final
OWED, HEARD, _, UNWANTED = range(4)  # how a call ended, as the store lists it


def final(message: int, seq: int = 1) -> Told:
    return Told(message, seq, FINAL, S.delivered, R.none)


async def test_many_messages_are_told_each_in_its_order(house: House) -> None:
    """E40: 300 messages of four steps: none is missing, none comes twice, none out of turn."""
    await house.open()
    receipt = await house.take([to(17, nn) for nn in range(97)] * 3, tell=house.tell())
    await house.let(20)
    told: dict[int, list[Event]] = {}
    for one in house.ears.heard["/fred"]:
        told.setdefault(one.message, []).append(one.event)
    steps = [Event.created, Event.sent, Event.passing, Event.final]
    assert told == {receipt.first + index: steps for index in range(receipt.total)}


async def test_what_was_not_heard_is_tried_again_after_growing_pauses(house: House) -> None:
    """E40: by the dialect's rule, until it is heard; each try can be seen."""
    await house.open()
    house.ears.status["/fred"] = 500
    began = house.clock.now()
    receipt = await house.take(many(1), tell=house.tell(FINAL))
    await house.let(1)
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    times = []
    for minutes in (0, 1, 3, 7, 15):
        await house.leap(began + minutes * MINUTE + 2 * SECOND, MINUTE)
        times.append(len(house.ears.heard["/fred"]))
    assert times == [1, 2, 3, 4, 5]
    house.ears.status["/fred"] = 204
    await house.leap(began + 40 * MINUTE, MINUTE)
    assert house.ears.heard["/fred"] == [final(receipt.first)] * 6
    tries = await house.node.store.attempts(receipt.first, 1)
    assert [answer for _, answer, _ in tries] == ["500"] * 5
    calls = await house.node.store.calls(fred.id, 10)
    assert [(row[0], row[1], row[5], row[6], row[7]) for row in calls] == [
        (receipt.first, 1, 6, 1, "204")
    ]


async def test_what_comes_later_waits_for_what_was_not_heard(house: House) -> None:
    """E40: in order per message; another message's news does not wait."""
    await house.open()
    house.ears.status["/fred"] = 500
    receipt = await house.take([to(17)], tell=house.tell())
    await house.let(20)
    assert {one.event for one in house.ears.heard["/fred"]} == {Event.created}
    house.ears.status["/fred"] = 204
    other = await house.take(many(1), tell=house.tell())
    await house.let(2)
    assert [one.event for one in house.ears.heard["/fred"] if one.message == other.first] == [
        Event.created,
        Event.sent,
        Event.final,
    ]
    await house.let(60)
    steps = [one for one in house.ears.heard["/fred"] if one.message == receipt.first]
    assert [(one.seq, one.event) for one in steps] == [
        (1, Event.created),
        (1, Event.created),
        (2, Event.sent),
        (3, Event.passing),
        (4, Event.final),
    ]


async def test_after_two_days_it_is_given_up_and_listed_and_can_be_told_again(
    house: House,
) -> None:
    """E40: the next step follows what was given up; a replay is told once more."""
    await house.open()
    house.ears.status["/fred"] = 500
    receipt = await house.take(many(1), tell=house.tell(Event.sent | FINAL))
    await house.leap(house.clock.now() + 2 * DAY, 10 * MINUTE)
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    calls = await house.node.store.calls(fred.id, 10)
    assert [(row[1], row[2], row[6], row[7]) for row in calls if row[1] == 1] == [
        (1, int(Event.sent), 2, "500")
    ]
    seqs = [one.seq for one in house.ears.heard["/fred"]]
    assert seqs == sorted(seqs)
    assert seqs[-1] == 2
    house.ears.status["/fred"] = 204
    house.ears.heard.clear()
    assert await house.node.store.replay(receipt.first, 1, house.clock.now())
    await house.let(2)
    assert [one.seq for one in house.ears.heard["/fred"]] == [1]


async def test_a_dead_endpoint_slows_nobody_else(house: House) -> None:
    """E40: A's hangs with 500 owed; B's news comes at the same instant as on an idle system."""
    await house.open(config(accounts=(account("A"), account("B"))))
    b_hears = house.other_ears

    async def told_after_ms(first: int) -> list[int]:
        """How long each of ten of B's messages takes from its receipt to its callback."""
        waits = []
        for index in range(10):
            began = house.clock.now()
            tell = Tell(urls=Urls(b_hears.url("/b")), events=FINAL)
            await house.take(many(1, first + index), account="B", tell=tell)
            count = len(b_hears.heard["/b"])
            while len(b_hears.heard["/b"]) == count:
                await house.let(0.01)
            waits.append(house.clock.now() - began)
        return waits

    idle = await told_after_ms(33_613_000_000)
    house.ears.status["/a"] = HANG
    await house.take(many(500), account="A", tell=house.tell(FINAL, "/a"))
    await house.let(1)
    assert house.ears.hanging > 0
    assert await told_after_ms(33_614_000_000) == idle


async def test_an_endpoint_that_is_away_gets_all_of_it_when_it_is_back(house: House) -> None:
    """E40: connections refused for an hour; nothing is lost, nothing comes twice."""
    await house.open()
    await house.ears.close()
    receipt = await house.take(many(50), tell=house.tell(FINAL))
    await house.let(2)
    await house.leap(house.clock.now() + HOUR, MINUTE)
    await house.ears.open()
    await house.leap(house.clock.now() + 2 * HOUR, MINUTE)
    assert sorted(house.ears.heard["/fred"]) == [final(receipt.first + i) for i in range(50)]


async def test_a_crash_between_the_call_and_its_record_tells_it_twice(house: House) -> None:
    """E40: twice, never zero times."""
    await house.open()
    house.ears.status["/fred"] = HANG
    receipt = await house.take(many(3), tell=house.tell(FINAL))
    await house.let(1)
    once = [final(receipt.first + index) for index in range(3)]
    assert sorted(house.ears.heard["/fred"]) == once
    house.ears.status["/fred"] = 204
    await house.crash()
    await house.let(2)
    assert sorted(house.ears.heard["/fred"]) == sorted(once * 2)


async def test_what_was_owed_outlives_a_stop(house: House) -> None:
    """E40 E54: owed and tried before, due at its time after the start; heard ones stay heard."""
    await house.open()
    heard = await house.take(many(2), tell=house.tell(FINAL))
    await house.let(1)
    house.ears.status["/fred"] = 503
    owed = await house.take(many(2, 33_613_000_000), tell=house.tell(FINAL))
    await house.let(1)
    house.ears.status["/fred"] = 204
    house.ears.heard.clear()
    await house.restart(away_ms=10 * SECOND)
    await house.let(2)
    assert house.ears.heard["/fred"] == []
    await house.let(60)
    assert sorted(house.ears.heard["/fred"]) == [final(owed.first), final(owed.first + 1)]
    assert heard.first + 2 <= owed.first


async def test_a_dead_endpoint_does_not_fill_the_memory(house: House) -> None:
    """E40: of 6,000 owed at most 2,000 or so are held; the others wait in the store, and all
    are told when it is back."""
    await house.open()
    house.ears.status["/fred"] = HANG
    receipts = []
    most = 0
    for index in range(6):
        numbers = many(1_000, 33_612_000_000 + 1_000 * index)
        receipts.append(await house.take(numbers, tell=house.tell(Event.created | FINAL)))
        await house.let(2)
        most = max(most, house.held())
    assert most <= 3_000
    house.ears.status["/fred"] = 204
    house.ears.release()
    await house.settle()
    await house.leap(house.clock.now() + HOUR, MINUTE)
    told: dict[int, set[int]] = {}
    for one in house.ears.heard["/fred"]:
        told.setdefault(one.message, set()).add(one.seq)
    assert told == {one.first + index: {1, 2} for one in receipts for index in range(one.total)}


async def test_one_huge_order_does_not_fill_the_memory_either(house: House) -> None:
    """E40: 8,000 births of one commit."""
    await house.open(config(accounts=(account("fred", balance=100_000_000),)))
    house.ears.status["/fred"] = HANG
    receipt = await house.take(
        many(8_000), channel=Channel.marketing, tell=house.tell(Event.created)
    )
    assert house.held() <= 3_000
    house.ears.status["/fred"] = 204
    house.ears.release()
    await house.settle()
    await house.leap(house.clock.now() + HOUR, MINUTE)
    told = {one.message for one in house.ears.heard["/fred"]}
    assert told == set(range(receipt.first, receipt.first + 8_000))


async def test_two_receipts_at_once_are_told_one_after_the_other(house: House) -> None:
    """E40: passing and final in one batch of reports."""
    await house.open()
    receipt = await house.take([to(33)], tell=house.tell())
    await house.let(1)
    (ref,) = [one.ref for one in house.submits()]
    now = house.clock.now()
    await house.report(
        [
            Report(ref, Happening.progressed, R.buffered, now),
            Report(ref, Happening.progressed, R.absent, now),
            Report(ref, Happening.was_delivered, R.none, now),
        ]
    )
    await house.let(1)
    assert house.ears.heard["/fred"][2:] == [
        Told(receipt.first, 3, Event.passing, S.sent, R.buffered),
        Told(receipt.first, 4, Event.passing, S.sent, R.absent),
        Told(receipt.first, 5, FINAL, S.delivered, R.none),
    ]


async def test_what_a_dialect_has_no_words_for_holds_up_nothing(house: House) -> None:
    """E40: 2,000 pieces of such news behind a call that hangs; the one behind them is told."""
    await house.open()
    house.ears.status["/fred"] = HANG
    await house.take(many(40), tell=house.tell(FINAL))
    await house.let(1)
    silent = Tell(urls=Urls(house.ears.url("/fred")), events=FINAL, form=WORDLESS)
    for index in range(2):
        await house.take(many(1_000, 33_613_000_000 + 1_000 * index), tell=silent)
        await house.let(1)
    last = await house.take(many(1), tell=house.tell(FINAL))
    await house.let(1)
    house.ears.status["/fred"] = 204
    house.ears.release()
    await house.settle()
    await house.let(10)
    assert final(last.first) in house.ears.heard["/fred"]
    assert [node.notify.flying for node in house.nodes] == [0] * len(house.nodes)
    assert house.held() == 0
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    ends = [(row[6], row[7]) for row in await house.node.store.calls(fred.id, 3_000)]
    assert Counter(ends) == {(UNWANTED, ""): 2_000, (HEARD, "204"): 9, (OWED, "hung up"): 32}


@pytest.fixture
async def tarpit(house: House) -> AsyncIterator[Ears]:
    """Thousands of origins that take calls and never answer."""
    ears = Ears(everywhere=True)
    ears.status["/tar"] = HANG
    await ears.open()
    house.more_ears.append(ears)
    yield ears
    ears.release()
    await ears.close()


def to_each(ears: Ears, origins: int, first: int = 33_615_000_000) -> Order:
    """One order of as many letters, each of which is told at another origin."""
    letters = [
        Letter(
            text="Bonjour",
            numbers=[first + index],
            code="36105",
            tell=Tell(
                urls=Urls(ears.url("/tar", f"127.9.{index >> 8}.{index & 255}")), events=FINAL
            ),
        )
        for index in range(origins)
    ]
    return Order(dialect="plain", letters=letters)


async def test_a_customer_of_very_many_dead_origins_slows_nobody_else(
    house: House, tarpit: Ears
) -> None:
    """E40: one request that names 500 tarpits has 32 calls under way, and a neighbour's news comes
    at the instant at which it would on an idle system."""
    await house.open(config(accounts=(account("A"), account("B"))))
    assert isinstance(await house.order(to_each(tarpit, 500), "A"), Receipt)
    await house.let(1)
    assert (tarpit.hanging, house.held()) == (32, 468)
    receipt = await house.take(many(200), account="B", tell=house.tell(FINAL, "/b"))
    await house.let(0.1)
    assert sorted(house.ears.heard["/b"]) == [final(receipt.first + i) for i in range(200)]
    assert tarpit.hanging == 32
    assert house.counts["calls held up"] > 0


async def test_many_customers_of_dead_origins_leave_half_of_all_calls_to_the_living(
    house: House, tarpit: Ears
) -> None:
    """E40: 20 of them, with 100 tarpits each: 128 calls hang, and no more."""
    logins = [f"A{index}" for index in range(20)]
    await house.open(config(accounts=(account("B"), *[account(login) for login in logins])))
    await house.take(many(1), account="B", tell=house.tell(FINAL, "/b"))
    await house.let(1)
    for index, login in enumerate(logins):
        order = to_each(tarpit, 100, 33_615_000_000 + 1_000 * index)
        assert isinstance(await house.order(order, login), Receipt)
    await house.let(1)
    assert tarpit.hanging == 128
    house.ears.heard.clear()
    receipt = await house.take(many(200), account="B", tell=house.tell(FINAL, "/b"))
    await house.let(0.1)
    assert sorted(house.ears.heard["/b"]) == [final(receipt.first + i) for i in range(200)]


async def test_a_living_origin_is_not_slowed_by_dead_ones_of_the_same_account(
    house: House, tarpit: Ears
) -> None:
    """E40: it is known to live from its first call on."""
    await house.open()
    await house.take(many(1), tell=house.tell(FINAL))
    await house.let(1)
    await house.order(to_each(tarpit, 500))
    await house.let(1)
    house.ears.heard.clear()
    receipt = await house.take(many(200), tell=house.tell(FINAL))
    await house.let(0.1)
    assert sorted(house.ears.heard["/fred"]) == [final(receipt.first + i) for i in range(200)]


async def test_an_endpoint_of_another_account_is_not_taken_by_calls_to_it(house: House) -> None:
    """E40: what A's orders name as theirs is B's: B's news stands in no queue of A's."""
    await house.open(config(accounts=(account("A"), account("B"))))
    bad = await house.take(
        [0] * 1_000, account="A", fatal=frozenset(), tell=house.tell(FINAL, "/b")
    )
    receipt = await house.take(many(50), account="B", tell=house.tell(FINAL, "/b"))
    await house.let(0.1)
    told = {one.message for one in house.ears.heard["/b"]}
    assert set(range(receipt.first, receipt.first + 50)) <= told
    assert len(told & set(range(bad.first, bad.first + 1_000))) < 110


async def test_news_that_costs_nothing_is_told_at_a_slow_pace_and_all_of_it(
    house: House,
) -> None:
    """E40 H28: 400 recipients that are no numbers: a hundred at once, then twenty a second; they
    hold up nothing that was paid for."""
    await house.open()
    bad = await house.take([0] * 400, fatal=frozenset(), tell=house.tell(FINAL))
    assert len(house.ears.heard["/fred"]) == 100
    good = await house.take(many(50), tell=house.tell(FINAL))
    await house.let(10)
    told = [one.message for one in house.ears.heard["/fred"]]
    assert [one for one in told if one >= good.first] == [*range(good.first, good.first + 50)]
    assert 280 <= len(told) - 50 <= 300
    await house.let(8)
    refused = Told(0, 1, FINAL, S.refused, R.bad_number)
    assert sorted(one for one in house.ears.heard["/fred"] if one.message < good.first) == [
        refused._replace(message=bad.first + index) for index in range(400)
    ]


async def test_a_text_that_nobody_paid_for_is_cut_where_it_is_told(house: House) -> None:
    """H54: whoever is called did not necessarily ask for 39,000 letters."""
    await house.open(config(accounts=(account("fred", password=Secret("s3cret")),)))
    hook = house.ears.url("/hook")
    message = {"text": "x" * 39_000, "to": [{"value": "9"}]}
    asked = {"accountid": "fred", "password": "s3cret", "webhook_url": hook, "message": message}
    body = msgspec.json.encode({"push": asked})
    head = f"POST /api HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    answer = await house.ask(head, body)
    assert answer is not None
    assert answer[0] == 200
    await house.let(1)
    (told,) = house.ears.bodies["/hook"]
    assert (b"x" * 1_600 in told, len(told) < 2_200) == (True, True)


@pytest.mark.parametrize(
    ("hosts", "url", "answer"),
    [
        (("example.org",), "", "host not on the account's list"),
        (("127.0.0.1",), "", "204"),
        ((), "http://127.0.0.1:6379/", "port not allowed"),
        ((), "http://127.0.0.1:25/", "port not allowed"),
    ],
)
async def test_what_is_not_called_is_listed_with_the_reason(
    house: House, hosts: tuple[str, ...], url: str, answer: str
) -> None:
    """E55: hosts that an account's callbacks may go to, and ports that none goes to."""
    await house.open(config(accounts=(account("fred", callback_hosts=hosts),)))
    tell = Tell(urls=Urls(url or house.ears.url("/fred")), events=FINAL)
    await house.take(many(1), tell=tell)
    await house.let(1)
    (row,) = await house.node.store.calls(1, 10)
    assert row[7] == answer
    assert house.ears.calls["/fred"] == int(answer == "204")


async def test_what_a_dead_node_held_is_owed_again_before_anything_new_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E40: what an operator answers while a node starts must not be taken for a dead one's."""
    await house.open()
    linked: list[bool] = []
    inherit = SqliteStore.release_news

    async def watched(store: SqliteStore) -> int:
        linked.append(bool(house.node.links))
        return await inherit(store)

    monkeypatch.setattr(SqliteStore, "release_news", watched)
    await house.crash()
    assert linked == [False]


async def test_what_we_could_not_call_keeps_its_place_and_counts_as_no_try(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E40: no descriptor is left here for three seconds."""
    await house.open()

    async def none_left(pool: object, address: str) -> object:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as without:
        without.setattr("chappe.doors.calls.post._Pool._dial", none_left)
        receipt = await house.take(many(40), tell=house.tell(FINAL))
        await house.let(3)
        assert house.ears.calls["/fred"] == 0
    await house.let(2)
    # Over several connections, so that they may overtake each other on the way.
    heard = sorted(house.ears.heard["/fred"])
    assert heard == [final(receipt.first + index) for index in range(40)]
    rows = await house.node.store.calls(1, 100)
    assert {(row[5], row[6], row[7]) for row in rows} == {(1, HEARD, "204")}
    assert [await house.node.store.attempts(row[0], 1) for row in rows] == [[]] * 40


async def test_an_account_that_pays_for_nothing_does_not_fill_the_disk(house: House) -> None:
    """E3 H32: two calls of 10,000 that are no numbers are taken, the third is told to come later;
    who pays for others is not refused for them."""
    await house.open(config(accounts=(account("fred", balance=0), account("anna"))))
    nobody = [0] * 10_000
    for _ in range(2):
        await house.take(nobody, fatal=frozenset())
    too_often = Refusal((Trouble.too_often,))
    assert await house.send(nobody, fatal=frozenset()) == too_often
    assert await house.send([0], fatal=frozenset()) == too_often
    await house.leap(house.clock.now() + MINUTE, MINUTE)
    await house.take([0], fatal=frozenset())
    for _ in range(2):
        await house.take(nobody, fatal=frozenset(), account="anna")
    assert await house.send([0], fatal=frozenset(), account="anna") == too_often
    await house.take([*many(6), 0, 0], fatal=frozenset(), account="anna")
    await house.take([0] * 4, fatal=frozenset(), account="anna")


@pytest.mark.parametrize(
    ("fails", "status", "others"), [("tell", 204, 1), ("was_heard", 204, 1), ("next_try", 500, 2)]
)
async def test_news_that_a_dialect_fails_at_harms_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch, fails: str, status: int, others: int
) -> None:
    """E40: one of ten that leave together; it is tried again after an hour."""
    await house.open()
    house.ears.status["/fred"] = status
    numbers = many(10)
    failed: list[int] = []
    whole = getattr(plain, fails)

    def failing(news: News, *more: Any) -> Any:
        assert news.message is not None
        if news.message.number == numbers[4] and not failed:
            failed.append(news.subject)
            raise KeyError(news.subject)
        return whole(news, *more)

    def heard() -> list[int]:
        """How often each message's news was."""
        times = Counter(one.message for one in house.ears.heard["/fred"])
        return [times[receipt.first + index] for index in range(10)]

    monkeypatch.setattr(plain, fails, failing)
    receipt = await house.take(numbers, tell=house.tell(FINAL))
    await house.let(2)
    house.ears.status["/fred"] = 204
    await house.leap(house.clock.now() + HOUR - 5 * SECOND, MINUTE)
    assert failed == [receipt.first + 4]
    once = 0 if fails == "tell" else 1
    assert heard() == [others] * 4 + [once] + [others] * 5
    await house.leap(house.clock.now() + 10 * SECOND, SECOND)
    assert heard() == [others] * 4 + [once + 1] + [others] * 5


# When a call is tried, in seconds: pauses that grow from ten of them to four hours, for a day.
TRIES = [0, 10, 70, 370, 1270, 3070, 6670, 13870, 28270, 42670, 57070, 71470, 85870]


@pytest.mark.parametrize(("status", "tries"), [(204, 1), (404, 3), (429, 13), (500, 13)])
async def test_a_dialect_gives_up_by_its_own_rule(house: House, status: int, tries: int) -> None:
    """E40 H67: over the real doors; a day of growing pauses, three tries where it is refused."""
    await house.open(config(accounts=(account("fred", password=Secret("s3cret")),)))
    house.ears.status["/hook"] = status
    hook = house.ears.url("/hook")
    query = f"accountid=fred&password=s3cret&text=Bonjour&to=0639980033&webhook_url={hook}"
    began = house.clock.now()
    answer = await house.ask(f"GET /api?{query} HTTP/1.1")
    assert answer is not None
    assert answer[0] == 200
    for second in TRIES[:tries]:
        await house.leap(began + second * SECOND - 1, HOUR)
        await house.let(20)
    (created,) = [row for row in await house.node.store.calls(1, 10) if row[1] == 1]
    heard = status == 204
    assert [created[5], created[6], created[7]] == [tries, 1 if heard else 2, str(status)]
    seen = await house.node.store.attempts(created[0], 1)
    late = [(row[0] - began) // SECOND - due for row, due in zip(seen, TRIES, strict=False)]
    assert len(late) == (0 if heard else tries)
    assert all(0 <= each <= 15 for each in late)


async def test_news_that_is_held_back_is_told_together(house: House) -> None:
    """H8: every quarter of an hour, and what came in between comes then, each in its order; a
    restart neither hurries nor loses them."""
    await house.open()
    began = house.clock.now()  # 10:00:00
    held = msgspec.structs.replace(house.tell(Event.created | FINAL), hold_m=15)
    first = await house.take(many(1), tell=held)
    await house.let(10 * 60)
    second = await house.take(many(1), tell=held)
    await house.let(60)
    assert house.ears.heard["/fred"] == []
    await house.restart()
    await house.leap(began + 15 * MINUTE - 2 * SECOND, MINUTE)
    assert house.ears.heard["/fred"] == []
    await house.leap(began + 15 * MINUTE + 2 * SECOND, MINUTE)
    created = [Told(one.first, 1, Event.created, S.sending, R.none) for one in (first, second)]
    assert sorted(house.ears.heard["/fred"]) == sorted(
        [*created, final(first.first, 2), final(second.first, 2)]
    )
