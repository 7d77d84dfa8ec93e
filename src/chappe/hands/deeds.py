"""What was done by hand is written down: by whom, to which account, and with what.

In: a deed, and what was asked. Out: a row that `chappe console log` and the console show. Promise:
no secret and no text of a message stands in it.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from chappe.engine import look
from chappe.node import Node

BY_COMMAND: Final = "command line"
_LOGINS: Final = ("login", "account")
# What is said of what was asked; nothing else is, whatever a hand may be asked some day.
_SAID: Final = (
    *("login", "account", "name", "message", "seq", "number", "list", "purse", "amount", "note"),
    *("kind", "replace", "id", "role", "all", "by_hand", "messages", "callbacks", "settings"),
    *("reference", "order", "total", "group", "numbers"),
)
_SAID_MOST: Final = 200  # letters of each
_SETTINGS_SECRET: Final = ("password", "key", "secret")


async def note(node: Node, who: str, what: str, asked: Mapping[str, Any], account: int = 0) -> None:
    """`account` is to which; where it is not given, a login among what was asked says so,
    or whose message it is."""
    for name in _LOGINS:
        found = node.accounts.by_login(str(asked.get(name) or "")) if not account else None
        if found is not None:
            account = found.id
    if not account and isinstance(ident := asked.get("message"), int):
        message = await look.message(node.desk, ident)
        account = message.account if message is not None else 0
    facts = {name: _said(asked[name]) for name in _SAID if asked.get(name)}
    written = msgspec.json.encode(facts).decode()
    await node.store.note_deed(node.clock.now(), who, account, what, written)


def _said(value: Any) -> str:
    """As it is shown. Of settings, those that may hold a secret by their names alone."""
    if isinstance(value, Mapping):
        pairs = [f"{name}={one}" for name, one in value.items()]
        return ", ".join(map(_bare, pairs))[:_SAID_MOST]
    if isinstance(value, list | tuple):
        return ", ".join(_bare(str(one)) for one in value)[:_SAID_MOST]
    return str(value)[:_SAID_MOST]


def _bare(pair: str) -> str:
    name, sign, _ = pair.partition("=")
    is_secret = sign and any(word in name for word in _SETTINGS_SECRET)
    return f"{name}=..." if is_secret else pair
