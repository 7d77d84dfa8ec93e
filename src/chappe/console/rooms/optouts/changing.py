"""Putting numbers on a list, and taking one off it.

In: a visit with what was typed. Out: it is done and written down, or why not. Promise: everybody's
list is changed by those alone who may see all accounts.
"""

from chappe.console import whose
from chappe.console.form import Form
from chappe.console.rooms.optouts.listing import LISTS, shown
from chappe.console.shape import Away, Outcome, Visit
from chappe.hands import perform
from chappe.hands.shown import CannotDo, phone


async def add(visit: Visit) -> Outcome:
    """Put some numbers on a list."""
    form = visit.form
    login, list_ = owner(visit, form), form.choice("onto", LISTS)
    numbers = whose.phones_asked(visit, form)
    if not form.is_right:
        return await shown(visit, form)
    asked = {"numbers": [*map(phone, numbers)], "login": login, "list": list_}
    await perform(visit.node, "optout add", asked, who=visit.visitor.login)
    said = visit.say("Put on the list: {count}.", count=len(numbers))
    return Away(back(login), said)


def owner(visit: Visit, form: Form) -> str:
    """The login whose list it is; '' is everybody's."""
    account = whose.asked(visit, form, "owner")
    return account.login if account is not None else ""


def back(login: str) -> str:
    """The page of that list."""
    return whose.path("optouts", account=login, everybody="" if login else "1")


async def remove(visit: Visit) -> Outcome:
    """Take one off."""
    form = visit.form
    login, list_ = owner(visit, form), form.choice("onto", LISTS)
    number = whose.phone_asked(visit, form)
    if form.is_right and not number:
        form.wrong("number", visit.say("Fill this in."))
    if not form.is_right:
        raise CannotDo(next(iter(form.mistakes.values())))
    asked = {"numbers": [phone(number)], "login": login, "list": list_}
    try:
        await perform(visit.node, "optout remove", asked, who=visit.visitor.login)
    except CannotDo as why:
        raise CannotDo(visit.say("This number is not on that list.")) from why
    return Away(back(login), visit.say("Taken off the list: {number}.", number=phone(number)))
