"""A URL of a customer's: whether it is one, and with parameters behind it.

In: a URL, parameters that are encoded already; or parameters, and how a text becomes octets. Out:
the URL that is called; the parameters, percent-encoded. Pure.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

_RESERVED = re.compile(rb"[^A-Za-z0-9_.~-]+")
_NOT_OF_URLS = frozenset(" \\\ufffd")  # the last is what an octet 0 was read as
_ESCAPES = [b"%%%02X" % octet for octet in range(256)]


def is_plain(url: str, most: int) -> bool:
    """http or https, with a host, in so many letters that travel."""
    if len(url) > most or not url.isprintable() or not _NOT_OF_URLS.isdisjoint(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def joined(url: str, encoded: str) -> str:
    """The URL's own query stays, its fragment never travels."""
    url = url.partition("#")[0]
    if "?" not in url:
        return f"{url}?{encoded}"
    return f"{url}{encoded}" if url[-1] in "?&" else f"{url}&{encoded}"


def urlencoded(given: Mapping[str, str], encode: Callable[[str], bytes]) -> str:
    """Names as they are, values escaped; most of these are numbers and codes, which stay too."""
    return "&".join(
        [
            f"{name}={value}"
            if not value or (value.isalnum() and value.isascii())
            else f"{name}={escaped(encode(value))}"
            for name, value in given.items()
        ]
    )


def escaped(raw: bytes) -> str:
    """Every octet but letters, digits and `_.~-` as an escape. The library's own looks at each
    octet by itself, which takes twice as long for a short text and more for a long one."""
    return _RESERVED.sub(_in_escapes, raw).decode("ascii")


def _in_escapes(found: re.Match[bytes]) -> bytes:
    run = found[0]
    if len(run) == 1:
        return _ESCAPES[run[0]]
    return b"".join([_ESCAPES[octet] for octet in run])
