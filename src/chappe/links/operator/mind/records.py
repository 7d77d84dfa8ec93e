"""The lines of the operator's log: one record a line, fields between tabs, UTF-8.

    B ms ref                                                  started; references go on from `ref`
    S ms ref number sender part/total message outcome text    a part was submitted
    R ms ref n                                                its n-th report is settled
    H due ref number code text                                a handset writes, at `due`
    A ms ref                                                  what it wrote is settled
    C due ref n number outcome                                a report still owed by an older log

The centre adds two of its own: Q and D (centre/deliver/owed_records.py).

In: records. Out: lines, and records again. Promise: any text comes back as it was, and a line
never holds a tab, a line feed or a carriage return of a text. The first letter is the version too:
a record of another form gets another letter. `outcome` is a key of `courses.COURSES`: it tells what
was answered, as a part may be judged otherwise by other weather.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from chappe.links.contract import Part, Verdict
from chappe.links.operator.mind.courses import COURSES

OwedReport = tuple[int, int, int, int, int]
"""due, ref, n, number, outcome. Plain tuples: there may be a hundred thousand of them."""

OwedArrival = tuple[int, int, int, str, str]
"""due, ref, number, code, text."""

_ESCAPED: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_MEANT: Final = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_ESCAPE: Final = re.compile(r"\\(.)")
ROWS: Final = {outcome: f"{outcome:02}" for outcome in COURSES}


class Submitted(NamedTuple):
    """One submit, as the operator saw it."""

    at: int
    ref: str
    number: int
    sender: str
    no: int
    total: int
    message: int
    outcome: int
    text: str

    @property
    def verdict(self) -> Verdict:
        """What was answered. Only what was taken reaches a handset."""
        return COURSES[self.outcome].verdict


def begun(at: int, ref: int) -> str:
    return f"B\t{at}\t{ref}\n"


def submitted(
    at: int, refs: Sequence[str], parts: Sequence[Part], outcomes: Sequence[int]
) -> list[str]:
    """A line for each part."""
    head = f"S\t{at}\t"
    senders = _escaped([part.sender for part in parts])
    texts = _escaped([part.text for part in parts])
    return [
        f"{head}{ref}\t{part.number}\t{sender}\t{part.no}/{part.total}"
        f"\t{part.message}\t{ROWS[outcome]}\t{text}\n"
        for ref, part, sender, outcome, text in zip(
            refs, parts, senders, outcomes, texts, strict=True
        )
    ]


def reports_settled(at: int, owed: Sequence[OwedReport]) -> list[str]:
    head = f"R\t{at}\t"
    return [f"{head}{ref}\t{n}\n" for _, ref, n, _, _ in owed]


def report_owed(owed: OwedReport) -> str:
    due, ref, n, number, outcome = owed
    return f"C\t{due}\t{ref}\t{n}\t{number}\t{ROWS[outcome]}\n"


def arrival_owed(owed: OwedArrival) -> str:
    due, ref, number, code, text = owed
    return f"H\t{due}\t{ref}\t{number}\t{escape(code)}\t{escape(text)}\n"


def arrival_settled(at: int, ref: int) -> str:
    return f"A\t{at}\t{ref}\n"


def encode(lines: Sequence[str]) -> bytes:
    # A lone surrogate may come in through JSON. It must not cost us the whole batch.
    return "".join(lines).encode("utf-8", "surrogatepass")


def fields_of(line: bytes) -> list[str]:
    """The fields of a line as they are written; read one that holds a text with `unescape`."""
    return line.decode("utf-8", "surrogatepass").rstrip("\n").split("\t")


def read_submitted(fields: Sequence[str]) -> Submitted:
    """The fields of an S line. Raises ValueError or KeyError if they are not."""
    _, at, ref, number, sender, place, message, outcome, text = fields
    no, total = place.split("/")
    read = Submitted(
        int(at),
        ref,
        int(number),
        unescape(sender),
        int(no),
        int(total),
        int(message),
        int(outcome),
        unescape(text),
    )
    COURSES[read.outcome]
    return read


def unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda pair: _MEANT[pair[1]], text)


def _escaped(texts: Sequence[str]) -> Sequence[str]:
    """Looked at together: as a rule there is nothing to escape in a whole batch."""
    joined = "".join(texts)
    return [escape(text) for text in texts] if _has_special(joined) else texts


def escape(text: str) -> str:
    return text.translate(_ESCAPED) if _has_special(text) else text


def _has_special(text: str) -> bool:
    return "\n" in text or "\\" in text or "\r" in text or "\t" in text
