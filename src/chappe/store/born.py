"""Rows of orders that are kept: the order, its letters, their messages and their first news.

In: drafts that are paid for. Out: rows to add. Promise: columns are zipped to rows, with no Python
per recipient where none is in error; an order to one recipient, which is most of the traffic, is
written by its shortest row, and remembered where it leaves at once.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any

from chappe.store.contract import Draft, DraftLetter, begins_of
from chappe.store.recent import Recent, Row, Unchanging
from chappe.store.rows import NEWS, TERMS, NewsRow, WritingNode, terms_of, told_at
from chappe.store.script import Add, Into
from chappe.store.usage import stretches_of
from chappe.words.clock import HOUR
from chappe.words.lane import FREE
from chappe.words.lifecycle import TABLE, Happening, State

ORDER = Into(
    "ordr", ("id", "account", "dialect", "at", "first", "total", "cost", "facts", "origin")
)
MARKED_ORDER = Into("ordr", (*ORDER.columns, "ref", "request_id", "trace", "start", "later"))
_GROUP_ORDER = Into("group_order", ("ordr", "account", "book_group", "start"))
_LETTER = Into("letter", ("id", "total", "ordr", "terms", "start", "text", "facts"))
_NAMED_LETTER = Into("letter", (*_LETTER.columns, "ref"))
_SPOKEN_LETTER = Into("letter", (*_NAMED_LETTER.columns, "speech"))
MESSAGE = Into(
    "message",
    (
        "id",
        "letter",
        "number",
        "state",
        "at",
        "due",
        "channel",
        "account",
        "route",
        "price",
        "money",
        "parts",
        "sending",
        "news",
        "holder",
    ),
)
_QUEUED_MESSAGE = Into("message", (*MESSAGE.columns, "lapse"))
_AWAY_MESSAGE = Into("message", (*MESSAGE.columns, "reason", "given"))
# A birth by its number: state, money, and the event that is told. An enum's own hash is slow.
BORN = {
    int(happening): (int(step.to), int(step.money), int(step.told))
    for (state, happening), step in TABLE.items()
    if state is State.new
}
AWAY = BORN[int(Happening.turned_away)]
_AWAY_STATE, _AWAY_MONEY, _AWAY_TOLD = AWAY
_POSTPONED = Happening.postponed
_QUEUED, _SENDING = int(State.queued), int(State.sending)

Letters = Sequence[tuple[Draft, DraftLetter]]

TERMS_FOR = 1_000_000
"""How many numbers after the first letter that had some terms others may use them."""
_TERMS_MAX = 1_000  # remembered; it takes one row to write some anew


def born(
    kept: Sequence[Draft], node: WritingNode, recent: Recent
) -> Generator[Any, Any, list[NewsRow]]:
    """Write them all; the news that is owed already."""
    yield from _orders(kept)
    node.changed.update(stretches_of([draft.first for draft in kept]))
    node.changed.update(stretches_of([draft.first + draft.total - 1 for draft in kept]))
    letters = [(draft, letter) for draft in kept for letter in draft.letters]
    yield from add_letters(letters, recent)
    yield from _messages(letters, node.holder, recent)
    yield from waiting_groups(letters)
    news = [row for draft, letter in letters for row in _news_rows(draft, letter, node)]
    if news:
        yield Add(NEWS, news)
    return news


def _orders(kept: Sequence[Draft]) -> Iterator[Add]:
    plain: list[tuple[Any, ...]] = []
    marked: list[tuple[Any, ...]] = []
    for draft in kept:
        row = order_row(draft)
        start, later = begins_of(draft.letters)
        if later or draft.reference or draft.request_id or draft.trace:
            marked.append((*row, *marks_of(draft), start, later))
        else:
            plain.append(row)
    if plain:
        yield Add(ORDER, plain)
    if marked:
        yield Add(MARKED_ORDER, marked)


def order_row(draft: Draft) -> tuple[Any, ...]:
    """In the order of ORDER."""
    return (
        draft.id,
        draft.account,
        draft.dialect,
        draft.at,
        draft.first,
        draft.total,
        sum(draft.cost.values()),
        draft.facts,
        draft.origin,
    )


def marks_of(draft: Draft) -> tuple[Any, ...]:
    """What few orders have: a reference, a request id, a trace."""
    return draft.reference or None, draft.request_id or None, draft.trace


def waiting_groups(letters: Letters) -> Generator[Any, Any, None]:
    """Who is in a group may be asked to stay until a letter to it leaves."""
    waiting = [
        (draft.id, draft.account, letter.asked.group, letter.due)
        for draft, letter in letters
        if letter.asked.group and letter.happening is _POSTPONED
    ]
    if waiting:
        yield Add(_GROUP_ORDER, waiting)


def add_letters(letters: Letters, recent: Recent) -> Generator[Any, Any, None]:
    """A row each, and one for terms that nobody had yet."""
    known = recent.terms
    fresh: list[tuple[Any, ...]] = []
    plain: list[tuple[Any, ...]] = []
    named: list[tuple[Any, ...]] = []
    spoken: list[tuple[Any, ...]] = []
    for draft, letter in letters:
        first, asked = letter.first, terms_of(letter)
        terms = known.get(asked)
        if terms is None or first - terms > TERMS_FOR:
            if len(known) >= _TERMS_MAX:
                known.clear()
            terms = known[asked] = first
            fresh.append((first, *asked))
        count = len(letter.numbers)
        row = (first, count, draft.id, terms, letter.due, letter.text, letter.facts)
        if letter.speech:
            spoken.append((*row, letter.asked.ref or None, letter.speech))
        elif letter.asked.ref:
            named.append((*row, letter.asked.ref))
        else:
            plain.append(row)
    if fresh:
        yield Add(TERMS, fresh)
    if plain:
        yield Add(_LETTER, plain)
    if named:
        yield Add(_NAMED_LETTER, named)
    if spoken:
        yield Add(_SPOKEN_LETTER, spoken)


def _messages(letters: Letters, holder: int, recent: Recent) -> Generator[Any, Any, None]:
    alone: list[tuple[Any, ...]] = []
    queued: list[tuple[Any, ...]] = []
    away: list[tuple[Any, ...]] = []
    known: list[Row] = []
    others: dict[Into, list[Iterable[tuple[Any, ...]]]] = {}
    for draft, letter in letters:
        if _is_alone(letter):
            state, money, told = BORN[int(letter.happening)]
            news = 1 if told & int(letter.asked.tell.events) else 0
            row = _message_row(draft, letter, state, money, news, holder)
            if state == _QUEUED:
                queued.append((*row, letter.due + letter.asked.validity_h * HOUR))
            else:
                alone.append(row)
            # What leaves by itself, now or in a moment, is heard of soon. Recipients of a campaign
            # leave in their turn, and are read then.
            if recent and state in (_SENDING, _QUEUED):
                known.append(_known(draft, letter, state, money, news, recent.stamp))
        elif _is_alone_in_error(letter):
            news = 1 if _AWAY_TOLD & int(letter.asked.tell.events) else 0
            row = _message_row(draft, letter, _AWAY_STATE, _AWAY_MONEY, news, holder)
            given = letter.given[0] if letter.given else ""
            away.append((*row, int(letter.bad[0]), given))
        else:
            into, rows = _message_rows(draft, letter, holder)
            others.setdefault(into, []).append(rows)
    if alone:
        yield Add(MESSAGE, alone)
    if queued:
        yield Add(_QUEUED_MESSAGE, queued)
    if away:
        yield Add(_AWAY_MESSAGE, away)
    for into, each in others.items():
        yield Add(into, chain.from_iterable(each))
    recent.remember(known)


def _is_alone(letter: DraftLetter) -> bool:
    """Whether its one message has no columns of its own."""
    return len(letter.numbers) == 1 and not (
        letter.bad or letter.refs or letter.texts or letter.routes
    )


def _is_alone_in_error(letter: DraftLetter) -> bool:
    """The same, where it can't be served. A push may have ten thousand of them."""
    return len(letter.numbers) == 1 == len(letter.bad) and not (
        letter.refs or letter.texts or letter.routes or letter.prices[0]
    )


def _message_row(
    draft: Draft, letter: DraftLetter, state: int, money: int, news: int, holder: int
) -> tuple[Any, ...]:
    """One recipient: setting up the columns would cost ten times the row, and their names twice
    (0.2 us, and 0.6 as a NamedTuple). In the order of MESSAGE."""
    asked = letter.asked
    first = letter.first
    return (
        first,
        first,
        letter.numbers[0],
        state,
        draft.at,
        letter.due,
        int(asked.channel),
        draft.account,
        letter.route,
        letter.prices[0],
        money,
        letter.parts[0],
        letter.sending[0],
        news,
        holder if state == _SENDING else 0,
    )


def _known(draft: Draft, letter: DraftLetter, state: int, money: int, news: int, stamp: int) -> Row:
    """What would be read of it, in the order of Row: 28 names would take 0.6 us."""
    asked = letter.asked
    tell, due = asked.tell, letter.due
    fold = operator = ""
    reason = sent_at = given_back = touched = 0
    return Row(
        letter.first,
        state,
        reason,
        money,
        letter.prices[0],
        letter.sending[0],
        fold,
        news,
        draft.at,
        due,
        sent_at,
        operator,
        draft.account,
        letter.route,
        int(asked.channel),
        draft.id,
        letter.purse,
        int(tell.events),
        asked.silent_h,
        int(asked.silence),
        letter.lane,
        tell.hold_m,
        due + asked.validity_h * HOUR,
        letter.speech,
        news,
        stamp,
        given_back,
        touched,
        Unchanging(_head(draft, letter), letter.parts[0], tell.urls.status, tell.form),
    )


def _head(draft: Draft, letter: DraftLetter) -> tuple[Any, ...]:
    """In the order of HEAD, which decoding holds it against: a tuple takes 0.1 us."""
    given = ref = ""
    return (
        letter.first,
        draft.id,
        draft.account,
        draft.dialect,
        draft.reference,
        draft.at,
        draft.facts,
        draft.trace,
        letter.first,
        letter.facts,
        letter.numbers[0],
        given,
        ref,
        letter.text,
        letter.asked.sender,
        letter.asked.code,
    )


def _message_rows(
    draft: Draft, letter: DraftLetter, holder: int
) -> tuple[Into, Iterable[tuple[Any, ...]]]:
    """Any number of recipients, and the columns that their rows bring."""
    state, money, told = BORN[int(letter.happening)]
    events = int(letter.asked.tell.events)
    columns = message_columns(draft, letter, letter.first)
    columns["state"] = either(letter, _AWAY_STATE, state)
    columns["money"] = either(letter, _AWAY_MONEY, money)
    columns["due"] = repeat(letter.due)
    columns["news"] = either(letter, int(events & _AWAY_TOLD > 0), int(events & told > 0))
    columns["holder"] = either(letter, 0, holder if state == _SENDING else 0)
    if state == _QUEUED:
        columns["lapse"] = repeat(letter.due + letter.asked.validity_h * HOUR)
    return rows_of(columns)


Columns = dict[str, Iterable[Any]]


def message_columns(draft: Draft, letter: DraftLetter, number: int) -> Columns:
    """Those that a letter's recipients have however they are kept; `number` is the letter's."""
    count, bad = len(letter.numbers), letter.bad
    columns: Columns = {
        "id": range(letter.first, letter.first + count),
        "letter": repeat(number),
        "number": letter.numbers,
        "at": repeat(draft.at),
        "channel": repeat(int(letter.asked.channel)),
        "account": repeat(draft.account),
        "route": letter.routes or repeat(letter.route),
        "price": letter.prices,
        "parts": letter.parts,
        "sending": letter.sending,
    }
    if bad:
        columns["price"] = [0 if i in bad else price for i, price in enumerate(letter.prices)]
        columns["reason"] = [int(bad.get(index, 0)) for index in range(count)]
        given = letter.given or [""] * count
        columns["given"] = [one if index in bad else None for index, one in enumerate(given)]
    if letter.refs:
        columns["ref"] = [ref or None for ref in letter.refs]
    if letter.texts:
        columns["text"] = letter.texts
    return columns


def rows_of(columns: Columns) -> tuple[Into, Iterable[tuple[Any, ...]]]:
    """Messages by their columns."""
    return Into("message", tuple(columns)), zip(*columns.values(), strict=False)


def either(letter: DraftLetter, bad: int, good: int) -> Iterable[int]:
    """A value for each recipient, whether it is in error or not."""
    if not letter.bad:
        return repeat(good)
    return [bad if index in letter.bad else good for index in range(len(letter.numbers))]


def _news_rows(draft: Draft, letter: DraftLetter, node: WritingNode) -> Iterable[NewsRow]:
    state, _, told = BORN[int(letter.happening)]
    events, bad = int(letter.asked.tell.events), letter.bad
    if not (events & told or (bad and events & _AWAY_TOLD)):
        return ()
    fates = [
        (_AWAY_TOLD, _AWAY_STATE, int(bad[index])) if index in bad else (told, state, 0)
        for index in range(len(letter.numbers))
    ]
    first, lane, at, account = letter.first, letter.lane, draft.at, draft.account
    hold_m = letter.asked.tell.hold_m
    due = told_at(at, hold_m)
    return [
        # In the order of NewsRow: names would take 0.3 us more.
        NewsRow(
            first + index,
            1,
            event,
            now,
            reason,
            at,
            "",
            by := lane | FREE if reason else lane,
            due,
            at,
            0 if hold_m else node.hold(by),
            account,
        )
        for index, (event, now, reason) in enumerate(fates)
        if event & events
    ]
