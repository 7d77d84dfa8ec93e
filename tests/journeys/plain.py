"""A dialect with nothing in the way: what is owed is posted as JSON, in the product's own words.

In: news. Out: calls. Promise: every kind of news has a call; what was not heard is tried again
after pauses that double from a minute on, for two days.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from chappe.dialects.shape import Opened, Reader, Writer
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from chappe.words.clock import DAY, MINUTE
from chappe.words.exchange import Call, Heard, Request, Response
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import News

NAME = "plain"
ROUTES: Mapping[tuple[str, str], str] = {}
STATUS: Mapping[tuple[State, Reason], Any] = {}
REASONS: Mapping[Trouble, Any] = {}
LIMITS: Mapping[str, int] = {}
READERS: Mapping[str, Reader] = {}
WRITERS: Mapping[str, Writer] = {}

GIVEN_UP_MS = 2 * DAY


class Told(NamedTuple):
    """What a customer is told."""

    message: int
    seq: int
    event: Event
    state: State
    reason: Reason
    reply: str = ""


def identify(request: Request, action: str) -> Opened | Refusal:
    return Opened(Claim(), None)


def write_refused(
    refusal: Refusal,
    action: str,
    request: Request,
    opened: Opened | None,
    account: Account | None,
) -> Response:
    return Response(b"refused", status=400)


def tell(news: News, account: Account) -> Call | None:
    said = news.reply.text if news.reply else ""
    told = Told(news.subject, news.seq, news.event, news.state, news.reason, said)
    return Call("POST", news.url, msgspec.json.encode(told), "application/json")


def was_heard(news: News, heard: Heard) -> bool:
    return 200 <= heard.status < 300


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    pause = MINUTE * 2 ** (tries - 1)
    return pause if now + pause < news.since + GIVEN_UP_MS else None
