"""What reading, writing and telling all spell alike: a message as its customer knows it.

In: a message, a text. Out: the document's own spelling of it.
"""

import re

from chappe.dialects.highsms.tables.letters import CLOSEST_LATIN

LATIN = "iso-8859-1"
_BEYOND_LATIN = re.compile("[^\x00-\xff]")


def encoded(text: str, charset: str, quote: str = '"') -> bytes:
    """In the account's charset; `?` is for what has no letter close to it in ISO-8859-1. `quote` is
    how a `"` is written there, which a typographic one becomes."""
    if charset == LATIN:
        try:
            return text.encode(LATIN)
        except UnicodeEncodeError:
            text = _BEYOND_LATIN.sub(
                lambda found: CLOSEST_LATIN.get(found[0], "?").replace('"', quote), text
            )
    return text.encode(charset, "replace")
