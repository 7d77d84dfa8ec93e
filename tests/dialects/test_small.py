"""The small dialect is what a page and a line make of a folder: nothing else knows of it."""

import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect
from tests.spoken import SPOKEN
from tests.tidy.tree import ROOT, sources

SMALL = [dialect for dialect in SPOKEN if dialect not in DIALECTS]
LIST = "tests/spoken.py"
LINES_MAX = 200
PAGE = ROOT / "docs" / "adding_a_dialect.md"
# A row of the page's table of places: the file, and `always` or what it is needed for.
_ROW = re.compile(r"^\| `([^`]+)` \| (always|[^|]+) \|", re.MULTILINE)


def folder_of(dialect: Dialect) -> str:
    place = Path(inspect.getfile(cast(ModuleType, dialect)))
    return place.parent.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("dialect", SMALL, ids=lambda dialect: dialect.NAME)
def test_a_dialect_is_its_folder_and_one_line(dialect: Dialect) -> None:
    folder, name = folder_of(dialect), dialect.NAME
    named = [
        source.path
        for source in sources()
        if source.path.startswith(("src/", "tests/"))
        and (name in source.path or re.search(rf"\b{name}\b", source.text, re.IGNORECASE))
    ]
    assert [path for path in named if not path.startswith(f"{folder}/")] == [LIST]


@pytest.mark.parametrize("dialect", SMALL, ids=lambda dialect: dialect.NAME)
def test_it_is_read_in_one_sitting(dialect: Dialect) -> None:
    own = [source for source in sources() if source.path.startswith(f"{folder_of(dialect)}/")]
    assert sum(bool(line.strip()) for source in own for line in source.lines) <= LINES_MAX


@pytest.mark.parametrize("dialect", SMALL, ids=lambda dialect: dialect.NAME)
def test_it_was_made_by_the_page(dialect: Dialect) -> None:
    """Every file that the page asks of each dialect is there, and none that it does not name."""
    places = dict(_ROW.findall(PAGE.read_text("utf-8")))
    folder, name = folder_of(dialect), dialect.NAME
    files = {path.name for path in (ROOT / folder).iterdir() if path.suffix in (".py", ".md")}
    pages = {one for one in files if one.endswith(".md") and one != "README.md"}
    asked = {place.rpartition("/")[2] for place, when in places.items() if when == "always"}
    assert pages
    assert (files - pages) | {"*.md"} == asked
    assert name not in PAGE.read_text("utf-8").replace(f"{folder}/", "")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.NAME)
def test_every_place_that_the_page_names_has_to_do_with_each_dialect(dialect: Dialect) -> None:
    """What it lists is there, and is about the dialect that was made by it."""
    places = dict(_ROW.findall(PAGE.read_text("utf-8")))
    assert len(places) > len(set(places.values()))
    for place in places:
        known = place.replace("<folder>", folder_of(dialect)).replace("<name>", dialect.NAME)
        own = ROOT / known
        if "*" in known:
            assert [*own.parent.glob(own.name)], known
        elif dialect.NAME in known:
            assert own.exists() or own.with_suffix("").is_dir(), known
        else:
            assert dialect.NAME in own.read_text("utf-8").lower(), known
