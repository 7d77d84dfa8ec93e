"""`chappe optout import`: a file of numbers, all of it or nothing."""

from pathlib import Path

import pytest

from chappe.cli import optouts
from tests.cli.running import typed


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
