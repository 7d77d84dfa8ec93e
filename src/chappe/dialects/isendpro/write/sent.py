"""What became of a sending, or would become of it.

In: a receipt. Out: what is said of each number, by itself where there are several.
"""

from collections.abc import Iterator, Mapping

from chappe.dialects.isendpro.names import EVERYBODY, Asked
from chappe.dialects.isendpro.tables.errors import ERRORS, NAMED, REFUSALS, SENT, Coded
from chappe.dialects.isendpro.write.forms import answer, listed, shown, told
from chappe.dialects.shape import Opened, first_error
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.exchange import Response


def write_sent(receipt: Receipt, opened: Opened[Asked], account: Account) -> Response:
    """One answer for each number; one without any for a directory."""
    asked = opened.content
    if asked.directory:
        return answer(told(SENT))
    ones = (
        told(SENT, place, shown(given)) if error is None else _wrong(asked, at, place, given, error)
        for at, place, given, error in _each(asked, errors_of(receipt.troubles, receipt.wrong))
    )
    return answer("".join(ones) if asked.is_for_one else listed(asked.places, ones))


def write_counted(receipt: Receipt, opened: Opened[Asked], account: Account) -> Response:
    """How many SMS it would be, of how many characters."""
    asked = opened.content
    if asked.directory:
        parts = max(receipt.parts, default=0)
        return answer(_counted("", None, parts, asked.weights[EVERYBODY]))
    ones = (
        _counted(place, shown(given), receipt.parts[at], _weight(asked, at))
        if error is None
        else _wrong(asked, at, place, given, error)
        for at, place, given, error in _each(asked, errors_of(receipt.troubles, receipt.wrong))
    )
    return answer("".join(ones) if asked.is_for_one else listed(asked.places, ones))


def write_wrong(asked: Asked, errors: Mapping[int, str]) -> Response:
    """What is wrong with each number, where none is right."""
    ones = (
        _wrong(asked, at, place, given, errors[at])
        for at, (place, given) in enumerate(zip(asked.places, asked.given, strict=True))
    )
    return answer("".join(ones) if asked.is_for_one else listed(asked.places, ones))


def errors_of(troubles: Mapping[int, Trouble], wrong: Mapping[int, str]) -> dict[int, str]:
    """The first error of each recipient that has one."""
    found = {place: REFUSALS[trouble] for place, trouble in troubles.items()}
    for place, error in wrong.items():
        ours = (troubles[place],) if place in troubles else ()
        found[place] = first_error(Refusal(ours, wrong={error: ""}), ERRORS, REFUSALS).error
    return found


def _each(asked: Asked, errors: Mapping[int, str]) -> Iterator[tuple[int, str, str, str | None]]:
    for at, (place, given) in enumerate(zip(asked.places, asked.given, strict=True)):
        yield at, place, given, errors.get(at)


def _counted(place: str, tel: str | None, parts: int, weight: int) -> str:
    about = f"<tel{place}>{tel}</tel{place}>" if tel is not None else ""
    return (
        f"{about}<nb_sms{place}>{parts}</nb_sms{place}>"
        f"<nb_caractere{place}>{weight}</nb_caractere{place}>"
    )


def _weight(asked: Asked, at: int) -> int:
    return asked.weights[at] if at in asked.weights else asked.weights[EVERYBODY]


def _wrong(asked: Asked, at: int, place: str, given: str, error: str) -> str:
    """Alone it is named only where the number itself is wrong."""
    named = error in NAMED or not asked.is_for_one
    return told(sentence(error, asked, at), place, shown(given) if named else None)


def sentence(error: str, asked: Asked | None, at: int = EVERYBODY) -> Coded:
    """With the figures of that recipient's text in it."""
    said = ERRORS[error]
    figures = asked.figures.get(at, ()) if asked is not None else ()
    return said._replace(sentence=said.sentence.format(*figures)) if figures else said
