"""One request that holds much: how long until it is answered.

In: a bed. Out: seconds until a push of 10,000 personalised recipients is answered, and lists of
100,000; what each of the latter adds to the memory. Promise: every recipient was accepted, and
called back where that was asked for, or the run is void.
"""

import http.client
import json
import re
import time
from typing import Final
from urllib.parse import urlencode

from bench.figures import Measured
from bench.settings import KEY, LOGIN, PASSWORD
from bench.site import Bed, Site, site
from bench.trouble import Broken

_PUSH: Final = 10_000
_LIST: Final = 100_000
_ASK_S: Final = 120
_TAKEN: Final = re.compile(rb'"success"|<status>1</status>|<error_code>000</error_code>')


def run(bed: Bed) -> Measured:
    with site(bed) as server:
        took = _post(server, "/campaign", "application/json", _push(_PUSH))
        server.await_told(_PUSH)
    with site(bed) as server:
        before = server.memory().now
        listed = _post(server, "/API/apiV2.php", "text/xml", _list(_LIST))
        growth = server.memory().peak - before
    with site(bed) as server:
        before = server.memory().now
        crowd = _post(server, "/api/sms", "application/x-www-form-urlencoded", _crowd(_LIST))
        crowded = server.memory().peak - before
        server.await_told(_LIST)
    return {
        "push": took,
        "list": listed,
        "list_growth": growth,
        "crowd": crowd,
        "crowd_growth": crowded,
    }


def _push(recipients: int) -> bytes:
    """Each has a name and a number of its own in its text."""
    to = [
        {
            "value": f"+336{place:08}",
            "param": [
                {"var": "%NAME%", "value": f"Client {place}"},
                {"var": "%ORDER%", "value": f"{place * 7919 % 1_000_000:06}"},
            ],
        }
        for place in range(recipients)
    ]
    text = "Bonjour %NAME%, votre commande %ORDER% est prete. A retirer avant samedi 18 h."
    push = {"accountid": LOGIN, "password": PASSWORD, "message": [{"text": text, "to": to}]}
    return json.dumps({"push": push}).encode()


def _list(recipients: int) -> bytes:
    """One text to all of them, each with a reference."""
    gsm = "".join(
        f'<gsm gsmsmsid="client-{place}">336{place:08}</gsm>' for place in range(recipients)
    )
    login = f"<username>{LOGIN}</username><password>{PASSWORD}</password>"
    message = "<sender>BENCH</sender><text>Votre commande est prete.</text>"
    return (
        f"<sms><authentication>{login}</authentication><message>{message}</message>"
        f"<recipients>{gsm}</recipients></sms>"
    ).encode()


def _crowd(recipients: int) -> bytes:
    """One text to all of them, in one field."""
    asks = {"user_login": LOGIN, "api_key": KEY, "sms_type": "FR", "sms_sender": "BENCH"}
    text = "Votre commande est prete. STOP au XXXXX"
    numbers = ",".join(f"+336{place:08}" for place in range(recipients))
    return urlencode(asks | {"sms_text": text, "sms_recipients": numbers}).encode()


def _post(server: Site, path: str, kind: str, body: bytes) -> float:
    """Seconds until it is answered that all of it was accepted."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_ASK_S)
    try:
        connection.request("POST", path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    took = time.perf_counter() - began
    if answer.status != 200 or not _TAKEN.search(said):
        raise Broken(f"A large request was answered {answer.status} {said[:200]!r}.")
    return took
