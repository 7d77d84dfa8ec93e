"""Speaking: the small contract that engines stand behind, and the one that there is.

In: a title, a text, a language. Out: a WAV (PCM, 16 bit, mono, 8 kHz or more): the title, half a
second of silence, the text. Promise: the loop is never held up; a program speaks, few of them at a
time, each with its bounds; what can't be spoken is a `CannotSpeak` of one sentence.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Protocol

from chappe.speech.espeak import PACKAGE, VOICES
from chappe.words.calls import CannotSpeak

_AT_ONCE = 2
_PATIENCE_S = 30.0


class Engine(Protocol):
    """Whoever can say something aloud."""

    async def languages(self) -> frozenset[str]:
        """Those that it speaks; CannotSpeak where it can't at all."""

    async def speak(self, title: str, text: str, language: str) -> bytes: ...


def languages_at_hand() -> frozenset[str]:
    """Those that the program most likely speaks, without asking it: the package is there."""
    return frozenset(VOICES if find_spec(PACKAGE) else ())


class Program:
    """An engine that is a program of its own: see espeak.py, and docs/why.md for the reason."""

    def __init__(
        self, module: str = "chappe.speech.espeak", patience_s: float = _PATIENCE_S
    ) -> None:
        self._command: Sequence[str] = (sys.executable, "-m", module)
        self._patience_s = patience_s
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def languages(self) -> frozenset[str]:
        return frozenset((await self._ask(b"")).decode().split())

    async def speak(self, title: str, text: str, language: str) -> bytes:
        asked = {"title": title, "text": text, "language": language}
        return await self._ask(json.dumps(asked).encode())

    async def _ask(self, asked: bytes) -> bytes:
        async with self._room:
            run = _Run(self._command)
            try:
                return await asyncio.to_thread(run.ask, asked, self._patience_s)
            except asyncio.CancelledError:
                run.kill()  # a thread would wait for it, and whoever stops for the thread
                raise


class _Run:
    """One run of the program: begun and waited for in a thread, and ended from any."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None
        self._unwanted = False

    def ask(self, asked: bytes, patience_s: float) -> bytes:
        pipe = subprocess.PIPE
        try:
            child = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=pipe)
        except OSError as fault:
            raise CannotSpeak(f"the speech engine can't be run ({fault.strerror})") from fault
        with child:
            self._child = child
            if self._unwanted:
                child.kill()
            try:
                said, wrong = child.communicate(asked, patience_s)
            except subprocess.TimeoutExpired as fault:
                child.kill()
                raise CannotSpeak("the speech engine takes too long") from fault
        if child.returncode:
            words = wrong.decode("utf-8", "replace").strip().splitlines()
            raise CannotSpeak(words[-1] if words else "the speech engine broke off")
        return said

    def kill(self) -> None:
        self._unwanted = True
        if self._child is not None:
            self._child.kill()
