"""What a link met and did not expect: counted, and logged at most once a kind and minute.

In: a kind and how often. Out: counts, and lines of the log. Promise: no line holds a text, a
number or a password.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

from chappe.links.smpp.conversation.events import Oddities
from chappe.words.clock import MINUTE, Clock

log = logging.getLogger("chappe.links")

KINDS: Final[Mapping[str, str]] = {
    # of a conversation; these are the fields of Oddities
    "strays": "answers to nothing that was asked, or too late",
    "broken": "PDUs that could not be read",
    "unknown": "commands that SMPP 3.4 does not know",
    "misplaced": "requests that do not belong in such a session",
    "crowded": "requests beyond what is kept unanswered",
    # of what was said
    "unnamed": "submits taken without an id: no receipt will find them",
    "unexplained": "statuses that stand in no table: `statuses` of the link may explain them",
    "unheard_of": "states of receipts that stand in no table",
    "idless": "receipts without an id",
    "overlong": "receipts whose id is longer than any id can be: they count as having none",
    "unreadable": "receipts and replies that could not be taken, for a fault of ours",
    "strangers": "replies from what is no phone number",
    "replies": "replies beyond what is kept in a second: they are to come again",
    "gaps": "replies of which a piece never came",
    "unfit": "parts that could not be written for this operator",
}


class Strange:
    """The oddities of one link."""

    def __init__(self, link: str, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._silent_until: dict[str, int] = {}

    def note(
        self, kind: str, count: int = 1, detail: str = "", fault: Exception | None = None
    ) -> None:
        """It happened; `detail` is a code of the protocol, never what somebody wrote."""
        self._counts[kind] += count
        now = self._clock.steady()
        if now < self._silent_until.get(kind, now):
            return
        self._silent_until[kind] = now + MINUTE
        what = f"{KINDS[kind]} ({detail})" if detail else KINDS[kind]
        so_far = self._counts[kind]
        log.warning("link %s met %s; %d so far", self._link, what, so_far, exc_info=fault)

    def take(self, oddities: Oddities) -> None:
        """Count what a conversation passed over since it was last asked."""
        for kind, count in msgspec.structs.asdict(oddities).items():
            if count:
                setattr(oddities, kind, 0)
                self.note(kind, count)

    def counts(self) -> Mapping[str, int]:
        return dict(self._counts)
