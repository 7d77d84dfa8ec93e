"""The outgoing door: asks for what is owed, lets the dialect word it, and posts it.

In: news from the outbox, in lists. Out: calls to customers; and of what is not called, its outcome.
Promise: none is silently lost, and one that a dialect fails at does not harm the others of its
list. No account's calls go to a host that is not on its list, where it has one; and news that cost
nothing are short.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from chappe.dialects.shape import Dialect, together_of
from chappe.doors.calls.address import leads_to
from chappe.doors.calls.judge import FAULT_WAIT_MS, NOT_LISTED, Judge
from chappe.doors.calls.post import Poster
from chappe.engine.notify import Gathering, Notify, Outcome
from chappe.engine.office import Office
from chappe.engine.take_turns import Telling
from chappe.words.exchange import Call
from chappe.words.news import News

log = logging.getLogger("chappe.callbacks")

_FREE_LETTERS = 1_600  # of a text that nobody paid for; ten parts hold fewer


def gathering(dialects: Iterable[Dialect]) -> Mapping[str, Gathering]:
    """How the outbox gathers replies, for those dialects that tell several in one call."""
    found = {dialect.NAME: together_of(dialect) for dialect in dialects}
    return {
        name: Gathering(one.most, one.wait_ms) for name, one in found.items() if one is not None
    }


class Callbacks:
    """The postman of one node."""

    def __init__(
        self,
        office: Office,
        notify: Notify,
        judge: Judge,
        poster: Poster,
        dialects: Iterable[Dialect],
    ) -> None:
        self._office = office
        self._notify = notify
        self._judge = judge
        self._poster = poster
        self._dialects = {dialect.NAME: dialect for dialect in dialects}
        self._together = {
            name: together
            for name, dialect in self._dialects.items()
            if (together := together_of(dialect)) is not None
        }
        self._rounds: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Go on rounds until the outbox has nothing more to tell, ever."""
        self._rounds = asyncio.get_running_loop().create_task(self._go_round())

    async def stop(self) -> None:
        """The outbox has stopped before, so the last round is near its end."""
        if self._rounds is not None:
            await self._rounds

    async def _go_round(self) -> None:
        async for tellings in self._notify.owed():
            try:
                self._deliver(tellings)
            except Exception:  # of ours; the next round must still be made
                self._office.counts["faults"] += 1
                log.exception("a round of callbacks failed")

    def _deliver(self, tellings: Sequence[Telling]) -> None:
        """Post what there are words for; give back the others."""
        calls: list[tuple[Call, Telling]] = []
        over: list[Outcome] = []
        for telling in tellings:
            worded = self._word(telling)
            if isinstance(worded, Call):
                calls.append((worded, telling))
            else:
                over.append(worded)
        self._poster.send(calls)
        if over:
            self._notify.over(over)

    def _word(self, telling: Telling) -> Call | Outcome:
        news = telling.news
        dialect = self._dialects.get(news.dialect)
        account = self._office.accounts.by_id(news.account)
        if dialect is None or account is None:
            return Outcome(telling, False, "", None, False)
        if telling.lane.is_free:
            news = _shortened(news)
        try:
            if news.reply is not None and news.dialect in self._together:
                call = self._together[news.dialect].tell(telling.told, account)
            else:
                call = dialect.tell(news, account)
        except Exception:  # one piece of news that can't be worded must not stop the others
            log.exception("news %s/%s could not be worded", news.subject, news.seq)
            return Outcome(telling, False, "could not be worded", FAULT_WAIT_MS)
        if call is None:
            return Outcome(telling, False, "", None, False)
        if account.callback_hosts and not leads_to(call.url, account.callback_hosts):
            return self._judge.judged(telling, NOT_LISTED, self._office.clock.now())
        trace = self._trace_of(news, call)
        return replace(call, trace=trace) if trace else call

    def _trace_of(self, news: News, call: Call) -> str:
        """The call is a span of its own where its order is traced; else its trace passes through as
        it came."""
        tracing = self._office.trace
        if tracing is not None and tracing.follows(news):
            own = tracing.calling(news, self._poster.origin(call.url))
            if own:
                return own
        return news.message.trace if news.message is not None else ""


def _shortened(news: News) -> News:
    """A text that never travelled may be as long as a request. Whoever is called with it has not
    necessarily asked for it."""
    message = news.message
    if message is None or len(message.text) <= _FREE_LETTERS:
        return news
    return replace(news, message=replace(message, text=message.text[:_FREE_LETTERS]))
