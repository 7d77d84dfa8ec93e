"""Another gateway beside ours: how it is found, set up and asked, and that it leaves nothing."""

from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bench import kannel
from bench.__main__ import main
from bench.build import build
from bench.children import Children
from bench.kannel import Boxes, Doors, asked, boxes, settings_of_kannel
from bench.requests import TEXT
from bench.site import Bed
from bench.trouble import Broken


@pytest.fixture
def sbin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All that there is of programs, beside an empty PATH."""
    found = tmp_path / "sbin"
    found.mkdir()
    monkeypatch.setattr(kannel, "SBIN", str(found))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return found


def _program(path: Path, text: str = "#!/bin/sh\n") -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_a_peer_that_is_not_installed_is_one_sentence(
    sbin: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _program(sbin / "bearerbox")  # A half is not enough.
    assert main(["--peer", "kannel"]) == 1
    assert capsys.readouterr().err == (
        "Kannel was not found: its programs bearerbox and smsbox are neither on the PATH nor in "
        f"{sbin}. Debian's package kannel has them.\n"
    )


def test_a_peer_is_found_where_most_have_no_path_to(sbin: Path) -> None:
    bearerbox = _program(sbin / "bearerbox")
    _program(sbin / "smsbox")
    smsbox = _program(sbin.parent / "bin" / "smsbox")
    assert boxes() == Boxes(bearerbox, smsbox)


@pytest.mark.parametrize("word", ["accept", "--simulated"])
def test_a_peer_has_loads_of_its_own(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--peer", "kannel", word])
    assert left.value.code == 2
    assert "--peer goes without works, and always by SMPP" in capsys.readouterr().err


def test_kannel_has_a_link_and_a_window_as_ours() -> None:
    text = settings_of_kannel(Doors(sendsms=1, admin=2, between=3, smsc=4), window=100)
    groups = [
        dict(line.split(" = ") for line in group.splitlines()) for group in text.split("\n\n")
    ]
    assert [group["group"] for group in groups] == [
        *("core", "smsc", "smsbox", "sendsms-user", "sms-service"),
    ]
    core, smsc, smsbox, *_ = groups
    assert (core["admin-port"], core["smsbox-port"], core["dlr-storage"]) == ("2", "3", "internal")
    assert (smsc["port"], smsc["max-pending-submits"], smsc["smsc"]) == ("4", "100", "smpp")
    assert (smsbox["bearerbox-port"], smsbox["sendsms-port"]) == ("3", "1")


def test_kannel_is_asked_for_the_same_text_and_one_callback() -> None:
    ask = asked(13_013, 9_100)
    words = parse_qs(urlsplit(ask.target).query)
    assert words == {
        "username": ["bench"],
        "password": ["bench-password"],
        "from": ["BENCH"],
        "text": [TEXT],
        "dlr-mask": ["3"],
        "dlr-url": ["http://127.0.0.1:9100/receipts?to=%p&state=%d"],
        "to": ["{to}"],
    }
    assert (ask.port, ask.well) == (13_013, 202)


def test_a_gateway_that_ends_at_its_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    box = _program(tmp_path / "box", "#!/bin/sh\necho no such group\nexit 1\n")
    ground = tmp_path / "ground"
    ground.mkdir()
    with ExitStack() as ended:
        children = Children()
        ended.push(children.__exit__)
        bed = Bed(children, build(), ground, seconds=1, quick=True, smpp=True)
        with (
            pytest.raises(Broken, match=r"(?s)Kannel ended by itself.*no such group"),
            kannel.kannel(bed, Boxes(box, box)),
        ):
            raise AssertionError("It was never up.")
        assert _running(ground) == []
    assert [*(ground / "site-1").iterdir()] == []


def _running(ground: Path) -> list[str]:
    """What runs with a file below there."""
    commands = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # It ended while we looked.
            commands.append(entry.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [command for command in commands if str(ground) in command]
