"""Whether a call is signed as its account demands: the two forms of the HMAC.

In: an opened call and the account it was proved for. Out: a Refusal, or None. Every reader asks
this first.
"""

from chappe.dialects.highsms.read.sent import sent_in
from chappe.dialects.highsms.tables import NAME
from chappe.dialects.highsms.tables.refusals import Error
from chappe.dialects.shape import C_co, Opened
from chappe.words.account import Account, Proof
from chappe.words.answer import Refusal
from chappe.words.exchange import Request

_WRONG = Refusal(wrong={Error.signature: ""})
_RECOMMENDED = f"{NAME}.hmac_key"
_DEPRECATED = f"{NAME}.api_key"


class SignedCall(Opened[C_co], kw_only=True):
    """A call that bears a signature, and the request that it was made over."""

    request: Request
    in_documents: bool  # whether its door reads XML and JSON


def signed(opened: Opened[object], account: Account) -> Refusal | None:
    """None: its signature is right, or it needs none."""
    settings = account.dialects.get(NAME)
    if not settings:
        return None
    wanted = settings.get("hmac", "off")
    by_token = bool(opened.claim.key) and settings.get("token_needs_hmac", False)
    demanded = by_token or wanted == "required"
    if not isinstance(opened, SignedCall):
        return _WRONG if demanded else None
    if wanted == "off" and not demanded:
        return None
    return None if _holds(opened, account) else _WRONG


def _holds(call: SignedCall[object], account: Account) -> bool:
    """Either form counts, each with its own key."""
    sent = sent_in(call.request, call.in_documents)
    given, algorithm = call.signature, account.wish(NAME, "hmac_algo", "sha256")
    recommended = Proof(_RECOMMENDED, "sha256", given, sent.whole)
    deprecated = Proof(_DEPRECATED, algorithm, given, sent.listed, ends_in_key=True)
    return call.holds(recommended) or call.holds(deprecated)
