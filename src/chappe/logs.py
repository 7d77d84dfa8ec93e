"""Logging: one line per event, as text or as JSON, to stderr.

In: what rooms log. Out: lines. Promise: quiet unless something is amiss, and never a password, a
key or a message's text: a fault is told by its type and its place in the code, never by its words,
which may hold what a customer wrote.
"""

import asyncio
import logging
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TextIO

import msgspec

LEVELS = ("debug", "info", "warning", "error")
FORMS = ("text", "json")

_FRAMES_MAX = 12  # the innermost ones: the others are the loop's
_MESSAGE_MAX = 1_000


def set_up(form: str = "text", level: str = "warning", stream: TextIO | None = None) -> None:
    """Let everything below `level` be silent, and word the rest."""
    out = logging.StreamHandler(stream or sys.stderr)
    out.setFormatter(_AsJson() if form == "json" else _AsText())
    out.setLevel(level.upper())
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(level.upper())


def overhear(rooms: Iterable[str], say: Callable[[str], None]) -> Callable[[], None]:
    """Say what these rooms log at `info` as well, whatever level is written to stderr. What is
    given back ends that."""
    ear, found = _Ear(say), [*map(logging.getLogger, rooms)]
    for room in found:
        room.setLevel(min(logging.INFO, room.getEffectiveLevel()))
        room.addHandler(ear)

    def deaf() -> None:
        for room in found:
            room.removeHandler(ear)
            if not room.handlers:  # nobody else overhears it
                room.setLevel(logging.NOTSET)

    return deaf


class _Ear(logging.Handler):
    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.INFO:
            self._say(_message(record))


def loop_fault(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """For `loop.set_exception_handler`: the loop's own words would show a callback's arguments."""
    logging.getLogger("chappe.loop").error(
        "work on the loop failed", exc_info=context.get("exception")
    )


class _AsText(logging.Formatter):
    """`2026-11-20 16:03:01 WARNING chappe.doors: words`, and a fault's frames below it."""

    default_msec_format = ""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{self.formatTime(record)} {record.levelname} {record.name}: {_message(record)}"
        return "\n".join([head, *(f"    {line}" for line in _fault(record))])


class _AsJson(logging.Formatter):
    """The same as one object on one line."""

    default_time_format = "%Y-%m-%dT%H:%M:%S%z"
    default_msec_format = ""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record),
            "level": record.levelname.lower(),
            "room": record.name,
            "message": _message(record),
        }
        if fault := _fault(record):
            line["fault"] = fault
        return msgspec.json.encode(line).decode()


def _message(record: logging.LogRecord) -> str:
    return one_line(record.getMessage(), _MESSAGE_MAX)


def _fault(record: logging.LogRecord) -> list[str]:
    """Type and frames of the exception, the innermost last."""
    if not record.exc_info or record.exc_info[0] is None:
        return []
    kind, _, trace = record.exc_info
    frames = traceback.extract_tb(trace)[-_FRAMES_MAX:]
    return [kind.__name__] + [f"{f.filename}:{f.lineno} in {f.name}" for f in frames]


def in_short(fault: BaseException) -> str:
    """A fault's type and the innermost place of ours: never its words."""
    frames = [f for f in traceback.extract_tb(fault.__traceback__) if "chappe" in f.filename]
    if not frames:
        return type(fault).__name__
    place = frames[-1]
    return f"{type(fault).__name__} in {Path(place.filename).name}:{place.lineno}"


def one_line(text: str, most: int = sys.maxsize) -> str:
    """A text that can neither begin a line nor move a cursor, cut where it is too long."""
    shown = text if len(text) <= most else f"{text[: most - 3]}..."
    if shown.isprintable():
        return shown
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "replace").decode()
        for letter in shown
    )
