"""Shortening URLs: where each recipient's leads, its placeholder in the text, and its code.

In: a letter's target with variables; later the messages' numbers. Out: targets, and texts with
their short URLs. Promise: the text is counted with letters that stand in for the code, as many as
it has; a target is an http or https URL that may stand in a header, of a host that may be led to.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address
from string import ascii_lowercase
from urllib.parse import quote, unquote

from msgspec.structs import replace

from chappe.engine.personalise import Template
from chappe.store.contract import DraftLetter, ShortUrls
from chappe.words.order import Target
from chappe.words.remembered import remembered
from chappe.words.tiny import Codes, capacity, length_beside

_TARGET_MOST = 4_000
_AGES = 16  # how often numbers may pass a length's capacity until its codes come back for good
_LAST = 2**63 - 1  # no message has a greater number, and no store could look for it

# In a value these are no borders of the URL; whatever else is neither letter nor digit is encoded.
_AS_IT_IS = "/:@,"
# In a URL as a whole: all that may stand in one.
_STRUCTURE = "!$%&'()*+,/:;=?@[]#~"

_FRONT = re.compile(r"((?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://)?[^/?#]*)(.*)", re.DOTALL)
_PLACE = re.compile(
    r"(?:(?:(https?):)?(//))?(\[[0-9a-f:.]+\]|[^:@\[\]]+)(?::([0-9]{1,5}))?", re.IGNORECASE
)
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE)
_NUMERIC = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)\.?", re.IGNORECASE)
_NAME_MOST = 253
_HERE = "127.0.0.1"

# Whether somebody may be led to this address, which is written out.
MayLead = Callable[[str], bool]


class Tinies:
    """The short URLs of one installation. Without a domain it makes none, yet it still leads by
    those that were made before."""

    def __init__(self, kept: ShortUrls, key: bytes, domain: str, may_lead: MayLead) -> None:
        self.kept = kept
        self.domain = domain
        self.codes = Codes(key)
        self._length = length_beside(domain)
        self._may_lead = may_lead
        # No code is a word of letters alone, and nobody can guess this one to have it replaced.
        word = "".join(secrets.choice(ascii_lowercase) for _ in range(self._length))
        self.stand_in = f"{domain}/{word}"

    def numbers(self, code: str) -> Sequence[int]:
        """The messages that a code may stand for; none where it is no code of ours."""
        number = self.codes.number(code)
        if number is None:
            return ()
        step = capacity(len(code))
        return range(number, min(number + _AGES * step, _LAST + 1), step)

    def leads(self, target: Target, count: int) -> list[str] | None:
        """Where each recipient's short URL leads; None where one leads to no place that is
        allowed."""
        template = Template(target.url)
        if target.values:
            each = ({**target.shared, **(own or {})} for own in target.values)
            found = [self._lead(template, values) for values in each]
        else:
            found = [self._lead(template, target.shared)] * count
        return found if all(found) else None

    def _lead(self, template: Template, values: Mapping[str, str]) -> str:
        """One recipient's target, filled and written out; '' where it leads nowhere."""
        segments = template.segments(values)
        if sum(map(len, segments)) > 2 * _TARGET_MOST:
            return ""
        start = 1 if segments[0] else 3  # a variable in front is the address, not a part of one
        segments[start::2] = [_encoded(value, _AS_IT_IS) for value in segments[start::2]]
        found = _FRONT.fullmatch("".join(segments).strip())
        if found is None:
            return ""
        front, rest = _front(found[1], self._may_lead), found[2]
        if not front:
            return ""
        url = front + _encoded(rest if rest.startswith("/") else f"/{rest}", _STRUCTURE)
        return url if len(url) <= _TARGET_MOST else ""

    def filled(self, letter: DraftLetter) -> DraftLetter:
        """The letter with its short URLs, now that the messages' numbers are known."""
        code, length, prefix, stand_in = self.codes.code, self._length, self.domain, self.stand_in
        last = letter.first + len(letter.numbers)
        shorts = [f"{prefix}/{code(number, length)}" for number in range(letter.first, last)]
        text, texts = letter.text, letter.texts
        if texts:
            texts = [own.replace(stand_in, short) for own, short in zip(texts, shorts, strict=True)]
        elif len(shorts) == 1:
            text = text.replace(stand_in, shorts[0])
        else:
            texts = [text.replace(stand_in, short) for short in shorts]
            text = letter.asked.text
        targets = [target for _, target in letter.tinies]
        return replace(letter, text=text, texts=texts, tinies=[*zip(shorts, targets, strict=True)])


def _encoded(text: str, kept: str) -> str:
    return quote(text, safe=kept, errors="replace")


@remembered(1_024)
def _front(given: str, may_lead: MayLead) -> str:
    """Scheme and host as a URL has them; '' where they lead nowhere. All targets of a letter mostly
    share them, so they are remembered."""
    place = _PLACE.fullmatch(given)
    if place is None:
        return ""
    scheme, slashes, host, port = place.groups()
    host = _host(unquote(host), may_lead)
    if not host or not (port is None or 0 < int(port) < 65_536):
        return ""
    if not slashes and "." not in host:
        return ""  # `tel:0612` would be a host and a port otherwise
    return f"{(scheme or 'https').lower()}://{host}{f':{port}' if port else ''}"


def _host(given: str, may_lead: MayLead) -> str:
    """A host name or an address that may be led to, in any spelling that browsers take; else ''."""
    if given.startswith("["):
        try:
            address = str(IPv6Address(given[1:-1]))
        except ValueError:
            return ""
        return f"[{address}]" if may_lead(address) else ""
    try:
        name = given if given.isascii() else given.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    if len(name) > _NAME_MOST or not _NAME.fullmatch(name):
        return ""
    if _NUMERIC.fullmatch(name):
        try:
            IPv4Address(name)
        except ValueError:
            return ""  # `127.1` is one to a browser, in a spelling that nobody uses in good faith
        return name if may_lead(name) else ""
    local = f".{name.lower().removesuffix('.')}".endswith(".localhost")
    return name if not local or may_lead(_HERE) else ""
