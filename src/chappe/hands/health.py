"""The doctor's look at a node: store, ledgers, disk, clock, key file, short codes.

In: a node. Out: a row per check: `ok`, `note`, `warning` or `wrong`, and a sentence. Promise: it
changes nothing, and each finding says what to do.
"""

import shutil
import sqlite3
import stat
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from chappe.hands.shown import Shown, moment
from chappe.runtime import Node

OK, NOTE, WARNING, WRONG = "ok", "note", "warning", "wrong"

_GB = 1_000_000_000
_YEAR_2026 = 1_767_225_600_000
_YEAR_2100 = 4_102_444_800_000
_NAMED_MOST = 5


class Finding(NamedTuple):
    """One line of the doctor."""

    check: str
    how: str
    says: str


class Listing(msgspec.Struct, kw_only=True):
    """All checks."""


async def listing(node: Node, asked: Listing) -> Shown:
    rows = [row_of(finding) for check in _CHECKS for finding in await check(node)]
    return Shown(rows)


def row_of(finding: Finding) -> Mapping[str, str]:
    return finding._asdict()


async def _store(node: Node) -> list[Finding]:
    accounts = await node.store.accounts()
    shown = node.config.store.shown
    found = [Finding("store", OK, f"{shown} answers; it holds {len(accounts)} accounts.")]
    if node.config.store.url.startswith("sqlite:"):
        found.append(Finding("sqlite", OK, f"SQLite {sqlite3.sqlite_version}."))
    return found


async def _ledger(node: Node) -> list[Finding]:
    odd = await node.store.audit()
    if odd:
        purses = ", ".join(str(row[0]) for row in odd[:_NAMED_MOST])
        return [Finding("ledger", WRONG, f"Balances differ from their ledgers: purse {purses}.")]
    return [Finding("ledger", OK, "Every balance is the sum of its ledger.")]


async def _disk(node: Node) -> list[Finding]:
    free = shutil.disk_usage(node.data).free
    says = f"{free / _GB:.1f} GB are free below {node.data}"
    if free < _GB:
        return [Finding("disk", WRONG, f"{says}: make room, a full disk takes no message.")]
    return [Finding("disk", OK, f"{says}.")]


async def _clock(node: Node) -> list[Finding]:
    now = node.clock.now()
    if not _YEAR_2026 <= now < _YEAR_2100:
        return [Finding("clock", WRONG, f"The clock says {moment(now)}: set it.")]
    return [Finding("clock", OK, f"It is {moment(now)} in Paris.")]


async def _key(node: Node) -> list[Finding]:
    path = node.data / "chappe.key"
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        says = f"{path} can be read by others (mode {mode:o}): chmod 600 it."
        return [Finding("key file", WRONG, says)]
    return [Finding("key file", OK, f"{path} is its owner's alone.")]


async def _codes(node: Node) -> list[Finding]:
    return list(_short_codes(node))


def _short_codes(node: Node) -> Iterator[Finding]:
    """A built-in code is somebody else's on a real network."""
    if node.config.simulated:
        return
    bare = [account.login for account in node.accounts.all() if not account.short_code]
    if bare:
        named = ", ".join(bare[:_NAMED_MOST]) + (", ..." if len(bare) > _NAMED_MOST else "")
        yield Finding(
            "short codes",
            WARNING,
            f"A real link is declared, but {named} would send from a built-in short code: set "
            "short_code.",
        )
    else:
        yield Finding("short codes", OK, "Every account has a short code of its own.")


_CHECKS: tuple[Callable[[Node], Awaitable[list[Finding]]], ...] = (
    _store,
    _ledger,
    _disk,
    _clock,
    _key,
    _codes,
)
