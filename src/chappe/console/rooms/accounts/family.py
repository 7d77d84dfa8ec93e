"""What an account does for its family: children made and closed, credit moved.

In: a visit of an account, with what was typed. Out: pages. Promise: the engine's rules hold, as
they do for those who ask over an API; each deed is written down.
"""

from typing import Final

from chappe.console.rooms.accounts.passwords import LEAST
from chappe.console.rooms.accounts.whose import (
    address,
    amount_of,
    in_purse,
    last_deed,
    meant,
    powers,
    see_it_is_the_first,
)
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.console.sure import ask, is_sure
from chappe.engine.family import close_child, make_child, pass_on
from chappe.hands import CannotDo
from chappe.hands.deeds import note
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.family import NAME_MOST, CloseChild, MakeChild
from chappe.words.money import euros

_NOTE_MOST: Final = 200
_REFUSED: Final = {
    Trouble.name_taken: "Nobody can have this login, or somebody has it.",
    Trouble.too_long: "This is too long.",
    Trouble.queue_full: "There is no room for one more.",
    Trouble.no_credit: "There is not so much credit.",
    Trouble.not_found: "There is no such account, or it is closed.",
}
_NOT_NOW: Final = "It can't be done now: try again in a moment."


async def child(visit: Visit) -> Outcome:
    account = meant(visit)
    if account is None or not powers(visit, account).is_own or account.parent:
        return Missing()
    form, say = visit.form, visit.say
    if visit.request.method == "POST":
        login = form.text("login", most=NAME_MOST, needed=True)
        password, again = form.secret("password"), form.secret("again")
        if password and len(password) < LEAST:
            form.wrong("password", say("A password has {least} characters at least.", least=LEAST))
        if password != again:
            form.wrong("again", say("This is not the same."))
        if form.is_right:
            made = await make_child(visit.node.desk, account, "", MakeChild(login, password))
            if not isinstance(made, Refusal):
                await _note(visit, account, "child make", name=made.login)
                return Away(address(made.login), say("The account {login} is made.", login=login))
            _blame(visit, made, {Trouble.name_taken: "login", Trouble.too_long: "login"})
    facts = {
        "title": say("Make a child account"),
        "account": account,
        "form": form,
        "address": address,
    }
    return View("rooms/accounts/child.html", facts, 200 if form.is_right else 422)


async def close(visit: Visit) -> Outcome:
    child, own, say = meant(visit), visit.account, visit.say
    if child is None or own is None or not powers(visit, child).is_child:
        return Missing()
    if not is_sure(visit):
        return ask(
            visit,
            say("Close {login}?", login=child.login),
            say(
                "It may do nothing any more, what it has put off is called off, and what it has "
                "left is yours. Only the operator can open it again."
            ),
            say("Yes, close it"),
            address(child.login),
        )
    closed = await close_child(visit.node.desk, own, "", CloseChild(child.login))
    if isinstance(closed, Refusal):
        raise CannotDo(say(_said(closed)))
    amount = euros(closed.amount, 4)
    await _note(visit, child, "child close", name=child.login, amount=amount)
    left = in_purse(say, "", closed.amount)
    said = say(
        "{login} is closed; what it had left is yours: {left}.", login=child.login, left=left
    )
    return Away("/accounts", said)


async def transfer(visit: Visit) -> Outcome:
    account = meant(visit)
    if account is None or not powers(visit, account).is_own:
        return Missing()
    form, say, node = visit.form, visit.say, visit.node
    if visit.request.method == "POST":
        # Whoever moves looks first whether it was moved already, and nobody in between.
        async with node.accounts.changing:
            said = await _moved(visit, account)
        if said:
            return Away(address(account.login), said)
    purses = await node.store.purses(account.id)
    facts = {
        "title": say("Move credit"),
        "account": account,
        "balance": in_purse(say, "", purses[""][1]),
        "form": form,
        "last": await last_deed(visit, account),
        "others": _others(visit, account),
        "address": address,
    }
    return View("rooms/accounts/transfer.html", facts, 200 if form.is_right else 422)


async def _moved(visit: Visit, account: Account) -> str:
    """What is to be said; '' where nothing was moved."""
    form, say = visit.form, visit.say
    to = form.text("to", most=NAME_MOST, needed=True)
    amount = amount_of(form.text("amount", needed=True))
    if amount is None or amount < 1:
        form.wrong("amount", say("Write an amount in euros such as 12.50."))
    said = form.text("note", most=_NOTE_MOST)
    await see_it_is_the_first(visit, account)
    if not form.is_right or not amount:
        return ""
    moved = await pass_on(visit.node.desk, account, to, amount, said)
    if isinstance(moved, Refusal):
        _blame(visit, moved, {Trouble.not_found: "to", Trouble.no_credit: "amount"})
        return ""
    await _note(visit, account, "credit move", name=to, amount=euros(amount, 4), note=said)
    return say("{amount} moved to {login}.", amount=in_purse(say, "", amount), login=to)


def _others(visit: Visit, account: Account) -> list[str]:
    """Whom it may be moved to, as far as they may be seen; a child knows its parent."""
    accounts = visit.node.accounts
    children = [accounts.by_id(ident) for ident in accounts.children(account)]
    logins = [one.login for one in children if one is not None and one.state != "closed"]
    return sorted([*logins, *([account.parent] if account.parent else [])])[:1_000]


def _blame(visit: Visit, refused: Refusal, fields: dict[Trouble, str]) -> None:
    field = next((fields[one] for one in refused.troubles if one in fields), "")
    visit.form.wrong(field, visit.say(_said(refused)))


def _said(refused: Refusal) -> str:
    return next((_REFUSED[one] for one in refused.troubles if one in _REFUSED), _NOT_NOW)


async def _note(visit: Visit, account: Account, what: str, **facts: str) -> None:
    await note(visit.node, visit.visitor.login, what, facts, account.id)
