"""The certificate of the doors: read at the start and at each SIGHUP, shown to whoever comes next.

In: two files in PEM. Out: what TLS needs of them, and when they end. Promise: what does not fit is
one sentence, and then the doors go on showing what they have; whoever is in stays in.
"""

import re
import ssl
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

_FIRST = re.compile(rb"-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----(.*?)-----END", re.DOTALL)
_PEM_MOST = 1_000_000
# Of DER: what opens the version, which may be absent, and a date with a year of four digits.
_VERSION: Final = 0xA0
_FULL_DATE: Final = 0x18
_LONG: Final = 0x80


class NoCertificate(Exception):
    """Why a certificate can't be used with its key: one sentence."""


class Loaded(NamedTuple):
    """A certificate that fits its key; `mark` tells it from others."""

    context: ssl.SSLContext
    ends: datetime
    mark: bytes


class Certificate:
    """What the doors show, as long as they are open."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded

    @property
    def mark(self) -> bytes:
        return self._loaded.mark

    def context(self) -> ssl.SSLContext:
        """For a handshake that begins now."""
        return self._loaded.context

    def renew(self, loaded: Loaded) -> None:
        """From the next handshake on."""
        self._loaded = loaded


def load(cert: Path, key: Path) -> Loaded:
    mark = sha256(b"".join(sha256(_content(path)).digest() for path in (cert, key))).digest()
    # A context of its own: one that is in use would be left with half of what does not fit.
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # Nobody is asked for a passphrase: a server has nobody to ask.
        context.load_cert_chain(cert, key, password="")
        return Loaded(context, end_of(cert), mark)
    except (OSError, ValueError) as fault:
        why = fault.reason if isinstance(fault, ssl.SSLError) else "it is no PEM file of that kind"
        if why == "KEY_VALUES_MISMATCH":
            raise NoCertificate(f"{key} does not belong to {cert}: name its own key.") from fault
        raise NoCertificate(f"{cert} and {key} can't be used: {why}.") from fault


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_PEM_MOST + 1)
    except OSError as fault:
        raise NoCertificate(f"{path} can't be read: {fault.strerror or 'unreadable'}.") from fault
    if len(content) > _PEM_MOST:
        raise NoCertificate(f"{path} can't be used: it has more than {_PEM_MOST} octets.")
    return content


def end_of(cert: Path) -> datetime:
    """When the first certificate of a file ends. The library that could tell takes 15 MiB, so the
    few fields before that date are stepped over here."""
    found = _FIRST.search(cert.read_bytes())
    if found is None:
        raise ValueError("no certificate")
    der = b64decode(found[1])
    try:
        return _end_in(der)
    except IndexError as fault:
        raise ValueError("no certificate") from fault


def _end_in(der: bytes) -> datetime:
    at = _field(der, _field(der, 0).start).start  # what is signed, of what is there
    if der[at] == _VERSION:
        at = _field(der, at).end
    for _ in ("serial number", "algorithm", "issuer"):
        at = _field(der, at).end
    begins = _field(der, _field(der, at).start)
    ends = _field(der, begins.end)
    date = der[ends.start : ends.end].decode("ascii")
    if der[begins.end] != _FULL_DATE:
        date = f"{'20' if date < '5' else '19'}{date}"
    return datetime.strptime(date, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


class _Field(NamedTuple):
    """Where the content of a field of DER begins and ends."""

    start: int
    end: int


def _field(der: bytes, at: int) -> _Field:
    length, start = der[at + 1], at + 2
    if length & _LONG:
        octets = length ^ _LONG
        length = int.from_bytes(der[start : start + octets], "big")
        start += octets
    return _Field(start, start + length)
