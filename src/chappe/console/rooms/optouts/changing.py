"""Putting numbers on a list, and taking one off it.

In: a visit with what was typed. Out: it is done and written down, or why not. Promise: everybody's
list is changed by those alone who may see all accounts.
"""

import re
from collections.abc import Sequence
from typing import Final

from chappe.console import whose
from chappe.console.form import Form
from chappe.console.rooms.optouts.listing import LISTS, shown
from chappe.console.shape import Away, Outcome, Visit
from chappe.hands import perform
from chappe.hands.shown import CannotDo, phone

_NUMBERS_MOST: Final = 1_000
_LETTERS_MOST: Final = 40_000
_BETWEEN: Final = re.compile("[\n,;]")


async def add(visit: Visit) -> Outcome:
    """Put some numbers on a list."""
    form = visit.form
    login, list_ = owner(visit, form), form.choice("list", LISTS)
    numbers = _numbers(visit, form)
    if not form.is_right:
        return await shown(visit, form)
    asked = {"numbers": [*map(phone, numbers)], "login": login, "list": list_}
    await perform(visit.node, "optout add", asked, who=visit.visitor.login)
    said = visit.say("Put on the list: {count}.", count=len(numbers))
    return Away(back(login), said)


def owner(visit: Visit, form: Form) -> str:
    """The login whose list it is; '' is everybody's."""
    account = whose.asked(visit, form)
    return account.login if account is not None else ""


def back(login: str) -> str:
    """The page of that list."""
    return whose.path("optouts", account=login, everybody="" if login else "1")


def _numbers(visit: Visit, form: Form) -> Sequence[int]:
    text = form.text("numbers", most=_LETTERS_MOST, needed=True, lines=True)
    written = list(filter(None, map(str.strip, _BETWEEN.split(text))))
    if len(written) > _NUMBERS_MOST:
        most = visit.say.count(_NUMBERS_MOST)
        form.wrong("numbers", visit.say("At most {most} numbers: import a file.", most=most))
        return ()
    numbers = {one: whose.phone_of(one) for one in written}
    wrong = [one[:40] for one, number in numbers.items() if not number]
    if wrong:
        form.wrong("numbers", visit.say("That is no phone number: {text}", text=wrong[0]))
    return list(dict.fromkeys(numbers.values()))


async def remove(visit: Visit) -> Outcome:
    """Take one off."""
    form = visit.form
    login, list_ = owner(visit, form), form.choice("list", LISTS)
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
