"""Money: reserved with the acceptance, spent or given back once, never below zero."""

import asyncio
import contextlib
import sqlite3
import sys
from array import array
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chappe.config import Secret
from chappe.dialects.shape import Opened, action
from chappe.engine import look
from chappe.engine.accept import Wanted, accept, accept_all
from chappe.engine.bar import NOBODY
from chappe.engine.ready import make_ready
from chappe.engine.rehearse import rehearse
from chappe.engine.spend import spend
from chappe.hands import accounts as hands
from chappe.links.operator.mind.judgement import Weather
from chappe.words.account import Account
from chappe.words.answer import Fate, Receipt, Refusal, Trouble
from chappe.words.asked import CreditWanted, Purchase, Rehearsal
from chappe.words.exchange import Request, Response
from chappe.words.found import Bought, Credit
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.money import COUNTED, HLR
from chappe.words.order import EVERY, Channel, Hours, Letter, Order
from chappe.words.report import Report
from chappe.words.steps import Waited
from tests.journeys import plain
from tests.journeys.house import CREDIT, House, account, config, many, to

PART = 400  # what one part to a French mobile costs
S, R = State, Reason
KEY = Secret("key")


def order(numbers: Sequence[int], text: str = "Bonjour") -> Order:
    return Order(dialect="plain", letters=[Letter(text=text, numbers=numbers, code="36105")])


async def test_orders_at_the_same_time_never_pass_below_zero(house: House) -> None:
    """E3: credit for 25 parts, 40 orders of one at once: 25 are taken and nothing is left."""
    await house.open(config(accounts=(account("fred", balance=25 * PART),)))
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    answers = await asyncio.gather(
        *(accept(house.node.desk, fred, order(many(1, 33_612_000_000 + i))) for i in range(40))
    )
    await house.let(5)
    taken = [answer for answer in answers if isinstance(answer, Receipt)]
    refused = [answer for answer in answers if not isinstance(answer, Receipt)]
    assert refused == [Refusal((Trouble.no_credit,))] * 15
    assert sorted((one.cost, one.balance) for one in taken) == [
        (PART, left * PART) for left in range(25)
    ]
    assert await house.balance() == 0
    assert await house.node.store.audit() == []
    assert len(house.submits()) == 25


async def test_what_was_refused_leaves_nothing(house: House) -> None:
    """E3 E4: no order, no message, no ledger row, no credit gone, nothing sent."""
    await house.open(config(accounts=(account("fred", balance=2 * PART),)))
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    before = await house.node.store.ledger(fred.id, 10)
    answer = await house.send(many(3))
    assert answer == Refusal((Trouble.no_credit,))
    await house.let(5)
    assert await house.node.store.ledger(fred.id, 10) == before
    assert await house.node.store.messages(0, 1 << 60, 10) == []
    assert await house.balance() == 2 * PART
    assert house.submits() == []
    # And what it held for the link's window is free again: the next one leaves at once.
    receipt = await house.take(many(2))
    assert await house.tally(receipt) == {"sent": 2}


async def test_an_order_is_paid_with_the_answer(house: House) -> None:
    """E3: the receipt says what was reserved and what is left of the purse."""
    await house.open()
    text = "é" * 161  # two parts
    receipt = await house.take([to(0), to(1)], text)
    assert receipt == Receipt(
        order=receipt.order,
        at=house.clock.now(),
        first=receipt.first,
        total=2,
        cost=4 * PART,
        balance=CREDIT - 4 * PART,
        parts=(2, 2),
        prices=[2 * PART, 2 * PART],
        troubles={},
        begins=house.clock.now(),
    )


# The row of the simulated network -> whether the price comes back in the end.
GIVEN_BACK = {0: False, 11: False, 12: False, 13: False, 18: False, 33: False, 34: True}


@pytest.mark.parametrize("row", GIVEN_BACK)
async def test_credit_comes_back_only_where_the_operator_took_nothing(
    house: House, row: int
) -> None:
    """E3: acknowledged is spent, whatever becomes of it; turned down is given back, once."""
    await house.open()
    receipt = await house.take([to(row)])
    await house.let(60)
    back = PART if GIVEN_BACK[row] else 0
    assert await house.balance() == CREDIT - PART + back
    booked = [("credit", CREDIT, 0), ("held", -PART, receipt.order)]
    booked += [("released", PART, receipt.order)] if back else []
    assert await house.booked() == booked


async def test_what_is_sent_again_is_paid_once(house: House) -> None:
    """E1 E3: in doubt it is spent; sent again it costs nothing more; refused then, it is back."""
    await house.open()
    house.link().set_weather(Weather(rates={36: 1.0}))
    receipt = await house.take([to(0), to(1)], channel=Channel.marketing)
    await house.let(10)
    assert await house.balance() == CREDIT - 2 * PART
    house.link().set_weather(Weather(rates={34: 1.0}))
    await house.node.doubt.resend([receipt.first])
    await house.let(5)
    assert await house.fates(receipt) == [(S.refused, R.rejected), (S.unknown, R.in_doubt)]
    assert await house.balance() == CREDIT - PART
    assert await house.node.store.audit() == []


async def test_a_purse_of_its_own_pays_for_its_route(house: House) -> None:
    """E3: `route_balances` is booked at opening; one purse empty says nothing of the other."""
    purses = {"highsms": {"route_balances": {"B": 2 * PART}}}
    await house.open(config(accounts=(account("fred", balance=5 * PART, dialects=purses),)))
    assert (await house.balance(), await house.balance(purse="B")) == (5 * PART, 2 * PART)
    await house.take(many(2), purse="B")
    assert (await house.balance(), await house.balance(purse="B")) == (5 * PART, 0)
    assert await house.send(many(1), purse="B") == Refusal((Trouble.no_credit,))
    await house.take(many(5))
    assert (await house.balance(), await house.balance(purse="B")) == (0, 0)
    assert await house.node.store.audit() == []


async def test_an_order_over_two_purses_takes_from_both_or_none(house: House) -> None:
    """E3 E4: a request is taken whole or refused whole."""
    purses = {"highsms": {"route_balances": {"B": PART}}}
    await house.open(config(accounts=(account("fred", balance=5 * PART, dialects=purses),)))
    letters = [
        Letter(text="Un", numbers=many(5), code="36105"),
        Letter(text="Deux", numbers=many(2), code="36105", purse="B"),
    ]
    both = Order(dialect="plain", letters=letters)
    assert await house.order(both) == Refusal((Trouble.no_credit,))
    assert (await house.balance(), await house.balance(purse="B")) == (5 * PART, PART)
    letters[1].numbers = many(1)
    assert isinstance(await house.order(both), Receipt)
    assert (await house.balance(), await house.balance(purse="B")) == (0, 0)


async def test_post_paid_accounts_have_no_floor(house: House) -> None:
    """E3: theirs alone passes below zero."""
    await house.open(config(accounts=(account("fred", balance=0, post_paid=True),)))
    receipt = await house.take(many(3))
    assert receipt.balance == -3 * PART
    assert await house.balance() == -3 * PART
    assert await house.node.store.audit() == []


async def test_a_request_id_is_used_once(house: House) -> None:
    """E4: the second of the same name is refused, at the same time or later, and costs nothing."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    twins = [
        Order(
            dialect="plain",
            letters=[Letter(text="Un", numbers=many(1), code="36105")],
            request_id="abc",
        )
        for _ in range(2)
    ]
    answers = await asyncio.gather(*(accept(house.node.desk, fred, one) for one in twins))
    await house.settle()
    assert {type(answer) for answer in answers} == {Receipt, Refusal}
    assert Refusal((Trouble.duplicate,)) in answers
    assert await house.order(twins[0]) == Refusal((Trouble.duplicate,))
    assert await house.balance() == CREDIT - PART


async def test_recipients_that_cannot_be_served_are_not_paid(house: House) -> None:
    """E3 E4: refused whole, set apart, or kept in error: by the order's wish."""
    await house.open()
    numbers = [to(0), 0, 33_142_000_000, 5_511_900_000_000, to(1)]
    troubles = {1: Trouble.bad_number, 2: Trouble.bad_number, 3: Trouble.not_served}
    refused = await house.send(numbers)
    assert refused == Refusal((Trouble.bad_number, Trouble.not_served), "", troubles)
    assert await house.balance() == CREDIT
    apart = await house.take(numbers, apart=EVERY)
    assert (apart.total, apart.cost, apart.troubles) == (2, 2 * PART, troubles)
    assert await house.balance() == CREDIT - 2 * PART
    kept = await house.take(numbers, fatal=frozenset(), tell=house.tell())
    assert (kept.total, kept.cost, kept.troubles) == (5, 2 * PART, troubles)
    await house.let(5)
    assert await house.fates(kept) == [
        (S.delivered, R.none),
        (S.refused, R.bad_number),
        (S.refused, R.bad_number),
        (S.refused, R.not_served),
        (S.delivered, R.none),
    ]
    ends = [one for one in house.ears.heard["/fred"] if one.state >= S.delivered]
    assert sorted((one.message - kept.first, one.reason) for one in ends) == [
        (0, R.none),
        (1, R.bad_number),
        (2, R.bad_number),
        (3, R.not_served),
        (4, R.none),
    ]
    assert await house.balance() == CREDIT - 4 * PART
    assert await house.node.store.audit() == []


async def test_one_recipient_may_refuse_all_for_reasons_that_the_order_names(house: House) -> None:
    """E4: others like it are kept in error; a country without a price is named before all else."""
    await house.open()
    landline_in_brazil = 551_123_456_789
    fatal = frozenset({R.not_served})
    kept = {1: Trouble.bad_number, 2: Trouble.bad_number}
    numbers = [to(0), 0, 33_142_000_000]
    refused = await house.send([*numbers, landline_in_brazil], fatal=fatal)
    assert refused == Refusal((Trouble.not_served,), "", {**kept, 3: Trouble.not_served})
    assert await house.balance() == CREDIT
    taken = await house.take(numbers, fatal=fatal)
    assert (taken.total, taken.cost, taken.troubles) == (3, PART, kept)


async def test_what_is_left_with_an_answer_is_what_that_order_left(house: House) -> None:
    """E3: whatever was ordered since; with a refusal it is what is there now."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    first = await house.take(many(2))
    await house.take(many(5))
    parts = Purchase(Channel.notification, "FR")
    answers = (first, Refusal(wrong={"date": ""}))
    left = [await look.left(house.node.desk, fred, parts, answer) for answer in answers]
    assert left == [CREDIT // PART - 2, CREDIT // PART - 7]


async def test_answers_may_say_what_is_left(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """E3: with a receipt, with a refusal of the engine and with one of the dialect; orders that
    come together each have their own."""
    parts = Purchase(Channel.notification, "FR")

    def read(opened: Opened[plain.Asked], account: Account, now: int) -> Order | Refusal:
        numbers = opened.content.numbers
        return order(numbers, opened.content.text) if numbers else Refusal(wrong={"date": ""})

    def write(receipt: Receipt, opened: Opened[plain.Asked], account: Account) -> Response:
        return Response(f"taken, {opened.left}".encode())

    def refuse(refusal: Refusal, action: str, request: Request, opened: Any, _: Any) -> Response:
        return Response(f"refused, {opened.left}".encode())

    monkeypatch.setattr(plain, "write_refused", refuse)
    monkeypatch.setitem(plain.ACTIONS, "send", action(read, write, lambda _: parts))
    await house.open(config(accounts=(account("fred", balance=5 * PART, api_keys=(KEY,)),)))

    async def said(*numbers: int) -> str:
        body = msgspec.json.encode(plain.Asked("key", "Bonjour", [*numbers]))
        answer = await house.ask(f"POST /plain HTTP/1.1\r\nContent-Length: {len(body)}", body)
        assert answer is not None
        return answer[1].decode()

    assert await said() == "refused, 5"
    assert await said(*many(6)) == "refused, 5"
    assert await said(*many(2)) == "taken, 3"
    together = await asyncio.gather(*(said(number) for number in many(3)))
    assert sorted(together) == ["taken, 0", "taken, 1", "taken, 2"]
    assert await said(to(0)) == "refused, 0"


async def test_a_storm_of_happenings_leaves_the_books_straight(house: House) -> None:
    """E2 E3: every row of the network, doubled and late receipts: the sum of all is the balance."""
    await house.open()
    numbers = [to(row, nn) for nn in (0, 30, 60) for row in range(60)]
    receipt = await house.take(numbers, channel=Channel.marketing)
    await house.let(40)
    for happening in (Happening.was_undelivered, Happening.was_delivered):
        refs = [submit.ref for submit in house.submits()]
        await house.report([Report(ref, happening, R.network, house.clock.now()) for ref in refs])
    refused = sum(fate == (S.refused, R.rejected) for fate in await house.fates(receipt))
    assert refused == 3
    assert await house.balance() == CREDIT - (180 - refused) * PART
    assert await house.node.store.audit() == []


async def test_accounts_share_the_balance_of_another(house: House) -> None:
    """E3: both draw on it and none has more than all of it; what never left goes back there."""
    await house.open(
        config(
            accounts=(
                account("fred", balance=3 * PART),
                account("anna", balance=0, pays_from="fred"),
                account("paul", balance=0, pays_from="fred"),
            )
        )
    )
    await house.take(many(1), account="anna")
    receipt = await house.take([to(34)], account="paul")
    assert receipt.balance == PART
    assert await house.send(many(3), account="anna") == Refusal((Trouble.no_credit,))
    await house.let(2)
    assert await house.balance("fred") == 2 * PART
    assert await house.balance("anna") == 0
    await house.take(many(2), account="fred")
    assert await house.send(many(1), account="paul") == Refusal((Trouble.no_credit,))
    assert await house.node.store.audit() == []


async def test_an_account_whose_payer_is_gone_sends_nothing(house: House) -> None:
    """E3: and nobody else pays for it."""
    orphan = account("anna", balance=5 * PART, pays_from="nobody")
    await house.open(config(accounts=(account("fred"), orphan)))
    assert await house.send(many(1), account="anna") == Refusal((Trouble.no_credit,))
    assert await house.balance("anna") == 5 * PART


async def test_a_low_balance_is_told_once_until_it_is_high_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """E3: in the log, and counted."""
    await house.open(config(accounts=(account("fred", balance=5 * PART, warn_below=3 * PART),)))
    for _ in range(4):
        await house.take(many(1))
    line = "account fred has 0.08 euros left: less than its warn_below"
    assert [record.message for record in caplog.records] == [line]
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    await house.node.store.book(fred.id, "", 10 * PART, house.clock.now(), "by hand")
    await house.take(many(1))
    await house.take(many(8))
    assert [record.message for record in caplog.records] == [line, line]
    assert house.counts["low_balances"] == 2


MIXED = (to(0), 0, 33_142_000_000, 5_511_900_000_000, to(1))  # good, none, landline, far away, good
WRONG = {1: Trouble.bad_number, 2: Trouble.bad_number, 3: Trouble.not_served}


async def test_each_recipient_has_its_fate_as_it_was_given(house: House) -> None:
    """E4: apart, kept in error or served, by the reason; places are those of the order as given."""
    await house.open()
    apart, text = frozenset({R.bad_number}), "é" * 161
    receipt = await house.take(MIXED, text, apart=apart, fatal=frozenset())
    assert (receipt.total, receipt.cost, receipt.apart) == (3, 4 * PART, {1, 2})
    first = receipt.first
    assert [*receipt.fates()] == [
        Fate(first, 2, 2 * PART, None, ""),
        Fate(0, 0, 0, Trouble.bad_number, ""),
        Fate(0, 0, 0, Trouble.bad_number, ""),
        Fate(first + 1, 2, 0, Trouble.not_served, ""),
        Fate(first + 2, 2, 2 * PART, None, ""),
    ]
    await house.let(5)
    assert await house.fates(receipt) == [
        (S.delivered, R.none),
        (S.refused, R.not_served),
        (S.delivered, R.none),
    ]


async def test_a_reader_sets_recipients_apart_by_its_own_errors(house: House) -> None:
    """E4: what the dialect found and what the engine found of one recipient are both told."""
    await house.open()
    errors = {0: "4", 1: "4"}
    receipt = await house.take(MIXED[:2] + MIXED[4:], fatal=frozenset(), wrong=errors)
    assert [*receipt.fates()] == [
        Fate(0, 0, 0, None, "4"),
        Fate(0, 0, 0, Trouble.bad_number, "4"),
        Fate(receipt.first, 1, PART, None, ""),
    ]
    assert receipt.total == 1
    refused = await house.send(MIXED[:1], wrong={0: "4"})
    assert refused == Refusal(recipients_wrong={0: "4"})


async def test_places_run_over_all_letters_whatever_became_of_the_first(house: House) -> None:
    """E4: a letter that is refused as a whole still has its recipients."""
    await house.open()
    letters = [
        Letter(text="é" * 161, numbers=many(3), code="36105", parts_max=1),
        Letter(text="Bonjour", numbers=[to(0), 0], code="36105"),
    ]
    answer = await house.order(Order(dialect="plain", letters=letters))
    assert answer == Refusal(
        (Trouble.too_long, Trouble.bad_number),
        "",
        {**dict.fromkeys(range(3), Trouble.too_long), 4: Trouble.bad_number},
    )
    letters[0] = Letter(text="Bonjour", numbers=many(3), code="36105", opens=60, closes=60)
    letters[0].channel, letters[0].hours = Channel.marketing, Hours.refuse
    answer = await house.order(Order(dialect="plain", letters=letters))
    assert isinstance(answer, Refusal)
    assert answer.recipients == {4: Trouble.bad_number}


async def test_all_that_is_wrong_with_an_order_is_told_together(house: House) -> None:
    """E4: what its reader found, what the engine finds, and what the commit would have found."""
    await house.open()
    taken = await house.order(msgspec.structs.replace(order([to(0)]), request_id="once"))
    assert isinstance(taken, Receipt)
    wrong = msgspec.structs.replace(order([0]), request_id="once", wrong={"106": "sender"})
    assert await house.order(wrong) == Refusal(
        (Trouble.bad_number, Trouble.duplicate), "", {0: Trouble.bad_number}, {"106": "sender"}
    )
    # Nothing of ours stands against this one, and still it is not kept.
    before = await house.node.store.messages(0, 1 << 60, 10)
    wrong = msgspec.structs.replace(order([to(0)]), wrong={"106": "sender"})
    assert await house.order(wrong) == Refusal(wrong={"106": "sender"})
    wrong = Order(dialect="plain", letters=[], wrong={"100": ""})
    assert await house.order(wrong) == Refusal(wrong={"100": ""})
    assert await house.node.store.messages(0, 1 << 60, 10) == before


async def test_a_used_request_id_is_told_beside_what_else_is_wrong(house: House) -> None:
    """E4: also where orders are taken together, and none of them waits."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    assert isinstance(
        await house.order(msgspec.structs.replace(order([to(0)]), request_id="once")), Receipt
    )
    desk = house.node.desk
    twice = msgspec.structs.replace(order([0]), request_id="once")
    fresh = msgspec.structs.replace(order([0]), request_id="twice")
    turns: list[Waited[Receipt | Refusal]] = [Waited(), Waited()]
    accept_all(
        [
            Wanted(desk, fred, one, turn, desk.clock.now())
            for one, turn in zip((twice, fresh), turns, strict=True)
        ]
    )
    wrong = {0: Trouble.bad_number}
    assert [await turn.heard() for turn in turns] == [
        Refusal((Trouble.bad_number, Trouble.duplicate), "", wrong),
        Refusal((Trouble.bad_number,), "", wrong),
    ]


async def test_a_rehearsal_prices_what_would_be_paid_and_leaves_no_trace(house: House) -> None:
    """E4: the answer is that of the real order but for its numbers; no row, no id, no credit."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    asked = msgspec.structs.replace(
        order(MIXED, "é" * 161), request_id="once", apart=EVERY, fatal=frozenset()
    )
    database = house.folder / "chappe.db"
    before = await everything(database)
    rehearsed = await rehearse(house.node.desk, fred, "plain", Rehearsal(asked))
    assert await everything(database) == before
    assert isinstance(rehearsed, Receipt)
    real = await house.order(asked)
    assert isinstance(real, Receipt)
    assert rehearsed == msgspec.structs.replace(real, order=0, first=0, balance=CREDIT)
    assert [fate.message for fate in rehearsed.fates()] == [0] * 5
    assert await rehearse(house.node.desk, fred, "plain", Rehearsal(asked)) == Refusal(
        (Trouble.duplicate,)
    )


async def test_a_rehearsal_is_refused_as_the_order_would_be(house: House) -> None:
    """E3 E4: credit included."""
    await house.open(config(accounts=(account("fred", balance=2 * PART),)))
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    for numbers in ([0], many(3)):
        rehearsed = await rehearse(house.node.desk, fred, "plain", Rehearsal(order(numbers)))
        assert rehearsed == await house.order(order(numbers))
        assert isinstance(rehearsed, Refusal)


async def test_an_order_of_wrong_numbers_alone_is_refused_whole(house: House) -> None:
    """E3 E4: beyond all leeway, at once and in a rehearsal alike; no row of it is kept."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    vain = msgspec.structs.replace(order([0] * 20_001), fatal=frozenset())
    for answer in (
        await house.order(vain),
        await rehearse(house.node.desk, fred, "plain", Rehearsal(vain)),
    ):
        assert isinstance(answer, Refusal)
        assert answer.troubles == (Trouble.bad_number,)
    assert await house.node.store.messages(0, 1 << 60, 10) == []


async def test_wrong_numbers_that_are_only_told_are_told_one_by_one(house: House) -> None:
    """E4: however many more they are than the right ones, and however often; up to what an answer
    may hold."""
    await house.open()
    apart = frozenset({R.bad_number})
    for _ in range(2):
        receipt = await house.take([0] * 99_999 + [to(0)], apart=apart)
        assert (receipt.total, receipt.cost, len(receipt.apart)) == (1, PART, 99_999)
        read = await house.take([to(0), *[0] * 20_002], wrong=dict.fromkeys(range(1, 20_003), "4"))
        assert (read.total, read.cost, len(read.apart)) == (1, PART, 20_002)
    refused = await house.send([to(0), *[0] * 100_002], apart=apart)
    assert refused == Refusal((Trouble.bad_number,), recipients={1: Trouble.bad_number})


async def test_what_a_crowd_pays_is_not_an_object_for_each(house: House) -> None:
    """E4: a list of a million would leave the memory of a million behind."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    at_home = array("q", many(10_000))
    for numbers in (at_home, at_home + array("q", [32_475_000_000])):
        asked, now = order(numbers), house.clock.now()
        before = sys.getallocatedblocks()
        ready = make_ready(house.node.desk, fred, asked, now, NOBODY)
        assert sys.getallocatedblocks() - before < 2_000
        assert sum(ready.letters[0].prices[:10_000]) == 10_000 * PART


async def everything(database: Path) -> list[str]:
    """All rows of all tables."""
    with contextlib.closing(sqlite3.connect(database)) as opened:
        return [*opened.iterdump()]


# what is counted


async def test_look_ups_are_counted_down_and_paid_by_nothing_else(house: House) -> None:
    """Their credit is apart from that for messages, and never goes below zero."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    take = partial(spend, house.node.desk, fred, HLR)
    assert await take(1, "look-up") is None
    given = await hands.credit(house.node, hands.Booking(login="fred", amount="10", purse=HLR))
    assert given.value["balance"] == "10"
    left = await asyncio.gather(*(take(3, "look-up") for _ in range(5)))
    assert sorted(one for one in left if one is not None) == [1, 4, 7]
    assert left.count(None) == 2
    assert (await house.balance(purse=HLR), await house.balance()) == (COUNTED, CREDIT)
    assert await house.node.store.audit() == []


async def test_look_ups_that_are_used_up_do_not_come_back(house: House) -> None:
    """A restart, and a file that is read anew, leave their count as it is."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    await hands.credit(house.node, hands.Booking(login="fred", amount="2", purse=HLR))
    assert await spend(house.node.desk, fred, HLR, 2, "look-up") == 0
    await house.reload(config(accounts=(account("fred"), account("anna"))))
    assert await spend(house.node.desk, fred, HLR, 1, "look-up") is None
    assert await house.balance() == CREDIT
    await house.restart()
    assert await house.balance(purse=HLR) == 0


async def test_credit_tells_amounts_prices_and_every_purse(house: House) -> None:
    """What is left, exactly, and how far each purchase is paid for."""
    await house.open(config(accounts=(account("fred", balance=1_000),)))
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    await house.node.store.book(fred.id, "mkt", 150, house.clock.now(), "opening")
    wanted = CreditWanted(
        (
            Purchase(Channel.notification, "FR"),
            Purchase(Channel.marketing, "FR", purse="mkt"),
            Purchase(Channel.notification, "XX"),
        )
    )
    found = await look.credit(house.node.desk, fred, "plain", wanted)
    assert found == Credit(
        balance=1_000,
        free=False,
        purses={"": 1_000, "mkt": 150},
        bought=[Bought(1_000, PART), Bought(150, PART), Bought(1_000, None)],
    )
    assert [one.units(2) for one in found.bought] == ["2.50", "0.37", "0.00"]
