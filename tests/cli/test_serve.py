"""`chappe serve` from outside: it starts, says what it is, stops, and says why it can't start."""

import signal
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from chappe.cli import main
from tests.cli.running import fetch, run, running, typed

FILE = """
[http]
listen = "127.0.0.1:0"

[[account]]
login = "fred"
password = "word-of-fred"
balance = "10.00"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "chappe.toml"
    path.write_text(FILE)
    return path


def serve(file: Path) -> list[str]:
    return ["serve", "--config", str(file), "--data", str(file.parent / "kept")]


def test_start_up_and_readyz_say_that_nothing_leaves_this_machine(file: Path) -> None:
    """E50, E53: where only the simulated network sends, both say so plainly."""
    with running(file.parent, *serve(file)) as server:
        url = f"http://127.0.0.1:{server.port}"
        server.prints("Nothing leaves this machine: only the simulated network sends.")
        assert fetch(f"{url}/healthz") == (200, "ok\n")
        assert fetch(f"{url}/readyz") == (
            200,
            "ready; nothing leaves this machine: only the simulated network sends\n",
        )
        # What all customers do together is no customer's to know.
        assert fetch(f"{url}/metrics")[0] == 404
        assert server.err == ""


def test_a_real_installation_is_not_ready_while_no_link_is_up(file: Path) -> None:
    """E53: what is taken can't leave; the loop lives all the same."""
    dead = '[[link]]\nname = "{}"\nkind = "smpp"\nhost = "127.0.0.1"\nport = 1\n'
    file.write_text(FILE + dead.format("one") + dead.format("two"))
    with running(file.parent, *serve(file)) as server:
        url = f"http://127.0.0.1:{server.port}"
        assert fetch(f"{url}/readyz") == (503, "no link is up: what is taken waits\n")
        assert fetch(f"{url}/healthz") == (200, "ok\n")


def test_the_figures_have_a_door_of_their_own(file: Path) -> None:
    """E53: the watchman's, and nothing but figures is there."""
    file.write_text(f'{FILE}\n[metrics]\nlisten = "127.0.0.1:0"\n')
    with running(file.parent, *serve(file)) as server:
        server.prints("/metrics")
        url = server.out.partition("Figures are shown at ")[2].partition("/metrics")[0]
        assert fetch(f"http://127.0.0.1:{server.port}/healthz") == (200, "ok\n")
        status, text = fetch(f"{url}/metrics")
        assert (status, "\nchappe_callbacks_in_flight 0\n" in text) == (200, True)
        assert fetch(f"{url}/healthz") == (404, "Not found\n")
        assert fetch(f"{url}/api?accountid=fred&password=word-of-fred")[0] == 404


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_gracefully(file: Path, name: signal.Signals) -> None:
    """E54: within ten seconds, with exit code 0 and nothing to complain of."""
    with running(file.parent, *serve(file)) as server:
        assert server.port
        server.signal(name)
        assert server.process.wait(10) == 0
        assert server.err == ""
    assert sorted(path.name for path in (file.parent / "kept").iterdir()) == [
        "calls.log",
        "chappe.db",
        "chappe.key",
        "chappe.lock",
        "operator.log",
    ]


def test_what_was_answered_is_kept_over_a_stop(file: Path) -> None:
    """E54: the message that was answered last is there after the next start."""
    text = "/api?accountid=fred&password=word-of-fred&to=0639980033&text=Bonjour"
    with running(file.parent, *serve(file)) as server:
        assert fetch(f"http://127.0.0.1:{server.port}{text}") == (200, "1")
        server.signal(signal.SIGTERM)
        assert server.ends() == 0
    shown = typed(file.parent, "message", "show", "1")
    assert (shown.exit_code, "+33639980033" in shown.stdout) == (0, True)


def test_a_second_signal_stops_it_at_once(file: Path) -> None:
    with running(file.parent, *serve(file)) as server:
        # An idle call that never ends keeps the graceful stop busy for its four seconds.
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(b"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
            assert fetch(f"http://127.0.0.1:{server.port}/healthz")[0] == 200
            server.signal(signal.SIGTERM)
            server.signal(signal.SIGINT)
            assert server.process.wait(2) == 1
        assert server.err == "Error: Stopped at once.\n"


def sentence(file: Path, *args: str) -> tuple[int, str]:
    """Exit code and stderr of a start that fails; nothing may be on stdout."""
    ended = run(file.parent, *args)
    assert ended.stdout == ""
    return ended.returncode, ended.stderr


def test_a_second_server_on_the_same_directory_exits_with_a_sentence(file: Path) -> None:
    with running(file.parent, *serve(file)) as server:
        assert server.port
        assert sentence(file, *serve(file)) == (
            1,
            f"Error: Another Chappe already works on {file.parent}/kept: stop it first, or give "
            "this one a directory of its own with --data.\n",
        )


def test_a_port_in_use_is_one_sentence(file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        file.write_text(FILE.replace(":0", f":{port}"))
        assert sentence(file, *serve(file)) == (
            1,
            f"Error: The HTTP door can't be opened at 127.0.0.1:{port}: Address already in use. "
            "Stop what holds it, or set another [http] listen.\n",
        )


def test_a_directory_that_can_not_be_written_is_one_sentence(file: Path) -> None:
    below = file / "kept"
    assert sentence(file, "serve", "--data", str(below)) == (
        1,
        f"Error: The data directory {below} can't be written (Not a directory).\n",
    )


def test_a_key_file_that_is_none_is_one_sentence(file: Path) -> None:
    kept = file.parent / "kept"
    kept.mkdir()
    (kept / "chappe.key").write_text("short")
    (kept / "chappe.key").chmod(0o600)
    code, words = sentence(file, *serve(file))
    assert (code, words.count("\n")) == (1, 1)
    assert words.startswith("Error: The key file can't be used: ")


def test_a_store_that_is_none_is_one_sentence(file: Path) -> None:
    kept = file.parent / "kept"
    kept.mkdir()
    (kept / "chappe.db").write_text("This is no database, though it is long enough to be one." * 99)
    (kept / "chappe.db").chmod(0o600)
    code, words = sentence(file, *serve(file))
    assert (code, words.count("\n")) == (1, 1)
    assert words.startswith("Error: The store can't be opened: ")


def test_a_mistake_in_the_file_names_its_line_and_the_remedy(file: Path) -> None:
    """E51: and nothing is begun, not even the directory."""
    file.write_text(FILE.replace("password", "pasword"))
    assert sentence(file, *serve(file)) == (
        1,
        "Error: chappe.toml, line 7: [[account]] pasword: this key is unknown. "
        "Did you mean password?\n",
    )
    assert not (file.parent / "kept").exists()


def test_a_file_that_is_not_there_is_one_sentence(file: Path) -> None:
    missing = file.parent / "other.toml"
    assert sentence(file, "serve", "--config", str(missing)) == (
        1,
        f"Error: The configuration {missing} can't be read: No such file or directory.\n",
    )


def test_an_option_that_is_none_is_said(file: Path) -> None:
    code, words = sentence(file, *serve(file), "--zzz")
    assert (code, words.splitlines()[-1]) == (2, "Error: No such option '--zzz'.")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--log", "xml"], 2, "Error: Invalid value for '--log'"),
        (["--clock", "tomorrow"], 1, "Error: --clock 'tomorrow' is no moment such as"),
        (["--clock-speed", "0"], 1, "Error: --clock-speed must be above 0"),
        (["--clock-speed", "nan"], 1, "Error: --clock-speed must be above 0"),
    ],
)
def test_what_is_typed_wrongly_is_said(
    file: Path, options: list[str], code: int, words: str
) -> None:
    ended = CliRunner().invoke(main, [*serve(file), *options])
    last = ended.stderr.strip().splitlines()[-1]
    assert (ended.exit_code, last[: len(words)], ended.stdout) == (code, words, "")


def test_a_pretended_clock_is_refused_with_a_real_link(file: Path) -> None:
    file.write_text(FILE + '[[link]]\nname = "real"\nkind = "smpp"\nhost = "smpp.example.org"\n')
    assert sentence(file, *serve(file), "--clock-speed", "60") == (
        1,
        "Error: --clock is for the simulated network: a real link is declared.\n",
    )
