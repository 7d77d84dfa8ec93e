"""What is spoken can be heard: real speech, by the real engine, spoken once."""

import array
import asyncio
import signal
import stat
import subprocess
import wave
from pathlib import Path
from typing import Any

import pytest

from chappe.speech.recordings import Recordings
from chappe.speech.speaking import Program
from chappe.words.calls import CannotSpeak
from chappe.words.clock import DAY, Clock

TITLE, TEXT = "Ceci est un message", "Votre rendez-vous est à dix heures."


class Counting:
    """The real engine, and how often it was asked."""

    def __init__(self) -> None:
        self.count = 0
        self._engine = Program()

    async def languages(self) -> frozenset[str]:
        return await self._engine.languages()

    async def speak(self, title: str, text: str, language: str) -> bytes:
        self.count += 1
        return await self._engine.speak(title, text, language)


def samples(path: Path) -> "tuple[int, array.array[int]]":
    """The rate, and every sample."""
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getcomptype()) == (1, 2, "NONE")
        return file.getframerate(), array.array("h", file.readframes(file.getnframes()))


def loudness(said: "array.array[int]") -> float:
    return sum(map(abs, said)) / len(said)


async def test_a_voice_is_heard_the_title_first(tmp_path: Path) -> None:
    """Not silence: the title, half a second of silence, the message, and nothing else."""
    kept = Recordings(tmp_path / "speech", Program(), Clock())
    spoken = await kept.spoken(TITLE, TEXT, "fr-FR")
    rate, said = samples(spoken.path)
    _, title = samples((await kept.spoken(TITLE, "", "fr-FR")).path)
    _, text = samples((await kept.spoken("", TEXT, "fr-FR")).path)
    pause = rate // 2
    assert rate >= 8_000
    assert spoken.ms == len(said) * 1_000 // rate
    assert said[: len(title)] == title
    assert not any(title[-pause:])
    assert loudness(title[:-pause]) > 500 < loudness(said[len(title) :])
    # What was said before moves the voice a little.
    assert abs(len(said) - len(title) - (len(text) - pause)) < rate // 20


async def test_a_longer_text_takes_longer_and_languages_differ(tmp_path: Path) -> None:
    kept = Recordings(tmp_path / "speech", Program(), Clock())
    short = await kept.spoken("", "Bonjour", "fr-FR")
    long = await kept.spoken("", "Bonjour, " * 20, "fr-FR")
    assert long.ms > 5 * short.ms > 0
    spoken = [
        samples((await kept.spoken("", "Taxi 21", language)).path)[1].tobytes()
        for language in sorted(await Program().languages())
    ]
    assert len(set(spoken)) == len(spoken) == 4


async def test_one_text_is_spoken_once_for_ten_thousand(tmp_path: Path) -> None:
    engine = Counting()
    kept = Recordings(tmp_path / "speech", engine, Clock())
    asked = [kept.spoken(TITLE, TEXT, "fr-FR") for _ in range(200)]
    found = {*(await asyncio.gather(*asked))}
    again = Recordings(tmp_path / "speech", engine, Clock())  # after a restart
    found.add(await again.spoken(TITLE, TEXT, "fr-FR"))
    assert (len(found), engine.count) == (1, 1)
    ((path, _),) = found
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("left", [b"", b"RIFF", b"no WAV at all"])
async def test_what_is_not_whole_is_spoken_again(tmp_path: Path, left: bytes) -> None:
    """A machine that loses its power may keep the name of a file and not its octets."""
    engine = Counting()
    kept = Recordings(tmp_path / "speech", engine, Clock())
    spoken = await kept.spoken(TITLE, TEXT, "fr-FR")
    whole = spoken.path.read_bytes()
    spoken.path.write_bytes(left)
    assert await kept.spoken(TITLE, TEXT, "fr-FR") == spoken
    assert (spoken.path.read_bytes(), engine.count) == (whole, 2)


async def test_what_was_spoken_goes_with_its_text(tmp_path: Path) -> None:
    engine = Counting()
    clock = Clock()
    kept = Recordings(tmp_path / "speech", engine, clock)
    spoken = await kept.spoken(TITLE, TEXT, "fr-FR")
    assert await kept.tidy(clock.now() - DAY) == 0
    assert await kept.tidy(clock.now() + DAY) == 1
    assert not spoken.path.exists()
    assert await kept.spoken(TITLE, TEXT, "fr-FR") == spoken  # spoken again where it is wanted
    assert engine.count == 2


async def test_recordings_have_a_bound(tmp_path: Path) -> None:
    """What was heard longest ago goes first; what is just wanted stands, however long it is."""
    kept = Recordings(tmp_path / "speech", Program(), Clock(), octets_most=1)
    first = await kept.spoken("", "Un", "fr-FR")
    second = await kept.spoken("", "Deux", "fr-FR")
    assert [first.path.exists(), second.path.exists()] == [False, True]


async def test_no_engine_is_one_clear_sentence() -> None:
    missing = Program("tests.speech.no_such_engine")
    with pytest.raises(CannotSpeak, match="no_such_engine"):
        await missing.languages()
    with pytest.raises(CannotSpeak, match="no voice for xx"):
        await Program().speak("", "Bonjour", "xx")
    with pytest.raises(CannotSpeak, match="too long"):
        await Program("tests.speech.hanging", patience_s=0.1).speak("", "Bonjour", "fr-FR")
    with pytest.raises(CannotSpeak, match="broke off"):
        await Program("tests.speech.crashing").speak("", "Bonjour", "fr-FR")


async def test_who_stops_does_not_wait_for_an_engine_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S30: its process is ended with the wish: a thread would wait for it, and the stop for the
    thread."""
    born: asyncio.Queue[subprocess.Popen[bytes]] = asyncio.Queue()
    loop, popen = asyncio.get_running_loop(), subprocess.Popen

    def noted(*args: Any, **kinds: Any) -> subprocess.Popen[bytes]:
        child = popen(*args, **kinds)
        loop.call_soon_threadsafe(born.put_nowait, child)
        return child

    monkeypatch.setattr(subprocess, "Popen", noted)
    kept = Recordings(tmp_path / "speech", Program("tests.speech.hanging"), Clock())
    waiting = asyncio.create_task(kept.spoken(TITLE, TEXT, "fr-FR"))
    child = await born.get()
    waiting.cancel()
    await kept.stop()
    assert await asyncio.to_thread(child.wait, 10) == -signal.SIGKILL


async def test_the_longest_text_of_the_slowest_words_is_spoken(tmp_path: Path) -> None:
    """960 characters, a third of which are words of three syllables."""
    kept = Recordings(tmp_path / "speech", Program(), Clock())
    spoken = await kept.spoken("W, " * 53, "W, " * 266, "fr-FR")
    assert spoken.ms > 120_000
