"""A vast document means what a small one means, though it is read in another way."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects import highsms, smsfactor
from chappe.dialects.shape import Dialect, Opened
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.exchange import Request
from chappe.words.order import Order

NOW = 1_795_165_200_000
OWN = Account(id=1, login="fred")
ALL_ARE_VAST = {"vast": 0, "piecewise": 0}
PUSH = '<push accountid="fred" password="é" sender="ACME">'
SMS = "<sms><{0}><username>fred</username><password>é</password></{0}>"
MESSAGE = "<message><sender>ACME</sender><text>é</text></message>"
GSM = "<recipients><gsm gsmsmsid='r'>33639980001</gsm><gsm>4915112345678</gsm></recipients>"


def read(dialect: Dialect, path: str, body: bytes, kind: str = "") -> tuple[object, object]:
    """Who claims to ask, what is asked."""
    action = dialect.ROUTES["POST", path]
    opened = dialect.identify(Request("POST", path, b"", {"content-type": kind}, body), action)
    if isinstance(opened, Refusal):
        return None, opened
    asked = dialect.ACTIONS[action].read(opened, OWN, NOW)
    assert isinstance(opened, Opened)
    return (None if isinstance(asked, Refusal) else opened.claim), asked


def both(dialect: Dialect, path: str, body: bytes, kind: str = "") -> list[tuple[object, object]]:
    """Read as it is, and as if it were vast."""
    small = read(dialect, path, body, kind)
    with pytest.MonkeyPatch.context() as patch:
        for place, limits in (
            ("highsms.read.document", highsms.LIMITS),
            ("smsfactor.read", smsfactor.LIMITS),
        ):
            patch.setattr(f"chappe.dialects.{place}.LIMITS", {**limits, **ALL_ARE_VAST})
        patch.setattr("chappe.dialects.highsms.read.document._SIZE", 1)
        patch.setattr("chappe.dialects.highsms.read.json._WHOLE", 40)
        return [small, read(dialect, path, body, kind)]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
@pytest.mark.parametrize(
    "said",
    [
        f"{PUSH}<message><text>été</text><to>0612345678</to><to ret_id='r'>0612</to></message>"
        "<message sender='B'><param var='N' value='v'/><text>N</text><to>0612345678</to></message>"
        "</push>",
        f"\n<!-- first -->{PUSH}<message><text>A</text><to>0612345678</to></message></push>\n",
        f"{PUSH}<message><text>A</text>",
        f"{PUSH}<message><text>R&D</text></message></push>",
        f"{PUSH}</push>",
        '<push action="cancel_campaign" accountid="fred" password="é" ext_id="r"/>',
        "<push><message/></push>",
        "<pull/>",
        "<!-- nothing -->",
        "<?xml version='1.0' encoding='klingon'?><push/>",
    ],
)
def test_a_vast_call_as_xml(said: str, charset: str) -> None:
    """H10 H15"""
    small, vast = both(highsms, "/api", said.encode(charset))
    assert small == vast


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
@pytest.mark.parametrize(
    "tree",
    [
        {
            "push": {
                "message": [
                    {"text": "été", "to": ["0612345678", {"value": "061", "ret_id": "r"}]},
                    {"text": "N", "to": {"r1": "0612345678"}, "param": [{"var": "N", "value": 1}]},
                ],
                "accountid": "fred",
                "password": "é",
            },
        },
        {"hmac": "00", "push": {"accountid": "fred", "password": "é", "text": "a", "to": "061"}},
        {"accountid": "fred", "password": "é", "text": "a", "to": ["0612345678"] * 9},
        {"accountid": "fred", "password": "é", "message": [{"text": "a", "to": [{}]}]},
        {"accountid": "fred", "password": "é", "message": []},
        {"accountid": "fred", "password": "é", "message": [1]},
        {"accountid": "fred", "password": "é", "message": [[[]]]},
        {"accountid": "fred", "password": "é", "sender": {}},
        {"push": []},
        [],
    ],
)
def test_a_vast_call_as_json(tree: Any, charset: str) -> None:
    """H11 H12"""
    raw = json.dumps(tree, ensure_ascii=False).encode(charset)
    for path in ("/campaign", "/api"):
        small, vast = both(highsms, path, raw)
        assert small == vast


def test_a_vast_call_in_a_variable_has_its_signature_beside_it() -> None:
    """H5"""
    said = '{"accountid":"fred","password":"x","text":"a","to":"0612345678"}'
    form = "application/x-www-form-urlencoded"
    for body in (f"hmac=00&json={said}", f"hmac=00&xml={PUSH}</push>"):
        small, vast = both(highsms, "/api", body.encode(), form)
        assert small == vast


@pytest.mark.parametrize("login", ["authentication", "authentification"])
@pytest.mark.parametrize(
    "said",
    [
        SMS + MESSAGE + GSM + "</sms>",
        "<sms>" + MESSAGE + GSM + SMS.removeprefix("<sms>") + "</sms>",
        SMS + MESSAGE + "</sms>",
        SMS + MESSAGE + GSM,
        SMS + MESSAGE + GSM.replace("336", "x") + "</sms>",
        SMS + SMS.removeprefix("<sms>") + MESSAGE + GSM + "</sms>",
        "<sms>" + MESSAGE + GSM + "</sms>",
        "<sms><{0}></{0}></sms>",
        "<mms/>",
    ],
)
def test_a_vast_document_of_the_other_provider(said: str, login: str) -> None:
    """F1 F6 F11"""
    body = said.format(login).encode()
    small, vast = both(smsfactor, "/API/apiV2.php", body)
    assert small == vast


@given(st.lists(st.sampled_from(["33639980001", "4915112345678", "x"]), max_size=30))
def test_many_numbers_are_held_as_they_came(given: list[str]) -> None:
    """F6: together, in their order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chappe.dialects.craft.texts._TOGETHER", 3)
        patch.setattr("chappe.dialects.smsfactor.read.letter._FEW", 3)
        many = "".join(f"<gsm>{number}</gsm>" for number in given)
        body = f"{SMS}{MESSAGE}<recipients>{many}</recipients></sms>".format("authentication")
        _, asked = read(smsfactor, "/API/apiV2.php", body.encode())
    if "x" in given:
        assert isinstance(asked, Refusal)
        assert asked == Refusal(wrong={"recipients": f"gsm {given.index('x') + 1}: x"})
    elif given:
        assert isinstance(asked, Order)
        assert [*asked.letters[0].numbers] == [int(number) for number in given]


@pytest.mark.parametrize("more", [0, 1])
def test_more_variables_than_a_call_may_have_are_refused(more: int) -> None:
    """H23 E55: in either form, a recipient's own together with those for all."""
    param = '<param var="a" value=""/>'
    inner = f"{param * more}<text>A</text>" + f"<to>0612345678{param * 1_000}</to>" * 200
    said = f"{PUSH}<message>{inner}</message></push>"
    own = [{"var": str(number)} for number in range(1_000)]
    message = {
        "text": "A",
        "param": own[:more],
        "to": [{"value": "0612345678", "param": own}] * 200,
    }
    push = {"accountid": "fred", "password": "x", "message": [message]}
    for path, body in (("/api", said.encode()), ("/campaign", json.dumps(push).encode())):
        _, asked = read(highsms, path, body)
        wrong = asked.wrong if isinstance(asked, Refusal) else {}
        assert wrong == ({"bad_value": "too many param"} if more else {})


def test_references_stand_beside_their_numbers_where_any_has_one() -> None:
    """F6"""
    gsms = [f"<gsm{ref}>33639980001</gsm>" for ref in ("", " gsmsmsid='b'", "")]
    refs = []
    for some in (gsms, gsms[:1], gsms[1:]):
        body = f"{SMS}{MESSAGE}<recipients>{''.join(some)}</recipients></sms>"
        _, asked = read(smsfactor, "/API/apiV2.php", body.format("authentication").encode())
        assert isinstance(asked, Order)
        refs.append([*asked.letters[0].refs])
    assert refs == [["", "b", ""], [], ["b", ""]]
