"""What crosses a door: a request and its response, and the call we make back with its outcome.

In: nothing. Out: values that a door fills with bytes and a dialect gives meaning to.
"""

from collections.abc import Mapping

import msgspec


class Request(msgspec.Struct, frozen=True):
    """One request as it came, undecoded. Header names are lower case; `path` starts with '/'."""

    method: str
    path: str
    query: bytes = b""
    headers: Mapping[str, str] = {}
    body: bytes = b""
    peer: str = ""


class Response(msgspec.Struct, frozen=True):
    """What a door sends back. `type` is the whole Content-Type; `headers` are extra ones."""

    body: bytes
    type: str = "text/plain"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Call(msgspec.Struct, frozen=True):
    """A request that we owe to a customer's URL. `type` is empty where there is no body."""

    method: str
    url: str
    body: bytes = b""
    type: str = ""


class Heard(msgspec.Struct, frozen=True):
    """What came of a call: an HTTP answer, or `status` 0 and the fault in plain words. If it was
    not `tried`, the fault is ours, and the customer's server was never asked."""

    status: int
    body: bytes = b""
    fault: str = ""
    tried: bool = True
