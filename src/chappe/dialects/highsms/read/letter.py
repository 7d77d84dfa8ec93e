"""A push in our words: each `message` a letter, and all of them an order.

In: a Push, one of its Said, the account, the present. Out: a Letter, or every Error with its hint;
an Order. Times are Paris time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import NamedTuple

from msgspec.structs import replace

from chappe.dialects.highsms.read.call import Push, Said
from chappe.dialects.highsms.read.terms import Wishes, read_terms
from chappe.dialects.highsms.read.words import read_target, read_words
from chappe.dialects.highsms.tables.limits import LIMITS
from chappe.dialects.highsms.tables.paths import NAME
from chappe.dialects.highsms.tables.refusals import Error
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.answer import Wrong
from chappe.words.number import Spelling, read_all
from chappe.words.order import Letter, Order

_FORMS = Spelling.PLUS | Spelling.ZEROS | Spelling.BARE | Spelling.NATIONAL | Spelling.SHORT
FORMS_IN_QUERY = _FORMS | Spelling.BLANK_PLUS
_MEASURED = dict.fromkeys(("ret_id", "userdata", "name")).keys()  # a set that keeps its order
_TOLD_AGAIN = ("ret_id", "userdata")
_TOLD_OF_ALL = ("name", "userdata")
_TIMES = frozenset({"start_date", "start_time", "stop_time"})
_MIDNIGHT = time(0, 0)

_REFUSED = Letter(text="", numbers=())


class When(NamedTuple):
    """UTC ms, 0 for at once; and the window's ends in minutes of the day, -1 for none."""

    start: int = 0
    opens: int = -1
    closes: int = -1


AT_ONCE = When()


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
        ref="" if all(said.refs) else ref_of(push, said),
        values=words.values,
        shared=words.shared,
        target=read_target(said, wishes, words.text),
        alphabet=words.alphabet,
        start=when.start,
        opens=when.opens,
        closes=when.closes,
        facts=_facts(said),
    )


def ref_of(push: Push, said: Said) -> str:
    """What a recipient without a ret_id is found by."""
    return said.fields.get("ret_id") or push.fields.get("ret_id", "")


def _look_over(said: Said, wishes: Wishes, wrong: Wrong) -> None:
    """What can be told without reading further."""
    if not any(said.numbers):
        wrong.setdefault(Error.recipient, "")
    own = max(map(len, filter(None, said.params))) if any(said.params) else 0
    if max(own, len(said.shared)) > LIMITS["params"]:
        wrong.setdefault(Error.bad_value, "too many param")
    if said.refs and max(map(len, said.refs)) > LIMITS["field"]:
        wrong.setdefault(Error.bad_value, "ret_id too long")
    if _MEASURED.isdisjoint(wishes):
        return
    for name in _MEASURED:
        if len(wishes.get(name, "")) > LIMITS["field"]:
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
    return read_all(said.numbers, FORMS_IN_QUERY if push.in_query else _FORMS)


def _given(numbers: Sequence[int], given: Sequence[str]) -> list[str]:
    """What was written in place of a number, where there is none."""
    most = LIMITS["given"]
    return [
        "" if number else text.strip()[:most] for number, text in zip(numbers, given, strict=True)
    ]


def _facts(said: Said) -> Mapping[str, str]:
    fields = said.fields
    return {name: fields[name] for name in _TOLD_AGAIN if name in fields} if fields else {}


def read_when(start_date: str, start_time: str, stop_time: str, now: int) -> When | None:
    """A past day means today; what is past today is at once."""
    if not (start_date or start_time or stop_time):
        return AT_ONCE
    today = paris.wall(now).date()
    day = paris.date_of(start_date) if start_date else today
    begin = paris.time_of(start_time) if start_time else _MIDNIGHT
    end = paris.time_of(stop_time) if stop_time else _MIDNIGHT
    if day is None or begin is None or end is None:
        return None
    start = paris.instant(datetime.combine(max(day, today), begin))
    start = start if start > now else 0
    if not stop_time:
        return When(start)
    return When(start, _minute(begin), _minute(end))


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def order_of(push: Push, letters: Sequence[Letter], start: int, is_one: bool) -> Order:
    """`start` is 0 for at once; `is_one` says that a OneShot is asked for, if it is at once."""
    fields = push.fields
    facts = {name: fields[name] for name in _TOLD_OF_ALL if name in fields}
    if start:
        facts["start"] = str(start)
    elif is_one:
        facts["one"] = "1"
    return Order(
        dialect=NAME,
        letters=letters,
        reference=fields.get("ret_id", ""),
        fatal=frozenset(),
        facts=facts,
    )
