"""The directory that a node works on: whose it is, what stands in it, who may read it.

In: a directory, and what the settings say. Out: what is open to others, or a sentence that says why
no node may begin there; '' where one may. Promise: only what Chappe makes itself is ever touched;
the directory was made by whoever chose its place, and stays as it is.
"""

import fcntl
import logging
import os
import platform
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from chappe.config import StoreConfig
from chappe.engine.accounts import Secrets
from chappe.store.intents import Intents

log = logging.getLogger("chappe")

DATABASE, KEY, MARK, NAME = "chappe.db", "chappe.key", "chappe.demo", "chappe.node"

_OTHERS = 0o077
# What a directory holds of ours. Folders below `files` are the accounts', one each.
_OURS = (
    "chappe.*",
    "operator.log*",
    "calls*.log*",
    "speech",
    "speech/*",
    "control.sock",
    "files",
    "files/*",
)
_MARKED = b"This directory is the demo's, whose password everybody knows: nothing real goes here.\n"


class CannotStart(Exception):
    """One clear sentence."""


class DirectoryTaken(CannotStart):
    """Another process works on this directory."""


class Wide(NamedTuple):
    """A file that others can open, and its mode."""

    path: Path
    mode: int


def taken(data: Path) -> int:
    """The directory is this process's, as long as the descriptor that is given back is open."""
    try:
        data.mkdir(0o700, parents=True, exist_ok=True)
        file = os.open(data / "chappe.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as fault:
        raise CannotStart(
            f"The data directory {data} can't be written ({fault.strerror})."
        ) from fault
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        os.close(file)
        raise DirectoryTaken(
            f"Another Chappe already works on {data}: stop it first, or give this one "
            "a directory of its own with --data."
        ) from fault
    return file


def name_of(data: Path) -> str:
    """What the node that works here is called among others, from its first start on."""
    file = data / NAME
    try:
        return file.read_text("utf-8").strip()
    except OSError:
        name = f"{platform.node() or 'node'}-{secrets.token_hex(3)}"
        file.write_text(f"{name}\n", "utf-8")
        return name


def plain(fault: OSError) -> str:
    """What the system says, without its number."""
    return os.strerror(fault.errno) if fault.errno else str(fault)


def wide(data: Path) -> Iterator[Wide]:
    """What of ours lies open."""
    for pattern in _OURS:
        for path in sorted(data.glob(pattern)):
            mode = mode_of(path)
            if mode & _OTHERS:
                yield Wide(path, mode)


def narrow(data: Path) -> None:
    """Take it from the others; what can't be taken is told."""
    for path, mode in wide(data):
        try:
            path.chmod(mode & ~_OTHERS)
        except OSError as fault:
            log.warning("%s is open to others (mode %o): %s", path, mode, fault.strerror)
        else:
            log.warning("%s was open to others (mode %o): it is its owner's alone now", path, mode)


def mode_of(path: Path) -> int:
    """The permissions of what stands there; none where it is a link, or can't be looked at."""
    try:
        found = path.lstat().st_mode
    except OSError:
        return 0
    return 0 if stat.S_ISLNK(found) else stat.S_IMODE(found)


def database(data: Path, store: StoreConfig) -> Path | None:
    """The file that the settings keep everything in; None where it is no file."""
    scheme, _, place = store.url.partition("://")
    return data / place.removeprefix("/") if scheme == "sqlite" else None


def moved(file: Path) -> Path:
    """What a database file is called once all that it held stands elsewhere."""
    return file.with_name(f"{file.name}.moved")


def other_store(data: Path, store: StoreConfig) -> str:
    """A second store would begin empty: accounts, balances and messages would seem gone."""
    here, file = data / DATABASE, database(data, store)
    if file is not None and not file.exists() and moved(file).exists():
        return (
            f"what {file} held was moved to PostgreSQL: name that database in [store] url, or "
            f"rename {moved(file)} to {file.name} to go back to what was before"
        )
    if not here.exists() or file == here:
        return ""
    more = ", take it along with `chappe move-store`" if file is None else ""
    return (
        f"{here} holds an installation, but the settings name {store.shown}: take [store] url out "
        f"of the settings to go on with it{more}, or give another directory with --data"
    )


async def lost_key(data: Path, store: Intents) -> str:
    """A new key would open none of those that customers have, and tell nobody so."""
    path = data / KEY
    if path.exists():
        return ""
    accounts = [msgspec.convert(secrets, Secrets) for _, secrets in await store.accounts()]
    count = sum(bool(secrets.keys or secrets.sealed) for secrets in accounts)
    if not count:
        return ""
    return (
        f"{path} is gone, and {count} accounts have API keys, tokens or secrets that it alone "
        "opens: put it back from a backup. If there is none, make another with "
        f"`head -c 32 /dev/urandom > {path}`, and give those accounts new ones"
    )


def is_demos(data: Path) -> bool:
    return (data / MARK).exists()


def not_to_serve(data: Path) -> str:
    """The demo has an account with credit that everybody can log in to."""
    if not is_demos(data):
        return ""
    return (
        f"{data} is the demo's, whose password everybody knows: give `chappe serve` a fresh "
        "directory with --data"
    )


def mark_for_demo(data: Path) -> str:
    """Make a directory the demo's. Nothing that was begun otherwise becomes one."""
    if is_demos(data):
        return ""
    if any((data / name).exists() for name in (DATABASE, KEY)):
        return (
            f"{data} holds an installation that is no demo's: give `chappe demo` a directory of "
            "its own with --data"
        )
    try:
        data.mkdir(0o700, parents=True, exist_ok=True)
        (data / MARK).write_bytes(_MARKED)
    except OSError as fault:
        return f"The data directory {data} can't be written ({fault.strerror})"
    return ""
