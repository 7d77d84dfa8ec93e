"""What all sessions of the file door share: how many there are, their pace, and their threads.

In: who asks for a session. Out: whether there is room. Promise: an account has its own bound, so
that it can't take the places of all others.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from chappe.doors.files.drop import Drop
from chappe.doors.files.line import SessionPace

_OF_ACCOUNT = 16
_OF_CONNECTION = 4
_OF_ALL = 128
_THREADS = 4  # that wait for the disk


class SftpHall:
    """What all sessions share."""

    def __init__(self, drop: Drop) -> None:
        self.drop = drop
        self.threads = ThreadPoolExecutor(_THREADS, "chappe-files")
        self._sessions: Counter[int] = Counter()  # by account
        self._paces: dict[int, SessionPace] = {}

    @property
    def sessions(self) -> int:
        return self._sessions.total()

    def admit(self, account: int, beside: int) -> bool:
        """Count a session where there is room for one; `beside` are on the same connection."""
        room = (
            beside < _OF_CONNECTION
            and self._sessions[account] < _OF_ACCOUNT
            and self.sessions < _OF_ALL
        )
        if room:
            self._sessions[account] += 1
        return room

    def dismiss(self, account: int) -> None:
        self._sessions[account] -= 1
        self._sessions += Counter()  # only what is there is counted

    def pace(self, account: int) -> SessionPace:
        """All sessions of an account keep one."""
        return self._paces.setdefault(account, SessionPace())
