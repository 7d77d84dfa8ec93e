"""Guessed codes: what an address may try."""

import pytest

from chappe.doors import guesses
from chappe.doors.guesses import FREE, Guesses


def spent(peer: str, times: int = FREE) -> Guesses:
    made = Guesses()
    for _ in range(times):
        made.missed(peer, 0)
    return made


def test_misses_are_free_up_to_a_bound_and_are_regained() -> None:
    """E55: who guesses is slowed down."""
    assert spent("192.0.2.1", FREE - 1).wait_s("192.0.2.1", 0) == 0
    made = spent("192.0.2.1", FREE + 30)
    assert [made.wait_s("192.0.2.1", second) for second in (0, 10, 30, 1000)] == [31, 21, 1, 0]


def test_others_do_not_wait_but_the_same_subnet_does() -> None:
    made = spent("2001:db8::1")
    peers = ("2001:db8::2", "2001:db8:0:1::1", "192.0.2.1", "")
    assert [made.wait_s(peer, 0) for peer in peers] == [1, 0, 0, 0]


def test_so_many_are_remembered_and_the_oldest_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E55: no input makes memory grow."""
    monkeypatch.setattr(guesses, "_HOLDERS", 2)
    made = spent("192.0.2.1", FREE + 9)
    for peer in ("192.0.2.2", "192.0.2.1", "192.0.2.3"):
        made.missed(peer, 0)
    assert [made.wait_s(peer, 0) for peer in ("192.0.2.1", "192.0.2.3")] == [11, 0]
    for _ in range(FREE):
        made.missed("192.0.2.2", 0)
    # Of its first miss nothing is known any more; and by now it has driven out the next.
    assert [made.wait_s(peer, 0) for peer in ("192.0.2.2", "192.0.2.1")] == [1, 0]
