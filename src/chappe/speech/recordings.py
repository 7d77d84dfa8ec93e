"""Recordings of what was spoken: a WAV for each title, text and language.

In: what is to be said. Out: where its WAV is, and how long it lasts. Promise: it is spoken once,
however many are called and however many ask at a time; a file is its owner's alone, is whole or not
there, and goes when its text does. There is a bound: what was heard longest ago goes first,
and is spoken again where it is wanted again.
"""

import asyncio
import contextlib
import hashlib
import os
import wave
from collections.abc import Iterator
from pathlib import Path

from chappe.speech.speaking import Engine
from chappe.words.calls import CannotSpeak, Recording
from chappe.words.clock import DAY, HOUR, Clock, Timer

FOLDER = "speech"
OCTETS_MOST = 1 << 30
_SECOND = 1_000
_DIGEST = 64
_TIDY_EVERY_MS = 1 * HOUR


class Recordings:
    """The files of one node."""

    def __init__(
        self,
        folder: Path,
        engine: Engine,
        clock: Clock,
        octets_most: int = OCTETS_MOST,
        keep_ms: int = 90 * DAY,
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._clock = clock
        self._most = octets_most
        self._keep_ms = keep_ms
        self._timer: Timer | None = None
        self._speaking: dict[Path, asyncio.Task[int]] = {}
        self._tidying: asyncio.Task[None] | None = None

    async def spoken(self, title: str, text: str, language: str) -> Recording:
        """Where it is; spoken now where it was not yet. CannotSpeak, OSError."""
        path = self.place(title, text, language)
        lasts = await asyncio.to_thread(self._taken_up, path)
        if lasts is None:
            work = self._speaking.get(path)
            if work is None:
                work = asyncio.create_task(self._speak(path, title, text, language))
                self._speaking[path] = work
                work.add_done_callback(lambda _: self._speaking.pop(path, None))
            lasts = await asyncio.shield(work)
        return Recording(path, lasts)

    def place(self, title: str, text: str, language: str) -> Path:
        """Where it stands, or would."""
        said = "\0".join((language, title, text)).encode("utf-8", "surrogatepass")
        return self._folder / f"{hashlib.sha256(said).hexdigest()}.wav"

    async def forget(self, title: str, text: str, language: str) -> None:
        """This one goes now, as its text does."""
        path = self.place(title, text, language)
        await asyncio.to_thread(path.unlink, missing_ok=True)

    async def tidy(self, before: int) -> int:
        """Let go what nobody was called with since then, and what is too much; how many files."""
        return await asyncio.to_thread(self._tidy, before)

    async def start(self) -> None:
        """From now on what is old goes by itself."""
        self._timer = self._clock.later(_TIDY_EVERY_MS, self._ring)

    def _ring(self) -> None:
        self._timer = self._clock.later(_TIDY_EVERY_MS, self._ring)
        # It is a few hundred files as a rule, each looked at once.
        self._tidying = asyncio.create_task(self._tidy_old())

    async def _tidy_old(self) -> None:
        with contextlib.suppress(OSError):
            await self.tidy(self._clock.now() - self._keep_ms)

    async def stop(self) -> None:
        """Nobody waits any more for what is being spoken."""
        if self._timer is not None:
            self._timer.cancel()
        works = [*self._speaking.values(), *filter(None, [self._tidying])]
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    async def _speak(self, path: Path, title: str, text: str, language: str) -> int:
        wav = await self._engine.speak(title, text, language)
        return await asyncio.to_thread(self._put, path, wav)

    def _taken_up(self, path: Path) -> int | None:
        """How long it lasts; it was heard now, then. None where it does not stand there whole: a
        machine that lost its power may have kept its name alone."""
        at = self._clock.now() / _SECOND
        try:
            lasts = lasts_ms(path)
            os.utime(path, (at, at))
        except (FileNotFoundError, EOFError, wave.Error):
            return None
        return lasts

    def _put(self, path: Path, wav: bytes) -> int:
        self._folder.mkdir(0o700, exist_ok=True)
        fresh = path.with_suffix(".new")
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(file, "wb") as kept:
            kept.write(wav)
        fresh.replace(path)
        lasts = self._taken_up(path)
        if lasts is None:
            raise CannotSpeak("what was spoken is no WAV, or is gone")
        self._tidy(0, spared=path)
        return lasts

    def _tidy(self, before: int, spared: Path | None = None) -> int:
        gone = room = 0
        for at, size, path in sorted(self._files(), reverse=True):
            room += size
            if path != spared and (at < before / _SECOND or room > self._most):
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        try:
            found = list(os.scandir(self._folder))
        except FileNotFoundError:
            return
        for one in found:
            name = one.name.partition(".")[0]
            if len(name) == _DIGEST and Path(one.path) not in self._speaking:
                known = one.stat(follow_symlinks=False)
                yield known.st_mtime, known.st_size, Path(one.path)


def lasts_ms(path: Path) -> int:
    """How long a WAV lasts."""
    with wave.open(str(path), "rb") as file:
        return file.getnframes() * _SECOND // file.getframerate()
