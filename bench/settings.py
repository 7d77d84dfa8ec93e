"""The settings of a server under test.

In: ports, and what a work wants otherwise. Out: the text of a settings file, as a customer would
write it. Promise: nothing in it switches off what makes a message safe.
"""

import json
from typing import Final, NamedTuple

LOGIN: Final = "bench"
RIVAL: Final = "rival"
PASSWORD: Final = "bench-password"
KEY: Final = f"{LOGIN}-key"
MANY: Final = "many"
"""What the logins of the further accounts begin with; four digits follow."""


class Wanted(NamedTuple):
    """What a work may choose."""

    window: int = 100
    rate: int = 0  # parts a second on the link; 0 is no bound
    accounts: int = 0  # further ones, each with a key and without a password
    store: str = ""  # of a PostgreSQL, its URL
    apart: bool = False  # the second account has a link of its own
    console: int = 0  # the port of its console; 0: it has none


def settings(
    wanted: Wanted, port: int, callbacks_port: int | None, smpp_port: int | None = None
) -> str:
    """A link, two accounts. `smpp_port`: the link is SMPP to there, else the simulated one."""
    tables: list[tuple[str, dict[str, object]]] = [
        ("[http]", {"listen": f"127.0.0.1:{port}"}),
        ("[callbacks]", {"allow_private": True}),
        ("[[link]]", _link(wanted, smpp_port)),
    ]
    if wanted.console:
        tables.append(("[console]", {"listen": f"127.0.0.1:{wanted.console}"}))
    if wanted.store:
        tables.append(("[store]", {"url": wanted.store}))
    if wanted.apart:
        theirs = _link(wanted, smpp_port)
        tables.append(("[[link]]", {**theirs, "name": RIVAL, "system_id": RIVAL}))
        tables.append(("[[route]]", {"account": [RIVAL], "links": [RIVAL]}))
        tables.append(("[[route]]", {"links": [theirs["name"]]}))
    for login in (LOGIN, RIVAL):
        tables += _account(login, callbacks_port)
    return _text(tables) + further(wanted.accounts, callbacks_port)


def further(accounts: int, callbacks_port: int | None) -> str:
    """So many accounts more, which Octopush's door knows by their keys. They go behind what any
    revision has for settings. They have no passwords: a thousand take long to hash."""
    tables: list[tuple[str, dict[str, object]]] = []
    for number in range(accounts):
        login = f"{MANY}{number:04}"
        facts = {**_facts(login), "api_keys": [f"{login}-key"]}
        tables += [("[[account]]", facts), ("[account.octopush]", _receipts(callbacks_port))]
    return _text(tables)


def _link(wanted: Wanted, smpp_port: int | None) -> dict[str, object]:
    # The simulated link of this name writes the log that all tools know, operator.log.
    link: dict[str, object] = {"name": "sim", "kind": "operator", "window": wanted.window}
    if smpp_port is not None:
        link |= {
            "name": "smsc",
            "kind": "smpp",
            "host": "127.0.0.1",
            "port": smpp_port,
            "system_id": "bench",
        }
    return link | ({"rate": wanted.rate} if wanted.rate else {})


def _account(login: str, callbacks_port: int | None) -> list[tuple[str, dict[str, object]]]:
    facts = {**_facts(login), "password": PASSWORD, "api_keys": [f"{login}-key"]}
    highsms: dict[str, object] = {"route": "S", "routes": ["B", "S"]}
    smsmode: dict[str, object] = {}
    if callbacks_port is not None:
        # One callback for each message: that of its receipt.
        highsms |= {"webhook_url": _address(callbacks_port), "webhook_events": ["DLR"]}
        smsmode |= {"notification_url": _address(callbacks_port)}
    return [
        ("[[account]]", facts),
        ("[account.highsms]", highsms),
        ("[account.octopush]", _receipts(callbacks_port)),
        ("[account.smsmode]", smsmode),
        ("[account.isendpro]", _receipts(callbacks_port)),
    ]


def _facts(login: str) -> dict[str, object]:
    return {"login": login, "balance": "10000000.00", "hours": "any"}


def _receipts(callbacks_port: int | None) -> dict[str, object]:
    return {} if callbacks_port is None else {"receipts_url": _address(callbacks_port)}


def _address(callbacks_port: int) -> str:
    return f"http://127.0.0.1:{callbacks_port}/receipts"


def _text(tables: list[tuple[str, dict[str, object]]]) -> str:
    return "\n".join(_written(head, keys) for head, keys in tables)


def _written(head: str, keys: dict[str, object]) -> str:
    """A table of TOML: its texts, numbers, flags and lists of texts are written as in JSON."""
    return "\n".join([head, *(f"{key} = {json.dumps(value)}" for key, value in keys.items()), ""])
