"""The outgoing door: takes what is owed, lets the dialect word it, posts it, tells how it went.

In: news from the outbox, in lists. Out: calls to customers, and their outcomes in lists. Promise:
each ends heard, tried again later, or given up by the dialect's own rule; it is never silently
lost, and one that a dialect fails at does not harm the others of its list. No account's calls go
to a host that is not on its list, where it has one; and news that cost nothing are short.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from chappe.dialects.shape import Dialect, together_of
from chappe.doors.calls.address import leads_to
from chappe.doors.calls.post import PORT, PRIVATE, Poster
from chappe.engine.desk import Desk
from chappe.engine.notify import Notify, Outcome, Together
from chappe.engine.take_turns import Telling
from chappe.words.clock import HOUR
from chappe.words.exchange import Call, Heard
from chappe.words.news import News

log = logging.getLogger("chappe.callbacks")

_FAULT_WAIT_MS = 1 * HOUR
_FREE_LETTERS = 1_600  # of a text that nobody paid for; ten parts hold fewer


_NOT_LISTED = Heard(0, fault="host not on the account's list")
# What is not called at all -> why, and who allows it.
_NOT_MADE: Mapping[str, str] = {
    PRIVATE: "the URL leads to a private address; [callbacks] allow_private allows that",
    PORT: "the URL leads to a port that is none of the web; [callbacks] ports allows that",
    _NOT_LISTED.fault: "the URL leads to a host that callback_hosts of the account does not name",
}


class Callbacks:
    """The postman of one node."""

    def __init__(
        self, desk: Desk, notify: Notify, poster: Poster, dialects: Iterable[Dialect]
    ) -> None:
        self._desk = desk
        self._notify = notify
        self._poster = poster
        self._dialects = {dialect.NAME: dialect for dialect in dialects}
        self._together = {
            name: together
            for name, dialect in self._dialects.items()
            if (together := together_of(dialect)) is not None
        }
        notify.together = {
            name: Together(one.most, one.wait_ms) for name, one in self._together.items()
        }
        notify.tell = self._tell
        poster.told = self._told

    def _tell(self, tellings: Sequence[Telling]) -> Sequence[Outcome]:
        """Post what there are words for; the outcomes of the others."""
        calls: list[tuple[Call, Telling]] = []
        over: list[Outcome] = []
        for telling in tellings:
            worded = self._word(telling)
            if isinstance(worded, Call):
                calls.append((worded, telling))
            else:
                over.append(worded)
        self._poster.send(calls)
        return over

    def _word(self, telling: Telling) -> Call | Outcome:
        news = telling.news
        dialect = self._dialects.get(news.dialect)
        account = self._desk.accounts.by_id(news.account)
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
            return Outcome(telling, False, "could not be worded", _FAULT_WAIT_MS)
        if call is None:
            return Outcome(telling, False, "", None, False)
        if account.callback_hosts and not leads_to(call.url, account.callback_hosts):
            return self._judged(telling, _NOT_LISTED, self._desk.clock.now())
        return call

    def _told(self, ends: Sequence[tuple[Telling, Heard]]) -> None:
        now = self._desk.clock.now()
        self._notify.over([self._judged(telling, heard, now) for telling, heard in ends])

    def _judged(self, telling: Telling, heard: Heard, now: int) -> Outcome:
        news = telling.news
        dialect = self._dialects[news.dialect]
        answer = heard.fault or str(heard.status)
        if not heard.tried:
            return Outcome(telling, False, answer, tried=False)
        if heard.fault in _NOT_MADE:
            account = self._desk.accounts.by_id(news.account)
            login, why = account.login if account else "nobody", _NOT_MADE[heard.fault]
            log.info("callback of %s to %s was not made: %s", news.dialect, login, why)
        try:
            if dialect.was_heard(news, heard):
                return Outcome(telling, True, answer)
            wait = dialect.next_try(news, heard, news.tries + 1, now)
        except Exception:  # as above: an answer that its dialect fails at is no answer
            log.exception("the answer to news %s/%s could not be judged", news.subject, news.seq)
            wait = _FAULT_WAIT_MS
        return Outcome(telling, False, answer, wait)


def _shortened(news: News) -> News:
    """A text that never travelled may be as long as a request. Whoever is called with it has not
    necessarily asked for it."""
    message = news.message
    if message is None or len(message.text) <= _FREE_LETTERS:
        return news
    return replace(news, message=replace(message, text=message.text[:_FREE_LETTERS]))
