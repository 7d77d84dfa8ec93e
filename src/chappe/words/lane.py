"""Lanes: callbacks to one origin share a lane, so that a dead endpoint holds up only itself.

In: a URL. Out: a number for its scheme, host and port; 0 for none.
"""

import hashlib
from functools import lru_cache
from urllib.parse import urlsplit


@lru_cache(4096)
def lane_of(url: str) -> int:
    """63 bits of a hash: two origins do not meet by chance."""
    if not url:
        return 0
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.hostname}:{parts.port or ''}".lower()
    except ValueError:
        origin = url
    return int.from_bytes(hashlib.blake2b(origin.encode(), digest_size=8).digest()) >> 1
