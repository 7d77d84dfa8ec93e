"""iSendPro, its pure parts: each octet and each letter of a text, and input that nobody would send.

The tables are written from annexes 2 and 3 of the provider's document and from the contract, and
from nothing of ours.
"""

from collections.abc import Mapping
from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects import isendpro
from chappe.dialects.isendpro.names import Asked
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import Rehearsal
from chappe.words.exchange import Request
from chappe.words.order import Order

# Friday, 20 November 2026, 10:00:00 in Paris.
NOW = 1_795_165_200_000
INES = Account(id=1, login="ines")
FORM = {"content-type": "application/x-www-form-urlencoded"}

# What is sent of an octet where that is not the letter that ASCII has for it.
_CONTROLS: Mapping[int, str] = {
    **dict.fromkeys([*range(0x20), 0x7F], "?"),
    0x09: " ",
    0x0A: "\n",
    0x0C: "\f",
    0x0D: "\r",
    0x60: "'",
}
# The letters that Windows has there; five octets have none.
_C1: Mapping[int, str] = dict(
    enumerate(
        [
            *("€", "?", "'", "f", '"', "...", "+", "+", "^", "o/oo", "S", "<", "OE", "?", "Z", "?"),
            *("?", "'", "'", '"', '"', ".", "-", "-", "~", "TM", "s", ">", "oe", "?", "z", "Y"),
        ],
        0x80,
    )
)
_SIGNS: Mapping[int, str] = dict(
    enumerate(
        [
            *(" ", "¡", "c", "£", "€", "¥", "S", "§", "s", "(c)", "a", '"', "-", "", "(r)", "-"),
            *("o", "+/-", "2", "3", "Z", "u", "?", ".", "z", "1", "o", '"', "OE", "oe", "Y", "¿"),
        ],
        0xA0,
    )
)
# Annex 2, by code; annex 3 for CA and D5; what stands in neither keeps its letter, or the nearest.
_LETTERS: Mapping[int, str] = dict(
    enumerate(
        [
            *("A", "A", "A", "A", "A", "A", "Æ", "Ç", "E", "E", "€", "E", "I", "I", "I", "I"),
            *("D", "Ñ", "O", "O", "O", "\n", "O", "x", "Ø", "U", "U", "U", "U", "Y", "Th", "ß"),
            *("à", "a", "a", "a", "a", "a", "æ", "c", "è", "é", "e", "e", "i", "i", "i", "i"),
            *("o", "n", "o", "o", "o", "o", "o", "/", "ø", "ù", "u", "u", "u", "y", "th", "y"),
        ],
        0xC0,
    )
)
OCTETS = {
    **{code: chr(code) for code in range(0x80)},
    **_CONTROLS,
    **_C1,
    **_SIGNS,
    **_LETTERS,
}
# Where Windows' letter is another one than that of ISO-8859-15, or than what annex 3 says.
WINDOWS = {
    **OCTETS,
    0xA4: "¤",
    0xA6: "|",
    0xA8: " ",
    0xB4: "'",
    0xB8: ",",
    0xBC: "1/4",
    0xBD: "1/2",
    0xBE: "3/4",
    0xCA: "E",
    0xD5: "O",
}
NO_LETTERS = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
# Each of these counts 2: what annex 2 names, and the rest of the extension table of GSM 03.38.
TWICE = "[]\n€" + "\f^{}\\~|"


def opened(query: str) -> Opened[Asked]:
    found = isendpro.identify(Request("GET", "/cgi-bin", f"keyid=k&{query}".encode()), "send")
    assert isinstance(found, Opened), found
    return found


def left(sms: str, number: str = "0639980001", more: str = "") -> tuple[str, int]:
    """The text that leaves, and what it counts."""
    found = opened(f"num={number}&smslong=999&sms={sms}{more}")
    read = isendpro.ACTIONS[found.action].read(found, INES, NOW)
    assert isinstance(read, Order), read
    assert read.wrong == {}
    [letter] = read.letters
    assert letter.wrong == {}
    return letter.text, found.content.weights[-1]


def counted(text: str) -> int:
    return len(text) + sum(text.count(letter) for letter in TWICE)


def test_every_octet_of_a_text_leaves_as_the_annexes_say() -> None:
    """I19 I25: alone, and among others."""
    assert [*OCTETS] == [*range(0x100)]
    wanted, found = {}, {}
    for code, letter in OCTETS.items():
        between = f"a{letter}b"
        wanted[code] = ((letter, counted(letter)), (between, counted(between)))
        found[code] = (left(f"%{code:02X}"), left(f"a%{code:02x}b"))
    assert found == wanted


def test_octets_that_nobody_escaped_are_read_alike() -> None:
    """I19 I25: a form may hold them as they are."""
    for code, letter in OCTETS.items():
        if chr(code) not in "%&+=":
            raw = b"keyid=k&num=0639980001&sms=a" + bytes([code]) + b"b"
            found = isendpro.identify(Request("POST", "/cgi-bin", b"", FORM, raw), "send")
            assert isinstance(found, Opened)
            read = isendpro.ACTIONS["send"].read(found, INES, NOW)
            assert isinstance(read, Order)
            assert read.letters[0].text == f"a{letter}b", hex(code)


def test_every_letter_of_windows_leaves_as_well_where_it_is_utf_8() -> None:
    """I19 I25: there CA and D5 are letters."""
    wanted, found = {}, {}
    for code, letter in WINDOWS.items():
        if code not in NO_LETTERS:
            spelt = quote(bytes([code]).decode("cp1252"), safe="")
            wanted[code] = (letter, counted(letter))
            found[code] = left(spelt)
    assert len(wanted) == 251
    assert found == wanted


def test_all_octets_at_once_are_no_utf_8() -> None:
    """I25: one octet that is none, and all are those of ISO-8859-15."""
    upper = bytes(range(0xA0, 0x100))
    text = "".join(OCTETS[code] for code in upper)
    assert left(quote_from_bytes(upper)) == (text, counted(text))
    mixed = "é".encode() + b"\xe9"
    assert left(quote_from_bytes(mixed)) == ("A(c)é", 5)


def test_other_letters_than_those_of_windows_are_no_utf_8_without_ucs2() -> None:
    """I25: they would be read as somebody meant who said nothing of it."""
    assert left(quote("Ж")) == ("D-", 2)  # D0 96, of which Windows has a dash
    assert left(quote("Ж"), "0032475123456", "&ucs2=1") == ("Ж", 1)


@pytest.mark.parametrize("code", range(0x80, 0x100))
def test_with_ucs2_nothing_is_replaced(code: int) -> None:
    """I15 I25: what is no UTF-8 is read by its octets, and annex 3 holds."""
    lone = left(f"%{code:02X}", "0032475123456", "&ucs2=1")
    special = {0xCA: "€", 0xD5: "\n", **dict.fromkeys(NO_LETTERS, "\ufffd")}
    charset = "cp1252" if code < 0xA0 else "iso-8859-15"
    assert lone == (special.get(code) or bytes([code]).decode(charset), 1)
    letter = chr(code)
    assert left(quote(letter), "0032475123456", "&ucs2=1") == (letter, 1)


def test_annex_3_holds_in_texts_alone() -> None:
    """I25: in other parameters these octets are letters."""
    found = opened("sms=%CA%D5&sms1=%CA%D5&tracker=%CA%D5&emetteur=%CA%D5&num=%CA%D5&smslong=%CA")
    assert dict(found.content.fields) == {
        "keyid": "k",
        "sms": "€\n",
        "sms1": "€\n",
        "tracker": "ÊÕ",
        "emetteur": "ÊÕ",
        "num": "ÊÕ",
        "smslong": "Ê",
    }


PIECES = st.sampled_from(
    [
        *("num=0639980001", "num1=0639980001", "num2=12", "num3=%2B32475123456", "num%00=1", "num"),
        *("sms=a", "sms1=%CA%D5", "sms2=%ED%A0%80", "sms=", "sms3=0899112233", "sms=%00"),
        *("emetteur=ACME", "emetteur=", "emetteur=%00", "smslong=6", "smslong=%B2", "nostop=1"),
        *("ucs2=1", "ucs2=%FF", "date_envoi=2026-12-01+10:00", "date_envoi=0000-00-00+00:00"),
        *("tracker=%00", "tracker1=%F0%9F%98%80", "numAzur=1", "repertoireId=7", "repertoireId=-"),
        *("comptage=1", "credit=2", "getHLR=1", "setlisteNoire=1", "repertoireEdit=create"),
        *("repertoireEdit=add", "repertoireEdit=del", "repertoireEdit=%00", "repertoireNom=%D8%00"),
        *("champ1=a", "champ2_1=b", "champ28_0=c", "=", "&&", "%", "%zz", "num[]=1", "\r\n"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("&".join), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_call_is_answered_with_a_value(form: str, charset: str) -> None:
    """I22 E55"""
    _answered(form.encode(charset, "replace"))


@given(st.binary(max_size=200))
def test_any_octets_are_answered_with_a_value(raw: bytes) -> None:
    """I22 E55"""
    _answered(raw)
    _answered(b"num=0639980001&sms=" + raw)
    _answered(b"sms=a&num=" + raw)


def _answered(raw: bytes) -> None:
    """A question, an order or a refusal, and an answer in XML to what is wrong with it."""
    request = Request("POST", "/cgi-bin", b"keyid=k", FORM, raw)
    found = isendpro.identify(request, "send")
    assert isinstance(found, Opened)
    one = isendpro.ACTIONS.get(found.action)
    if one is None:
        return
    asked = one.read(found, INES, NOW)
    order = asked.order if isinstance(asked, Rehearsal) else asked
    if isinstance(order, Order):
        wrong = [letter.wrong for letter in order.letters]
        asked = Refusal(wrong=order.wrong, recipients_wrong=wrong[0] if wrong else {})
    if isinstance(asked, Refusal) and (asked.wrong or asked.recipients_wrong):
        said = isendpro.write_refused(asked, found.action, request, found, INES)
        assert said.body.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?><etat><')
        assert said.body.endswith(b"</etat>")
