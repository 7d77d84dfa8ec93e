"""The lines of the operator's log: one record a line, fields between tabs, UTF-8.

    B ms ref                                                  started; references go on from `ref`
    S ms ref number sender part/total message outcome text    a part was submitted
    R ms ref n                                                its n-th report was taken from us
    H due ref number code text                                a handset writes, at `due`
    A ms ref                                                  what it wrote was taken from us
    C due ref n number outcome                                a report still owed by an older log

In: records. Out: lines, and records again. Promise: any text comes back as it was, and a line
never holds a tab, a line feed or a carriage return of a text. The first letter is the version too:
a record of another form gets another letter. `outcome` is a key of `script.FATES`: it tells what
was answered, as a part may be judged otherwise by other weather.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from chappe.links.contract import Part, Verdict
from chappe.links.operator.script import FATES

OwedReport = tuple[int, int, int, int, int]
"""due, ref, n, number, outcome. Plain tuples: there may be a hundred thousand of them."""

OwedArrival = tuple[int, int, int, str, str]
"""due, ref, number, code, text."""

_ESCAPED: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_MEANT: Final = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_ESCAPE: Final = re.compile(r"\\(.)")


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
        return FATES[self.outcome].verdict


def begun(at: int, ref: int) -> str:
    return f"B\t{at}\t{ref}\n"


def submitted(at: int, ref: int, part: Part, outcome: int) -> str:
    return (
        f"S\t{at}\t{ref}\t{part.number}\t{_escape(part.sender)}\t{part.no}/{part.total}"
        f"\t{part.message}\t{outcome:02}\t{_escape(part.text)}\n"
    )


def report_taken(at: int, owed: OwedReport) -> str:
    return f"R\t{at}\t{owed[1]}\t{owed[2]}\n"


def report_owed(owed: OwedReport) -> str:
    due, ref, n, number, outcome = owed
    return f"C\t{due}\t{ref}\t{n}\t{number}\t{outcome:02}\n"


def arrival_owed(owed: OwedArrival) -> str:
    due, ref, number, code, text = owed
    return f"H\t{due}\t{ref}\t{number}\t{_escape(code)}\t{_escape(text)}\n"


def arrival_taken(at: int, owed: OwedArrival) -> str:
    return f"A\t{at}\t{owed[1]}\n"


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
    FATES[read.outcome]
    return read


def unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda pair: _MEANT[pair[1]], text)


def _escape(text: str) -> str:
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return text.translate(_ESCAPED)
    return text
