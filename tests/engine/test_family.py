"""Families: children made and closed, and credit that moves among those who belong together."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from chappe.config import Secret, StoreConfig
from chappe.doors.pipeline import VERBS, verb_of
from chappe.engine.accept import accept
from chappe.engine.family import pass_on
from chappe.engine.harden import Hardening
from chappe.words import family
from chappe.words.account import Account, Claim
from chappe.words.answer import NotAdmitted, Receipt, Refusal, Trouble
from chappe.words.asked import (
    AccountMessagesWanted,
    CampaignWanted,
    CancelWanted,
    DeleteWanted,
    MessagesWanted,
    OrdersWanted,
    Purchase,
    RepliesWanted,
)
from chappe.words.asks import Asks
from chappe.words.book import Contacts, ContactsWanted, Entry, Group, GroupWanted, PutContact
from chappe.words.clock import DAY, MINUTE
from chappe.words.family import ClosedChild, MadeChild, MadeKey, Transferred
from chappe.words.found import Cancelled, Messages, Orders, Replies
from chappe.words.lifecycle import State
from chappe.words.money import COUNTED, EURO, HLR
from chappe.words.order import Channel, Letter, Order
from tests.journeys.house import CREDIT, House, account, config, to

PRICE = 400
A_PART = Purchase(Channel.marketing, "FR")
FAR = 4_000_000_000_000
HERE = "127.0.0.1"
NOT_FOUND = Refusal((Trouble.not_found,))
TAKEN = Refusal((Trouble.name_taken,))
NO_CREDIT = Refusal((Trouble.no_credit,))
WRONG = Refusal((Trouble.bad_credentials,))
BOUND: dict[str, Any] = {
    "ips": (HERE,),
    "hours": "any",
    "channel": "marketing",
    "countries": ("FR",),
    "senders": ("ACME",),
    "rate": 50,
    "queue_max": 1_000,
    "in_doubt": "hold",
    "callback_hosts": ("example.org",),
}
FAMILY = (
    account("fred", email="Fred@example.org"),
    account("anna", parent="fred"),
    account("paul", parent="fred"),
    account("zoe"),
    account("ben", parent="zoe"),
)


@pytest.fixture(params=["sqlite", "postgres"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    facts: dict[str, Any] = {"accounts": FAMILY}
    if request.param == "postgres":
        facts["store"] = StoreConfig(url=request.getfixturevalue("postgres").fresh())
    house = House(tmp_path)
    await house.open(config(**facts))
    yield house
    await house.close()


@pytest.fixture
async def plain_house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    yield house
    await house.close()


def known(house: House, login: str) -> Account:
    found = house.node.accounts.by_login(login)
    assert found is not None
    return found


async def ask(house: House, login: str, asked: Asks[Any]) -> Any:
    answer: Any = await verb_of(asked)(house.node.desk, known(house, login), "plain", asked)
    return answer


async def proved(house: House, **claim: str) -> Any:
    return await house.node.prove.prove(Claim(**claim), HERE)


async def sums(house: House) -> int:
    assert await house.node.store.audit() == []
    return sum([await house.balance(one.login) for one in house.node.accounts.all()])


async def put_off(house: House, login: str, count: int = 2) -> Receipt:
    return await house.take(
        [to(row) for row in range(count)], account=login, start=house.clock.now() + DAY
    )


# children


async def test_a_child_begins_without_credit_and_is_proved_at_once(house: House) -> None:
    """Its login is whoever's has it, in any case; a wrong try just before does not stay."""
    claim = {"login": "Nina", "secret": "word-of-nina"}
    assert await proved(house, **claim) == WRONG
    made = await ask(house, "fred", family.MakeChild("Nina", "word-of-nina", {"nom": "Nina"}))
    assert made == MadeChild("Nina")
    nina = await proved(house, **claim)
    assert (nina.login, nina.parent, nina.state, nina.post_paid, dict(nina.details)) == (
        "Nina",
        "fred",
        "active",
        False,
        {"nom": "Nina"},
    )
    assert await house.balance("nina") == 0
    assert await house.send([to(0)], account="nina") == NO_CREDIT
    await house.restart()
    assert (await proved(house, **claim)) == known(house, "nina")
    assert house.node.accounts.children(known(house, "fred")) == {
        known(house, login).id for login in ("anna", "paul", "nina")
    }


@pytest.mark.parametrize("login", ["fred", "ANNA", "zoe", "fred@EXAMPLE.org", "", " x", "a\nb"])
async def test_a_login_that_somebody_has_or_nobody_may_have_is_taken(
    plain_house: House, login: str
) -> None:
    await plain_house.open(config(accounts=FAMILY))
    assert await ask(plain_house, "fred", family.MakeChild(login, "word")) == TAKEN
    assert len(plain_house.node.accounts.all()) == len(FAMILY)


async def test_of_many_who_want_one_login_one_gets_it(house: House) -> None:
    """However many ask at the same time, and whoever they are."""
    asked = family.MakeChild("nina", "word")
    answers = await asyncio.gather(
        *(ask(house, login, asked) for login in ("fred", "zoe") for _ in range(10))
    )
    assert answers.count(MadeChild("nina")) == 1
    assert answers.count(TAKEN) == 19


async def test_what_binds_a_parent_binds_its_children(plain_house: House) -> None:
    """Nobody gets round what the installation's owner wrote by making a child."""
    fred = account("fred", post_paid=True, short_code="38123", callbacks="http://h/a", **BOUND)
    await plain_house.open(config(accounts=(fred,)))
    await ask(plain_house, "fred", family.MakeChild("nina", "word"))
    nina = known(plain_house, "nina")
    assert {name: getattr(nina, name) for name in BOUND} == BOUND
    assert (nina.post_paid, nina.short_code, nina.callbacks) == (False, "", "")


async def test_a_parents_rate_holds_for_its_whole_family(plain_house: House) -> None:
    """Children are no way to send faster; who has no parent is not held up."""
    accounts = (account("fred", rate=3), account("anna", parent="fred"), account("zoe"))
    await plain_house.open(config(accounts=accounts))

    async def taken(login: str) -> bool:
        order = Order(dialect="plain", letters=[Letter(text="x", numbers=[to(0)], code="36105")])
        answer = await accept(plain_house.node.desk, known(plain_house, login), order)
        return answer != Refusal((Trouble.too_often,))

    asked = ["fred", "anna", "anna", "fred", "anna", "zoe"]
    assert [await taken(login) for login in asked] == [True, True, True, False, False, True]


async def test_a_child_may_do_nothing_while_its_parent_may_not(plain_house: House) -> None:
    """Nobody sends on by way of a child while they are suspended."""
    await plain_house.open(config(accounts=(account("fred"),)))
    await ask(plain_house, "fred", family.MakeChild("nina", "word"))
    key = await ask(plain_house, "nina", family.MakeKey())
    for state, trouble in (("suspended", Trouble.account_suspended), ("pending", None)):
        fred = account("fred", state=state)
        await plain_house.node.reload(config(accounts=(fred,)))
        refused = await proved(plain_house, key=key.key)
        assert isinstance(refused, NotAdmitted)
        assert trouble is None or refused.troubles == (trouble,)
    await plain_house.node.reload(config(accounts=(account("fred", state="active"),)))
    assert await proved(plain_house, key=key.key) == known(plain_house, "nina")


async def test_children_are_bounded_and_have_none_themselves(
    plain_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Refusal((Trouble.queue_full,))
    await plain_house.open(config(accounts=FAMILY))
    assert await ask(plain_house, "anna", family.MakeChild("nina", "word")) == full
    monkeypatch.setattr(family, "CHILDREN_MOST", 3)
    assert await ask(plain_house, "fred", family.MakeChild("nina", "word")) == MadeChild("nina")
    assert await ask(plain_house, "fred", family.MakeChild("nora", "word")) == full
    await ask(plain_house, "fred", family.CloseChild("nina"))
    assert await ask(plain_house, "fred", family.MakeChild("nora", "word")) == full


@pytest.mark.parametrize(
    "asked",
    [
        family.MakeChild("n" * (family.NAME_MOST + 1), "word"),
        family.MakeChild("nina", "w" * (family.PASSWORD_MOST + 1)),
        family.MakeChild("nina", "word", {"nom": "n" * family.DETAILS_MOST}),
        family.Transfer("anna", 1, A_PART, "n" * (family.NOTE_MOST + 1)),
    ],
)
async def test_what_is_kept_of_anybody_is_bounded(plain_house: House, asked: Asks[Any]) -> None:
    await plain_house.open(config(accounts=FAMILY))
    assert await ask(plain_house, "fred", asked) == Refusal((Trouble.too_long,))


async def test_an_account_that_makes_many_at_once_waits_behind_others() -> None:
    """One password is hashed at a time, and accounts take turns; too many of one are refused."""
    hardening, done = Hardening(), list[int]()

    async def make(ident: int) -> str | None:
        hashed = await hardening.hashed(ident, "word")
        done.append(ident)
        return hashed

    crowd = [asyncio.create_task(make(1)) for _ in range(65)]
    await asyncio.sleep(0)
    other = asyncio.create_task(make(2))
    assert await other is not None
    assert done.count(1) <= 3  # the one too many, the one at work, and the one before the other
    for task in crowd:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


# closing


async def test_a_closed_childs_credit_is_its_parents(house: House) -> None:
    """Also what comes back of what it had put off; whatever proved it is wrong from then on."""
    key = await ask(house, "anna", family.MakeKey())
    await house.node.store.book(known(house, "anna").id, HLR, 7 * COUNTED, 0, "look-ups")
    await ask(house, "fred", family.MakeChild("nina", "word-of-nina"))
    await ask(house, "fred", family.Transfer("nina", 10, A_PART))
    assert await proved(house, login="nina", secret="word-of-nina") == known(house, "nina")
    later = await put_off(house, "anna")
    before = await sums(house)
    held = 2 * PRICE
    assert await ask(house, "fred", family.CloseChild("ANNA")) == ClosedChild("anna", CREDIT - held)
    assert await ask(house, "fred", family.CloseChild("nina")) == ClosedChild("nina", 10 * PRICE)
    await house.settle()
    assert {state for state, _ in await house.fates(later)} == {State.cancelled}
    assert await sums(house) == before + held
    assert (await house.balance("anna"), await house.balance("nina")) == (0, 0)
    assert await house.balance("fred") == 2 * CREDIT
    assert await house.balance("fred", HLR) == 7 * COUNTED
    for claim in ({"key": key.key}, {"login": "nina", "secret": "word-of-nina"}):
        assert await proved(house, **claim) == WRONG
    await house.restart()
    for claim in ({"key": key.key}, {"login": "nina", "secret": "word-of-nina"}):
        assert await proved(house, **claim) == WRONG
    assert house.node.accounts.keyring.count(known(house, "anna").id) == 0
    await house.leap(house.clock.now() + 2 * MINUTE, MINUTE)  # another node may not have heard
    assert await house.node.store.closing() == []


async def test_what_is_booked_to_a_closed_child_is_its_parents(house: House) -> None:
    """Whoever books it, and by whichever purse."""
    await ask(house, "fred", family.CloseChild("anna"))
    await house.node.store.book(known(house, "anna").id, "", 5 * EURO, 0, "by hand")
    assert await house.balance("anna") == 0
    assert await house.balance("fred") == 2 * CREDIT + 5 * EURO
    assert await house.node.store.audit() == []


async def test_only_a_parent_closes_and_only_once(house: House) -> None:
    before = await sums(house)
    for login in ("anna", "fred", "FRED", "zoe", "ben", "nobody", "paul"):
        asker = "anna" if login == "paul" else "fred"
        if login != "anna":
            assert await ask(house, asker, family.CloseChild(login)) == NOT_FOUND
    answers = await asyncio.gather(
        *(ask(house, "fred", family.CloseChild("anna")) for _ in range(20))
    )
    assert answers.count(NOT_FOUND) == 19
    assert await house.balance("fred") == 2 * CREDIT
    assert await sums(house) == before
    assert await ask(house, "fred", family.MakeChild("Anna", "word")) == TAKEN


async def test_what_a_crash_interrupts_is_carried_on(plain_house: House) -> None:
    """Decided, and nothing called off: the next life does it, and the credit goes on."""
    await plain_house.open(config(accounts=FAMILY))
    later = await put_off(plain_house, "anna", 3)
    key = await ask(plain_house, "anna", family.MakeKey())
    before = await sums(plain_house)
    node = plain_house.node
    await node.accounts.close(known(plain_house, "anna"), known(plain_house, "fred"), 0)
    assert await node.store.closing() == [known(plain_house, "anna").id]
    await plain_house.crash()
    await plain_house.let(1)
    assert {state for state, _ in await plain_house.fates(later)} == {State.cancelled}
    assert await sums(plain_house) == before + 3 * PRICE
    assert await plain_house.balance("fred") == 2 * CREDIT
    assert await plain_house.node.store.closing() == []
    assert await proved(plain_house, key=key.key) == WRONG


async def test_the_file_gives_a_closed_child_nothing_back(plain_house: House) -> None:
    """Its password stays wrong though the file declares it; by hand it may begin anew."""
    anna = account("anna", parent="fred", password=Secret("word-of-anna"))
    said = config(accounts=(account("fred"), anna))
    await plain_house.open(said)
    await ask(plain_house, "fred", family.CloseChild("anna"))
    await plain_house.restart()
    assert await proved(plain_house, login="anna", secret="word-of-anna") == WRONG
    assert known(plain_house, "anna").state == "closed"
    anna = account("anna", parent="fred", password=Secret("another"), state="active")
    await plain_house.node.reload(config(accounts=(account("fred"), anna)))
    assert await proved(plain_house, login="anna", secret="another") == known(plain_house, "anna")
    await plain_house.node.store.book(known(plain_house, "anna").id, "", EURO, 0, "by hand")
    assert await plain_house.balance("anna") == EURO


# transfers


async def test_credit_moves_among_those_who_belong_together(house: House) -> None:
    """At the tariff's price; both sides have it in their ledgers, with the note."""
    ways = (("fred", "anna"), ("anna", "FRED"), ("anna", "paul"))
    for giver, taker in ways:
        moved = await ask(house, giver, family.Transfer(taker, 10, A_PART, "facture 7"))
        assert moved == Transferred(10 * PRICE)
    balances = [await house.balance(login) for login in ("fred", "anna", "paul")]
    assert balances == [CREDIT, CREDIT - 10 * PRICE, CREDIT + 10 * PRICE]
    rows = await house.node.store.ledger(known(house, "anna").id, 3)
    assert [(row[2], row[3], row[5]) for row in rows] == [
        (-10 * PRICE, "moved", "to paul: facture 7"),
        (-10 * PRICE, "moved", "to fred: facture 7"),
        (10 * PRICE, "moved", "from fred: facture 7"),
    ]
    assert await sums(house) == len(FAMILY) * CREDIT


async def test_an_amount_moves_as_a_number_of_parts_does(house: House) -> None:
    """By hand: whole or not at all, and to nobody else."""
    desk, anna = house.node.desk, known(house, "anna")
    assert await pass_on(desk, anna, "FRED", 125_000, "March") == Transferred(125_000)
    for whom, amount, refused in (
        ("fred", CREDIT, NO_CREDIT),
        ("fred", 10**13, NO_CREDIT),
        ("zoe", 1, NOT_FOUND),
        ("anna", 1, NOT_FOUND),
        ("nobody", 1, NOT_FOUND),
        ("paul", 1, None),
    ):
        moved = await pass_on(desk, anna, whom, amount, "")
        assert moved == (refused or Transferred(amount))
    long = await pass_on(desk, anna, "paul", 1, "n" * (family.NOTE_MOST + 1))
    assert long == Refusal((Trouble.too_long,))
    with pytest.raises(ValueError, match="more than nothing"):
        await pass_on(desk, anna, "paul", 0)
    await ask(house, "fred", family.CloseChild("paul"))
    assert await pass_on(desk, anna, "paul", 1) == NOT_FOUND
    desk.pause()
    assert await pass_on(desk, anna, "fred", 1) == Refusal((Trouble.not_now,))
    rows = await house.node.store.ledger(anna.id, 2)
    assert [(row[2], row[3], row[5]) for row in rows] == [
        (-1, "moved", "to paul"),
        (-125_000, "moved", "to fred: March"),
    ]
    assert await sums(house) == len(FAMILY) * CREDIT


async def test_what_is_not_there_is_not_moved(house: House) -> None:
    most = CREDIT // PRICE
    assert await ask(house, "anna", family.Transfer("paul", most + 1, A_PART)) == NO_CREDIT
    assert await ask(house, "anna", family.Transfer("paul", 10**12, A_PART)) == NO_CREDIT
    nowhere = Purchase(Channel.marketing, "XX")
    not_served = Refusal((Trouble.not_served,))
    assert await ask(house, "anna", family.Transfer("paul", 1, nowhere)) == not_served
    for count in (0, -5):
        with pytest.raises(ValueError, match="at least one"):
            await ask(house, "anna", family.Transfer("paul", count, A_PART))
    await ask(house, "fred", family.CloseChild("paul"))
    assert await ask(house, "anna", family.Transfer("paul", 1, A_PART)) == NOT_FOUND
    assert await house.balance("anna") == CREDIT
    assert await sums(house) == len(FAMILY) * CREDIT


async def test_two_hundred_transfers_at_once_make_and_lose_nothing(house: House) -> None:
    """In all directions of a family of ten; nobody falls below zero."""
    names = ["fred", *(f"child-{n}" for n in range(9))]
    for name in names[1:]:
        await ask(house, "fred", family.MakeChild(name, "word"))
    for name in names[1:]:
        await ask(house, "fred", family.Transfer(name, 10, A_PART))
    before = [await house.balance(name) for name in names]
    pairs = [(n % 10, (n * 7 + 1 + n // 10) % 10) for n in range(260)]
    pairs = [(giver, taker) for giver, taker in pairs if giver != taker][:200]
    assert len(pairs) == 200
    answers = await asyncio.gather(
        *(ask(house, names[a], family.Transfer(names[b], 7, A_PART)) for a, b in pairs)
    )
    expected = list(before)
    for (giver, taker), answer in zip(pairs, answers, strict=True):
        if answer == Transferred(7 * PRICE):
            expected[giver] -= 7 * PRICE
            expected[taker] += 7 * PRICE
        else:
            assert answer == NO_CREDIT
    after = [await house.balance(name) for name in names]
    assert after == expected
    assert min(after) >= 0
    assert sum(after) == sum(before)
    assert await house.node.store.audit() == []


# strangers


def by_strangers(order: int) -> Sequence[tuple[Asks[Any], Any]]:
    """What may be asked that names somebody or something, and what is told of another's."""
    return (
        (family.CloseChild("paul"), NOT_FOUND),
        (CancelWanted("ref"), Cancelled(0, 0)),
        (CampaignWanted(order), NOT_FOUND),
        (CampaignWanted(reference="ref"), NOT_FOUND),
        (DeleteWanted(order), NOT_FOUND),
        (DeleteWanted(number=to(41)), NOT_FOUND),
        (MessagesWanted("ref"), Messages([])),
        (AccountMessagesWanted(), Messages([])),
        (OrdersWanted(), Orders([])),
        (RepliesWanted(0, FAR), Replies([])),
        (ContactsWanted(), Contacts([])),
        (GroupWanted(name="Amis"), NOT_FOUND),
    )


@pytest.mark.parametrize("asker", ["anna", "fred", "zoe", "ben"])
async def test_nobody_of_a_family_or_of_none_reaches_anothers(house: House, asker: str) -> None:
    """Neither child nor parent nor stranger: messages, contacts, replies, keys and credit."""
    whose = "paul"
    receipt = await house.take(
        [to(41)], account=whose, reference="ref", start=house.clock.now() + DAY
    )
    await ask(house, whose, PutContact(Entry(to(1), {}), ("Amis",)))
    group: Group = await ask(house, whose, GroupWanted(name="Amis"))
    key = await ask(house, whose, family.MakeKey())
    before = await sums(house)
    for asked, expected in by_strangers(receipt.order):
        if asker == "fred" and isinstance(asked, family.CloseChild):
            continue  # a parent may
        assert await ask(house, asker, asked) == expected, asked
    assert await ask(house, asker, GroupWanted(group.id)) == NOT_FOUND
    if asker in ("zoe", "ben"):
        for login in ("fred", "anna", "paul", "nobody"):
            asked_of = family.Transfer(login, 1, A_PART)
            assert await ask(house, asker, asked_of) == NOT_FOUND
            assert await ask(house, asker, family.CloseChild(login)) == NOT_FOUND
    assert {state for state, _ in await house.fates(receipt)} == {State.scheduled}
    assert await proved(house, key=key.key) == known(house, whose)
    assert await proved(house, login=asker, key=key.key) == WRONG
    assert await sums(house) == before
    assert house.node.accounts.keyring.count(known(house, asker).id) == 0


def test_every_verb_of_families_is_tried_here() -> None:
    tried = {family.CloseChild, family.MakeChild, family.MakeKey, family.Transfer}
    assert {asked for asked in VERBS if asked.__module__ == family.__name__} == tried


async def test_a_desk_that_is_closed_changes_nothing(house: House) -> None:
    verbs: Sequence[Asks[Any]] = (
        family.MakeChild("nina", "word"),
        family.CloseChild("anna"),
        family.Transfer("anna", 1, A_PART),
        family.MakeKey(),
    )
    house.node.desk.pause()
    for asked in verbs:
        assert await ask(house, "fred", asked) == Refusal((Trouble.not_now,))
    house.node.desk.resume()
    assert isinstance(await ask(house, "fred", verbs[-1]), MadeKey)
