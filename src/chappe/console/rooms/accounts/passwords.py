"""Passwords of accounts: an account changes its own with the present one, an operator any.

In: a visit, with what was typed. Out: pages. Promise: nothing of it is shown again but a password
that was made up here, once; whoever was in by the old one is out.
"""

from typing import Final

from chappe.console.rooms.accounts.keys import once
from chappe.console.rooms.accounts.whose import Powers, address, meant, powers
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.engine.welcome import BY
from chappe.hands import CannotDo, perform
from chappe.hands.accounts import OF_FILE
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble

LEAST: Final = 8


async def password(visit: Visit) -> Outcome:
    account = meant(visit)
    if account is None:
        return Missing()
    may = powers(visit, account)
    if not (may.runs or may.is_own):
        return Missing()
    form = visit.form
    if visit.request.method == "POST":
        made = await _changed(visit, account, may)
        if made is not None:
            return made
    facts = {
        "title": visit.say("Change the password of {login}", login=account.login),
        "account": account,
        "form": form,
        "powers": may,
        "address": address,
    }
    return View("rooms/accounts/password.html", facts, 200 if form.is_right else 422)


async def _changed(visit: Visit, account: Account, may: Powers) -> Outcome | None:
    form, say, login = visit.form, visit.say, account.login
    present = form.secret("present") if may.is_own else ""
    new = form.secret("password", needed=may.is_own)
    again = form.secret("again", needed=may.is_own)
    if new and len(new) < LEAST:
        form.wrong("password", say("A password has {least} characters at least.", least=LEAST))
    if new and not new.isprintable():
        form.wrong("password", say("There is a character in it that can't be written."))
    if new != again:
        form.wrong("again", say("This is not the same."))
    if form.is_right and may.is_own:
        await _prove(visit, account, present)
    if not form.is_right:
        return None
    asked = {"login": login, "password": new}
    try:
        shown = await perform(visit.node, "account password", asked, visit.visitor.login)
    except CannotDo:
        form.wrong("password", say("This can't be a password."))
        return None
    if may.is_own:
        return Away("/login", say("Your password is changed. Log in with the new one."))
    more = say(OF_FILE.strip()) if OF_FILE in shown.said else ""
    if new:
        said = say("{login} has its new password.", login=login)
        return Away(address(login), f"{said} {more}".strip())
    return once(visit, account, {say("Password"): shown.value["password"]}, more)


async def _prove(visit: Visit, account: Account, present: str) -> None:
    """Wrong tries slow down as at the way in."""
    claim = Claim(login=account.login, secret=present)
    found = await visit.node.prove.prove(claim, visit.request.peer, BY)
    if not isinstance(found, Refusal):
        return
    if Trouble.not_now in found.troubles:
        sentence = "It can't be looked at now: try again in a moment."
    else:
        sentence = "That is not the present password."
    visit.form.wrong("present", visit.say(sentence))
