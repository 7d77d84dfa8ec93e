"""What is done in C where a compiler was found at the installation; all works without it.

`sockets`: sockets read and written outside of the interpreter's lock (`doors.lobby.sockets`).
`codecs`: the PDUs and receipts that come by the thousand (`links.smpp`).
`hand`: statements run beside the interpreter (`store.sqlite_hand`).
Neither decides anything: what they don't take as usual goes the way that is written in Python.
"""

from importlib.util import find_spec

PARTS = ("sockets", "codecs", "hand")


def missing() -> list[str]:
    """Those that could not be built."""
    return [part for part in PARTS if find_spec(f"{__name__}.{part}") is None]
