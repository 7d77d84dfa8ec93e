"""Links and the node by hand: how they are, pausing and resuming, and a handset that writes.

In: a link's name, or a reply. Out: what is shown. Promise: a pause holds at once and until the
server stops; what waits meanwhile waits in the store.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import msgspec

from chappe.config import LinkConfig
from chappe.engine.attend import LINK
from chappe.engine.recall import OUTCOMES, Flow
from chappe.hands.shown import CannotDo, NothingMore, Shown, moment, number_of, phone
from chappe.links.contract import HasStanding, Link, Standing, Verdict
from chappe.node import Node
from chappe.words.clock import SECOND

_TEXT_MOST = 1_600
_CODE_MOST = 15


class OneLink(msgspec.Struct, kw_only=True):
    name: str


class PretendedReply(msgspec.Struct, kw_only=True):
    number: str
    code: str
    text: str


@runtime_checkable
class Pausable(Protocol):
    """A link that can be told to take nothing for a while."""

    def pause(self) -> None: ...

    def resume(self) -> None: ...


@runtime_checkable
class Handsets(Protocol):
    """A link whose handsets are pretended."""

    def hand_in(self, number: int, code: str, text: str) -> None: ...


async def listing(node: Node, asked: NothingMore) -> Shown:
    """How each link is, and what went over it in the last minute."""
    paces, now = node.dispatch.paces(), node.clock.steady()
    elsewhere = await _elsewhere(node)
    rows = []
    for config in node.config.links:
        row = _row(config, node.links.get(config.name), paces)
        if config.name in elsewhere:
            row["condition"] = f"at {elsewhere[config.name]}"
        rows.append(row | _minute(node.measures.link(config.name).last_minute(now)))
    return Shown(rows)


async def _elsewhere(node: Node) -> Mapping[str, str]:
    """Links that other nodes have, with whose they are."""
    if not node.store.is_shared:
        return {}
    names = {one.id: one.name for one in await node.store.fellows() if one.id != node.store.node}
    return {
        one.what.removeprefix(LINK): names[one.node]
        for one in await node.store.tenures()
        if one.node in names
    }


def _minute(flow: Flow) -> dict[str, Any]:
    """Parts, and seconds within which the half of them, and 99 of 100, were answered."""
    return {
        "submits": flow.submits,
        "taken": flow.verdicts[Verdict.taken],
        "later": flow.verdicts[Verdict.later],
        "unanswered": flow.verdicts[Verdict.unanswered],
        "refused": {reason.name: count for reason, count in flow.refusals.items()},
        "receipts": {
            outcome: count
            for happening, outcome in OUTCOMES.items()
            if (count := flow.receipts[happening])
        },
        "answer_median_s": _seconds(flow.answer_after(0.5)),
        "answer_p99_s": _seconds(flow.answer_after(0.99)),
        "receipt_median_s": _seconds(flow.receipt_after(0.5)),
        "receipt_p99_s": _seconds(flow.receipt_after(0.99)),
    }


def _seconds(ms: float | None) -> float | str:
    """'' where nothing was timed."""
    return "" if ms is None else round(ms / SECOND, 3)


def _row(config: LinkConfig, link: Link | None, paces: Mapping[str, float]) -> dict[str, Any]:
    standing = link.standing if isinstance(link, HasStanding) else Standing()
    return {
        "link": config.name,
        "kind": config.kind,
        "condition": link.condition.name if link else "not running",
        "since": moment(standing.since),
        "says": standing.says,
        "window": config.window,
        "rate": config.rate,
        "pace": round(paces.get(config.name, config.rate), 1),
        "reconnects": standing.reconnects,
        "odd": dict(standing.odd),
    }


async def pause_link(node: Node, asked: OneLink) -> Shown:
    link = _pausable(node, asked.name)
    link.pause()
    return _condition(node, asked.name, "what would leave by it waits, or takes another link")


async def resume_link(node: Node, asked: OneLink) -> Shown:
    link = _pausable(node, asked.name)
    link.resume()
    node.dispatch.wake_all()
    return _condition(node, asked.name, "it takes messages")


async def reply(node: Node, asked: PretendedReply) -> Shown:
    """A handset of the simulated network writes to a code."""
    number = number_of(asked.number)
    if not (asked.code.isascii() and asked.code.isdigit() and len(asked.code) <= _CODE_MOST):
        raise CannotDo(f"{asked.code[:40]!r} is no short code such as 36105.")
    if not 0 < len(asked.text) <= _TEXT_MOST:
        raise CannotDo(f"The text must have 1 to {_TEXT_MOST} characters.")
    for link in node.links.values():
        if isinstance(link, Handsets):
            link.hand_in(number, asked.code, asked.text)
            shown = {"from": phone(number), "to": asked.code, "link": link.name}
            return Shown(shown, f"{phone(number)} wrote to {asked.code}.")
    raise CannotDo("No simulated link is running: real handsets write by themselves.")


async def pause(node: Node, asked: NothingMore) -> Shown:
    node.desk.pause()
    return Shown({"paused": True}, "Nothing is taken from customers; what was taken goes on.")


def _pausable(node: Node, name: str) -> Pausable:
    link = node.links.get(name)
    if link is None:
        raise CannotDo(f"There is no link {name[:40]!r}; `chappe links` shows all.")
    if not isinstance(link, Pausable):
        raise CannotDo(f"A link of kind {link.kind} can't be paused.")
    return link


def _condition(node: Node, name: str, meaning: str) -> Shown:
    link: Link = node.links[name]
    word = link.condition.name
    return Shown({"link": name, "condition": word}, f"Link {name} is {word}: {meaning}.")
