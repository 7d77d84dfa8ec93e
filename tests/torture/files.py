"""Files: a very large campaign is dropped, and the server is killed while it takes it.

In: a form, how many recipients, how many kills, a seed. Out: what was measured. Promise: the
campaign is there once and whole, all of it is let go, and memory grew by less than 200 MB.
"""

import asyncio
import contextlib
import random
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Literal

from tests.torture.broken import demand
from tests.torture.children import Server
from tests.torture.cluster import free_port
from tests.torture.run import until
from tests.torture.sftp import put, session

Form = Literal["xml", "json"]

GROWTH_MAX_MB = 200
LOGIN, PASSWORD = "fred", "torture-password"
_A_MILLION_S = 20.0  # that taking so many lasts, about
_PATIENCE_S = 600.0
_LOOK_S = 0.05
SETTINGS = """
[http]
listen = "127.0.0.1:{http}"

[sftp]
listen = "127.0.0.1:{sftp}"

[[link]]
name = "sim"
kind = "operator"

[[account]]
login = "{login}"
password = "{password}"
balance = "100000.00"
hours = "any"
"""


async def files(form: Form, recipients: int, kills: int, seed: str) -> str:
    """Drop one file of so many recipients, as large as a file of its form may be for a million of
    them (XML) or 400,000 (JSON)."""
    chance = random.Random(seed)
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-files-"))
    ports = {"http": free_port(), "sftp": free_port()}
    settings = place / "chappe.toml"
    settings.write_text(SETTINGS.format(login=LOGIN, password=PASSWORD, **ports), "utf-8")
    server = Server(settings, place / "kept")
    try:
        said = await _dropped(server, place, form, recipients, kills, chance, ports["sftp"])
        await server.stop()
        _judge(place / "kept" / "chappe.db", recipients)
        return said
    finally:
        await server.end()
        shutil.rmtree(place, ignore_errors=True)


async def _dropped(
    server: Server,
    place: Path,
    form: Form,
    recipients: int,
    kills: int,
    chance: random.Random,
    port: int,
) -> str:
    whole = place / f"Push.{form}"
    (write_xml if form == "xml" else _write_json)(whole, recipients)
    await server.spawn()
    await server.ready()
    mine = place / "kept" / "files" / LOGIN / "in"
    async with session(port, LOGIN, PASSWORD) as sftp:
        before = server.memory_mb()
        await sftp.put(str(whole), whole.name)
        await put(sftp, "Push.ack", b"")
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0, _A_MILLION_S * recipients / 1_000_000))
        await server.kill()
        await server.spawn()
        await server.ready()
    begun, most = time.monotonic(), 0.0
    while not any(mine.glob("*.ok")):
        demand(not any(mine.glob("*.nok")), "the file is taken")
        demand(time.monotonic() < begun + _PATIENCE_S, "the file is taken in time")
        most = max(most, server.memory_mb())
        await asyncio.sleep(_LOOK_S)
    took = time.monotonic() - begun
    growth = most - before
    demand(growth < GROWTH_MAX_MB, f"memory grows by less than {GROWTH_MAX_MB} MB", growth)
    names = sorted(one.suffix for one in mine.iterdir())
    demand(names in ([".ok"], [".ok", ".ret"]), "nothing else is left", names)
    database = place / "kept" / "chappe.db"
    await until(lambda: all_gone(database, recipients), "all of it is let go", _PATIENCE_S)
    size = whole.stat().st_size / 1_000_000
    return (
        f"{recipients:,} recipients, {size:.1f} MB of {form}, {kills} kills: taken {took:.1f} s "
        f"after the last start, {max(growth, 0):.0f} MB more memory"
    )


def write_xml(path: Path, recipients: int) -> None:
    """99 octets a recipient; every number is another one."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f'<push accountid="{LOGIN}" password="{PASSWORD}" ret_id="C"><message>')
        file.write("<text>Bonjour, votre colis vous attend</text>\n")
        for at in range(recipients):
            file.write(f'<to ret_id="client-{at:08}-{"x" * 51}">+336{at:08}</to>\n')
        file.write("</message></push>")


def _write_json(path: Path, recipients: int) -> None:
    """99 octets a recipient, in one list."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"push":{{"accountid":"{LOGIN}","password":"{PASSWORD}","ret_id":"C",')
        file.write('"message":[{"text":"Bonjour, votre colis vous attend","to":[\n')
        for at in range(recipients):
            end = ",\n" if at + 1 < recipients else "\n"
            name = f"client-{at:08}-{'x' * 45}"
            file.write(f'{{"value":"+336{at:08}","ret_id":"{name}"}}{end}')
        file.write("]}]}}")


def all_gone(database: Path, recipients: int) -> bool:
    with contextlib.closing(sqlite3.connect(database)) as reader:
        return reader.execute("SELECT gone, total FROM dropped").fetchall() == [
            (recipients, recipients)
        ]


def _judge(database: Path, recipients: int) -> None:
    """Once, whole, and paid once; nothing is left of what was begun and not finished."""
    with contextlib.closing(sqlite3.connect(database)) as reader:
        kept = reader.execute("SELECT count(*), count(DISTINCT number) FROM message").fetchone()
        demand(kept == (recipients, recipients), "the campaign is there once and whole", kept)
        orders = reader.execute("SELECT total, cost FROM ordr").fetchall()
        demand(orders == [(recipients, 400 * recipients)], "there is one order", orders)
        held = reader.execute("SELECT amount FROM ledger WHERE kind = 'held'").fetchall()
        demand(held == [(-400 * recipients,)], "it was paid once", held)
        letters = reader.execute("SELECT count(*) FROM letter").fetchone()
        demand(letters == (1,), "it has one letter", letters)
