"""espeak-ng, as a program: `python -m chappe.speech.espeak`.

In: on stdin a JSON object of `title`, `text` and `language`; or nothing, which asks what it can
speak. Out: on stdout a WAV (PCM, 16 bit, mono): the title, half a second of silence, the text; or
the languages, one a line. Promise: it ends, within bounds of time and octets, and where it can't
speak it says why on stderr. It is no part of a server: its library is under the GPL, may crash, and
holds up whoever calls it.
"""

import ctypes
import io
import json
import resource
import sys
import wave
from collections.abc import Mapping
from typing import Final

# The voices by the languages that orders name.
VOICES: Final[Mapping[str, str]] = {"fr-FR": "fr", "en-GB": "en", "de-DE": "de", "es-ES": "es"}

PACKAGE: Final = "espeakng_loader"

_CPU_S = 30
_MEMORY = 1 << 30
_OCTETS_MOST = 64 << 20  # 25 minutes; 960 characters of whatever kind take less
_PAUSE_S = 0.5
_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: it calls back with samples, and opens no device
_DONT_EXIT = 0x8000
_UTF8 = 1


class _CannotSpeak(Exception):
    """One clear sentence."""


class _Engine:
    """The library, and what it has said since it was asked last."""

    def __init__(self) -> None:
        try:
            import espeakng_loader
        except ImportError as fault:
            raise _CannotSpeak("the package espeakng-loader is not installed") from fault
        try:
            self._library = ctypes.CDLL(espeakng_loader.get_library_path())
            folder = espeakng_loader.get_data_path()
        except (OSError, RuntimeError) as fault:
            raise _CannotSpeak(f"espeak-ng can't be loaded ({fault})") from fault
        self.rate: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, folder.encode(), _DONT_EXIT
        )
        if self.rate < 8_000:
            raise _CannotSpeak("espeak-ng finds no voices")
        self._said = bytearray()
        samples = ctypes.POINTER(ctypes.c_short)
        of = ctypes.CFUNCTYPE(ctypes.c_int, samples, ctypes.c_int, ctypes.c_void_p)
        self._heard = of(self._hear)  # kept: the library holds no reference of Python's
        self._library.espeak_SetSynthCallback(self._heard)

    def _hear(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if samples and count > 0:
            self._said += ctypes.string_at(samples, 2 * count)
        return int(len(self._said) > _OCTETS_MOST)  # 1: go on no more

    def has(self, language: str) -> bool:
        found: int = self._library.espeak_SetVoiceByName(VOICES[language].encode())
        return found == 0

    def say(self, text: str) -> bytes:
        self._said.clear()
        octets = text.replace("\0", " ").encode("utf-8", "replace")
        self._library.espeak_Synth(octets, len(octets) + 1, 0, 1, 0, _UTF8, None, None)
        if len(self._said) > _OCTETS_MOST:
            raise _CannotSpeak("the text takes too long to say")
        return bytes(self._said)


def _speak(title: str, text: str, language: str) -> bytes:
    engine = _Engine()
    if language not in VOICES or not engine.has(language):
        raise _CannotSpeak(f"espeak-ng has no voice for {language}")
    pause = bytes(2 * int(_PAUSE_S * engine.rate))
    spoken = io.BytesIO()
    with wave.open(spoken, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(engine.rate)
        file.writeframes(engine.say(title) + pause + engine.say(text))
    return spoken.getvalue()


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    asked = sys.stdin.buffer.read()
    try:
        if asked:
            answer = _speak(**json.loads(asked))
        else:
            engine = _Engine()
            answer = "\n".join(filter(engine.has, VOICES)).encode()
    except _CannotSpeak as why:
        print(why, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
