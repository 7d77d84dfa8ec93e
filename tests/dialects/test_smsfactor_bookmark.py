"""A WAP push, taken apart again the way a phone does it: WSP, then WBXML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects.smsfactor.read.bookmark import link_of, push_of
from chappe.dialects.smsfactor.tables import PORTS
from chappe.words.alphabet import Alphabet
from chappe.words.answer import Refusal
from tests.dialects.test_smsfactor import asked, letter_of, sending

# Values of tokens, as WAP-167 lists them for SI 1.0.
ELEMENTS = {0x05: "si", 0x06: "indication"}
HREFS = {
    0x0B: "",
    0x0C: "http://",
    0x0D: "http://www.",
    0x0E: "https://",
    0x0F: "https://www.",
}
CONTENT, ATTRIBUTES = 0x40, 0x80
END, STR_I = 0x01, 0x03


def shown(octets: bytes) -> tuple[str, str]:
    """Link and title, as a phone shows them; anything unexpected is an error."""
    transaction, kind, length = octets[:3]
    assert (transaction, kind) == (0x01, 0x06), "a push"
    headers, body = octets[3 : 3 + length], octets[3 + length :]
    assert headers == b"\xae", "application/vnd.wap.sic"
    version, public, charset, table = body[:4]
    assert (version, public, charset, table) == (0x02, 0x05, 106, 0), "WBXML 1.2, SI 1.0, UTF-8"
    return _indication(body[4:])


def _indication(body: bytes) -> tuple[str, str]:
    outer, inner, start = body[:3]
    assert (ELEMENTS[outer & 0x3F], outer & ~0x3F) == ("si", CONTENT)
    assert (ELEMENTS[inner & 0x3F], inner & ~0x3F) == ("indication", CONTENT | ATTRIBUTES)
    href, rest = _string(body[3:])
    assert rest[0] == END, "no more attributes"
    title, rest = _string(rest[1:])
    assert rest == bytes((END, END)), "both elements end, and nothing follows"
    return HREFS[start] + href, title


def _string(octets: bytes) -> tuple[str, bytes]:
    assert octets[0] == STR_I
    text, zero, rest = octets[1:].partition(b"\0")
    assert zero
    return text.decode(), rest


@pytest.mark.parametrize(
    ("given", "link"),
    [
        ("www.smsfactor.com", "http://www.smsfactor.com"),
        ("smsfactor.com/a?b=c&d=%20", "http://smsfactor.com/a?b=c&d=%20"),
        ("localhost:8080/a", "http://localhost:8080/a"),
        ("http://smsfactor.com", "http://smsfactor.com"),
        ("https://www.smsfactor.com/", "https://www.smsfactor.com/"),
        ("https://smsfactor.com", "https://smsfactor.com"),
        ("HTTP://www.smsfactor.com", "HTTP://www.smsfactor.com"),
        ("rtsp://a.fr", "rtsp://a.fr"),
        ("http://é.fr", "http://é.fr"),
        ("http://", "http://"),
    ],
)
def test_a_phone_sees_the_link_and_the_title(given: str, link: str) -> None:
    """F4: a link without a scheme is one of http."""
    assert shown(push_of(link_of(given), "Été…")) == (link, "Été…")


@pytest.mark.parametrize("given", ["a b", "a\nb", "a\u00a0b", "a\x7f", "a" * 1001])
def test_what_is_no_link_is_refused(given: str) -> None:
    """F4"""
    assert link_of(given) == ""


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=50)


@given(st.sampled_from([*HREFS.values(), "ftp://"]), TEXTS, TEXTS)
def test_any_link_and_any_title_come_out_as_they_went_in(start: str, rest: str, title: str) -> None:
    """F4"""
    assert shown(push_of(start + rest, title)) == (start + rest, title)


def test_it_is_the_letter_that_the_document_asks_for() -> None:
    """F4: its letters stay as they are, since UTF-8 has them all."""
    letter = letter_of(
        "<type>bookmark</type><bookmark>www.smsfactor.com</bookmark>", text="Voilà œuvre"
    )
    assert letter.alphabet is Alphabet.binary
    assert letter.udh == PORTS
    assert shown(bytes.fromhex(letter.text)) == ("http://www.smsfactor.com", "Voilà œuvre")


def test_the_ports_are_those_of_a_push() -> None:
    """F4: element 05 of four octets, to port 2948 from 9200; WAP-259."""
    header = bytes.fromhex(PORTS)
    assert header[:3] == bytes((6, 5, 4))
    to, sender = int.from_bytes(header[3:5]), int.from_bytes(header[5:7])
    assert (len(header), to, sender) == (7, 2948, 9200)


def test_its_title_has_the_same_limit_as_a_text() -> None:
    """F3 F4: 1120, counted as it is sent."""
    more = "<type>bookmark</type><bookmark>a.fr</bookmark>"
    assert shown(bytes.fromhex(letter_of(more, text="…" * 1120).text))[1] == "…" * 1120
    long = asked(sending(f"<sender>A</sender><text>{'a' * 1121}</text>{more}"))
    assert long == Refusal(wrong={"too_long": ""})
