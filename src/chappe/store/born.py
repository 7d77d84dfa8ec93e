"""Rows of orders that are kept: the order, its letters, their messages and their first news.

In: drafts that are paid for. Out: rows to add. Promise: columns are zipped to rows, with no Python
per recipient where none is in error; an order to one recipient, which is most of the traffic, is
written by its shortest row, and remembered where it leaves at once.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any

from chappe.store.contract import Draft, DraftLetter
from chappe.store.recent import Recent, Row
from chappe.store.rows import NEWS, NewsRow, Node, told_at
from chappe.store.script import Add, Into
from chappe.words.clock import HOUR
from chappe.words.lane import FREE
from chappe.words.lifecycle import TABLE, Happening, State

_ORDER = Into("ordr", ("id", "account", "dialect", "at", "first", "total", "cost", "facts"))
_MARKED_ORDER = Into("ordr", (*_ORDER.columns, "ref", "request_id", "start"))
_LETTER = Into("letter", ("id", "total", "ordr", "terms", "start", "text", "facts"))
_NAMED_LETTER = Into("letter", (*_LETTER.columns, "ref"))
_TERMS = Into(
    "terms",
    (
        "id",
        "purse",
        "alphabet",
        "sender",
        "code",
        "flash",
        "udh",
        "opens",
        "closes",
        "hours",
        "bars",
        "validity_h",
        "silent_h",
        "silence",
        "events",
        "url",
        "reply_url",
        "form",
        "lane",
        "hold_m",
    ),
)
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
_TURNED_AWAY = TABLE[State.new, Happening.turned_away]
_AWAY_STATE, _AWAY_MONEY, _AWAY_TOLD = (
    int(_TURNED_AWAY.to),
    int(_TURNED_AWAY.money),
    int(_TURNED_AWAY.told),
)
# A birth by its number: state, money, and the event that is told. An enum's own hash is slow.
_BORN = {
    int(happening): (int(step.to), int(step.money), int(step.told))
    for (state, happening), step in TABLE.items()
    if state is State.new
}
_POSTPONED = Happening.postponed
_QUEUED, _SENDING = int(State.queued), int(State.sending)

Letters = Sequence[tuple[Draft, DraftLetter]]

TERMS_FOR = 1_000_000
"""How many numbers after the first letter that had some terms others may use them."""
_TERMS_MAX = 1_000  # remembered; it takes one row to write some anew


def born(kept: Sequence[Draft], node: Node, recent: Recent) -> Generator[Any, Any, list[NewsRow]]:
    """Write them all; the news that are owed already."""
    yield from _orders(kept)
    letters = [(draft, letter) for draft in kept for letter in draft.letters]
    yield from add_letters(letters, recent)
    yield from _messages(letters, node.holder, recent)
    news = [row for draft, letter in letters for row in _news_rows(draft, letter, node)]
    if news:
        yield Add(NEWS, news)
    return news


def _orders(kept: Sequence[Draft]) -> Iterator[Add]:
    plain: list[tuple[Any, ...]] = []
    marked: list[tuple[Any, ...]] = []
    for draft in kept:
        row = (
            draft.id,
            draft.account,
            draft.dialect,
            draft.at,
            draft.first,
            draft.total,
            sum(draft.cost.values()),
            draft.facts,
        )
        if draft.reference or draft.request_id:
            named = (draft.reference or None, draft.request_id or None)
            marked.append((*row, *named, _begins(draft.letters)))
        else:
            plain.append(row)
    if plain:
        yield Add(_ORDER, plain)
    if marked:
        yield Add(_MARKED_ORDER, marked)


def _begins(letters: Sequence[DraftLetter]) -> int:
    """When an order begins; 0: with its acceptance."""
    if letters[0].happening is not _POSTPONED:
        return 0
    later = all(letter.happening is _POSTPONED for letter in letters)
    return min([letter.due for letter in letters]) if later else 0


def add_letters(letters: Letters, recent: Recent) -> Generator[Any, Any, None]:
    """A row each, and one for terms that nobody had yet."""
    known = recent.terms
    fresh: list[tuple[Any, ...]] = []
    plain: list[tuple[Any, ...]] = []
    named: list[tuple[Any, ...]] = []
    for draft, letter in letters:
        first, asked = letter.first, _terms_of(letter)
        terms = known.get(asked)
        if terms is None or first - terms > TERMS_FOR:
            if len(known) >= _TERMS_MAX:
                known.clear()
            terms = known[asked] = first
            fresh.append((first, *asked))
        count = len(letter.numbers)
        row = (first, count, draft.id, terms, letter.due, letter.text, letter.facts)
        if letter.asked.ref:
            named.append((*row, letter.asked.ref))
        else:
            plain.append(row)
    if fresh:
        yield Add(_TERMS, fresh)
    if plain:
        yield Add(_LETTER, plain)
    if named:
        yield Add(_NAMED_LETTER, named)


def _terms_of(letter: DraftLetter) -> tuple[Any, ...]:
    asked = letter.asked
    tell = asked.tell
    return (
        letter.purse,
        int(asked.alphabet),
        asked.sender,
        asked.code,
        int(asked.flash),
        asked.udh,
        asked.opens,
        asked.closes,
        letter.hours,
        letter.bars,
        asked.validity_h,
        asked.silent_h,
        int(asked.silence),
        int(tell.events),
        tell.url,
        tell.reply_url,
        tell.form,
        letter.lane,
        tell.hold_m,
    )


def _messages(letters: Letters, holder: int, recent: Recent) -> Generator[Any, Any, None]:
    alone: list[tuple[Any, ...]] = []
    queued: list[tuple[Any, ...]] = []
    known: list[Row] = []
    others: dict[Into, list[Iterable[tuple[Any, ...]]]] = {}
    for draft, letter in letters:
        if _is_alone(letter):
            row = _message_row(draft, letter, holder)
            if row[3] == _QUEUED:
                queued.append((*row, letter.due + letter.asked.validity_h * HOUR))
            else:
                alone.append(row)
            # What leaves by itself, now or in a moment, is heard of soon. Recipients of a campaign
            # leave in their turn, and are read then.
            if recent and row[3] in (_SENDING, _QUEUED):
                known.append(_known(draft, letter, row))
        else:
            into, rows = _message_rows(draft, letter, holder)
            others.setdefault(into, []).append(rows)
    if alone:
        yield Add(MESSAGE, alone)
    if queued:
        yield Add(_QUEUED_MESSAGE, queued)
    for into, each in others.items():
        yield Add(into, chain.from_iterable(each))
    recent.remember(known)


def _is_alone(letter: DraftLetter) -> bool:
    """Whether its one message has no columns of its own."""
    return len(letter.numbers) == 1 and not (
        letter.bad or letter.refs or letter.texts or letter.routes
    )


def _message_row(draft: Draft, letter: DraftLetter, holder: int) -> tuple[Any, ...]:
    """One recipient: setting up the columns would cost ten times the row."""
    state, money, told = _BORN[int(letter.happening)]
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
        1 if told & int(asked.tell.events) else 0,
        holder if state == _SENDING else 0,
    )


def _known(draft: Draft, letter: DraftLetter, row: tuple[Any, ...]) -> Row:
    """What would be read of it."""
    asked = letter.asked
    tell = asked.tell
    first, _, number, state, at, due, channel, account, route, price, money, parts, air, news, _ = (
        row
    )
    operator = fold = ""
    reason = sent_at = 0
    return Row(
        first,
        state,
        reason,
        money,
        price,
        air,
        fold,
        news,
        at,
        due,
        sent_at,
        operator,
        account,
        route,
        channel,
        draft.id,
        letter.purse,
        int(tell.events),
        asked.silent_h,
        int(asked.silence),
        letter.lane,
        tell.hold_m,
        due + asked.validity_h * HOUR,
        news,
        0,
        0,
        (_head(draft, letter, number), parts, tell.url, tell.form),
    )


def _head(draft: Draft, letter: DraftLetter, number: int) -> tuple[Any, ...]:
    given = ref = ""
    return (
        letter.first,
        draft.id,
        draft.account,
        draft.dialect,
        draft.reference,
        draft.at,
        draft.facts,
        letter.first,
        letter.facts,
        number,
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
    count, bad = len(letter.numbers), letter.bad
    state, money, told = _BORN[int(letter.happening)]
    events = int(letter.asked.tell.events)
    news = 1 if events & told else 0
    held_by = holder if state == _SENDING else 0
    away_news = 1 if events & _AWAY_TOLD else 0
    columns: list[Iterable[Any]] = [
        range(letter.first, letter.first + count),
        repeat(letter.first),
        letter.numbers,
        either(letter, _AWAY_STATE, state),
        repeat(draft.at),
        repeat(letter.due),
        repeat(int(letter.asked.channel)),
        repeat(draft.account),
        letter.routes or repeat(letter.route),
        [0 if index in bad else price for index, price in enumerate(letter.prices)]
        if bad
        else letter.prices,
        either(letter, _AWAY_MONEY, money),
        letter.parts,
        letter.sending,
        either(letter, away_news, news),
        either(letter, 0, held_by),
    ]
    names: list[str] = []
    if state == _QUEUED:
        names.append("lapse")
        columns.append(repeat(letter.due + letter.asked.validity_h * HOUR))
    if bad:
        names += ["reason", "given"]
        columns.append([int(bad.get(index, 0)) for index in range(count)])
        given = letter.given or repeat(None)
        columns.append(
            one if index in bad else None for index, one in zip(range(count), given, strict=False)
        )
    if letter.refs:
        names.append("ref")
        columns.append([ref or None for ref in letter.refs])
    if letter.texts:
        names.append("text")
        columns.append(letter.texts)
    return _into(*names), zip(*columns, strict=False)


def either(letter: DraftLetter, bad: int, good: int) -> Iterable[int]:
    """A value for each recipient, whether it is in error or not."""
    if not letter.bad:
        return repeat(good)
    return [bad if index in letter.bad else good for index in range(len(letter.numbers))]


def _into(*names: str) -> Into:
    return Into("message", (*MESSAGE.columns, *names))


def _news_rows(draft: Draft, letter: DraftLetter, node: Node) -> Iterable[NewsRow]:
    state, _, told = _BORN[int(letter.happening)]
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
        (
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
