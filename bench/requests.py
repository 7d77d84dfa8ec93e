"""The requests that the works send: each dialect's commonest, and what some works need beside.

In: who sends, and how many recipients. Out: values for hload, where `{to}` stands for recipients.
"""

import json
from typing import Final
from urllib.parse import urlencode

from bench.load import Ask
from bench.settings import KEY, LOGIN, MANY, PASSWORD, RIVAL

TEXT: Final = (
    "Votre commande 482139 est prete. Retirez-la avant samedi 18 h au magasin, 12 rue des Lilas a "
    "Lyon. Munissez-vous d'un papier."
)
"""125 characters of the GSM alphabet, none doubled: one part."""

ACCOUNTS: Final = 1_000
"""Who ask in turn where many do."""

_PER_REQUEST: Final = 1_000


def single(port: int, login: str = LOGIN) -> Ask:
    """GET /api: one recipient a request, the password sent with each."""
    asked = urlencode({"accountid": login, "password": PASSWORD, "text": TEXT})
    return Ask(port=port, target=f"/api?{asked}&to={{to}}")


def octopush(port: int) -> Ask:
    """GET /api/sms: the same to one recipient a request, the key sent with each."""
    asks = {"user_login": LOGIN, "api_key": KEY}
    sending = {"sms_type": "FR", "transactional": "1", "sms_sender": "BENCH", "sms_text": TEXT}
    return Ask(port=port, target=f"/api/sms?{urlencode(asks | sending)}&sms_recipients={{to}}")


def many(port: int) -> Ask:
    """As `octopush`, but each request is of another account, and names another sender."""
    sending = urlencode({"sms_type": "FR", "transactional": "1", "sms_text": TEXT})
    who = f"user_login={MANY}{{who}}&api_key={MANY}{{who}}-key&sms_sender=S{{who}}"
    target = f"/api/sms?{who}&{sending}&sms_recipients={{to}}"
    return Ask(port=port, target=target, many=ACCOUNTS)


def smsmode(port: int) -> Ask:
    """GET /http/1.6/sendSMS.do: one recipient a request, the key sent with each."""
    asked = urlencode({"accessToken": KEY, "message": TEXT})
    return Ask(port=port, target=f"/http/1.6/sendSMS.do?{asked}&numero={{to}}")


def isendpro(port: int) -> Ask:
    """GET /cgi-bin/: one recipient a request, the key sent with each."""
    asked = urlencode({"keyid": KEY, "sms": TEXT, "emetteur": "BENCH"})
    return Ask(port=port, target=f"/cgi-bin/?{asked}&num={{to}}", prefix="06")


def smsfactor(port: int) -> Ask:
    """POST /API/apiV2.php: one recipient a request, the password sent with each."""
    login = f"<username>{LOGIN}</username><password>{PASSWORD}</password>"
    message = f"<sender>BENCH</sender><text>{TEXT}</text>"
    return Ask(
        port=port,
        target="/API/apiV2.php",
        body=f"XML=<sms><authentification>{login}</authentification>"
        f"<message>{message}</message><recipients><gsm>{{to}}</gsm></recipients></sms>",
        prefix="336",
    )


def credit(port: int) -> Ask:
    """GET /http/1.6/credit.do: another customer's question, the password sent with each."""
    asked = urlencode({"pseudo": RIVAL, "pass": PASSWORD})
    return Ask(port=port, target=f"/http/1.6/credit.do?{asked}")


def key(port: int) -> Ask:
    """GET /http/2.0/createAuthorisation.do: one key more."""
    asked = urlencode({"accessToken": KEY})
    return Ask(port=port, target=f"/http/2.0/createAuthorisation.do?{asked}")


def bulk(
    port: int,
    recipients: int = _PER_REQUEST,
    *,
    login: str = LOGIN,
    route: str = "S",
    ret_id: str = "",
) -> Ask:
    """POST /campaign as JSON, many recipients a request."""
    push = {"accountid": login, "password": PASSWORD, "route_type": route}
    if ret_id:
        push["ret_id"] = ret_id
    message = {"text": TEXT, "to": ["{to}"]}
    body = json.dumps({"push": {**push, "message": [message]}})
    # hload writes `prefix` and eight digits for each recipient, and `joined_by` between two.
    return Ask(
        port=port,
        target="/campaign",
        body=body.replace('"{to}"', '{to}"}'),
        connections=4,
        recipients=recipients,
        prefix='{"value": "+336',
        joined_by='"}, ',
    )
