"""News with all that a dialect needs to word them: built from what is remembered, or read.

In: rows of news, or their keys. Out: news, each with its message as it is now.
"""

from collections.abc import Generator, Sequence
from typing import Any

import msgspec

from chappe.store.recent import DIALECT, Recent, Row
from chappe.store.rows import Key, NewsRow
from chappe.store.script import Ask
from chappe.words.news import News


def owed(
    fresh: Sequence[NewsRow], keys: Sequence[Key], recent: Recent
) -> Generator[Any, Any, list[News]]:
    """Those that were just written, and those of which only the key is at hand."""
    rows = recent.rows([one[0] for one in fresh])
    built = [_built(one, row) for one in fresh if (row := rows.get(one[0])) is not None]
    news = msgspec.convert(built, list[News])
    if len(built) < len(fresh):
        keys = [*[(one[0], one[1]) for one in fresh if one[0] not in rows], *keys]
    if keys:
        news += yield from read(keys)
    return news


def read(keys: Sequence[Key]) -> Generator[Any, Any, list[News]]:
    """From the database."""
    news: list[News] = yield Ask("news", (keys,), list[News])
    return news


def _built(one: NewsRow, row: Row) -> tuple[Any, ...]:
    """The columns of query `news`."""
    subject, seq, event, state, reason, at, operator, _, _, since, _, account = one
    head, parts, url, form = row.said
    message = (
        *head,
        row.state,
        row.reason,
        row.at,
        row.sent_at,
        row.due,
        parts,
        row.price,
        row.operator,
    )
    dialect, tries = head[DIALECT], 0
    return (
        subject,
        seq,
        event,
        state,
        reason,
        at,
        operator,
        dialect,
        account,
        url,
        form,
        tries,
        since,
        message,
    )
