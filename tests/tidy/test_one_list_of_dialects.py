"""One dialect, one folder, one shape, one visible list: `chappe.dialects.DIALECTS`."""

import ast
import re
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT

DIALECTS = ROOT / "src/chappe/dialects"
SHAPE = ("README.md", "tables", "read", "write", "actions", "tell", "settings", "sample")


def folders_of(dialects: Path) -> list[str]:
    return sorted(path.parent.name for path in dialects.glob("[a-z]*/README.md"))


def listed_in(text: str, folders: list[str]) -> list[list[str]]:
    """For each element of the tuple DIALECTS, the folders that it names."""
    for node in ast.parse(text).body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id="DIALECTS")], value=value)
                | ast.AnnAssign(target=ast.Name(id="DIALECTS"), value=value)
            ):
                assert isinstance(value, ast.Tuple), (
                    "DIALECTS must be a tuple that is written out, so that a reader sees the list."
                )
                words = [re.findall(r"\w+", ast.unparse(element)) for element in value.elts]
                return [[name for name in folders if name in named] for named in words]
    return []


def test_the_list_names_each_folder_once() -> None:
    folders, listing = folders_of(DIALECTS), DIALECTS / "__init__.py"
    text = listing.read_text(encoding="utf-8") if listing.exists() else ""
    assert sorted(listed_in(text, folders)) == [[name] for name in folders], (
        "chappe.dialects.DIALECTS and the folders beside it differ. The one visible list is what "
        "the doors serve and the shared tests run over: add what is missing, line or folder."
    )


def test_each_folder_has_the_same_files() -> None:
    missing = [
        f"{name}/{part}"
        for name in folders_of(DIALECTS)
        for part in SHAPE
        if not any((DIALECTS / name / f"{part}{end}").exists() for end in ("", ".py"))
    ]
    assert missing == [], (
        "A dialect is these files and no fewer: who has read one has read all. "
        "A file that grew too long becomes a folder of its name."
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("DIALECTS = (a, b)", [["a"], ["b"]]),
        ("DIALECTS: tuple[Dialect, ...] = (Dialect('a', a.read), b)", [["a"], ["b"]]),
        ("DIALECTS = (b,)", [["b"]]),
        ("DIALECTS = (a, c)", [["a"], []]),
        ("OTHERS = (a, b)", []),
    ],
)
def test_the_list_is_read_in_any_of_its_forms(text: str, named: list[list[str]]) -> None:
    assert listed_in(text, ["a", "b"]) == named


def test_a_list_that_is_computed_is_refused() -> None:
    with pytest.raises(AssertionError, match="written out"):
        listed_in("DIALECTS = tuple(find_all())", ["a"])
