"""The contract stands in the house: what tests cite exists, and what is built is cited."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chappe.dialects import DIALECTS
from tests.tidy.tree import ROOT

PAGES = ROOT / "docs" / "contract"
TESTS = ROOT / "tests"
_ROW = re.compile(r"^\| ([A-Z][0-9]{1,2}) \|", re.MULTILINE)
_IDS = re.compile(r"(?:[HOSIFE][0-9]{1,2}(?![0-9A-Za-z-]),? ?)+(?=:|$|[^\w])", re.MULTILINE)
_ID = re.compile(r"[HOSIFE][0-9]{1,2}")
MOST = 3
_OURS = ("engine", "house")  # pages of no provider


def rows(page: Path) -> set[str]:
    return set(_ROW.findall(page.read_text("utf-8")))


def headings(page: Path) -> Iterator[str]:
    """What stands at the head of a page's cases."""
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("## "):
            yield line.removeprefix("## ")


def docstrings(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield ast.get_docstring(node) or ""


def cited() -> Iterator[tuple[str, list[str]]]:
    """Where rows are cited, and which."""
    for path in sorted(TESTS.rglob("*")):
        texts: Iterator[str] = iter(())
        if path.suffix == ".py":
            texts = docstrings(path)
        elif path.suffix == ".md":
            texts = headings(path)
        for text in texts:
            if (found := _IDS.match(text)) is not None:
                yield f"{path.relative_to(ROOT)}: {text[:60]}", _ID.findall(found[0])


CITED = [*cited()]
KNOWN = {row for page in PAGES.glob("*.md") for row in rows(page)}


def test_every_row_that_is_cited_exists() -> None:
    assert [(place, row) for place, ids in CITED for row in ids if row not in KNOWN] == []


def test_no_case_claims_more_rows_than_it_can_prove() -> None:
    assert [place for place, ids in CITED if len(ids) > MOST] == []


@pytest.mark.parametrize("name", [dialect.NAME for dialect in DIALECTS])
def test_every_row_of_a_dialect_that_is_built_is_cited_by_a_case(name: str) -> None:
    wanted = rows(PAGES / f"{name}.md")
    assert wanted
    assert wanted - {row for _, ids in CITED for row in ids} == set()


def test_no_row_of_a_dialect_that_is_not_built_is_cited() -> None:
    """A row is a promise of a provider's door; what the engine can do of it proves no row."""
    built = {dialect.NAME for dialect in DIALECTS}
    ours = {
        row for page in PAGES.glob("*.md") if page.stem in (*built, *_OURS) for row in rows(page)
    }
    assert [(place, row) for place, ids in CITED for row in ids if row not in ours] == []


def test_the_notice_names_every_package_that_is_shipped_with() -> None:
    names = ("requirements.lock", "requirements-voice.lock", "requirements-tracing.lock")
    locks = [ROOT / name for name in names]
    lock = "".join(path.read_text("utf-8") for path in locks)
    packages = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    notice = (ROOT / "NOTICE").read_text("utf-8")
    named = set(re.findall(r"[a-z0-9-]+", "\n".join(re.findall(r"^    (.*?)  ", notice, re.M))))
    assert packages <= named
