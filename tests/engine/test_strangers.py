"""An address book is its account's alone: each verb, asked for a group that is the account's own,
that is another's, and that nobody has."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chappe.config import StoreConfig
from chappe.doors.pipeline import VERBS, verb_of
from chappe.words import book
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.asked import Rehearsal
from chappe.words.asks import Asks
from chappe.words.order import Letter, Order
from tests.journeys.house import House, account, config, to

UNKNOWN, FAR = 99, 4_000_000_000_000
NOT_FOUND = Refusal((Trouble.not_found,))
NOBODY = Refusal((Trouble.not_found,), "nobody is in the group")
ANNE = book.Entry(to(1), {"nom": "Anne"})
NEW, OLD = book.Entry(to(2)), book.Entry(to(1), {"1": "stranger"})


def order(group: int, **wishes: Any) -> Order:
    letter = Letter(text="Un", numbers=[], code="36105", group=group, **wishes)
    return Order(dialect="plain", letters=[letter])


def by_id(group: int) -> Sequence[tuple[Asks[Any], Refusal]]:
    """All that may be asked about a group by its id, and what a stranger is told."""
    return (
        (book.GroupWanted(group), NOT_FOUND),
        (book.MembersWanted(group), NOT_FOUND),
        (book.AddMembers(group, [NEW, OLD]), NOT_FOUND),
        (book.AddMembers(group, [NEW], unless_scheduled=True), NOT_FOUND),
        (book.AddMembers(group, []), NOT_FOUND),
        (book.RemoveMembers(group, [to(2)]), NOT_FOUND),
        (book.RemoveMembers(group, [to(2)], unless_scheduled=True), NOT_FOUND),
        (Rehearsal(order(group)), NOBODY),
        (order(group), NOBODY),
        (order(group, start=FAR), NOBODY),
        (book.RemoveGroup(group), NOT_FOUND),
    )


# All that may be asked without one, and what somebody is told whose own book is empty.
BY_NAME: Sequence[tuple[Asks[Any], Any]] = (
    (book.GroupsWanted(), book.Groups([])),
    (book.ContactsWanted(), book.Contacts([])),
    (book.GroupWanted(name="Amis"), NOT_FOUND),
    (book.RemoveContact(to(1)), book.Changed()),
    (book.MakeGroup("Amis"), book.Group(0, "Amis", 0, 0)),
    (book.PutContact(book.Entry(to(1)), ("Amis",)), book.Changed((to(1),))),
    (book.GroupWanted(name="Amis", may_make=True), book.Group(0, "Amis", 0, 1)),
    (book.RemoveContact(to(1)), book.Changed((to(1),))),
)


@pytest.fixture(params=["sqlite", "postgres"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    facts: dict[str, Any] = {"accounts": (account("fred"), account("anna"))}
    if request.param == "postgres":
        facts["store"] = StoreConfig(url=request.getfixturevalue("postgres").fresh())
    house = House(tmp_path)
    await house.open(config(**facts))
    yield house
    await house.close()


def known(house: House, login: str) -> Account:
    found = house.node.accounts.by_login(login)
    assert found is not None
    return found


async def said(house: House, whose: Account, asked: Asks[Any]) -> Any:
    answer: Any = await verb_of(asked)(house.node.desk, whose, "plain", asked)
    return answer


async def furnished(house: House, whose: Account) -> int:
    """A book with one contact, in one group."""
    put = book.PutContact(ANNE, ("Amis",))
    assert await said(house, whose, put) == book.Changed((to(1),))
    group: book.Group = await said(house, whose, book.GroupWanted(name="Amis"))
    return group.id


async def held(house: House, whose: Account, group: int) -> list[Any]:
    """All that an account's book holds."""
    wanted: Sequence[Asks[Any]] = (
        book.GroupsWanted(),
        book.ContactsWanted(),
        book.MembersWanted(group),
    )
    return [await said(house, whose, one) for one in wanted]


async def test_no_account_sees_changes_or_writes_to_anothers_group(house: House) -> None:
    """And is told of one that is there what it is told of one that is not."""
    fred, anna = known(house, "fred"), known(house, "anna")
    group = await furnished(house, fred)
    assert isinstance(await said(house, fred, order(group, start=FAR)), Receipt)
    before = await held(house, fred, group)
    purses = await house.balance("fred"), await house.balance("anna")
    for (theirs, refusal), (unknown, _) in zip(by_id(group), by_id(UNKNOWN), strict=True):
        assert await said(house, anna, unknown) == refusal
        assert await said(house, anna, theirs) == refusal
        assert await held(house, fred, group) == before
    for asked, expected in BY_NAME:
        answer = await said(house, anna, asked)
        if isinstance(answer, book.Group):
            assert answer.id != group
            answer = msgspec.structs.replace(answer, id=0, at=0)
        assert answer == expected
        assert await held(house, fred, group) == before
    await house.settle()
    assert (await house.balance("fred"), await house.balance("anna")) == purses
    assert house.submits() == []


async def test_what_strangers_are_told_is_not_what_the_owner_is_told(house: House) -> None:
    """The same questions, each of which is one that has an answer."""
    fred = known(house, "fred")
    group = await furnished(house, fred)
    answers = [await said(house, fred, asked) for asked, _ in by_id(group)]
    assert [one for one in answers if isinstance(one, Refusal)] == []
    assert [one.total for one in answers if isinstance(one, Receipt)] == [1, 1, 1]


def test_every_verb_of_the_book_is_in_these_tables() -> None:
    """One that is added must be tried by strangers as well."""
    tried = {type(asked) for asked, _ in (*by_id(UNKNOWN), *BY_NAME)}
    theirs = {asked for asked in VERBS if asked.__module__ == book.__name__}
    assert tried == {*theirs, Order, Rehearsal}
