"""How a contact is called.

In: what is known of them. Out: a name; '' where nothing says one.
"""

from collections.abc import Mapping
from typing import Final

_FIRST: Final = frozenset(("prenom", "prénom", "firstname", "first name", "first_name"))
_LAST: Final = frozenset(("nom", "lastname", "last name", "last_name", "name"))
_OTHERS: Final = frozenset(("societe", "société", "company"))


def name_of(fields: Mapping[str, str]) -> str:
    """By the fields that providers and people have for it."""
    known = {name.casefold(): value.strip() for name, value in fields.items()}
    for names in (_FIRST, _LAST), (_OTHERS,):
        words = [next((known[one] for one in each if known.get(one)), "") for each in names]
        if any(words):
            return " ".join(filter(None, words))
    return ""
