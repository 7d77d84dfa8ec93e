"""What SQLite itself finds wrong with how a database lies on its disk.

In: a connection. Out: sentences, none where all is well. Promise: it ends within a minute.
"""

import sqlite3
import time
from collections.abc import Sequence

_DAMAGES_SHOWN = 5
_CHECK_S, _STEPS = 60.0, 100_000


def damage_of(connection: sqlite3.Connection) -> Sequence[str] | None:
    """What SQLite finds within a minute; None where it did not come to the end."""
    end = time.monotonic() + _CHECK_S
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        rows = connection.execute(f"PRAGMA quick_check({_DAMAGES_SHOWN})").fetchall()
    except sqlite3.OperationalError as fault:
        if str(fault) == "interrupted":
            return None
        raise
    finally:
        connection.set_progress_handler(None, 0)
    return [text for (text,) in rows if text != "ok"]
