"""Variables in a text, by known examples."""

import tracemalloc

import pytest

from chappe.engine.personalise import LETTERS_MAX, Template


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ("Bonjour NAME", {"NAME": "Zoé"}, "Bonjour Zoé"),
        ("%A% et {nom}, a.b*!", {"%A%": "1", "{nom}": "2", "a.b*": "3"}, "1 et 2, 3!"),
        ("NAMENAME", {"NAME": "x"}, "xx"),
        ("aaaa", {"aa": "b"}, "bb"),
        ("aaa", {"aa": "b"}, "ba"),
        # At one place the longest, whatever the order of the names.
        ("NAME1", {"NAME": "x", "NAME1": "y"}, "y"),
        ("NAME1", {"NAME1": "y", "NAME": "x"}, "y"),
        # The foremost begins first, also where a longer one begins within it.
        ("abcd", {"bcd": "long", "ab": "s"}, "scd"),
        # A name that stands within one that was taken waits for its next place.
        ("xNAMEx NAME", {"xNAMEx": "1", "NAME": "2"}, "1 2"),
        ("A B", {"A": "B", "B": "A"}, "B A"),
        ("A", {"A": "%A%A"}, "%A%A"),
        ("[A]", {"A": ""}, "[]"),
        ("A B", {"A": "1"}, "1 B"),
        ("A", {"": "x", "B": "y"}, "A"),
        ("A", {}, "A"),
        ("", {"A": "1"}, ""),
        ("\\1 $1 %s {0}", {"$1": "\\g<0>", "%s": "{}"}, "\\1 \\g<0> {} {0}"),
        ("été 日本", {"日": "😀", "é": "e"}, "ete 😀本"),
    ],
)
def test_a_variable_gives_way_to_its_value(text: str, values: dict[str, str], filled: str) -> None:
    """E12: one pass, the longest name first, a value is never read again."""
    assert Template(text).fill(values) == filled


def test_each_recipient_gets_their_own_text() -> None:
    """E12: the same names, other names, the same in another order, and none at all."""
    template = Template("A-B")
    recipients = [
        {"A": "1", "B": "2"},
        {"B": "4", "A": "3"},
        {"A": "5"},
        None,
        {},
        {"A": "6", "B": "7"},
    ]
    assert template.fill_all(recipients) == ["1-2", "3-4", "5-B", "A-B", "A-B", "6-7"]


def test_a_text_without_variables_is_not_copied() -> None:
    text = "".join(["Bonjour ", "NAME"])
    assert all(filled is text for filled in Template(text).fill_all([None, {"X": "1"}, {}]))


def test_recipients_with_names_of_their_own_leave_nothing_behind() -> None:
    """E12: memory is bounded whatever the number of sets of names."""
    template = Template("Bonjour NAME1")
    tracemalloc.start()
    try:
        for number in range(5_000):
            template.fill({f"NAME{number}": "x", "padding" * 10 + str(number): "y"})
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 200_000


def test_a_thousand_names_cost_one_pass() -> None:
    """E12: names that are all alike do not multiply the work, nor the text."""
    names = {"a" * length: str(length % 10) for length in range(1, 1_001)}
    assert Template("a" * 1_500).fill(names) == "00"
    assert Template("ba" * 5_000).fill(names) == "b1" * 5_000


def test_a_filled_text_has_a_bound() -> None:
    """E12 E55: a kilobyte of text and a megabyte of value do not make a gigabyte."""
    template = Template("a%V%" * 1_000)
    tracemalloc.start()
    filled = template.fill({"%V%": "b" * 1_000_000})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert filled == "a" + "b" * (LETTERS_MAX - 1)
    assert peak < 4_000_000
    assert template.fill({"%V%": "b"}) == "ab" * 1_000
