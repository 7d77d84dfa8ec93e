"""The answer to who asks for a key: the only one in JSON.

In: a key. Out: a response, of texts alone.
"""

import msgspec

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import GivenCall
from chappe.dialects.smsmode.tables.errors import sentence
from chappe.dialects.smsmode.tables.paths import AUTHORISE
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.exchange import Response
from chappe.words.family import MadeKey

_JSON = "application/json"
_DATE = "%d%m%Y"
_ACTIVE = "ACTIVE"
_WELL, _UNAUTHORISED = 200, 401


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


def write_no_key(code: int, *, is_stranger: bool) -> Response:
    """An object without a key. Only who may not ask at all is told so by HTTP's status, too: with
    us away, or wrong, a key is as good as before."""
    said = {"code": str(code), "description": sentence(AUTHORISE, code)}
    status = _UNAUTHORISED if is_stranger else _WELL
    return Response(msgspec.json.encode({"error": said}), _JSON, status)
