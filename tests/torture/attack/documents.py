"""Documents that no honest client sends: XML, JSON, forms, and forms in parts.

In: a seed and the number of a batch. Out: its requests, always the same. Promise: each begins as
an honest sending, of a customer who has no credit, so that all of it is looked at and nothing of it
leaves; no URL in it can be called. What proves the customer stays whole or is missing: a guess at a
secret is answered late, and has an attack of its own (`guesses.py`).
"""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tests.doors.crooked import FLATS, JSONS, NAMES, TYPES, VALUES, XMLS
from tests.torture.attack.cast import PASSWORD, POOR, POOR_KEY, POOR_MAIL
from tests.torture.attack.hurl import Orders, Told
from tests.torture.attack.volley import pelt

BATCH: Final = 16
_BENDS_MOST: Final = 4
_LONG, _LONG_SHARE = 1_000, 0.01  # octets of a piece; how many of the drawn ones may be longer
_STRANGE_TYPE_SHARE: Final = 0.05
_UNPROVED_SHARE: Final = 0.2  # of documents with neither login nor password
_PROOF: Final = re.compile("|".join((PASSWORD, POOR_KEY, POOR_MAIL, POOR)).encode())
_CLAIM: Final = re.compile(
    rb"accountid|username|password|hmac|user_login|user_password|api_?key|key(id)?|access_?token"
    rb"|pseudo|pass|\w+\d\d+",  # and of names in a row the first ones will do
    re.IGNORECASE,
)
_BORDER: Final = "b0rder"
_LINE_END: Final = "\r\n"

_XML = """<message ret_id="m">
<text>Bonjour [nom], à demain</text><sender>Chappe</sender><to ret_id="c">+33612345678</to>
<to value="0612345679"><var name="nom">Anna</var></to></message></push>"""
_SENDING = """
<message><sender>Chappe</sender><text>Bonjour</text><type>longSMS</type><delay></delay></message>
<recipients><gsm gsmsmsid="a">33612345678</gsm><gsm>33612345679</gsm></recipients></sms>"""
_QUESTION = "<message><ticket>1</ticket></message></deliveryreport>"
_JSON = """"name": "n", "message": [{"text": "Bonjour", "sender": "Chappe", "ret_id": "m",
"nb_sms": 2, "to": [{"value": "+33612345678", "ret_id": "c"}, {"d": "0612345679"}]}]}}"""
_CANCEL = '"ext_id": "m", "push_id": 1}'
_FLAT = "text=Bonjour+%C3%A0&to=%2B33612345678%2C061234&ret_id=r"
_OCTOPUSH = (
    "sms_text=Bonjour+{nom}+STOP+au+XXXXX&sms_recipients=%2B33612345678,0612345679&sms_type=FR"
    "&sms_sender=Chappe&recipients_first_names=Anna,Zo%C3%A9&sms_mode=2&sending_time=1&request_id=r"
)
_SMSMODE = (
    "message=Bonjour+%E0+demain&numero=0612345678,0612345679&emetteur=Chappe&classe_msg=2"
    "&date_envoi=21112026-14:35&refClient=r&nbr_msg=2&stop=1&notification_url="
)
_SMSMODE_FILE = "\r\n".join(
    (
        f"--{_BORDER}",
        'Content-Disposition: form-data; name="fichier"; filename="a.csv"',
        "",
        "numero,message,emetteur",
        '0612345678,"Bonjour, à demain",Chappe',
        "0612345679,Bonsoir,",
        f"--{_BORDER}--",
    )
)
_CONTACT = "nom=Anna&prenom=Zo%E9&mobile=0612345678&date=21/11/2026&groupes=a,b&other=c"
_ISENDPRO = (
    "num=0612345678&sms=Bonjour&emetteur=Chappe&tracker=t&date_envoi=20261121143500&smslong=999"
    "&num1=0612345679&sms1=Bonsoir&tracker1=u&nostop=1&ucs2=1&comptage=1"
)


def _in_parts(pairs: str) -> str:
    return "".join(
        f'--{_BORDER}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (pair.split("=") for pair in pairs.split("&"))
    )


# What proves the customer, up to where something else may stand.
_BY_PAIR = f"accountid={POOR}&password={PASSWORD}"
_BY_NAMES = f'"accountid": "{POOR}", "password": "{PASSWORD}",'
_BY_PUSH = f'<push accountid="{POOR}" password="{PASSWORD}"'
_BY_MAIL = f"user_login={POOR_MAIL}&api_key={POOR_KEY}&"
_BY_TOKEN, _BY_KEY = f"accessToken={POOR_KEY}&", f"keyid={POOR_KEY}&"
_BY_LOGIN = f"<username>{POOR}</username><password>{PASSWORD}</password></authentification>"

_FORM, _IN_PARTS = TYPES[0], b"multipart/form-data; boundary=" + _BORDER.encode()

_NAMES: Final = [name for name in NAMES if not _CLAIM.fullmatch(name)]
_CUTS: Final[Mapping[str, re.Pattern[bytes]]] = {
    "flat": re.compile(rb"[^&=]+|[&=]"),
    "json": re.compile(rb'"(?:[^"\\]|\\.)*"|[-\w.]+|[\[\]{},:]|\s+', re.DOTALL),
    "xml": re.compile(rb'</?\w+|"[^"]*"|[\w ]+|.', re.DOTALL),
    "parts": re.compile(rb'--\w+|[\w-]+|\r\n|"|.', re.DOTALL),
}
"""How each form falls apart."""
_FIELDS: Final[Mapping[str, Sequence[bytes]]] = {
    "flat": [b"&%b=" % name for name in _NAMES],
    "json": [b'"%b":' % name for name in _NAMES],
    "xml": [*(b' %b="' % name for name in _NAMES), *(b"<%b>" % name for name in _NAMES)],
    "parts": [b'; name="%b"' % name for name in _NAMES],
}
_STRANGE: Final[Mapping[str, Sequence[bytes]]] = {
    "flat": (*FLATS, *VALUES, *_FIELDS["flat"]),
    "json": (*JSONS, *(b'"%b"' % value for value in VALUES), *_FIELDS["json"]),
    "xml": (*XMLS, *VALUES, *_FIELDS["xml"]),
    "parts": (*VALUES, *_FIELDS["parts"], b"\r\n\r\n", b"\n", b"--", b'filename="', b"; "),
}
_SHORT: Final = {
    shape: [piece for piece in pieces if len(piece) <= _LONG] for shape, pieces in _STRANGE.items()
}


class _Honest(NamedTuple):
    """A document that is as it should be, and where it is sent."""

    path: bytes
    type: bytes
    shape: str
    proof: bytes
    pieces: Sequence[bytes]


def _honest(path: bytes, kind: bytes, shape: str, proof: str, text: str) -> _Honest:
    return _Honest(path, kind, shape, proof.encode(), _CUTS[shape].findall(text.encode()))


_SEEDS: Final = (
    _honest(b"/api", b"text/xml", "xml", _BY_PUSH, f' name="n">{_XML}'),
    _honest(b"/api", _FORM, "xml", f"xml={_BY_PUSH}", f">{_XML}"),
    _honest(b"/api", b"application/json", "json", f'{{"push": {{{_BY_NAMES}', _JSON),
    _honest(b"/api", _FORM, "flat", f"{_BY_PAIR}&", _FLAT),
    _honest(
        *(b"/api", _IN_PARTS, "parts", f"{_in_parts(_BY_PAIR)}--{_BORDER}\r\n"),
        f"{_in_parts(_FLAT).partition(_LINE_END)[2]}--{_BORDER}--",
    ),
    _honest(b"/campaign", b"application/json", "json", f'{{"push": {{{_BY_NAMES}', _JSON),
    _honest(b"/campaign/cancel", b"application/json", "json", f"{{{_BY_NAMES}", _CANCEL),
    _honest(b"/API/apiV2.php", b"text/xml", "xml", f"<sms><authentification>{_BY_LOGIN}", _SENDING),
    _honest(b"/API/apiV2.php", _FORM, "xml", f"XML=<sms><authentification>{_BY_LOGIN}", _SENDING),
    _honest(
        *(b"/API/getDr.php", b"text/xml", "xml"),
        *(f"<deliveryreport><authentification>{_BY_LOGIN}", _QUESTION),
    ),
    _honest(b"/credits", _FORM, "flat", f"{_BY_PAIR}&", _FLAT),
    _honest(b"/api/sms", _FORM, "flat", _BY_MAIL, _OCTOPUSH),
    _honest(b"/api/sms/json", _FORM, "flat", _BY_MAIL, _OCTOPUSH),
    _honest(b"/http/1.6/sendSMS.do", _FORM, "flat", _BY_TOKEN, _SMSMODE),
    _honest(b"/http/1.6/addContact.do", _FORM, "flat", _BY_TOKEN, _CONTACT),
    _honest(
        *(b"/http/1.6/sendSMSBatch.do?" + _BY_TOKEN.encode(), _IN_PARTS, "parts", ""),
        _SMSMODE_FILE,
    ),
    _honest(b"/cgi-bin/", _FORM, "flat", _BY_KEY, _ISENDPRO),
)


def pelt_documents(orders: Orders) -> Told:
    """The attack."""
    return pelt(orders, documents_of)


def documents_of(seed: str, number: int) -> Sequence[bytes]:
    """The requests of one batch."""
    chance = random.Random(f"{seed} {number}")
    return [_bent(chance) for _ in range(BATCH)]


def _bent(chance: random.Random) -> bytes:
    honest = chance.choice(_SEEDS)
    pieces = list(honest.pieces)
    for _ in range(1 + int(chance.random() * _BENDS_MOST)):
        _bend(chance, pieces, honest.shape)
    proof = honest.proof
    if chance.random() < _UNPROVED_SHARE:
        proof = _PROOF.sub(b"", proof)
    body = b"".join((proof, *pieces))
    kind = chance.choice(TYPES) if chance.random() < _STRANGE_TYPE_SHARE else honest.type
    return posted(honest.path, kind, body)


def _bend(chance: random.Random, pieces: list[bytes], shape: str) -> None:
    """One piece replaced, put in, doubled, taken out, or bent itself; or the rest is missing."""
    at, way = int(chance.random() * len(pieces)), int(chance.random() * 13)
    strange = (_STRANGE if chance.random() < _LONG_SHARE else _SHORT)[shape]
    if way < 4:
        pieces[at : at + 1] = [chance.choice(strange)]
    elif way < 8:
        pieces.insert(at, chance.choice(strange))
    elif way == 8:
        pieces.insert(at, chance.choice(pieces))
    elif way == 9:
        del pieces[at : at + 1]
    elif way == 10:
        pieces.insert(at, chance.randbytes(int(chance.random() * 8)))
    elif way == 11 and pieces:
        pieces[at] *= int(chance.random() * 40)
    elif way == 12 and chance.random() < 0.3:
        del pieces[at + 1 :]
    if not pieces:
        pieces.append(b"")


def posted(path: bytes, kind: bytes, body: bytes) -> bytes:
    """The request that brings it."""
    head = b"POST %b HTTP/1.1\r\nHost: h\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
    return head % (path, kind, len(body)) + body
