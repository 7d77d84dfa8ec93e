"""What was done by hand, as both databases keep it."""

from tests.store.office import NOW, Office


async def test_deeds_are_read_newest_first_of_all_of_one_and_of_some(office: Office) -> None:
    """Page after page, however they are mixed."""
    note, store = office.store.note_deed, office.store
    for n in range(30):
        await note(NOW + n, f"who{n}", n % 5, "did", "{}")
    whole = list(await store.deeds(0, most=100))
    assert [(one.at - NOW, one.who, one.account) for one in whole] == [
        (n, f"who{n}", n % 5) for n in reversed(range(30))
    ]
    assert list(await store.deeds(3, most=100)) == [one for one in whole if one.account == 3]
    some = [one for one in whole if one.account in (1, 4)]
    assert list(await store.deeds_among([4, 1, 77], most=100)) == some
    assert list(await store.deeds_among([1, 4], most=5)) == some[:5]
    assert list(await store.deeds_among([1, 4], some[4].id, 5)) == some[5:10]
    assert list(await store.deeds_among([], most=5)) == []
    assert list(await store.deeds_among([99], most=5)) == []
