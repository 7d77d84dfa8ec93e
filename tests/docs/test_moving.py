"""The pages for who moves in: every example in them does what the page prints.

In: fenced blocks of the pages. `sh` is one call by curl, and `text` its whole answer; a call that
is marked `later` may have to be made again until things are as the page says. A mail by `printf`
and curl has no answer. `text printed` is what the demo then prints, behind the time. `toml` is a
file: the calls under its heading go to a node that has it. `xml` is dropped by SFTP. `{{name}}` is
a hole, as in the conformance pages. Out: nothing.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import asyncssh
import pytest

from chappe.config import read_config
from chappe.demo import HOST, LOGIN, PASSWORD, PORTS
from tests.cli.copied import hand_over, is_mail, perform
from tests.cli.running import Running, running, until
from tests.conformance.runner import Told, same
from tests.tidy.tree import ROOT

MOVING = ROOT / "docs" / "moving"
_MOVED = ("highsms", "isendpro", "octopush", "smsfactor", "smsmode")
PAGES = (ROOT / "README.md", *(MOVING / f"{name}.md" for name in _MOVED))
TRANSLATED = [page.with_name(f"{page.stem}.fr.md") for page in PAGES]
DEMO = (
    *("demo", "--data", "kept", "--port", "0"),
    *("--sftp-port", "0", "--smtp-port", "0", "--console-port", "0", "--listen-port", "0"),
)
FREE_PORT = '[http]\nlisten = "127.0.0.1:0"\n\n'

_HEADING = re.compile(r"^##+ (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w*)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HOLE = re.compile(r"\{\{(\w+)\}\}")
_CALLBACKS = re.compile(rf"Callbacks come to http://{HOST}:(\d+)")
_VARIES = re.compile(r"[0-9][0-9./: -]*")  # numbers and dates: a hole hides no error
_CODE = re.compile(r"[A-Za-z0-9]{12,32}")  # nobody guesses it
_CODED = frozenset({"sms", "batch", "call", "reply", "key", "id"})
_MAIL = re.compile(rf"curl smtp://{HOST}:(\d+)")
_FILES = re.compile(rf"sftp -P (\d+) {LOGIN}@{HOST}")


class Block(NamedTuple):
    """One fence: its language, what stands behind that, and what is in it."""

    kind: str
    note: str
    text: str


class Section(NamedTuple):
    """What stands under one heading."""

    page: str
    name: str
    blocks: tuple[Block, ...]


def blocks_of(text: str) -> tuple[Block, ...]:
    return tuple(Block(*(group or "" for group in found)) for found in _FENCE.findall(text))


def sections_of(page: Path) -> Iterator[Section]:
    text = page.read_text("utf-8")
    starts = [*_HEADING.finditer(text)]
    ends = [*(found.start() for found in starts[1:]), len(text)]
    for found, end in zip(starts, ends, strict=True):
        if blocks := blocks_of(text[found.end() : end]):
            yield Section(page.name, found[1], blocks)


SECTIONS = [section for page in PAGES for section in sections_of(page)]
CALLED = [one for one in SECTIONS if any(block.kind == "sh" for block in one.blocks)]
SHARED = [one for one in CALLED if not any(block.kind == "toml" for block in one.blocks)]
OWN = [one for one in CALLED if one not in SHARED]


def play(section: Section, node: Running, page: int = 0) -> None:
    """Do what the lines of a section say, in order, and compare each answer whole."""
    bound: dict[str, str] = {}
    blocks = iter([block for block in section.blocks if block.kind in ("sh", "text")])
    for block in blocks:
        line = _HOLE.sub(lambda found: bound[found[1]], placed(block.text, node, page))
        if block.note == "printed":
            for one in line.splitlines():
                node.prints(one)
        elif is_mail(line):
            assert hand_over(line) == (250, "2.0.0 Taken")
        else:
            answer = next(blocks)
            kinds = (block.kind, answer.kind, answer.note)
            assert kinds == ("sh", "text", ""), "each call has its answer"
            expected = Told("200", answer.text.removesuffix("\n"))
            compare(line, expected, bound, later=block.note == "later")


def placed(text: str, node: Running, page: int) -> str:
    """The demo's own addresses become those of this one."""
    mail = _MAIL.search(node.out)
    ports = {PORTS.http: node.port, PORTS.page: page, PORTS.mail: mail[1] if mail else 0}
    for port, own in ports.items():
        text = text.replace(f"{HOST}:{port}", f"{HOST}:{own}")
    return text


def asked(line: str) -> Told:
    status, body = perform(line)
    return Told(str(status), body.removesuffix("\n"))


def compare(line: str, expected: Told, bound: dict[str, str], *, later: bool) -> None:
    actual = asked(line)

    def fits() -> bool:
        nonlocal actual
        if same(expected, actual, bound):
            odd = {name for name in bound if not _VARIES.fullmatch(bound[name])}
            assert odd <= {"schema", *_CODED}, shown()
            assert all(_CODE.fullmatch(bound[name]) for name in odd & _CODED), shown()
            return True
        assert later, shown()
        actual = asked(line)
        return False

    def shown() -> str:
        return f"\n{line}\nthe page says: {expected.body}\nit was:        {actual.body}"

    until(fits, shown)


@contextmanager
def demo(folder: Path) -> Iterator[tuple[Running, int]]:
    """The demo, and the port of its page for callbacks."""
    with running(folder, *DEMO) as node:
        node.prints("Ctrl-C")
        found = _CALLBACKS.search(node.out)
        assert found is not None
        yield node, int(found[1])


@pytest.mark.parametrize("order", ["as printed", "backwards"])
def test_every_example_answers_what_its_page_prints(order: str, tmp_path: Path) -> None:
    """In any order, since who reads takes what they need."""
    with demo(tmp_path) as (node, page):
        for section in SHARED if order == "as printed" else reversed(SHARED):
            play(section, node, page)


@pytest.mark.parametrize("section", OWN, ids=[f"{one.page}: {one.name}" for one in OWN])
def test_an_example_with_a_file_works_with_this_file(section: Section, tmp_path: Path) -> None:
    [file] = [block.text for block in section.blocks if block.kind == "toml"]
    (tmp_path / "chappe.toml").write_text(FREE_PORT + file)
    with running(tmp_path, "serve", "--config", "chappe.toml", "--data", "kept") as node:
        play(section, node)


def test_every_file_on_the_pages_is_one_that_can_be_read() -> None:
    files = [block.text for one in SECTIONS for block in one.blocks if block.kind == "toml"]
    assert len(files) == 15
    for file in files:
        read_config(file)


async def test_the_file_on_the_page_is_taken_over_sftp(tmp_path: Path) -> None:
    [document] = [block.text for one in SECTIONS for block in one.blocks if block.kind == "xml"]
    with demo(tmp_path) as (node, _):
        found = _FILES.search(node.out)
        assert found is not None
        known = {"username": LOGIN, "password": PASSWORD, "known_hosts": None, "config": None}
        async with (
            asyncssh.connect(HOST, int(found[1]), client_keys=None, **known) as line,
            line.start_sftp_client() as sftp,
        ):
            for name, said in (("spring.xml", document), ("spring.ack", "")):
                async with sftp.open(name, "wb") as file:
                    await file.write(said.encode())
            node.prints("spring.xml  was taken as order 1")
            node.prints("+33639980011  ERROR_NPAI  Bonjour")
            names = [str(name) for name in await sftp.listdir()]
    assert [re.sub(r"\d{12}", "STAMP", name) for name in names if name.endswith(".ok")] == [
        "spring-STAMP.ok"
    ]


@pytest.mark.parametrize("page", TRANSLATED, ids=[page.name for page in TRANSLATED])
def test_the_french_pages_have_the_same_examples(page: Path) -> None:
    english = page.with_name(page.name.replace(".fr", ""))
    assert blocks_of(page.read_text("utf-8")) == blocks_of(english.read_text("utf-8"))


@pytest.mark.parametrize("page", [*PAGES, *TRANSLATED], ids=lambda page: page.name)
def test_a_link_on_these_pages_leads_somewhere(page: Path) -> None:
    links = {link.partition("#")[0] for link in _LINK.findall(page.read_text("utf-8"))}
    assert {link for link in links if not (page.parent / link).exists()} == set()
