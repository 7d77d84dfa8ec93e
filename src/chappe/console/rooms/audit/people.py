"""The installation's own people: who may come in besides accounts.

In: visits of operators. Out: pages. Promise: a password that was made up is shown once, on the
answer to whoever made it; nobody takes the last operator away, since nobody removes themselves.
"""

from typing import Any, Final

from chappe.console.blame import blame
from chappe.console.routes import segment
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.console.sure import ask, is_sure
from chappe.hands import CannotDo, perform
from chappe.hands.staff import LOGIN_MOST, PASSWORD_LEAST
from chappe.words.visitor import Role

_ROLES: Final = (Role.operator, Role.support, Role.reader)
_HERE: Final = "/staff"


async def page(visit: Visit) -> Outcome:
    say, accounts = visit.say, visit.node.accounts
    rows = []
    for one in await visit.node.store.staff():
        rows.append(
            {
                "login": one.login,
                "role": say(Role(one.role).name),
                "account": accounts.login_of(one.account),
                "at": one.at,
                "is_me": one.login == visit.visitor.login,
                "password": _place(one.login),
            }
        )
    facts = {
        "title": say("Staff"),
        "form": visit.form,
        "rows": rows,
        "roles": [(one.name, say(one.name)) for one in _ROLES],
    }
    return View("rooms/audit/staff.html", facts, 200 if visit.form.is_right else 422)


def _place(login: str) -> str:
    return f"{_HERE}/{segment(login)}/password"


async def add(visit: Visit) -> Outcome:
    form, say, accounts = visit.form, visit.say, visit.node.accounts
    login = form.text("login", most=LOGIN_MOST, needed=True)
    role = form.choice("role", [one.name for one in _ROLES])
    account = form.text("account")
    if not login.isprintable() or " " in login:
        form.wrong("login", say("A login has letters and no blank."))
    if accounts.by_login(login) is not None:
        form.wrong("login", say("This names an account, which comes in by its own password."))
    elif await visit.node.store.staff(login.casefold()) and login:
        form.wrong("login", say("There is somebody of this login already."))
    if account and accounts.by_login(account) is None:
        form.wrong("account", say("There is no such account."))
    if account and role == Role.operator.name:
        form.wrong("account", say("An operator sees all accounts."))
    password = _new(visit)
    if not form.is_right:
        return await page(visit)
    asked = {"login": login, "role": role, "account": account, "password": password}
    try:
        shown = await perform(visit.node, "console add", asked, visit.visitor.login)
    except CannotDo as why:  # somebody else was faster
        blame(form, say, why, ())
        return await page(visit)
    if "password" in shown.value:
        return _once(visit, shown.value)
    return Away(_HERE, say("{login} may come in.", login=shown.value["login"]))


async def remove(visit: Visit) -> Outcome:
    form, say = visit.form, visit.say
    login = form.text("login", most=LOGIN_MOST, needed=True)
    if login.casefold() == visit.visitor.login:
        form.wrong("", say("Nobody removes themselves: let another operator do it."))
    elif login and not await visit.node.store.staff(login.casefold()):
        form.wrong("", say("There is nobody of this login."))
    if not form.is_right:
        return await page(visit)
    if not is_sure(visit):
        return ask(
            visit,
            say("Remove {login}?", login=login),
            say("They are out at once, and come in no more."),
            say("Yes, remove"),
            _HERE,
            [("login", login)],
        )
    await perform(visit.node, "console remove", {"login": login}, visit.visitor.login)
    return Away(_HERE, say("{login} may come in no more.", login=login))


async def password(visit: Visit) -> Outcome:
    form, say, login = visit.form, visit.say, visit.args[0]
    found = await visit.node.store.staff(login.casefold())
    if not found:
        return Missing()
    login = found[0].login
    if visit.request.method == "POST":
        new = _new(visit)
        if form.is_right:
            asked = {"login": login, "password": new}
            shown = await perform(visit.node, "console password", asked, visit.visitor.login)
            if "password" in shown.value:
                return _once(visit, shown.value)
            is_me = login == visit.visitor.login
            return Away(
                "/login" if is_me else _HERE, say("{login} has its new password.", login=login)
            )
    facts = {
        "title": say("Change the password of {login}", login=login),
        "form": form,
        "action": _place(login),
    }
    return View("rooms/audit/password.html", facts, 200 if form.is_right else 422)


def _new(visit: Visit) -> str:
    """A password as it was typed twice; '' where one is to be made up."""
    form, say = visit.form, visit.say
    new, again = form.secret("password", needed=False), form.secret("again", needed=False)
    if new and len(new) < PASSWORD_LEAST:
        least = PASSWORD_LEAST
        form.wrong("password", say("A password has {least} characters at least.", least=least))
    if new != again:
        form.wrong("again", say("This is not the same."))
    return new


def _once(visit: Visit, shown: dict[str, Any]) -> View:
    say = visit.say
    facts = {
        "title": say("Write this down: it is shown this once."),
        "login": shown["login"],
        "secret": shown["password"],
        "back": _HERE,
    }
    return View("rooms/audit/once.html", facts)
