"""While a store takes nothing: since when, why in plain words, and a line in the log a minute.

In: how commits end. Out: words for whoever watches, lines for whoever reads the log. Promise: it is
loud from the first commit that failed to the first one that wrote again, and never louder than a
line a minute, however often that changes.
"""

import logging
from time import monotonic

log = logging.getLogger("chappe.store")

_EVERY_S = 60.0
# What stands in a fault -> what a stranger may know of it: no names, no addresses.
_WORDS = (
    ("removed or replaced", "its file was removed or replaced"),
    ("damaged", "it is damaged"),
    ("not a database", "it is damaged"),
    ("locked", "another program holds it"),
    ("busy", "another program holds it"),
    ("read-only", "it may only be read"),
    ("readonly", "it may only be read"),
    ("disk I/O", "its disk fails"),
    ("full", "its disk is full"),
    ("No space left", "its disk is full"),
)
_ELSE = "it does not answer"


class Absence:
    """One for each store. `says` is '' while it takes what it is given."""

    def __init__(self) -> None:
        self.says = ""
        self._since = 0.0
        self._next_line = 0.0
        self._is_told = False

    def goes_on(self, fault: BaseException) -> None:
        """A commit failed."""
        now = monotonic()
        text = str(fault)
        if not self.says:
            self._since = now
        self.says = next((words for mark, words in _WORDS if mark in text), _ELSE)
        if now >= self._next_line:
            self._next_line = now + _EVERY_S
            self._is_told = True
            log.error("the store takes nothing, every message is answered 'not now': %s", text)

    def end(self) -> None:
        """Something was written."""
        if self.says and self._is_told:
            log.error("the store is back after %d s", monotonic() - self._since)
        self.says, self._is_told = "", False
