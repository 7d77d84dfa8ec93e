"""Every value of a file has its line, however the TOML is written."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.config import Mistake
from chappe.config.lines import line_index, line_of
from chappe.config.mistake import Path
from chappe.config.syntax import parse
from tests.config.test_example import EXAMPLE

AWKWARD = '''\
# "quoted = 1" [in.a.comment]
top = 1
"a.b".'c # d' . e = """
x = 2 ] } """ # the key of line 3
[ "t]#" . u ] # header
multi = [ 1, [
  2, "]" ],  # comment ]
  { k = 'v', l.m = [
    3 ] },
]
five = """"" quoted """""
single = \'\'\'
[not.a.table]
\'\'\'
[[list]]
n = "\\" = ["
[list.sub]
n = 1979-05-27 07:32:00
[[list]]
[[list.deep]]
n = {}
[[list.deep]]
n = { "" = [] }
inline.list = [ { a = 1 }, { a
= 2 } ]
'''


def test_awkward_toml_is_indexed_line_by_line() -> None:
    text, _ = parse(AWKWARD.replace("{ a\n= 2 }", "{ a = 2 }"), "awkward")
    table: Path = ("t]#", "u")
    assert line_index(text) == {
        ("top",): 2,
        ("a.b",): 3,
        ("a.b", "c # d"): 3,
        ("a.b", "c # d", "e"): 3,
        ("t]#",): 5,
        table: 5,
        (*table, "multi"): 6,
        (*table, "multi", 0): 6,
        (*table, "multi", 1): 6,
        (*table, "multi", 1, 0): 7,
        (*table, "multi", 1, 1): 7,
        (*table, "multi", 2): 8,
        (*table, "multi", 2, "k"): 8,
        (*table, "multi", 2, "l"): 8,
        (*table, "multi", 2, "l", "m"): 8,
        (*table, "multi", 2, "l", "m", 0): 9,
        (*table, "five"): 11,
        (*table, "single"): 12,
        ("list",): 15,
        ("list", 0): 15,
        ("list", 0, "n"): 16,
        ("list", 0, "sub"): 17,
        ("list", 0, "sub", "n"): 18,
        ("list", 1): 19,
        ("list", 1, "deep"): 20,
        ("list", 1, "deep", 0): 20,
        ("list", 1, "deep", 0, "n"): 21,
        ("list", 1, "deep", 1): 22,
        ("list", 1, "deep", 1, "n"): 23,
        ("list", 1, "deep", 1, "n", ""): 23,
        ("list", 1, "deep", 1, "inline"): 24,
        ("list", 1, "deep", 1, "inline", "list"): 24,
        ("list", 1, "deep", 1, "inline", "list", 0): 24,
        ("list", 1, "deep", 1, "inline", "list", 0, "a"): 24,
        ("list", 1, "deep", 1, "inline", "list", 1): 24,
        ("list", 1, "deep", 1, "inline", "list", 1, "a"): 24,
    }


def test_what_has_no_line_has_that_of_what_encloses_it() -> None:
    index = line_index("\n[http]\nlisten = 1")
    assert line_of(index, ("http", "trusted_proxies", 3)) == 2
    assert line_of(index, ("smtp",)) == 1


def test_every_key_of_the_example_has_the_line_that_it_stands_on() -> None:
    text, tables = parse(EXAMPLE, "chappe.toml.example")
    index = line_index(text)
    lines = text.split("\n")
    for path in _paths(tables):
        key = [step for step in path if isinstance(step, str)][-1]
        assert key in lines[index[path] - 1] or isinstance(path[-1], int)
    assert set(index) == set(_paths(tables))


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(EXAMPLE)),
    st.sampled_from(["\n", " ", "# c\n", "[x]\n", "y = [ 1, { z = 2 } ]\n", "[[x]]\n", "", "a.b."]),
    st.integers(0, 12),
)
def test_whatever_toml_can_be_read_is_indexed_whole(start: int, scrap: str, cut: int) -> None:
    text = EXAMPLE[:start] + scrap + EXAMPLE[start + cut :]
    try:
        text, tables = parse(text, "mutated")
    except Mistake:
        return
    assert set(line_index(text)) == set(_paths(tables))


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _paths(inner, (*path, place))
