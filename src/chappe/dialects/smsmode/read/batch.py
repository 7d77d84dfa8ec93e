"""A batch: a file of recipients, each with a text of their own.

In: the file, what the call says. Out: an order of one letter for each sender, or a Refusal. What
stands in a line goes before what the call says; a line that can't be sent is left out, and noted.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import REFERENCE, GivenCall
from chappe.dialects.smsmode.read.lines import Row, read_rows
from chappe.dialects.smsmode.read.numbers import at_home_of, has_digit, read_numbers
from chappe.dialects.smsmode.read.sending import MISSING, letter_of
from chappe.dialects.smsmode.read.terms import TextTerms, read_sender, read_terms
from chappe.dialects.smsmode.read.texts import Wordings, read_text
from chappe.dialects.smsmode.tables.paths import IN_UNICODE, LIMITS, NAME
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.order import LEFT_OUT, Letter, Order

_NUMBER, _TEXT, _SENDER = "numero", "message", "emetteur"
_COLUMNS = (_NUMBER, _TEXT, _SENDER, REFERENCE)
_NOTED_MOST = 100  # lines that were left out


class _Line(NamedTuple):
    """One that can be sent."""

    entry: str
    said: Wordings
    sender: str
    reference: str


class _Sorted(NamedTuple):
    """The lines of a file."""

    by_sender: dict[str, list[_Line]]
    left_out: list[int]  # their numbers


def read_batch_of(opened: Opened[GivenCall], account: Account, now: int) -> Order | Refusal:
    """All lines that can be read are sent, or none."""
    asked = opened.content
    terms = read_terms(asked.fields, account, now, wide=False)
    if not asked.file or terms is None or terms.kind == IN_UNICODE:
        return MISSING
    found = _sorted(asked, terms)
    if found is None or not found.by_sender:
        return MISSING
    facts = {REFERENCE: terms.reference} if terms.reference else {}
    if found.left_out:
        facts[LEFT_OUT] = _noted(found.left_out)
    letters = [_letter(terms, sender, lines) for sender, lines in found.by_sender.items()]
    return Order(dialect=NAME, letters=letters, fatal=frozenset(), facts=facts)


def _sorted(asked: GivenCall, terms: TextTerms) -> _Sorted | None:
    """None where there are too many."""
    by_sender: dict[str, list[_Line]] = {}
    left_out: list[int] = []
    room = LIMITS["lines"]
    for no, row in read_rows(asked.file, _COLUMNS):
        if no > LIMITS["file_lines"]:
            return None
        if row is not None and not row:
            continue
        room -= 1
        if room < 0:
            return None
        line = _line(row, asked.fields, terms) if row is not None else None
        if line is None:
            left_out.append(no)
        else:
            by_sender.setdefault(line.sender, []).append(line)
            if len(by_sender) > LIMITS["senders"]:
                return None
    return _Sorted(by_sender, left_out)


def _line(row: Row, fields: Mapping[str, str], terms: TextTerms) -> _Line | None:
    """None where it lacks what every SMS has, or has a sender that may not be one."""
    entry, reference = row.get(_NUMBER, ""), row.get(REFERENCE, "")
    message = row.get(_TEXT) or fields.get(_TEXT)
    sender = read_sender(row[_SENDER], terms.kind) if _SENDER in row else terms.sender
    if sender is None or message is None or len(reference) > LIMITS["reference"]:
        return None
    if not has_digit(entry):
        return None
    said = read_text(
        message, wide=False, parts=terms.parts, stop=fields.get("stop", ""), code=terms.code
    )
    return _Line(entry, said, sender if terms.shows_sender else "", reference)


def _noted(left_out: Sequence[int]) -> str:
    """As somebody reads it who has the file in front of them."""
    said = ", ".join(map(str, left_out[:_NOTED_MOST]))
    more = len(left_out) - _NOTED_MOST
    return f"lines {said} and {more} more" if more > 0 else f"lines {said}"


def _letter(terms: TextTerms, sender: str, lines: Sequence[_Line]) -> Letter:
    found = read_numbers([line.entry for line in lines])
    at_home = at_home_of(found.numbers)
    texts = [
        line.said.home if is_home else line.said.abroad
        for line, is_home in zip(lines, at_home, strict=True)
    ]
    refs = [line.reference for line in lines]
    return replace(
        letter_of(terms, Wordings(texts[0], texts[0]), found),
        texts=texts,
        refs=refs if any(refs) else (),
        sender=sender,
    )
