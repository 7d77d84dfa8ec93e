"""The callback page: one line per call, whatever comes."""

import json
import re
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from chappe.listen import json_of, line_of, raw_of
from chappe.words.exchange import Request
from tests.cli.running import Running, fetch, running

REPLY = '<sms from="%s" to="36105" date="2026-06-01 12:03:01"><![CDATA[%s]]></sms>'
OUI, STOP = REPLY % ("33639980041", "OUI &"), REPLY % ("33639980040", "a]]]]><![CDATA[>b")
ONE, TWO = f"<inbox>{OUI}</inbox>", f"<inbox>{OUI}{STOP}</inbox>"

DEMO = (
    "--port",
    "0",
    "--sftp-port",
    "0",
    "--smtp-port",
    "0",
    "--console-port",
    "0",
    "--data",
    "kept",
)
TICKET = b"message_id=api1&number=%2B33639980001"
ENDED = b"tel=0639980011&libelle=x&statut=2&code_erreur=101&id=7&operateur=ORAN&tracker="
ANSWERED = b"tel=0639980041&id_retour=7&msg_sms=Pr%EAt%20!&tracker=x"  # in ISO-8859-15
NOON = 1_780_308_181_000  # 2026-06-01 12:03:01 in Paris

WEBHOOK = (
    b'{"event":{"event_status":"DLR","event_http_id":1,"event_date":"2026-06-01 12:03:01"},'
    b'"sms":{"sms_msisdn":"+33639980001","sms_status":"RECEIVED","sms_message":"Bonjour"}}'
)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (
            Request("POST", "/callbacks", body=WEBHOOK),
            "highsms DLR  +33639980001  RECEIVED  Bonjour",
        ),
        (
            Request("GET", "/a", b"push_id=7&ret_id=&to=%2B33639980001&status=6&text=Bonjour"),
            "highsms status  +33639980001  6  Bonjour",
        ),
        (
            Request("GET", "/a", b"FROM=%2B33639980040&TO=36105&MESSAGE=STOP&ORIG_ID=7"),
            "highsms reply  +33639980040  to 36105  STOP",
        ),
        (
            Request("POST", "/in", body=b"XML=" + quote_plus(ONE).encode()),
            "smsfactor inbox  33639980041  to 36105  OUI &",
        ),
        (
            Request("POST", "/in", body=b"XML=" + quote_plus(TWO).encode()),
            "smsfactor inbox  33639980041, 33639980040  to 36105  OUI & | a]]>b",
        ),
        (
            Request("POST", "/in", body=TICKET + b"&status=DELIVERED&delivery_date=2026"),
            "octopush receipt  +33639980001  DELIVERED",
        ),
        (
            Request("POST", "/in", body=b"number=%2B33639980040&text=Stop+!&stop_date=2026"),
            "octopush stop  +33639980040  STOP  Stop !",
        ),
        (
            Request("POST", "/in", body=TICKET + b"&text=Oui&sms_ticket=api1&answer_date=2026"),
            "octopush reply  +33639980001  reply  Oui",
        ),
        (
            Request("GET", "/in", b"numero=33639980011&date_reception=x&statut=3522&smsID=a1"),
            "smsmode receipt  33639980011  3522",
        ),
        (
            Request(
                "GET", "/in", b"numero=36034&message=Pr%EAt+%A4&emetteur=33639980041&responseID=b"
            ),
            "smsmode reply  33639980041  reply  Prêt €",
        ),
        (Request("GET", "/in", ENDED), "isendpro receipt  0639980011  2 (101)"),
        (Request("GET", "/in", ANSWERED), "isendpro reply  0639980041  reply  Prêt !"),
        (Request("POST", "/in", body=TICKET), f"unknown POST /in  {TICKET.decode()}"),
        (Request("POST", "/in", body=b"XML=%3Cinbox%3E"), "unknown POST /in  XML=%3Cinbox%3E"),
        (Request("GET", "/where", b"a=1&b=2"), "unknown GET /where  a=1&b=2"),
        (Request("POST", "/where", body=b"\x1b[2J\nno"), r"unknown POST /where  \x1b[2J\nno"),
        (Request("POST", "/where", body=b"{" * 99), f"unknown POST /where  {'{' * 57}..."),
        (Request("POST", "/where"), "unknown POST /where"),
    ],
)
def test_each_call_is_one_line_of_what_it_says(request_: Request, words: str) -> None:
    assert line_of(request_, NOON) == f"12:03:01  callback  {words}"


def test_raw_shows_method_path_and_body_as_they_came() -> None:
    """E40: what a customer's own program is going to see."""
    request = Request("POST", "/in", b"a=%20b", body=b'{"a":\n "\x1b[2Jb"}')
    assert raw_of(request, NOON).splitlines() == [
        "12:03:01  POST /in?a=%20b",
        '    {"a":',
        r'     "\x1b[2Jb"}',
    ]
    lines = raw_of(Request("POST", "/in", body=b"x\n" * 300), NOON).splitlines()
    assert (len(lines), lines[-1]) == (202, "    ...")
    long = raw_of(Request("POST", "/in", body=b"x" * 99_999), NOON)
    assert (len(long) < 17_000, long.endswith("...")) == (True, True)


def test_json_is_one_object_a_line() -> None:
    request = Request("POST", "/in", b"a=b", {"content-type": "text/xml"}, b"<a>\n\xc3\xa9</a>")
    assert (json.loads(json_of(request, NOON)), "\n" in json_of(request, NOON)) == (
        {
            "at": "2026-06-01 12:03:01",
            "method": "POST",
            "path": "/in",
            "query": "a=b",
            "type": "text/xml",
            "body": "<a>\né</a>",
        },
        False,
    )


@pytest.mark.parametrize("command", ["listen", "demo"])
def test_both_forms_can_be_asked_for(tmp_path: Path, command: str) -> None:
    for option, shown in (
        ("--raw", "  POST /a?b=c\n    Bonjour\n"),
        ("--json", '"body": "Bonjour"'),
    ):
        with running(tmp_path, command, option, *arguments(command)) as page:
            fetch(f"{address(page, command)}/a?b=c", "POST", "Bonjour")
            page.prints(shown)


@pytest.mark.parametrize("command", ["listen", "demo"])
def test_a_call_is_answered_so_that_it_counts_as_heard(tmp_path: Path, command: str) -> None:
    """I11: else the next two o'clock would bring it again, three times."""
    with running(tmp_path, command, *arguments(command)) as page:
        url = address(page, command)
        assert fetch(f"{url}/in?{ENDED.decode()}") == (200, "validation")
        assert fetch(f"{url}/in", "POST", WEBHOOK.decode()) == (200, "OK")
        assert fetch(f"{url}/a?b=c") == (200, "OK")


def test_it_answers_what_it_was_told_to(tmp_path: Path) -> None:
    """Whoever it is that calls."""
    args = ("listen", "--port", "0", "--answer", "probleme", "--status", "202")
    with running(tmp_path, *args) as page:
        url = address(page, "listen")
        assert fetch(f"{url}/in?{ENDED.decode()}") == (202, "probleme")
        assert fetch(f"{url}/a?b=c") == (202, "probleme")
        page.prints("callback  unknown GET /a  b=c\n")


def arguments(command: str) -> tuple[str, ...]:
    return ("--port", "0") if command == "listen" else ("--listen-port", "0", *DEMO)


def address(page: Running, command: str) -> str:
    """Where it says that it takes callbacks."""
    page.prints("Callbacks come to" if command == "demo" else "Listening for")
    found = re.search(r"(?:come to|callbacks at) (http://[\d.:]+)", page.out)
    assert found is not None
    return found[1]
