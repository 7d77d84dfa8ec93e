"""Conformance pages: cases that a provider's own support engineer could review.

In: a Markdown page. Out: its accounts and its cases, each a list of steps. A page opens with the
accounts that it uses, in a fenced block `accounts`, as a settings file has them. A heading names a
case and the rows it proves; a `Source:` line says where the truth comes from; a `Scene:` line is
there where something is not as it should be. Then stand fenced blocks, in the order in which they
happen; `runner` says what each of them means.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conformance.scenes import PREPARE

PAGES = sorted(page for page in Path(__file__).parent.glob("*/*.md") if page.name != "README.md")

_FENCE = re.compile(r"^```(\w+)(?: ([\w-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_LINE = re.compile(r"^(Source|Scene): (.+)$", re.MULTILINE)
_ACCOUNT = re.compile(r"^(?=\[\[account\]\]$)", re.MULTILINE)
_LOGIN = re.compile(r'^login = "(.+)"$', re.MULTILINE)


class Step(NamedTuple):
    """One fenced block. `note` is what stands behind its kind."""

    kind: str
    note: str
    text: str


class Case(NamedTuple):
    """One heading, with what happens under it, among the accounts of its page."""

    page: str
    name: str
    source: str
    scene: str  # a name in PREPARE, or ''
    accounts: str
    steps: tuple[Step, ...]


def cases_of(page: Path) -> Iterator[Case]:
    """The cases of a page; one that lacks a part is an error in the page."""
    text = page.read_text(encoding="utf-8")
    name = f"{page.parent.name}/{page.stem}"
    starts = [*_HEADING.finditer(text)]
    ends = [*(found.start() for found in starts[1:]), len(text)]
    accounts = _accounts_of(name, text[: starts[0].start()])
    for found, end in zip(starts, ends, strict=True):
        part = text[found.end() : end]
        lines = dict(_LINE.findall(part))
        steps = tuple(Step(*one) for one in _FENCE.findall(part))
        scene = lines.get("Scene", "")
        assert steps, f"{name}: '{found[1]}' has no blocks"
        assert "Source" in lines, f"{name}: '{found[1]}' has no source"
        assert scene in ("", *PREPARE), f"{name}: '{found[1]}': there is no scene {scene!r}"
        yield Case(name, found[1], lines["Source"], scene, accounts, steps)


def everybody(cases: Iterable[Case]) -> str:
    """The accounts of all pages together. A login means the same wherever it stands."""
    known: dict[str, str] = {}
    for accounts in sorted({case.accounts for case in cases}):
        for one in filter(None, _ACCOUNT.split(accounts)):
            found = _LOGIN.search(one)
            assert found is not None, f"an account has no login: {one}"
            said = one.rstrip("\n")
            assert known.setdefault(found[1], said) == said, f"{found[1]} is two accounts"
    return "\n\n".join(known.values()) + "\n"


def _accounts_of(name: str, opening: str) -> str:
    blocks: list[str] = [text for kind, _, text in _FENCE.findall(opening) if kind == "accounts"]
    assert len(blocks) == 1, f"{name}: a page opens with one block of accounts"
    return blocks[0]
