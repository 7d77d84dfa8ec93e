"""How contacts are called, and what is known of them is.

In: what is known of them. Out: names. Promise: what people type here stands under the names by
which the providers' own books have it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from chappe.console.shape import Visit

KNOWN: Final[Mapping[str, str]] = {
    "prenom": "First name",
    "nom": "Last name",
    "societe": "Company",
}
_FIRST: Final = ("prenom", "prénom", "firstname", "first name", "first_name")
_LAST: Final = ("nom", "lastname", "last name", "last_name", "name")
_COMPANY: Final = ("societe", "société", "company")
_NUMBER: Final = (
    *("number", "numero", "numéro", "mobile", "phone", "telephone", "téléphone", "tel", "tél"),
    *("portable", "gsm", "msisdn"),
)
NUMBER: Final = "number"
_MEANT: Final[Mapping[str, str]] = {
    **dict.fromkeys(_NUMBER, NUMBER),
    **dict.fromkeys(_FIRST, "prenom"),
    **dict.fromkeys(_LAST, "nom"),
    **dict.fromkeys(_COMPANY, "societe"),
}


def meant_by(title: str) -> str:
    """What a column of this title holds: the number, or one of those that are known; '': neither
    of them."""
    return _MEANT.get(title.strip().casefold(), "")


def name_of(fields: Mapping[str, str]) -> str:
    """By the fields that providers and people have for it; '' where none says one."""
    known = {name.casefold(): value.strip() for name, value in fields.items()}
    for names in (_FIRST, _LAST), (_COMPANY,):
        words = [next((known[one] for one in each if known.get(one)), "") for each in names]
        if any(words):
            return " ".join(filter(None, words))
    return ""


def others(visit: Visit, fields: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """What else is known, each by how it is called."""
    named = {*_FIRST, *_LAST}
    return [
        (visit.say(KNOWN[name]) if name in KNOWN else name, value)
        for name, value in fields.items()
        if value and name.casefold() not in named
    ]
