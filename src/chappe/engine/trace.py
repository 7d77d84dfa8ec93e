"""Tracing: what became of some orders, as spans of the traces that they belong to.

In: what the verbs and the doors did, a call for each batch, where the measures hear of it too. Out:
spans that are over, to whoever writes them down. Promise: only orders are traced whose sender wants
it, and a sample of the others; a second has no more spans than may be; what is remembered is
bounded, and what is forgotten is not traced any more. No span holds a number, a text, a login, or
more of a URL than its host.
"""

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from random import getrandbits, random
from typing import Final, NamedTuple, Protocol, TypeVar

from chappe.engine.recall import OUTCOMES, VERDICTS
from chappe.engine.take_turns import Pace, Telling
from chappe.links.contract import Acknowledge, Answer
from chappe.store.contract import Batch, Draft, Leaving, Settled
from chappe.words.answer import Receipt
from chappe.words.clock import Clock
from chappe.words.exchange import Heard, Response
from chappe.words.lifecycle import Happening
from chappe.words.news import News
from chappe.words.report import Report
from chappe.words.trace import is_sampled

OVER_THE_BOUND: Final = "spans over the bound"
_REMEMBERED = 10_000  # messages, and as many ids that operators gave to their parts
_OF_ORDER = 100  # of its messages; the others go their way unseen
_LINKS = 100
_NS: Final = 1_000_000  # in a millisecond
_WRONG, _FAULT = 400, 500
_ID, _MESSAGE = attrgetter("id"), attrgetter("message")
_PROGRESSED = Happening.progressed

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Facts = Mapping[str, str | int | bool]


class Traced(NamedTuple):
    """A span that is over. Traces are told as a `traceparent` tells them; times are nanoseconds."""

    name: str
    trace: str
    parent: str  # '' where it is the first of its trace
    links: Sequence[str]
    began: int
    ended: int
    facts: Facts
    failed: bool = False


class Spans(Protocol):
    """Whoever writes them down."""

    def write(self, span: Traced) -> None:
        """It never waits, and never raises."""


class Begun(NamedTuple):
    """A span that is not over."""

    trace: str
    parent: str
    began: int


class _Called(NamedTuple):
    """A call to a customer that is under way."""

    begun: Begun
    origin: str


class Tracing:
    """What one node traces. It lives on the loop, as the verbs do."""

    def __init__(
        self, clock: Clock, counts: Counter[str], spans: Spans, sample: float, spans_max: int
    ) -> None:
        self._clock = clock
        self._counts = counts
        self._spans = spans
        self._sample = sample
        self._most = spans_max
        self._pace = Pace(spans_max, spans_max, clock.steady())
        self._known: OrderedDict[int, str] = OrderedDict()  # message -> the span of its request
        self._refs: OrderedDict[tuple[str, str], str] = OrderedDict()  # (link, operator's id) -> it
        self._aloft: OrderedDict[int, int] = OrderedDict()  # messages that left -> when
        self._calls: OrderedDict[tuple[int, int], _Called] = OrderedDict()  # by the news they tell

    # requests

    def begin(self, said: str, came: int) -> Begun | None:
        """An order came with this trace, or with none; None: it is not traced. It is where half of
        a second's spans are left, so that what is begun can be seen to its end."""
        if not is_sampled(said) and (said or random() >= self._sample):
            return None
        if not self._has_room(self._most // 2):
            return None
        return Begun(_drawn(said), said, came * _NS)

    def answered(self, begun: Begun, dialect: str, action: str, response: Response) -> None:
        """What its sender was told."""
        facts: Facts = {
            "chappe.dialect": dialect,
            "chappe.action": action,
            "chappe.status": f"{response.status // 100}xx",
            "chappe.refused": response.refusal is not None or response.status >= _WRONG,
        }
        self._end("request", begun, facts, failed=response.status >= _FAULT)

    def settled(self, batch: Batch, settled: Settled) -> None:
        """Orders that a commit kept."""
        if not any(draft.span for draft in batch.drafts):
            return
        kept = [
            draft
            for draft, answer in zip(batch.drafts, settled.answers, strict=False)
            if type(answer) is Receipt
        ]
        self._keep(kept)

    def _keep(self, kept: Sequence[Draft]) -> None:
        traced = [draft for draft in kept if draft.span]
        for draft in traced:
            for message in range(draft.first, draft.first + min(draft.total, _OF_ORDER)):
                _remember(self._known, message, draft.span)
        if traced:
            facts: Facts = {
                "chappe.orders": len(kept),
                "chappe.messages": sum([draft.total for draft in kept]),
            }
            began = min([draft.at for draft in traced]) * _NS
            self._write("keep", [draft.span for draft in traced], began, facts)

    # links

    def left(self, messages: Sequence[Leaving]) -> None:
        """These leave now."""
        known = self._known
        if known and not known.keys().isdisjoint(map(_ID, messages)):
            now = self._clock.now_ns()
            for message in messages:
                if message.id in known:
                    _remember(self._aloft, message.id, now)

    def acknowledged(self, link: str, answers: Sequence[Answer]) -> None:
        """What an operator made of them; a message is over with the answer to its first part."""
        known = self._known
        if not known or known.keys().isdisjoint(map(_MESSAGE, answers)):
            return
        ended: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for one in answers:
            span = known.get(one.message)
            if span is None:
                continue
            for ref in (one.forms or (one.ref,)) if one.ref else ():
                _remember(self._refs, (link, ref), span)
            left = self._aloft.pop(one.message, None)
            if left is not None:
                ended[one.verdict].append((span, left))
        for verdict, some in ended.items():
            facts: Facts = {
                "chappe.link": link,
                "chappe.messages": len(some),
                "chappe.verdict": VERDICTS[verdict],
            }
            began = min([left for _, left in some])
            self._write("submit", [span for span, _ in some], began, facts)

    def reported(
        self, link: str, reports: Sequence[Report], acknowledge: Acknowledge
    ) -> Acknowledge:
        """What became of parts. Gives back whom to tell that it is on disk."""
        if not self._refs:
            return acknowledge
        found: dict[Happening, list[tuple[str, str]]] = defaultdict(list)
        for report in reports:
            for ref in report.forms or (report.ref,):
                span = self._refs.get((link, ref))
                if span is not None:
                    found[report.happening].append((ref, span))
                    break
        if not found:
            return acknowledge
        return partial(self._reported, link, found, self._clock.now_ns(), acknowledge)

    def _reported(
        self,
        link: str,
        found: Mapping[Happening, Sequence[tuple[str, str]]],
        began: int,
        acknowledge: Acknowledge,
        kept: bool,
    ) -> None:
        acknowledge(kept)
        if not kept:
            return  # they will come again
        for happening, some in found.items():
            if happening is not _PROGRESSED:
                for ref, _ in some:
                    self._refs.pop((link, ref), None)
            facts: Facts = {
                "chappe.link": link,
                "chappe.receipts": len(some),
                "chappe.outcome": OUTCOMES.get(happening, happening.name.replace("_", " ")),
            }
            self._write("receipt", [span for _, span in some], began, facts)

    # callbacks

    def follows(self, news: News) -> bool:
        """Whether it is of a message that is traced."""
        return news.message is not None and news.message.id in self._known

    def calling(self, news: News, origin: str) -> str:
        """The trace that a call bears; '' where it is none of ours."""
        message = news.message
        parent = self._known.get(message.id) if message is not None else None
        if parent is None or not self._has_room():
            return ""
        begun = Begun(_drawn(parent), parent, self._clock.now_ns())
        _remember(self._calls, (news.subject, news.seq), _Called(begun, origin))
        return begun.trace

    def called(self, ends: Iterable[tuple[Telling, Heard]]) -> None:
        """How calls ended."""
        if not self._calls:
            return
        for telling, heard in ends:
            news = telling.news
            called = self._calls.pop((news.subject, news.seq), None)
            if called is None:
                continue
            facts: Facts = {
                "chappe.dialect": news.dialect,
                "chappe.attempt": news.tries + 1,
                "chappe.origin": called.origin,
                "chappe.status": heard.fault or str(heard.status),
            }
            failed = bool(heard.fault) or heard.status >= _WRONG
            self._end("callback", called.begun, facts, failed=failed)

    # spans

    def _has_room(self, spare: int = 0) -> bool:
        """Count one more against the bound."""
        if self._pace.room(self._clock.steady()) <= spare:
            self._counts[OVER_THE_BOUND] += 1
            return False
        self._pace.spend(1)
        return True

    def _write(self, name: str, requests: Iterable[str], began: int, facts: Facts) -> None:
        """What was done for several requests at once: in the trace of the only one, else in one of
        its own. It is linked to each."""
        if not self._has_room():
            return
        links = list(dict.fromkeys(requests))[:_LINKS]
        parent = links[0] if len(links) == 1 else ""
        self._end(name, Begun(_drawn(parent), parent, began), facts, links)

    def _end(
        self,
        name: str,
        begun: Begun,
        facts: Facts,
        links: Sequence[str] = (),
        *,
        failed: bool = False,
    ) -> None:
        trace, parent, began = begun
        ended = max(began, self._clock.now_ns())  # somebody may have set the clock
        self._spans.write(Traced(name, trace, parent, links, began, ended, facts, failed))


def _drawn(parent: str) -> str:
    """What names a span of the parent's trace, or of a new one."""
    trace = parent[3:35] or f"{getrandbits(128) or 1:032x}"
    return f"00-{trace}-{getrandbits(64) or 1:016x}-01"


def _remember(table: OrderedDict[K, V], key: K, value: V) -> None:
    """Whatever was noted first gives way."""
    table[key] = value
    if len(table) > _REMEMBERED:
        table.popitem(last=False)
