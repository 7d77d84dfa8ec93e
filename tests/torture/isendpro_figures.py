"""The largest directory and the longest reports of iSendPro, over the real door.

In: how many members, or lines. Out: what it took. Promise: a directory is filled and written to
within ten seconds; every line of a report comes, also inside its ZIP; the server grows by less than
a bound that has nothing to do with how many there are. Their short forms stand in
`tests/faults/test_isendpro.py`.
"""

import asyncio
import re
import time
import zlib
from typing import NamedTuple
from urllib.parse import urlencode

from chappe.words import paris
from chappe.words.clock import DAY
from tests.torture.broken import demand
from tests.torture.isendpro import (
    KEY,
    Call,
    Caller,
    additions,
    caller,
    number_of,
    request,
    taken,
)
from tests.torture.long_report import most, rests
from tests.torture.run import SQLITE, until

FULL_MEMBERS = 100_000
FULL_LINES = 200_000  # one more is 205
_FILLED_S = 10.0
_MEMBERS_MAX_MB = 60.0
_REPORT_MAX_MB = 30.0
_PATIENCE_S = 900.0
_TOO_MANY = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><etat><code>205</code>'
    "<message>La sélection dépasse 200 000 données! Merci de la réduire!</message></etat>"
)


async def isendpro_directory(url: str = SQLITE, members: int = FULL_MEMBERS) -> str:
    """Fill a directory in calls of 500, and send it one text in one call."""
    async with caller(url) as here:
        directory = await here.made()
        calls = additions(directory, members)
        before = here.server.memory_mb()
        watching = asyncio.ensure_future(most(here.server))
        begun = time.monotonic()
        await here.say(calls)
        filled = time.monotonic() - begun
        said = await here.ask(repertoireId=directory, sms="Bonjour", date_envoi=_wall(DAY))
        took = time.monotonic() - begun
        watching.cancel()
        growth = await watching - before
        demand(said == taken(), "it is taken", said)
        spent = await here.ask(credit="1")
        left = f"{100_000 - members * 0.04:.2f}"
        demand(f"<credit>{left}</credit>" in spent, "everyone gets one message", spent)
        demand(took < _FILLED_S, f"it takes less than {_FILLED_S:.0f} s", took)
        demand(growth < _MEMBERS_MAX_MB, f"it grows by less than {_MEMBERS_MAX_MB} MB", growth)
    return (
        f"{members:,} members in calls of 500 over the door: {filled:.1f} s; one text to them: "
        f"{took - filled:.1f} s; {max(growth, 0):.0f} MB more memory"
    )


async def isendpro_reports(lines: int = FULL_LINES) -> str:
    """Send so many messages, each a campaign of its own, and ask for both reports; where that is
    as many as may be, one more message makes both 205."""
    async with caller() as here:
        await here.say(_message(number_of(place, lines)) for place in range(lines))
        if lines == FULL_LINES:
            await rests(here.server)
        await until(lambda: here.left() == lines, "all of it leaves", _PATIENCE_S)
        seen = await _both(here, lines, lines)
        if lines == FULL_LINES:
            await _one_too_many(here, lines)
    return f"{lines:,} lines: {seen}"


async def isendpro_long_texts(members: int, campaigns: int) -> str:
    """Send a directory of so many the longest text so often, and ask for both reports."""
    async with caller() as here:
        directory = await here.made()
        await here.say(additions(directory, members))
        for _ in range(campaigns):
            said = await here.ask(repertoireId=directory, sms="a" * 918, smslong="6")
            demand(said == taken(), "it is taken", said)
        lines = members * campaigns
        await until(lambda: here.left() == lines, "all of it leaves", _PATIENCE_S)
        seen = await _both(here, lines, campaigns)
    return f"{lines:,} lines: {seen}"


async def _both(here: Caller, messages: int, campaigns: int) -> str:
    """Both reports, whole, each in bounded memory. First that of a day on which nothing left yet:
    all messages are looked through for it, and so what the readers of the database keep of it, 32
    MiB at most whatever is asked, is not taken for the reports'."""
    heads = [await _reported(here, form, DAY) for form in "12"]
    demand({one.lines for one in heads} == {1}, "nothing left tomorrow", heads)
    told = []
    for form, name, lines in (("1", "CSV", messages), ("2", "ZIP of campaigns", campaigns)):
        before = here.server.memory_mb()
        watching = asyncio.ensure_future(most(here.server))
        begun = time.monotonic()
        report = await _reported(here, form)
        took = time.monotonic() - begun
        watching.cancel()
        growth = await watching - before
        demand(report.lines == lines + 1, "every line comes", form, report)
        demand(growth < _REPORT_MAX_MB, f"it grows by less than {_REPORT_MAX_MB} MB", form, growth)
        told.append(
            f"{report.size / 1_000_000:.1f} MB of {name}: {took:.1f} s, "
            f"{max(growth, 0):.0f} MB more memory"
        )
    return "; ".join(told)


async def _one_too_many(here: Caller, lines: int) -> None:
    await here.say([_message("0700000000")])
    await until(lambda: here.left() == lines + 1, "the last one leaves", _PATIENCE_S)
    for form in ("1", "2"):
        said = await here.ask(rapportCampagne=form, **_stretch())
        demand(said == _TOO_MANY, "one line more is too many", said[:300])


def _message(number: str) -> Call:
    return Call(request({"num": number, "sms": "Bonjour"}), taken(number))


class _Report(NamedTuple):
    """Of the file: its lines; of the answer: its octets."""

    lines: int
    size: int


async def _reported(here: Caller, form: str, away_ms: int = 0) -> _Report:
    """A report, read as it comes; to a client of HTTP/1.0 it comes without chunks."""
    reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
    query = urlencode({"keyid": KEY, "rapportCampagne": form, **_stretch(away_ms)})
    writer.write(f"GET /cgi-bin/?{query} HTTP/1.0\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    kind = b"application/zip" if form == "2" else b"text/csv; charset=ISO-8859-1"
    found = re.search(rb"\r\ncontent-type: ([^\r]*)", head, re.IGNORECASE)
    demand(found is not None and found[1] == kind, "a report is answered", head)
    unpacking = _Unpacking() if form == "2" else None
    lines = size = 0
    while piece := await reader.read(1 << 16):
        size += len(piece)
        lines += (unpacking.more(piece) if unpacking else piece).count(b"\n")
    writer.close()
    return _Report(lines, size)


class _Unpacking:
    """A ZIP with one file, unpacked as it comes."""

    def __init__(self) -> None:
        self._inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        self._head = b""
        self._begun = False

    def more(self, piece: bytes) -> bytes:
        if not self._begun:
            self._head += piece
            if len(self._head) < 30:
                return b""
            begins = 30 + int.from_bytes(self._head[26:28], "little")
            begins += int.from_bytes(self._head[28:30], "little")
            if len(self._head) < begins:
                return b""
            piece, self._begun = self._head[begins:], True
        return b"" if self._inflating.eof else self._inflating.decompress(piece)


def _stretch(away_ms: int = 0) -> dict[str, str]:
    """A day around now, or that from then on: no report begins or ends near to a message."""
    return {"date_deb": _wall(away_ms - DAY // 2), "date_fin": _wall(away_ms + DAY // 2)}


def _wall(away_ms: int) -> str:
    return paris.stamp(time.time_ns() // 1_000_000 + away_ms, paris.DASHED_MINUTES)
