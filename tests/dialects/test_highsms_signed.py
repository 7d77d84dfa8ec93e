"""HighSMS, signatures: PHP's query letter for letter, and the vectors of both forms of the HMAC."""

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects import highsms
from chappe.dialects.highsms.read.signed import (
    build_flat_query,
    build_query,
    sent_in,
    shown,
    signed,
)
from chappe.dialects.shape import Opened
from chappe.words.account import Account, Proof
from chappe.words.answer import Refusal
from chappe.words.exchange import Request

KEYS = {"highsms.hmac_key": b"azertyuiop", "highsms.api_key": b"azertyuiop"}
WRONG = Refusal(wrong={"signature": ""})
PUSH = {
    "accountid": "HIGH_TEST",
    "message": [{"text": "Message de test", "to": [{"value": "+33629519546"}]}],
}
QUERY = (
    "push%5Baccountid%5D=HIGH_TEST&push%5Bmessage%5D%5B0%5D%5Btext%5D=Message+de+test"
    "&push%5Bmessage%5D%5B0%5D%5Bto%5D%5B0%5D%5Bvalue%5D=%2B33629519546"
)
WITH_PUSH = "6a757c118a0abdc8a765fbb48f1d6b87a1a353f6b71664621b775bb88772fa4f"
WITHOUT_PUSH = "013e4fcbf45f1790f7d2e25aa5f603ecc28f52fe0870270a735ec96f091a4f7a"
DEPRECATED = "d181b7b30b7fd44724e132318e462a6f094472287de1dc88290ae4d4db59d362"
STAT = b"accountid=HIGH_PUSH&password=xpasswordx&push_id=1871011352&hmac="


def holds(proof: Proof) -> bool:
    """An account that shares the keys above."""
    key = KEYS.get(proof.key, b"")
    return any(
        hmac.new(key, text + key if proof.ends_in_key else text, proof.algorithm).hexdigest()
        == proof.given.strip().lower()
        for text in proof.texts
    )


def account(**settings: Any) -> Account:
    return Account(id=1, login="HIGH_TEST", dialects={"highsms": {"hmac": "required", **settings}})


def asked(request: Request, wishes: Account) -> Refusal | None:
    """What the signature of a request is worth to an account."""
    opened = highsms.identify(request, highsms.ROUTES[request.method, request.path])
    assert isinstance(opened, Opened), opened
    opened.holds = holds
    return signed(opened, wishes)


def campaign(tree: Any, **headers: str) -> Request:
    token = {"x-auth-token": "azerty", **headers}
    return Request("POST", "/campaign", headers=token, body=msgspec.json.encode(tree))


def sha256(text: str) -> str:
    return hmac.new(b"azertyuiop", text.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("fields", "query"),
    [
        ({}, ""),
        ({"push": PUSH}, QUERY),
        ({"a": "", "b": None, "c": [], "d": {}, "e": [{}, None, []]}, "a="),
        ({"a": True, "b": False, "c": 0, "d": -12, "e": "0"}, "a=1&b=0&c=0&d=-12&e=0"),
        ({"t": "été ~ a+b&c=d/*'(!)\"<>\x00\n"},
         "t=%C3%A9t%C3%A9+%7E+a%2Bb%26c%3Dd%2F%2A%27%28%21%29%22%3C%3E%00%0A"),
        ({"s": "-_.", "漢": "😀", "a b": {"c[d]": "~"}},
         "s=-_.&%E6%BC%A2=%F0%9F%98%80&a+b%5Bc%5Bd%5D%5D=%7E"),
        ({"z": [[1, [2]], {"0": 3, "": 4}], "a": "x"},
         "z%5B0%5D%5B0%5D=1&z%5B0%5D%5B1%5D%5B0%5D=2&z%5B1%5D%5B0%5D=3&z%5B1%5D%5B%5D=4&a=x"),
        ({"list": ["a", None, "c"]}, "list%5B0%5D=a&list%5B2%5D=c"),
    ],
)  # fmt: skip
def test_a_query_is_the_one_that_php_builds(fields: dict[str, Any], query: str) -> None:
    """H5: nested lists, booleans, null, empty lists, unicode, `~`, the order as received"""
    assert build_query(fields).decode() == query


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.5, "1.5"),
        (1000.0, "1000"),
        (0.0, "0"),
        (-0.0, "-0"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.33333333333333"),
        (0.0001, "0.0001"),
        (0.00001, "1.0E-5"),
        (1.25e-7, "1.25E-7"),
        (99_999_999_999_999.0, "99999999999999"),
        (1e14, "1.0E+14"),
        (1e20, "1.0E+20"),
        (-1.5e300, "-1.5E+300"),
        (2**63 - 1, "9223372036854775807"),
        (2**63, "9.2233720368548E+18"),
        (-(2**63) - 1, "-9.2233720368548E+18"),
    ],
)
def test_a_number_is_written_as_php_writes_it(number: float, text: str) -> None:
    """H5"""
    assert shown(number) == text
    assert build_query({"n": number}).decode() == f"n={text.replace('+', '%2B')}"


FLAT = st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=9), max_size=5)


@given(FLAT)
def test_a_query_reads_back_as_what_it_was_built_from(fields: dict[str, str]) -> None:
    """H5"""
    query = build_query(fields)
    raw = {name.encode(): value.encode() for name, value in fields.items()}
    assert build_flat_query(raw) == query
    assert dict(parse_qsl(query.decode(), keep_blank_values=True)) == fields


@pytest.mark.parametrize(
    "tree",
    [
        {"push": {**PUSH, "hmac": WITH_PUSH}},
        {"push": {"hmac": WITH_PUSH.upper(), **PUSH}},
        {"push": PUSH, "hmac": WITH_PUSH},
        {"push": {**PUSH, "hmac": WITHOUT_PUSH}},
        {**PUSH, "hmac": WITHOUT_PUSH},
    ],
)
def test_the_recommended_form_verifies_with_and_without_its_push(tree: Any) -> None:
    """H5: both vectors"""
    assert asked(campaign(tree), account()) is None


def test_what_is_changed_after_signing_no_longer_verifies() -> None:
    """H5, H7"""
    message = {"text": "Message de test!", "to": [{"value": "+33629519546"}]}
    forged = {"push": {**PUSH, "message": [message], "hmac": WITH_PUSH}}
    assert asked(campaign(forged), account()) == WRONG
    added = {"push": {**PUSH, "sender": "MINE", "hmac": WITH_PUSH}}
    assert asked(campaign(added), account()) == WRONG


def test_the_order_is_the_one_received() -> None:
    """H5"""
    turned = {"message": PUSH["message"], "accountid": "HIGH_TEST"}
    assert asked(campaign({"push": {**turned, "hmac": WITH_PUSH}}), account()) == WRONG
    right = sha256(build_query({"push": turned}).decode())
    assert asked(campaign({"push": {**turned, "hmac": right}}), account()) is None


@pytest.mark.parametrize(
    ("query", "body"),
    [
        (b"accountid=a&password=b&text=a%20b&to=%2B33629519546&name=&hmac=%s", b""),
        (b"accountid=x&password=b&text=a+b", b"accountid=a&to=%2B33629519546&name=&hmac=%s"),
    ],
)
def test_flat_parameters_are_signed_as_php_would_write_them(query: bytes, body: bytes) -> None:
    """H5"""
    right = sha256("accountid=a&password=b&text=a+b&to=%2B33629519546&name=").encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    query, body = query.replace(b"%s", right), body.replace(b"%s", right)
    assert asked(Request("POST", "/api", query, kind, body), account()) is None
    forged = query.replace(b"text=a", b"text=b")
    assert asked(Request("POST", "/api", forged, kind, body), account()) == WRONG


def test_a_document_in_a_variable_is_signed_inside_or_beside() -> None:
    """H5, H11"""
    inside = build_flat_query({b"json": msgspec.json.encode({"push": {**PUSH, "hmac": WITH_PUSH}})})
    beside = build_flat_query({b"json": msgspec.json.encode({"push": PUSH})})
    xml = b'<push accountid="HIGH_TEST"><message><text>a</text><to>0619896895</to></message></push>'
    document = build_flat_query({b"xml": xml})
    token = {"x-auth-token": "azerty"}
    for query in (
        inside,
        beside + b"&hmac=" + sha256(beside.decode()).encode(),
        beside + b"&hmac=" + WITH_PUSH.encode(),
        document + b"&hmac=" + sha256(document.decode()).encode(),
    ):
        assert asked(Request("GET", "/api", query, token), account()) is None
    assert asked(Request("GET", "/api", document, token), account()) == WRONG


def test_the_deprecated_form_verifies_the_documents_own_example() -> None:
    """H6"""
    request = Request("GET", "/campaign/status", STAT + DEPRECATED.encode())
    assert asked(request, account()) is None
    assert asked(request, account(hmac_algo="md5")) == WRONG
    forged = request.query.replace(b"1871011352", b"1871011353")
    assert asked(Request("GET", "/campaign/status", forged), account()) == WRONG


def test_the_algorithm_of_the_deprecated_form_is_the_accounts() -> None:
    """H6"""
    text = b"HIGH_PUSH&xpasswordx&1871011352&azertyuiop"
    digest = hmac.new(b"azertyuiop", text, "md5").hexdigest().encode()
    request = Request("GET", "/campaign/status", STAT + digest)
    assert asked(request, account(hmac_algo="md5")) is None
    assert asked(request, account()) == WRONG


def pushed(xml: bool, hmac_of: str) -> Request:
    given = {
        "sender": "MONDOR",
        "password": "xpasswordx",
        "accountid": "HIGH_TEST",
        "ret_id": "Push_Mondor_324",
        "ret_url": "https://customer.example/RetrieveStatus.php",
        "ret_mo_url": "",
        "hmac": sha256(hmac_of),
    }
    if xml:
        attributes = " ".join(f'{name}="{value}"' for name, value in given.items())
        return Request("POST", "/api", body=f"<push {attributes}><message/></push>".encode())
    return campaign({"push": {**given, "message": {"ret_id": "not counted"}}})


@pytest.mark.parametrize("xml", [False, True])
def test_an_empty_value_counts_or_is_left_out_in_the_order_of_the_call(xml: bool) -> None:
    """H6"""
    url = "https://customer.example/RetrieveStatus.php"
    left_out = f"xpasswordx&HIGH_TEST&Push_Mondor_324&{url}&azertyuiop"
    counted = f"xpasswordx&HIGH_TEST&Push_Mondor_324&{url}&&azertyuiop"
    assert asked(pushed(xml, left_out), account()) is None
    assert asked(pushed(xml, counted), account()) is None
    sorted_by_name = f"HIGH_TEST&xpasswordx&Push_Mondor_324&{url}&azertyuiop"
    assert asked(pushed(xml, sorted_by_name), account()) == WRONG


def test_nothing_of_the_six_is_nothing_to_sign() -> None:
    """H6: else one signature, once seen, would stand for any call by token"""
    tree = {"push": {"message": PUSH["message"], "hmac": sha256("azertyuiop")}}
    assert asked(campaign(tree), account()) == WRONG


def test_each_form_has_a_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """H5, H6"""
    recommended = campaign({"push": {**PUSH, "hmac": WITH_PUSH}})
    deprecated = Request("GET", "/campaign/status", STAT + DEPRECATED.encode())
    monkeypatch.setitem(KEYS, "highsms.api_key", b"other")
    assert (asked(recommended, account()), asked(deprecated, account())) == (None, WRONG)
    monkeypatch.setitem(KEYS, "highsms.hmac_key", b"other")
    monkeypatch.setitem(KEYS, "highsms.api_key", b"azertyuiop")
    assert (asked(recommended, account()), asked(deprecated, account())) == (WRONG, None)


@pytest.mark.parametrize(
    ("hmac_setting", "token_needs", "given", "passes"),
    [
        ("off", False, "", True),
        ("off", False, "wrong", True),
        ("off", True, "", False),
        ("off", True, "wrong", False),
        ("off", True, WITH_PUSH, True),
        ("optional", False, "", True),
        ("optional", False, "wrong", False),
        ("optional", False, WITH_PUSH, True),
        ("optional", True, "", False),
        ("required", False, "", False),
        ("required", False, "wrong", False),
        ("required", True, WITH_PUSH, True),
    ],
)
def test_token_and_hmac_go_together_or_alone_as_the_account_is_set(
    hmac_setting: str, token_needs: bool, given: str, passes: bool
) -> None:
    """H4, H7"""
    wishes = account(hmac=hmac_setting, token_needs_hmac=token_needs)
    tree = {"push": {**PUSH, "hmac": given}}
    assert asked(campaign(tree), wishes) == (None if passes else WRONG)


def test_a_password_needs_no_hmac_where_only_the_token_does() -> None:
    """H4"""
    query = b"accountid=HIGH_TEST&password=x&text=a&to=0619896895"
    wishes = account(hmac="off", token_needs_hmac=True)
    assert asked(Request("GET", "/api", query), wishes) is None


def test_a_call_that_is_not_signed_keeps_nothing_to_read_a_second_time() -> None:
    """H7"""
    unsigned = highsms.identify(campaign({"push": PUSH}), "campaign")
    assert type(unsigned) is Opened
    assert signed(unsigned, account(hmac="optional")) is None
    assert signed(unsigned, account()) == WRONG


@given(st.binary(max_size=120), st.booleans())
def test_whatever_was_opened_can_be_looked_at_again(raw: bytes, in_documents: bool) -> None:
    """H7"""
    for body in (raw, b'<push hmac="1" accountid="' + raw):
        request = Request("POST", "/api", raw, {}, body)
        if isinstance(highsms.identify(request, "submit"), Opened):
            sent_in(request, in_documents)
