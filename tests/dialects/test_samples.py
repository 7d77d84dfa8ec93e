"""The demo's page knows whose call it is, and says in a line what it tells."""

import pytest

from chappe.demo import demo_config
from chappe.demo.calls import told
from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect, Sample, ToldCall
from chappe.words.exchange import Heard, Request
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import News
from tests.journeys import plain
from tests.spoken import SPOKEN

WEBHOOK = (
    b'{"event":{"event_status":"DLR"},"sms":{"sms_msisdn":"+33639980001",'
    b'"sms_status":"RECEIVED","sms_message":"Bonjour","sms_response":""}}'
)
ANSWERED = WEBHOOK.replace(b"DLR", b"MO").replace(b'sponse":""', b'sponse":"Oui"')
STATUS = b"push_id=1&to=%2B33639980001&status=6&text=Bonjour"
REPLY = b"FROM=%2B33639980041&TO=36105&MESSAGE=OUI&ORIG_ID=1"
INBOX = (
    b"XML=%3Cinbox%3E"
    b"%3Csms+from%3D%221%22+to%3D%222%22+date%3D%22d%22%3E%3C!%5BCDATA%5BOui%5D%5D%3E%3C/sms%3E"
    b"%3Csms+from%3D%223%22+to%3D%222%22+date%3D%22d%22%3E%3C!%5BCDATA%5BNon%5D%5D%3E%3C/sms%3E"
    b"%3C/inbox%3E"
)

RECEIPT = (
    b"message_id=api000000000001&number=%2B33639980001&status=DELIVERED"
    b"&delivery_date=2026-11-20+10%3A00%3A01"
)
ASKED_TO_STOP = b"number=%2B33639980040&text=STOP&stop_date=2026-11-20+10%3A00%3A01"
WRITTEN = (
    b"message_id=api000000000001&number=%2B33639980041&text=OUI&sms_ticket=api000000000001"
    b"&answer_date=2026-11-20+10%3A00%3A01"
)
GONE = (
    b"tel=0639980001&libelle=Message%20a%20destination%20de%200639980001&statut=2&code_erreur=107"
    b"&date=2026-11-20&heure=10:00:01&id=1&operateur=SFR&tracker=essai"
)
ANSWER = b"tel=0639980041&id_retour=1&msg_sms=STOP%20SMS&tracker=compte12_5874"
NOTIFIED = (
    b"numero=33639980001&date_reception=2026-11-20+10%3A00%3A01&statut=11&smsID=S7EpYZ5kmS87"
    b"&refClient=12azer34&mcc_mnc=20801"
)
REPLIED = (
    b"numero=36034&message=Bien+re%E7u&emetteur=33639980041&date_reception=20112026-100001"
    b"&smsID=abcd1234efgh&responseID=azertyu12345"
)
# To a code alone: no SMS is answered.
WROTE = b"numero=36034&message=OUI&emetteur=33639980041&date_reception=20112026-100001&responseID=a"


@pytest.mark.parametrize(
    ("query", "body", "said"),
    [
        (b"", WEBHOOK, ToldCall("highsms", "DLR", "+33639980001", "RECEIVED", "Bonjour")),
        (b"", ANSWERED, ToldCall("highsms", "MO", "+33639980001", "RECEIVED", "Oui")),
        (STATUS, b"", ToldCall("highsms", "status", "+33639980001", "6", "Bonjour")),
        (b"", REPLY, ToldCall("highsms", "reply", "+33639980041", "to 36105", "OUI")),
        (b"", INBOX, ToldCall("smsfactor", "inbox", "1, 3", "to 2", "Oui | Non")),
        (b"", RECEIPT, ToldCall("octopush", "receipt", "+33639980001", "DELIVERED", "")),
        (b"", ASKED_TO_STOP, ToldCall("octopush", "stop", "+33639980040", "STOP", "STOP")),
        (b"", WRITTEN, ToldCall("octopush", "reply", "+33639980041", "reply", "OUI")),
        (GONE, b"", ToldCall("isendpro", "receipt", "0639980001", "2 (107)", "")),
        (ANSWER, b"", ToldCall("isendpro", "reply", "0639980041", "reply", "STOP SMS")),
        (NOTIFIED, b"", ToldCall("smsmode", "receipt", "33639980001", "11", "")),
        (REPLIED, b"", ToldCall("smsmode", "reply", "33639980041", "reply", "Bien reçu")),
        (WROTE, b"", ToldCall("smsmode", "reply", "33639980041", "reply", "OUI")),
        (b"a=1", b"", ToldCall("unknown", "POST /x", "", "", "a=1")),
        (b"", b"{}", ToldCall("unknown", "POST /x", "", "", "{}")),
        (b"", b"XML=%3Cinbox%3E", ToldCall("unknown", "POST /x", "", "", "XML=%3Cinbox%3E")),
        (b"", b"{", ToldCall("unknown", "POST /x", "", "", "{")),
    ],
)
def test_a_call_is_known_by_the_dialect_that_words_it(
    query: bytes, body: bytes, said: ToldCall
) -> None:
    """E50"""
    assert told(Request("POST", "/x", query, body=body)) == said


def test_who_speaks_no_such_dialect_knows_none_of_its_calls() -> None:
    """E50"""
    others = [dialect for dialect in DIALECTS if dialect.NAME != "highsms"]
    assert told(Request("GET", "/x", STATUS), others).dialect == "unknown"


def test_the_demos_account_has_what_each_sample_wants() -> None:
    """E50"""
    wanted = demo_config().accounts[0].dialects
    assert set(wanted) == {one.NAME for one in DIALECTS if one.SAMPLE.account}
    assert demo_config(dialects=[plain]).accounts[0].dialects == {}


@pytest.mark.parametrize("sample", [one.SAMPLE for one in DIALECTS], ids=lambda one: one.heading)
def test_every_sample_has_a_name_and_lines(sample: Sample) -> None:
    """E50: none may be forgotten."""
    assert sample.heading
    assert sample.lines
    assert sample.recognise({}) is None


@pytest.mark.parametrize("dialect", SPOKEN, ids=lambda one: one.NAME)
def test_what_the_page_answers_is_heard_by_who_called(dialect: Dialect) -> None:
    """E50: nothing is told to the demo's page twice."""
    news = News(
        *(1, 1, Event.final, State.delivered, Reason.none, 0, "20801"),
        *(dialect.NAME, 1, "http://h", ""),
    )
    assert dialect.was_heard(news, Heard(200, dialect.SAMPLE.answer))
