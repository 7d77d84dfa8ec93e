"""Many short texts, held in few long ones: a million numbers weigh what their digits do.

In: texts without the octet 0, one by one. Out: the same, by their place or some at a time. Promise:
to give some is a short step, as all other threads wait for it.
"""

from collections.abc import Iterator

_TOGETHER = 100_000  # long enough to be a block of the system's own, which gets it back at once
_STRETCH = 1 << 17  # letters that are taken apart in one step
_BETWEEN = "\0"  # what no XML can hold


class Texts:
    """Grows until its document ends."""

    def __init__(self) -> None:
        self._full: list[str] = []
        self._last: list[str] = []

    def append(self, text: str) -> None:
        self._last.append(text)
        if len(self._last) == _TOGETHER:
            self._full.append(_BETWEEN.join(self._last))
            self._last = []

    def __len__(self) -> int:
        return len(self._full) * _TOGETHER + len(self._last)

    def __getitem__(self, place: int) -> str:
        held, inner = divmod(place, _TOGETHER)
        return (self._full[held].split(_BETWEEN) if held < len(self._full) else self._last)[inner]

    def some(self) -> Iterator[list[str]]:
        """All of them, some at a time."""
        for full in self._full:
            yield from _apart(full)
        if self._last:
            yield self._last


def _apart(full: str) -> Iterator[list[str]]:
    at = 0
    while at <= len(full):
        end = full.find(_BETWEEN, at + _STRETCH)
        end = end if end >= 0 else len(full)
        yield full[at:end].split(_BETWEEN)
        at = end + 1
