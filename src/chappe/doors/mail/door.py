"""The mail door: SMTP, with STARTTLS where there is a certificate. It takes; it never sends.

In: sockets. Out: each mail as a request, to whoever answers it, and whether it was kept back to the
client. Promises: a mail is answered 250 once all that came of it is durable, and told to come again
where that could not be; only our own names are taken, whatever the domain; everything is bounded by
`Limits`; what was being answered when the door drains is answered.
"""

from collections import Counter
from collections.abc import Collection

from chappe.doors.lobby.listening import Listening
from chappe.doors.lobby.show import Show
from chappe.doors.mail.connection import MailConnection
from chappe.doors.mail.hall import MailAnswerer, MailHall
from chappe.doors.mail.limits import MailLimits

__all__ = ["MailDoor", "MailLimits"]


class MailDoor:
    """Begins with `listen`; ends with `drain`."""

    def __init__(
        self,
        answerer: MailAnswerer,
        names: Collection[str],
        counts: Counter[str],
        *,
        limits: MailLimits = MailLimits(),  # noqa: B008, it is frozen
        show: Show | None = None,
    ) -> None:
        """`names` are the local parts that are ours; what happened is counted in `counts`."""
        self._hall = MailHall(answerer, names, counts, limits, show)
        self._listening = Listening(self._hall)

    async def listen(self, host: str, port: int) -> tuple[str, int]:
        """Open it; port 0 takes a free one. The address it became."""
        hall = self._hall
        return await self._listening.open(host, port, lambda: MailConnection(hall))

    async def drain(self, wait_s: float) -> None:
        """Accept no more, finish what is under way, then close; after `wait_s` in any case."""
        await self._listening.drain(wait_s)
