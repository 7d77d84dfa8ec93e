"""What a dialect brings to the file: its table, its kinds of value, its own rules."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chappe.config import Mistake, Secret, read_config, settings_page
from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect
from chappe.words.setting import (
    Amount,
    Choice,
    Clash,
    Count,
    Digits,
    Flag,
    Hidden,
    Many,
    Named,
    Setting,
    SettingsOfDialect,
    Url,
)

ACCOUNT = '[[account]]\nlogin = "fred"\n'
TABLE = f"{ACCOUNT}[account.morse]\n"


def _check(values: Mapping[str, Any], given: Collection[str]) -> Iterator[Clash]:
    if values.get("loud") and "key" not in given:
        yield Clash(("loud",), "it needs a key", "Add one.")


MORSE = SettingsOfDialect(
    {
        "loud": Setting(Flag(), False, "Whether it is loud."),
        "url": Setting(Url(), None, "Where it goes.", "nowhere"),
        "bare_url": Setting(Url(bare=True), None, "Where it goes as well.", "nowhere"),
        "speed": Setting(Choice(("slow", "quick")), "slow", "How quick it is."),
        "fee": Setting(Amount(), 100, "What it costs."),
        "key": Setting(Hidden(identifies=True), None, "Who it is."),
        "code": Setting(Digits(3, 5, "a code"), None, "Its code."),
        "waits_min": Setting(Many(Count(1, 60, "minutes"), 2), (5, 15), "How long it waits."),
        "fees": Setting(Named(("dot", "dash"), Amount()), {}, "What each costs."),
    },
    _check,
)


def speaking(name: str, settings: SettingsOfDialect) -> Dialect:
    """As much of a dialect as a file needs."""
    return cast("Dialect", SimpleNamespace(NAME=name, SETTINGS=settings))


SPOKEN = [*DIALECTS, speaking("morse", MORSE)]


def said(table: str) -> Mapping[str, Any]:
    config = read_config(TABLE + table, dialects=SPOKEN)
    return config.accounts[0].dialects["morse"]


def wrong(text: str, dialects: Sequence[Dialect] = SPOKEN) -> str:
    with pytest.raises(Mistake) as caught:
        read_config(text, "x", dialects)
    return str(caught.value)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("loud = false", False),
        ("url = 'http://h/x'", "http://h/x"),
        ("bare_url = 'h.example/x?a=http://b'", "http://h.example/x?a=http://b"),
        ("bare_url = 'h:81'", "http://h:81"),
        ("bare_url = 'https://h/x'", "https://h/x"),
        ("speed = 'quick'", "quick"),
        ("fee = 0.5", 5_000),
        ("key = 'xpasswordx'", Secret("xpasswordx")),
        ("code = '007'", "007"),
        ("waits_min = [1, 60]", (1, 60)),
        ("fees = { dash = '1' }", {"dash": 10_000}),
    ],
)
def test_each_kind_of_value_is_read_by_its_rules(line: str, value: object) -> None:
    """E51"""
    assert said(line) == {line.partition(" =")[0]: value}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("loud = 1", "loud: 1 is neither true nor false. Write true or false."),
        ("url = 'h'", "url: 'h' is not an http or https URL."),
        ("bare_url = 'ftp://h'", "bare_url: 'ftp://h' is not an http or https URL."),
        ("bare_url = '/x'", "bare_url: 'http:///x' is not an http or https URL."),
        ("speed = 'x'", 'speed: \'x\' is not on its list. Write "slow" or "quick".'),
        ("fee = -1", "fee: -1 is out of bounds."),
        ("key = 5", "key: a number is not a text. Write the secret in quotes."),
        ("code = 'a'", "code: 'a' is not a code. Write 3 to 5 digits."),
        ("waits_min = [1, 61]", "waits_min: 61 is out of bounds. Write 1 to 60 minutes."),
        ("waits_min = [1, 2, 3]", "waits_min: it has 3 items. At most 2 will do."),
        ("fees = { dit = 1 }", "fees.dit: dit is unknown. It knows dot, dash."),
        ("loud = true", "loud: it needs a key. Add one."),
        ("lout = true", "lout: this key is unknown. Did you mean loud?"),
    ],
)
def test_a_mistake_in_a_dialects_table_is_told_like_any_other(line: str, sentence: str) -> None:
    """E51"""
    assert wrong(TABLE + line).startswith(f"x, line 4: [account.morse] {sentence}")


def test_a_table_of_a_dialect_that_is_not_spoken_is_a_mistake() -> None:
    """E51: with it, all its settings would be quietly ignored."""
    assert wrong(TABLE, DIALECTS) == (
        "x, line 3: [account.morse]: no such dialect is spoken here. "
        "There are [account.highsms], [account.octopush], [account.smsmode], "
        "[account.isendpro], [account.smsfactor]."
    )
    assert wrong(f"{ACCOUNT}[account.morze]") == (
        "x, line 3: [account.morze]: no such dialect is spoken here. Did you mean [account.morse]?"
    )
    assert wrong(TABLE, ()) == (
        "x, line 3: [account.morse]: no such dialect is spoken here. There are none."
    )


def test_a_secret_that_names_an_account_names_one_alone_in_all_dialects() -> None:
    """E51"""
    other = "[[account]]\nlogin = 'g'\n[account.highsms]\ntoken = 'xpasswordx'\n"
    assert wrong(f"{TABLE}key = 'xpasswordx'\n{other}") == (
        "x, line 8: [account.highsms] token: this token stands in the file twice. "
        "Each must be unique: change or remove one of the two."
    )


@pytest.mark.parametrize(
    ("key", "written", "value", "why"),
    [
        ("channel", '"marketing"', "marketing", "asks for it"),
        ("topup_pending", "true", True, "words it"),
    ],
)
def test_a_key_that_only_dialects_read_is_a_mistake_where_none_asks_for_it(
    key: str, written: str, value: object, why: str
) -> None:
    """E51: it would do nothing."""
    text = f"{ACCOUNT}{key} = {written}"
    asking = speaking("morse", MORSE._replace(asks=frozenset({key})))
    assert wrong(text, [speaking("morse", MORSE)]) == (
        f"x, line 3: [[account]] {key}: no dialect that is spoken here {why}, "
        "so it would do nothing. Remove it."
    )
    assert getattr(read_config(text, dialects=[asking]).accounts[0], key) == value


def test_a_top_up_that_no_dialect_words_is_a_mistake() -> None:
    """E51 O21"""
    text = f"{ACCOUNT}topup_pending = true"
    asking = speaking("morse", MORSE._replace(asks=frozenset({"topup_pending"})))
    assert wrong(text, [speaking("morse", MORSE)]) == (
        "x, line 3: [[account]] topup_pending: no dialect that is spoken here words it, "
        "so it would do nothing. Remove it."
    )
    assert read_config(text, dialects=[asking]).accounts[0].topup_pending


def test_the_page_shows_the_settings_of_the_dialects_that_are_spoken() -> None:
    page = settings_page(SPOKEN)
    shown = page.partition("### [account.morse]")[2].partition("##")[0]
    assert [line for line in shown.splitlines() if line.startswith("| `")] == [
        "| `loud` | true or false | `false` | Whether it is loud. |",
        "| `url` | http or https URL of at most 2000 characters | nowhere | Where it goes. |",
        "| `bare_url` | http or https URL of at most 2000 characters, http where it names neither "
        "| nowhere | Where it goes as well. |",
        '| `speed` | "slow" or "quick" | `"slow"` | How quick it is. |',
        '| `fee` | 0 to 100000000 euros, in quotes or not | `"0.01"` | What it costs. |',
        "| `key` | secret of at most 200 characters | none | Who it is. |",
        "| `code` | 3 to 5 digits | none | Its code. |",
        "| `waits_min` | list of: 1 to 60 minutes | `[5, 15]` | How long it waits. |",
        "| `fees` | table of dot, dash, each: 0 to 100000000 euros, in quotes or not | `{}` | "
        "What each costs. |",
    ]
    assert "`channel`" not in settings_page([]).partition("## [[route]]")[0]
