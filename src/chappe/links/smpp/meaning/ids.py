"""An operator's ids in one form, though it writes them in several.

In: ids as they stand in a submit_sm_resp and in receipts. Out: `plain`, the one form in which an
id is kept, and the few kept forms that another writing of it may have. Promise: what is kept does
not depend on the setting, so changing it strands no message; and the two lists agree: `r` is in
`answer_refs(a)` exactly if `a` is in `receipt_refs(r)`.

An id is written plainly without blanks, zeros or `0x` before it, in small letters. An operator may
then still answer in hexadecimal and report in decimal, or the other way round, and of a text of
digits alone nobody can tell which it is. So a receipt is looked up under a few refs, in order,
the first that is known being the one:

| form | means                     | only digits: n         | with a to f: x | other |
|------|---------------------------|------------------------|----------------|-------|
| auto | nothing is known          | n, hex of n, n as hex  | x, x as hex    | as is |
| hex  | answers are hexadecimal   | hex of n, n            | x              | as is |
| dec  | answers are decimal       | n, n as hex            | x as hex       | as is |

where `hex of n` is the decimal n written in hexadecimal, and `x as hex` the hexadecimal x written
in decimal. A receipt that comes before its answer is parked under its plain id, and found there by
`answer_refs`.
"""

import re
from typing import Final, Literal

from chappe.words.remembered import remembered

IdForm = Literal["auto", "hex", "dec"]

ID_MAX: Final = 64
"""No PDU of SMPP 3.4 has room for a longer id, but an optional parameter may hold 64 KiB. What is
longer is no id of ours: it is not kept, and nothing is looked up by it."""

_HEX: Final = re.compile("[0-9a-f]+")
_DIGITS_MAX: Final = 80  # no id is longer, and a number of a million digits takes long to write


def plain(raw: str) -> str:
    """The one form of an id; empty where there is none."""
    if raw[:1] != "0" and raw.isdecimal() and raw.isascii():
        return raw
    text = raw.strip(" \t\r\n\0").lower()
    if text.startswith("0x") and _HEX.fullmatch(text, 2):
        text = text[2:]
    return text.lstrip("0") or text[:1]


# An id comes in an answer and soon afterwards in a receipt.
@remembered(4_096)
def receipt_refs(ref: str, form: IdForm = "auto") -> tuple[str, ...]:
    """The kept ids that a receipt with this plain id may mean, the likeliest first."""
    digits = _is_decimal(ref)
    if not digits and not _is_hex(ref):
        return (ref,)
    if form == "hex":
        return _each(_to_hex(ref), ref) if digits else (ref,)
    if form == "dec":
        return _each(ref, _to_decimal(ref)) if digits else (_to_decimal(ref),)
    return _each(ref, *([_to_hex(ref)] if digits else []), _to_decimal(ref))


def answer_refs(ref: str, form: IdForm = "auto") -> tuple[str, ...]:
    """The plain ids under which a receipt for this kept id may have been parked."""
    if form == "auto":
        return receipt_refs(ref)
    digits = _is_decimal(ref)
    if not digits and not _is_hex(ref):
        return (ref,)
    if form == "hex":
        return _each(_to_decimal(ref), ref)
    return _each(ref, _to_hex(ref)) if digits else ()


class Ids:
    """One link's ids: what its operator was seen to write decides what is looked up first.

    A letter in an answer says that answers are hexadecimal, one in a receipt that receipts are.
    With `auto` that changes the order of the refs, never which they are: an operator that is
    several behind one door is still understood.
    """

    def __init__(self, form: IdForm = "auto") -> None:
        self.form = form
        self._answers_hex = False
        self._receipts_hex = False

    def answered(self, raw: str) -> str:
        """The ref to keep for an id in an answer to a submit."""
        ref = plain(raw)
        if not self._answers_hex:
            self._answers_hex = _shows_hex(ref)
        return ref

    def parked(self, ref: str) -> tuple[str, ...]:
        """The refs under which a receipt that came first may wait; () is this one alone."""
        refs = answer_refs(ref, self.form)
        return () if refs == (ref,) else refs

    def reported(self, raw: str) -> tuple[str, ...]:
        """The refs to look up for an id in a receipt."""
        return self.meant(plain(raw))

    def meant(self, ref: str) -> tuple[str, ...]:
        """The same for its plain form."""
        if not self._receipts_hex:
            self._receipts_hex = _shows_hex(ref)
        if self.form == "auto" and self._answers_hex == self._receipts_hex:
            return receipt_refs(ref)
        refs = receipt_refs(ref, self.form)
        if self.form != "auto" or not _is_decimal(ref):
            return refs
        return _each(_to_hex(ref) if self._answers_hex else _to_decimal(ref), *refs)


def _shows_hex(ref: str) -> bool:
    return not ref.isdecimal() and _is_hex(ref)


def _is_decimal(ref: str) -> bool:
    return ref.isdecimal() and ref.isascii() and len(ref) <= _DIGITS_MAX


def _is_hex(ref: str) -> bool:
    return len(ref) <= _DIGITS_MAX and _HEX.fullmatch(ref) is not None


def _to_hex(decimal: str) -> str:
    return f"{int(decimal):x}"


def _to_decimal(hexadecimal: str) -> str:
    return str(int(hexadecimal, 16))


def _each(*refs: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(refs))
