"""Talks in the store: each once, where its last reply stands, whoever's they are."""

from chappe.store.contract.talks import TalkPlace, TalksAsked
from chappe.words.report import Arrival
from tests.store.office import CODE, NOW, NUMBER, Office

Found = list[tuple[int, int, str]]  # the account, which number, what it wrote last


async def said(office: Office, number: int, text: str, at: int = NOW) -> None:
    await office.happen(arrivals=[Arrival(NUMBER + number, CODE, text, at)])


async def pages(
    office: Office, accounts: list[int] | None, most: int = 9, number: int = 0
) -> list[Found]:
    """Page after page, each talk by its last reply."""
    found: list[Found] = []
    before: TalkPlace | None = None
    while True:
        page = await office.store.talks(TalksAsked(accounts, most, before, number))
        found.append([(one.account, one.number - NUMBER, one.text) for one in page.found])
        before = page.next
        if before is None:
            return found


async def two_customers(office: Office) -> tuple[int, int]:
    """Number 1 wrote to both, number 2 to the first, number 3 to the second."""
    mine = office.customer
    await office.send(numbers=[NUMBER + 1])
    await said(office, 1, "a")
    await office.send(numbers=[NUMBER + 2])
    await said(office, 2, "b", NOW + 1)
    await said(office, 1, "c", NOW + 2)
    other = office.customer = await office.enrol("other", 10_000_000)
    await office.send(numbers=[NUMBER + 1])
    await said(office, 1, "d", NOW + 3)
    await office.send(numbers=[NUMBER + 3])
    await said(office, 3, "e", NOW + 4)
    return mine.account, other.account


async def test_each_talk_is_found_once_where_it_ended(office: Office) -> None:
    """E63: of one account, of some, of all; in pages of any size."""
    mine, other = await two_customers(office)
    theirs = [(other, 3, "e"), (other, 1, "d")]
    own = [(mine, 1, "c"), (mine, 2, "b")]
    for accounts, whole in (
        ([mine], own),
        ([other], theirs),
        ([mine, other], theirs + own),
        (None, theirs + own),
        ([], []),
        ([99], []),
    ):
        for most in (1, 2, 3, 9):
            found = await pages(office, accounts, most)
            assert [one for page in found for one in page] == whole
            assert all(len(page) == most for page in found[:-1])


async def test_talks_of_a_number_are_found_by_it(office: Office) -> None:
    """E63: and whose they are is held to."""
    mine, other = await two_customers(office)
    both = [(other, 1, "d"), (mine, 1, "c")]
    assert await pages(office, None, 9, NUMBER + 1) == [both]
    assert await pages(office, None, 1, NUMBER + 1) == [both[:1], both[1:]]
    assert await pages(office, [mine], 9, NUMBER + 1) == [both[1:]]
    assert await pages(office, [mine], 9, NUMBER + 3) == [[]]


async def test_what_is_looked_at_for_a_page_is_bounded(office: Office) -> None:
    """E63: who wrote ten thousand times is one talk, and what lies behind it comes on a later
    page; nothing is lost between two of them."""
    await office.send(numbers=[NUMBER + 1])
    await said(office, 1, "first")
    await office.send(numbers=[NUMBER + 2])
    arrivals = [Arrival(NUMBER + 2, CODE, str(n), NOW + 1 + n) for n in range(9_000)]
    await office.happen(arrivals=arrivals)
    mine = office.customer.account
    for accounts in ([mine], [mine, 98, 99], None):
        found = await pages(office, accounts)
        assert len(found) > 2
        assert [one for page in found for one in page] == [(mine, 2, "8999"), (mine, 1, "first")]


async def test_an_account_that_writes_much_hides_no_other(office: Office) -> None:
    """Of several accounts so many replies each are looked at."""
    mine, other = await two_customers(office)
    arrivals = [Arrival(NUMBER + 3, CODE, str(n), NOW + 9 + n) for n in range(400)]
    await office.happen(arrivals=arrivals)
    found = await pages(office, [mine, other], 2)
    whole = [(other, 3, "399"), (other, 1, "d"), (mine, 1, "c"), (mine, 2, "b")]
    assert [one for page in found for one in page] == whole


async def test_what_a_number_wrote_is_read_in_pages(office: Office) -> None:
    """E63: to one account, the newest first."""
    mine, other = await two_customers(office)
    replies = await office.store.written_by(mine, NUMBER + 1, 99, 9)
    assert [reply.text for reply in replies] == ["c", "a"]
    before = await office.store.written_by(mine, NUMBER + 1, replies[0].id, 9)
    assert before == replies[1:]
    assert [one.text for one in await office.store.written_by(mine, NUMBER + 1, 99, 1)] == ["c"]
    assert await office.store.written_by(other, NUMBER + 2, 99, 9) == []


async def test_an_erased_number_has_no_talk(office: Office) -> None:
    mine, _ = await two_customers(office)
    await office.store.erase_number(NUMBER + 1)
    assert await pages(office, [mine]) == [[(mine, 2, "b")]]
