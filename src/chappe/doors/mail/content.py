"""The octets of one mail, between DATA and the dot.

In: bytes in pieces of any size. Out: the mail as its sender wrote it, and how far it reaches.
Promises: it ends at CR LF . CR LF and at nothing else, so that nobody else can see another end in
the same octets; the same mail however the octets were cut; what is too much is dropped as it comes.
"""

END = b"\r\n.\r\n"
_STUFFED, _PLAIN = b"\r\n.", b"\r\n"
# Before a beginning of END that may be one, or not, nothing is decided.
_BEGINNINGS = tuple(END[:size] for size in range(len(END) - 1, 0, -1))


class Content:
    """`seen` counts all that came; once there is too much to keep, nothing is."""

    __slots__ = ("_body", "_most", "_rest", "done", "dropped", "is_too_large", "seen")

    def __init__(self, most: int) -> None:
        self._most = most
        self._body = bytearray()
        self._rest = _PLAIN  # a dot may stand on the first line, so a break stands before it
        self.seen = 0
        self.done = False
        self.dropped = False
        self.is_too_large = False

    @property
    def held(self) -> int:
        """How many octets are kept."""
        return len(self._body)

    @property
    def body(self) -> bytes:
        """The mail; the break before its first line is ours."""
        return bytes(memoryview(self._body)[len(_PLAIN) :])

    def drop(self) -> None:
        """Keep nothing of it from now on."""
        self.dropped = True
        self._body = bytearray()

    def feed(self, piece: bytes | bytearray) -> bytes:
        """Take what belongs to the mail; what follows it is given back."""
        octets = self._rest + piece
        end = octets.find(END)
        if end >= 0:
            self.done = True
            reach = end + len(_PLAIN)
            after = bytes(octets[end + len(END) :])
        else:
            reach = len(octets) - _begun(octets)
            after = b""
        self.seen += len(piece) - len(after)
        self._rest = bytes(octets[reach:])
        if not self.dropped:
            self._keep(octets[:reach])
        return after

    def _keep(self, octets: bytes | bytearray) -> None:
        self._body += octets.replace(_STUFFED, _PLAIN)
        if len(self._body) > self._most + len(_PLAIN):
            self.is_too_large = True
            self.drop()


def _begun(octets: bytes | bytearray) -> int:
    """How many octets at the end may be the beginning of the mail's."""
    return next((len(one) for one in _BEGINNINGS if octets.endswith(one)), 0)
