"""Whose something is: the account that a page is about, and addresses that name it.

In: a visit, a field. Out: the account, as far as it may be seen; addresses. Promise: an account
that may not be seen is answered as one that is not there.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlencode

from chappe.console.form import Form
from chappe.console.shape import Visit
from chappe.engine.look.seen import account_seen
from chappe.words.account import Account
from chappe.words.number import USUAL, read

_PHONES_MOST: Final = 1_000  # in one field
_PHONE_MOST: Final = 40  # letters of one
_BETWEEN: Final = re.compile("[\n,;]")
_OFFERED_MOST: Final = 100  # accounts to choose from; of more, one is written


def has_several(visit: Visit) -> bool:
    """Whether there are more accounts than one that they may see."""
    return visit.seen is None or len(visit.seen) > 1


def offered(visit: Visit) -> Sequence[str]:
    """The logins of a family, to choose from; () where one has to be written."""
    if visit.seen is None or len(visit.seen) > _OFFERED_MOST:
        return ()
    found = [visit.node.accounts.by_id(ident) for ident in visit.seen]
    return sorted(one.login for one in found if one is not None)


def asked(visit: Visit, form: Form, name: str = "account") -> Account | None:
    """The account that a field names; where it names none, the visitor's own."""
    login = form.text(name)
    if not login:
        return visit.account
    found = named(visit, login)
    if found is None:
        form.wrong(name, visit.say("There is no such account."))
    return found


def named(visit: Visit, login: str) -> Account | None:
    """The account of this login, if it may be seen."""
    return account_seen(visit.node.desk, login, visit.seen)


def phone_asked(visit: Visit, form: Form, name: str = "number") -> int:
    """The phone number in a field, in any usual spelling; 0 where there is none."""
    text = form.text(name)
    number = phone_of(text)
    if text and not number:
        form.wrong(name, visit.say("That is no phone number."))
    return number


def phones_asked(visit: Visit, form: Form, name: str = "numbers") -> Sequence[int]:
    """The phone numbers in a field, one on each line or between commas, each once."""
    text = form.text(name, most=_PHONES_MOST * _PHONE_MOST, needed=True, lines=True)
    written = list(filter(None, map(str.strip, _BETWEEN.split(text))))
    if len(written) > _PHONES_MOST:
        most = visit.say.count(_PHONES_MOST)
        form.wrong(name, visit.say("At most {most} numbers: import a file.", most=most))
        return ()
    numbers = {one: phone_of(one) for one in written}
    wrong = [one[:_PHONE_MOST] for one, number in numbers.items() if not number]
    if wrong:
        form.wrong(name, visit.say("That is no phone number: {text}", text=wrong[0]))
    elif not numbers:
        form.wrong(name, visit.say("Fill this in."))
    return list(dict.fromkeys(numbers.values()))


def phone_of(text: str) -> int:
    """A phone number in any usual spelling; 0 where it is none."""
    return read(text, USUAL)


def path(*parts: str | int, **query: str | int) -> str:
    """An address: parts of a path, none of which can be more than one, and what is asked there."""
    written = "/" + "/".join(quote(str(part), safe="") for part in parts)
    kept = {name: value for name, value in query.items() if value}
    return f"{written}?{urlencode(kept)}" if kept else written


FRENCH: Final = {
    "There is no such account.": "Ce compte n’existe pas.",
    "That is no phone number.": "Ce n’est pas un numéro de téléphone.",
    "Account": "Compte",
    "Number": "Numéro",
    "At most {most} numbers: import a file.": (
        "{most} numéros au plus : importez plutôt un fichier."
    ),
    "That is no phone number: {text}": "Ce n’est pas un numéro de téléphone : {text}",
}
