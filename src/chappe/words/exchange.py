"""What crosses a door: a request and its response, and the call we make back with its outcome.

In: nothing. Out: values that a door fills with bytes and a dialect gives meaning to.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import BinaryIO, NamedTuple, TypeVar

import msgspec

from chappe.words.answer import Refusal

P = TypeVar("P")

MAIL = "MAIL"  # the method of what came by mail
Stream = AsyncGenerator[bytes, None]


class File(NamedTuple):
    """A file that came, open, and too large to be held."""

    source: BinaryIO
    at: int  # when it is looked into


class Request(msgspec.Struct, frozen=True):
    """One request as it came, undecoded. Header names are lower case; `path` starts with '/', or is
    a mail's local part and its '@', or the ending of a file's name."""

    method: str
    path: str
    query: bytes = b""
    headers: Mapping[str, str] = {}
    body: bytes = b""
    peer: str = ""
    file: File | None = None  # in the place of a body


class Response(msgspec.Struct, frozen=True):
    """What a door sends back. `type` is the whole Content-Type; `headers` are extra ones."""

    body: bytes = b""
    type: str = "text/plain"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    # In the place of a body that is too long to be held: its pieces, as they are made. Where that
    # fails half-way, whoever reads them is cut off, so that they notice.
    stream: Stream | None = None
    refusal: Refusal | None = None  # what it words, where something was refused


class Call(msgspec.Struct, frozen=True):
    """A request that we owe to a customer's URL. `type` is empty where there is no body."""

    method: str
    url: str
    body: bytes = b""
    type: str = ""
    trace: str = ""  # that it belongs to


class Heard(msgspec.Struct, frozen=True):
    """What came of a call: an HTTP answer, or `status` 0 and the fault in plain words. If it was
    not `tried`, the fault is ours, and the customer's server was never asked."""

    status: int
    body: bytes = b""
    fault: str = ""
    tried: bool = True


async def turned(pieces: AsyncGenerator[P, None], turn: Callable[[P], bytes]) -> Stream:
    """Each piece turned into octets beside the loop. One is held at a time, whoever reads them and
    however slowly; whoever stops closes what they come from."""
    async with contextlib.aclosing(pieces):
        async for piece in pieces:
            octets = await asyncio.to_thread(turn, piece)
            del piece  # before the next one is made
            yield octets
