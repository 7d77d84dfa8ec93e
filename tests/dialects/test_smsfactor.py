"""SMSFactor, its pure parts: documents, letters, dates, tries, and input that nobody would send."""

import tracemalloc
from typing import Any
from urllib.parse import parse_qs, quote_plus
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects import smsfactor
from chappe.dialects.craft.letters import NEAREST
from chappe.dialects.shape import Opened
from chappe.dialects.smsfactor.names import CallDocument as Document
from chappe.dialects.smsfactor.read.forms import Found, document_of
from chappe.dialects.smsfactor.read.xml import read_xml
from chappe.dialects.smsfactor.tables import PORTS
from chappe.dialects.smsfactor.tell import TOGETHER
from chappe.words import gsm7, paris
from chappe.words.account import Account
from chappe.words.alphabet import Alphabet
from chappe.words.answer import Refusal, Trouble
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND
from chappe.words.exchange import Heard, Request
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import News, Reply
from chappe.words.order import Channel, Letter, OptOut, Order, Tell, Urls
from chappe.words.text import closest

# Friday, 20 November 2026, 10:00:00 in Paris.
NOW = 1_795_165_200_000
SIMON = Account(id=1, login="simon")
LOGIN = "<authentification><username>simon</username><password>x</password></authentification>"


def sending(message: str, recipients: str = "<gsm>33639980001</gsm>") -> str:
    return f"<sms>{LOGIN}<message>{message}</message><recipients>{recipients}</recipients></sms>"


def asked(document: str, account: Account = SIMON) -> Order | Refusal:
    request = Request("POST", "/API/apiV2.php", body=document.encode())
    opened = smsfactor.identify(request, "send")
    assert isinstance(opened, Opened), opened
    read = smsfactor.ACTIONS["send"].read(opened, account, NOW)
    assert isinstance(read, Order | Refusal)
    return read


def letter_of(more: str = "", text: str = "Bonjour", account: Account = SIMON) -> Letter:
    read = asked(sending(f"<sender>ACME</sender><text>{text}</text>{more}"), account)
    assert isinstance(read, Order), read
    return read.letters[0]


def test_an_ordinary_order_wants_what_the_provider_wants_by_default() -> None:
    """F10: a notification; STOP stops everything; silence is no end of its own."""
    read = asked(sending("<sender>ACME</sender><text>Bonjour</text>"))
    expected = Letter(
        text="Bonjour",
        numbers=[33_639_980_001],
        sender="ACME",
        code="36105",
        closest=NEAREST,
        opt_out=OptOut.always,
        silent_h=72,
        silence=Reason.silent,
    )
    fatal = frozenset({Reason.not_served, Reason.no_route})
    assert read == Order(dialect="smsfactor", letters=[expected], fatal=fatal)


@pytest.mark.parametrize("flag", ["", "<isFlash>0</isFlash>", "<isFlash>1</isFlash>"])
def test_a_flash_has_class_0(flag: str) -> None:
    """F4"""
    assert letter_of(flag).flash == ("1" in flag)


def test_a_wap_push_has_its_ports_and_no_class() -> None:
    """F4: a phone shows it its own way, so isFlash changes nothing."""
    letter = letter_of("<type>bookmark</type><bookmark>a.fr</bookmark><isFlash>1</isFlash>")
    assert (letter.udh, letter.alphabet, letter.flash) == (PORTS, Alphabet.binary, False)


@pytest.mark.parametrize(
    ("channel", "meant"),
    [
        ("", Channel.notification),
        ("notification", Channel.notification),
        ("marketing", Channel.marketing),
        ("international", Channel.international),
    ],
)
def test_the_account_says_what_its_messages_are(channel: str, meant: Channel) -> None:
    """F10: and its credit is counted in the same."""
    account = Account(id=1, login="simon", channel=channel)
    counted = smsfactor.ACTIONS["send"].left
    assert counted is not None
    assert (letter_of(account=account).channel, counted(account).channel) == (meant, meant)
    assert smsfactor.ACTIONS["report"].left is None


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("ëËêâîôûçÿ", "eEeaiouc" + "y"),
        ("é è à ù Ç ñ ß Ω", "é è à ù Ç ñ ß Ω"),
        ("’ ‘ ‚ ´ `", "' ' ' ' '"),
        ("« Été » “a” „b‟", '" Été " "a" "b"'),
        ("… – — ‑", "... - - -"),
        ("œ Œ Ĳ ﬁ ŀ", "oe OE IJ fi l."),
        ("½ ² ª № ™ ®", "1/2 2 a No TM (r)"),
        ("\u00a0\u2009\u202f.", "   ."),
        ("a\u200bb\u00adc", "abc"),
        ("α Σ ς Ρ", "A Σ Σ P"),
        ("Ａ１", "A1"),
        ("\x92\x80\x85\x81", "'€...?"),
        ("日本 😀 ж", "?? ? ?"),
        ("e\u0301 x\u0301", "é x"),
        ("10 € [a] {b} ~^|\\", "10 € [a] {b} ~^|\\"),
    ],
)
def test_a_letter_that_gsm_lacks_becomes_the_closest_one(given: str, sent: str) -> None:
    """F3: never UCS-2, and `?` where there is none close."""
    letter = letter_of(text=given)
    assert (closest(letter.text, letter.closest), letter.alphabet) == (sent, Alphabet.gsm)


def test_the_table_of_letters_holds_to_its_promise() -> None:
    """E10: what GSM 03.38 has is left alone, and replaced by that alone."""
    assert [chr(code) for code in NEAREST if chr(code) in gsm7.LETTERS] == []
    assert gsm7.LETTERS.issuperset("".join(NEAREST.values()))


@pytest.mark.parametrize("given", ["a&#13;&#10;b", "a&#13;b", "a&#10;b", "a\r\nb", "a\rb"])
def test_any_line_break_is_one_character(given: str) -> None:
    """F3"""
    assert letter_of(text=given).text == "a\nb"


@pytest.mark.parametrize("given", [" Bonjour ", "\n Bonjour", "<![CDATA[ Bonjour ]]>"])
def test_blanks_at_the_ends_of_a_text_stay(given: str) -> None:
    """F3"""
    bare = given.removeprefix("<![CDATA[").removesuffix("]]>")
    assert letter_of(text=given).text == bare


def test_a_time_to_come_is_kept_in_utc_and_a_past_one_is_now() -> None:
    """F5"""
    assert letter_of("<delay>2026-11-20T10:00:01</delay>").start == NOW + SECOND
    assert letter_of("<delay>2026-11-20T10:00:00</delay>").start == 0
    assert letter_of("<delay>2010-09-21T21:10:00</delay>").start == 0
    summer = letter_of("<delay>2027-07-01T12:00:00</delay>").start
    assert paris.utc_stamp(summer, paris.ISO) == "2027-07-01T10:00:00"


@pytest.mark.parametrize(
    ("rest", "taken"), [("&a=b", True), ("\n&", True), ("&a=b&XML=<sms/>", False), ("a&", False)]
)
def test_what_follows_a_vast_document_is_looked_at_like_that_of_a_small_one(
    rest: str, taken: bool
) -> None:
    """F1"""
    blanks = " " * (1 << 20)
    read = asked(
        "XML=" + sending("<sender>A</sender><text>B</text>" + blanks) + rest,
    )
    assert isinstance(read, Order) is taken


FORM = {"content-type": "application/x-www-form-urlencoded"}
PARTS = b'--b\r\nContent-Disposition: form-data; name="XML"\r\n\r\n<a>+</a>\r\n--b--\r\n'


@pytest.mark.parametrize(
    ("body", "headers", "query", "document"),
    [
        (b"", {}, b"", b""),
        (b"<a/>", FORM, b"XML=other", b"<a/>"),
        (b"XML=<a>+%41&amp;</a>", FORM, b"", b"<a>+%41&amp;</a>"),
        (b"XML=%3Ca%3E%2B+%2541%3C/a%3E", FORM, b"", b"<a>+ %41</a>"),
        (b"XML=%3Ca/%3E", {}, b"", b"<a/>"),
        (b"XML=%3Ca/%3E", {"content-type": "text/xml"}, b"", b"<a/>"),
        (b"a=1&XML=%3Ca/%3E&XML=%3Cb/%3E&XML=", FORM, b"", b"<b/>"),
        (b"a=1", FORM, b"XML=%3Ca/%3E", b"<a/>"),
        (b"XML=", FORM, b"XML=%3Ca/%3E", b"<a/>"),
        (b"xml=%3Ca/%3E", FORM, b"", b""),
        (PARTS, {"content-type": "multipart/form-data; boundary=b"}, b"", b"<a>+</a>"),
        (b"XML=" + b"&" * 3 + b"a&" * 100_001, FORM, b"", b""),
        (b"\xff\xfe<\x00", {}, b"", b"\xff\xfe<\x00"),
    ],
)
def test_the_document_is_found_wherever_clients_put_it(
    body: bytes, headers: dict[str, str], query: bytes, document: bytes
) -> None:
    """F1"""
    found = document_of(Request("POST", "/apiV2.php", query, headers, body))
    assert found.octets == document
    assert found.closer == (b"&" if body.startswith(b"XML=<") else b"")


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        ("<sms>", "no element found, line 1"),
        ("\n<sms>\n<&</sms>", "not well-formed (invalid token), line 2"),
        ("<push/>", "sms expected, line 1"),
        ("<sms/>", "no authentication, line 1"),
        ("<!DOCTYPE sms><sms/>", "a DTD, line 1"),
        ("<?xml version='1.0' encoding='klingon'?><sms/>", "unknown encoding, line 1"),
        ("<sms>&a;</sms>", "undefined entity, line 1"),
    ],
)
def test_what_is_wrong_with_a_document_stands_in_the_message(document: str, detail: str) -> None:
    """F2: and on which line."""
    request = Request("POST", "/apiV2.php", body=document.encode())
    refusal = smsfactor.identify(request, "send")
    assert refusal == Refusal(wrong={"xml": detail})
    answer = smsfactor.write_refused(refusal, "send", request, None, None)
    assert f"<message>Erreur XML : {detail}</message>" in answer.body.decode()


@pytest.mark.parametrize(
    ("refusal", "detail"),
    [
        (Refusal((Trouble.not_served,), "", {1: Trouble.not_served}), "gsm 2: 5511961234567"),
        (
            Refusal(
                (Trouble.not_served,),
                "",
                {2: Trouble.not_served, 0: Trouble.bad_number, 1: Trouble.not_served},
            ),
            "gsm 2: 5511961234567",
        ),
        (Refusal(wrong={"recipients": "gsm 3: é\r\n--><a>-"}), "gsm 3: ????-??a??"),
    ],
)
def test_a_list_with_an_error_says_where_in_a_comment(refusal: Refusal, detail: str) -> None:
    """F6: the first number that refuses the call, its place counted from 1."""
    numbers = "".join(f"<gsm>{n}</gsm>" for n in ("33639980001", "5511961234567", "5511"))
    request = Request("POST", "/apiV2.php", body=sending("", numbers).encode())
    opened = smsfactor.identify(request, "send")
    assert isinstance(opened, Opened)
    answer = smsfactor.write_refused(refusal, "send", request, opened, SIMON)
    assert b"<status>-5</status>" in answer.body
    assert answer.body.decode().endswith(f"</response><!-- {detail} -->")
    assert ElementTree.fromstring(answer.body).tag == "response"


def test_the_first_number_that_is_none_is_named() -> None:
    """F6"""
    read = asked(
        sending(
            "<sender>A</sender><text>B</text>",
            f"<gsm>33639980001</gsm><gsm> 06 39 </gsm><gsm>{'9' * 100}</gsm>",
        )
    )
    assert read == Refusal(wrong={"recipients": "gsm 2: 06 39"})


@pytest.mark.parametrize(
    ("left", "credits"), [(None, ""), (-1, "999999"), (0, "0"), (2_499, "2499")]
)
def test_credit_is_a_whole_number_or_nothing(left: int | None, credits: str) -> None:
    """F1 F2: without a bound it is never 0."""
    request = Request("POST", "/apiV2.php", body=sending("").encode())
    opened = smsfactor.identify(request, "send")
    assert isinstance(opened, Opened)
    opened.left = left
    refusal = Refusal((Trouble.no_credit,))
    answer = smsfactor.write_refused(refusal, "send", request, opened, SIMON)
    assert f"<credits>{credits}</credits>".encode() in answer.body


# --- what is told ---


def reply(text: str, number: int = 33_639_980_001, code: str = "36105") -> News:
    said = Reply(
        id=1,
        at=NOW,
        number=number,
        code=code,
        text=text,
        operator="20801",
        account=1,
        message=0,
        stop=0,
    )
    return News(
        subject=1,
        seq=1,
        event=Event.reply,
        state=State.delivered,
        reason=Reason.none,
        at=NOW,
        operator="",
        dialect="smsfactor",
        account=1,
        url="http://customer.example/inbox.php",
        form="",
        since=NOW,
        reply=said,
    )


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=3))
def test_any_reply_is_well_formed_and_comes_back_whole(said: list[tuple[str, str]]) -> None:
    """F8: but for the characters that XML cannot hold, whatever it says and to whatever code."""
    call = TOGETHER.tell([reply(text, code=code) for text, code in said], SIMON)
    assert call is not None
    (inbox,) = parse_qs(call.body.decode("ascii"), strict_parsing=True)["XML"]
    found = [(one.text or "", one.get("to")) for one in ElementTree.fromstring(inbox)]
    assert found == [(_held(text), _to(code)) for text, code in said]


def _held(text: str) -> str:
    """What an XML parser makes of it."""
    unfit = {*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF}
    kept = "".join(letter for letter in text if ord(letter) not in unfit)
    return kept.replace("\r\n", "\n").replace("\r", "\n")


def _to(code: str) -> str:
    return _held(code.removeprefix("+")).replace("\n", " ").replace("\t", " ")


def test_nothing_is_told_of_a_message_and_no_empty_inbox() -> None:
    """F8"""
    assert smsfactor.tell(reply("Oui"), SIMON) is None
    assert TOGETHER.tell([], SIMON) is None


def test_replies_are_told_to_the_inbox_or_to_what_stands_in_for_it() -> None:
    """F8"""
    own = {"smsfactor": {"inbox_url": "http://a/in"}}
    both = Account(id=1, login="s", callbacks="http://a/all", dialects=own)
    instead = Account(id=1, login="s", callbacks="http://a/all")
    told = [smsfactor.replies_to(account) for account in (both, instead, SIMON)]
    assert told == [
        Tell(urls=Urls(reply="http://a/in"), events=Event.reply),
        Tell(urls=Urls(reply="http://a/all"), events=Event.reply),
        Tell(),
    ]


@pytest.mark.parametrize("status", [0, 199, 201, 204, 301, 404, 500])
def test_only_200_is_heard(status: int) -> None:
    """F8"""
    assert not smsfactor.was_heard(reply("a"), Heard(status, b"OK"))
    assert smsfactor.was_heard(reply("a"), Heard(200, b"whatever"))


def test_replies_are_tried_again_for_three_days() -> None:
    """E40: at least two of them, whatever is answered."""
    news, at, tries, waits = reply("a"), NOW, 1, []
    while (wait := smsfactor.next_try(news, Heard(404), tries, at)) is not None:
        waits.append(wait)
        at += wait
        tries += 1
    first = [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR]
    assert waits[:7] == first
    assert set(waits[7:]) == {4 * HOUR}
    assert 2 * DAY < at - NOW <= 3 * DAY


# --- what nobody would send ---


def test_a_hundred_thousand_numbers_take_their_columns_and_little_more() -> None:
    """F6 F11: about 100 octets each for a number and its reference; what is ignored takes none."""
    many = "".join(f'<gsm gsmsmsid="r{n}">{33_600_000_000 + n}</gsm>' for n in range(100_000))
    whole = sending("<sender>A</sender><text>B</text>", many).encode()
    assert _peak(whole, 100_000) < 25 << 20
    ignored = sending("", "").replace("</sms>", "<x>" + "<y z=' 1 '>a</y>" * 400_000 + "</x></sms>")
    assert _peak(ignored.encode(), 0) < 1 << 20


def _peak(document: bytes, count: int) -> int:
    tracemalloc.start()
    try:
        call = read_xml(Found(document), "sms")
        assert isinstance(call, Document)
        assert len(call.numbers) == len(call.refs) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("start", "again"),
    [
        ("<a b='", "x" * 100),
        ("<", "x" * 100),
        ("<!--", "x" * 100),
        ("<a ", "".join(f"a{n}='' " for n in range(20))),
        ("", "".join(f"<a{n}/>" for n in range(2_000))),
        ("", "".join(f"<a a{n}=''/>" for n in range(2_000))),
    ],
    ids=["attribute", "name", "comment", "attributes", "names", "names of attributes"],
)
def test_what_a_parser_would_hold_whole_is_bounded(start: str, again: str) -> None:
    """F11: five megabytes of it are refused before a second one is kept."""
    document = f"<sms>{LOGIN}{start}{again * (5_000_000 // len(again))}".encode()
    tracemalloc.start()
    try:
        refusal = read_xml(Found(document), "sms")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(refusal, Refusal)
    assert refusal.wrong["xml"].partition(",")[0] in ("too long", "too many names")
    assert peak < 3 << 20


@given(st.integers(0, 30), st.integers(0, 40), st.integers(1, 64))
def test_where_a_document_is_cut_does_not_matter(before: int, long: int, octets: int) -> None:
    """F11: a tag that is no longer than a piece is whole, wherever it stands."""
    octets = max(octets, 30)
    ref = "r" * min(long, octets - 20)
    gsm = f'<gsm gsmsmsid="{ref}">33639980001</gsm>'
    document = sending(" " * before + "<text>é&amp;</text>", gsm * 2).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chappe.dialects.craft.xml_in.PIECE", octets)
        call = read_xml(Found(document), "sms")
    assert isinstance(call, Document), call
    assert (call.fields["text"], call.refs) == ("é&", [ref] * 2 if ref else [])


def test_a_huge_text_is_not_held() -> None:
    """F11: ten thousand characters say already that it is too long."""
    text = "<![CDATA[é]]>" * 500_000
    document = sending(f"<text>{text}</text>", "").encode()
    tracemalloc.start()
    try:
        call = read_xml(Found(document), "sms")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(call, Document)
    assert (call.long, peak < len(document) // 4) == ("text", True)


PIECES = st.sampled_from(
    [
        *("<sms>", "</sms>", "<deliveryreport>", "</deliveryreport>", LOGIN, "<authentication>"),
        *("</authentication>", "<username>", "</username>", "<message>", "</message>", "<text>"),
        *("</text>", "<sender>A</sender>", "<gsm>", "</gsm>", "<gsm gsmsmsid='&#10;'>", "<gsm/>"),
        *("<recipients>", "</recipients>", "33639980001", "0639980001", "<delay>x</delay>"),
        *("<![CDATA[", "]]>", "&amp;", "&lol;", "&#0;", "<!DOCTYPE a [", "]>", "<?a?>", "<!--"),
        *("<ticket gsmsmsid=''>1</ticket>", "<type>bookmark</type>", "<bookmark>a</bookmark>"),
        *("\0", "\ufeff", "é", "\r\n", "<a>" * 40, "<isFlash>1</isFlash>", "<?xml version='1.0'?>"),
        *("<?xml version='1.0' encoding='utf-16'?>", "<?xml version='1.0' encoding='cp037'?>"),
        sending("<sender>A</sender><text>B</text>"),
        sending("<sender>A</sender><text>B</text>")[:-6],
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_document_is_answered_with_a_value(document: str, charset: str) -> None:
    """F11 E55"""
    _answered(document.encode(charset, "replace"))


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_with_a_value(raw: bytes) -> None:
    """F11 E55"""
    _answered(raw)
    _answered(sending("<sender>A</sender><text>").encode() + raw)
    inside = sending("<sender>A</sender><text>B</text>").encode()
    _answered(inside[: len(raw)] + raw + inside[len(raw) :])


def _answered(document: bytes) -> None:
    """In each form, on each door: an order, a question or a refusal, and a response to that."""
    for (method, path), action in smsfactor.ROUTES.items():
        for body in (document, b"XML=" + document, b"XML=" + quote_plus(document).encode()):
            request = Request(method, path, document[:50], FORM, body)
            opened = smsfactor.identify(request, action)
            read: Any = opened
            if isinstance(opened, Opened):
                read = smsfactor.ACTIONS[action].read(opened, SIMON, NOW)
            if isinstance(read, Refusal):
                known = opened if isinstance(opened, Opened) else None
                answer = smsfactor.write_refused(read, action, request, known, None)
                assert answer.body.startswith(b"<response><status>-")
                assert all(value.isprintable() for _, value in answer.headers)
