"""One `message` of a push, read into a letter.

In: a Push, one of its Said, the account, the present. Out: a Letter, or every Trouble with its
hint. What the provider wants by default stands here, in our words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chappe.dialects.highsms.read.call import URL_MARK, Push, Said
from chappe.dialects.highsms.read.tells import bad_url, read_tell
from chappe.dialects.highsms.read.when import AT_ONCE, When, read_when
from chappe.dialects.highsms.read.words import mentions, read_words
from chappe.dialects.highsms.tables import (
    CLOSEST,
    DEFAULT_ROUTE,
    LIMITS,
    NAME,
    ROUTE_TYPES,
    SENDER_LETTERS,
    SHORT_CODE,
)
from chappe.words.account import Account
from chappe.words.answer import Trouble
from chappe.words.lifecycle import Reason
from chappe.words.number import Form, read_all
from chappe.words.order import Channel, Excess, Letter

_FORMS = Form.PLUS | Form.ZEROS | Form.HOME | Form.NATIONAL | Form.SHORT
_FORMS_IN_QUERY = _FORMS | Form.BLANK_PLUS
_SWITCH = {"": False, "0": False, "false": False, "1": True, "true": True}
_MEASURED = ("ret_id", "userdata", "name")
_TOLD_AGAIN = ("ret_id", "userdata")
_FLASH = "0"
_MODEL = frozenset({"y", "Y"})
# Abroad needs its '+': after '00' only what is French counts.
_FRENCH_CODES = ("0033", "00262", "00508", "00590", "00594", "00596")

_NO_SETTINGS: Mapping[str, Any] = {}
_REFUSED = Letter(text="", numbers=())

Wishes = Mapping[str, str]
Troubles = dict[Trouble, str]


def read_letter(push: Push, said: Said, account: Account, now: int, troubles: Troubles) -> Letter:
    """The letter; it counts only where `troubles` stayed empty. All of them are noted."""
    wishes = push.wishes(said)
    settings = account.dialects.get(NAME, _NO_SETTINGS)
    _look_over(said, wishes, troubles)
    words = read_words(said, wishes)
    when = _when(wishes, now, troubles)
    route = _route_type(wishes, settings, troubles)
    code = account.short_code or SHORT_CODE
    sender = _sender(wishes.get("sender", ""), code, troubles)
    parts_max = _parts_max(push, troubles)
    cut = switch(push, "truncature", troubles)
    if isinstance(words, Trouble):
        troubles.setdefault(words, "text" if words is Trouble.missing else "")
        return _REFUSED
    channel, zones = ROUTE_TYPES[route]
    if sender and channel is Channel.marketing and not mentions(words, code):
        troubles.setdefault(Trouble.no_stop, f"STOP au {code}")
    if "target_url" in wishes and URL_MARK in words.text:
        troubles.setdefault(Trouble.bad_url, "target_url")
    if troubles:
        return _REFUSED
    numbers = _numbers(push, said)
    return Letter(
        text=words.text,
        numbers=numbers,
        given=_given(numbers, said.numbers) if 0 in numbers else (),
        refs=said.refs if any(said.refs) else (),
        values=words.values,
        shared=words.shared,
        sender=sender,
        code=code,
        channel=channel,
        purse=route if route in settings.get("route_balances", ()) else "",
        zones=zones,
        alphabet=words.alphabet,
        closest=CLOSEST,
        parts_max=parts_max or LIMITS["parts"],
        excess=Excess.cut if cut and parts_max else Excess.keep,
        flash=wishes.get("class_type") == _FLASH,
        start=when.start,
        opens=when.opens,
        closes=when.closes,
        validity_h=24,
        silent_h=72,
        silence=Reason.validity,
        tell=read_tell(wishes, settings, account.callbacks),
        facts=_facts(said),
    )


def _look_over(said: Said, wishes: Wishes, troubles: Troubles) -> None:
    """What can be told without reading further."""
    if not any(said.numbers):
        troubles.setdefault(Trouble.no_recipient, "to")
    if name := bad_url(wishes):
        troubles.setdefault(Trouble.bad_url, name)
    if wishes.get("Ref_model") in _MODEL:
        troubles.setdefault(Trouble.unsupported, "Ref_model")
    for name in _MEASURED:
        if len(wishes.get(name, "")) > LIMITS["field"]:
            troubles.setdefault(Trouble.bad_value, f"{name} too long")


def _when(wishes: Wishes, now: int, troubles: Troubles) -> When:
    when = read_when(
        wishes.get("start_date", ""), wishes.get("start_time", ""), wishes.get("stop_time", ""), now
    )
    if when is None:
        troubles.setdefault(Trouble.bad_date, "")
    return when or AT_ONCE


def _route_type(wishes: Wishes, settings: Mapping[str, Any], troubles: Troubles) -> str:
    routes: Sequence[str] = settings.get("routes") or ()
    default: str = settings.get("route") or _default(routes)
    wanted = wishes.get("route_type", default).upper()
    if wanted in (routes or (default,)):
        return wanted
    troubles.setdefault(Trouble.bad_route, "route_type")
    return default


def _default(routes: Sequence[str]) -> str:
    """The route of an account that names none: S, unless it has others only."""
    return routes[0] if routes and DEFAULT_ROUTE not in routes else DEFAULT_ROUTE


def _sender(given: str, code: str, troubles: Troubles) -> str:
    """What stands in place of the short code; '' for the short code itself."""
    if given in ("", code):
        return ""
    sound = (
        len(given) <= LIMITS["sender"]
        and not given[0].isdigit()
        and SENDER_LETTERS.issuperset(given)
    )
    if not sound:
        troubles.setdefault(Trouble.bad_sender, "")
    return given


def _parts_max(push: Push, troubles: Troubles) -> int:
    """0 is no limit of the caller's."""
    given = push.fields.get("nb_sms", "")
    if not given:
        return 0
    if not (given.isascii() and given.isdigit() and len(given) <= LIMITS["given"]):
        troubles.setdefault(Trouble.bad_value, "nb_sms")
        return 0
    return min(int(given), LIMITS["nb_sms"])


def switch(push: Push, name: str, troubles: Troubles) -> bool:
    wanted = _SWITCH.get(push.fields.get(name, "").lower())
    if wanted is None:
        troubles.setdefault(Trouble.bad_value, name)
    return bool(wanted)


def _numbers(push: Push, said: Said) -> Sequence[int]:
    """E.164; 0 for what is no number, which then becomes a message in error."""
    given = said.numbers
    numbers = read_all(given, _FORMS_IN_QUERY if push.in_query else _FORMS)
    for index, text in enumerate(given):
        if text.startswith("00") and not text.startswith(_FRENCH_CODES):
            numbers[index] = 0
    return numbers


def _given(numbers: Sequence[int], given: Sequence[str]) -> list[str]:
    """What was written in place of a number, where there is none."""
    most = LIMITS["given"]
    return [
        "" if number else text.strip()[:most] for number, text in zip(numbers, given, strict=True)
    ]


def _facts(said: Said) -> Mapping[str, str]:
    fields = said.fields
    return {name: fields[name] for name in _TOLD_AGAIN if name in fields} if fields else {}
