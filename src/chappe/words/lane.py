"""Lanes: an account's callbacks to one origin share a lane, so that a dead endpoint holds up only
itself, and nobody's news stands in another account's way.

In: a URL and whose news it gets. Out: a number that tells the account by itself; 0 for no URL.
News that nobody paid for goes by a lane of its own beside it, since it is paced.
"""

import hashlib
from functools import lru_cache
from urllib.parse import urlsplit

FREE = 1  # the bit of a lane whose news costs nothing
_BITS = 33  # of the origin's hash and FREE
_ACCOUNTS = 1 << 30


@lru_cache(4096)
def lane_of(url: str, account: int) -> int:
    """63 bits: the account, a hash of scheme, host and port, and a bit that is not set."""
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
    """Where an account's lanes begin; the next account's end them."""
    return account % _ACCOUNTS << _BITS


def account_of(lane: int) -> int:
    """Whose lane it is."""
    return lane >> _BITS
