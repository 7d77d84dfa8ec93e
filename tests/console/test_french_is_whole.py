"""Every sentence of every room has its French."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import chappe.console
from chappe.config.schema import Key
from chappe.config.tables import sections
from chappe.console.rooms import FRENCH, ROOMS
from chappe.dialects import DIALECTS
from chappe.engine.look.sheet import BY_CALL, BY_FILE, BY_HAND
from chappe.hands.accounts import OF_FILE
from chappe.words.setting import Hidden

CONSOLE = Path(chappe.console.__file__).parent
_SAID = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


def sentences(folder: Path) -> Iterator[str]:
    """What templates and modules of a folder say, as far as it stands where it is said."""
    for page in folder.glob("*.html"):
        for found in _SAID.findall(page.read_text()):
            yield ast.literal_eval(found)
    for module in folder.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            is_said = name == "say" or (isinstance(name, ast.Name) and name.id == "say")
            said = node.args[0]
            if is_said and isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


@pytest.mark.parametrize("name", [room.name for room in ROOMS])
def test_each_sentence_of_a_room_has_its_french(name: str) -> None:
    """E63"""
    folder = CONSOLE / "rooms" / name
    said = set(sentences(folder))
    assert said
    assert sorted(said - FRENCH.keys()) == []


def test_the_frame_has_its_french() -> None:
    said = {*sentences(CONSOLE / "frame"), *sentences(CONSOLE)}
    assert sorted(said - FRENCH.keys()) == []


def test_each_place_of_the_menu_has_its_french() -> None:
    named = {name for room in ROOMS for place in room.places for name in (place.label, place.group)}
    assert sorted(named - {""} - FRENCH.keys()) == []


def settings_said() -> set[str]:
    """What the file's table says of an account's settings, which a page shows; secrets have no
    row there."""
    return {said for key in _keys() for said in (key.meaning, key.unset) if said}


def said_elsewhere() -> set[str]:
    """What pages show in the words of other rooms: what may stand in settings, who gave keys."""
    forms = {key.reader.form for key in _keys()}
    return {*forms, BY_FILE, BY_HAND, BY_CALL, OF_FILE.strip()}


def _keys() -> list[Key]:
    account = sections(DIALECTS)["account"]
    apart = ("login", "password", "api_keys", "balance", "hlr_credit", "state")
    keys = [key for name, key in account.keys.items() if name not in apart]
    for dialect in DIALECTS:
        keys += [
            key
            for name, key in (account.tables or {})[dialect.NAME].items()
            if not isinstance(dialect.SETTINGS.keys[name].kind, Hidden)
        ]
    return keys


def test_what_each_setting_of_an_account_means_is_said_in_french() -> None:
    """A setting that is new has its French in the room of accounts."""
    assert sorted(settings_said() - FRENCH.keys()) == []


def test_the_french_is_another_sentence_with_the_same_values() -> None:
    values = re.compile(r"\{(\w+)\}")
    for sentence, french in FRENCH.items():
        assert sorted(values.findall(sentence)) == sorted(values.findall(french)), sentence
        assert "'" not in french, french
        assert not re.search(r"(?<![\u202f\u00a0 :])[;!?](\s|$)", french), french
