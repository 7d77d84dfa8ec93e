"""The fields of a call.

In: a request. Out: its fields as text; what is empty is not given, but for the sender. Promise:
nothing raises but TooMany.
"""

import codecs

from chappe.dialects.isendpro.tables.letters import IN_TEXTS, LATIN_9
from chappe.words.exchange import Request
from chappe.words.parameters import form_pairs, query_pairs
from chappe.words.text import readable

_BOM = b"\xef\xbb\xbf"
_MAY_BE_EMPTY = b"emetteur"
_TEXT, _NO_TEXT = b"sms", b"smslong"


def fields_of(request: Request) -> dict[str, str]:
    """Query and body as one; the body wins, and of doubled ones the last."""
    pairs = query_pairs(request.query) + form_pairs(request)
    given = {name: value for name, value in pairs if value or name == _MAY_BE_EMPTY}
    wide = given.get(b"ucs2") == b"1"
    return {name.decode("latin-1"): _decoded(name, value, wide) for name, value in given.items()}


def _decoded(name: bytes, value: bytes, wide: bool) -> str:
    """What is UTF-8 and has no letters but those of the west is that: many encode their texts so
    whatever they say."""
    if value.isascii():
        return readable(value.decode("ascii"))
    plain = value.removeprefix(_BOM)
    try:
        text = plain.decode()
        if not wide:
            text.encode("cp1252")
    except UnicodeError:
        is_text = name.startswith(_TEXT) and name != _NO_TEXT
        return codecs.charmap_decode(value, "strict", IN_TEXTS if is_text else LATIN_9)[0]
    return readable(text)
