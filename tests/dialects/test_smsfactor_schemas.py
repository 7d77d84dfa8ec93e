"""The schemas that are served say what the server takes: the same documents, and no others."""

from itertools import permutations

import pytest
import xmlschema

from chappe.dialects import smsfactor
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.exchange import Request

NOW = 1_795_165_200_000
SIMON = Account(id=1, login="simon")
SCHEMAS = {
    action: xmlschema.XMLSchema10(smsfactor.PAGES[path].body.decode())
    for action, path in (
        ("send", "/API/smsfactor.xsd"),
        ("report", "/API/deliveryreport.xsd"),
    )
}
LOGINS = ("authentication", "authentification")
SAID = {
    "sender": "ACME",
    "text": "Bonjour",
    "isFlash": "0",
    "type": "longSMS",
    "bookmark": "",
    "delay": "2030-01-01T10:00:00",
}


def sending(
    login: str = LOGINS[0], *, gsm: str = "<gsm>33639980001</gsm>", **more: str | None
) -> str:
    """A sending with these elements; None leaves one out."""
    said = {**SAID, **more}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in said.items() if text is not None)
    return _sms(_login(login), f"<message>{inner}</message>", f"<recipients>{gsm}</recipients>")


def _sms(*parts: str) -> str:
    return f"<sms>{''.join(parts)}</sms>"


def _login(name: str = LOGINS[0], user: str = "simon", password: str = "x") -> str:
    return f"<{name}><username>{user}</username><password>{password}</password></{name}>"


def report(ticket: str, login: str = LOGINS[0]) -> str:
    message = f"<message>{ticket}</message>" if ticket else ""
    return f"<deliveryreport>{_login(login)}{message}</deliveryreport>"


def taken(document: str, action: str) -> bool:
    request = Request("POST", "/API/apiV2.php", body=document.encode())
    opened = smsfactor.identify(request, action)
    if not isinstance(opened, Opened):
        return False
    return not isinstance(smsfactor.ACTIONS[action].read(opened, SIMON, NOW), Refusal)


RECIPIENTS = "<recipients><gsm>33639980001</gsm></recipients>"
MESSAGE = "<message><sender>ACME</sender><text>Bonjour</text></message>"

TAKEN = [
    *(sending(login) for login in LOGINS),
    *(sending(**{name: ""}) for name in ("isFlash", "type", "bookmark", "delay")),
    *(
        sending(LOGINS[0], gsm="<gsm>33639980001</gsm>", **{name: None})
        for name in ("isFlash", "type", "bookmark", "delay")
    ),
    sending(sender="A.B-C_D E 9"),
    sending(sender="  ABCDEFGHIJK "),
    sending(sender="-A"),
    sending(sender="33612345678"),
    sending(text="a" * 1120),
    sending(text=" a "),
    sending(text="<![CDATA[<b>]]>"),
    sending(text="é" * 1120),
    sending(isFlash="1"),
    sending(isFlash=" 1 "),
    sending(type="bookmark", bookmark="www.smsfactor.com"),
    sending(type="longSMS", bookmark="www.smsfactor.com"),
    sending(type="bookmark", bookmark="a" * 1000),
    sending(delay="2010-09-21T21:10:00"),
    sending(delay="2028-02-29T23:59:59"),
    sending(gsm="<gsm>33639980001</gsm>" * 3),
    sending(gsm="<gsm> +33 6.39-98 00 01\n</gsm>"),
    sending(gsm="<gsm gsmsmsid=''>0033639980001</gsm>"),
    sending(gsm="<gsm>0639980001</gsm><gsm> 07.39-98 00 01 </gsm>"),
    sending(gsm=f'<gsm gsmsmsid="{"é" * 255}">33639980001</gsm>'),
    *(_sms(*parts) for parts in permutations((_login(), MESSAGE, RECIPIENTS))),
    _sms(
        "<authentication><password>x</password><username>simon</username></authentication>",
        "<message><text>Bonjour</text><type/><sender>ACME</sender></message>",
        RECIPIENTS,
    ),
]
REFUSED = [
    "<push/>",
    "<sms/>",
    _sms(MESSAGE, RECIPIENTS),
    _sms(_login(user=""), MESSAGE, RECIPIENTS),
    _sms(_login(password=" "), MESSAGE, RECIPIENTS),
    _sms(_login(), _login(), MESSAGE, RECIPIENTS),
    _sms(_login(), RECIPIENTS),
    _sms(_login(), MESSAGE),
    _sms(_login(), MESSAGE, MESSAGE, RECIPIENTS),
    _sms(_login(), MESSAGE, RECIPIENTS, RECIPIENTS),
    sending("Authentication"),
    *(sending(**{name: ""}) for name in ("sender", "text")),
    *(
        sending(LOGINS[0], gsm="<gsm>33639980001</gsm>", **{name: None})
        for name in ("sender", "text")
    ),
    sending(sender="ABCDEFGHIJKL"),
    sending(sender="ACMÉ"),
    sending(sender="A+B"),
    sending(sender="..."),
    sending(text="a" * 1121),
    sending(text=" \n "),
    sending(text="a<b/>"),
    sending(isFlash="2"),
    sending(isFlash="true"),
    sending(type="LongSMS"),
    sending(type="wap"),
    sending(bookmark="a" * 1001, type="bookmark"),
    sending(delay="2030-02-30T10:00:00"),
    sending(delay="2030-01-01 10:00:00"),
    sending(delay="2030-01-01T10:00:00Z"),
    sending(delay="2030-01-01T24:00:00"),
    sending(delay="2030-01-01T10:00:60"),
    sending(gsm=""),
    sending(gsm="<gsm></gsm>"),
    *(sending(gsm=f"<gsm>{odd}</gsm>") for odd in ("0139980001", "063998000", "06399800011")),
    sending(gsm="<gsm>abc</gsm>"),
    sending(gsm="<gsm>3363</gsm>"),
    sending(gsm="<gsm>3363998000112345</gsm>"),
    sending(gsm=f'<gsm gsmsmsid="{"x" * 256}">33639980001</gsm>'),
]


@pytest.mark.parametrize("document", TAKEN)
def test_what_the_server_takes_is_valid(document: str) -> None:
    """F9"""
    assert (SCHEMAS["send"].is_valid(document), taken(document, "send")) == (True, True)


@pytest.mark.parametrize("document", REFUSED)
def test_what_the_server_refuses_is_not_valid(document: str) -> None:
    """F9"""
    assert (SCHEMAS["send"].is_valid(document), taken(document, "send")) == (False, False)


@pytest.mark.parametrize(
    ("document", "good"),
    [
        *((report("<ticket>1</ticket>", login), True) for login in LOGINS),
        (report("<ticket gsmsmsid=' '> 12 </ticket>"), True),
        (report(f'<ticket gsmsmsid="{"x" * 255}">1</ticket>'), True),
        (report(f'<ticket gsmsmsid="{"x" * 256}">1</ticket>'), False),
        (report("<ticket/>"), False),
        (report("<ticket>x</ticket>"), False),
        (report(f"<ticket>{'9' * 19}</ticket>"), False),
        (report("<ticket>1</ticket><ticket>2</ticket>"), False),
        (report(""), False),
        (sending(), False),
    ],
)
def test_questions_are_valid_where_the_server_takes_them(document: str, good: bool) -> None:
    """F9"""
    assert (SCHEMAS["report"].is_valid(document), taken(document, "report")) == (good, good)


def test_both_paths_serve_the_same() -> None:
    """F9: for https and for http."""
    pages = smsfactor.PAGES
    assert pages["/API/smsfactor.xsd"] == pages["/smsfactor.xsd"]
    assert pages["/API/deliveryreport.xsd"] == pages["/deliveryreport.xsd"]
    assert {page.type for page in pages.values()} == {"text/xml; charset=UTF-8"}
