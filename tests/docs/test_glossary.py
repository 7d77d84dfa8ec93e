"""The glossary explains words that the code uses: each is a name under src/chappe."""

import ast
import re

from tests.tidy.tree import ROOT

PAGE = ROOT / "docs" / "glossary.md"
_ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)


def named() -> set[str]:
    """The classes of the house, and the names that it gives to types."""
    found = set()
    for path in (ROOT / "src" / "chappe").rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            match node:
                case ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                    found.add(name)
    return found


def test_each_word_of_the_glossary_is_a_name_in_the_code() -> None:
    rows = _ROW.findall(PAGE.read_text("utf-8"))
    assert len(rows) > 15
    assert {word for word, _ in rows} - named() == set()


def test_each_word_of_the_glossary_is_explained_in_one_sentence() -> None:
    rows = _ROW.findall(PAGE.read_text("utf-8"))
    assert [word for word, said in rows if not said.endswith(".") or ". " in said] == []
    assert len({word for word, _ in rows}) == len(rows)
