"""JSON is decoded in steps as it would be in one."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects.craft import json_steps
from chappe.dialects.craft.json_steps import decoded

_FAULTS = (msgspec.MsgspecError, UnicodeError)
_TEXT = st.text(max_size=12)
_TREE = st.recursive(
    st.integers(-(2**40), 2**40) | st.booleans() | st.none() | _TEXT,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=40,
)


def _in_small_steps(raw: bytes, at_once: int) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_steps, "_AT_ONCE", at_once)
        patch.setattr(json_steps, "_LARGE", 4 * at_once)
        patch.setattr(json_steps, "_SMALL", 1)
        return decoded(raw)


@given(_TREE, st.integers(1, 12), st.booleans())
def test_it_means_the_same(tree: Any, at_once: int, indented: bool) -> None:
    """E55: whatever is large in it, and wherever that stands."""
    raw = json.dumps(tree, indent=1 if indented else None, ensure_ascii=False).encode()
    assert _in_small_steps(b" " + raw + b"\n", at_once) == tree


@given(_TREE, st.integers(0, 400), st.binary(max_size=3), st.integers(1, 12))
def test_what_is_no_json_is_none_in_steps_either(
    tree: Any, place: int, bent: bytes, at_once: int
) -> None:
    """E55: a fault as well, or the same value where it is sound all the same."""
    raw = bytearray(json.dumps([tree, {"a": tree}], ensure_ascii=False).encode())
    raw[place % len(raw) : place % len(raw) + 1] = bent
    octets = bytes(raw)
    try:
        whole = msgspec.json.decode(octets)
    except _FAULTS:
        with pytest.raises(_FAULTS):
            _in_small_steps(octets, at_once)
    else:
        assert _in_small_steps(octets, at_once) == whole


def test_each_step_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """E23: of ten thousand messages none is built with more than a few hundred others."""
    steps: list[int] = []

    class _Noted:
        def decode(self, raw: bytes) -> Any:
            steps.append(len(memoryview(raw)))
            return msgspec.json.decode(raw)

    messages = [{"text": "Bonjour", "to": [{"value": f"+3361200{n:04d}"}]} for n in range(10_000)]
    said = {"push": {"accountid": "fred", "message": messages}}
    monkeypatch.setattr(json_steps, "_BUILT", _Noted())
    assert decoded(json.dumps(said).encode()) == said
    assert max(steps) < 1 << 15
