"""JSON is weighed as it would be counted once it is built."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects.craft import json_in
from chappe.dialects.craft.json_in import JsonBounds, excess

ANY = 1 << 30
_TEXT = st.text(alphabet='[]{},"\\ab\n', max_size=12)
_TREE = st.recursive(
    st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=25,
)


def weight(tree: Any) -> tuple[int, int, int]:
    """Its depth, its objects and lists, the commas between its members."""
    if not isinstance(tree, list | dict):
        return 0, 0, 0
    inner = [weight(one) for one in (tree.values() if isinstance(tree, dict) else tree)]
    depth = 1 + max([one[0] for one in inner], default=0)
    containers = 1 + sum([one[1] for one in inner])
    return depth, containers, max(len(tree) - 1, 0) + sum([one[2] for one in inner])


@given(_TREE, st.integers(1, 40), st.booleans())
def test_brackets_in_texts_do_not_count(tree: Any, window: int, indented: bool) -> None:
    """E55: wherever it is cut, within an escape or not."""
    raw = json.dumps(tree, indent=1 if indented else None, ensure_ascii=False).encode()
    depth, containers, values = weight(tree)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_in, "_WINDOW", window)
        assert excess(raw, JsonBounds(depth, containers, values)) == ""
        if depth:
            assert excess(raw, JsonBounds(depth - 1, ANY, ANY)) == "too deep"
            assert excess(raw, JsonBounds(ANY, containers - 1, ANY)) in ("", "too many values")
        if values and len(raw) > window:
            assert excess(raw, JsonBounds(ANY, ANY, values - 1)) == "too many values"


@pytest.mark.parametrize("unit", [b"x", rb"\\", rb"\"", b"[", "é".encode()])
def test_a_text_that_nobody_means_is_not_read_to_its_end(unit: bytes) -> None:
    """E55: to look for its end is what keeps others waiting."""
    bounds = JsonBounds(1, 1, 1, text=200_000)
    assert excess(b'["' + unit * (150_000 // len(unit)) + b'"]', bounds) == ""
    assert excess(b'["' + unit * (400_000 // len(unit)), bounds) == json_in.TOO_LONG


@given(st.binary(max_size=60) | st.text(alphabet='[]{},"\\', max_size=60).map(str.encode))
def test_any_octets_are_weighed(raw: bytes) -> None:
    """E55"""
    assert excess(raw * 3_000, JsonBounds(32, 1_000, 1_000)) in ("", "too deep", "too many values")
