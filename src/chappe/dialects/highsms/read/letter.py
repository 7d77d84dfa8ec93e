"""One `message` of a push, read into a letter.

In: a Push, one of its Said, the account, the present. Out: a Letter, or every Error with its
hint.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from chappe.dialects.highsms.read.call import Push, Said
from chappe.dialects.highsms.read.target import read_target
from chappe.dialects.highsms.read.terms import Wishes, read_terms
from chappe.dialects.highsms.read.when import AT_ONCE, When, read_when
from chappe.dialects.highsms.read.words import read_words
from chappe.dialects.highsms.tables import LIMITS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.words.account import Account
from chappe.words.answer import Wrong
from chappe.words.number import Spelling, read_all
from chappe.words.order import Letter

_FORMS = Spelling.PLUS | Spelling.ZEROS | Spelling.HOME | Spelling.NATIONAL | Spelling.SHORT
_FORMS_IN_QUERY = _FORMS | Spelling.BLANK_PLUS
_MEASURED = ("ret_id", "userdata", "name")
_TOLD_AGAIN = ("ret_id", "userdata")
_TIMES = frozenset({"start_date", "start_time", "stop_time"})
# Abroad needs its '+': after '00' only what is French counts.
_FRENCH_CODES = ("0033", "00262", "00508", "00590", "00594", "00596")

_REFUSED = Letter(text="", numbers=())


def read_letter(push: Push, said: Said, account: Account, now: int, wrong: Wrong) -> Letter:
    """The letter; it counts only where `wrong` stayed empty. All of them are noted."""
    wishes = push.wishes(said)
    _look_over(said, wishes, wrong)
    words = read_words(said, wishes)
    when = _when(wishes, now, wrong)
    terms = read_terms(push, said, account)
    for error, hint in terms.wrong.items():
        wrong.setdefault(error, hint)
    if isinstance(words, Error):
        wrong.setdefault(words, "text" if words is Error.missing else "")
        return _REFUSED
    letter = terms.letter
    if len(wishes.get("target_url", "")) > LIMITS["url"]:
        wrong.setdefault(Error.url, "target_url too long")
    if wrong:
        return _REFUSED
    numbers = _numbers(push, said)
    return replace(
        letter,
        text=words.text,
        numbers=numbers,
        given=_given(numbers, said.numbers) if 0 in numbers else (),
        refs=said.refs if any(said.refs) else (),
        values=words.values,
        shared=words.shared,
        target=read_target(said, wishes, words.text),
        alphabet=words.alphabet,
        start=when.start,
        opens=when.opens,
        closes=when.closes,
        facts=_facts(said),
    )


def _look_over(said: Said, wishes: Wishes, wrong: Wrong) -> None:
    """What can be told without reading further."""
    if not any(said.numbers):
        wrong.setdefault(Error.recipient, "to")
    if len(said.shared) > LIMITS["params"] or any(
        own is not None and len(own) > LIMITS["params"] for own in said.params
    ):
        wrong.setdefault(Error.bad_value, "too many param")
    if said.refs and max(map(len, said.refs)) > LIMITS["field"]:
        wrong.setdefault(Error.bad_value, "ret_id too long")
    for name in _MEASURED:
        if name in wishes and len(wishes[name]) > LIMITS["field"]:
            wrong.setdefault(Error.bad_value, f"{name} too long")


def _when(wishes: Wishes, now: int, wrong: Wrong) -> When:
    if _TIMES.isdisjoint(wishes):
        return AT_ONCE
    when = read_when(
        wishes.get("start_date", ""), wishes.get("start_time", ""), wishes.get("stop_time", ""), now
    )
    if when is None:
        wrong.setdefault(Error.date, "")
    return when or AT_ONCE


def _numbers(push: Push, said: Said) -> Sequence[int]:
    """E.164; 0 for what is no number, which then becomes a message in error."""
    given = said.numbers
    numbers = read_all(given, _FORMS_IN_QUERY if push.in_query else _FORMS)
    for index, text in enumerate(given):
        if text.startswith("00") and not text.startswith(_FRENCH_CODES):
            numbers[index] = 0
    return numbers


def _given(numbers: Sequence[int], given: Sequence[str]) -> list[str]:
    """What was written in place of a number, where there is none."""
    most = LIMITS["given"]
    return [
        "" if number else text.strip()[:most] for number, text in zip(numbers, given, strict=True)
    ]


def _facts(said: Said) -> Mapping[str, str]:
    fields = said.fields
    return {name: fields[name] for name in _TOLD_AGAIN if name in fields} if fields else {}
