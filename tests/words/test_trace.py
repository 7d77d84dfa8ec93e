"""A traceparent is kept whole or not at all, whatever came in its place."""

import pytest

from chappe.words.trace import read_trace

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GOOD = f"00-{TRACE}-{SPAN}-01"

WRONG = (
    "",
    " ",
    "00",
    GOOD[:-1],
    f"{GOOD}0",
    f"{GOOD}-",
    f"{GOOD}-what",
    f"{GOOD}, {GOOD}",
    f"{GOOD};{GOOD}",
    f"{GOOD} {GOOD}",
    f"{GOOD}{' ' * 70}x",
    GOOD * 10_000,
    f"ff-{TRACE}-{SPAN}-01",
    f"00-{'0' * 32}-{SPAN}-01",
    f"00-{TRACE}-{'0' * 16}-01",
    f"00-{TRACE.upper()}-{SPAN}-01",
    f"00-{TRACE}-{SPAN}-0G",
    f"00_{TRACE}_{SPAN}_01",
    f"0-{TRACE}-{SPAN}-001",
    f"00-{TRACE[:-1]}g-{SPAN}-01",
    f"00-{TRACE[:-1]}٣-{SPAN}-01",
    f"00-{TRACE[:-2]}\r\n-{SPAN}-01",
    f"00-{TRACE}-{SPAN}-01\r\nHost: evil",
    f"00-{TRACE}-{SPAN}-01\n-",
    f"01-{TRACE}-{SPAN}-01what",
    f"01-{TRACE}-{SPAN}-01, 01-{TRACE}-{SPAN}-01",
    "\x00" * 55,
    "'; DROP TABLE ordr; --" + "a" * 33,
)


@pytest.mark.parametrize("said", WRONG)
def test_what_is_no_traceparent_is_none(said: str) -> None:
    assert read_trace(said) == ""


@pytest.mark.parametrize(
    "said", [GOOD, f" {GOOD}\t", f"00-{TRACE}-{SPAN}-00", f"00-{TRACE}-{SPAN}-ff"]
)
def test_a_traceparent_is_kept_as_it_came(said: str) -> None:
    assert read_trace(said) == said.strip()


@pytest.mark.parametrize(
    ("said", "flags"), [("01", "01"), ("03", "01"), ("02", "00"), ("fe", "00")]
)
@pytest.mark.parametrize("more", ["", "-", "-what may come"])
def test_one_of_a_version_to_come_is_written_as_the_version_that_we_know(
    said: str, flags: str, more: str
) -> None:
    """Of its flags the one is kept whose meaning is known; what follows them is not sent on."""
    assert read_trace(f"cc-{TRACE}-{SPAN}-{said}{more}") == f"00-{TRACE}-{SPAN}-{flags}"
