"""Every key of the file is read by somebody: one that did nothing would be a lie."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from chappe.config.tables import sections
from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect
from chappe.words.setting import Hidden
from tests.tidy.imports import EVERYTHING, LAW
from tests.tidy.tree import ROOT

SRC = ROOT / "src" / "chappe"
SECTIONS = sections(DIALECTS)
# Who may read the file's values; all others get what they need in their own words.
READERS = {room for room, granted in LAW.items() if granted == EVERYTHING}
FACTS = SRC / "node" / "accounts.py"  # where an account of the file becomes one of the house
# Keys that leave the configuration under another name.
TURNED: Mapping[str, Mapping[str, str]] = {
    "tiny": {"domain": "tiny_domain"},
    "price": dict.fromkeys(SECTIONS["price"].keys, "prices"),
}


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


def files(rooms: Collection[str]) -> Iterator[Path]:
    for path in SRC.rglob("*.py"):
        if path.relative_to(SRC).parts[0].removesuffix(".py") in rooms:
            yield path


def attributes(paths: Iterable[Path], of: str = "") -> set[str]:
    """The names of all attributes that are read there, or of those of one variable."""
    return {
        node.attr
        for path in paths
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
        if not of or (isinstance(node.value, ast.Name) and node.value.id == of)
    }


def words(paths: Iterable[Path]) -> set[str]:
    """All words of the texts that stand there."""
    texts = [
        node.value
        for path in paths
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {word for text in texts for word in re.findall(r"\w+", text)}


def unread(keys: Iterable[str], read: Collection[str], turned: Mapping[str, str]) -> list[str]:
    return [key for key in keys if turned.get(key, key) not in read]


@pytest.mark.parametrize("name", sorted(SECTIONS.keys() - {"account"}))
def test_every_key_of_a_section_is_read_outside_the_configuration(name: str) -> None:
    """E51"""
    section, read = SECTIONS[name], attributes(files(READERS))
    turned = TURNED.get(name, {})
    field = [] if name in TURNED else [section.field]
    assert unread([*field, *section.keys], read, turned) == []
    assert unread(["public_url"], read, turned) == ["public_url"]


def test_every_key_of_an_account_is_read_by_whoever_it_is_for() -> None:
    """E51: by the node, or where it is a fact of the account, beyond the node."""
    facts, node = words([FACTS]), attributes(files({"node"}))
    beyond = attributes(files(LAW.keys() - {"config", "node", "words"}))
    keys = SECTIONS["account"].keys
    assert unread(keys.keys() & facts, beyond, {}) == []
    assert unread(keys.keys() - facts, node, {}) == []
    assert unread(["public_url"], beyond, {}) == ["public_url"]


@pytest.mark.parametrize("dialect", DIALECTS, ids=[dialect.NAME for dialect in DIALECTS])
def test_every_setting_of_a_dialect_is_read_in_its_folder(dialect: Dialect) -> None:
    """E51: or by the node, where it is a credential or a purse."""
    folder = (SRC / "dialects" / dialect.NAME).rglob("*.py")
    own = [path for path in folder if path.name not in ("settings.py", "sample.py")]
    assert unread(dialect.SETTINGS.keys, words([*own, FACTS]), {}) == []
    kinds = {key: setting.kind for key, setting in dialect.SETTINGS.keys.items()}
    named = {key for key, one in kinds.items() if isinstance(one, Hidden) and one.identifies}
    assert named <= {"token"}  # the node knows them by this name
    asked = {key for one in DIALECTS for key in one.SETTINGS.asks}
    assert dialect.SETTINGS.asks == asked & attributes(own, "account")
