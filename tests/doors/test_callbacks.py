"""The outgoing door by itself: its rounds go on, whatever befalls one of them."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chappe.doors.calls.callbacks import Callbacks
from chappe.engine.take_turns import CallBounds, Lane, Share, Telling
from chappe.words.account import Account
from chappe.words.exchange import Call
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import News
from tests.journeys import plain


def telling(subject: int) -> Telling:
    news = News(
        subject=subject,
        seq=1,
        event=Event.final,
        state=State.delivered,
        reason=Reason.none,
        at=0,
        since=0,
        account=1,
        dialect=plain.NAME,
        url="http://customer/",
        operator="",
        form="",
    )
    return Telling([news], Lane(1, Share(1, CallBounds(), 0)), is_wary=False, at=0)


class Outbox:
    """Owes some lists of news, and then nothing more."""

    def __init__(self, *owed: Sequence[Telling]) -> None:
        self._owed = owed

    async def owed(self) -> AsyncIterator[Sequence[Telling]]:
        for tellings in self._owed:
            yield tellings


class BrokenOnce:
    """A poster whose first list fails."""

    def __init__(self) -> None:
        self.sent: list[list[int]] = []

    def send(self, calls: Iterable[tuple[Call, Telling]]) -> None:
        self.sent.append([one.news.subject for _, one in calls])
        if len(self.sent) == 1:
            raise RuntimeError("this is what a mistake of ours looks like")


async def test_a_round_that_fails_is_counted_and_the_next_is_made(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counts: Counter[str] = Counter()
    accounts = SimpleNamespace(by_id=lambda ident: Account(id=ident, login="fred"))
    office: Any = SimpleNamespace(accounts=accounts, counts=counts, trace=None)
    outbox: Any = Outbox([telling(1), telling(2)], [telling(3)])
    poster = BrokenOnce()
    door = Callbacks(office, outbox, cast(Any, None), cast(Any, poster), (cast(Any, plain),))
    door.start()
    await door.stop()
    assert (poster.sent, counts) == ([[1, 2], [3]], {"faults": 1})
    assert [record.getMessage() for record in caplog.records] == ["a round of callbacks failed"]
