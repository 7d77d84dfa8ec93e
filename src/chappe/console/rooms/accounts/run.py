"""What operators do to accounts: make them, book credit, open and close them.

In: a visit, with what was typed. Out: pages. Promise: hands do it, by the rules of the file, and
write it down; a form that comes twice books once.
"""

from typing import Any, Final

from chappe.console.blame import blame
from chappe.console.rooms.accounts.keys import once
from chappe.console.rooms.accounts.whose import (
    address,
    amount_of,
    in_purse,
    last_deed,
    meant,
    see_it_is_the_first,
)
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.console.sure import ask, is_sure
from chappe.hands import CannotDo, perform
from chappe.hands.accounts import held_in
from chappe.words.account import Account
from chappe.words.family import NAME_MOST
from chappe.words.money import COUNTED, EURO, HLR, euros

_CREDIT_MOST: Final = 100_000_000 * EURO
_NOTE_MOST: Final = 200
_SETTINGS: Final = ("email", "parent")
_FIELDS: Final = ("login", "password", "balance", *_SETTINGS, "post_paid")
# What an account becomes -> what is asked, what it means, the button, and what is said then.
_BECOMES: Final = {
    "active": (
        "Activate {login}?",
        "It may send, and come in.",
        "Yes, activate it",
        "{login} is active.",
    ),
    "suspended": (
        "Suspend {login}?",
        "What it sent goes on; it sends no more, and may not come in, until it is activated.",
        "Yes, suspend it",
        "{login} is suspended.",
    ),
    "closed": (
        "Close {login}?",
        "What it sent goes on; it sends no more, and the keys that it made are gone for good.",
        "Yes, close it",
        "{login} is closed.",
    ),
}


async def new(visit: Visit) -> Outcome:
    form = visit.form
    if visit.request.method == "POST":
        asked = _account_asked(visit)
        if form.is_right:
            try:
                shown = await perform(visit.node, "account add", asked, visit.visitor.login)
            except CannotDo as why:
                blame(form, visit.say, why, _FIELDS)
            else:
                return _made(visit, shown.value)
    facts = {"title": visit.say("Make an account"), "form": form}
    return View("rooms/accounts/new.html", facts, 200 if form.is_right else 422)


def _account_asked(visit: Visit) -> dict[str, Any]:
    form, say, accounts = visit.form, visit.say, visit.node.accounts
    login = form.text("login", most=NAME_MOST, needed=True)
    settings: dict[str, Any] = {name: form.text(name) for name in _SETTINGS}
    balance = amount_of(form.text("balance")) if form.text("balance") else 0
    if balance is None or not 0 <= balance <= _CREDIT_MOST:
        form.wrong("balance", say("Write an amount in euros such as 12.50."))
    password = form.secret("password", needed=False)
    for name in ("login", "email"):
        if accounts.by_login(form.typed[name]) is not None and form.typed[name]:
            form.wrong(name, say("This names an account already."))
    if settings["parent"] and accounts.by_login(settings["parent"]) is None:
        form.wrong("parent", say("There is no such account."))
    if form.flag("post_paid"):
        settings["post_paid"] = True
    return {
        "login": login,
        "password": password,
        "balance": euros(balance or 0, 4),
        "settings": {name: value for name, value in settings.items() if value},
    }


def _made(visit: Visit, shown: dict[str, str]) -> Outcome:
    account = visit.node.accounts.by_login(shown["login"])
    assert account is not None  # it was made a moment ago
    secrets = {visit.say("API key"): shown["api_key"]}
    if "password" in shown:
        secrets[visit.say("Password")] = shown["password"]
    return once(visit, account, secrets)


async def credit(visit: Visit) -> Outcome:
    account = meant(visit)
    if account is None:
        return Missing()
    form = visit.form
    if visit.request.method == "POST":
        # Whoever books looks first whether it was booked already, and nobody in between.
        async with visit.node.accounts.changing:
            said = await _booked(visit, account)
        if said:
            return Away(address(account.login), said)
    purses = await visit.node.store.purses(account.id)
    say = visit.say
    facts = {
        "title": say("Book credit for {login}", login=account.login),
        "account": account,
        "form": form,
        "last": await last_deed(visit, account),
        "purses": [
            (name, f"{name or say('its own')} ({in_purse(say, name, held)})")
            for name, held in sorted({HLR: 0, **{n: row[1] for n, row in purses.items()}}.items())
        ],
        "address": address,
    }
    return View("rooms/accounts/credit.html", facts, 200 if form.is_right else 422)


async def _booked(visit: Visit, account: Account) -> str:
    """What is to be said; '' where nothing was booked."""
    form, say = visit.form, visit.say
    purses = {*await visit.node.store.purses(account.id), HLR}
    purse = form.choice("purse", purses, "")
    amount = amount_of(form.text("amount", needed=True))
    whole = purse != HLR or (amount or 0) % COUNTED == 0
    if not amount or abs(amount) > _CREDIT_MOST or not whole:
        form.wrong("amount", say("Write an amount such as 12.50 or -3; look-ups are whole."))
    note = form.text("note", most=_NOTE_MOST)
    await see_it_is_the_first(visit, account)
    if not form.is_right or not amount:
        return ""
    asked = {
        "login": account.login,
        "amount": held_in(purse, amount),
        "purse": purse,
        "note": note,
    }
    try:
        shown = await perform(visit.node, "account credit", asked, visit.visitor.login)
    except CannotDo:  # all else was looked at
        form.wrong("amount", say("It has not that much."))
        return ""
    return say("Booked: {amount}. It has {balance} now.", **_spoken(visit, purse, shown.value))


def _spoken(visit: Visit, purse: str, shown: dict[str, str]) -> dict[str, str]:
    """Amounts as this visitor reads them."""
    return {
        name: in_purse(visit.say, purse, amount_of(shown[key]) or 0)
        for name, key in (("amount", "booked"), ("balance", "balance"))
    }


async def become(visit: Visit) -> Outcome:
    account = meant(visit)
    if account is None:
        return Missing()
    say, login = visit.say, account.login
    state = visit.form.choice("state", _BECOMES)
    if not visit.form.is_right:
        raise CannotDo(say("Choose one of those that are offered."))
    question, means, yes, said = _BECOMES[state]
    if not is_sure(visit):
        back = address(login)
        question = say(question, login=login)
        return ask(visit, question, say(means), say(yes), back, [("state", state)])
    hand = {"active": "activate", "suspended": "suspend", "closed": "close"}[state]
    await perform(visit.node, f"account {hand}", {"login": login}, visit.visitor.login)
    return Away(address(login), say(said, login=login))
