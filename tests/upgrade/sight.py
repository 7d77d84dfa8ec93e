"""All that can be looked at of an installation, by the hands and by the store's own questions.

In: a node whose store is open. Out: plain values, as JSON has them; and how two such sights differ.
Promise: what a later version shows besides is no difference.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chappe.engine.look.usage import BY
from chappe.hands import perform
from chappe.hands.accounts import NamedAccount
from chappe.hands.callbacks import CallbackList
from chappe.hands.ledger import MOST, LedgerPage
from chappe.hands.messages import OneMessage, OneNumber
from chappe.hands.search import LIMIT_MOST, MessageList
from chappe.hands.shown import NothingMore
from chappe.hands.usage import UsageAsked
from chappe.node import Node
from chappe.words.clock import DAY

_MANY = 1_000
_ALL = ("account list", "optout list", "queue", "doubt list")


async def seen(node: Node) -> Any:
    """Everything."""
    messages = (await _shown(node, "message list", MessageList(limit=LIMIT_MOST)))["messages"]
    usage = UsageAsked(first="2024-01-01", last="2026-12-31", by=tuple(BY))
    found = {
        **{name: await _shown(node, name, NothingMore()) for name in _ALL},
        "messages": [
            await _shown(node, "message show", OneMessage(message=one["message"]))
            for one in messages
        ],
        "numbers": [
            await _shown(node, "number show", OneNumber(number=number))
            for number in sorted({one["number"] for one in messages} - {""})
        ],
        "usage": await _shown(node, "usage", usage),
        "accounts": [await _account(node, one.id) for one in node.accounts.all()],
        "store": await _kept(node),
    }
    return msgspec.json.decode(msgspec.json.encode(found))


async def _shown(node: Node, hand: str, asked: Any) -> Any:
    return (await perform(node, hand, asked)).value


async def _account(node: Node, ident: int) -> Any:
    account = node.accounts.by_id(ident)
    assert account is not None
    store, login = node.store, account.login
    groups = await store.groups(ident, 0, _MANY)
    purses = await store.purses(ident)
    return {
        "shown": await _shown(node, "account show", NamedAccount(login=login)),
        "keys": await _shown(node, "account keys", NamedAccount(login=login)),
        "callbacks": await _shown(node, "callbacks list", CallbackList(login=login, limit=_MANY)),
        "ledgers": [
            await _shown(node, "ledger", LedgerPage(login=login, purse=name, limit=MOST))
            for name in purses
        ],
        "purses": purses,
        "contacts": await store.contacts(ident, 0, _MANY),
        "groups": groups,
        "members": [await store.members(ident, one.id, 0, _MANY) for one in groups],
        "replies": await store.replies(ident, 0, _MANY),
        "orders": await store.orders(ident, "", 0, _MANY),
    }


async def _kept(node: Node) -> Any:
    store = node.store
    accounts = [
        ({name: getattr(one, name) for name in one.__struct_fields__ if name != "ids"}, secrets)
        for one, secrets in await store.accounts()
    ]
    return {
        "accounts": accounts,
        "routes": {str(ident): links for ident, links in (await store.routes()).items()},
        "keys": await store.made_keys("", _MANY),
        "audit": await store.audit(),
        "dropped": await store.dropped(),
        "fragments": await store.fragments("sim"),
        "strangers": await store.strangers(_MANY),
        "due again": await store.due_again(node.clock.now() + DAY, _MANY),
        "next": [await store.next_scheduled(), await store.next_again()],
        "contents": await store.contents(),
        "confirmations": await store.confirmations(0, _MANY),
        "under way": await store.under_way(node.clock.now()),
    }


def differences(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """Where what was is not what is."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name, value in before.items():
            if name in now:
                yield from differences(value, now[name], f"{place}.{name}")
            else:
                yield f"{place}.{name} is gone: it was {value!r}"
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for index, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from differences(one, other, f"{place}[{index}]")
    elif before != now:
        yield f"{place} was {before!r} and is {now!r}"
