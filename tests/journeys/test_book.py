"""Address books, and groups as recipients."""

from typing import Any

import msgspec
import pytest

from chappe.engine import book as booking
from chappe.engine.accept import Wanted, accept_all
from chappe.engine.cancel import cancel
from chappe.engine.rehearse import rehearse
from chappe.store.contract.book import Bounds
from chappe.words import book
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.asked import CancelWanted, Rehearsal
from chappe.words.clock import HOUR, SECOND
from chappe.words.found import Cancelled
from chappe.words.order import Channel, Hours, Letter, Mention, Order
from chappe.words.steps import Waited
from tests.journeys.house import CREDIT, House, account, config, many, to

NOT_FOUND = Refusal((Trouble.not_found,))
NOBODY = Refusal((Trouble.not_found,), "nobody is in the group")
IN_USE = Refusal((Trouble.in_use,))


async def opened(house: House) -> tuple[Account, Account]:
    await house.open(config(accounts=(account("fred"), account("anna"))))
    fred, anna = map(house.node.accounts.by_login, ("fred", "anna"))
    assert fred is not None
    assert anna is not None
    return fred, anna


async def friends(house: House, whose: Account, *places: int) -> int:
    """A group with these in it."""
    desk = house.node.desk
    made = await booking.make_group(desk, whose, "plain", book.MakeGroup("Amis"))
    assert isinstance(made, book.Group)
    entries = [book.Entry(to(place)) for place in places]
    added = await booking.add_members(desk, whose, "plain", book.AddMembers(made.id, entries))
    assert added == book.Changed(frozenset(map(to, places)))
    return made.id


async def test_whoever_is_in_a_group_gets_its_message_once(house: House) -> None:
    """Beside those that are named, in an order as any other; rehearsed the same."""
    fred, _ = await opened(house)
    group = await friends(house, fred, 3, 1, 2)
    order = Order(dialect="plain", letters=[Letter(text="Un", numbers=[to(2)], group=group)])
    rehearsed = await rehearse(house.node.desk, fred, "plain", Rehearsal(order))
    receipt = await house.take([to(2)], "Un", group=group)
    assert [one.number for one in await house.messages(receipt)] == [to(2), to(1), to(3)]
    assert isinstance(rehearsed, Receipt)
    assert (rehearsed.total, rehearsed.cost) == (receipt.total, receipt.cost) == (3, 1_200)
    assert sorted(one.number for one in house.submits()) == [to(1), to(2), to(3)]


async def test_a_group_that_nobody_is_in_or_that_is_anothers_is_not_found(house: House) -> None:
    """Whomever else the letter names: an order is never quietly less than was asked. Rehearsed the
    same."""
    fred, anna = await opened(house)
    mine, hers = await friends(house, fred), await friends(house, anna, 1)
    for group in (mine, hers, 99):
        for numbers in ([], [to(2)]):
            assert await house.send(numbers, "Un", group=group) == NOBODY
            order = Order(
                dialect="plain", letters=[Letter(text="Un", numbers=numbers, group=group)]
            )
            assert await rehearse(house.node.desk, fred, "plain", Rehearsal(order)) == NOBODY
    assert await house.send([], "Un") == Refusal((Trouble.no_recipient,))


async def test_a_group_may_be_called_by_its_name(house: House) -> None:
    """The oldest of the account's that is called so; in another order as many times."""
    fred, anna = await opened(house)
    await friends(house, anna, 9)
    group = await friends(house, fred, 1, 2)
    await friends(house, fred, 3)
    later = house.clock.now() + HOUR
    letter = Letter(text="Un", numbers=[to(2)], group_name="Amis", start=later)
    order = Order(dialect="plain", letters=[letter])
    rehearsed = await rehearse(house.node.desk, fred, "plain", Rehearsal(order))
    receipt = await house.take([to(2)], "Un", group_name="Amis", start=later)
    assert [one.number for one in await house.messages(receipt)] == [to(2), to(1)]
    assert isinstance(rehearsed, Receipt)
    assert (rehearsed.total, rehearsed.cost) == (receipt.total, receipt.cost) == (2, 800)
    assert await changed(house, fred, group) == [IN_USE, IN_USE]
    other = Letter(text="Deux", numbers=[to(5)])
    both = Order(dialect="plain", letters=[other, msgspec.structs.replace(letter, start=0)])
    taken = await house.order(both)
    assert isinstance(taken, Receipt)
    assert [one.number for one in await house.messages(taken)] == [to(5), to(2), to(1)]


@pytest.mark.parametrize("name", ["amis", "Amis ", "Vide", "Siens", "\0"])
async def test_a_name_of_no_group_or_of_an_empty_one_is_not_found(house: House, name: str) -> None:
    """Whomever else the letter names; another account's is none."""
    fred, anna = await opened(house)
    await friends(house, fred, 1)
    desk = house.node.desk
    await booking.make_group(desk, fred, "plain", book.MakeGroup("Vide"))
    await booking.put_contact(
        desk, anna, "plain", book.PutContact(book.Entry(to(1), {}), groups=["Siens"])
    )
    for numbers in ([], [to(2)]):
        assert await house.send(numbers, "Un", group_name=name) == NOBODY
        order = Order(
            dialect="plain", letters=[Letter(text="Un", numbers=numbers, group_name=name)]
        )
        assert await rehearse(house.node.desk, fred, "plain", Rehearsal(order)) == NOBODY
    assert await house.balance() == CREDIT


async def test_members_of_a_group_are_told_by_where_they_are(house: House) -> None:
    """Each the text that is meant for them, with its own parts and its own price."""
    fred, _ = await opened(house)
    desk = house.node.desk
    abroad = 32_470_000_000
    made = await booking.make_group(desk, fred, "plain", book.MakeGroup("Amis"))
    assert isinstance(made, book.Group)
    entries = [book.Entry(number) for number in (to(1), abroad)]
    await booking.add_members(desk, fred, "plain", book.AddMembers(made.id, entries))
    receipt = await house.take([], "a" * 161, abroad="b" * 160, group_name="Amis")
    found = {one.number: (one.text, one.parts, one.price) for one in await house.messages(receipt)}
    prices = [desk.tariff.price(Channel.notification, place) for place in ("FR", "BE")]
    home, away = [price for price in prices if price is not None]
    assert found == {to(1): ("a" * 161, 2, 2 * home), abroad: ("b" * 160, 1, away)}
    assert await house.balance() == CREDIT - 2 * home - away


async def test_all_that_is_wrong_with_an_order_is_found_beside_its_group(house: House) -> None:
    """Each dialect has an order of its own in which such things are told."""
    strict = account("fred", senders=("ACME",), queue_max=1)
    await house.open(config(accounts=(strict,)), now="2026-11-24 22:00:00")
    wishes: Any = {"channel": Channel.marketing, "hours": Hours.refuse, "sender": "OTHER"}
    unsaid = Mention("36105", "STOP au 36105")
    answer = await house.send([], "Un", group=99, mention=unsaid, **wishes)
    assert isinstance(answer, Refusal)
    assert set(answer.troubles) == {
        Trouble.not_found,
        Trouble.sender_not_allowed,
        Trouble.outside_hours,
        Trouble.no_stop,
    }
    letters = [Letter(text="Un", numbers=[], group=99)]
    wrong = Order(dialect="plain", letters=letters, wrong={"date": "x"})
    answer = await house.order(wrong)
    assert answer == msgspec.structs.replace(NOBODY, wrong={"date": "x"})


async def test_a_group_that_a_campaign_is_to_go_to_is_not_changed(house: House) -> None:
    """Over a crash, and until it begins; who does not ask for that changes it all the same, and
    the campaign goes to those who were in it."""
    fred, _ = await opened(house)
    group = await friends(house, fred, 1, 2)
    later = house.clock.now() + 20 * SECOND
    receipt = await house.take([], "Un", group=group, start=later)
    assert await changed(house, fred, group) == [IN_USE, IN_USE]
    assert await changed(house, fred, group, unless_scheduled=False) == [
        book.Changed(frozenset([to(3)])),
        book.Changed(frozenset([to(3)])),
    ]
    await house.crash()
    assert await changed(house, fred, group) == [IN_USE, IN_USE]
    await house.until(later)
    assert await changed(house, fred, group) == [book.Changed(frozenset([to(3)]))] * 2
    assert [one.number for one in await house.messages(receipt)] == [to(1), to(2)]


async def test_a_campaign_that_is_called_off_lets_its_group_change(house: House) -> None:
    """And one that only waits for its legal hours is still to come."""
    await house.open(config(accounts=(account("fred"),)), now="2026-11-24 22:00:00")
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    group = await friends(house, fred, 1)
    waits: Any = {"channel": Channel.marketing, "hours": Hours.wait}
    await house.take([], "Un", group=group, reference="x", **waits)
    assert await changed(house, fred, group) == [IN_USE, IN_USE]
    assert await cancel(house.node.desk, fred, "plain", CancelWanted("x")) == Cancelled(1, 1)
    assert await changed(house, fred, group) == [book.Changed(frozenset([to(3)]))] * 2


async def changed(
    house: House, whose: Account, group: int, *, unless_scheduled: bool = True
) -> list[book.Changed | Refusal]:
    """What is said to one who is to come into a group, and to leave it again."""
    add = book.AddMembers(group, [book.Entry(to(3))], unless_scheduled)
    gone = book.RemoveMembers(group, [to(3)], unless_scheduled)
    return [
        await booking.add_members(house.node.desk, whose, "plain", add),
        await booking.remove_members(house.node.desk, whose, "plain", gone),
    ]


async def test_a_member_has_as_many_fields_as_the_largest_provider_knows(house: House) -> None:
    """27 of them, each as long as a name may be; of one too long, none of the call is taken."""
    fred, _ = await opened(house)
    group, desk = await friends(house, fred), house.node.desk
    fields = {str(place): "é" * book.NAME_MOST for place in range(1, 28)}
    entries = [book.Entry(to(1), fields), book.Entry(to(2))]
    added = await booking.add_members(desk, fred, "plain", book.AddMembers(group, entries))
    assert added == book.Changed(frozenset([to(1), to(2)]))
    listed = await booking.members(desk, fred, "plain", book.MembersWanted(group))
    assert listed == book.Members([book.Member(to(1), fields), book.Member(to(2))])
    long = [book.Entry(to(3)), book.Entry(to(4), {"1": "x" * book.FIELDS_MOST})]
    refused = await booking.add_members(desk, fred, "plain", book.AddMembers(group, long))
    assert refused == Refusal((Trouble.too_long,))
    assert await booking.members(desk, fred, "plain", book.MembersWanted(group)) == listed


async def test_a_large_group_is_filled_in_calls_and_written_to_at_once(house: House) -> None:
    """Nothing of it grows with the square of its size: a tenth of the largest, in little time."""
    await house.open(config(accounts=(account("fred", balance=100 * CREDIT),)))
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    group, desk = await friends(house, fred), house.node.desk
    numbers = many(10_000)
    for at in range(0, len(numbers), 500):
        entries = [book.Entry(number, {"1": str(number)}) for number in numbers[at : at + 500]]
        added = await booking.add_members(desk, fred, "plain", book.AddMembers(group, entries))
        assert added == book.Changed(frozenset(numbers[at : at + 500]))
    receipt = await house.take([], "Un", group=group, start=house.clock.now() + HOUR)
    assert (receipt.total, receipt.cost) == (10_000, 4_000_000)
    found = await house.messages(receipt)
    assert [one.number for one in found] == list(numbers)


async def test_an_order_to_a_group_waits_beside_those_that_need_not(house: House) -> None:
    """E55: orders that came together are all taken; who is in the group is found meanwhile."""
    fred, _ = await opened(house)
    group = await friends(house, fred, 1, 2)
    desk = house.node.desk
    named = Letter(text="Un", numbers=[to(9)], code="36105")
    grouped = Letter(text="Un", numbers=[], code="36105", group=group)
    turns: list[Waited[Receipt | Refusal]] = [Waited(), Waited(), Waited()]
    wanted = [
        Wanted(desk, fred, Order(dialect="plain", letters=some), turn, desk.clock.now())
        for some, turn in zip(([grouped], [named], [named, grouped]), turns, strict=True)
    ]
    accept_all(wanted)
    answers = [await turn.heard() for turn in turns]
    assert [one.total for one in answers if isinstance(one, Receipt)] == [2, 1, 3]


async def test_members_who_opted_out_are_left_out(house: House) -> None:
    """As recipients who are named are."""
    fred, _ = await opened(house)
    group = await friends(house, fred, 1, 2)
    marketing: Any = {"channel": Channel.marketing}
    await house.take([to(1)], **marketing)
    await house.write(to(1), "STOP")
    answer = await house.take([], "Un", group=group, fatal=frozenset(), **marketing)
    assert [fate.trouble for fate in answer.fates()] == [Trouble.opted_out, None]


async def test_a_letter_to_a_group_has_no_columns_of_its_own(house: House) -> None:
    """A dialect that gives some, or several groups, is a fault of ours: they would be others' than
    they were meant for."""
    fred, _ = await opened(house)
    group = await friends(house, fred, 1)
    letter = Letter(text="Un", numbers=[to(2)], code="36105", group=group)
    own = msgspec.structs.replace(letter, refs=["a"])
    for letters, why in (([own], "no columns"), ([letter, letter], "one letter of an order")):
        with pytest.raises(ValueError, match=why):
            await booking.expanded(house.node.desk, fred, Order(dialect="plain", letters=letters))


async def test_a_contact_is_kept_and_comes_into_groups_that_are_made_as_needed(
    house: House,
) -> None:
    """One that is there is changed, and its groups are added to."""
    fred, anna = await opened(house)
    desk = house.node.desk

    async def put(nom: str, *groups: str) -> book.Changed | Refusal:
        entry = book.Entry(to(1), {"nom": nom})
        return await booking.put_contact(desk, fred, "plain", book.PutContact(entry, groups))

    for nom, groups in (("Anne", ("Amis", "Amis")), ("Zoé", ("Amis", "Foot"))):
        assert await put(nom, *groups) == book.Changed((to(1),))
    found = await booking.groups(desk, fred, "plain", book.GroupsWanted())
    assert isinstance(found, book.Groups)
    assert [(one.name, one.size) for one in found.groups] == [("Amis", 1), ("Foot", 1)]
    contacts = await booking.contacts(desk, fred, "plain", book.ContactsWanted())
    assert isinstance(contacts, book.Contacts)
    assert [dict(one.fields) for one in contacts.contacts] == [{"nom": "Zoé"}]
    assert await booking.contacts(desk, anna, "plain", book.ContactsWanted()) == book.Contacts([])
    gone = book.RemoveContact(to(1))
    assert await booking.remove_contact(desk, fred, "plain", gone) == book.Changed((to(1),))
    assert await booking.remove_contact(desk, fred, "plain", gone) == book.Changed()
    assert await put("x" * book.FIELDS_MOST) == Refusal((Trouble.too_long,))
    assert await put("Anne", "x" * 256) == Refusal((Trouble.too_long,))


async def test_a_group_is_found_made_listed_emptied_and_removed(house: House) -> None:
    """And another's is not there, whatever is asked of it."""
    fred, anna = await opened(house)
    desk, group = house.node.desk, await friends(house, fred, 1, 2)
    wanted = book.GroupWanted(name="Amis")
    assert await booking.group(desk, fred, "plain", wanted) == await booking.group(
        desk, fred, "plain", book.GroupWanted(id=group)
    )
    listed = await booking.members(desk, fred, "plain", book.MembersWanted(group, to(1)))
    assert listed == book.Members([book.Member(to(2))])
    gone = book.RemoveMembers(group, [to(1), to(9)])
    for whose, expected in ((anna, NOT_FOUND), (fred, book.Changed(frozenset([to(1)])))):
        assert await booking.remove_members(desk, whose, "plain", gone) == expected
    theirs: tuple[Any, ...] = (
        await booking.group(desk, anna, "plain", wanted),
        await booking.members(desk, anna, "plain", book.MembersWanted(group)),
        await booking.add_members(desk, anna, "plain", book.AddMembers(group, [])),
        await booking.remove_group(desk, anna, "plain", book.RemoveGroup(group)),
    )
    assert theirs == (NOT_FOUND,) * 4
    removed = await booking.remove_group(desk, fred, "plain", book.RemoveGroup(group))
    assert isinstance(removed, book.Group)
    assert (removed.id, removed.size) == (group, 1)
    again = await booking.group(desk, fred, "plain", book.GroupWanted(0, "Amis", may_make=True))
    assert isinstance(again, book.Group)
    assert again.id > group


async def test_a_full_book_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """E55: nothing of an account grows without end."""
    fred, _ = await opened(house)
    group = await friends(house, fred, 1)
    monkeypatch.setattr(booking, "BOUNDS", Bounds(1, 0, 1, book.FIELDS_MOST))
    full = Refusal((Trouble.queue_full,))
    desk, entry = house.node.desk, book.Entry(to(2))
    assert await booking.make_group(desk, fred, "plain", book.MakeGroup("B")) == full
    assert await booking.add_members(desk, fred, "plain", book.AddMembers(group, [entry])) == full
    assert await booking.put_contact(desk, fred, "plain", book.PutContact(entry)) == full
