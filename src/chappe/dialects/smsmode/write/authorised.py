"""The answer to who asks for a key: the only one in JSON.

In: a key. Out: a response, of texts alone.
"""

from http import HTTPStatus

import msgspec

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import GivenCall
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.exchange import Response
from chappe.words.family import MadeKey

_JSON = "application/json"
_DATE = "%d%m%Y"
_ACTIVE = "ACTIVE"


def write_key(made: MadeKey, opened: Opened[GivenCall], account: Account) -> Response:
    said = {
        "id": made.id,
        "accessToken": made.key,
        "creationDate": paris.stamp(made.at, _DATE),
        "state": _ACTIVE,
        "expiration": paris.stamp(made.ends, _DATE) if made.ends else "",
        "account": account.login,
    }
    return Response(msgspec.json.encode(said), _JSON)


def write_no_key(code: int, sentence: str, *, is_proved: bool) -> Response:
    """An object without any `accessToken`. Only where nobody is proved it is 401: whoever hears
    that throws their key away, and one who only comes at a bad time must not."""
    said = {"code": str(code), "description": sentence}
    status = HTTPStatus.OK if is_proved else HTTPStatus.UNAUTHORIZED
    return Response(msgspec.json.encode({"error": said}), _JSON, status)
