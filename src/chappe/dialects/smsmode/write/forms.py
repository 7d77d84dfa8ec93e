"""Lines of sMsmode: fields with pipes between them, in ISO-8859-15, a line feed at the end.

In: what is said. Out: responses, and fields that hold no pipe.
"""

from collections.abc import Iterable

from chappe.dialects.smsmode.tables.errors import sentence
from chappe.words.exchange import Response

TYPE = "text/plain; charset=ISO-8859-15"
_ENCODING = "iso-8859-15"
BETWEEN = " | "
# Some readers end a line at any control character but the tab.
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\t")}
_FIT = dict.fromkeys(_CONTROLS, "?") | str.maketrans({"|": "/", "\n": " ", "\r": " "})


def line(*fields: object) -> Response:
    """One line."""
    return text(joined(fields))


def text(said: str) -> Response:
    return Response(encoded(said) + b"\n", TYPE)


def encoded(said: str) -> bytes:
    """What it lacks becomes `?`."""
    return said.encode(_ENCODING, "replace")


def coded(action: str, code: int, *fields: object) -> Response:
    """A code, what it means for that call, and more."""
    return line(code, sentence(action, code), *fields)


def joined(fields: Iterable[object]) -> str:
    return BETWEEN.join(map(str, fields))


def fit(said: str) -> str:
    """A text as a field: a line break, of however many octets, is one blank."""
    return said.replace("\r\n", "\n").translate(_FIT)
