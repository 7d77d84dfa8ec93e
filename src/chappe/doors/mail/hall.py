"""What all sessions of one mail door share: limits, seats, and who answers.

In: sessions that come. Out: a seat for each. Promise: those of `Seating`; mails under way are
bounded for each holder, and for all together.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Protocol

from chappe.doors.lobby.seating import Seating
from chappe.doors.lobby.show import Show
from chappe.doors.mail.limits import MailLimits
from chappe.doors.turn import Turn


class MailAnswerer(Protocol):
    """Who answers."""

    def take(self, turns: Sequence[Turn]) -> None:
        """Answer each of them, now or later."""


class MailHall(Seating):
    """Open as long as its door."""

    def __init__(
        self,
        answerer: MailAnswerer,
        names: Collection[str],
        counts: Counter[str],
        limits: MailLimits,
        show: Show | None,
    ) -> None:
        super().__init__(limits)
        self.answerer = answerer
        self.names = names
        self.limits = limits
        self.show = show  # for STARTTLS, where there is a certificate
        self.counts = counts  # what happened
