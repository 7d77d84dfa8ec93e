"""News with all that a dialect needs to word it: built from what is remembered, or read.

In: rows of news, or their keys. Out: news, each with its message as it is now.
"""

from collections.abc import Generator, Sequence
from typing import Any

import msgspec

from chappe.store.recent import DIALECT, Recent, Row, Unchanging
from chappe.store.rows import Key, NewsRow
from chappe.store.script import Ask
from chappe.words.news import News


def owed(
    fresh: Sequence[NewsRow], keys: Sequence[Key], recent: Recent
) -> Generator[Any, Any, list[News]]:
    """Those that were just written, and those of which only the key is at hand."""
    rows = recent.rows([one.subject for one in fresh])
    known = [(one, row, row.said) for one in fresh if (row := rows.get(one.subject)) is not None]
    news = msgspec.convert([_built(one, row, said) for one, row, said in known if said], list[News])
    if len(news) < len(fresh):
        keys = [*[(one.subject, one.seq) for one in fresh if one.subject not in rows], *keys]
    if keys:
        news += yield from read(keys)
    return news


def read(keys: Sequence[Key]) -> Generator[Any, Any, list[News]]:
    """From the database."""
    news: list[News] = yield Ask("news", (keys,), list[News])
    return news


def _built(one: NewsRow, row: Row, said: Unchanging) -> tuple[Any, ...]:
    """The columns of query `news`."""
    message = (
        *said.head,
        row.state,
        row.reason,
        row.at,
        row.sent_at,
        row.due,
        said.parts,
        row.price,
        row.operator,
        row.fold,
    )
    tries = 0
    return (
        one.subject,
        one.seq,
        one.event,
        one.state,
        one.reason,
        one.at,
        one.operator,
        said.head[DIALECT],
        one.account,
        said.url,
        said.form,
        tries,
        one.since,
        message,
    )
