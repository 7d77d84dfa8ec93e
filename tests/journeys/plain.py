"""A dialect with nothing in the way: orders come and news goes as JSON, in the product's own words.

In: `POST /plain` or a mail to plain@, an `Asked` with a key; news. Out: a `Taken`, or the names of
the troubles; calls with a `Told`. Promise: every kind of news has a call, but for those of a
`WORDLESS` order; what was not heard is tried again after pauses that double from a minute on, for
two days.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from chappe.dialects.shape import Actions, Opened, Sample, action
from chappe.words.account import Account, Claim
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.clock import DAY, MINUTE
from chappe.words.exchange import MAIL, Call, Heard, Request, Response
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import News
from chappe.words.order import Channel, Letter, Order, Tell, Urls
from chappe.words.setting import SettingsOfDialect

NAME = "plain"
ROUTES: Mapping[tuple[str, str], str] = {("POST", "/plain"): "send", (MAIL, "plain@"): "send"}
STATUS: Mapping[tuple[State, Reason], object] = {}
ERRORS: Mapping[str, object] = {}
REFUSALS: Mapping[Trouble, str] = {}
CHOICE: Mapping[str, Sequence[tuple[str, str]]] = {}
UNDEVELOPED: frozenset[str] = frozenset()
LIMITS: Mapping[str, int] = {}
SETTINGS = SettingsOfDialect({})
SAMPLE = Sample("Plain", (), lambda fields: None)
GIVEN_UP_MS = 2 * DAY
WORDLESS = "wordless"  # the form of an order of which nothing can be told


class Asked(NamedTuple):
    """What a customer asks."""

    key: str
    text: str
    numbers: list[int]
    url: str = ""  # where all that becomes of it is told


class Taken(NamedTuple):
    """What it is told at once."""

    order: int
    first: int
    total: int


class Told(NamedTuple):
    """What it is told afterwards."""

    message: int
    seq: int
    event: Event
    state: State
    reason: Reason
    reply: str = ""


def identify(request: Request, action: str) -> Opened[Asked] | Refusal:
    said = request.body.rpartition(b"\r\n\r\n")[2]  # a mail may have a head
    asked = msgspec.json.decode(said, type=Asked)
    return Opened(Claim(key=asked.key), asked)


def read_send(opened: Opened[Asked], account: Account, now: int) -> Order:
    asked = opened.content
    letter = Letter(
        text=asked.text,
        numbers=asked.numbers,
        code="36105",
        channel=Channel.marketing,
        tell=Tell(urls=Urls(asked.url), events=~Event.nothing) if asked.url else Tell(),
    )
    return Order(dialect=NAME, letters=[letter])


def write_send(receipt: Receipt, opened: Opened[Asked], account: Account) -> Response:
    return Response(msgspec.json.encode(Taken(receipt.order, receipt.first, receipt.total)))


def write_refused(
    refusal: Refusal,
    action: str,
    request: Request,
    opened: Opened[Asked] | None,
    account: Account | None,
) -> Response:
    return Response(
        msgspec.json.encode([*(one.name for one in refusal.troubles), *refusal.wrong]), status=400
    )


ACTIONS: Actions = {"send": action(read_send, write_send)}


def tell(news: News, account: Account) -> Call | None:
    if news.form == WORDLESS:
        return None
    said = news.reply.text if news.reply else ""
    told = Told(news.subject, news.seq, news.event, news.state, news.reason, said)
    return Call("POST", news.url, msgspec.json.encode(told), "application/json")


def replies_to(account: Account) -> Tell:
    events = Event.reply if account.callbacks else Event.nothing
    return Tell(urls=Urls(account.callbacks), events=events)


def was_heard(news: News, heard: Heard) -> bool:
    return 200 <= heard.status < 300


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    pause = MINUTE * 2 ** (tries - 1)
    return pause if now + pause < news.since + GIVEN_UP_MS else None
