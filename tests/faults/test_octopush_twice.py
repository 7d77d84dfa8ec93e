"""The same sending by mail and by HTTP, over a real server that is killed in the midst of it."""

import asyncio
import random
from pathlib import Path

from tests.doors.mail.volleys import line
from tests.torture.children import Server
from tests.torture.cluster import Cluster, free_port
from tests.torture.line import Answer, Line
from tests.torture.run import SQLITE

_ASKS = "user_login=oscar%40example.org&api_key=key-of-oscar"
_KILLS = 2
_SOON_S = 0.03


async def test_a_kill_in_the_midst_of_fifty_leaves_one_message(seed: str, tmp_path: Path) -> None:
    """O5, O12: SIGKILL while 25 calls and 25 mails ask for the same; all of them come again."""
    await _kill(SQLITE, seed, tmp_path)


async def test_a_kill_in_the_midst_of_fifty_leaves_one_message_on_postgresql(
    seed: str, tmp_path: Path, postgres: Cluster
) -> None:
    """O5, O12: the same on PostgreSQL, whose sessions outlive the killed server for a while."""
    await _kill(await postgres.fresh(), seed, tmp_path)


async def _kill(url: str, seed: str, place: Path) -> None:
    chance, http, smtp = random.Random(seed), free_port(), free_port()
    settings = place / "chappe.toml"
    settings.write_text(_settings(http, smtp, url), "utf-8")
    server = Server(settings, place / "kept")
    try:
        for sending in range(_KILLS):
            await server.spawn()
            await server.ready()
            asking = asyncio.gather(*_fifty(http, smtp, sending), return_exceptions=True)
            await asyncio.sleep(chance.uniform(0, _SOON_S))
            await server.kill()
            await asking
            await server.spawn()
            await server.ready()
            said = await asyncio.gather(*_fifty(http, smtp, sending))
            taken = [b"<error_code>000<" in one for one in said[:25]].count(True)
            again = [b"<error_code>120<" in one for one in said[:25]].count(True)
            assert (taken + again, taken <= 1) == (25, True)
            assert said[25:] == [b"250 2.0.0 Taken"] * 25
            left = await _asked(http, f"GET /api/credit?{_ASKS} HTTP/1.1\r\nHost: h\r\n\r\n")
            assert b"<credit>%.2f</credit>" % (100 - 0.03 * (sending + 1)) in left.body
            await server.kill()
    finally:
        await server.end()


def _fifty(http: int, smtp: int, sending: int) -> list[asyncio.Task[bytes]]:
    form = "sms_text=Bonjour&sms_recipients=%2B33612345678&sms_type=XXX"
    form = f"{form}&request_id=TousEnsemble{sending}"
    calls = [asyncio.create_task(_called(http, form)) for _ in range(25)]
    return [*calls, *[asyncio.create_task(_mailed(smtp, form)) for _ in range(25)]]


async def _called(port: int, form: str) -> bytes:
    return (await _asked(port, f"POST /api/sms?{_ASKS}&{form} HTTP/1.1\r\nHost: h\r\n\r\n")).body


async def _asked(port: int, request: str) -> Answer:
    client = await Line.open(port)
    try:
        return await client.ask(request.encode())
    finally:
        client.close()


async def _mailed(port: int, form: str) -> bytes:
    mail = f"Subject: {_ASKS}\r\n\r\nstart=start&{form}&end=end\r\n".encode()
    (said,) = await line(("127.0.0.1", port), [mail], "127.0.0.1", "sms")
    return bytes(said)


def _settings(http: int, smtp: int, url: str) -> str:
    return f"""
[http]
listen = "127.0.0.1:{http}"

[smtp]
listen = "127.0.0.1:{smtp}"

[store]
url = "{url}"

[[link]]
name = "sim"
kind = "operator"

[[account]]
login = "oscar"
email = "oscar@example.org"
api_keys = ["key-of-oscar"]
balance = "100.00"
"""
