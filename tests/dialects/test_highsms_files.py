"""Dropped files read in pieces mean what the same document means in one call."""

import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chappe.dialects.craft.json_list import elements
from chappe.dialects.highsms import FILES
from chappe.dialects.highsms.files import pieces
from chappe.dialects.highsms.files import read as read_file
from chappe.dialects.highsms.files.read import identify, read_pieces
from chappe.dialects.highsms.read import json as json_reading
from chappe.dialects.highsms.read.json import read_json
from chappe.dialects.highsms.read.letter import read_letter
from chappe.dialects.highsms.read.xml import read_xml
from chappe.dialects.shape import FILE
from chappe.words.account import Account
from chappe.words.answer import Refusal, Wrong
from chappe.words.exchange import File, Request
from chappe.words.found import Campaign
from chappe.words.lifecycle import State
from chappe.words.news import Reply, answers_nothing
from chappe.words.order import Letter

NOW = 1_795_165_200_000
FRED = Account(id=1, login="fred")
HEAD = 'accountid="fred" password="x"'
READ = {".xml": read_xml, ".json": read_json}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut after every recipient, and in the middle of everything."""
    monkeypatch.setattr(read_file, "_SIZE", 1)
    monkeypatch.setattr(pieces, "_OCTETS", 7)
    monkeypatch.setattr(pieces, "HEAD", 100)
    monkeypatch.setattr(json_reading, "_WHOLE", 40)


def taken(raw: bytes, ending: str) -> list[tuple[Any, ...]] | Refusal:
    """What the file asks for, recipient by recipient."""
    opened = identify(Request(FILE, ending, file=File(io.BytesIO(raw), NOW)), FILE)
    if isinstance(opened, Refusal):
        return opened
    asked = read_pieces(opened, FRED, NOW)
    found: list[tuple[Any, ...]] = []
    counts = [0] * len(asked.bulk.counts)
    for portions in asked.pieces:
        if isinstance(portions, Refusal):
            return portions
        for place, letter in portions:
            counts[place] += len(letter.numbers)
            found += _each(place, letter)
    assert counts == list(asked.bulk.counts)
    return found


def called(raw: bytes, ending: str) -> list[tuple[Any, ...]] | Refusal:
    """The same in one call."""
    push = READ[ending](raw)
    if isinstance(push, Refusal):
        return push
    wrong: Wrong = {}
    letters = [read_letter(push, said, FRED, NOW, wrong) for said in push.messages]
    assert not wrong
    return [one for place, letter in enumerate(letters) for one in _each(place, letter)]


def _each(place: int, letter: Letter) -> Iterator[tuple[Any, ...]]:
    columns: list[Sequence[Any]] = [
        column or [None] * len(letter.numbers)
        for column in (letter.refs, letter.values, letter.given)
    ]
    facts = (letter.text, letter.shared, letter.sender, letter.start, letter.facts, letter.alphabet)
    for number, ref, values, given_as in zip(letter.numbers, *columns, strict=True):
        found_by = ref or letter.ref
        yield (place, *facts, number, found_by, values or None, given_as or "")


DOCUMENTS = {
    "recipients before their text": (
        f"<push {HEAD}><message><to>0612345678</to><to>0612345679</to>"
        "<param var='N' value='v'/><text>Bonjour N</text></message></push>",
        ".xml",
    ),
    "variables and references": (
        f"<push {HEAD}><message ret_id='m'><text>A %N%</text>"
        "<to value='0612345678' ret_id='r'><param var='%N%' value='un'/></to>"
        "<to>  +33612345679 \n</to><to value='abc'/></message></push>",
        ".xml",
    ),
    "several messages": (
        f"<push {HEAD} sender='ACME'><message sender='AUTRE'><text>A</text><to>0612345678</to>"
        "</message><other/><message><text>B</text><to>0612345679</to></message></push>",
        ".xml",
    ),
    "letters of ISO-8859-1": (
        f"\n<?xml version='1.0' encoding='iso-8859-1'?><push {HEAD}><message><text>été</text>"
        "<to>0612345678</to></message></push>",
        ".xml",
    ),
    "a list of recipients": (
        json.dumps(
            {
                "push": {
                    "message": [
                        {
                            "to": [
                                {"value": "0612345678", "ret_id": "a"},
                                "0612345679",
                                {"r": "0612345670"},
                                {"value": "x", "param": [{"var": "N", "value": "[{,"}]},
                            ],
                            "text": "Bonjour N",
                        },
                        {"text": "été", "to": "0612345671"},
                    ],
                    "accountid": "fred",
                    "password": "x",
                }
            }
        ),
        ".json",
    ),
    "a flat object": (
        '{"accountid":"fred","password":"x","text":"A","to":[{"r1":"0612345678","r2":"061"}]}',
        ".json",
    ),
    "ret_ids of each kind": (
        f"<push {HEAD} ret_id='P'><message><text>A</text><to ret_id='T'>0612345678</to>"
        "<to>0612345679</to></message><message ret_id='M'><text>B</text><to>0612345678</to>"
        "<to ret_id='T'>0612345679</to><to>0612345670</to></message></push>",
        ".xml",
    ),
    "ret_ids of each kind in JSON": (
        '{"push":{"accountid":"fred","password":"x","message":[{"text":"A","to":[{"value":"06123'
        '45678","ret_id":"T"},"0612345679"]},{"text":"B","ret_id":"M","to":["0612345678"]}],'
        '"ret_id":"P"}}',
        ".json",
    ),
    "one message": (
        '{"push":{"accountid":"fred","password":"x",'
        '"message":{"text":"A","to":{"value":"0612345678"}}}}',
        ".json",
    ),
}


@pytest.mark.parametrize(("said", "ending"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_a_file_means_what_a_call_means(said: str, ending: str, charset: str) -> None:
    """H40 H42: whatever it is cut into."""
    raw = said.encode(charset)
    found = taken(raw, ending)
    assert found == called(raw, ending)
    assert not isinstance(found, Refusal)


WRONG = {
    "cut short": (f"<push {HEAD}><message><text>A</text><to>0612345678</to>", ".xml"),
    "a bare ampersand": (f"<push {HEAD}>\n<message><text>A & B</text></message></push>", ".xml"),
    "another root": ("<pull/>", ".xml"),
    "an unknown encoding": ("<?xml version='1.0' encoding='utf-9'?><push/>", ".xml"),
    "entities": ("<!DOCTYPE push [<!ENTITY a 'b'>]><push/>", ".xml"),
    "nothing": ("", ".xml"),
    "JSON cut short": ('{"push":{"message":[{"to":["0612345678"', ".json"),
    "a list": ("[]", ".json"),
    "a list cut short": ("[[1], [2", ".json"),
    "a text cut short": ('"abc', ".json"),
    "a push that is none": ('{"push":[1]}', ".json"),
    "a message that is none": ('{"push":{"message":[1],"accountid":"a","password":"b"}}', ".json"),
}


@pytest.mark.parametrize(("said", "ending"), WRONG.values(), ids=WRONG.keys())
def test_what_no_call_can_say_no_file_can(said: str, ending: str) -> None:
    """H15 H42: in the same words, with the same line."""
    found = taken(said.encode(), ending)
    assert isinstance(found, Refusal)
    assert found == called(said.encode(), ending)


@pytest.mark.parametrize(
    ("said", "ending"),
    [
        (f"<push {HEAD}><message><text>{'m' * 2_000_000}</text></message></push>", ".xml"),
        (f"<push {HEAD} sender='{'m' * 2_000_000}'/>", ".xml"),
        (f"<push {HEAD}><message>" + "<param var='' value=''/>" * 99_999, ".xml"),
        ('{"push":{"text":"' + "m" * 2_000_000 + '"}}', ".json"),
        ('{"push":{"message":[{"to":["' + "m" * 2_000_000 + '"]}]}}', ".json"),
    ],
    ids=["a text", "an attribute", "variables", "a text of JSON", "a number of JSON"],
)
def test_what_must_be_held_whole_is_bounded(
    said: str, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H42: memory stays bounded whatever a file holds."""
    monkeypatch.setattr(pieces, "_OCTETS", 1 << 16)
    found = taken(said.encode(), ending)
    assert found == Refusal(wrong={"bad_value": "a value is too long"})


def test_push_fields_that_come_last_hold_for_all() -> None:
    """H16: JSON may have them behind a million recipients."""
    raw = b'{"push":{"message":[{"text":"A","to":["0612345678"]}],"sender":"ACME",'
    raw += b'"accountid":"fred","password":"x"}}'
    found = taken(raw, ".json")
    assert isinstance(found, list)
    assert [one[3] for one in found] == ["ACME"]


_LEAF = st.one_of(st.integers(), st.booleans(), st.none(), st.text())
_VALUE = st.recursive(
    _LEAF, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(st.lists(_VALUE), st.integers(1, 60), st.sampled_from([None, 1]))
def test_stretches_of_a_list_are_the_list(
    values: list[Any], least: int, indent: int | None
) -> None:
    """H42: every element once and whole, and none together with a large one."""
    raw = json.dumps(values, indent=indent, ensure_ascii=False).encode()
    found: list[Any] = []
    for stretch in elements(memoryview(raw)[1:-1], least):
        part = json.loads(b"[" + bytes(stretch) + b"]")
        assert len(part) == 1 or len(stretch) <= 2 * least + 2
        found += part
    assert found == values


def test_an_empty_push_is_told_so() -> None:
    """H31: after the credentials, as in a call."""
    assert taken(f"<push {HEAD}/>".encode(), ".xml") == Refusal(wrong={"missing": "message"})


def test_a_report_has_the_documents_euro_and_its_quotes_doubled() -> None:
    """H30 H44: a typographic quote becomes one that ends no value."""
    reply = Reply(
        id=1, at=NOW, number=0, code="", text="", operator="", account=1, message=1, stop=0
    )
    message = replace(
        answers_nothing(reply),
        number=33_612_345_678,
        text="“5 €” 🙂",
        state=State.delivered,
        sent_at=NOW,
    )
    counts: Counter[str] = Counter()
    found = Campaign(id=7, at=NOW, reference="", facts={}, messages=[message])
    lines = FILES.write_lines(found, FRED, counts)
    day = b"2026-11-20 10:00:00"
    said = b'"""5 \x80"" ?"'
    assert lines == b'"%b";"+33612345678";"RECEIVED";"%b";"7";"";%b;"";""\n' % (day, day, said)
    assert counts == {"received": 1}
