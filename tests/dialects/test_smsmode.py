"""sMsmode, its pure parts: input that nobody would send, and a sentence for whatever refuses it.

The sentences are typed from the provider's document and the contract, and from nothing of ours.
"""

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects import smsmode
from chappe.dialects.shape import Opened
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from chappe.words.exchange import Request, Response
from chappe.words.order import Order

# Friday, 20 November 2026, 10:00:00 in Paris.
NOW = 1_795_165_200_000
SONIA = Account(id=1, login="sonia")
FORM = {"content-type": "application/x-www-form-urlencoded"}
PARTS = {"content-type": "multipart/form-data; boundary=b"}
PATHS = sorted({path for _, path in smsmode.ROUTES})
KEYS = "/http/2.0/createAuthorisation.do"

CODED = re.compile("(?:31|32|33|35|41|50|61) \\| [^|\n]+\n")
CODES = {
    "bad_credentials": "32",
    "account_pending": "32",
    "account_suspended": "32",
    "account_closed": "32",
    "bad_address": "32",
    "not_now": "50",
    "draining": "50",
    "too_often": "50",
    "queue_full": "50",
    "fault": "31",
    "wrong_method": "35",
    "no_credit": "33",
}


def said_of(response: Response) -> str:
    """The code, wherever the call has it."""
    if response.type == "application/json":
        error = json.loads(response.body)["error"]
        assert [*error] == ["code", "description"]
        code: str = error["code"]
        return code
    assert (response.status, response.type) == (200, "text/plain; charset=ISO-8859-15")
    text = response.body.decode("iso-8859-15")
    assert CODED.fullmatch(text), text
    assert "?" not in text
    return text.partition(" ")[0]


@pytest.mark.parametrize("trouble", Trouble, ids=lambda trouble: trouble.name)
def test_every_call_has_a_sentence_for_whatever_refuses_it(trouble: Trouble) -> None:
    """S23: also for what should never befall it."""
    codes = {
        said_of(
            smsmode.write_refused(
                Refusal((trouble,)), action, Request("GET", "/http/1.6/a.do"), None, SONIA
            )
        )
        for action in smsmode.ACTIONS
    }
    if trouble.name in CODES:
        assert codes == {CODES[trouble.name]}


def test_only_who_is_nobody_is_told_so_by_the_status() -> None:
    """S1, S23: with us away, the key that asks for another one is as good as before."""
    statuses = {
        trouble.name: smsmode.write_refused(
            Refusal((trouble,)), "authorise", Request("GET", KEYS), None, None
        ).status
        for trouble in Trouble
    }
    strangers = {name for name, code in CODES.items() if code == "32"}
    assert statuses == {
        trouble.name: 401 if trouble.name in strangers else 200 for trouble in Trouble
    }


@pytest.mark.parametrize(
    ("query", "claim"),
    [
        ("accessToken=k&pseudo=sonia&pass=mot", Claim(key="k")),
        ("pseudo=sonia&pass=mot&accessToken=k", Claim(key="k")),
        ("accessToken=&pseudo=sonia&pass=mot", Claim(login="sonia", secret="mot")),
        ("pseudo=sonia&pass=%E9", Claim(login="sonia", secret="é")),
        ("pseudo=sonia&pass=%C3%A9&classe_msg=9", Claim(login="sonia", secret="é")),
        ("pseudo=sonia", None),
        ("pass=mot", None),
        ("", None),
    ],
)
def test_a_key_goes_before_a_pseudo_with_its_pass(query: str, claim: Claim | None) -> None:
    """S24"""
    found = smsmode.identify(Request("GET", "/http/1.6/credit.do", query.encode()), "credit")
    assert (found.claim if isinstance(found, Opened) else None) == claim


PIECES = st.sampled_from(
    [
        *("numero=0639980001", "numero=,%00,", "numero=%2B33639980001,x", "numero=0033", "numero"),
        *("message=a", "message=%E9%A4", "message=%00", "message=", "message=%ED%A0%80|"),
        *("classe_msg=9", "classe_msg=4", "classe_msg=%00", "classe_msg=2", "groupe=amis"),
        *("date_envoi=24122026-18:00", "date_envoi=31112026", "date_envoi=%B2", "emetteur=ACME"),
        *("emetteur=%E9", "nbr_msg=1", "nbr_msg=%B2", "stop=1", "stop=2", "refClient=%00"),
        *("notification_url=http://a/", "notification_url=http://%5B", "notification_url=%00"),
        *("notification_url_reponse=http://a:99999/", "notification_url=http://a:x/"),
        *("title=a", "language=en-GB", "language=%DD", "smsID=S7EpYZ5kmS87", "smsID=%E9", "smsID"),
        *("offset=1", "offset=%B2", "start=1", "start=-", "startDate=01112026-00:00"),
        *("endDate=02112026-00:00", "endDate=%00", "nom=a", "mobile=0639980001", "mobile=%00"),
        *("groupes=a,,b", "date=01012000", "date=%00", "newPseudo=a", "newPseudo=%00", "newPass=b"),
        *(
            "pseudoToDelete=a",
            "targetPseudo=b",
            "creditAmount=1",
            "creditAmount=%B9",
            "creditAmount",
        ),
        *(
            "fichier=numero,message%0A0639980001,a",
            "fichier=numero%0A%22",
            "fichier=%00",
            "fichier",
        ),
        *("=", "&&", "%", "%zz", "%00=%00", "\r\n", "numero[]=1"),
    ]
)
CHARSETS = st.sampled_from(["utf-8", "utf-16", "cp1252"])


@given(st.sampled_from(PATHS), st.lists(PIECES, max_size=12).map("&".join), CHARSETS)
def test_any_call_is_answered_with_a_value(path: str, form: str, charset: str) -> None:
    """S24 E55"""
    answered(Request("POST", path, b"accessToken=k", FORM, form.encode(charset, "replace")))


@given(st.sampled_from(PATHS), st.binary(max_size=200))
def test_any_octets_are_answered_with_a_value(path: str, raw: bytes) -> None:
    """S24 E55"""
    for request in requests(path, raw):
        answered(request)


@given(
    st.lists(
        st.sampled_from(
            [*b'\n\r",;\t \0\xe9\xff', *b"numero message emetteur refClient", *b"0639980001A"]
        ),
        max_size=60,
    ).map(bytes)
)
def test_any_file_is_answered_with_a_value(raw: bytes) -> None:
    """S19 E55"""
    for head in (b"", b"numero,message\n", b"numero;message;emetteur\r\n", b"message,numero,x\r"):
        answered(in_parts("/http/1.6/sendSMSBatch.do", head + raw))


def requests(path: str, raw: bytes) -> Iterator[Request]:
    yield Request("POST", path, raw, FORM, b"accessToken=k")
    yield Request("POST", path, b"accessToken=k", FORM, raw)
    yield Request("POST", path, b"accessToken=k", PARTS, raw)
    yield Request("POST", path, b"accessToken=k&numero=0639980001&message=" + raw)
    yield Request("POST", path, b"accessToken=k&message=a&numero=" + raw)
    yield Request("POST", path, b"accessToken=k&smsID=" + raw)
    yield in_parts(path, raw)


def in_parts(path: str, file: bytes) -> Request:
    head = b'--b\r\nContent-Disposition: form-data; name="fichier"; filename="a"\r\n\r\n'
    return Request("POST", path, b"accessToken=k", PARTS, head + file + b"\r\n--b--\r\n")


def answered(request: Request) -> None:
    """A question, an order or a refusal, and an answer to what is wrong with it."""
    action = smsmode.ROUTES[request.method, request.path]
    found = smsmode.identify(request, action)
    if isinstance(found, Refusal):
        assert said_of(smsmode.write_refused(found, action, request, None, None)) == "35"
        return
    asked = smsmode.ACTIONS[found.action].read(found, SONIA, NOW)
    if isinstance(asked, Order):
        assert asked.wrong == {}
        assert all(letter.numbers or letter.group_name for letter in asked.letters)
    elif isinstance(asked, Refusal):
        code = said_of(smsmode.write_refused(asked, found.action, request, found, SONIA))
        assert code in ("35", "61")
