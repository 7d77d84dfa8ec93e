"""What goes wrong in SQLite, in words that quote none of its rows.

In: work. Out: what it gave, or the fault: StoreAway where trying again may help.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

from chappe.store.contract import StoreAway

_AWAY = ("full", "disk I/O", "unable to open", "locked", "readonly", "busy", "not a database")
# What else SQLite says of a file whose octets are not those that it wrote. Some of it quotes a row.
_DAMAGED = ("image is malformed", "malformed database schema", "Could not decode to UTF-8")
_IS_DAMAGED = "the database is damaged: put back a backup; `chappe doctor` looks it through"
FAULTS = (sqlite3.Error, UnicodeDecodeError)


def is_locked(fault: BaseException | None) -> bool:
    return isinstance(fault, StoreAway) and "locked" in str(fault)


def attempt(work: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    """What it gave, or the fault, which is StoreAway where trying again may help."""
    try:
        return work(), None
    except FAULTS as fault:
        return None, away(fault)
    except Exception as fault:  # the writer must live; who asked gets the fault
        return None, fault


def away(fault: Exception) -> Exception:
    """StoreAway where it is the file, or what holds it, and not the work; else the fault itself."""
    text = str(fault)
    if isinstance(fault, UnicodeDecodeError) or any(word in text for word in _DAMAGED):
        return StoreAway(_IS_DAMAGED)
    return StoreAway(text) if any(word in text for word in _AWAY) else fault


def told(fault: Exception) -> str:
    """Why a database can't be opened. Words that nobody has seen before may quote what it holds."""
    if isinstance(fault, FAULTS):
        fault = away(fault)
    return str(fault) if isinstance(fault, StoreAway) else f"{_IS_DAMAGED} ({type(fault).__name__})"
