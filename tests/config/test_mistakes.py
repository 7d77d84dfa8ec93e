"""A mistake in the file is answered with its line and the remedy, and nothing is half applied."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.config import Config, Mistake, SmtpConfig, read_config
from chappe.dialects import DIALECTS
from chappe.dialects.shape import mailboxes_of
from tests.config.cases import ACCOUNT, CASES
from tests.config.test_example import EXAMPLE

# What a hand may put anywhere: marks of TOML, values of every type, pieces of our own names.
MARKS = [*"\n[]{},=.#\"'\\\r", "[[", "]]", '"""', "'''", "\ufeff", "\x00"]
VALUES = ["1", "-1", "1e9", "inf", "nan", "true", "[]", "{}", '""', "'é'", "1979-05-27", "07:32"]
PIECES = ["[account]\n", "[[http]]\n", "[account.highsms]\n", "x = 1\n", "http.listen = 1\n"]
ODD = ["0x" + "f" * 400, "route_balances.B = []\n", "links = [[['a']]]\n"]
SCRAPS = st.sampled_from([*MARKS, *VALUES, *PIECES, *ODD])


@pytest.mark.parametrize(("text", "sentence"), CASES)
def test_a_mistake_names_its_line_and_the_remedy(text: str | bytes, sentence: str) -> None:
    """E51: a mistake in the file names the line and the remedy."""
    with pytest.raises(Mistake) as caught:
        read_config(text)
    assert str(caught.value) == f"chappe.toml, {sentence}"


def test_a_mail_door_that_would_take_mail_for_nobody_is_a_mistake() -> None:
    """E51: never take a message and quietly do less."""
    deaf = [dialect for dialect in DIALECTS if not mailboxes_of([dialect])]
    with pytest.raises(Mistake) as caught:
        read_config("[http]\n[smtp]\nlisten = 'h:25'", dialects=deaf)
    assert str(caught.value) == (
        "chappe.toml, line 2: [smtp]: no dialect that is spoken here takes mail, so it would do "
        "nothing. Remove it."
    )
    with pytest.raises(Mistake) as caught:
        read_config("[smtp]\nnames = ['sms', 'texto']")
    assert str(caught.value) == (
        "chappe.toml, line 2: [smtp] names: 'texto' is the address of no dialect. "
        "Name one of: 'sms'."
    )
    assert read_config("[smtp]").smtp == SmtpConfig()


def test_a_mistake_names_the_file_that_it_is_in() -> None:
    with pytest.raises(Mistake) as caught:
        read_config("[tiny]\ndomain = 1", "/etc/chappe/node.toml")
    mistake = caught.value
    assert (mistake.source, mistake.line) == ("/etc/chappe/node.toml", 2)
    assert mistake.what == "[tiny] domain: 1 is not a text"
    assert mistake.remedy == 'Write it in quotes, such as "1".'


def test_the_first_of_several_mistakes_is_told() -> None:
    """E51: whichever way it was found, the first by line; nothing of the file is applied."""
    text = f"[[route]]\nlinks = ['no']\n{ACCOUNT}rate = -1\n[http]\nlisen = 1\n[tls]\n"
    lines = []
    for cure in (("'no'", "'sim'"), ("-1", "1"), ("lisen = 1", ""), ("[tls]", "")):
        with pytest.raises(Mistake) as caught:
            read_config(text)
        lines.append(caught.value.line)
        text = text.replace(*cure)
    assert lines == [2, 5, 7, 8]
    read_config(text)


def test_a_name_is_known_though_its_table_has_a_mistake() -> None:
    text = f"[[route]]\nlinks = ['sim']\naccount = 'fred'\n{ACCOUNT}rate = -1"
    with pytest.raises(Mistake) as caught:
        read_config(text)
    assert caught.value.line == 6


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 40), SCRAPS | st.text(max_size=4)),
        min_size=1,
        max_size=3,
    )
)
def test_a_mutated_file_is_read_or_answered_with_a_mistake(
    edits: list[tuple[int, int, str]],
) -> None:
    """E51: no slip of the hand gives anything but a sentence with a line of the file."""
    text = EXAMPLE
    for start, length, scrap in edits:
        text = text[:start] + scrap + text[start + length :]
    _reads_or_tells(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(EXAMPLE.splitlines(keepends=True)) | SCRAPS, max_size=30))
def test_shuffled_lines_are_read_or_answered_with_a_mistake(lines: list[str]) -> None:
    """E51: the same, whatever stands where."""
    _reads_or_tells("".join(lines))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_whatever_the_file_holds_it_is_read_or_answered_with_a_mistake(given_: str | bytes) -> None:
    """E51: the same for what is no TOML at all."""
    _reads_or_tells(given_)


def _reads_or_tells(text: str | bytes) -> None:
    found = _read(text)
    if isinstance(found, Mistake):
        breaks = text.count(b"\n") if isinstance(text, bytes) else text.count("\n")
        assert 1 <= found.line <= breaks + 1
        assert found.what
        assert found.remedy.endswith((".", "?"))
        assert "xpasswordx" not in str(found)


def _read(text: str | bytes) -> Config | Mistake:
    try:
        return read_config(text)
    except Mistake as mistake:
        return mistake
