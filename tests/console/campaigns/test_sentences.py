"""Every sentence of campaigns has its French."""

import re
from pathlib import Path

import chappe.console.rooms.campaigns as room
from chappe.console.rooms import FRENCH
from chappe.console.rooms.campaigns.compose import REFUSED
from chappe.console.rooms.campaigns.figures import OTHER, WHY
from chappe.console.rooms.campaigns.sheet import BAD_NUMBER, BROKEN, LONG_CELL, NO_CELL, TOO_MANY
from chappe.console.states import FRENCH as STATES

FOLDER = Path(room.__file__).parent
SAID = re.compile(r"""(?:\b_|\bsay)\(\s*(?:"([^"]+)"|'([^']+)')""")


def test_every_sentence_has_its_french() -> None:
    """E63: of templates, of pages, and of tables; none is a mere copy that should not be."""
    said = {one for _, one in REFUSED.values()} | {*WHY.values(), OTHER}
    said |= {BAD_NUMBER, BROKEN, LONG_CELL, NO_CELL, TOO_MANY}
    for path in (*FOLDER.glob("*.html"), *FOLDER.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        said |= {first or second for first, second in SAID.findall(text)}
    assert len(said) > 100
    assert sorted(said - FRENCH.keys()) == []


def test_no_french_is_left_over() -> None:
    """What no page says any more goes."""
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.*") if path.is_file()]
    others = [text for text in texts if not text.startswith('"""The French')]
    own = set(room.ROOM.french) - set(STATES)
    assert [one for one in sorted(own) if not any(one in text for text in others)] == []


def test_variables_are_the_same_in_both() -> None:
    for english, french in room.ROOM.french.items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", french))
