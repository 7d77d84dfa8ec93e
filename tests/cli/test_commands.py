"""Commands as they are typed: what is printed, exit codes, and secrets that stay off the line."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from chappe.cli import main
from chappe.cli.printing import as_text
from chappe.dialects import DIALECTS
from chappe.hands.shown import Shown
from tests.cli.running import run, running, typed
from tests.tidy.tree import ROOT


def test_the_help_and_the_package_name_the_providers_that_there_are() -> None:
    """E50"""
    *others, last = (dialect.SAMPLE.heading for dialect in DIALECTS)
    named = f"behind the HTTP APIs of {', '.join(others)} and {last}"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["description"] == f"One self-hosted SMS platform {named}"
    shown = " ".join(CliRunner().invoke(main, ["--help"]).stdout.split())
    assert f"Chappe: an SMS platform {named}." in shown


def test_an_account_from_making_to_spending_nothing(tmp_path: Path) -> None:
    """E51: the whole of it by hand, without a server."""
    (tmp_path / "kept").mkdir()
    made = typed(tmp_path, "account", "add", "fred", "--balance", "5", "--json")
    assert (made.exit_code, sorted(json.loads(made.stdout))) == (
        0,
        ["api_key", "balance", "login", "password"],
    )
    assert typed(tmp_path, "account", "credit", "fred", "-2").stdout == (
        "Booked: fred has 3.0000 euros now.\n"
    )
    assert typed(tmp_path, "account", "suspend", "fred").stdout == (
        "fred is suspended: what it sent goes on, it sends no more.\n"
    )
    assert typed(tmp_path, "account", "list").stdout == (
        "login  state      balance  post paid  keys\nfred   suspended  3.0000   no         1\n"
    )


@pytest.mark.parametrize(
    ("amount", "left"),
    [("12,50", "17.5000"), ("-1,5", "3.5000"), ("12.5", "17.5000"), ("1", "6.0000")],
)
def test_an_amount_may_have_a_comma_as_people_write_it(
    tmp_path: Path, amount: str, left: str
) -> None:
    (tmp_path / "kept").mkdir()
    typed(tmp_path, "account", "add", "fred", "--balance", "5,00")
    booked = typed(tmp_path, "account", "credit", "fred", amount)
    assert booked.stdout == f"Booked: fred has {left} euros now.\n"


def test_a_given_password_is_read_from_stdin_and_never_printed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    args = ("account", "add", "fred", "--password-stdin")
    made = typed(tmp_path, *args, stdin="word-of-fred\n")
    assert (made.exit_code, "word-of-fred" in made.output) == (0, False)
    empty = typed(tmp_path, "account", "password", "fred", "--password-stdin")
    assert (empty.exit_code, empty.stderr) == (1, "Error: Standard input holds no password.\n")
    help_ = CliRunner().invoke(main, ["account", "add", "--help"]).stdout
    assert "--password-stdin" in help_
    assert "--password " not in help_


def test_what_can_not_be_done_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    typed(tmp_path, "account", "add", "fred")
    failed = typed(tmp_path, "account", "key", "anna")
    assert (failed.exit_code, failed.stdout, failed.stderr) == (
        1,
        "",
        "Error: There is no account 'anna'; `chappe account list` shows all.\n",
    )


@pytest.mark.parametrize(
    "args",
    [
        ("account", "add"),
        ("account", "add", "fred", "--balance", "much"),
        ("account", "credit", "fred", "abc"),
        ("account", "credit", "fred", "-abc"),
        ("account", "credit", "fred", "1,234"),
        ("account", "credit", "fred", "1,234.50"),
        ("account", "fly", "fred"),
        ("message", "show", "zero"),
        ("doubt", "drop"),
        ("doubt", "drop", "1", "--all"),
        ("callbacks", "list", "fred", "--only", "lost"),
        ("links", "pause"),
    ],
)
def test_what_is_typed_wrongly_is_exit_code_2(tmp_path: Path, args: tuple[str, ...]) -> None:
    ended = typed(tmp_path, *args)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert not (tmp_path / "kept").exists()


def test_a_number_is_erased_only_when_somebody_said_yes(tmp_path: Path) -> None:
    """E44: it can't be undone."""
    (tmp_path / "kept").mkdir()
    typed(tmp_path, "account", "add", "fred")
    asked = typed(tmp_path, "number", "erase", "0639980001", stdin="n\n")
    assert (asked.exit_code, "Erased" in asked.output) == (1, False)
    assert typed(tmp_path, "number", "erase", "0639980001", "--yes").stdout == (
        "Erased in 0 messages and replies; its opt-outs stay.\n"
    )


def test_a_command_prints_the_same_while_a_server_runs(tmp_path: Path) -> None:
    """E51: two processes, one answer."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "chappe.toml").write_text('[http]\nlisten = "127.0.0.1:0"\n')
    typed(tmp_path, "account", "add", "fred")
    alone = typed(tmp_path, "account", "list")
    with running(tmp_path, "serve", "--config", "chappe.toml", "--data", "kept") as server:
        assert server.port
        served = run(tmp_path, "account", "list", "--data", "kept")
        assert typed(tmp_path, "links").stdout == (
            "link   kind      condition  window  rate  pace  reconnects"
            "  submits  taken  later  unanswered\n"
            "sim    operator  up         50      0.0   0.0   0         "
            "  0        0      0      0\n"
            "calls  calls     up         50      0.0   0.0   0         "
            "  0        0      0      0\n"
        )
    assert (served.returncode, served.stdout) == (0, alone.stdout)


# printing


def test_facts_and_tables_are_aligned_and_nothing_moves_the_cursor() -> None:
    value = {
        "number": "+33639980001",
        "text": "a\x1b[2Jb\nc",
        "yes": True,
        "messages": [{"id": 1, "text": "x" * 70}, {"id": 22, "text": ""}],
        "replies": [],
    }
    assert as_text(Shown(value)).splitlines() == [
        "number  +33639980001",
        r"text    a\x1b[2Jb\nc",
        "yes     yes",
        "",
        "messages: 2",
        "id  text",
        f"1   {'x' * 57}...",
        "22",
        "",
        "replies: none",
    ]
