"""One message's whole story, from its acceptance to the last callback.

In: a message, and what is kept of its way. Out: what befell it, in the order of time; its
callbacks. Promise: whoever may not read texts finds none here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup

from chappe.console.ends import end_badge, event_word, missed_badge
from chappe.console.shape import Visit
from chappe.console.states import badge
from chappe.engine.doubt import DROPPED, HELD, SENT_AGAIN
from chappe.store.lookup import NewsTold, Trail
from chappe.store.told import GIVEN_UP, HEARD, OWED, UNWANTED
from chappe.words.lane import origin_of
from chappe.words.lifecycle import Event, Money, Reason, State
from chappe.words.news import Message, Reply
from chappe.words.order import LEFT_OUT
from chappe.words.visitor import Right

_NO_STATES = Event.reply | Event.stop | Event.click  # what befalls a message and leaves its state


_CHOICES: Mapping[str, str] = {HELD: "held", SENT_AGAIN: "sent again", DROPPED: "dropped"}


class Moment(NamedTuple):
    """Something that befell it. `rank` orders what befell at one instant."""

    at: int
    rank: int
    what: Markup | str
    notes: Sequence[str] = ()


def told(visit: Visit, message: Message, trail: Trail) -> Sequence[Moment]:
    """All of it, the first comes first."""
    moments = [
        _accepted(visit, message, trail),
        *_states(visit, message, trail),
        *_doubts(visit, trail),
        *(_reply(visit, one) for one in trail.replies),
        *_clicks(visit, trail),
        *(one for news in trail.calls for one in _calls(visit, news, trail)),
    ]
    return sorted(moments, key=lambda one: one[:2])


def _accepted(visit: Visit, message: Message, trail: Trail) -> Moment:
    say = visit.say
    action, _, whence = trail.origin.partition(" ")
    notes = [say("by {api}, {action}", api=message.dialect, action=action) if action else ""]
    notes.append(say("from {whence}", whence=whence) if whence else "")
    if message.price:
        notes.append(say("{price} held", price=say.euros(message.price)))
    if not action:
        notes[0] = say("by {api}", api=message.dialect)
    return Moment(message.order_at, 0, say("Accepted"), [note for note in notes if note])


def _states(visit: Visit, message: Message, trail: Trail) -> Iterator[Moment]:
    """How it stood, as far as that is kept: by the news that its customer was owed, and by the
    message itself."""
    lives = [
        (at, State(state), Reason(reason), operator)
        for at, event, state, reason, operator in trail.steps
        if not Event(event) & (_NO_STATES | Event.created)
    ]
    known = {(at, state) for at, state, *_ in lives}
    if message.sent_at and (message.sent_at, State.sent) not in known:
        lives.append((message.sent_at, State.sent, Reason.none, ""))
        known.add((message.sent_at, State.sent))
    if (message.at, message.state) not in known:
        lives.append((message.at, message.state, message.reason, message.operator))
    last = max(lives, key=lambda one: one[0])
    for one in lives:
        at, state, reason, operator = one
        notes = [visit.say("at the operator {code}", code=operator)] if operator else []
        if state is State.sent and at == message.sent_at:
            notes += _parts(visit, trail)
        if one == last and message.price and Money(trail.money) is Money.released:
            notes.append(visit.say("{price} given back", price=visit.say.euros(message.price)))
        yield Moment(at, 1, badge(visit.say, state, reason.name), notes)


def _parts(visit: Visit, trail: Trail) -> Sequence[str]:
    sentence = "part {part} by {link}, at the operator {ref}"
    return [visit.say(sentence, part=no, link=link, ref=ref) for link, ref, no in trail.parts]


def _doubts(visit: Visit, trail: Trail) -> Iterator[Moment]:
    say = visit.say
    for at, choice, times in trail.doubts:
        notes = [say("{count} times", count=times)] if times > 1 else []
        yield Moment(
            at, 2, say("In doubt: {choice}", choice=say(_CHOICES.get(choice, choice))), notes
        )


def _reply(visit: Visit, reply: Reply) -> Moment:
    text = reply.text if visit.may(Right.texts) else visit.say("hidden")
    return Moment(reply.at, 3, visit.say("STOP" if reply.stop else "Reply"), [text])


def _clicks(visit: Visit, trail: Trail) -> Iterator[Moment]:
    say = visit.say
    times = [at for at, event, *_ in trail.steps if Event(event) & Event.click]
    for at in times:
        yield Moment(at, 3, say("Link followed"))
    if trail.tiny is not None and trail.tiny[2]:
        last = trail.tiny[3]
        if last not in times:
            yield Moment(last, 3, say("Link followed"))


def _calls(visit: Visit, news: NewsTold, trail: Trail) -> Iterator[Moment]:
    """Each call that told a piece of news, or the one that is to."""
    say = visit.say
    what = say("callback of {event}", event=event_word(say, news.event))
    where = origin_of(news.url)
    tries = [(at, answer, took) for seq, at, answer, took in trail.tries if seq == news.seq]
    for at, answer, took in tries:
        yield Moment(at, 4, _called(missed_badge(say), what), _answer(visit, answer, took, where))
    ended = news.told_at or news.at
    call = _called(end_badge(say, news.done), what)
    if news.done == HEARD:
        yield Moment(ended, 4, call, _answer(visit, news.answer, news.took, where))
    elif news.done == UNWANTED:
        yield Moment(ended, 4, call, [say("nobody is to be told")])
    elif news.done == GIVEN_UP:
        yield Moment(ended, 5, call, [where] if where else [])
    elif news.done == OWED:
        yield Moment(news.due, 5, call, [where] if where else [])


def _called(mark: Markup, what: str) -> Markup:
    return Markup("{} {}").format(mark, what)


def _answer(visit: Visit, answer: str, took: int, where: str) -> Sequence[str]:
    notes = [visit.say("answer {answer}", answer=answer)] if answer else []
    if took:
        notes.append(f"{took} ms")
    return [*notes, where] if where else notes


class _NewsRow(NamedTuple):
    """A piece of news, and how it was told last."""

    seq: int
    event: str
    at: int
    end: Markup
    tries: int
    answer: str
    took: int
    where: str
    due: int


def callbacks(visit: Visit, trail: Trail) -> Sequence[_NewsRow]:
    """All that its customer is or was to be told, by its numbers."""
    return [
        _NewsRow(
            one.seq,
            event_word(visit.say, one.event),
            one.at,
            end_badge(visit.say, one.done),
            one.tries,
            one.answer,
            one.took,
            origin_of(one.url),
            one.due if one.done == OWED else 0,
        )
        for one in trail.calls
    ]


def left_out(message: Message) -> str:
    """What its dialect says that was left out of it."""
    facts = msgspec.json.decode(message.order_facts or "{}", type=dict[str, Any])
    return str(facts.get(LEFT_OUT, ""))


def money_word(trail: Trail) -> str:
    """What became of its price."""
    words: Mapping[Money, str] = {
        Money.stays: "free",
        Money.held: "held",
        Money.spent: "spent",
        Money.released: "given back",
    }
    return words[Money(trail.money)]
