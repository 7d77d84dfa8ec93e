"""What a message asks for apart from its words, its recipients and its time: its terms.

In: a Push, one of its Said, the account. Out: Terms. What the provider wants by default stands
here, in our words. A client's calls differ in little else than words and numbers, so the terms
that were read last are kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from chappe.dialects.highsms.read.call import Push, Said
from chappe.dialects.highsms.read.tells import bad_url, read_tell
from chappe.dialects.highsms.tables.letters import CLOSEST, SENDER_LETTERS
from chappe.dialects.highsms.tables.limits import LIMITS
from chappe.dialects.highsms.tables.paths import NAME
from chappe.dialects.highsms.tables.refusals import Error
from chappe.dialects.highsms.tables.routes import DEFAULT_ROUTE, ROUTE_TYPES, SHORT_CODE
from chappe.words.account import Account
from chappe.words.answer import Wrong
from chappe.words.lifecycle import Reason
from chappe.words.order import Channel, Excess, Letter, Mention, Tell

# All that terms are made of; whatever else a call says has no part in them.
_CHOICES = frozenset(
    (
        "route_type",
        "sender",
        "nb_sms",
        "truncature",
        "class_type",
        "Ref_model",
        "webhook_url",
        "ret_url",
        "ret_mo_url",
    )
)
_SWITCH = {"": False, "0": False, "false": False, "1": True, "true": True}
_FLASH = "0"
_MODEL = frozenset({"y", "Y"})
_KEPT_MOST = 1024
_KEPT_LETTERS = 1024  # longer choices are read anew each time

_NO_SETTINGS: Mapping[str, Any] = {}

Wishes = Mapping[str, str]
Choices = tuple[tuple[str, str], ...]


class Terms(NamedTuple):
    """`letter` lacks words and recipients; it counts only where `wrong` is empty."""

    account: Account  # held, so that no other can come to have its id while these are kept
    letter: Letter
    wrong: Wrong


_kept: dict[tuple[int, Choices, Choices], Terms] = {}


def read_terms(push: Push, said: Said, account: Account) -> Terms:
    """The terms of one message. They are shared between calls: nobody may change them."""
    chosen = _chosen(push.fields)
    own = _chosen(said.fields) if said.fields else ()
    key = (id(account), chosen, own)
    terms = _kept.get(key)
    if terms is None:
        terms = _read(push, push.wishes(said), account)
        if sum(len(value) for _, value in chosen + own) <= _KEPT_LETTERS:
            if len(_kept) >= _KEPT_MOST:
                _kept.clear()
            _kept[key] = terms
    return terms


def _chosen(fields: Wishes) -> Choices:
    if _CHOICES.isdisjoint(fields):
        return ()
    return tuple([choice for choice in fields.items() if choice[0] in _CHOICES])


def _read(push: Push, wishes: Wishes, account: Account) -> Terms:
    settings = account.dialects.get(NAME, _NO_SETTINGS)
    wrong: Wrong = {}
    if name := bad_url(wishes):
        wrong[Error.url] = name
    if wishes.get("Ref_model") in _MODEL:
        wrong[Error.unsupported] = "Ref_model"
    route = _route_type(wishes, settings, wrong)
    code = account.short_code or SHORT_CODE
    sender = _sender(wishes.get("sender", ""), code, wrong)
    parts_max = _parts_max(push, wrong)
    cut = switch(push, "truncature", wrong)
    channel, zones = ROUTE_TYPES[route]
    letter = Letter(
        text="",
        numbers=(),
        sender=sender,
        code=code,
        mention=_mention(sender, code, channel, settings),
        channel=channel,
        purse=route,
        zones=zones,
        closest=CLOSEST,
        parts_max=parts_max or LIMITS["parts"],
        excess=Excess.cut if cut and parts_max else Excess.keep,
        flash=wishes.get("class_type") == _FLASH,
        validity_h=24,
        silent_h=72,
        silence=Reason.validity,
        tell=Tell() if name else read_tell(wishes, settings, account.callbacks),
    )
    return Terms(account, letter, wrong)


def _route_type(wishes: Wishes, settings: Mapping[str, Any], wrong: Wrong) -> str:
    routes: Sequence[str] = settings.get("routes") or ()
    default: str = settings.get("route") or _default(routes)
    wanted = wishes.get("route_type", default).upper()
    if wanted in (routes or (default,)):
        return wanted
    wrong.setdefault(Error.route, "route_type")
    return default


def _default(routes: Sequence[str]) -> str:
    """The route of an account that names none: S, unless it has others only."""
    return routes[0] if routes and DEFAULT_ROUTE not in routes else DEFAULT_ROUTE


def _sender(given: str, code: str, wrong: Wrong) -> str:
    """What stands in place of the short code; '' for the short code itself."""
    if given in ("", code):
        return ""
    sound = (
        len(given) <= LIMITS["sender"]
        and not given[0].isdigit()
        and SENDER_LETTERS.issuperset(given)
    )
    if not sound:
        wrong.setdefault(Error.sender, "")
    return given


def _mention(
    sender: str, code: str, channel: Channel, settings: Mapping[str, Any]
) -> Mention | None:
    """Advertising under a sender of one's own must say how to stop it."""
    if not sender or channel is not Channel.marketing:
        return None
    return Mention(code, f"STOP au {code}", bool(settings.get("add_stop", False)))


def _parts_max(push: Push, wrong: Wrong) -> int:
    """0 is no limit of the caller's."""
    given = push.fields.get("nb_sms", "")
    if not given:
        return 0
    if not (given.isascii() and given.isdigit() and len(given) <= LIMITS["given"]):
        wrong.setdefault(Error.bad_value, "nb_sms")
        return 0
    return min(int(given), LIMITS["nb_sms"])


def switch(push: Push, name: str, wrong: Wrong) -> bool:
    """Whether a push turns something on."""
    given = push.fields.get(name)
    if given is None:
        return False
    wanted = _SWITCH.get(given.lower())
    if wanted is None:
        wrong.setdefault(Error.bad_value, name)
    return bool(wanted)
