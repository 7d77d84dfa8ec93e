"""Where a test goes and how a part of them is run: tests/README.md and the Makefile say so."""

import os
import re
import subprocess

import pytest

from tests.tidy.tree import ROOT

TESTS = ROOT / "tests"


def test_each_folder_has_a_row_in_the_map() -> None:
    rows = re.findall(r"^\|(.+)\|.+\|.+\|$", (TESTS / "README.md").read_text(), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted({path.parent.name for path in TESTS.glob("[a-z]*/*.py")})


PROCESSES = len(os.sched_getaffinity(0)) + 1  # as the Makefile counts them, by nproc


@pytest.mark.parametrize(
    ("asked", "run"),
    [
        (["T=tests/engine"], "tests/engine"),
        (["T=tests/store -k 'restart or kill' -x"], "tests/store -k 'restart or kill' -x"),
        ([], f"--numprocesses {PROCESSES} --dist worksteal"),
    ],
)
def test_a_part_of_the_tests_can_be_asked_for(asked: list[str], run: str) -> None:
    # STALE: whether a Python is there is not the question, and asking takes a second.
    make = [
        "make",
        "--dry-run",
        "--no-print-directory",
        f"--directory={ROOT}",
        "STALE=",
        "PYTHON=python3",
        "test",
    ]
    said = subprocess.run([*make, *asked], capture_output=True, text=True, check=True).stdout
    *_, played = said.splitlines()[-1].split("; ")  # what comes before says where to write
    assert played.strip() == f".venv/bin/python -m pytest {run}"
