"""Families, as both databases keep them: credit passed on, closed accounts, and made keys."""

from chappe.store.contract import CalledOff, Move
from chappe.store.contract.family import KeptKey, Passing
from chappe.words.account import Account
from chappe.words.lifecycle import Happening
from tests.store.office import EURO, NOW, PRICE, Customer, Office, claimed

DAY = 86_400_000
LATER = {"happening": Happening.postponed, "due": NOW + DAY}


def passing(giver: Customer, taker: Customer, amount: int) -> Passing:
    return Passing(giver.purse, taker.purse, amount, NOW, "given", "taken")


async def closed(office: Office, child: Customer, heir: Customer, login: str = "fred") -> int:
    account = Account(id=child.account, login=login, state="closed")
    return await office.store.close_account(account, {}, heir.account, ("hlr",), NOW)


async def test_credit_is_passed_on_whole_or_not_at_all(office: Office) -> None:
    """Both sides have it in their ledgers; who pays afterwards has no floor."""
    fred, anna = office.customer, await office.enrol("anna", 0)
    late = await office.enrol("late", 0, post_paid=True)
    assert await office.store.pass_on(passing(fred, anna, 100 * EURO))
    assert not await office.store.pass_on(passing(fred, anna, 1))
    assert await office.store.pass_on(passing(late, fred, EURO))
    balances = [await office.balance(one) for one in (fred, anna, late)]
    assert balances == [EURO, 100 * EURO, -EURO]
    assert await office.store.ledger(anna.account, 9) == [
        ["", NOW, 100 * EURO, "moved", 0, "taken"]
    ]
    assert await office.store.audit() == []


async def test_whatever_comes_into_a_closed_accounts_purses_is_its_heirs(office: Office) -> None:
    """In the transaction in which it comes; a debt stays where it is."""
    fred, heir = office.customer, await office.enrol("heir", EURO)
    later = await office.send(numbers=5, **LATER)
    assert await closed(office, fred, heir) == 100 * EURO - 5 * PRICE
    await office.happen(*(Move(later + n, Happening.cancelled, at=NOW) for n in range(2)))
    assert await office.balance(heir) == 101 * EURO - 3 * PRICE
    await office.store.book(fred.account, "hlr", 3 * EURO, NOW, "look-ups")
    await office.store.book(fred.account, "", EURO, NOW, "by hand")
    assert await office.balance(heir) == 102 * EURO - 3 * PRICE
    assert await office.balance(fred) == 0
    assert await office.store.audit() == []


async def test_a_refusal_in_flight_comes_back_to_the_heir(office: Office) -> None:
    """What an operator had when its account was closed, and turns down afterwards."""
    fred, heir = office.customer, await office.enrol("heir", 0)
    first = await office.send(numbers=2, happening=Happening.accepted)
    assert claimed(await office.claim(2)) == [first, first + 1]
    assert await closed(office, fred, heir) == 100 * EURO - 2 * PRICE
    await office.happen(*(Move(first + n, Happening.turned_down, at=NOW) for n in range(2)))
    assert (await office.balance(fred), await office.balance(heir)) == (0, 100 * EURO)
    rows = await office.store.ledger(fred.account, 2)
    assert [row[2:4] for row in rows] == [[-2 * PRICE, "moved"], [2 * PRICE, "released"]]
    assert await office.store.audit() == []


async def test_what_comes_late_goes_from_heir_to_heir(office: Office) -> None:
    """Where the heir was closed as well, until somebody's account is open."""
    fred, anna = office.customer, await office.enrol("anna", 0)
    heir = await office.enrol("heir", 0)
    await closed(office, fred, anna)
    await closed(office, anna, heir, "anna")
    await office.store.book(fred.account, "", EURO, NOW, "by hand")
    found = [await office.balance(one) for one in (fred, anna, heir)]
    assert found == [0, 0, 101 * EURO]
    assert await office.store.audit() == []


async def test_named_purses_go_to_their_like(office: Office) -> None:
    """What is counted apart is never euros; another that the heir has not is."""
    fred, heir = office.customer, await office.enrol("heir", 0)
    await office.store.book(fred.account, "hlr", 7 * EURO, NOW, "look-ups")
    await office.store.book(fred.account, "B", 2 * EURO, NOW, "a route's")
    assert await closed(office, fred, heir) == 102 * EURO
    held = {name: row[1] for name, row in (await office.store.purses(heir.account)).items()}
    assert held == {"": 102 * EURO, "hlr": 7 * EURO}
    assert await office.store.audit() == []


async def test_a_debt_is_nobodys_heritage(office: Office) -> None:
    late, heir = await office.enrol("late", 0, post_paid=True), office.customer
    await office.store.pass_on(passing(late, heir, EURO))
    account = Account(id=late.account, login="late", state="closed")
    assert await office.store.close_account(account, {}, heir.account, (), NOW) == 0
    await office.store.book(late.account, "", 3 * EURO, NOW, "paid")
    assert (await office.balance(late), await office.balance(heir)) == (0, 103 * EURO)


async def test_an_account_that_is_opened_again_keeps_what_it_gets(office: Office) -> None:
    fred, heir = office.customer, await office.enrol("heir", 0)
    await closed(office, fred, heir)
    await office.store.reopen_account(fred.account)
    await office.store.book(fred.account, "", EURO, NOW, "by hand")
    assert (await office.balance(fred), await office.balance(heir)) == (EURO, 100 * EURO)


async def test_what_is_closing_is_found_until_it_is_done(office: Office) -> None:
    """Also in another life."""
    fred, heir = office.customer, await office.enrol("heir", 0)
    await closed(office, fred, heir)
    await office.reopen()
    assert await office.store.closing() == [fred.account]
    await office.store.closed(fred.account)
    assert await office.store.closing() == []


async def test_all_that_an_account_has_for_later_is_called_off(office: Office) -> None:
    """Of whichever dialect and reference, a bounded number at a time, however far apart; nothing
    of others, and nothing that is over."""
    mine = []
    for order in (0, 1, 9_000):
        office.orders = order
        first = await office.send(reference="x" if order else "", dialect="octopush", **LATER)
        mine.append(CalledOff(order + 1, first, first))
    await office.send()
    fred, office.customer = office.customer, await office.enrol("anna")
    await office.send(**LATER)
    assert await office.store.call_off_all(fred.account, NOW + DAY, 9) == []
    assert await office.store.call_off_all(fred.account, NOW, 2) == [mine[2], mine[1]]
    assert await office.store.call_off_all(fred.account, NOW, 2) == [mine[0]]
    assert await office.store.call_off_all(fred.account, NOW, 2) == []
    assert await office.store.called_off(9) == mine


async def test_keys_are_kept_page_by_page_until_they_are_dropped(office: Office) -> None:
    keys = [KeptKey(f"d{n}", f"id{n}", 1 + n % 2, "api", NOW, n) for n in range(5)]
    for key in reversed(keys):
        await office.store.put_key(key)
    await office.reopen()
    assert await office.store.made_keys("", 3) == keys[:3]
    assert await office.store.made_keys("d2", 3) == keys[3:]
    await office.store.drop_keys(["d1", "d3", "nobody's"])
    assert await office.store.made_keys("", 9) == [keys[0], keys[2], keys[4]]
