"""The address book in the store: each account's own, each number once, sizes that are true."""

import asyncio
from typing import Any

from chappe.store.contract.book import Bounds
from chappe.words.answer import Refusal, Trouble
from chappe.words.book import Contact, Group, Member
from chappe.words.lifecycle import Happening
from tests.store.office import NOW, NUMBER, Office

BOUNDS = Bounds(groups=3, contacts=3, members=5, fields=50)
MINE, OTHERS = 1, 2
NOT_FOUND, IN_USE = Refusal((Trouble.not_found,)), Refusal((Trouble.in_use,))
FULL, TOO_LONG = Refusal((Trouble.queue_full,)), Refusal((Trouble.too_long,))


async def group(office: Office, account: int = MINE, name: str = "Amis") -> int:
    made = await office.store.make_group(account, name, NOW, BOUNDS)
    assert made is not None
    return made.id


async def numbers(office: Office, ident: int, account: int = MINE) -> list[int]:
    found = await office.store.members(account, ident, 0, 99)
    return [member.number - NUMBER for member in found]


async def add(
    office: Office, ident: int, *places: int, account: int = MINE, free_at: int = 0
) -> list[int] | Refusal:
    entries = [(NUMBER + place, "{}") for place in places]
    added = await office.store.add_members(account, ident, entries, BOUNDS, free_at)
    return added if isinstance(added, Refusal) else [number - NUMBER for number in added]


async def test_whoever_is_added_twice_is_in_a_group_once(office: Office) -> None:
    """Who was not in it yet is told; the size is how many are in it."""
    ident = await group(office)
    assert await add(office, ident, 2, 1, 2) == [2, 1]
    assert await add(office, ident, 1, 3) == [3]
    await office.reopen()
    assert await numbers(office, ident) == [1, 2, 3]
    assert await office.store.group(MINE, ident, "") == Group(ident, "Amis", NOW, 3)
    gone = await office.store.drop_members(MINE, ident, [NUMBER + 3, NUMBER + 9])
    assert gone == [NUMBER + 3]
    assert await office.store.group(MINE, 0, "Amis") == Group(ident, "Amis", NOW, 2)


async def test_members_are_added_at_the_same_time(office: Office) -> None:
    """None is counted twice, none is lost."""
    ident = await group(office)
    each = await asyncio.gather(*(add(office, ident, 0, n) for n in range(1, 5)))
    assert sorted(n for some in each if isinstance(some, list) for n in some) == [0, 1, 2, 3, 4]
    assert await office.store.group(MINE, ident, "") == Group(ident, "Amis", NOW, 5)


async def test_who_reads_a_group_sees_all_that_a_call_added_or_nothing(office: Office) -> None:
    """An order to it may come at any moment."""
    ident, store = await group(office), office.store
    bounds = BOUNDS._replace(members=5_000)
    calls = [[(NUMBER + n, "{}") for n in range(at, at + 500)] for at in range(0, 5_000, 500)]
    reads = (store.member_numbers(MINE, ident, 5_000) for _ in calls for _ in range(3))
    adds = (store.add_members(MINE, ident, entries, bounds) for entries in calls)
    seen, _ = await asyncio.gather(asyncio.gather(*reads), asyncio.gather(*adds))
    assert {len(numbers) % 500 for numbers in seen} == {0}
    assert len(await store.member_numbers(MINE, ident, 5_000)) == 5_000


async def test_a_book_has_bounds(office: Office) -> None:
    """E55: what does not fit as a whole is not begun."""
    ident = await group(office)
    assert await add(office, ident, 1, 2, 3, 4) == [1, 2, 3, 4]
    assert await add(office, ident, 4, 5, 6) == FULL
    assert await add(office, ident, 4, 5) == [5]
    for _ in range(2):
        await group(office)
    assert await office.store.make_group(MINE, "Quatre", NOW, BOUNDS) is None
    assert await office.store.make_group(OTHERS, "Quatre", NOW, BOUNDS) is not None
    put = office.store.put_contact
    assert [await put(MINE, n, "{}", NOW, BOUNDS) for n in (1, 2, 3, 1)] == [True] * 3 + [False]
    assert await put(MINE, 4, "{}", NOW, BOUNDS) == FULL


async def test_a_group_stays_as_it_is_until_an_order_to_it_has_begun(office: Office) -> None:
    """Asked for, and after a restart as well; not for an order that begins at once, nor for
    another's, nor in another group."""
    mine, office.customer = office.customer, await office.enrol("other")
    first, second = [await group(office, mine.account) for _ in range(2)]
    later: dict[str, Any] = {"happening": Happening.postponed, "due": NOW + 10}
    await office.send(group=first, **later)
    office.customer = mine
    await office.send(group=first)
    await office.send(group=second, **later)

    async def changed(ident: int, free_at: int) -> list[Any]:
        gone = office.store.drop_members(mine.account, ident, [NUMBER], free_at)
        return [await add(office, ident, 0, account=mine.account, free_at=free_at), await gone]

    assert await changed(first, NOW) == [[0], [NUMBER]]
    assert await changed(second, NOW + 9) == [IN_USE] * 2
    await office.reopen()
    assert await changed(second, NOW + 9) == [IN_USE] * 2
    assert await changed(second, 0) == [[0], [NUMBER]]
    assert await changed(second, NOW + 10) == [[0], [NUMBER]]
    assert await changed(99, NOW + 9) == [NOT_FOUND] * 2


async def test_a_group_may_change_once_no_order_to_it_is_left(office: Office) -> None:
    """Of two, both must be called off; and what is forgotten holds nothing up."""
    mine = office.customer.account
    ident = await group(office, mine)
    later: dict[str, Any] = {"happening": Happening.postponed, "due": NOW + 10}
    for reference in ("a", "b"):
        await office.send(group=ident, reference=reference, **later)
    for reference, answer in (("x", IN_USE), ("a", IN_USE), ("b", [])):
        await office.store.call_off(mine, "highsms", reference, NOW, 9)
        assert await office.store.drop_members(mine, ident, [NUMBER], NOW) == answer
    await office.send(group=ident, **later)
    for before, answer in ((NOW + 9, IN_USE), (NOW + 11, [])):
        while await office.store.forget(0, before, 0, 99):
            pass  # a walk comes to its end, so that the next begins with the first again
        assert await office.store.drop_members(mine, ident, [NUMBER], NOW) == answer


async def test_nobody_sees_or_changes_anothers_book(office: Office) -> None:
    """A group of another is none."""
    ident = await group(office)
    await add(office, ident, 1)
    await office.store.put_contact(MINE, NUMBER, '{"nom":"Anne"}', NOW, BOUNDS)
    assert await office.store.group(OTHERS, ident, "") is None
    assert await office.store.group(OTHERS, 0, "Amis") is None
    assert await add(office, ident, 2, account=OTHERS) == NOT_FOUND
    assert await office.store.drop_members(OTHERS, ident, [NUMBER + 1]) == NOT_FOUND
    assert not await office.store.drop_group(OTHERS, ident)
    assert await office.store.member_numbers(OTHERS, ident, 9) == []
    assert not await office.store.drop_contact(OTHERS, NUMBER)
    assert await office.store.groups(OTHERS, 0, 9) == []
    assert await office.store.contacts(OTHERS, 0, 9) == []
    assert await numbers(office, ident) == [1]


async def test_a_contact_is_changed_in_what_is_given(office: Office) -> None:
    """And stays in its groups; what a group knows of a member is the group's."""
    ident = await group(office)
    await office.store.put_contact(MINE, NUMBER, '{"nom":"A","prenom":"B"}', NOW, BOUNDS)
    await office.store.put_contact(MINE, NUMBER, '{"nom":"\\u0000é"}', NOW + 1, BOUNDS)
    entries = [(NUMBER, '{"1":"x"}'), (NUMBER + 1, "{}")]
    await office.store.add_members(MINE, ident, entries, BOUNDS)
    fields = {"nom": "\u0000é", "prenom": "B"}
    assert await office.store.contacts(MINE, 0, 9) == [Contact(NUMBER, NOW, fields)]
    assert await office.store.members(MINE, ident, 0, 9) == [
        Member(NUMBER, {"1": "x"}, fields),
        Member(NUMBER + 1),
    ]
    assert await office.store.drop_contact(MINE, NUMBER)
    assert not await office.store.drop_contact(MINE, NUMBER)
    assert await office.store.group(MINE, ident, "") == Group(ident, "Amis", NOW, 1)
    assert await numbers(office, ident) == [1]


async def test_a_contact_comes_into_groups_whole_or_not_at_all(office: Office) -> None:
    """Those that are not there are made; where one has no room nothing is changed at all."""
    store, first = office.store, await group(office)
    await add(office, first, 2, 3, 4, 5)
    both = ("Amis", "Foot", "Amis")
    assert await store.put_contact(MINE, NUMBER + 1, "{}", NOW, BOUNDS, both) is True
    assert await store.put_contact(MINE, NUMBER + 1, "{}", NOW, BOUNDS, ("Foot",)) is False
    made = await store.group(MINE, 0, "Foot")
    assert made is not None
    assert [await numbers(office, one) for one in (first, made.id)] == [[1, 2, 3, 4, 5], [1]]
    for full in (("Foot", "Amis"), ("Trois", "Quatre")):
        assert await store.put_contact(MINE, NUMBER, '{"a":"b"}', NOW, BOUNDS, full) == FULL
    assert [one.number for one in await store.contacts(MINE, 0, 9)] == [NUMBER + 1]
    assert [(one.name, one.size) for one in await store.groups(MINE, 0, 9)] == [
        ("Amis", 5),
        ("Foot", 1),
    ]


async def test_of_many_who_want_one_group_made_all_get_the_same(office: Office) -> None:
    """However many ask at the same time, whether for it alone or for somebody in it."""
    store, bounds = office.store, BOUNDS._replace(contacts=9, members=9)
    puts = (store.put_contact(MINE, n, "{}", NOW, bounds, ("Amis",)) for n in range(1, 9))
    asked = (store.make_group(MINE, "Amis", NOW, bounds, unless_there=True) for _ in range(8))
    _, made = await asyncio.gather(asyncio.gather(*puts), asyncio.gather(*asked))
    (only,) = await store.groups(MINE, 0, 9)
    assert {one.id for one in made if one is not None} == {only.id}
    assert (only.size, await store.member_numbers(MINE, only.id, 9)) == (8, [*range(1, 9)])


async def test_what_is_known_of_a_contact_has_bounds(office: Office) -> None:
    """E55: however often something is added to it."""
    put = office.store.put_contact
    assert await put(MINE, 1, f'{{"a":"{"x" * 42}"}}', NOW, BOUNDS) is True
    assert await put(MINE, 1, '{"b":"x"}', NOW, BOUNDS) == TOO_LONG
    assert await put(MINE, 2, f'{{"a":"{"x" * 43}"}}', NOW, BOUNDS) == TOO_LONG
    assert await office.store.contacts(MINE, 0, 9) == [Contact(1, NOW, {"a": "x" * 42})]


async def test_a_book_is_read_in_pages(office: Office) -> None:
    """By number, each from behind the last one."""
    first, second = await group(office), await group(office, name="B")
    await add(office, first, 3, 1, 2)
    for n in (3, 1, 2):
        await office.store.put_contact(MINE, n, "{}", NOW, BOUNDS)
    store = office.store
    assert [one.id for one in await store.groups(MINE, 0, 1)] == [first]
    assert [one.id for one in await store.groups(MINE, first, 9)] == [second]
    page = await store.members(MINE, first, NUMBER + 1, 1)
    assert [one.number for one in page] == [NUMBER + 2]
    assert await store.member_numbers(MINE, first, 2) == [NUMBER + 1, NUMBER + 2]
    assert [one.number for one in await store.contacts(MINE, 1, 9)] == [2, 3]


async def test_a_group_that_goes_takes_nobody_else_along(office: Office) -> None:
    first, second = await group(office), await group(office)
    await add(office, first, 1, 2)
    await add(office, second, 1)
    assert await office.store.drop_group(MINE, first)
    assert not await office.store.drop_group(MINE, first)
    assert (await numbers(office, first), await numbers(office, second)) == ([], [1])
    assert await office.store.group(MINE, 0, "Amis") == Group(second, "Amis", NOW, 1)


async def test_a_number_that_is_erased_is_in_no_book(office: Office) -> None:
    """E44: whoever's; and it is shown before."""
    mine, others = await group(office), await group(office, OTHERS)
    await add(office, mine, 0, 1)
    await add(office, others, 0, account=OTHERS)
    await office.store.put_contact(OTHERS, NUMBER, '{"nom":"Anne"}', NOW, BOUNDS)
    story = await office.store.number_story(NUMBER)
    assert story["contacts"] == [[OTHERS, NOW, {"nom": "Anne"}]]
    assert story["groups"] == [[MINE, mine], [OTHERS, others]]
    await office.store.erase_number(NUMBER)
    story = await office.store.number_story(NUMBER)
    assert (story["contacts"], story["groups"]) == ([], [])
    assert await numbers(office, mine) == [1]
    assert await office.store.group(OTHERS, others, "") == Group(others, "Amis", NOW, 0)


async def test_the_groups_of_a_number_are_known(office: Office) -> None:
    """E63: the account's own alone."""
    first, second, others = await group(office), await group(office), await group(office, OTHERS)
    for ident, account in ((first, MINE), (second, MINE), (others, OTHERS)):
        await add(office, ident, 1, account=account)
    await add(office, second, 2)
    assert await office.store.groups_with(MINE, NUMBER + 1) == [first, second]
    assert await office.store.groups_with(MINE, NUMBER + 2) == [second]
    assert await office.store.groups_with(OTHERS, NUMBER + 2) == []


async def test_many_contacts_are_put_at_once(office: Office) -> None:
    """E63: those who are there are changed; all come into the groups, or nothing is changed."""
    ident = await group(office)
    await add(office, ident, 1)
    await office.store.put_contact(MINE, NUMBER + 1, '{"a":"1","b":"2"}', NOW, BOUNDS)
    entries = {NUMBER + 1: '{"b":"3"}', NUMBER + 2: "{}"}
    put = office.store.put_contacts
    assert await put(MINE, entries, NOW + 1, BOUNDS, ["Amis", "VIP", "Amis"]) == 1
    found = await office.store.contacts(MINE, 0, 9)
    assert found == [
        Contact(NUMBER + 1, NOW, {"a": "1", "b": "3"}),
        Contact(NUMBER + 2, NOW + 1, {}),
    ]
    groups = await office.store.groups(MINE, 0, 9)
    assert [(one.name, one.size) for one in groups] == [("Amis", 2), ("VIP", 2)]
    many = {NUMBER + n: "{}" for n in range(2, 5)}
    assert await put(MINE, many, NOW, BOUNDS) == FULL
    more = [NUMBER + n for n in range(5, 9)]
    await office.store.add_members(MINE, ident, [(number, "{}") for number in more[:3]], BOUNDS)
    assert await put(MINE, {NUMBER + 3: "{}"}, NOW, BOUNDS, ["Amis"]) == FULL
    assert await put(MINE, {NUMBER + 3: "x" * 51}, NOW, BOUNDS) == TOO_LONG
    assert await put(MINE, {NUMBER + 3: "{}"}, NOW, BOUNDS, ["a", "b"]) == FULL
    assert await office.store.contacts(MINE, 0, 9) == found
    assert await put(MINE, {}, NOW, BOUNDS) == 0
