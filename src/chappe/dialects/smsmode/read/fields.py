"""The fields of a call.

In: a request. Out: its fields as text; what is empty is not given. The body wins over the query;
of doubled fields the first counts. Promise: nothing raises but TooMany.
"""

import codecs

from chappe.dialects.smsmode.tables.letters import LATIN_9, LATIN_9_IN_UNICODE
from chappe.dialects.smsmode.tables.paths import IN_UNICODE, UNICODE, VOICE
from chappe.words.exchange import Request
from chappe.words.parameters import form_pairs, query_pairs
from chappe.words.text import readable

_FILE = b"fichier"


def fields_of(request: Request, action: str) -> tuple[dict[str, str], bytes]:
    """And the file that came with them."""
    body, query = form_pairs(request), query_pairs(request.query)
    given: dict[bytes, bytes] = {}
    for name, value in (*body, *query):
        if value:
            given.setdefault(name, value)
    file = given.pop(_FILE, b"")
    is_text = action != VOICE  # a call has no class, whatever it says
    wide = action == UNICODE or (is_text and given.get(b"classe_msg") == IN_UNICODE.encode())
    texts = {name.decode("latin-1"): _text(value, wide) for name, value in given.items()}
    return {name: text for name, text in texts.items() if text}, file


def _text(value: bytes, wide: bool) -> str:
    if wide:
        try:
            return readable(value.decode().removeprefix("\ufeff"))
        except UnicodeDecodeError:
            return readable(latin9(value, LATIN_9_IN_UNICODE))
    return readable(latin9(value))


def latin9(value: bytes, letters: str = LATIN_9) -> str:
    """Any octets are some text."""
    return codecs.charmap_decode(value, "strict", letters)[0]
