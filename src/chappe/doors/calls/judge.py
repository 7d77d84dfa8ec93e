"""Judging: how calls to customers ended, by their dialect's own rules.

In: what was heard of each call, many at a time. Out: outcomes, to whoever owes the news. Promise:
each is heard, to be tried again later, or given up; an answer that its dialect fails at harms no
other.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence

from chappe.dialects.shape import Dialect
from chappe.doors.calls.post import PORT, PRIVATE
from chappe.engine.notify import Notify, Outcome
from chappe.engine.office import Office
from chappe.engine.take_turns import Telling
from chappe.words.clock import HOUR
from chappe.words.exchange import Heard

log = logging.getLogger("chappe.callbacks")

FAULT_WAIT_MS = 1 * HOUR

NOT_LISTED = Heard(0, fault="host not on the account's list")
# What is not called at all -> why, and who allows it.
_NOT_MADE: Mapping[str, str] = {
    PRIVATE: "the URL leads to a private address; [callbacks] allow_private allows that",
    PORT: "the URL leads to a port that is none of the web; [callbacks] ports allows that",
    NOT_LISTED.fault: "the URL leads to a host that callback_hosts of the account does not name",
}


class Judge:
    """Who says what an answer means."""

    def __init__(self, office: Office, notify: Notify, dialects: Iterable[Dialect]) -> None:
        self._office = office
        self._notify = notify
        self._dialects = {dialect.NAME: dialect for dialect in dialects}

    def told(self, ends: Sequence[tuple[Telling, Heard]]) -> None:
        """These calls have ended."""
        now, steady = self._office.clock.now(), self._office.clock.steady()
        if self._office.trace is not None:
            self._office.trace.called(ends)
        self._notify.over(
            [self.judged(telling, heard, now, steady - telling.at) for telling, heard in ends]
        )

    def judged(self, telling: Telling, heard: Heard, now: int, took: int = 0) -> Outcome:
        news = telling.news
        dialect = self._dialects[news.dialect]
        answer = heard.fault or str(heard.status)
        if not heard.tried:
            return Outcome(telling, False, answer, tried=False)
        if heard.fault in _NOT_MADE:
            account = self._office.accounts.by_id(news.account)
            login, why = account.login if account else "nobody", _NOT_MADE[heard.fault]
            log.info("callback of %s to %s was not made: %s", news.dialect, login, why)
        try:
            if dialect.was_heard(news, heard):
                return Outcome(telling, True, answer, took=took)
            wait = dialect.next_try(news, heard, news.tries + 1, now)
        except Exception:  # an answer that its dialect fails at is no answer
            log.exception("the answer to news %s/%s could not be judged", news.subject, news.seq)
            wait = FAULT_WAIT_MS
        return Outcome(telling, False, answer, wait, took=took)
