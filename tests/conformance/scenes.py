"""The scenes of the conformance pages: what all of them share, and how things may stand.

In: nothing. Out: the settings around a page's accounts, and what a scene does to a running node
before the first request.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NoReturn

from chappe.links.operator import OperatorLink
from chappe.node import Node
from chappe.store.contract import Batch, StoreAway
from chappe.store.writer import Free, Outcome

# Friday, 20 November 2026, 10:00:00 in Paris.
NOW = 1_795_165_200_000

SETTINGS = """
[http]
listen = "127.0.0.1:0"

[smtp]
listen = "127.0.0.1:0"
names = ["sms", "fax"]

[callbacks]
allow_private = true

[[link]]
name = "sim"
kind = "operator"

[[link]]
name = "calls"
kind = "calls"
"""


def _drain(node: Node) -> None:
    node.desk.draining = True


def _fill_the_disk(node: Node) -> None:
    _keep_no_order(node, StoreAway("database or disk is full"), lambda: True)


def _keep_no_order(node: Node, fault: Exception, fails: Callable[[], bool]) -> None:
    writer = node.store._writer
    commit = writer._commit

    def commit_nothing_new(work: Any, outcome: Outcome, free: Free) -> None:
        if isinstance(work, Batch) and work.drafts and fails():
            asyncio.get_running_loop().call_soon(outcome, None, fault)
            asyncio.get_running_loop().call_soon(free)
        else:
            commit(work, outcome, free)

    writer._commit = commit_nothing_new


def _break_something(node: Node) -> None:
    def choose(*given: object) -> NoReturn:
        raise RuntimeError("this is what a mistake of ours looks like")

    node.routes.choose = choose  # type: ignore[assignment, method-assign]


def _lose_the_store(node: Node) -> None:
    _stop_the_store(node, StoreAway("the database is away"))


def _break_the_store(node: Node) -> None:
    _stop_the_store(node, RuntimeError("this is what a mistake of ours looks like"))


def _stop_the_store(node: Node, fault: Exception) -> None:
    """Whatever anybody asks it, or wants it to do, once there is an order to be asked about."""

    def fails() -> bool:
        return any(node.desk.measures.accepted.values())

    def failing(work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def attempt(*given: Any, **named: Any) -> Any:
            if fails():
                raise fault
            return await work(*given, **named)

        return attempt

    _keep_no_order(node, fault, fails)
    store: Any = node.store
    store.read, store._ask, store._do = map(failing, (store.read, store._ask, store._do))


def _lose_the_links(node: Node) -> None:
    node.routes.choose = lambda *given: 0  # type: ignore[method-assign]


def _unteach_all_languages(node: Node) -> None:
    node.desk.languages = frozenset()


def _lose_the_calls(node: Node) -> None:
    node.routes.has_calls = False


def _pause_the_link(node: Node) -> None:
    """Where it is, if there are several nodes."""
    for link in (node.links[name] for name in node.links if name == "sim"):
        assert isinstance(link, OperatorLink)
        link.pause()


# What may stand behind `Scene:`.
PREPARE: Mapping[str, Callable[[Node], None]] = {
    "the node is stopping": _drain,
    "the disk is full": _fill_the_disk,
    "something of ours is broken": _break_something,
    "the store is away after one order": _lose_the_store,
    "the store is broken after one order": _break_the_store,
    "no route leads anywhere": _lose_the_links,
    "the operator is away": _pause_the_link,
    "nobody speaks here": _unteach_all_languages,
    "nothing places calls": _lose_the_calls,
}
