"""What waits, by hand: for links and for its time, and at customers' endpoints.

In: nothing more. Out: rows, the longest queue or the worst endpoint first, and what they come to.
"""

from collections.abc import Mapping
from typing import Any

from chappe.engine import look
from chappe.engine.look.endpoints import Endpoint
from chappe.engine.look.queues import Queue
from chappe.hands.shown import NothingMore, Shown, moment
from chappe.node import Node
from chappe.words.order import Channel

_QUEUES_MOST = 1_000


async def queue(node: Node, asked: NothingMore) -> Shown:
    found = await look.queues(node.desk, None)
    shown = {
        "queued": found.queued,
        "oldest": moment(found.since),
        "scheduled": found.scheduled,
        "queues": [_queue(node, one) for one in found.queues[:_QUEUES_MOST]],
    }
    said = []
    if len(found.queues) > _QUEUES_MOST:
        said.append(f"Only the {_QUEUES_MOST} longest of {len(found.queues)} queues are shown.")
    if found.is_partial:
        said.append(f"Of what is scheduled, the next {found.ahead} are told by queue.")
    return Shown(shown, " ".join(said), more=True)


def _queue(node: Node, one: Queue) -> Mapping[str, Any]:
    return {
        "links": list(one.links),
        "channel": Channel(one.channel).name,
        "account": node.accounts.login_of(one.account),
        "queued": one.queued,
        "oldest": moment(one.since),
        "scheduled": one.scheduled,
        "next_due": moment(one.next_due),
    }


async def endpoints(node: Node, asked: NothingMore) -> Shown:
    found = await look.endpoints(node.desk, None)
    rows = [_endpoint(node, one) for one in found.endpoints]
    if found.total > len(rows):
        many = f"{found.total} or more" if found.is_more else f"{found.total}"
        return Shown(rows, f"Only the {len(rows)} worst of {many} are shown.")
    return Shown(rows, "" if rows else "No endpoint is owed anything.")


def _endpoint(node: Node, one: Endpoint) -> Mapping[str, Any]:
    return {
        "account": node.accounts.login_of(one.account),
        "endpoint": one.origin,
        "owed": one.owed,
        "or_more": one.is_more,
        "oldest": moment(one.since),
        "next": moment(one.next),
        "under_way": one.flying,
        "missed_in_a_row": one.missed,
        "sick": one.is_sick,
        "last_answer": one.answer,
        "last_heard": moment(one.heard_at),
    }
