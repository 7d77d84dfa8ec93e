"""The doctor's look at what is kept, and at a server that runs: store, accounts, links, clock.

In: a node, or a directory where none runs. Out: findings, each with what to do. Promise: it changes
nothing: a store that nobody holds is opened to read alone, and no key is made.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import argon2

from chappe.config import Config
from chappe.demo import KEY as DEMO_KEY
from chappe.demo import LOGIN as DEMO_LOGIN
from chappe.demo import PASSWORD as DEMO_PASSWORD
from chappe.engine.accounts import HASHER, Accounts
from chappe.hands.finding import NOTE, OK, WARNING, WRONG, Finding, named, row_of
from chappe.hands.shown import NothingMore, Shown, moment
from chappe.links.contract import Condition, HasStanding, Link, Standing
from chappe.logs import in_short
from chappe.node import Node
from chappe.node.accounts import undeclared
from chappe.node.directory import KEY, database, is_demos, lost_key
from chappe.store.contract import StoreAway
from chappe.store.intents import Intents
from chappe.store.settings import ALONE
from chappe.store.sqlite import SqliteStore
from chappe.words.clock import Clock

_KEY_BYTES = 32
_YEAR_2026 = 1_767_225_600_000
_YEAR_2100 = 4_102_444_800_000


class Scene(NamedTuple):
    """What the doctor looks at. `links` is empty where no server runs."""

    data: Path
    config: Config
    store: Intents
    accounts: Accounts
    links: Mapping[str, Link]
    now: int


async def listing(node: Node, asked: NothingMore) -> Shown:
    """What the doctor finds, asked of a server that runs."""
    now = node.clock.now()
    scene = Scene(node.data, node.config, node.store, node.accounts, node.links, now)
    return Shown([row_of(finding) for finding in await _examine(scene)])


async def look_alone(data: Path, config: Config) -> list[Finding]:
    """What the doctor finds where no server runs."""
    store = _store(data, config)
    try:
        if store is None or not await store.look():
            return [Finding("store", NOTE, "There is no database yet: the first start makes it.")]
        if wrong := await lost_key(data, store):
            return [Finding("key file", WRONG, f"{wrong}.")]
        accounts = Accounts(store, _key(data))
        await accounts.load()
        return await _examine(Scene(data, config, store, accounts, {}, Clock().now()))
    except StoreAway as fault:
        return [Finding("store", WRONG, f"It can't be opened: {fault}.")]
    except Exception as fault:  # a damaged database raises what nobody can list
        found = [Finding("store", WRONG, f"It can't be read: {in_short(fault)}.")]
        return found + (await _lie(store) if store is not None else [])
    finally:
        if store is not None:
            await store.close()


def _store(data: Path, config: Config) -> Intents | None:
    """The store of this directory, not opened yet; None where its file is not there."""
    path = database(data, config.store)
    if path is not None:
        return SqliteStore(path, ALONE) if path.exists() else None
    from chappe.store.postgres import PostgresStore  # asyncpg is loaded only where it is used

    return PostgresStore(config.store.url, ALONE)


def _key(data: Path) -> bytes:
    """The content of the key file; b'' where it can't be read. `_key_file` judges it."""
    try:
        return (data / KEY).read_bytes()
    except OSError:
        return b""


async def _examine(scene: Scene) -> list[Finding]:
    return [finding for look in _EXAMINATIONS async for finding in look(scene)]


async def _kept(scene: Scene) -> AsyncIterator[Finding]:
    shown = scene.config.store.shown
    says = f"{shown} answers; it holds {len(scene.accounts.all())} accounts."
    yield Finding("store", OK, says)
    for finding in await _lie(scene.store):
        yield finding
    if scene.store.away:
        yield Finding("store", WRONG, f"It takes nothing now: {scene.store.away}.")


async def _lie(store: Intents) -> list[Finding]:
    """Whether the database is whole on its disk."""
    try:
        damage = await store.damage()
    except StoreAway as fault:
        return [Finding("damage", WRONG, f"The database can't be looked through: {fault}.")]
    except Exception as fault:  # a damaged database raises what nobody can list
        says = f"The database can't be looked through: {in_short(fault)}."
        return [Finding("damage", WRONG, says)]
    if damage is None:
        says = "It is too large to be looked through here: PRAGMA quick_check on a copy does it."
        return [Finding("damage", NOTE, says)]
    if damage:
        says = f"The database is damaged: put back a backup. {'; '.join(damage)}"
        return [Finding("damage", WRONG, says)]
    return [Finding("damage", OK, "None is found.")]


async def _safety(scene: Scene) -> AsyncIterator[Finding]:
    """What an answer promises where its machine dies for good."""
    waited = await scene.store.safety()
    if waited == "none":
        says = "PostgreSQL has fsync off: a power cut loses what was answered. Put it on."
        yield Finding("commits", WRONG, says)
    elif waited == "disk":
        says = (
            "An answered message is on one machine's disk. Where a standby is to take over, set "
            "synchronous_standby_names (Patroni: synchronous_mode), or what was answered last may "
            "be lost with its machine."
        )
        yield Finding("commits", NOTE, says)
    elif waited:
        yield Finding("commits", OK, "An answered message is on a standby as well.")


async def _ledger(scene: Scene) -> AsyncIterator[Finding]:
    odd = await scene.store.audit()
    if odd:
        purses = named([str(row[0]) for row in odd])
        yield Finding("ledger", WRONG, f"Balances differ from their ledgers: purse {purses}.")
    else:
        yield Finding("ledger", OK, "Every balance is the sum of its ledger.")


async def _clock(scene: Scene) -> AsyncIterator[Finding]:
    if not _YEAR_2026 <= scene.now < _YEAR_2100:
        yield Finding("clock", WRONG, f"The clock says {moment(scene.now)}: set it.")
    else:
        yield Finding("clock", OK, f"It is {moment(scene.now)} in Paris.")


async def _key_file(scene: Scene) -> AsyncIterator[Finding]:
    path = scene.data / KEY
    if wrong := await lost_key(scene.data, scene.store):
        yield Finding("key file", WRONG, f"{wrong}.")
    elif not path.exists():
        yield Finding("key file", NOTE, f"There is no {path} yet: the first start makes it.")
    elif len(_key(scene.data)) != _KEY_BYTES:
        says = f"{path} is none that Chappe made, or can't be read: put it back from a backup."
        yield Finding("key file", WRONG, says)
    else:
        yield Finding("key file", OK, f"{path} is there.")


async def _links(scene: Scene) -> AsyncIterator[Finding]:
    """Warn of the links of a real installation that are not up, while a server runs."""
    if scene.config.simulated or not scene.links:
        return
    lost = [link for link in scene.links.values() if link.condition is not Condition.up]
    for link in lost:
        standing = link.standing if isinstance(link, HasStanding) else Standing()
        since = f" since {moment(standing.since)}" if standing.since else ""
        why = f": {standing.says}" if standing.says else ""
        says = f"{link.name} is {link.condition.name}{since}{why}."
        yield Finding("links", WARNING, says)
    if len(lost) == len(scene.links):
        yield Finding("links", WRONG, "No link is up: what is taken waits in the queue.")


async def _short_codes(scene: Scene) -> AsyncIterator[Finding]:
    """Warn of accounts without a short code, or with the same one. On a real network a built-in
    code is somebody else's, and a code has one owner."""
    if scene.config.simulated:
        return
    accounts = scene.accounts.all()
    bare = [account.login for account in accounts if not account.short_code]
    counted = Counter(account.short_code for account in accounts if account.short_code)
    twice = [code for code, count in counted.items() if count > 1]
    for code in twice:
        owners = named([account.login for account in accounts if account.short_code == code])
        yield Finding(
            "short codes",
            WARNING,
            f"{code} is the short code of {owners}: a reply reaches whoever wrote to that number "
            "last. Give each its own.",
        )
    if bare:
        yield Finding(
            "short codes",
            WARNING,
            f"A real link is declared, but {named(bare)} would send from a built-in short code: "
            "set short_code.",
        )
    elif not twice:
        yield Finding("short codes", OK, "Every account has a short code of its own.")


async def _known_secrets(scene: Scene) -> AsyncIterator[Finding]:
    """Find accounts that what `chappe demo` prints would open, since everybody has read that."""
    if is_demos(scene.data):
        return
    found = {
        account.login
        for kind in ("api", "token")
        if (account := scene.accounts.by_key(kind, DEMO_KEY, 0)) is not None
    }
    demo = scene.accounts.by_login(DEMO_LOGIN)
    if demo is not None and _is_password(scene.accounts.secrets(demo.id).password):
        found.add(demo.login)
    for login in sorted(found):
        yield Finding(
            "known secrets",
            WRONG,
            f"{login} can be entered with what `chappe demo` prints: `chappe account close {login}`"
            ", or give it another password and `chappe account key --replace`.",
        )


def _is_password(hashed: str) -> bool:
    try:
        return bool(hashed) and HASHER.verify(hashed, DEMO_PASSWORD)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


async def _undeclared(scene: Scene) -> AsyncIterator[Finding]:
    """Warn of accounts that were taken out of the file: they go on, though they may have been meant
    to end."""
    gone = undeclared(scene.accounts, scene.config)
    if gone:
        yield Finding(
            "undeclared",
            WARNING,
            f"The file no longer declares {named(gone)}, and they may still send: "
            "`chappe account close LOGIN` ends that.",
        )


_EXAMINATIONS: tuple[Callable[[Scene], AsyncIterator[Finding]], ...] = (
    _kept,
    _safety,
    _ledger,
    _clock,
    _key_file,
    _links,
    _short_codes,
    _known_secrets,
    _undeclared,
)
