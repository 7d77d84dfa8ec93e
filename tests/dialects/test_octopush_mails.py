"""Mails to Octopush, as mailers write them and as nobody does: which fields are read of them."""

import time
from collections.abc import Mapping
from email import charset as charsets
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from html import escape
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.dialects.octopush import identify
from chappe.dialects.octopush.read.fields import mailed_fields
from chappe.words.answer import Refusal
from chappe.words.exchange import MAIL, Request

ASKS = {"user_login": "oscar@example.org", "api_key": "a_key"}
SUBJECT = "Subject: user_login=oscar%40example.org&api_key=a_key"
FORM = "start=start&sms_text=bla+bla.+STOP+au+XXXXX&sms_type=FR&request_id=RET65Y6UTJ78&end=end"
FIELDS = {"sms_text": "bla bla. STOP au XXXXX", "sms_type": "FR", "request_id": "RET65Y6UTJ78"}


def read(mail: bytes) -> dict[str, str]:
    """Fields, without the first of the two marks."""
    fields = mailed_fields(mail)
    fields.pop("start", None)
    return fields


def mail(*head: str, body: str | bytes = FORM, end: str = "\r\n") -> bytes:
    """A mail of ours, with these lines in its head."""
    said = body.encode() if isinstance(body, str) else body
    return end.join([SUBJECT, *head, "", ""]).encode() + said


# What Python's library writes.

_CODINGS = {
    "quoted-printable": charsets.QP,
    "base64": charsets.BASE64,
    "8bit": 0,
}
_CHARSETS = ("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16")
# All of these charsets have them.
_LETTERS = st.text("aZ09 .,&=%+_-éèàçùÉ<>\"'?!\r\n", max_size=60)


def _leaf(text: str, kind: str, charset: str, coding: str, flowed: bool) -> Message:
    """A part that holds a text, as the library writes it in that charset and transfer encoding."""
    said = charsets.Charset(charset)
    part = MIMENonMultipart("text", kind, charset=charset)
    if flowed and kind == "plain":
        part.set_param("format", "flowed")
    raw = text.encode(charset)
    if coding == "8bit":
        part["Content-Transfer-Encoding"] = coding
        part.set_payload(raw.decode("ascii", "surrogateescape"))
    else:
        said.body_encoding = _CODINGS[coding]
        part["Content-Transfer-Encoding"] = coding
        part.set_payload(said.body_encode(raw))
    return part


def _page(text: str) -> str:
    head = "<head><style>p &gt; a {color: red}</style></head>"
    return f"<html>{head}<body><p>{escape(text)}</p><br></body></html>"


def _attachment() -> Message:
    part = MIMEBase("text", "plain", name="start.txt")
    part.set_payload("start=start&sms_text=wrong&end=end")
    part.add_header("Content-Disposition", "attachment", filename="start.txt")
    return part


def _many(kind: str, *parts: Message) -> Message:
    many = MIMEMultipart(kind)
    for part in parts:
        many.attach(part)
    return many


@settings(max_examples=300)
@given(st.data())
def test_the_same_fields_are_read_however_a_mail_is_written(data: st.DataObject) -> None:
    """O12: every transfer encoding, charset and structure; a subject in words, LF or CR LF."""
    draw = data.draw
    fields: Mapping[str, str] = draw(
        st.dictionaries(
            st.sampled_from(["sms_text", "sms_sender", "sms_fields_1"]),
            _LETTERS.filter(bool),
            min_size=1,
        )
    )
    spelled = "utf-8" if draw(st.booleans()) else "latin-1"
    form = f"start=start&{urlencode(fields, encoding=spelled)}&end=end"
    before, after = draw(st.sampled_from(["", "Sans virus.\n\n"])), "\n-- \nOscar à vélo"
    text = before + form + after
    charset, coding = draw(st.sampled_from(_CHARSETS)), draw(st.sampled_from([*_CODINGS]))
    if charset == "utf-16" and coding != "base64":
        charset = "utf-8"
    plain = _leaf(text, "plain", charset, coding, draw(st.booleans()))
    page = _leaf(_page(text), "html", charset, coding, False)
    whole = draw(
        st.sampled_from(
            [
                plain,
                page,
                _many("alternative", plain, page),
                _many("alternative", page, plain),
                _many("mixed", _attachment(), _many("alternative", plain, page)),
                _many("mixed", _many("related", _many("alternative", plain, page)), _attachment()),
            ]
        )
    )
    subject = urlencode(ASKS)
    if draw(st.booleans()):
        words = draw(st.sampled_from(["utf-8", "iso-8859-1"]))
        said = charsets.Charset(words)
        said.header_encoding = draw(st.sampled_from([charsets.QP, charsets.BASE64]))
        subject = Header(subject, said, maxlinelen=draw(st.integers(40, 76))).encode()
    whole["Subject"] = subject
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    raw = whole.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", end)
    assert read(raw) == {**fields, **ASKS}


# What no library writes, and mailers do.


@pytest.mark.parametrize(
    "subject",
    [
        "user_login=oscar%40example.org&api_key=a_key",
        "user_login@oscar%40example.org&api_key=a_key",
        "user_login@oscar@example.org&api_key=a_key",
        "api_key=a_key&user_login@oscar%40example.org",
        "user_login=oscar%40example\r\n .org&api\r\n\t_key=a_key",
        "=?UTF-8?Q?user=5Flogin=3Doscar=2540example.org=26api=5Fkey=3Da=5Fkey?=",
        # As PHP's quoted_printable_encode leaves them.
        "=?utf-8?Q?user_login=3Doscar%40example.org&api_key=3Da_key?=",
        "=?iso-8859-1*fr?q?user=5Flogin=3Doscar%40?=\r\n"
        " =?iso-8859-1?q?example.org&api=5Fkey=3Da=5Fkey?=",
        "=?utf-8?B?dXNlcl9sb2dpbj1vc2Nhcg?=%40example.org&api_key=a_key",
        "=?made-up?q?user=5Flogin?==?x?q?=3Doscar=2540example.org?=&api_key=a_key",
    ],
)
def test_a_subject_is_read_as_it_was_meant(subject: str) -> None:
    """O12: RFC 2047, unfolded, and the document's own `@`."""
    assert read(f"Subject: {subject}\r\n\r\n{FORM}".encode()) == {**ASKS, **FIELDS}


def test_a_letter_may_begin_in_one_word_and_end_in_the_next() -> None:
    """O12"""
    subject = "=?utf-8?q?user=5Flogin=3Dchlo=C3?= =?utf-8?q?=A9&api=5Fkey=3Dk?="
    fields = read(f"Subject: {subject}\n\n{FORM}".encode())
    assert fields == {"user_login": "chloé", "api_key": "k", **FIELDS}


_A, _B = "--a", "--a--"
_MIXED = "Content-Type: multipart/mixed; boundary=a"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        # One boundary begins like another, and what stands around the parts is for nobody.
        ((_MIXED,), f"sms_text=no\r\n{_A}\r\n\r\n--ab\r\n\r\n{FORM}\r\n{_B}\r\nsms_text=no"),
        (
            (_MIXED,),
            f'{_A}\r\nContent-Type: multipart/alternative; boundary="aa"\r\n\r\n'
            f"--aa\r\n\r\n{FORM}\r\n--aa--\r\n{_B}\r\n",
        ),
        # The last boundary, or the first break behind a head, is missing.
        ((_MIXED,), f"{_A}\n\n{FORM}"),
        ((_MIXED,), f"{_A}\nContent-Type: image/png\n{_A}\n\n{FORM}\n"),
        # No type, a strange type, no charset, a made-up one, one with a NUL.
        ((), FORM),
        (("Content-Type: plain",), FORM),
        (("Content-Type: text/plain; charset=made-up",), FORM),
        (("Content-Type: text/plain; charset*=x\0y''abc",), FORM),
        (('Content-Type: TEXT/Plain; CHARSET = "UTF-8" ; Format=Flowed',), FORM),
        (("Content-Type:\r\n text/plain;\r\n\tcharset=utf-8",), FORM),
        # A mark at the beginning.
        ((), f"\ufeff{FORM}"),
        # Folded: within a name, as the document has it, at a blank, stuffed.
        ((), FORM.replace("sms_type", "sms_type  \r\n")),
        ((), FORM.replace("sms_type", "sms_\r\ntype")),
        (
            ("Content-Type: text/plain; format=flowed; delsp=yes",),
            FORM.replace("sms_type", "sms_ \r\n type"),
        ),
        (("Content-Type: text/plain; format=flowed",), f" {FORM}"),
        # Without marks: a signature, a note, an end alone, a beginning alone.
        ((), f"\r\n{FORM[12:-8]}\r\n\r\nSans virus&sms_text=no"),
        ((), f"{FORM[12:-8]}\r\n-- \r\nOscar"),
        ((), f"{FORM[12:]} Sans virus&sms_text=no"),
        ((), f"Sans virus.\r\n\r\n{FORM[:-8]}\r\n\r\n-- \r\nOscar"),
        # Base64 with a note in clear below it, and none of its padding.
        (
            ("Content-Transfer-Encoding: base64",),
            "c3RhcnQ9c3RhcnQmc21zX3RleHQ9YmxhK2JsYS4rU1RPUCthdStYWFhYWCZzbXNfdHlwZT1GUiZyZXF1"
            "ZXN0X2lkPVJFVDY1WTZVVEo3OCZlbmQ9ZW5k\r\n-- \r\nSans virus.",
        ),
        # HTML with what nobody sees.
        (
            ("Content-Type: text/html",),
            f"<!doctype html><HEAD><title>sms_text=no</title></HEAD>\r\n"
            f"<p>{FORM[12:-8]}</p>Sans virus",
        ),
        (
            ("Content-Type: text/html",),
            f"<div>{FORM}</div>".replace("&", "&amp;").replace("+", "&nbsp;"),
        ),
        # A note of the carrier's in a part of its own.
        ((_MIXED,), f"{_A}\n\nSans virus.\n{_A}\nContent-Type: text/plain\n\n{FORM}\n{_B}"),
        # An empty text beside a page.
        ((_MIXED,), f"{_A}\n\n \n{_A}\nContent-Type: text/html\n\n<p>{FORM}</p>\n{_B}"),
    ],
)
def test_a_body_is_read_as_it_was_meant(head: tuple[str, ...], body: str) -> None:
    """O12"""
    for end in ("\r\n", "\n"):
        raw = mail(*head, body=body).replace(b"\r\n", end.encode())
        fields = read(raw)
        fields.pop("end", None)
        assert fields == {**ASKS, **FIELDS}


def test_octets_of_any_charset_are_letters() -> None:
    """O12: 8-bit bodies, and UTF-16 with and without a name for it."""
    body = "start=start&sms_text=café à 3 €&end=end"
    wanted = {**ASKS, "sms_text": "café à 3 €"}
    assert read(mail(body=body.encode())) == wanted
    assert read(mail(body=body.encode("cp1252"))) == wanted
    assert (
        read(mail("Content-Type: text/plain; charset=latin1", body=body.encode("cp1252"))) == wanted
    )
    assert (
        read(mail("Content-Type: text/plain; charset=utf-8", body=body.encode("cp1252"))) == wanted
    )
    assert (
        read(mail("Content-Type: text/plain; charset=utf-16", body=body.encode("utf-16"))) == wanted
    )


# What nobody honest writes.

_SHARDS = st.sampled_from(
    [
        *(
            b"\n",
            b"\r\n",
            b"\r",
            b"\n\n",
            b"--a",
            b"--a--",
            b"\n--a\n",
            b"--ab",
            b"\x00",
            b"\xff\xfe",
        ),
        *(
            b"Subject: ",
            b"Content-Type: ",
            b"Content-Transfer-Encoding: ",
            b"Content-Disposition: ",
        ),
        *(b"multipart/mixed; boundary=a", b'multipart/alternative; boundary="', b"text/html", b";"),
        *(b"text/plain", b"; charset=", b"utf-16", b"utf-7", b"idna", b"hex", b"rot13", b"a\x00b"),
        *(
            b"base64",
            b"quoted-printable",
            b"=",
            b"=3D",
            b"QUI",
            b"====",
            b"=?utf-8?q?",
            b"?=",
            b"=?",
        ),
        *(b"=?x\x00y?b?A?=", b"=?utf-16?b?/w==?=", b"*0*=", b"''", b"%", b"&", b"&#", b"9" * 5_000),
        *(
            b"&#x110000;",
            b"&#0;",
            b"&amp;",
            b"<style",
            b"</style",
            b"<",
            b">",
            b"start=start",
            b"&end=end",
        ),
        *(
            b"user_login@",
            b"api_key=k",
            b"format=flowed; delsp=yes",
            b" ",
            b"\t",
            b"\xc3",
            b"\xed\xa0\x80",
        ),
    ]
)


@settings(max_examples=600)
@given(st.lists(_SHARDS | st.binary(max_size=4), max_size=40).map(b"".join))
def test_no_mail_raises(raw: bytes) -> None:
    """E55: nothing raises, and fields that are read are text that can be written."""
    found = identify(Request(MAIL, "sms@", body=raw), "mailed")
    if not isinstance(found, Refusal):
        for name, value in found.content.fields.items():
            assert (name + value).encode()


@pytest.mark.parametrize(
    ("head", "body"),
    [
        # A number too long to be one, and a charset with a NUL: Python's own readers raise.
        ("Content-Type: text/html", f"&#{'9' * 5_000};{FORM}"),
        ("Content-Type: multipart/mixed; boundary*=x\0y''a; boundary=a", f"--a\r\n\r\n{FORM}"),
        ("Content-Type: text/plain; charset*=x\0y''a", FORM),
        ("Content-Type: text/plain; charset=x\0y", FORM),
        ("Content-Type: text/plain; charset=hex", FORM),
        ("X: =?x\0y?b?A?=", FORM),
        ("Content-Transfer-Encoding: base64", "c3RhcnQ9c3RhcnQ*&"),
    ],
)
def test_what_python_stumbles_over_is_read(head: str, body: str) -> None:
    """E55"""
    fields = read(mail(head, body=body))
    assert {name: fields[name] for name in ASKS} == ASKS
    assert fields.get("sms_type") == (None if "base64" in head else "FR")


_SIZE = 10 << 20
_BODIES = (
    *(
        b"\n",
        b"\r\n",
        b"<",
        b"=",
        b"&#9",
        b"&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        b"\xff",
        b"\xc3\xa9",
    ),
    *(
        b"\n--a",
        b"\n--ab\n",
        b"\n--a\n\n",
        b"\n--a\nSubject: x\n\n",
        b"start=start",
        b" \n",
        b"-- \n",
    ),
    b"\n--a\nContent-Type: multipart/mixed; boundary=a\n\n",
    b'\n--a\nContent-Type: text/plain; a="' + b";" * 60_000 + b"\n\nx",
    b"\n--a\nContent-Type: text/plain" + b';a="' * 15_000 + b"\n\nx",
)
_HEADS = (
    b"Content-Type: text/html\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Type: multipart/mixed; boundary=a\n",
)


@pytest.mark.parametrize("head", _HEADS)
def test_a_vast_mail_takes_time_in_proportion(head: bytes) -> None:
    """E55: parts, heads, marks, entities and codings, each without end."""
    for unit in (*_BODIES, b"A: b\n", b"Subject: =?a?q?\n"):
        for before in (head + b"\n", head):  # a body, or all of it a head
            raw = before + unit * (_SIZE // 8 // len(unit))
            begun = time.thread_time()
            identify(Request(MAIL, "sms@", body=raw), "mailed")
            assert time.thread_time() - begun < 1.0, (before, unit[:40])
