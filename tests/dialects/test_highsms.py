"""HighSMS, its pure parts: letters, dates, variables, tries, and input that nobody would send."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects import highsms
from chappe.dialects.highsms.names import encoded
from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.json import read_json, unescaped
from chappe.dialects.highsms.read.letter import When, read_when
from chappe.dialects.highsms.read.tells import is_callable
from chappe.dialects.highsms.read.words import unhexed
from chappe.dialects.highsms.read.xml import read_xml
from chappe.dialects.highsms.tables.letters import CLOSEST, CLOSEST_LATIN
from chappe.dialects.highsms.tables.limits import XML_ERRORS
from chappe.dialects.shape import Opened
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.clock import DAY, HOUR, MINUTE
from chappe.words.exchange import Heard, Request
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import News
from chappe.words.number import Spelling, read
from chappe.words.order import Channel, Excess, Letter, Order, Tell
from chappe.words.text import closest

# Friday, 20 November 2026, 10:00:00 in Paris.
NOW = 1_795_165_200_000
FRED = Account(id=1, login="fred")


def order_of(push: dict[str, Any], account: Account = FRED) -> Order | Refusal:
    """A push read whole, as POST /campaign does it."""
    whole = {"push": {"accountid": "fred", "password": "x", **push}}
    request = Request("POST", "/campaign", body=msgspec.json.encode(whole))
    opened = highsms.identify(request, "campaign")
    assert isinstance(opened, Opened)
    read = highsms.ACTIONS["campaign"].read(opened, account, NOW)
    assert isinstance(read, Order | Refusal)
    return read


def letter_of(account: Account = FRED, **message: Any) -> Letter:
    read = order_of({"message": {"text": "a", "to": "0619896895", **message}}, account)
    assert isinstance(read, Order), read
    return read.letters[0]


def wrong_in(account: Account = FRED, **push: Any) -> tuple[str, ...]:
    message = {"text": "a", "to": "0619896895"}
    read = order_of({"message": message, **push}, account)
    return tuple(read.wrong) if isinstance(read, Refusal) else ()


def test_an_ordinary_order_wants_what_the_provider_wants_by_default() -> None:
    """H64: 24 hours are asked of the operator, and 72 hours of silence are expiry."""
    read = order_of({"ret_id": "P", "message": {"text": "a", "to": "0619896895"}})
    expected = Letter(
        text="a",
        numbers=[33_619_896_895],
        ref="P",
        purse="S",
        code="36105",
        zones=("france",),
        closest=CLOSEST,
        parts_max=255,
        excess=Excess.keep,
        validity_h=24,
        silent_h=72,
        silence=Reason.validity,
    )
    assert read == Order(
        dialect="highsms",
        letters=[expected],
        reference="P",
        fatal=frozenset(),
        facts={"one": "1"},
    )


@pytest.mark.parametrize(
    ("push", "one"),
    [
        ({}, "1"),
        ({"noone": True}, ""),
        ({"noone": 0}, "1"),
        ({"start_date": "2010-01-01"}, "1"),
        ({"start_date": "2027-01-01"}, ""),
        ({"stop_time": "20:00"}, ""),
    ],
)
def test_a_lone_recipient_now_is_a_one_shot(push: dict[str, Any], one: str) -> None:
    """H26"""
    read = order_of({"message": {"text": "a", "to": "0619896895"}, **push})
    assert isinstance(read, Order)
    assert read.facts.get("one", "") == one


def at(text: str) -> int:
    day = paris.date_of(text[:10])
    time = paris.time_of(text[11:])
    assert day is not None
    assert time is not None
    return paris.instant(datetime.combine(day, time))


@pytest.mark.parametrize(
    ("wanted", "when"),
    [
        (("", "", ""), When()),
        (("2026-11-20", "", ""), When()),
        (("2010-01-01", "", ""), When()),
        (("2010-01-01", "09:59", ""), When()),
        (("2010-01-01", "10:01", ""), When(at("2026-11-20 10:01"))),
        (("", "13 : 00:30", ""), When(at("2026-11-20 13:00:30"))),
        (("2026-11-21", "9:05", ""), When(at("2026-11-21 09:05"))),
        (("", "", "9:05"), When(0, 0, 545)),
        (("2026-11-21", "", ""), When(at("2026-11-21 00:00"))),
        (("2027-03-28", "02:30", ""), When(at("2027-03-28 03:30"))),
        (("", "", "12:00"), When(0, 0, 720)),
        (("", "20:00", "08:00"), When(at("2026-11-20 20:00"), 1200, 480)),
    ],
)
def test_dates_read_as_the_document_has_them(wanted: tuple[str, str, str], when: When) -> None:
    """H19, H20"""
    assert read_when(*wanted, NOW) == when


def test_variables_fields_and_messages_are_bounded() -> None:
    """H23 E55: what grows with the square of a call is refused, or not carried along."""
    params = [{"var": f"%{index}%", "value": "x"} for index in range(1_001)]
    to = {"value": "0619896895", "param": params}
    assert wrong_in(message={"text": "a", "to": to}) == ("bad_value",)
    shared = {"text": "a", "to": "0619896895", "param": params}
    assert wrong_in(message=shared) == ("bad_value",)
    assert wrong_in(message=[{}] * 10_001) == ("too_many",)
    assert wrong_in(message={**shared, "param": params[:1_000]}, far="away") == ()
    push = read_json(b'{"push":{"far":"away","name":"n","message":{"far":"away"}}}')
    assert isinstance(push, Push)
    assert (push.fields, push.messages[0].fields) == ({"name": "n"}, {})
    push = read_xml(b'<push far="away" name="n"><message far="away"/></push>')
    assert isinstance(push, Push)
    assert (push.fields, push.messages[0].fields) == ({"name": "n"}, {})


def test_a_url_that_is_too_long_is_not_remembered() -> None:
    """H55 E55: a thousand of them would be gigabytes."""
    is_callable.cache_clear()
    url = f"http://{'e.' * 5_000}fr"
    assert wrong_in(webhook_url=url) == ("url",)
    assert wrong_in(ret_url=url) == wrong_in(ret_mo_url=url) == ("url",)
    assert is_callable.cache_info().currsize == 0


@pytest.mark.parametrize("wrong", ["2026-02-30", "20014-12-12", "20/11/2026", "24:00", "noon"])
def test_what_is_no_date_or_time_is_none(wrong: str) -> None:
    """H19"""
    assert [read_when(wrong, "", "", NOW), read_when("", wrong, "", NOW)] == [None, None]
    assert read_when("", "", wrong, NOW) is None


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("ÇÉÄÖÑÜÅÆØàèéìòùñöüäåæøß§£¥¡¿@$_^{}\\[~]|€", None),
        ("çêëâîïôûÀÈÊ", "ceeaiiouAEE"),
        ("`¢¦¨©ª«¬®¯\u00ad°º²³¹´µ·¸»×", "?c¡\"Ca<!R--oo23i'u.,>x"),
        ("÷±¶¼½¾ðÐþÞ", "?" * 10),
        ("\t\u00a0\x1b\x00\f", "  ??\f"),
        ("\x7f\x80¤", "\n€€"),
        ("ΔΦΓΛΩΠΨΣΘΞ", "?" * 10),
        ("’“”–…œŒ", '\'""-...oeOE'),
        ("漢😀", "??"),
    ],
)
def test_letters_become_the_closest_of_the_table(text: str, leaves: str | None) -> None:
    """H30, E10"""
    assert closest(text, CLOSEST) == (text if leaves is None else leaves)


HOME = Spelling.PLUS | Spelling.ZEROS | Spelling.HOME | Spelling.NATIONAL | Spelling.SHORT


@given(st.from_regex(r"((\+|00|)(33|262|590|594|596)|0|)[67][0-9]{8}", fullmatch=True))
def test_what_can_be_french_is_french(text: str) -> None:
    """H28: whatever else begins with the same digits."""
    assert letter_of(to=text).numbers == [read(text, HOME)]
    assert read(text, HOME)


@pytest.mark.parametrize("sign", ["+", "00", ""])
def test_a_countrys_code_needs_no_sign(sign: str) -> None:
    """H28: three clients write it so."""
    assert letter_of(to=f"{sign}221771234567").numbers == [221_771_234_567]


@pytest.mark.parametrize(
    ("text", "latin", "utf_8"),
    [
        ("été 10 €", b"\xe9t\xe9 10 \x80", "été 10 €".encode()),
        ("’ “a” „b‟ – — … œ Œ ﬁ Š ẽ", b'\' "a" "b" - - ... oe OE fi S e', None),
        ("Ω Δ 日 🙂 \ud800", b"? ? ? ? ?", None),
        ("\x80\xa4", b"\x80\xa4", b"\xc2\x80\xc2\xa4"),
    ],
)
def test_what_is_told_in_latin_has_the_closest_letters(
    text: str, latin: bytes, utf_8: bytes | None
) -> None:
    """H30: and the document's octet for the euro sign."""
    assert encoded(text, "iso-8859-1") == latin
    assert encoded(text, "utf-8") == (utf_8 or text.encode("utf-8", "replace"))


def test_every_letter_of_the_table_stands_in_latin() -> None:
    """H30: and none of them is in it already."""
    for letter, closest_one in CLOSEST_LATIN.items():
        assert letter > "\xff"
        assert closest_one.encode("iso-8859-1")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("&lt;&amp;&gt;&quot;&eacute;&#233;&#xE9;", '<&>"ééé'),
        ("R&D &nope; &copy=1 &#xD800; &#0;", "R&D &nope; &copy=1 &#xD800; &#0;"),
    ],
)
def test_entities_are_decoded_and_a_bare_ampersand_stands(given: str, meant: str) -> None:
    """H12"""
    assert unescaped(given) == meant


@pytest.mark.parametrize("wrong", ["", "00", "004", "zzzz", "d83d", "00 42", "%00%4"])
def test_hexadecimal_that_is_none_is_none(wrong: str) -> None:
    """H24"""
    assert unhexed(wrong) is None


@pytest.mark.parametrize(
    ("route", "channel", "zones"),
    [
        ("b", Channel.marketing, ("france",)),
        ("S", Channel.notification, ("france",)),
        ("g", Channel.international, ()),
        ("P", Channel.international, ("overseas",)),
        ("", Channel.notification, ("france",)),
    ],
)
def test_a_route_is_a_channel_and_where_it_leads(
    route: str, channel: Channel, zones: tuple[str, ...]
) -> None:
    """H1"""
    wishes = {"routes": ["B", "S", "G", "P"]}
    account = Account(id=1, login="marie", dialects={"highsms": wishes})
    letter = letter_of(account, route_type=route)
    assert (letter.channel, letter.zones) == (channel, zones)
    assert letter.purse == (route.upper() or "S")


def test_what_a_message_sets_wins_over_the_push() -> None:
    """H16"""
    message = {"text": "a", "to": "0619896895", "sender": "MINE", "class_type": 0}
    read = order_of({"sender": "THEIRS", "start_date": "2027-01-01", "message": [message]})
    assert isinstance(read, Order)
    letter = read.letters[0]
    assert (letter.sender, letter.flash, letter.start) == ("MINE", True, at("2027-01-01 00:00"))


def test_every_trouble_of_a_call_is_found_and_the_first_one_is_hinted_at() -> None:
    """H31"""
    message = {"text": "", "to": "", "sender": "1FOE", "start_date": "x"}
    read = order_of({"message": message, "route_type": "X", "nb_sms": "-1"})
    assert isinstance(read, Refusal)
    assert read == Refusal(
        wrong={
            "recipient": "",
            "date": "",
            "sender": "",
            "route": "route_type",
            "bad_value": "nb_sms",
            "missing": "text",
        }
    )


def test_ten_thousand_recipients_pass_and_one_more_does_not() -> None:
    """H22"""
    number = "0619896895"
    assert wrong_in(message=[{"text": "a", "to": [number] * 5_000}] * 2) == ()
    more = [{"text": "a", "to": [number] * 5_000}, {"text": "a", "to": [number] * 5_001}]
    assert wrong_in(message=more) == ("too_many",)


@pytest.mark.parametrize(
    ("mine", "wishes", "expected"),
    [
        ({}, {}, Tell()),
        ({"ret_url": "http://c/s"}, {}, ("http://c/s", "", "c", "w")),
        (
            {"ret_url": "http://c/s", "webhook_url": "http://c/w"},
            {},
            ("http://c/w", "http://c/w", "w", "w"),
        ),
        (
            {"ret_url": "http://c/s"},
            {"webhook_url": "http://a/w", "ret_mo_url": "http://a/m"},
            ("http://c/s", "http://a/w", "c", "w"),
        ),
        ({}, {"ret_mo_url": "http://a/m"}, ("", "http://a/m", "w", "c")),
    ],
)
def test_urls_rank_from_the_call_to_the_account(
    mine: dict[str, str], wishes: dict[str, str], expected: Any
) -> None:
    """H55"""
    tell = letter_of(Account(id=1, login="fred", dialects={"highsms": wishes}), **mine).tell
    if expected == Tell():
        assert tell == expected
    else:
        assert (tell.urls.status, tell.urls.reply, *tell.form) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "customer.example",
        "ftp://customer.example",
        "http://",
        "http://a b.example",
        "http://c.example:99999",
        "https://x.hcnx.eu/RetrieveFilterStatus.php?target_ret_url=http://c.example",
    ],
)
def test_what_we_could_not_call_is_refused(wrong: str) -> None:
    """H51"""
    assert not is_callable(wrong)
    assert wrong_in(webhook_url=wrong) == ("url",)


def news(since: int = NOW) -> News:
    return News(
        1, 1, Event.final, State.delivered, Reason.none, NOW, "", "highsms", 1, "", "", since=since
    )


def test_any_2xx_is_heard_and_nothing_else() -> None:
    """H67"""
    heard = [status for status in range(600) if highsms.was_heard(news(), Heard(status))]
    assert heard == list(range(200, 300))


def test_tries_go_on_for_a_day_with_growing_pauses() -> None:
    """H67"""
    tries, now, pauses = 0, NOW, []
    while (wait := highsms.next_try(news(), Heard(503), tries + 1, now)) is not None:
        tries, now = tries + 1, now + wait
        pauses.append(wait)
    assert pauses == sorted(pauses)
    assert pauses[:3] == [10_000, MINUTE, 5 * MINUTE]
    assert NOW + DAY - 4 * HOUR < now <= NOW + DAY


@pytest.mark.parametrize(("status", "tries"), [(404, 3), (400, 3), (408, 4), (429, 4), (0, 4)])
def test_a_refusal_that_is_not_passing_counts_three_times(status: int, tries: int) -> None:
    """H67"""
    waits = [highsms.next_try(news(), Heard(status), n, NOW) for n in range(1, 5)]
    assert [wait is not None for wait in waits].count(True) == (2 if tries == 3 else 4)


def test_every_error_of_the_documents_list_has_its_name() -> None:
    """H15"""
    assert {"XML_ERROR_TAG_MISMATCH", "XML_ERROR_EXTERNAL_ENTITY_HANDLING"} <= set(
        XML_ERRORS.values()
    )


def test_a_document_of_many_empty_messages_stays_small() -> None:
    """H15"""
    push = read_xml(b'<push accountid="f">' + b"<message/>" * 50_000 + b"</push>")
    assert not isinstance(push, Refusal)
    assert len(push.messages) <= 10_000 < push.recipients


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["push", "message", "to", "value", "ret_id", "param", "var", "text", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(ANY_JSON)
def test_any_json_is_answered_with_a_value(tree: Any) -> None:
    """E55"""
    raw = msgspec.json.encode(tree)
    for request in (Request("POST", "/campaign", body=raw), Request("POST", "/api", body=raw)):
        _asked(request)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_with_a_value(raw: bytes) -> None:
    """E55"""
    read_json(raw)
    read_xml(raw)
    read_xml(b"<push>" + raw)
    _asked(Request("POST", "/api", raw, {}, raw))
    _asked(Request("GET", "/campaign/status", b"accountid=f&password=p&push_id=" + raw))


def _asked(request: Request) -> None:
    action = highsms.ROUTES[request.method, request.path]
    opened = highsms.identify(request, action)
    if isinstance(opened, Opened):
        read = highsms.ACTIONS[action].read(opened, FRED, NOW)
        if isinstance(read, Refusal):
            highsms.write_refused(read, action, request, opened, FRED)
    else:
        highsms.write_refused(opened, action, request, None, None)
