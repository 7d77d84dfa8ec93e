"""The outgoing door: takes what is owed, lets the dialect word it, posts it, tells how it went.

In: news from the outbox. Out: calls to customers. Promise: each ends heard, tried again later, or
given up by the dialect's own rule; it is never silently lost.
"""

import logging
from collections.abc import Iterable

from chappe.dialects.shape import Dialect
from chappe.doors.post import Poster
from chappe.engine.desk import Desk
from chappe.engine.notify import Notify
from chappe.words.clock import HOUR
from chappe.words.exchange import Heard
from chappe.words.news import News

log = logging.getLogger("chappe.callbacks")

_FAULT_WAIT_MS = 1 * HOUR


class Callbacks:
    """The postman of one node."""

    def __init__(
        self, desk: Desk, notify: Notify, poster: Poster, dialects: Iterable[Dialect]
    ) -> None:
        self._desk = desk
        self._notify = notify
        self._poster = poster
        self._dialects = {dialect.NAME: dialect for dialect in dialects}
        notify.tell = self._tell

    def _tell(self, news: News) -> None:
        dialect = self._dialects.get(news.dialect)
        account = self._desk.accounts.by_id(news.account)
        if dialect is None or account is None:
            self._notify.unwanted(news)
            return
        try:
            call = dialect.tell(news, account)
        except Exception:  # one piece of news that can't be worded must not stop the others
            log.exception("news %s/%s could not be worded", news.subject, news.seq)
            self._notify.missed(news, "could not be worded", _FAULT_WAIT_MS)
            return
        if call is None:
            self._notify.unwanted(news)
            return
        self._poster.send(call, lambda heard: self._ended(dialect, news, heard))

    def _ended(self, dialect: Dialect, news: News, heard: Heard) -> None:
        answer = heard.fault or str(heard.status)
        if dialect.was_heard(news, heard):
            self._notify.heard(news, answer)
            return
        now = self._desk.clock.now()
        wait = dialect.next_try(news, heard, news.tries + 1, now)
        self._notify.missed(news, answer, wait)
