"""What the log tells of wrong tries: enough to act on, never too much, and no secret."""

import asyncio
import configparser
import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chappe import logs
from chappe.engine import suspect
from chappe.engine.suspect import Suspect
from chappe.words.clock import MINUTE, HandClock
from tests.tidy.tree import ROOT

OPERATING = ROOT / "docs" / "operating.md"
# What fail2ban puts in the place of <SUBNET>.
SUBNET = r"(?P<ip>(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f:]+)(?:/(?P<cidr>\d+))?"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log as `serve` writes it by default."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.set_up(stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def lines(told: io.StringIO) -> list[str]:
    """What was told, without its date."""
    return [line[20:] for line in told.getvalue().splitlines()]


def filter_of(page: Path) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The filter that the page gives: of lines, and of the date that is taken out of them first."""
    block = page.read_text().split("[Definition]\n")[1].split("```")[0]
    parser = configparser.ConfigParser()
    parser.read_string(f"[Definition]\n{block}")
    found = parser["Definition"]
    date = found["datepattern"].replace("%Y", r"\d{4}")
    for letter in "mdHMS":
        date = date.replace(f"%{letter}", r"\d\d")
    return re.compile(found["failregex"].replace("<SUBNET>", SUBNET)), re.compile(date)


def refused_by(page: Path, line: str) -> str:
    """The address that fail2ban would count, '' where it finds none."""
    regex, date = filter_of(page)
    rest, dates = date.subn("", line)
    assert dates == 1
    found = regex.search(rest)
    return "" if found is None else found[0].split("from ")[1].split(": ")[0]


async def test_an_address_has_one_line_a_minute_with_its_count(told: io.StringIO) -> None:
    """E55: the first at once, the others when its minute is over, and none once it is quiet."""
    clock = HandClock(0)
    books = Suspect(clock)
    for number in range(12):
        books.wrong("192.0.2.7", f"fred{number}", "highsms")
        clock.advance(clock.now() + 1_000)
    first = "WARNING chappe.logins: refused from 192.0.2.7: 1 try, as 'fred0' by highsms"
    assert lines(told) == [first]
    for _ in range(5):
        clock.advance(clock.now() + MINUTE)
    many = "WARNING chappe.logins: refused from 192.0.2.7: 11 tries, as 'fred11' by highsms"
    assert lines(told) == [first, many]
    assert clock.next_due() is None
    books.wrong("192.0.2.7", "fred0", "highsms")
    assert lines(told) == [first, many, first]


async def test_of_a_login_of_megabytes_a_few_letters_are_remembered_for_the_log(
    told: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: no input makes memory grow."""
    monkeypatch.setattr(suspect, "_SHOWN_MOST", 1_000_000)
    clock = HandClock(0)
    books = Suspect(clock)
    for _ in range(2):
        books.wrong("192.0.2.7", "x" * 1_000_000, "highsms")
    clock.advance(2 * MINUTE)
    assert len(lines(told)[-1]) < 400


async def test_many_addresses_share_one_line(
    told: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: an attack from everywhere fills no disk."""
    monkeypatch.setattr(suspect, "_TOLD_MAX", 3)
    clock = HandClock(0)
    books = Suspect(clock)
    for number in range(100):
        books.wrong(f"192.0.2.{number}", "fred", "sftp")
    clock.advance(MINUTE)
    assert lines(told)[2:] == [
        "WARNING chappe.logins: refused from 192.0.2.2: 1 try, as 'fred' by sftp",
        "WARNING chappe.logins: refused from 97 other tries of many addresses",
    ]


@pytest.mark.parametrize("peer", ["192.0.2.7", "2001:db8:7::42"])
async def test_the_filter_of_the_page_finds_the_address_in_the_line(
    told: io.StringIO, peer: str
) -> None:
    """E55: the line that is written, and the filter that the documents give."""
    clock = HandClock(0)
    books = Suspect(clock)
    for _ in range(3):
        books.wrong(suspect.address_of(peer), "fred", "highsms")
    clock.advance(2 * MINUTE)
    found = [refused_by(OPERATING, line) for line in told.getvalue().splitlines()]
    assert found == [suspect.address_of(peer)] * 2


async def test_no_login_can_pass_for_a_line_of_the_log(told: io.StringIO) -> None:
    """E55: cut and cleaned; the address that counts is the one that called."""
    books = Suspect(HandClock(0))
    odd = "x\n2026-01-01 00:00:00 WARNING chappe.logins: refused from 10.0.0.9: 1 try" + "y" * 900
    books.wrong("192.0.2.7", odd, "highsms")
    [line] = told.getvalue().splitlines()
    assert line[20:] == (
        "WARNING chappe.logins: refused from 192.0.2.7: 1 try, "
        "as 'x?2026-01-01?00?00?00?WARNING?chappe.log' by highsms"
    )
    assert refused_by(OPERATING, line) == "192.0.2.7"
    suspect.log.warning("a line of another kind as 'fred'")
    assert refused_by(OPERATING, told.getvalue().splitlines()[-1]) == ""


async def test_nothing_is_told_while_nobody_is_refused(told: io.StringIO) -> None:
    clock = HandClock(0)
    Suspect(clock).tries("192.0.2.7", "fred")
    await asyncio.sleep(0)
    assert (lines(told), clock.next_due()) == ([], None)
