"""The settings page is drawn from the tables, and the committed one is up to date."""

from pathlib import Path

from chappe.config import settings_page
from chappe.config.tables import sections
from chappe.dialects import DIALECTS

SECTIONS = sections(DIALECTS)
PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_settings_page_is_the_generated_one() -> None:
    remedy = "write it anew: python -m chappe.config > docs/settings.md"
    assert PAGE.read_text() == settings_page(), remedy


def test_the_settings_page_has_a_row_for_every_key() -> None:
    rows = [line.split(" | ") for line in settings_page().splitlines() if line.startswith("| `")]
    keys = [key for section in SECTIONS.values() for key in section.keys]
    inner = [key for dialect in DIALECTS for key in dialect.SETTINGS.keys]
    assert sorted(row[0].strip("| `") for row in rows) == sorted([*keys, *inner])
    assert {len(row) for row in rows} == {4}


def test_what_every_key_means_is_a_sentence() -> None:
    tables = [section.keys for section in SECTIONS.values()]
    tables += (SECTIONS["account"].tables or {}).values()
    odd = [
        key
        for keys in tables
        for key, row in keys.items()
        if not (row.meaning[0].isupper() or row.meaning[0] == "`") or row.meaning[-1] != "."
    ]
    assert odd == []
