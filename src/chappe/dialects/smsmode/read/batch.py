"""A batch: a file of recipients, each with a text of their own.

In: the file, what the call says. Out: an order of one letter for each sender, or a Refusal. What
stands in a line goes before what the call says; a line that can't be sent is left out, and noted.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import REFERENCE, GivenCall
from chappe.dialects.smsmode.read.fields import latin9
from chappe.dialects.smsmode.read.numbers import at_home_of, has_digit, read_numbers
from chappe.dialects.smsmode.read.sending import MISSING, letter_of
from chappe.dialects.smsmode.read.terms import TextTerms, read_sender, read_terms
from chappe.dialects.smsmode.read.texts import Wordings, read_text
from chappe.dialects.smsmode.tables.paths import IN_UNICODE, LIMITS, NAME, PRO
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.order import Letter, Order

_COLUMNS = ("numero", "message", "emetteur", REFERENCE)
_NOTED_MOST = 100  # lines that were left out
LEFT_OUT = "left_out"

Row = Mapping[str, str]


class _Line(NamedTuple):
    """One that can be sent."""

    entry: str
    said: Wordings
    sender: str
    reference: str


def read_batch_of(opened: Opened[GivenCall], account: Account, now: int) -> Order | Refusal:
    """All lines that can be read are sent, or none."""
    asked = opened.content
    fields = asked.fields
    terms = read_terms(fields, account, now, wide=False)
    if not asked.file or terms is None or fields.get("classe_msg") == IN_UNICODE:
        return MISSING
    left_out: list[int] = []
    by_sender: dict[str, list[_Line]] = {}
    count = 0
    for no, row in _rows(asked.file):
        line = _line({**fields, **row}, terms) if row is not None else None
        if line is None:
            left_out.append(no)
        else:
            by_sender.setdefault(line.sender, []).append(line)
            count += 1
    if not count or count > LIMITS["lines"] or len(by_sender) > LIMITS["senders"]:
        return MISSING
    facts = {REFERENCE: terms.reference} if terms.reference else {}
    if left_out:
        facts[LEFT_OUT] = ",".join(map(str, left_out[:_NOTED_MOST]))
    letters = [_letter(terms, sender, lines) for sender, lines in by_sender.items()]
    return Order(dialect=NAME, letters=letters, fatal=frozenset(), facts=facts)


def _rows(raw: bytes) -> Iterator[tuple[int, Row | None]]:
    """Each line by its number, with what is given in it; None where it can't be read. A file whose
    first line does not name a column of numbers has none."""
    text = latin9(raw)
    head = text.partition("\n")[0]
    mark = ";" if ";" in head and "," not in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    names: list[str] = []
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, None
            continue
        if not names:
            names = [name.strip() for name in row]
            if "numero" not in names:
                return
        elif row:
            given = zip(names, row, strict=False)
            yield reader.line_num, {name: one for name, one in given if one and name in _COLUMNS}


def _line(row: Row, terms: TextTerms) -> _Line | None:
    """None where it lacks what every SMS has, or has a sender that may not be one."""
    sender = read_sender(row.get("emetteur", ""), row.get("classe_msg", PRO))
    entry, message, reference = row.get("numero", ""), row.get("message"), row.get(REFERENCE, "")
    if sender is None or message is None or len(reference) > LIMITS["reference"]:
        return None
    if not has_digit(entry):
        return None
    said = read_text(
        message, wide=False, parts=terms.parts, stop=row.get("stop", ""), code=terms.code
    )
    return _Line(entry, said, sender if terms.shows_sender else "", reference)


def _letter(terms: TextTerms, sender: str, lines: Sequence[_Line]) -> Letter:
    found = read_numbers([line.entry for line in lines])
    at_home = at_home_of(found.numbers)
    texts = [
        line.said.home if is_home else line.said.abroad
        for line, is_home in zip(lines, at_home, strict=True)
    ]
    return replace(
        letter_of(terms, Wordings(texts[0], texts[0]), found),
        texts=texts,
        refs=[line.reference for line in lines],
        sender=sender,
    )
