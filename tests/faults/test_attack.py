"""Short forms of the attack: a real server, attackers beside an honest customer; and its judge."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.torture.attack.culprit import BENDS, shown
from tests.torture.attack.heads import BATCH, heads_of
from tests.torture.attack.promises import FULL, HEAD, Held, Pulse, Seen, broken, row
from tests.torture.attack.run import attack
from tests.torture.attack.siege import BRIEF
from tests.torture.attack.table import ATTACKS

CHECKED: Sequence[str] = (
    *("heads", "documents", "vast attributes", "vast names"),
    *("greedy connections", "silent sftp", "smpp strays"),
)
"""What is tried in the check, one after another. All else is tried by `make torture`."""


async def test_attacks_cost_an_honest_customer_nothing(seed: str) -> None:
    """E55: served in time, kept and paid once; and the server is afterwards as it was before."""
    table = await attack(CHECKED, seed, BRIEF, report=False)
    cells = [line.strip("| ").split(" | ") for line in table.text.splitlines()[2:]]
    assert [(first, last) for first, *_, last in cells] == [(name, "holds") for name in CHECKED]


@pytest.mark.parametrize("name", BENDS)
def test_a_batch_is_always_the_same(name: str) -> None:
    """So that one which did harm can be found again."""
    for number in (0, 400, 10_000):
        assert BENDS[name]("a", number) == BENDS[name]("a", number)
    assert BENDS[name]("a", 10_000) != BENDS[name]("b", 10_000)


def test_the_short_siege_sends_lengths_of_more_digits_than_python_reads() -> None:
    """Such a head once closed the door to everybody."""
    size = ATTACKS["heads"].short
    heads = (head for n in range(size.many // BATCH) for head in heads_of("", n))
    assert any(b"Content-Length: " + b"0" * 4_301 in head for head in heads)


@pytest.mark.parametrize("octets", [b"", b"a", b"0" * 5_000, b"'" + b"\r\n" * 90 + b"\xff", b"ab"])
def test_a_culprit_is_shown_as_python_would_write_it(octets: bytes) -> None:
    assert eval(shown(octets)) == octets
    assert len(shown(octets)) < 60


# The judge.

_PULSE = Pulse(1_000, 5.0, 20.0, 30.0)
_HELD = Held(60.0, 30)
_CALM = Seen("heads", _PULSE, _PULSE, _HELD, _HELD, _HELD, 1.0, 0.2, ["done"])

BROKEN: Mapping[str, dict[str, Any]] = {
    "the server answers: it ended": {"ended": "it ended"},
    "no single input does harm: b''": {"culprit": "b''"},
    "honest requests are answered: none was": {"under": _PULSE._replace(requests=0)},
    "all are taken: 2 were not, such as 503; 503": {"unserved": ["503", "503"]},
    "what was answered is kept: 1 were not, such as 33600000001": {"unkept": [33_600_000_001]},
    "nobody pays for what was refused: poor has -1, not 0": {"purses": ["poor has -1, not 0"]},
    "a new customer is served in 8 s: 9.0": {"newcomer": 9.0},
    "a new customer is served in 8 s: 200 BAD PASSWORD": {"newcomer": "200 BAD PASSWORD"},
    "p99 within 60 ms: 61": {"under": _PULSE._replace(p99_ms=61.0)},
    "no pause over 250 ms: 251": {"under": _PULSE._replace(pause_ms=251.0)},
    "memory is back below 72 MB: 73": {"after": _HELD._replace(resident_mb=73.0)},
    "descriptors are back at 30: 41": {"after": _HELD._replace(descriptors=41)},
    "the disk takes less than 256 MB: 257": {"disk_mb": 257.0},
    "no traceback: 1 lines of them, a/b.py:3 in read": {"words": "ERROR\n    a/b.py:3 in read\n"},
    "attacks end by themselves: 1 attackers did not": {"overran": 1},
}
"""The promise that is broken, and how it differs from what is seen where all hold."""


@pytest.mark.parametrize(("promise", "change"), BROKEN.items(), ids=BROKEN.keys())
def test_the_judge_sees(promise: str, change: dict[str, Any]) -> None:
    assert broken(_CALM._replace(**change), FULL) == [promise]


def test_a_calm_siege_breaks_no_promise() -> None:
    assert broken(_CALM, FULL) == []
    assert row(_CALM, []).count("|") == HEAD.splitlines()[0].count("|")


def test_the_judge_sees_every_promise() -> None:
    """One that is never broken here could be taken out unnoticed."""
    worst = _CALM
    for change in BROKEN.values():
        worst = worst._replace(**change)
    kinds = {promise.partition(":")[0].rstrip("0123456789 ms") for promise in BROKEN}
    worst = worst._replace(under=Pulse(0, 0, 999, 999), after=Held(999, 999))
    assert len(broken(worst, FULL)) == len(kinds)
