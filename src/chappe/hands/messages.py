"""Messages and numbers by hand: one message's facts, all that is kept of a number, forgetting it.

In: a message's number, or a phone number. Out: what is shown. Promise: `show` shows all that the
store keeps of a number; `erase` leaves counters, prices and opt-outs, and says what it left.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from chappe.engine import look
from chappe.hands.optouts import list_name
from chappe.hands.shown import CannotDo, Shown, moment, money, number_of, phone
from chappe.node import Node
from chappe.store.lookup import NewsTold, Trail
from chappe.store.told import GIVEN_UP, HEARD, OWED, UNWANTED
from chappe.words import number as numbers
from chappe.words.calls import read_speech
from chappe.words.lane import origin_of
from chappe.words.lifecycle import FINAL, Event, Money, Reason, State
from chappe.words.news import Message, Reply
from chappe.words.order import LEFT_OUT, Channel

_NO_STATES = Event.reply | Event.stop | Event.click  # what befalls a message and leaves its state


class OneMessage(msgspec.Struct, kw_only=True):
    message: int


class OneNumber(msgspec.Struct, kw_only=True):
    number: str


async def show(node: Node, asked: OneMessage) -> Shown:
    found = await message_of(node, asked.message)
    trail = await node.store.trail(found.id)
    facts = dict(_facts(node, found))
    text = facts.pop("text")
    left_out = msgspec.json.decode(found.order_facts or "{}", type=dict[str, str]).get(LEFT_OUT)
    return Shown(
        {
            **facts,
            **({LEFT_OUT: left_out} if left_out else {}),
            "given": found.given,
            **_origin(trail, found),
            "channel": "" if trail.channel is None else Channel(trail.channel).name,
            "links": trail.links or [],
            **_spoken(trail, text),
            "text": text,
            "ids": [
                {"part": no, "link": link, "operator_id": ref} for link, ref, no in trail.parts
            ],
            "steps": _steps(found, trail),
            "callbacks": [call for told in trail.calls for call in _calls(told, trail)],
        }
    )


async def number_show(node: Node, asked: OneNumber) -> Shown:
    number = number_of(asked.number)
    story = await node.store.number_story(number)
    return Shown(
        {
            "number": phone(number),
            "country": numbers.country(number),
            "operator": numbers.operator(number),
            "messages": [_facts(node, message) for message in story["messages"]],
            "replies": [_reply(node, reply) for reply in story["replies"]],
            "opt_outs": [_opt_out(node, *row) for row in story["opt_outs"]],
            "contacts": [
                {"account": node.accounts.login_of(account), "at": moment(at), "fields": fields}
                for account, at, fields in story["contacts"]
            ],
            "groups": [
                {"account": node.accounts.login_of(account), "group": group}
                for account, group in story["groups"]
            ],
        }
    )


async def number_erase(node: Node, asked: OneNumber) -> Shown:
    number = number_of(asked.number)
    await _unsay(node, number)
    erased = await node.store.erase_number(number)
    story = await node.store.number_story(number)
    left = sum(message.state not in FINAL for message in story["messages"])
    shown = {"number": phone(number), "erased": erased, "under_way": left}
    still = f" {left} of its messages are still under way: erase it again later." if left else ""
    return Shown(shown, f"Erased in {erased} messages and replies; its opt-outs stay.{still}")


async def _unsay(node: Node, number: int) -> None:
    """What was spoken for it goes; where it is wanted for somebody else, it is spoken again."""
    for message in (await node.store.number_story(number))["messages"]:
        speech = read_speech((await node.store.trail(message.id)).speech)
        if speech is not None and message.state in FINAL:
            await node.recordings.forget(speech.title, message.text, speech.language)


async def message_of(node: Node, ident: int) -> Message:
    """The message of this number."""
    found = await look.message(node.desk, ident)
    if found is None:
        raise CannotDo(f"There is no message {ident}.")
    return found


def _facts(node: Node, message: Message) -> Mapping[str, Any]:
    return {
        "message": message.id,
        "order": message.order,
        "account": node.accounts.login_of(message.account),
        "dialect": message.dialect,
        "number": phone(message.number),
        "state": message.state.name,
        "reason": message.reason.name,
        "changed": moment(message.at),
        "accepted": moment(message.order_at),
        "sent": moment(message.sent_at),
        "operator": message.operator,
        "sender": message.sender or message.code,
        "parts": message.parts,
        "price": money(message.price),
        "order_reference": message.order_ref,
        "reference": message.ref,
        "text": message.text,
    }


def _spoken(trail: Trail, text: str) -> Mapping[str, str]:
    """Of a call, what else is said of it and how, as long as its text is kept."""
    speech = read_speech(trail.speech)
    return {"language": speech.language, "title": speech.title} if speech and text else {}


def _origin(trail: Trail, message: Message) -> Mapping[str, str]:
    """How its order came, where that is known."""
    action, _, whence = trail.origin.partition(" ")
    return {"action": action, "from": whence, "trace": message.trace}


def _steps(message: Message, trail: Trail) -> list[Mapping[str, str]]:
    """The steps of a message and their times, as far as these are kept: by the message itself, by
    the news its customer was owed, and by decisions in doubt."""
    price, became = message.price, Money(trail.money)
    held = f"{money(price)} held" if price else ""
    steps: dict[tuple[int, str], str] = {(message.order_at, "accepted"): held}
    for at, event, state, reason, operator in trail.steps:
        word = (Event(event) & _NO_STATES or State(state)).name or ""
        steps[at, word] = Reason(reason).name if reason else operator
    for at, choice, times in trail.doubts:
        steps[at, f"in doubt: {choice}"] = f"{times} times" if times > 1 else ""
    if message.sent_at:
        steps.setdefault((message.sent_at, State.sent.name), "")
    why = message.reason.name if message.reason else message.operator
    if price and became is Money.released:
        why = f"{why}, {money(price)} given back".removeprefix(", ")
        steps[message.at, message.state.name] = why
    steps.setdefault((message.at, message.state.name), why)
    return [
        {"at": moment(at), "step": step, "says": says}
        for (at, step), says in sorted(steps.items(), key=lambda row: row[0][0])
    ]


def _calls(told: NewsTold, trail: Trail) -> Iterator[Mapping[str, Any]]:
    """Each call that told a piece of news, or the one that is to."""
    event = Event(told.event).name or ""
    endpoint = origin_of(told.url)
    missed = [row[1:] for row in trail.tries if row[0] == told.seq]
    ended = {HEARD: "heard", OWED: "", GIVEN_UP: "", UNWANTED: "unwanted"}[told.done]
    calls = [*((at, "missed", answer, took) for at, answer, took in missed)]
    if ended:
        calls.append((told.told_at or told.at, ended, told.answer, told.took))
    for at, end, answer, took in calls:
        yield _call(told.seq, event, moment(at), end, answer, took, endpoint)
    if told.done == OWED:
        yield _call(told.seq, event, moment(told.due), "owed", "", 0, endpoint)
    elif told.done == GIVEN_UP:
        yield _call(told.seq, event, moment(told.told_at), "given up", "", 0, endpoint)


def _call(
    seq: int, event: str, at: str, end: str, answer: str, took: int, endpoint: str
) -> Mapping[str, Any]:
    return {
        "seq": seq,
        "event": event,
        "at": at,
        "end": end,
        "answer": answer,
        "ms": took or "",
        "endpoint": endpoint,
    }


def _reply(node: Node, reply: Reply) -> Mapping[str, Any]:
    return {
        "at": moment(reply.at),
        "code": reply.code,
        "account": node.accounts.login_of(reply.account),
        "message": reply.message,
        "text": reply.text,
    }


def _opt_out(node: Node, account: int, at: int, source: str, list_: int) -> Mapping[str, Any]:
    return {
        "account": node.accounts.login_of(account) if account else "everybody",
        "list": list_name(list_),
        "at": moment(at),
        "source": source,
    }
