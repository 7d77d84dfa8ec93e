"""The demo's card: lines to copy per dialect, numbers to try, and where to look.

In: the addresses that the demo has, the samples of its dialects. Out: a text. Promise: each line
works as it stands.
"""

from collections.abc import Iterable
from typing import NamedTuple

from chappe.demo import EMAIL, KEY, LOGIN, OPERATOR, PASSWORD
from chappe.dialects.shape import Sample

_NUMBERS = (
    ("0639980001", "delivered within a second"),
    ("0639980011", "unknown subscriber (NPAI)"),
    ("0639980030", "delivered after 30 seconds"),
    ("0639980040", "delivered, then the handset replies STOP"),
)


class Addresses(NamedTuple):
    """Where the demo is found; what is closed is ''."""

    console: str
    url: str
    page: str  # for callbacks
    figures: str
    mail: str = ""
    files: tuple[str, int] | None = None


def card(where: Addresses, samples: Iterable[Sample]) -> str:
    """What `make run` prints once it is ready."""
    known = {"login": LOGIN, "email": EMAIL, "password": PASSWORD, "key": KEY}
    places = {"url": where.url, "page": where.page, "mail": where.mail}
    lines = [
        f"See it in a browser: {where.console} (login {LOGIN} or {OPERATOR}, the password below)",
        f"Chappe is ready at {where.url}",
        "Nothing leaves this machine: only the simulated network sends.",
        "",
        f"Account {LOGIN}, {EMAIL}; password {PASSWORD}; key and token {KEY}.",
        f"Callbacks come to {where.page}, and each is printed below.",
    ]
    for sample in samples:
        commands = [line.format(**places, **known) for line in sample.lines]
        lines += ["", sample.heading, *(f"  {line}" for line in commands)]
    if where.files is not None:
        host, port = where.files
        lines += ["", "Files, with that password: NAME.xml or NAME.json, then an empty NAME.ack"]
        lines.append(f"  sftp -P {port} {LOGIN}@{host}")
    lines += ["", "Numbers of the simulated network; README.md has all of them:"]
    lines += [f"  {number}  {fate}" for number, fate in _NUMBERS]
    lines += ["", f"Figures: {where.figures}/metrics   Stop: Ctrl-C", ""]
    return "\n".join(lines)
