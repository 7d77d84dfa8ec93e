"""The mark of a directory that was put back from a backup: what it holds is an old state.

In: a directory. Out: of which moment its state is; None where it is of now. Promise: the mark
outlives every stop and kill, until somebody says what becomes of what was under way then.
"""

from contextlib import suppress
from pathlib import Path

import msgspec

from chappe.doors.files.folder import sync
from chappe.words import paris

MARK = "chappe.restored"
HALF = "chappe.part"  # a folder: a restore is at work there, or broke off


class Restored(msgspec.Struct, frozen=True):
    """When the backup was made; 0 where the mark does not say it."""

    made_at: int = 0

    @property
    def says(self) -> str:
        """Of which moment the state is, in words."""
        return paris.stamp(self.made_at, paris.DASHED) if self.made_at else "some earlier time"


def restored(data: Path) -> Restored | None:
    try:
        written = (data / MARK).read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        return Restored()  # it is there: nothing may leave by an old state
    with suppress(msgspec.DecodeError):
        return msgspec.json.decode(written, type=Restored)
    return Restored()


def waits_for(state: Restored | None, has_begun: bool) -> str:
    """What keeps a node from letting customers in, for machines; ''."""
    if state is not None:
        return "put back from a backup: `chappe resume` lets it begin"
    return "" if has_begun else "not ready"


def mark(folder: Path, made_at: int) -> None:
    (folder / MARK).write_bytes(msgspec.json.encode(Restored(made_at)) + b"\n")


def unmark(data: Path) -> None:
    """Somebody decided: from the moment when this is on disk, the state is of now."""
    (data / MARK).unlink(missing_ok=True)
    sync(data)


def broke_off(data: Path) -> str:
    """Why no node may begin here; '' where one may."""
    if not (data / HALF).exists():
        return ""
    return (
        f"a restore to {data} is at work or broke off: if none is at work, empty the directory "
        "and restore again"
    )
