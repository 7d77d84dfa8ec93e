"""A customer of iSendPro's door, and a server for them.

In: a folder. Out: a running `chappe serve`, and calls whose answers are compared whole. Promise:
nothing is asked but over the door; the clock is the machine's.
"""

import asyncio
import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.torture.broken import demand
from tests.torture.children import Server
from tests.torture.cluster import free_port
from tests.torture.line import Line
from tests.torture.run import SQLITE

KEY = "torture-key"
SETTINGS = """
[http]
listen = "127.0.0.1:{port}"

[store]
url = "{url}"

[[link]]
name = "sim"
kind = "operator"

[[account]]
login = "fred"
api_keys = ["{key}"]
balance = "100000.00"
hours = "any"
queue_max = 1_000_000
"""
_DECLARED = '<?xml version="1.0" encoding="ISO-8859-1"?>'
_LINES, _AHEAD = 64, 20  # connections of who sends much, and calls that one has on its way
_NAMED = 500  # numbers, by one call
_FIRST = 600_000_000
_STRIDE = 7_919  # they come in no order, as those of a real directory do


class Call(NamedTuple):
    """A request's octets, and what is to be answered."""

    request: bytes
    expected: str


class Caller:
    """A server's customer, and the server."""

    def __init__(self, server: Server, port: int, database: Path) -> None:
        self.server = server
        self.port = port
        self._database = database

    async def ask(self, **fields: str) -> str:
        """One call on a connection of its own."""
        line = await Line.open(self.port)
        try:
            answer = await line.ask(request(fields))
        finally:
            line.close()
        demand(answer.status == 200, "it is answered", answer)
        return answer.body.decode("iso-8859-1")

    async def say(self, calls: Iterable[Call]) -> None:
        """Many calls, each with what is to be answered."""
        rest = iter(calls)
        async with asyncio.TaskGroup() as group:
            for _ in range(_LINES):
                group.create_task(self._say(rest))

    async def _say(self, rest: Iterator[Call]) -> None:
        """One connection takes what is left until nothing is."""
        line = await Line.open(self.port)
        while some := [*islice(rest, _AHEAD)]:
            for request, _ in some:
                line.say(request)
            for _, expected in some:
                answer = await line.hear()
                body = answer.body.decode("iso-8859-1")
                demand((answer.status, body) == (200, expected), "it is answered", body[:300])
        line.close()

    async def made(self) -> str:
        """A directory with nobody in it: its id."""
        said = await self.ask(repertoireEdit="create", repertoireNom="Tous")
        head, _, behind = said.partition("<repertoireId>")
        directory, _, tail = behind.partition("</repertoireId>")
        sentence = "<message>Votre repertoire a ete cree!</message></etat>"
        demand((head, tail) == (f"{_DECLARED}<etat><code>100</code>", sentence), "it is made", said)
        return directory

    def left(self) -> int:
        """How many messages left."""
        with contextlib.closing(sqlite3.connect(self._database)) as reader:
            found = reader.execute("SELECT count(*) FROM message WHERE sent_at > 0").fetchone()
            return int(found[0])


@contextlib.asynccontextmanager
async def caller(url: str = SQLITE) -> AsyncIterator[Caller]:
    """While the server runs; it must end gracefully."""
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-isendpro-"))
    port = free_port()
    settings = place / "chappe.toml"
    settings.write_text(SETTINGS.format(port=port, url=url, key=KEY), "utf-8")
    server = Server(settings, place / "kept")
    try:
        await server.spawn()
        await server.ready()
        yield Caller(server, port, place / "kept" / "chappe.db")
        await server.stop()
    finally:
        await server.end()
        shutil.rmtree(place, ignore_errors=True)


def taken(number: str = "") -> str:
    """What is said of a message; of a directory's without a number."""
    tel = f"<tel>{number}</tel>" if number else ""
    sentence = "Votre message a bien été envoyé"
    return f"{_DECLARED}<etat><code>0</code>{tel}<message>{sentence}</message></etat>"


def number_of(place: int, among: int) -> str:
    """Each place of so many has another."""
    return f"0{_FIRST + place * _STRIDE % among}"


def additions(directory: str, members: int) -> list[Call]:
    """Calls that bring in so many numbers, each with two fields."""
    return [
        _addition(directory, range(at, min(at + _NAMED, members)), members)
        for at in range(0, members, _NAMED)
    ]


def _addition(directory: str, places: Sequence[int], among: int) -> Call:
    fields = {"repertoireEdit": "add", "repertoireId": directory}
    said = []
    for at, place in enumerate(places, 1):
        number = number_of(place, among)
        fields |= {f"num{at}": number, f"champ1_{at}": f"Nom {number}", f"champ2_{at}": "Paris"}
        said.append(
            f"<etat{at}><code{at}>103</code{at}><repertoireId>{directory}</repertoireId>"
            f"<tel{at}>{number}</tel{at}><message{at}>"
            f"Votre donnee a ete ajoutee dans le repertoire!</message{at}></etat{at}>"
        )
    return Call(request(fields), f"{_DECLARED}<etat>{''.join(said)}</etat>")


def request(fields: dict[str, str]) -> bytes:
    body = urlencode({"keyid": KEY, **fields}, encoding="iso-8859-15")
    return (
        "POST /cgi-bin/ HTTP/1.1\r\nHost: h\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
