"""Answers of iSendPro beside those to sendings.

In: what the engine found or did. Out: responses.
"""

from chappe.dialects.isendpro.names import Asked
from chappe.dialects.isendpro.tables.errors import (
    ADDED,
    CREATED,
    ERRORS,
    KNOWN,
    NOT_KNOWN,
    REMOVED,
    Coded,
    Error,
)
from chappe.dialects.isendpro.tables.paths import IN_QUANTITY
from chappe.dialects.isendpro.tables.statuses import LISTED, NOBODYS, OPERATORS, OTHER
from chappe.dialects.isendpro.write.forms import answer, credit, listed, shown, told
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.book import Changed, Group
from chappe.words.exchange import Response
from chappe.words.found import Barred, Credit, LookedUp, Subscriber
from chappe.words.money import euros


def write_credit(found: Credit, opened: Opened[Asked], account: Account) -> Response:
    """Where there is no floor, there is nothing to show."""
    left = euros(0 if found.free else found.balance)
    said = f"<credit>{left}</credit>"
    if opened.content.fields["credit"] == IN_QUANTITY:
        said += f"<quantite>{max(found.counts[0], 0)}</quantite>"
    return credit(said)


def write_created(made: Group, opened: Opened[Asked], account: Account) -> Response:
    return answer(told(CREATED, "", None, _directory(made.id)))


def write_added(changed: Changed, opened: Opened[Asked], account: Account) -> Response:
    return _changed(changed, opened.content, ADDED, KNOWN)


def write_removed(changed: Changed, opened: Opened[Asked], account: Account) -> Response:
    return _changed(changed, opened.content, REMOVED, NOT_KNOWN)


def _changed(changed: Changed, asked: Asked, done: Coded, otherwise: Coded) -> Response:
    """A number that was given twice came in, or went, the first time."""
    left = set(changed.numbers)
    ones = []
    for place, given, number in zip(asked.places, asked.given, asked.numbers, strict=True):
        said = ERRORS[Error.bad_number] if not number else done if number in left else otherwise
        left.discard(number)
        ones.append(told(said, place, shown(given), _directory(asked.directory)))
    return answer(ones[0] if asked.is_for_one else listed(asked.places, ones))


def _directory(ident: int) -> str:
    return f"<repertoireId>{ident}</repertoireId>"


def write_barred(barred: Barred, opened: Opened[Asked], account: Account) -> Response:
    """OK is what stands on the list now, whoever put it there."""
    asked = opened.content
    ones = [("listeNoire", "OK" if number in barred.numbers else "NOK") for number in asked.numbers]
    return answer(_by_number(asked, [[one] for one in ones]))


def write_looked_up(found: LookedUp, opened: Opened[Asked], account: Account) -> Response:
    """Twice, since the document spells it in two ways."""
    rows = [
        [(name, _operator(one)) for name in ("operateur", "opérateur")] for one in found.numbers
    ]
    return answer(_by_number(opened.content, rows))


def _operator(found: Subscriber) -> str:
    name = OPERATORS.get(found.operator, OTHER).name if found.valid else NOBODYS
    return f"{name}{LISTED}" if found.barred else name


def _by_number(asked: Asked, said: list[list[tuple[str, str]]]) -> str:
    """What is found for each number. One alone has no figure, whatever its parameter."""
    if len(asked.places) == 1:
        return _found("", asked.given[0], said[0])
    return listed(
        asked.places,
        [_found(*one) for one in zip(asked.places, asked.given, said, strict=True)],
    )


def _found(place: str, given: str, said: list[tuple[str, str]]) -> str:
    rows = "".join([f"<{name}{place}>{value}</{name}{place}>" for name, value in said])
    return f"<tel{place}>{shown(given)}</tel{place}>{rows}"
