"""`chappe call`: handsets that are called, by hand and over a real server."""

import io
import json
import wave
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Running, environment, fetch, run, running, typed, until

CONFIG = """
[http]
listen = "127.0.0.1:0"
[[account]]
login = "fred"
api_keys = ["FredFredFred0001"]
balance = "10"
[[account]]
login = "anna"
api_keys = ["AnnaAnnaAnna0001"]
balance = "10"
"""
BY_HAND, ITSELF = "0639980151", "0639980150"
SERVE = ("serve", "--config", "chappe.toml", "--data", "kept")


class Site:
    """A server, and what is typed beside it."""

    def __init__(self, folder: Path, server: Running) -> None:
        self.folder = folder
        self._door = f"http://127.0.0.1:{server.port}/http/1.6/"

    def order(self, number: str, key: str = "FredFredFred0001", text: str = "Bonjour") -> str:
        """A call to a number; the smsID."""
        said = self.ask(f"sendVoiceMessage.do?accessToken={key}&message={text}&numero={number}")
        sms = said.rpartition(" | ")[2].strip()
        assert said == f"0 | Accepté | {sms}\n"
        return sms

    def status(self, sms: str) -> str:
        return self.ask(f"smsStatus.do?accessToken=FredFredFred0001&smsID={sms}").split()[0]

    def ask(self, call: str) -> str:
        """What the door answers, with HTTP 200."""
        status, said = fetch(self._door + call)
        assert status == 200
        return said

    def type(self, *args: str) -> str:
        return typed(self.folder, "call", *args).output

    def calls(self, *args: str) -> list[dict[str, Any]]:
        return list(json.loads(self.type("list", "--json", *args))["calls"])

    def rings(self, count: int = 1) -> list[int]:
        """The messages of the calls that ring, once there are so many."""
        until(lambda: len(self.calls()) >= count, lambda: f"{count} calls")
        return [one["call"] for one in self.calls()]


def test_a_handset_is_answered_by_hand(tmp_path: Path) -> None:
    """S32: it rings, shows who calls and what is said, and is taken, declined or closed."""
    (tmp_path / "chappe.toml").write_text(CONFIG)
    with running(tmp_path, *SERVE) as server:
        site = Site(tmp_path, server)
        assert site.type("by-hand", BY_HAND) == (
            "+33639980151 is answered by hand: it rings until somebody takes the call.\n"
        )
        long = "Bonjour+tout+le+monde.+" * 30
        first, second = site.order(BY_HAND, text=long), site.order(BY_HAND)
        one, two = sorted(site.rings(2))
        (shown,) = [call for call in site.calls() if call["call"] == one]
        assert {name: shown[name] for name in ("account", "from", "to", "state", "by_hand")} == {
            "account": "fred",
            "from": "36034",
            "to": "+33639980151",
            "state": "rings",
            "by_hand": True,
        }
        said = (shown["language"], shown["title"], shown["text"][:23])
        assert said == ("fr-FR", "Ceci est un message de sMsmode", "Bonjour tout le monde. ")
        assert site.type("decline", str(two)) == f"{two} is declined.\n"
        assert site.type("take", str(one)).startswith(f"{one} is taken")
        assert [call["state"] for call in site.calls()] == ["is heard"]
        assert site.type("take", str(one)).startswith(f"Error: {one} does not ring")
        assert site.type("close", str(one)) == f"{one} is closed before its end.\n"
        until(lambda: site.status(first) == "14", lambda: "a call that was closed")
        until(lambda: site.status(second) == "3503", lambda: "a call that was declined")
        assert site.type("close", str(one)).startswith(f"Error: {one} was not taken by hand")
        assert site.calls() == []
        assert site.type("by-itself", BY_HAND) == "+33639980151 is answered by itself.\n"


def test_a_recording_is_played_to_its_account_and_changes_nothing(tmp_path: Path) -> None:
    """S32: while it rings and afterwards; another account finds no such call."""
    (tmp_path / "chappe.toml").write_text(CONFIG)
    with running(tmp_path, *SERVE) as server:
        site = Site(tmp_path, server)
        site.type("by-hand", BY_HAND, ITSELF)
        fred, _ = site.order(BY_HAND), site.order(ITSELF, "AnnaAnnaAnna0001")
        ringing = site.rings(2)
        until(lambda: site.status(fred) == "0", lambda: "a call that is on disk")
        (mine,) = [one["call"] for one in site.calls("--account", "fred")]
        assert {mine} < set(ringing)
        played = typed(tmp_path, "call", "play", str(mine), "--account", "fred")
        with wave.open(io.BytesIO(played.stdout_bytes)) as wav:
            assert (wav.getnchannels(), wav.getsampwidth()) == (1, 2)
            assert wav.getframerate() >= 8_000
            assert wav.getnframes() > 2 * wav.getframerate()
        refused = typed(tmp_path, "call", "play", str(mine), "--account", "anna")
        assert (refused.exit_code, refused.stderr) == (1, f"Error: There is no call {mine}.\n")
        for gesture in ("take", "decline", "close"):
            told = site.type(gesture, str(mine), "--account", "anna")
            assert told == f"Error: There is no call {mine}.\n"
        assert site.status(fred) == "0"
        assert [one["state"] for one in site.calls()] == ["rings", "rings"]
        (wav_of_both,) = (tmp_path / "kept" / "speech").glob("*.wav")
        assert wav_of_both.stat().st_mode & 0o777 == 0o600
        site.type("decline", str(mine))
        again = typed(tmp_path, "call", "play", str(mine))
        assert again.stdout_bytes == played.stdout_bytes
        assert site.type("play", "77") == "Error: There is no call 77.\n"
        shown = typed(tmp_path, "message", "show", str(mine)).output
        assert "title" in shown
        assert "Ceci est un message de sMsmode" in shown


_WITHOUT = "import sys\nsys.modules['espeakng_loader'] = None\n"  # its import fails


def test_all_but_voice_works_where_the_package_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S30, E35: a call is answered 50, texts go their way, and the doctor says why."""
    before = environment()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(_WITHOUT)
    path = f"{tmp_path / 'site'}:{before['PYTHONPATH']}"
    monkeypatch.setattr("tests.cli.running.environment", lambda: {**before, "PYTHONPATH": path})
    (tmp_path / "chappe.toml").write_text(CONFIG)
    with running(tmp_path, *SERVE) as server:
        site = Site(tmp_path, server)
        key = "accessToken=FredFredFred0001"
        asked = f"{key}&message=Bonjour&numero=0639980150"
        assert site.ask(f"sendVoiceMessage.do?{asked}") == "50 | Temporairement inaccessible\n"
        assert site.ask(f"credit.do?{key}") == "250.0\n"
        sent = site.ask(f"sendSMS.do?{asked}")
        sms = sent.rpartition(" | ")[2].strip()
        assert sent == f"0 | Accepté | {sms}\n"
        until(lambda: site.status(sms) == "11", lambda: "an SMS that was received")
        assert site.calls() == []
    said = run(tmp_path, "doctor", "--config", "chappe.toml", "--data", "kept").stdout
    why = "Voice messages are refused: the package espeakng-loader is not installed."
    assert why in said
