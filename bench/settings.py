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


class Wanted(NamedTuple):
    """What a work may choose."""

    window: int = 100
    rate: int = 0  # parts a second on the link; 0 is no bound


def settings(
    wanted: Wanted, port: int, callbacks_port: int | None, smpp_port: int | None = None
) -> str:
    """One link, two accounts. `smpp_port`: the link is SMPP to there, else the simulated one."""
    tables: list[tuple[str, dict[str, object]]] = [
        ("[http]", {"listen": f"127.0.0.1:{port}"}),
        ("[callbacks]", {"allow_private": True}),
        ("[[link]]", _link(wanted, smpp_port)),
    ]
    for login in (LOGIN, RIVAL):
        tables += _account(login, callbacks_port)
    return "\n".join(_written(head, keys) for head, keys in tables)


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
    facts: dict[str, object] = {
        "login": login,
        "password": PASSWORD,
        "api_keys": [f"{login}-key"],
        "balance": "10000000.00",
        "hours": "any",
    }
    highsms: dict[str, object] = {"route": "S", "routes": ["B", "S"]}
    octopush: dict[str, object] = {}
    smsmode: dict[str, object] = {}
    isendpro: dict[str, object] = {}
    if callbacks_port is not None:
        address = f"http://127.0.0.1:{callbacks_port}/receipts"
        # One callback for each message: that of its receipt.
        highsms |= {"webhook_url": address, "webhook_events": ["DLR"]}
        octopush |= {"receipts_url": address}
        smsmode |= {"notification_url": address}
        isendpro |= {"receipts_url": address}
    return [
        ("[[account]]", facts),
        ("[account.highsms]", highsms),
        ("[account.octopush]", octopush),
        ("[account.smsmode]", smsmode),
        ("[account.isendpro]", isendpro),
    ]


def _written(head: str, keys: dict[str, object]) -> str:
    """A table of TOML: its texts, numbers, flags and lists of texts are written as in JSON."""
    return "\n".join([head, *(f"{key} = {json.dumps(value)}" for key, value in keys.items()), ""])
