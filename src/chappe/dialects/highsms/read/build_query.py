"""PHP's `http_build_query`, letter for letter: signatures are made over what it writes.

In: JSON as it was decoded, or flat parameters as bytes. Out: the query. Nested values get their
path in brackets, what is null or empty of members is left out, and the order is that of the input.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

_PLAIN = re.compile(r"[A-Za-z0-9._-]*")
_DIGITS = 14  # PHP's own `precision`, which nobody changes
_LONG = range(-(1 << 63), 1 << 63)  # PHP decodes what is beyond as a float


def build_query(fields: Mapping[str, Any]) -> bytes:
    """The query of fields that may hold lists and objects."""
    pairs: list[str] = []
    for name, value in fields.items():
        _add(_encoded(name), value, pairs)
    return "&".join(pairs).encode("ascii")


def build_flat_query(fields: Mapping[bytes, bytes]) -> bytes:
    """The query of parameters without structure; whatever their bytes mean, they are kept."""
    return "&".join(
        [f"{_encoded(name)}={_encoded(value)}" for name, value in fields.items()]
    ).encode("ascii")


def _add(name: str, value: Any, pairs: list[str]) -> None:
    if type(value) is str:
        pairs.append(f"{name}={_encoded(value)}")
    elif type(value) is dict:
        for key, inner in value.items():
            _add(f"{name}%5B{_encoded(key)}%5D", inner, pairs)
    elif type(value) is list:
        for index, inner in enumerate(value):
            _add(f"{name}%5B{index}%5D", inner, pairs)
    elif value is not None:
        pairs.append(f"{name}={_encoded(shown(value) or '0')}")


def _encoded(text: str | bytes) -> str:
    """Only letters, digits and `-_.` stay as they are; Python would let `~` stay as well."""
    if type(text) is str and _PLAIN.fullmatch(text):
        return text
    return quote_plus(text, safe="").replace("~", "%7E")


def shown(value: Any) -> str:
    """What PHP makes of a scalar where it needs a text; `false` and null are an empty one."""
    if type(value) is str:
        return value
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if type(value) is int and value in _LONG:
        return str(value)
    return _of_float(float(value)) if isinstance(value, int | float) else "Array"


def _of_float(number: float) -> str:
    """`%.14G` as PHP has it: a lone digit gets its `.0`, an exponent no leading zero."""
    text = f"{number:.{_DIGITS}G}"
    digits, mark, exponent = text.partition("E")
    if not mark:
        return text
    point = digits if "." in digits else f"{digits}.0"
    return f"{point}E{exponent[0]}{exponent[1:].lstrip('0')}"
