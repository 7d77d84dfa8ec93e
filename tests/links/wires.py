"""What is under way between a link and a centre, so that a test knows when all is quiet.

In: both ends of each connection, watched. Out: whether all that was written is read.
"""

import asyncio
from typing import Any


class Wires:
    """All connections between the two."""

    def __init__(self) -> None:
        self.dialling = 0
        # By the address of the client's end: octets written and read at each end.
        self.pairs: dict[Any, dict[str, int]] = {}

    def count(self, name: Any, what: str, octets: int) -> None:
        pair = self.pairs.setdefault(name, {})
        pair[what] = pair.get(what, 0) + octets

    @property
    def quiet(self) -> bool:
        return not self.dialling and all(map(_is_quiet, self.pairs.values()))


def _is_quiet(pair: dict[str, int]) -> bool:
    if "frozen" in pair:
        return True
    ends = pair.get("link opened", 0), pair.get("centre opened", 0)
    closed = pair.get("link closed", 0), pair.get("centre closed", 0)
    if ends != (1, 1) or closed[0] != closed[1]:
        return False
    return closed == (1, 1) or (
        pair.get("link wrote", 0) == pair.get("centre read", 0)
        and pair.get("centre wrote", 0) == pair.get("link read", 0)
    )


_CLIENTS_NAME = {"link": "sockname", "centre": "peername"}


class End:
    """A tests.links.watched.Watcher: the end of a wire that is the `link`, or the `centre`."""

    def __init__(self, wires: Wires, which: str) -> None:
        self._wires = wires
        self._which = which
        self._name: Any = None

    def opened(self, transport: asyncio.BaseTransport) -> None:
        self._name = transport.get_extra_info(_CLIENTS_NAME[self._which])
        self._count("opened", 1)

    def read(self, octets: bytes) -> None:
        self._count("read", len(octets))

    def wrote(self, octets: bytes) -> None:
        self._count("wrote", len(octets))

    def closed(self) -> None:
        self._count("closed", 1)

    def freeze(self) -> None:
        """It neither reads nor writes any more, and nothing is waited for."""
        self._count("frozen", 1)

    def _count(self, what: str, octets: int) -> None:
        # A frozen wire is so whichever end froze.
        self._wires.count(self._name, what if what == "frozen" else f"{self._which} {what}", octets)
