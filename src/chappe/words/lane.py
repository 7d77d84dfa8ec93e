"""Lanes: an account's callbacks to one origin share a lane, so that a dead endpoint holds up only
itself, and nobody's news stands in another account's way.

In: a URL and whose news it gets. Out: a number that tells the account by itself; 0 for no URL.
News that nobody paid for goes by a lane of its own beside it, since it is paced.
"""

import hashlib
from urllib.parse import urlsplit

from chappe.words.remembered import remembered

FREE = 1  # the bit of a lane whose news costs nothing
_BITS = 33  # of the origin's hash and FREE
_ACCOUNTS = 1 << 30


_PORTS = {"http": 80, "https": 443}


@remembered(4_096)
def lane_of(url: str, account: int) -> int:
    """The lane of an account's calls to a URL, as 63 bits: the account, a hash of scheme, host and
    port, and the bit FREE, which is not set."""
    if not url:
        return 0
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.hostname}:{parts.port or ''}".lower()
    except ValueError:
        origin = url
    of_origin = int.from_bytes(hashlib.blake2b(origin.encode(), digest_size=4).digest())
    return first_lane(account) | of_origin << 1


def first_lane(account: int) -> int:
    """The least number that a lane of this account may have; the next account's is the first
    above."""
    return account % _ACCOUNTS << _BITS


def free_of(lane: int) -> int:
    """Stands for all lanes of the same account whose news costs nothing."""
    return first_lane(account_of(lane)) | FREE


def account_of(lane: int) -> int:
    """The account whose lane this is."""
    return lane >> _BITS


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as they may be shown: what else is in it may be a secret. ''
    where it has none that can be read."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return ""
    if not host:
        return ""
    return f"{parts.scheme}://[{host}]:{port}" if ":" in host else f"{parts.scheme}://{host}:{port}"
