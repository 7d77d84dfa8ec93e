"""Octopush, its pure parts: what no page can show, and input that nobody would send."""

import json
from urllib.parse import quote_plus
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects import octopush
from chappe.dialects.octopush.names import Sending
from chappe.dialects.octopush.tables import COUNTED, Error
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.exchange import MAIL, Request
from chappe.words.lifecycle import Event, Reason
from chappe.words.order import Channel, Crowd, Excess, Hours, Letter, OptOut, Order, Tell, Urls

# Friday, 20 November 2026, 10:00:00 in Paris.
NOW = 1_795_165_200_000
OLIVIA = Account(id=1, login="olivia")
FORM = {"content-type": "application/x-www-form-urlencoded"}
ORDINARY = {
    "user_login": "olivia@example.org",
    "api_key": "key",
    "sms_recipients": "+33639980001",
    "sms_text": "Bonjour STOP au XXXXX",
    "sms_type": "FR",
    "sms_sender": "ACME",
}
QUESTIONS = ("balance", "balance_json", "credit", "credit_json")
SENDINGS = ("sms", "sms_json", "simulated", "simulated_json")


def opened(fields: dict[str, str], action: str = "sms") -> Opened[Sending]:
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in fields.items())
    found = octopush.identify(Request("POST", "/api/sms", b"", FORM, body.encode()), action)
    assert isinstance(found, Opened), found
    return found


def order(account: Account = OLIVIA, **more: str) -> Order:
    read = octopush.ACTIONS["sms"].read(opened({**ORDINARY, **more}), account, NOW)
    assert isinstance(read, Order), read
    return read


def said(refusal: Refusal, action: str, account: Account | None = OLIVIA) -> str:
    """The number of the error, in whichever form it is worded."""
    request = Request("POST", "/api/sms")
    body = octopush.write_refused(refusal, action, request, None, account).body
    if "json" in action:
        assert [*json.loads(body)] == ["error_code"]
        return str(json.loads(body)["error_code"])
    root = ElementTree.fromstring(body)
    assert (root.tag, [one.tag for one in root]) == ("octopush", ["error_code"])
    return root[0].text or ""


def test_an_ordinary_order_wants_what_the_provider_wants_by_default() -> None:
    """O8 O9 O21: marketing that waits for its hours; other types than LowCost wait with a crowd."""
    assert order() == Order(
        dialect="octopush",
        letters=[
            Letter(
                text="Bonjour STOP au 36105",
                numbers=[33_639_980_001],
                sender="ACME",
                code="36105",
                channel=Channel.marketing,
                weights=COUNTED,
                excess=Excess.refuse,
                hours=Hours.wait,
                opt_out=OptOut.always,
                silent_h=72,
                tell=Tell(Urls(), Event.nothing, "n"),
            )
        ],
        apart=frozenset({Reason.bad_number, Reason.not_served, Reason.no_quality, Reason.no_route}),
        fatal=frozenset({Reason.too_long}),
        crowd=Crowd.boundless,
    )


@pytest.mark.parametrize("action", QUESTIONS)
def test_what_merely_asks_knows_no_other_word_for_what_is_ours_than_125(action: str) -> None:
    """O20: balance and credit know 100, 108, 109, 101, 114, 113 and 125 only."""
    troubles = (Trouble.fault, Trouble.not_now, Trouble.draining)
    assert [said(Refusal((one,)), action) for one in troubles] == ["125"] * 3


@pytest.mark.parametrize("action", SENDINGS)
def test_a_store_that_is_away_takes_no_submissions(action: str) -> None:
    """O21"""
    assert said(Refusal((Trouble.not_now,)), action) == "116"
    assert said(Refusal((Trouble.fault,)), action) == "125"


def test_too_little_credit_is_another_thing_while_a_top_up_is_under_way() -> None:
    """O21: and nothing else is."""
    pending = Account(id=1, login="olivia", topup_pending=True)
    for trouble, number in ((Trouble.no_credit, "105"), (Trouble.duplicate, "120")):
        assert said(Refusal((trouble,)), "sms", pending) == number
    assert said(Refusal((Trouble.no_credit,)), "sms", None) == "104"


def test_a_text_of_one_sms_is_measured_as_it_is_sent() -> None:
    """O22: with the account's code in it, and with each recipient's values."""
    wishes = {"octopush": {"lowcost_one_part": True}}
    short = Account(id=1, login="o", short_code="361", dialects=wishes)
    fits = "STOP au XXXXX" + "x" * 149  # 162 letters, of which two go
    assert order(short, sms_type="XXX", sms_text=fits).wrong == {}
    assert order(short, sms_type="XXX", sms_text=fits + "x").wrong == {Error.long_lowcost: ""}
    merged = order(short, sms_type="XXX", sms_text="{prenom}" * 21, recipients_last_names="Ada")
    assert (merged.wrong, merged.letters[0].parts_max) == ({}, 1)


PIECES = st.sampled_from(
    [
        *("user_login=o", "api_key=k", "sms_text=a", "sms_type=XXX", "sms_type=FR", "sms_sender=A"),
        *("sms_recipients=%2B33639980001", "sms_recipients=,", "sms_recipients=a,,%00", "=", "&"),
        *("recipients_first_names=a,b", "sms_fields_1={nom}", "request_mode=simu", "sms_mode=2"),
        *("sending_date=1e9", "sending_time=99999999999", "sending_period=-1", "with_replies=1"),
        *(
            "request_keys=TRMYSDabcdeWNQ",
            "request_sha1=%ED%A0%80",
            "request_id=%FF",
            "msisdn_sender",
        ),
        *("sms_text=%ED%A0%80", "sms_text={nom}{ch1}", "\ufeff", "%", "\r\n\r\n", "start=start&"),
        *(
            "&end=end",
            "Subject: user_login@a&api_key=b\r\n",
            "Content-Type: multipart/x;boundary=b",
        ),
        "&".join(f"{name}={quote_plus(value)}" for name, value in ORDINARY.items()),
    ]
)


@given(st.lists(PIECES, max_size=12).map("&".join), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_form_is_answered_with_a_value(form: str, charset: str) -> None:
    """O1 E55"""
    _answered(form.encode(charset, "replace"))


@given(st.binary(max_size=200))
def test_any_octets_are_answered_with_a_value(raw: bytes) -> None:
    """O1 E55"""
    _answered(raw)
    _answered(b"user_login=o&api_key=k&sms_type=FR&sms_recipients=1&sms_text=" + raw)


def _answered(body: bytes) -> None:
    """By each door: an order, a question or a refusal, and a response to that."""
    for (method, path), action in octopush.ROUTES.items():
        headers = {} if method == MAIL else FORM
        request = Request(method, path, body[:50], headers, body)
        found = octopush.identify(request, action)
        if isinstance(found, Opened):
            asked = octopush.ACTIONS[found.action].read(found, OLIVIA, NOW)
            assert not isinstance(asked, Refusal)
        else:
            assert said(found, action, None) in ("100", "108", "109")


def test_a_list_of_next_to_nothing_but_wrong_numbers_is_wrong_as_a_whole() -> None:
    """O18 O19: it would be told at many times its length; whatever ordinary lists hold is read."""
    few, many = ("+33639980001" + ",a" * count for count in (100_001, 100_002))
    assert (order(sms_recipients=few).wrong, len(order(sms_recipients=few).letters)) == ({}, 1)
    assert order(sms_recipients=many).wrong == {Error.all_wrong: ""}
    assert order(sms_recipients=many, sms_fields_1="," * 100_001).wrong == {
        Error.merge: "sms_fields_1",
        Error.all_wrong: "",
    }
    as_many = "+33639980001," * 100_000 + "a," * 100_000
    assert order(sms_recipients=as_many).wrong == {}
