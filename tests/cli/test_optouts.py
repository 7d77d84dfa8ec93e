"""`chappe optout import` and `export`: a file of numbers, all of it or nothing."""

from pathlib import Path

import pytest

from chappe.cli import optouts
from tests.cli.running import typed

UNKNOWN = "There is no account 'nobody'; `chappe account list` shows all."
NO_TIME = "'soon' is no time such as 2026-10-25 or '2026-10-25 14:30:00'."


def test_the_numbers_of_a_file_are_opted_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E42: one at the start of each line, some at a time; who is there already counts once."""
    monkeypatch.setattr(optouts, "_AT_ONCE", 2)
    (tmp_path / "kept").mkdir()
    file = tmp_path / "stops.csv"
    file.write_text("0639980001;Anne\r\n\r\n+33639980002,STOP\r\n33639980001\r\n", "utf-8-sig")
    said = typed(tmp_path, "optout", "import", str(file), "--list", "black")
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "Opted out: 2 more numbers.")
    again = typed(tmp_path, "optout", "import", "-", "--list", "black", stdin="0639980003\n")
    assert again.output.splitlines()[-1] == "Opted out: 1 more numbers."
    listed = typed(tmp_path, "optout", "list", "--list", "black", "--json").output
    assert listed.count("+3363998000") == 3


def test_a_file_with_a_mistake_opts_nobody_out(tmp_path: Path) -> None:
    """E42: the line that is wrong is named."""
    (tmp_path / "kept").mkdir()
    said = typed(tmp_path, "optout", "import", "-", stdin="0639980001\ntwelve\n")
    assert (said.exit_code, said.output) == (
        1,
        "Error: line 2: 'twelve' is no phone number such as +33639980001 or 0639980001.\n",
    )
    assert typed(tmp_path, "optout", "list").output == "Nobody has opted out.\n"


def test_what_was_exported_is_the_same_once_it_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E42: with its lists, dates and sources; whoever is there stays as they were."""
    monkeypatch.setattr(optouts, "_AT_ONCE", 2)
    for folder in ("a", "b"):
        (tmp_path / folder / "kept").mkdir(parents=True)
        assert typed(tmp_path / folder, "account", "add", "fred").exit_code == 0
    one, other = tmp_path / "a", tmp_path / "b"
    typed(one, "optout", "add", "0639980001", "0639980002")
    typed(one, "optout", "add", "0639980002", "0639980003", "--account", "fred", "--list", "black")
    file = tmp_path / "all.csv"
    said = typed(one, "optout", "export", str(file))
    assert said.output.splitlines()[-1] == f"Written to {file}: 4 opt-outs."
    text = file.read_text("utf-8")
    lines = [line.split(",") for line in text.splitlines()]
    assert [[*line[:3], line[4]] for line in lines] == [
        ["number", "account", "list", "source"],
        ["+33639980001", "", "stop", "by hand"],
        ["+33639980002", "", "stop", "by hand"],
        ["+33639980002", "fred", "black", "by hand"],
        ["+33639980003", "fred", "black", "by hand"],
    ]
    kept = f'{text.rstrip()}\n33639980004,fred,stop,2020-02-29 12:00:00.123+01:00,"a ""b"", c\nd"\n'
    said = typed(other, "optout", "import", "-", stdin=kept)
    assert said.output.splitlines()[-1] == "Opted out: 5 more numbers."
    again = typed(other, "optout", "import", "-", stdin=kept.replace("by hand", "twice"))
    assert again.output.splitlines()[-1] == "Opted out: 0 more numbers."
    whole = typed(other, "optout", "export", "-").stdout
    assert sorted(whole.splitlines()) == sorted(kept.replace("\n336", "\n+336").splitlines())
    blacks = typed(other, "optout", "export", "-", "--account", "fred", "--list", "black").stdout
    assert blacks.splitlines() == [text.splitlines()[0], *text.splitlines()[3:]]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "0639980001,nobody,stop,,",
            UNKNOWN,
        ),
        ("0639980001,,grey,,", "There is no list 'grey': write stop or black."),
        (
            "0639980001,,stop,soon,",
            NO_TIME,
        ),
        ("twelve,,stop,,", "'twelve' is no phone number such as +33639980001 or 0639980001."),
        ("0639980001,,stop,", "it has 4 fields, not number, account, list, date, source."),
        ('0639980001,,stop,,"x', "it is no CSV: unexpected end of data."),
    ],
)
def test_an_export_with_a_mistake_opts_nobody_out(tmp_path: Path, line: str, said: str) -> None:
    """E42: the line that is wrong is named."""
    (tmp_path / "kept").mkdir()
    text = f"number,account,list,date,source\n0639980009,,stop,,\n{line}\n"
    result = typed(tmp_path, "optout", "import", "-", stdin=text)
    assert (result.exit_code, result.output) == (1, f"Error: line 3: {said}\n")
    assert typed(tmp_path, "optout", "list").output == "Nobody has opted out.\n"


def test_whose_an_exported_line_is_is_not_said_twice(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    text = "number,account,list,date,source\n"
    result = typed(tmp_path, "optout", "import", "-", "--list", "stop", stdin=text)
    assert result.output == "Error: Each line says whose it is: leave --account and --list out.\n"
