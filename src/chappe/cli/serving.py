"""Running until told to stop: signals, reloading, and what is printed meanwhile.

In: a configuration and a directory. Out: an exit code. Promise: the first SIGTERM or SIGINT stops
gracefully within ten seconds, the second at once, also while all is still being opened; what can't
start says why in one sentence, whatever the reason; a file with a mistake changes nothing.
"""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click

from chappe import logs
from chappe.cli.typed import read_file
from chappe.config import Config
from chappe.demo import HOST, Ports, demo_config
from chappe.demo.card import Addresses, card
from chappe.demo.staff import let_in
from chappe.demo.watch import TOLD_ROOMS, Watch, turned_away
from chappe.dialects import DIALECTS
from chappe.hands.control import Control
from chappe.listen import Page
from chappe.node import CannotStart, Node
from chappe.node.directory import mark_for_demo, narrow, not_to_serve
from chappe.words.clock import Clock

log = logging.getLogger("chappe.cli")

_STOP_S = 9.5


async def serving(
    config: Config, data: Path, clock: Clock, path: Path | None, *, keeps_time: bool
) -> int:
    """`chappe serve`."""
    stop = stop_on_signals()
    if wrong := not_to_serve(data):
        return _sorry(f"{wrong}.")
    narrow(data)
    node = Node(config, data, clock)
    if (code := await _start(node, stop)) is not None:
        return code
    reloader = Reloader(node, path, keeps_time=keeps_time)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reloader.ask)
    host, port = node.doors.http
    _say(f"Chappe is ready at http://{host}:{port}")
    if node.doors.https is not None:
        _say("It listens at https://{}:{} as well".format(*node.doors.https))
    if config.smtp is not None:
        _say("Mails are taken at smtp://{}:{}".format(*node.doors.mail))
    if config.sftp is not None:
        _say("Files are taken at sftp://{}:{}".format(*node.doors.files))
    if node.config.metrics is not None:
        _say("Figures are shown at http://{}:{}/metrics".format(*node.doors.figures))
    if console := _console_url(node):
        _say(f"The console is at {console}")
    if config.simulated:
        _say("Nothing leaves this machine: only the simulated network sends.")
    _tell_what_waits(node)
    if found := node.upkeep.inherited:
        _say(f"{found} messages were on their way when the last run ended: see doubt list")
    over = asyncio.create_task(node.is_over.wait())
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({over, told}, return_when=asyncio.FIRST_COMPLETED)
    if not stop.is_set():
        _begin_anew()
    over.cancel()
    reloader.stop()
    return await _stopped(node)


async def playing(data: Path, ports: Ports, form: str) -> int:
    """`chappe demo`."""
    stop = stop_on_signals()
    if wrong := mark_for_demo(data):
        return _sorry(f"{wrong}.")
    narrow(data)
    page = Page(_say, form=form)
    try:
        _, page_port = await page.open(HOST, ports.page)
    except OSError as fault:
        return _sorry(_taken(ports.page, fault, "--listen-port"))
    node = Node(demo_config(ports._replace(page=page_port)), data)
    if (code := await _start(node, stop)) is not None:
        await page.close()
        return code
    await let_in(node)
    doors = node.doors
    where = Addresses(
        console=_console_url(node),
        url="http://{}:{}".format(*doors.http),
        page=f"http://{HOST}:{page_port}",
        figures="http://{}:{}".format(*doors.figures),
        mail="smtp://{}:{}".format(*doors.mail),
        files=doors.files,
    )
    _say(card(where, [dialect.SAMPLE for dialect in DIALECTS]))
    _tell_what_waits(node)
    Watch(node, _say)
    logs.overhear(TOLD_ROOMS, lambda line: _say(turned_away(line, time.time_ns() // 1_000_000)))
    await stop.wait()
    code = await _stopped(node)
    await page.close()
    return code


async def listening(host: str, port: int, made: Callable[[Callable[[str], None]], Page]) -> int:
    """`chappe listen`. The page is made with what prints a line."""
    stop = stop_on_signals()
    page = made(_say)
    try:
        host, port = await page.open(host, port)
    except OSError as fault:
        return _sorry(_taken(port, fault, "--port"))
    _say(f"Listening for callbacks at http://{host}:{port}")
    await stop.wait()
    await page.close()
    return 0


class Reloader:
    """Reads the file again at each SIGHUP, one reading after the other."""

    def __init__(self, node: Node, path: Path | None, *, keeps_time: bool) -> None:
        self._node = node
        self._path = path
        self._keeps_time = keeps_time
        self._asked = asyncio.Event()
        self._task = asyncio.create_task(self._reload_forever())

    def ask(self) -> None:
        self._asked.set()

    def stop(self) -> None:
        """What is being applied stays as far as it came: the node stops."""
        self._task.cancel()

    async def _reload_forever(self) -> None:
        while await self._asked.wait():
            self._asked.clear()
            try:
                lines = await self._reload()
            except (CannotStart, click.ClickException) as fault:
                why = fault.message if isinstance(fault, click.ClickException) else str(fault)
                _sorry(f"Nothing was applied: {why}")
            except Exception:  # a fault while reloading must not end the reloading for good
                log.exception("the file could not be applied")
                _sorry("The file could not be applied; the log says where.")
            else:
                for line in lines or ["nothing has changed"]:
                    _say(f"Reloaded: {line}")

    async def _reload(self) -> list[str]:
        if self._path is None:
            raise CannotStart("no --config was given, so there is no file to read again.")
        config = read_file(self._path)
        if not self._keeps_time and not config.simulated:
            raise CannotStart("a real link can't be declared while --clock is set.")
        return list(await self._node.reload(config))


def stop_on_signals() -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT; the second ends the process on the spot."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.set_exception_handler(logs.loop_fault)

    def told() -> None:
        if stop.is_set():
            # What was answered is on disk, so this loses no more than a power cut: nothing.
            os._exit(_sorry("Stopped at once."))
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told)
    return stop


async def _start(node: Node, stop: asyncio.Event) -> int | None:
    """None once it serves; else the exit code of a process that never did."""
    node.beside.append(Control(node))
    if node.config.console is not None:
        from chappe.console.door import Console  # its templates take memory: only where it is used

        node.beside.append(Console(node))
    starting = asyncio.create_task(node.start())
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    starting.cancel()  # of no effect where it has ended
    await asyncio.wait({starting}, timeout=_STOP_S)
    if not starting.done() or starting.cancelled():
        return await _stopped(node)
    fault = starting.exception()
    if fault is None:
        return None
    await _stopped(node)
    if isinstance(fault, CannotStart):
        return _sorry(str(fault))
    return _sorry(f"It can't start: {logs.in_short(fault)}. `chappe doctor` looks for the reason.")


async def _stopped(node: Node) -> int:
    try:
        await asyncio.wait_for(node.stop(), _STOP_S)
    except Exception as fault:  # where the store is damaged anything may come; it ends all the same
        if not isinstance(fault, TimeoutError):
            return _sorry(f"It stopped with a fault: {logs.in_short(fault)}.")
        # Threads that still wait for the disk would hold up an ordinary exit.
        os._exit(_sorry(f"Not everything ended within {_STOP_S} s; what was answered is kept."))
    return 0


def _begin_anew() -> NoReturn:
    """Others have what this node had: whatever it still holds would be done twice."""
    _sorry("Others took this node to be over: it begins anew.")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _tell_what_waits(node: Node) -> None:
    if node.restored is not None:
        _say(f"This is a backup of {node.restored.says}: nothing is sent, told or taken until")
        _say("`chappe resume` says what becomes of what was under way then.")


def _console_url(node: Node) -> str:
    """Where the console is; '' where it is closed."""
    if node.config.console is None:
        return ""
    from chappe.console.door import Console

    found = [one.address for one in node.beside if isinstance(one, Console) and one.address]
    return "http://{}:{}".format(*found[0]) if found else ""


def _taken(port: int, fault: OSError, option: str) -> str:
    why = os.strerror(fault.errno) if fault.errno else str(fault)
    return f"The callback page can't be opened at port {port}: {why}. Choose another: {option}."


def _say(line: str) -> None:
    print(line, flush=True)


def _sorry(why: str) -> int:
    print(f"Error: {why}", file=sys.stderr, flush=True)
    return 1
