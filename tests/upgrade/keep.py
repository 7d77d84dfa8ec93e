"""`python -m tests.upgrade.keep`: keep what today's version writes, for all later ones to open.

In: nothing. Out: in `kept`, by the number of the last step of the schema, a database of each kind
as text, and what could be seen of it. Promise: it is run once for each step, by the version that
is the last one before the next; what was kept before stays as it is.
"""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

from chappe.node.directory import DATABASE, KEY, NAME
from chappe.store.queries import migrations
from tests.journeys.house import House
from tests.store.server import Server
from tests.upgrade import day, dumps, sight

_KEY_BYTES = bytes(range(32))
_NODE = "paris-1-4f20ab"


async def keep(database: str, server: Server) -> None:
    """One kind of database."""
    place = Path(tempfile.mkdtemp(prefix="chappe-keep-"))
    url = server.fresh() if database == "postgres" else ""
    house = House(place)
    furnish(house.folder)
    await house.open(day.said(url), day.OPENED)
    try:
        key = await day.live(house)
        customer = house.ears.url("").removeprefix("http://")
        known = {"now": house.clock.now(), "key": key, "seen": await sight.seen(house.node)}
        seen = json.dumps(known, ensure_ascii=False)
        text = await dumps.of_postgres(url) if url else dumps.of_sqlite(house.folder / DATABASE)
        name = f"{migrations(database)[-1].number:03}.{database}"
        for ending, said in (("sql", text), ("json", seen)):
            dumps.keep(f"{name}.{ending}", said.replace(customer, dumps.CUSTOMER))
    finally:
        await house.close()
        shutil.rmtree(place)


def furnish(folder: Path) -> None:
    """The key that opens what the database has sealed, and the name of its node."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / KEY).write_bytes(_KEY_BYTES)
    (folder / NAME).write_text(f"{_NODE}\n", "utf-8")


async def _keep_all() -> None:
    place = Path(tempfile.mkdtemp(prefix="chappe-keep-postgres-"))
    server = Server(place)
    try:
        for database in ("sqlite", "postgres"):
            await keep(database, server)
    finally:
        server.remove()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(_keep_all())
