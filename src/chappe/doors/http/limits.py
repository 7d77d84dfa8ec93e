"""The bounds of an HTTP door. In: nothing. Out: one value; nothing of the door is unbounded."""

import msgspec

MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True):
    """Sizes are bytes, times are seconds; what is said of excess is said beside each."""

    body: int = 32 * MIB  # 413
    line: int = MIB  # the request line: 414
    head: int = 64 * 1024  # all header fields, and all trailers: 431
    bodies_total: int = 256 * MIB  # bodies held for all connections together: 503
    connections: int = 4096  # 503
    idle_s: float = 75  # between requests: closed
    head_s: float = 20  # for a whole head, from its first byte: closed
    body_s: float = 300  # for a whole body, and for a client that does not read: closed
    pipelined: int = 16  # requests that wait for the one being answered: no longer read
