"""Moving a store by hand: from the SQLite file of a directory into a PostgreSQL database.

In: a directory on which no server works, the settings, a URL. Out: how many rows of what came
across, or CannotDo. Promise: it may end anywhere, and the same command goes on; the file gets
another name once everything in the target was counted and its balances were added up, and neither
of the two stores is one to start on by mistake.
"""

import asyncio
import os
import secrets
from pathlib import Path

from chappe.config import Config, StoreConfig
from chappe.doors.files.folder import sync
from chappe.hands.shown import CannotDo, Shown
from chappe.node.directory import CannotStart, database, moved, name_of, plain, taken
from chappe.node.restored import broke_off
from chappe.store.contract import StoreAway
from chappe.store.moving import StoreMove, Tally, moving

MARK = "chappe.moving"  # by which a target knows whose move it is


def move(data: Path, config: Config, url: str) -> Shown:
    target = StoreConfig(url=url)
    if not data.is_dir():
        raise CannotDo(f"There is no directory {data}: give the server's own with --data.")
    try:
        lock = taken(data)
    except CannotStart as why:
        raise CannotDo(str(why)) from why
    try:
        place, source = _places(data, config.store)
        tallies = asyncio.run(_moved(data, place, source, target))
        (data / MARK).unlink(missing_ok=True)
    except OSError as fault:
        raise CannotDo(f"The store can't be moved: {plain(fault)}.") from fault
    finally:
        os.close(lock)
    rows = [tally._asdict() for tally in tallies]
    return Shown(
        rows,
        f"All of it is in {target.shown} now, and every balance is the sum of its ledger. Set "
        f"[store] url to that database and start `chappe serve`; keep {moved(place)} until you "
        "are content.",
    )


def _places(data: Path, store: StoreConfig) -> tuple[Path, Path]:
    """Where the file stands that the settings name, and where it is now: a move that was killed at
    its very end has renamed it."""
    place = database(data, store)
    if place is None:
        raise CannotDo(
            f"The settings name {store.shown}, which is no SQLite file: let them name what is to "
            "be moved until it is."
        )
    if wrong := broke_off(data):
        raise CannotDo(f"{wrong}.")
    if place.exists():
        return place, place
    if not moved(place).exists():
        raise CannotDo(f"There is no {place}: nothing is to be moved.")
    if not (data / MARK).exists():
        raise CannotDo(_is_moved(place))
    return place, moved(place)


def _is_moved(place: Path) -> str:
    return (
        f"What {place} held was moved already: set [store] url to where it is, or rename "
        f"{moved(place)} to {place.name} to move it once more."
    )


async def _moved(data: Path, place: Path, source: Path, target: StoreConfig) -> list[Tally]:
    has_begun = False
    try:
        async with moving(str(source), target.url, _ident(data)) as work:
            if why := await work.begin():
                is_over = source != place
                raise CannotDo(_is_moved(place) if is_over else _refused(target, why))
            has_begun = True
            tallies = await _through(data, place, source, work)
            await work.end()
    except StoreAway as fault:
        more = " What came across so far stays there: the same command goes on." * has_begun
        raise CannotDo(f"The store can't be moved now: {fault}.{more}") from fault
    return tallies


def _refused(target: StoreConfig, why: str) -> str:
    return f"Nothing is moved into {target.shown}: {why}."


async def _through(data: Path, place: Path, source: Path, work: StoreMove) -> list[Tally]:
    """The file is renamed while nobody may begin on the target yet: a kill between the two leaves
    what the same command brings to its end."""
    await work.copy()
    tallies, wrong = await work.judge()
    if wrong:
        raise CannotDo(
            f"The target is not what the source is: {'; '.join(wrong)}. Nothing was changed here; "
            "empty that database, and look at this one with `chappe doctor`, before you move again."
        )
    await work.settle(name_of(data))
    work.leave_source()
    if source == place:
        _rename(place)
    return [*tallies]


def _rename(place: Path) -> None:
    place.rename(moved(place))
    sync(place.parent)


def _ident(data: Path) -> str:
    """Of the move out of this directory, from its first attempt on."""
    mark = data / MARK
    known = mark.read_text("utf-8").strip() if mark.exists() else ""
    if known:
        return known
    ident = secrets.token_hex(8)
    with mark.open("w", encoding="utf-8") as file:
        file.write(f"{ident}\n")
        file.flush()
        os.fsync(file.fileno())
    sync(data)
    return ident
