"""Opt-outs as a whole: all of them page by page, and those that were kept elsewhere."""

from chappe.store.contract import NEVER
from chappe.store.contract.optouts import ListedNumber, OptOutsAsked
from tests.store.office import NOW, Office

ROWS = [
    ListedNumber(0, 33639980001, 1, NOW, "reply to 36105"),
    ListedNumber(1, 33639980001, 1, NOW + 1, 'said; "no", thanks'),
    ListedNumber(1, 33639980001, 2, NOW + 2, "by hand"),
    ListedNumber(1, 33639980002, 1, NOW + 3, "été 😀"),
    ListedNumber(2, 33639980000, 2, NOW + 4, ""),
]


async def test_what_is_there_stays_as_it_was(office: Office) -> None:
    assert await office.store.keep_opt_outs(ROWS[:2]) == 2
    again = [ListedNumber(0, 33639980001, 1, NOW + 9, "by hand"), *ROWS[2:]]
    assert await office.store.keep_opt_outs(again) == 3
    assert await office.store.keep_opt_outs([]) == 0
    everything = OptOutsAsked((-1, 0, 0), NEVER, 3, 99)
    assert await office.store.opt_outs_behind(everything) == ROWS


async def test_pages_hold_each_of_them_once(office: Office) -> None:
    """Of all accounts, of one, and of one list."""
    await office.store.keep_opt_outs(ROWS)

    async def pages(behind: tuple[int, int, int], last: int, lists: int) -> list[ListedNumber]:
        found: list[ListedNumber] = []
        while page := await office.store.opt_outs_behind(OptOutsAsked(behind, last, lists, 2)):
            found += page
            behind = page[-1].account, page[-1].number, page[-1].list
        return found

    assert await pages((-1, 0, 0), NEVER, 3) == ROWS
    assert await pages((1, -1, 0), 1, 3) == ROWS[1:4]
    assert await pages((-1, 0, 0), NEVER, 2) == [ROWS[2], ROWS[4]]


async def test_a_number_is_found_on_some_accounts_lists(office: Office) -> None:
    """E63: whoever else has it there."""
    await office.store.keep_opt_outs(ROWS)
    found = [await office.store.opt_outs_with(some, ROWS[0].number) for some in ([0, 1, 2], [1])]
    assert found == [ROWS[:3], ROWS[1:3]]
    assert await office.store.opt_outs_with([], ROWS[0].number) == []
