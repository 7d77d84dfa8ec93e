"""What a store promises to whoever hands in an order: kept and paid for, or never there."""

import asyncio
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from chappe.store.contract import UNWILLING, Move, StoreAway
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.news import Message
from chappe.words.order import Lists
from tests.store.office import EURO, NOW, NUMBER, PRICE, Office

DUPLICATE = Refusal((Trouble.duplicate,))
NO_CREDIT = Refusal((Trouble.no_credit,))


async def test_who_opted_out_is_found_with_the_commit(office: Office) -> None:
    """Where nobody asked before: that order leaves no trace, those that came with it are kept."""
    account = office.customer.account
    await office.store.opt_out(account, [NUMBER], NOW, "by hand")
    await office.store.opt_out(account, [NUMBER + 1], NOW, "by hand", Lists.black)
    await office.store.opt_out(0, [NUMBER + 2], NOW, "by hand")
    letters = {1: NUMBER, 2: NUMBER, 3: NUMBER + 1, 4: NUMBER + 1, 5: NUMBER + 2, 6: NUMBER + 3}
    lists = {1: 1, 2: 2, 3: 1, 4: 3, 5: 1, 6: 3}
    drafts = [
        replace(office.draft(numbers=[number], bars=lists[place]), unasked=True)
        for place, number in letters.items()
    ]
    asked_before = office.draft(numbers=[NUMBER], bars=1)
    answers = await office.keep(*drafts, asked_before)
    assert [answer is UNWILLING for answer in answers] == [
        True,
        False,  # another list
        False,
        True,
        True,  # everybody's
        False,
        False,
    ]
    await office.reopen()
    kept = [
        draft.id
        for draft, answer in zip([*drafts, asked_before], answers, strict=True)
        if answer is not UNWILLING
    ]
    assert [one.order for one in await office.store.messages(1, 99, 99)] == kept
    spent = 100 * EURO - len(kept) * PRICE
    assert (await office.store.purses(account))[""][1] == spent


async def test_an_order_that_was_answered_is_there_after_reopening(office: Office) -> None:
    """E1: the receipt, and then the whole order, letter and messages as they were given."""
    draft = office.draft(numbers=[33639980000, 33639981234], refs=["a", ""], reference="mine")
    answers = await office.keep(draft)
    await office.reopen()
    assert answers == [
        Receipt(
            order=1,
            at=NOW,
            first=1,
            total=2,
            cost=2 * PRICE,
            balance=100 * EURO - 2 * PRICE,
            parts=[1, 1],
            prices=[PRICE, PRICE],
            begins=NOW,
        )
    ]
    assert await office.store.order(office.customer.account, 1) == {
        "id": 1,
        "account": office.customer.account,
        "dialect": "highsms",
        "at": NOW,
        "ref": "mine",
        "first": 1,
        "total": 2,
        "cost": 2 * PRICE,
        "facts": "{}",
        "stage": 0,
    }
    assert await office.store.messages(1, 9, 9) == [
        _message(office, 1, 33639980000, "a"),
        _message(office, 2, 33639981234, ""),
    ]


def _message(office: Office, ident: int, number: int, ref: str) -> Message:
    return Message(
        id=ident,
        order=1,
        account=office.customer.account,
        dialect="highsms",
        order_ref="mine",
        order_at=NOW,
        order_facts="{}",
        trace="",
        letter=1,
        letter_facts="{}",
        number=number,
        given="",
        ref=ref,
        text="Bonjour",
        sender="",
        code="36105",
        state=State.sending,
        reason=Reason.none,
        at=NOW,
        sent_at=0,
        due=NOW,
        parts=1,
        price=PRICE,
        operator="",
    )


async def test_each_way_of_being_born_has_its_state(office: Office) -> None:
    for happening, state in (
        (Happening.launched, State.sending),
        (Happening.accepted, State.queued),
        (Happening.postponed, State.scheduled),
    ):
        first = await office.send(happening=happening)
        assert (await office.message(first)).state is state


async def test_a_bad_recipient_stands_apart_and_costs_nothing(office: Office) -> None:
    """E2: it is turned away at birth with its reason, and shown as it was given."""
    draft = office.draft(
        numbers=[NUMBER, 0, NUMBER + 1],
        given=["0639980000", "12", "0639980001"],
        bad={1: Reason.bad_number},
    )
    (answer,) = await office.keep(draft)
    assert isinstance(answer, Receipt)
    assert (answer.cost, dict(answer.troubles)) == (2 * PRICE, {1: Trouble.bad_number})
    shown = [(m.state, m.reason, m.given, m.price) for m in await office.store.messages(1, 3, 3)]
    assert shown == [
        (State.sending, Reason.none, "", PRICE),
        (State.refused, Reason.bad_number, "12", 0),
        (State.sending, Reason.none, "", PRICE),
    ]


@pytest.mark.parametrize("given", [["12"], ()])
@pytest.mark.parametrize("happening", [Happening.accepted, Happening.launched])
async def test_one_in_error_alone_is_kept_as_among_others(
    office: Office, given: Sequence[str], happening: Happening
) -> None:
    """E2: by its shortest row, for a push may have ten thousand such letters."""
    bad = {0: Reason.bad_number}
    draft = office.draft(numbers=[0], given=given, bad=bad, prices=[0], happening=happening)
    (answer,) = await office.keep(draft)
    assert isinstance(answer, Receipt)
    assert (answer.cost, dict(answer.troubles)) == (0, {0: Trouble.bad_number})
    (shown,) = await office.store.messages(answer.first, answer.first, 3)
    expected = (State.refused, Reason.bad_number, "".join(given), 0)
    assert (shown.state, shown.reason, shown.given, shown.price) == expected


async def test_a_bad_recipient_need_not_say_what_was_given(office: Office) -> None:
    await office.send(numbers=2, bad={0: Reason.not_served})
    assert await office.states(1, 2) == [
        (State.refused, Reason.not_served),
        (State.sending, Reason.none),
    ]


async def test_texts_and_routes_of_their_own_are_kept_per_recipient(office: Office) -> None:
    other = await office.store.route_id(["other", "sim"])
    await office.send(
        numbers=2,
        texts=["à un", "à deux"],
        routes=[office.route, other],
        happening=Happening.accepted,
    )
    assert [m.text for m in await office.store.messages(1, 2, 2)] == ["à un", "à deux"]
    assert sorted(await office.store.waiting()) == sorted([(office.route, 0), (other, 0)])


async def test_any_text_comes_back_as_it_was_given(office: Office) -> None:
    """Even what a database can't keep as it is: U+0000, quotes and backslashes, all planes."""
    text = 'a\0b "c" \\u0000 d\\ é € 𝄞 \x1f \u2028'
    first = await office.send(text=text, refs=["r\0"], reference="o\0")
    account = office.customer.account
    assert (await office.message(first)).text == text
    (by_ref,) = await office.store.messages_by_ref(account, "highsms", "r\0", 5)
    assert (by_ref.id, by_ref.ref) == (first, "r\0")
    (order,) = await office.store.orders_by_ref(account, "highsms", "o\0", 5)
    assert order["ref"] == "o\0"


async def test_ten_thousand_recipients_are_one_order(office: Office) -> None:
    office.customer = await office.enrol("rich", 1000 * EURO)
    (answer,) = await office.keep(office.draft(numbers=10_000, happening=Happening.accepted))
    assert isinstance(answer, Receipt)
    assert (answer.total, answer.balance) == (10_000, 1000 * EURO - 10_000 * PRICE)
    assert await office.store.tally(1, 10_000) == [[State.queued, 0, 10_000, 0]]


async def test_orders_in_flight_together_never_pass_below_zero(office: Office) -> None:
    """E3: of 64 at once, those that the money is enough for are taken, in their order."""
    office.customer = await office.enrol("poor", 10 * PRICE)
    answers = await office.keep(*(office.draft() for _ in range(64)))
    assert [type(answer) for answer in answers] == [Receipt] * 10 + [Refusal] * 54
    assert answers[10:] == [NO_CREDIT] * 54
    assert await office.balance() == 0
    assert await office.store.audit() == []


async def test_a_dear_order_does_not_stop_a_cheap_one_behind_it(office: Office) -> None:
    office.customer = await office.enrol("poor", 3 * PRICE)
    answers = await office.keep(office.draft(numbers=4), office.draft(numbers=3))
    assert answers[0] == NO_CREDIT
    assert isinstance(answers[1], Receipt)


async def test_what_was_refused_leaves_no_trace(office: Office) -> None:
    """E4: no order, no message, no booking, no news."""
    office.customer = await office.enrol("poor", PRICE)
    draft = office.draft(numbers=2, reference="mine", events=1023, request_id="once")
    assert await office.keep(draft) == [NO_CREDIT]
    store, account = office.store, office.customer.account
    assert await store.order(account, draft.id) is None
    assert await store.orders_by_ref(account, "highsms", "mine", 5) == []
    assert await store.messages(1, 9, 9) == []
    assert [row[3] for row in await store.ledger(account, 9)] == ["credit"]
    assert await store.calls(account, 9) == []
    assert isinstance((await office.keep(office.draft(request_id="once")))[0], Receipt)


async def test_an_order_that_draws_on_two_purses_is_paid_by_both_or_by_none(
    office: Office,
) -> None:
    """E3, E4: a route with a purse of its own."""
    account = office.customer.account
    await office.store.book(account, "B", PRICE, NOW, "")
    other = (await office.store.purses(account))["B"][0]

    async def send(count: int) -> Receipt | Refusal:
        mine, theirs = office.letter(1), office.letter(count, purse=other)
        (answer,) = await office.keep(office.draft(mine, theirs))
        return answer

    assert await send(2) == NO_CREDIT
    assert isinstance(await send(1), Receipt)
    purses = await office.store.purses(account)
    assert (purses[""][1], purses["B"][1]) == (100 * EURO - PRICE, 0)
    assert await office.store.audit() == []


async def test_a_post_paid_account_has_no_floor(office: Office) -> None:
    """E3: its balance tells what it owes."""
    office.customer = await office.enrol("later", 0, post_paid=True)
    await office.send(numbers=3)
    assert await office.balance() == -3 * PRICE
    assert await office.store.audit() == []


async def test_a_request_id_is_used_up_once(office: Office) -> None:
    """E4: whether its twin comes at the same time, later, or after reopening."""
    drafts = [office.draft(request_id="r1") for _ in range(3)]
    answers = await office.keep(*drafts)
    assert isinstance(answers[0], Receipt)
    assert answers[1:] == [DUPLICATE, DUPLICATE]
    await office.reopen()
    assert await office.keep(office.draft(request_id="r1")) == [DUPLICATE]
    assert await office.balance() == 100 * EURO - PRICE
    office.customer = await office.enrol("somebody else")
    assert isinstance((await office.keep(office.draft(request_id="r1")))[0], Receipt)


async def test_the_ledger_tells_where_the_money_went(office: Office) -> None:
    """E3: every change is an entry, the newest first."""
    first = await office.send()
    await office.happen(Move(first, Happening.turned_down, Reason.rejected, NOW + 5))
    assert (
        await office.store.book(office.customer.account, "", -EURO, NOW + 9, "taken") == 99 * EURO
    )
    assert await office.store.ledger(office.customer.account, 9) == [
        ["", NOW + 9, -EURO, "credit", 0, "taken"],
        ["", NOW + 5, PRICE, "released", 1, ""],
        ["", NOW, -PRICE, "held", 1, ""],
        ["", NOW, 100 * EURO, "credit", 0, "opening"],
    ]
    assert await office.store.audit() == []


async def test_numbers_are_never_drawn_twice(office: Office) -> None:
    """E1: not by two at once, and not after reopening."""
    firsts = await asyncio.gather(*(office.store.draw("order", 10) for _ in range(5)))
    await office.reopen()
    firsts += [await office.store.draw("order", 1), await office.store.draw("message", 1)]
    assert sorted(firsts) == [1, 1, 11, 21, 31, 41, 51]


async def test_a_list_of_links_is_one_route(office: Office) -> None:
    a, b = await office.store.route_id(["a", "b"]), await office.store.route_id(["b", "a"])
    await office.reopen()
    assert await office.store.route_id(["a", "b"]) == a
    assert await office.store.routes() == {office.route: ["sim"], a: ["a", "b"], b: ["b", "a"]}


async def test_an_account_is_changed_and_keeps_its_number_and_money(office: Office) -> None:
    before = office.customer
    assert await office.enrol("fred", 0, email="f@example.org", post_paid=True) == before
    await office.store.put_account(
        (await office.store.accounts())[0][0], {"password": "hash"}, NOW + 1
    )
    ((account, secrets),) = await office.store.accounts()
    assert (account.id, account.email, secrets) == (
        before.account,
        "f@example.org",
        {"password": "hash"},
    )
    assert await office.store.purses(before.account) == {"": (before.purse, 100 * EURO, 1)}


async def test_orders_in_flight_together_share_one_commit(office: Office) -> None:
    """E1: so many answers cost one wait for the disk."""
    before = office.store.commits
    await office.keep(*(office.draft() for _ in range(20)))
    assert office.store.commits == before + 1


async def test_a_closed_store_answers_not_now_and_keeps_nobody_waiting(office: Office) -> None:
    """E1: what can't be kept any more is told so at once."""
    await office.store.close()
    assert not await office.store.settled()
    with pytest.raises(StoreAway, match="the store is closed"):
        await office.store.draw("order", 1)
    answers: list[object] = []
    office.store.keep(office.draft(office.letter()), answers.append)
    assert answers == [Refusal((Trouble.not_now,))]
    await office.reopen()
