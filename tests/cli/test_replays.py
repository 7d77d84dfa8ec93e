"""`chappe callbacks replay --account`: counted first, then told again once, in order, at a pace."""

import asyncio
import json
import re
import signal
from pathlib import Path

from chappe.config import read_config
from chappe.hands import callbacks, replays
from chappe.words.lifecycle import Event
from chappe.words.order import Tell, Urls
from tests.cli.running import command, environment
from tests.cli.test_hands import DELIVERED, add, hands_on, sent, serving, until, wrong

ALLOWED = read_config('[http]\nlisten = "127.0.0.1:0"\n[callbacks]\nallow_private = true\n')
ONE = "--account", "fred", "--since", "2020-01-01"


async def begun(folder: Path, *args: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command("callbacks", "replay", *ONE, "--data", str(folder / "kept"), "--json", *args),
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ear(told: list[str]) -> tuple[asyncio.Server, int]:
    """A customer's server, which notes the path of each call."""

    async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        told.append(head.split()[1].decode()[1])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK")
        writer.close()

    server = await asyncio.start_server(heard, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def test_a_replay_that_is_cut_off_goes_on_and_tells_nothing_twice(tmp_path: Path) -> None:
    """E40: first it only counts; Ctrl-C says how far it came."""
    told: list[str] = []
    server, port = await ear(told)
    do = hands_on(tmp_path / "kept")
    async with serving(tmp_path / "kept", ALLOWED) as node:
        await do("account add", add(balance="10"))
        for name in "abcd":
            urls = Urls(f"http://127.0.0.1:{port}/{name}")
            await sent(node, DELIVERED, tell=Tell(urls=urls, events=Event.final, form="w"))
        wanted = callbacks.CallbackList(login="fred", only="heard")

        async def all_heard() -> bool:
            return len((await do("callbacks list", wanted)).value) == 4

        await until(all_heard)
        assert len(told) == 4
        counting = await begun(tmp_path)
        counted, _ = await counting.communicate()
        assert json.loads(counted) == {"account": "fred", "heard": 4, "given_up": 0}

        cut = await begun(tmp_path, "--rate", "1", "--yes")
        assert cut.stderr is not None
        line = (await cut.stderr.readline()).decode()

        async def some_told() -> bool:
            return len(told) > 4

        await until(some_told)
        cut.send_signal(signal.SIGINT)
        stopped, _ = await cut.communicate()
        came = json.loads(stopped)
        assert (cut.returncode, 1 <= came["replayed"] < 4) == (0, True)

        # The cursor of its beginning will do as well: what was told again by that run is known.
        (beginning,) = re.findall(r"--after (\S+)", line)
        rest = await begun(tmp_path, "--rate", "1000", "--yes", "--after", beginning)
        done, _ = await rest.communicate()
        left = 4 - came["replayed"]
        assert json.loads(done) == {"account": "fred", "replayed": left, "after": ""}
        await until(all_heard)
        assert sorted(told) == list("aabbccdd")

        bad = replays.ReplayStretch(login="fred", since="2030-01-01")
        assert await wrong(do("callbacks count", bad)) == (
            "That time is over before it begins: look at --since and --until."
        )
    server.close()
