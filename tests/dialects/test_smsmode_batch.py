"""A batch of sMsmode, its pure part: files as programs write them, and octets that nobody would.

The files are written by Python's own writer of CSV, or by hand.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects import smsmode
from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.read import lines
from chappe.dialects.smsmode.read.lines import read_rows
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.exchange import Request
from chappe.words.order import LEFT_OUT, Order

# Friday, 20 November 2026, 10:00:00 in Paris.
NOW = 1_795_165_200_000
FRED = Account(id=1, login="fred")
KNOWN = ("numero", "message", "emetteur", "refClient")
PARTS = {"content-type": "multipart/form-data; boundary=b"}

# Fields as somebody may mean them: a blank at the beginning is none where nothing quotes it.
LETTERS = st.sampled_from([*"ab ,;\"'\né€0", "\r\n"])
FIELDS = st.lists(LETTERS, max_size=8).map("".join).map(str.lstrip)
TABLES = st.lists(st.lists(FIELDS, min_size=4, max_size=4), max_size=5)


@given(TABLES, st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_what_was_written_is_read(table: list[list[str]], all_quoted: bool, end: str) -> None:
    """S19: whatever is quoted, and how lines end; a first line with a comma splits by commas."""
    quoting: Literal[0, 1] = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    for mark, charset in ((",", "iso-8859-15"), (";", "utf-8-sig")):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=mark, lineterminator=end, quoting=quoting)
        writer.writerows([KNOWN, *table])
        meant = [dict(zip(KNOWN, row, strict=True)) for row in table]
        meant = [{name: value for name, value in row.items() if value} for row in meant]
        found = [row for _, row in read_rows(out.getvalue().encode(charset), KNOWN)]
        assert found == meant


@given(st.lists(st.sampled_from([b"\r", b"\n", b'"', b",", b"1", b"\0", b"\xe9", b"numero"])))
def test_any_octets_are_rows_with_growing_numbers(shards: list[bytes]) -> None:
    """S19 E55: none raises, none is met twice, and none stands behind the end."""
    raw = b"numero,message\n" + b"".join(shards)
    numbers = [no for no, _ in read_rows(raw, KNOWN)]
    assert numbers == sorted(set(numbers))
    assert all(1 < no <= 2 + raw.count(b"\n") + raw.count(b"\r") for no in numbers)


@given(st.binary(max_size=200))
def test_any_file_is_answered_with_a_value(raw: bytes) -> None:
    """S19 E55"""
    assert isinstance(read(raw), Order | Refusal)
    assert isinstance(read(b"numero,message\n1,a\n" + raw), Order | Refusal)


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    """S19: records by their first line, whatever ends it."""
    raw = b'\r\nnumero,message\r1,"a\rb"\n\n2,"a" b\r\n3,"c\n4,d\n5,"e'
    assert [*read_rows(raw, KNOWN)] == [
        (3, {"numero": "1", "message": "a\rb"}),
        (5, {}),
        (6, None),
        (7, None),
        (8, {"numero": "4", "message": "d"}),
        (9, None),
    ]


def test_a_record_has_as_many_lines_as_a_text_could_have() -> None:
    """S19: 10,000 letters, and then the line that ends it; another one is none of it."""
    begun = b'numero,message\n1,"' + b"x" * 9_996 + b"\n"
    assert len(begun.splitlines()[1]) == 9_999
    [(_, row)] = read_rows(begun + b'y"\n', KNOWN)
    assert row == {"numero": "1", "message": "x" * 9_996 + "\ny"}
    rows = [*read_rows(begun + b"z\n" + b'y"\n', KNOWN)]
    assert rows == [(2, None), (3, {"numero": "z"}), (4, {"numero": 'y"'})]


def test_only_so_many_lines_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """S19 E55: beyond that a record costs all its lines."""
    monkeypatch.setattr(lines, "_MENDED_MOST", 1)
    raw = b'numero,message\n1,"a\n2,"b\n3,"c\n4,"d\n5,"e\n'
    assert [no for no, _ in read_rows(raw, KNOWN)] == [2, 3, 5]


def test_a_line_is_as_long_as_it_may_be() -> None:
    """S19: 131,072 letters with its end; one more, and it is none."""
    most = 131_072
    fits = b"1," + b"x" * (most - 3) + b"\n"
    assert len(fits) == most
    rows = [*read_rows(b"numero,message\n" + fits + b"a" + fits + b"2,y", KNOWN)]
    assert [(no, row and len(row["message"])) for no, row in rows] == [
        (2, most - 3),
        (3, None),
        (4, 1),
    ]


def read(file: bytes, query: bytes = b"") -> Order | Refusal:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="fichier"\r\n\r\n' + file + b"\r\n--b--\r\n"
    )
    request = Request("POST", "/http/1.6/sendSMSBatch.do", b"accessToken=k&" + query, PARTS, body)
    opened = smsmode.identify(request, "batch")
    assert isinstance(opened, Opened)
    asked = smsmode.ACTIONS["batch"].read(opened, FRED, NOW)
    assert isinstance(asked, Order | Refusal)
    return asked


def lettered(asked: Order | Refusal) -> Mapping[str, Sequence[str]]:
    """The texts by their sender."""
    assert isinstance(asked, Order)
    return {letter.sender: letter.texts for letter in asked.letters}


def test_there_are_as_many_lines_and_senders_as_there_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S19: with those that are left out."""
    most = {**smsmode.LIMITS, "lines": 3, "senders": 2, "file_lines": 6}
    monkeypatch.setattr("chappe.dialects.smsmode.read.batch.LIMITS", most)
    head = b"numero,message,emetteur\n"
    assert lettered(read(head + b"1,a,A\n1,b,B\n1,c,A")) == {"A": ["a", "c"], "B": ["b"]}
    assert isinstance(read(head + b"1,a,A\n1,b,B\n1,c,C"), Refusal)
    assert lettered(read(head + b"1,a\n\n\n\n1,b")) == {"": ["a", "b"]}
    assert isinstance(read(head + b"1,a\n\n\n\n\n1,b"), Refusal)
    assert isinstance(read(head + b"1,a\n,a\n,a\n1,a"), Refusal)


def test_what_was_left_out_is_a_fact_of_the_order() -> None:
    """S19: beside the call's own reference."""
    asked = read(b"numero,message,refClient\n1,a,r\n,b\n2,c", b"refClient=tous")
    assert isinstance(asked, Order)
    assert asked.facts == {"refClient": "tous", LEFT_OUT: "lines 3"}
    assert [letter.refs for letter in asked.letters] == [["r", ""]]


def test_senders_that_are_not_shown_make_one_letter() -> None:
    """S19 S22: where the installation replaces them."""
    hidden = Account(id=1, login="f", dialects={"smsmode": {"marketing_sender": "short-code"}})
    opened = smsmode.identify(
        Request("POST", "/", b"accessToken=k&fichier=numero,message,emetteur%0A1,a,A%0A1,b,B"),
        "batch",
    )
    assert isinstance(opened, Opened)
    asked = smsmode.ACTIONS["batch"].read(opened, hidden, NOW)
    assert isinstance(asked, Order)
    assert lettered(asked) == {"": ["a", "b"]}
