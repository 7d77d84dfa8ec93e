"""Descriptors: how many files and sockets this process may have open, and who gets how many.

In: the bound of the system, and what is configured. Out: the shares of the HTTP door and of the
callbacks. Promise: store, control socket, links and log have theirs kept back, so that neither
customers nor their endpoints can take the last one; that none is left is told, once a minute.
"""

import asyncio
import contextlib
import errno
import logging
import os
import resource
from collections.abc import Callable
from typing import NamedTuple

from chappe.config import Config
from chappe.doors.calls.enquirer import CONNECTIONS, NAMES
from chappe.doors.mail.limits import MailLimits

log = logging.getLogger("chappe")

_KEPT_BACK = 64  # store, control socket, log, and what opens for a moment
_OF_A_LINK = 2
# Connections, before and after the login, and the files that they have open.
OF_SFTP = 300
OF_SMTP = MailLimits().connections
OF_LOOKUP = CONNECTIONS + 2 * NAMES  # a name takes a thread and up to two descriptors
_LEAST = 16  # callbacks at a time
_SOME_SYSTEMS_BOUND = 10_240
_LOOK_S = 1.0
_TELL_EVERY = 60  # looks
_NONE_LEFT = frozenset({errno.EMFILE, errno.ENFILE})


class TooFew(Exception):
    """Nothing can be served with so few; one clear sentence."""


class DescriptorShares(NamedTuple):
    """How many each may have."""

    http: int
    calls: int = 256
    names: int = 32  # that are being resolved: each takes a thread and up to two descriptors


def raised() -> int:
    """Let this process have as many as it ever may; how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = resource.RLIM_INFINITY
    for bound in (hard, _SOME_SYSTEMS_BOUND):  # some tell of no bound, and have one all the same
        if soft not in (bound, most) and (bound == most or bound > soft):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (bound, hard))
                return bound
    return soft


def share_out_for(config: Config, wished: DescriptorShares) -> DescriptorShares:
    """The same for what the file declares, of as many as this process may ever have."""
    beside = OF_SFTP if config.sftp is not None else 0
    beside += OF_SMTP if config.smtp is not None else 0
    beside += OF_LOOKUP if config.lookup is not None else 0
    return share_out(raised(), wished, len(config.links), beside=beside)


def share_out(bound: int, wished: DescriptorShares, links: int, *, beside: int) -> DescriptorShares:
    """All get what they wish, as far as that is there; other doors have theirs `beside`."""
    if bound == resource.RLIM_INFINITY:
        return wished
    free = bound - _KEPT_BACK - _OF_A_LINK * links - beside
    calls = min(wished.calls, free // 5)
    names = max(1, min(wished.names, calls // 8))
    shares = DescriptorShares(min(wished.http, free - calls - 2 * names), calls, names)
    if calls < _LEAST:
        needed = bound - free + 5 * _LEAST
        raise TooFew(
            f"Only {bound} files may be open, which is too few for all that is configured: "
            f"allow {needed} at least, better some thousands (ulimit -n)."
        )
    if shares != wished:
        log.warning(
            "only %d files may be open (ulimit -n): there is room for %d HTTP connections, not %d, "
            "and for %d callbacks at a time",
            bound,
            shares.http,
            wished.http,
            shares.calls,
        )
    return shares


class DescriptorWatch:
    """Looks each second whether one is left. Where none is, connections that come are lost without
    a word: neither the system nor the loop tells whoever accepts them."""

    def __init__(self, none_left: Callable[[], None]) -> None:
        self._none_left = none_left
        self._quiet = 0  # looks until it is told again
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        self._look()

    async def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_LOOK_S, self._look)
        self._quiet -= 1
        try:
            os.close(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
        except OSError as fault:
            if fault.errno not in _NONE_LEFT:
                return
            self._none_left()
            if self._quiet <= 0:
                self._quiet = _TELL_EVERY
                log.warning("no descriptor is left (ulimit -n): whoever connects now is lost")
