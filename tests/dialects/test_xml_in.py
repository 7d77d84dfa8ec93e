"""What is too much for a parser, and that it does not matter where a document is cut."""

from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects.craft.octets import ENCODINGS, begins_at, is_utf_8, known_as, trimmed
from chappe.dialects.craft.xml_in import Reading, XmlBounds, XmlExcess, XmlFault, read

BOUNDS = XmlBounds(nodes=20, depth=3, names=6, letters=9, attributes=3, token=64)


class Heard:
    """Everything, in its order."""

    def __init__(self) -> None:
        self.depth = 0
        self.all: list[tuple[object, ...]] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        self.depth += 1
        self.all.append((name, given, self.depth))

    def letters(self, letters: str) -> None:
        if self.all and len(self.all[-1]) == 1:
            letters = f"{self.all.pop()[0]}{letters}"
        self.all.append((letters,))

    def end(self, name: str) -> None:
        self.all.append(("", self.depth))
        self.depth -= 1


def fault_of(document: bytes, bounds: XmlBounds = BOUNDS, octets: int = 16) -> XmlFault | None:
    return heard(document, bounds, octets)[0]


def heard(
    document: bytes, bounds: XmlBounds, octets: int
) -> tuple[XmlFault | None, list[tuple[object, ...]]]:
    hearer = Heard()
    reading = Reading(hearer, bounds, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chappe.dialects.craft.xml_in.PIECE", octets)
        return read(reading, document), hearer.all


@pytest.mark.parametrize(
    ("document", "excess"),
    [
        (b"<a>" * 4, XmlExcess.depth),
        (b"<a>" + b"<b/>" * 20, XmlExcess.nodes),
        (b"<a>" + b'<b c="" d=""/>' * 7, XmlExcess.nodes),
        (b"<a><b/><c/><d/><e/><f/><g/>", XmlExcess.names),
        (b'<a b="" c="" d=""><e f="" g="" h=""/></a>', XmlExcess.names),
        (b'<a b="" c="" d="" e=""/>', XmlExcess.attributes),
        (b"<abcdefghij/>", XmlExcess.token),
        (b'<a abcdefghij=""/>', XmlExcess.token),
        (b'<a b="' + b"x" * 100, XmlExcess.token),
        (b"<" + b"x" * 100, XmlExcess.token),
        (b"<a><!--" + b"x" * 100, XmlExcess.token),
        (b"<a><?b " + b"x" * 100, XmlExcess.token),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', XmlExcess.declared),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', XmlExcess.declared),
    ],
)
def test_what_is_too_much_is_refused_as_what_it_is(document: bytes, excess: XmlExcess) -> None:
    """E55"""
    fault = fault_of(document)
    assert fault is not None
    assert (fault.excess, fault.detail, fault.line) == (excess, excess.value, 1)


def test_what_just_fits_is_taken() -> None:
    """E55"""
    for document in (
        b"<a><a><a/></a></a>",
        b"<a>" + b"<b/>" * 19 + b"</a>",
        b"<a><b/><c/><d/><e/><f/></a>",
        b'<a b="" c="" d=""/>',
        b"<abcdefghi/>",
        b'<a b="' + b"x" * 50 + b'"/>',
        b"<a>" + b"x" * 1_000 + b"</a>",
    ):
        assert fault_of(document) is None, document


def test_names_that_mean_something_are_not_counted() -> None:
    """E55: they are few, and stand in every document."""
    known = frozenset({"a", "b", "c", "d", "e"})
    document = b'<a><b/><c/><d/><e b="" c="" d=""/>%b</a>'
    five, six, seven = (b"".join([b"<x%d/>" % number for number in range(n)]) for n in (5, 6, 7))
    bounds = BOUNDS._replace(known=known)
    assert [fault_of(document % names, bounds) for names in (five, six)] == [None, None]
    fault = fault_of(document % seven, bounds)
    assert fault is not None
    assert fault.excess is XmlExcess.names


def test_a_doctype_that_declares_nothing_may_be_let_pass() -> None:
    """H15"""
    document = b'<!DOCTYPE a SYSTEM "http://a/b.dtd"><a/>'
    assert fault_of(document, BOUNDS._replace(doctype=True)) is None
    within = fault_of(b"<!DOCTYPE a []><a/>", BOUNDS._replace(doctype=True))
    assert within is not None
    assert within.excess is XmlExcess.declared


DOCUMENT = '<a b="é">é&amp;\n<!-- c --><c d="&#10;"/><![CDATA[<]]>\n<?e f?></a>\n'.encode()


@given(st.integers(1, len(DOCUMENT) + 1))
def test_where_a_document_is_cut_does_not_matter(octets: int) -> None:
    """E55"""
    assert heard(DOCUMENT, BOUNDS, octets) == heard(DOCUMENT, BOUNDS, len(DOCUMENT))


CLOSED = b"<a><b>&amp;</b></a> <!-- c -->\n"


@given(st.integers(1, len(CLOSED) + 9))
def test_a_closer_behind_the_root_ends_the_document(octets: int) -> None:
    """F1: wherever it is cut, and whatever follows."""
    fault, all_, end = closed(CLOSED + b"&x=<y>&", octets)
    assert (fault, end) == (None, len(CLOSED))
    assert all_ == heard(CLOSED, BOUNDS, octets)[1]


@pytest.mark.parametrize(
    "document",
    [b"<a>&</a>", b"<a/>x&", b"<a/><!&", b"<a/><?b &", b"&<a/>", b"<!-- a -->&<a/>", b"<a/>;"],
)
def test_a_closer_anywhere_else_ends_nothing(document: bytes) -> None:
    """F1"""
    for octets in (1, 99):
        fault, _, end = closed(document, octets)
        assert (fault is not None, end) == (True, -1)
    assert fault_of(CLOSED + b"&") is not None


def closed(document: bytes, octets: int) -> tuple[XmlFault | None, list[tuple[object, ...]], int]:
    hearer = Heard()
    reading = Reading(hearer, BOUNDS, "utf-8", b"&")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chappe.dialects.craft.xml_in.PIECE", octets)
        return read(reading, document), hearer.all, reading.end


@given(st.integers(1, 20))
def test_a_fault_tells_its_line_and_what_stands_before_it(octets: int) -> None:
    """H15"""
    fault = fault_of(b"<a>\n<b>R&D </b></a>", octets=octets)
    assert fault is not None
    invalid = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
    assert (fault.excess, fault.code, fault.line) == (None, invalid, 2)
    assert fault.before.endswith(b"R&D")


def test_expat_knows_every_encoding_of_the_table() -> None:
    """F1: and each tells its letters apart."""
    for spelling, name in ENCODINGS.items():
        hearer = Heard()
        fault = read(Reading(hearer, BOUNDS, name), b"<a>A</a>")
        assert (fault, hearer.all[1]) == (None, ("A",)), spelling
    assert known_as(" UTF_8 ") == "utf-8"
    assert [known_as(name) for name in ("klingon", "hex", "utf-16", "")] == [None] * 4


@given(
    st.sampled_from([b"", b"\xef\xbb\xbf", b" \n"]),
    st.integers(0, 9_000),
    st.sampled_from([b"", b"a", b"<a \n b>", b"x" * 300_000]),
    st.integers(0, 9_000),
)
def test_a_document_begins_and_ends_where_its_blanks_do(
    mark: bytes, before: int, inner: bytes, after: int
) -> None:
    """H15: however long it is."""
    raw = mark + b"\n" * before + inner + b" " * after
    assert bytes(trimmed(raw)) == inner
    assert raw[begins_at(raw) :].rstrip() == inner


@given(st.binary(max_size=30) | st.text(max_size=20).map(str.encode), st.integers(1, 9))
def test_pieces_are_utf_8_where_the_whole_is(raw: bytes, octets: int) -> None:
    """H15"""
    pieces = [raw[at : at + octets] for at in range(0, len(raw), octets)]
    try:
        raw.decode()
        whole = True
    except UnicodeDecodeError:
        whole = False
    assert is_utf_8(pieces) is whole
