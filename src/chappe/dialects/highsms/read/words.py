"""What a message says: `text` or `binary`, the values of its variables, and where `%URL%` leads.

In: a Said and its wishes. Out: Words, in the alphabet that they travel in, or an Error; a Target,
None where the message has no short URL. Line breaks become LF. Whether an address may be led to is
found out once its variables are filled in.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from chappe.dialects.highsms.read.call import URL_MARK, Said
from chappe.dialects.highsms.tables.letters import MARKS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.words import gsm7
from chappe.words.alphabet import Alphabet
from chappe.words.order import Target

_HEX = re.compile(r"(?:[0-9A-Fa-f]{4})+")
_UNICODE_WANTED = "8"

Values = Mapping[str, str]


class Words(msgspec.Struct, frozen=True):
    """A text with its variables. `values` has an entry per recipient, or is ()."""

    text: str
    alphabet: Alphabet
    values: Sequence[Values | None]
    shared: Values


def read_words(said: Said, wishes: Mapping[str, str]) -> Words | Error:
    """The text of a message; `missing` where it has none."""
    if said.binary:
        return _binary(said)
    if not said.text:
        return Error.missing
    owned = any(said.params)
    values = [_broken(own) for own in said.params] if owned else ()
    words = Words(broken(said.text), Alphabet.gsm, values, _broken(said.shared) or {})
    if wishes.get("datacoding") == _UNICODE_WANTED and not _fits(words):
        return replace(words, alphabet=Alphabet.ucs2)
    return words


def broken(text: str) -> str:
    """CR LF is one line break."""
    return text.replace("\r\n", "\n") if "\r" in text else text


def _broken(params: Values | None) -> Values | None:
    if not params:
        return None
    if not any("\r" in value for value in params.values()):
        return params
    return {name: broken(value) for name, value in params.items()}


def _fits(words: Words) -> bool:
    """Whether GSM 03.38 has every letter, once the document's own marks are read."""
    texts: Iterable[str] = (
        words.text,
        *words.shared.values(),
        *(value for own in words.values for value in (own or {}).values()),
    )
    return all(gsm7.LETTERS.issuperset(text.translate(MARKS)) for text in texts)


def _binary(said: Said) -> Words | Error:
    """UCS-2 in hex. Variables in hex belong to the text, those in letters to `target_url`."""
    text = unhexed(said.binary)
    if text is None:
        return Error.binary
    owned = any(said.params)
    values = [_unhexed_params(own) for own in said.params] if owned else ()
    return Words(text, Alphabet.ucs2, values, _unhexed_params(said.shared) or {})


def unhexed(given: str) -> str | None:
    """`0051` and `%00%51` are both Q; None for what is no UCS-2."""
    digits = given.replace("%", "")
    if not _HEX.fullmatch(digits):
        return None
    try:
        return bytes.fromhex(digits).decode("utf-16-be")
    except UnicodeDecodeError:
        return None


def _unhexed_params(params: Values | None) -> Values | None:
    found = {}
    for given_name, given_value in (params or {}).items():
        name = unhexed(given_name)
        value = unhexed(given_value) if given_value else ""
        if name and value is not None and name != URL_MARK:
            found[name] = value
    return found or None


def read_target(said: Said, wishes: Mapping[str, str], text: str) -> Target | None:
    """Only where the text has a place for the short URL."""
    url = wishes.get("target_url", "")
    if not url or URL_MARK not in text:
        return None
    params = [_own(one, said) for one in said.params] if any(said.params) else ()
    # However often it was escaped on its way: nobody means `&amp;` in an address.
    return Target(url.replace("&amp;", "&"), URL_MARK, params, _own(said.shared, said) or {})


def _own(params: Values | None, said: Said) -> Values | None:
    """Beside a `binary`, variables in hex belong to the text, those in letters to the address."""
    if not params or not said.binary:
        return params
    return {name: value for name, value in params.items() if not _is_hex(name, value)}


def _is_hex(name: str, value: str) -> bool:
    return bool(unhexed(name)) and (not value or unhexed(value) is not None)
