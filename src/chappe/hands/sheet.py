"""One account by hand: all its settings, its figures, and what waits for it.

In: a login. Out: what is shown. Promise: no secret is shown; settings have the names and the values
that the file would have for them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from chappe.config import Secret
from chappe.config.schema import Key
from chappe.config.tables import sections
from chappe.engine import look
from chappe.engine.look.sheet import AccountSheet
from chappe.hands.accounts import NamedAccount, account_of, held_in
from chappe.hands.optouts import list_name
from chappe.hands.shown import Shown, moment
from chappe.node import Node
from chappe.words.account import Account
from chappe.words.ledger import Waits

_CHILDREN_SHOWN = 100
_FIELDS = frozenset(Account.__struct_fields__)


async def show(node: Node, asked: NamedAccount) -> Shown:
    account = account_of(node, asked.login)
    found = await look.sheet(node.desk, account.login, None)
    assert found is not None
    children = list(found.children[:_CHILDREN_SHOWN])
    if more := len(found.children) - len(children):
        children.append(f"{more} more")
    return Shown(
        {
            "login": account.login,
            "state": account.state,
            "parent": account.parent,
            "children": children,
            "declared_by_file": found.is_declared,
            "password": "set" if found.has_password else "none",
            "sealed_keys": list(found.sealed),
            "last_order": moment(found.last_order),
            **_waits("messages_waiting", found.waiting),
            **_waits("callbacks_owed", found.owed),
            "opted_out": {list_name(list_): count for list_, count in found.listed.items()},
            "details": dict(account.details),
            "purses": [
                {"purse": name or "its own", "balance": held_in(name, balance)}
                for name, balance in found.purses.items()
            ],
            "keys": _keys(found),
            "settings": [
                {
                    "setting": name,
                    "value": written(key, value),
                    "is": "set" if is_set else "default",
                }
                for name, key, value, is_set in settings_of(node, account)
            ],
        }
    )


def _keys(found: AccountSheet) -> list[Mapping[str, Any]]:
    return [{"kind": key.kind, "given": key.source, "count": key.total} for key in found.keys]


def _waits(name: str, waits: Waits) -> Mapping[str, Any]:
    return {name: waits.total, f"{name}_since": moment(waits.since)}


def settings_of(node: Node, account: Account) -> Iterator[tuple[str, Key, Any, bool]]:
    """Name, what is known of it, value, and whether that is another than where the file says
    nothing: those of the account, then those of its dialects that are set."""
    known = sections(node.dialects)["account"]
    for name, key in known.keys.items():
        if name in _FIELDS and name not in ("login", "state", "parent"):
            value = getattr(account, name)
            yield name, key, value, value != key.default
    for dialect, keys in (known.tables or {}).items():
        values = account.dialects.get(dialect, {})
        for name, key in keys.items():
            if name in values:
                yield f"{dialect}.{name}", key, values[name], True


def written(key: Key, value: Any) -> str:
    """A value as the file would have it; 'none' where it is not set."""
    if value is None or value == "" or isinstance(value, Secret):
        return "none"
    if isinstance(value, Mapping):
        return msgspec.json.encode(value).decode()
    return key.reader.write(value)
