"""A request and its turn to be answered, whatever door it came by.

In: made by a door. Out: taken by the pipeline, which knows of the request nothing but what it says.
Promise: a door that offers these four is a door like any other.

What a door is free in: a call by HTTP has its method and its path; a mail is a request of the
method MAIL whose path is the local part with its '@' (`sms@`), and whose raw octets are the body.
Both are rows of a dialect's ROUTES. A turn does with the response what its door can: an HTTP door
sends all of it back, a mail's keeps whether it was refused, and drops the rest. It was where the
response words a refusal, however its dialect words that, or its status is 400 or more.
"""

import logging
import traceback
from collections.abc import Awaitable
from typing import Protocol

from chappe.words.exchange import Request, Response

log = logging.getLogger("chappe.doors")


class Turn(Protocol):
    """A request that waits for its one answer."""

    @property
    def request(self) -> Request: ...

    @property
    def is_left(self) -> bool:
        """Whether whoever asked has given up waiting: what is not begun yet need not be."""

    def answer(self, response: Response) -> None:
        """The answer; there is one."""

    def answer_later(self, work: Awaitable[Response]) -> None:
        """The answer is whatever comes of this, which is the door's to run. Where it raises, or
        never comes to its end, the door finds an answer of its own, or none."""


def report(fault: Exception) -> None:
    """A fault of ours in the log, without what it says."""
    # Its message may quote the request, secrets and all: the places tell enough.
    places = "".join(traceback.format_tb(fault.__traceback__))
    log.error("A request could not be answered: %s\n%s", type(fault).__name__, places)
