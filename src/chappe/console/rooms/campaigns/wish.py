"""What somebody wants to send, as they typed it.

In: a visit with a form. Out: a wish; mistakes beside its fields. Promise: nothing is sent by
reading; whatever account is typed is one that the visitor may act for.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from chappe.console.form import Form
from chappe.console.rooms.campaigns.sheet import SPELLINGS
from chappe.console.rooms.campaigns.shelf import Brought, owner_of, shelf_of
from chappe.console.shape import Visit
from chappe.engine.look import account_seen
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.book import Group
from chappe.words.number import read_all

TEXT_MOST: Final = 1_600
NUMBERS_MOST: Final = 200_000  # letters
NAME_MOST: Final = 80
AHEAD_DAYS: Final = 365
KINDS: Final = ("notification", "marketing")
HOURS: Final = ("wait", "refuse")
# All that is typed, so that it can be taken along from page to page.
FIELDS: Final = (
    *("account", "name", "text", "sender", "kind", "numbers", "group", "file", "start", "hours"),
    *("add_stop", "plain"),
)
SHORT_CODE: Final = "36105"  # of an account that has none of its own, as with most dialects
_SENDER: Final = re.compile(r"(?=.*[A-Za-z])[0-9A-Za-z .&_'-]{3,11}")
_BETWEEN: Final = re.compile(r"[\n,;]+")
_START: Final = "%Y-%m-%dT%H:%M"
_TOKEN: Final = re.compile(r"[\w-]{22}")


class CampaignWish(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign, as far as it is said."""

    account: Account
    name: str
    text: str
    sender: str
    kind: str
    numbers: Sequence[int]
    typed_wrong: Sequence[str]  # what is no number of those that were typed
    group: Group | None
    token: str  # of a file
    brought: Brought | None
    start: int  # UTC ms; 0 is now
    hours: str
    add_stop: bool
    plain: bool

    @property
    def code(self) -> str:
        return self.account.short_code or SHORT_CODE


def logins(visit: Visit) -> Sequence[str]:
    """The accounts that a visitor may choose among; () where they have one alone, or so many that
    they type its login."""
    if visit.seen is None or len(visit.seen) < 2:
        return ()
    found = [visit.node.accounts.by_id(ident) for ident in visit.seen]
    return sorted(one.login for one in found if one is not None and one.state == "active")


def account_of(visit: Visit, form: Form) -> Account | None:
    """For whom it is; a mistake where that can't be told."""
    say, own = visit.say, visit.account
    if own is not None and "account" not in form:
        form.typed["account"] = own.login
        return own
    login = form.text("account", needed=True)
    found = account_seen(visit.node.desk, login, visit.seen) if login else None
    if found is None:
        form.wrong("account", say("There is no such account."))
    elif found.state != "active":
        form.wrong("account", say("This account can't send: it is not active."))
    return found


async def wish_of(visit: Visit, form: Form) -> CampaignWish | None:
    """None where it is not even known for whom."""
    account = account_of(visit, form)
    text = form.text("text", most=TEXT_MOST, needed=True, lines=True)
    name = form.text("name", most=NAME_MOST)
    kind = form.choice("kind", KINDS, KINDS[0])
    hours = form.choice("hours", HOURS, HOURS[0])
    numbers, wrong = _numbers(form)
    start = _start(visit, form)
    add_stop, plain = form.flag("add_stop"), form.flag("plain")
    token = form.text("file")
    sender = form.text("sender", most=11)
    group_id = form.text("group")
    if account is None:
        return None
    return CampaignWish(
        account=account,
        name=name,
        text=text,
        sender=_sender(visit, form, account, sender),
        kind=kind,
        numbers=numbers,
        typed_wrong=wrong,
        group=await _group(visit, form, account, group_id),
        token=token,
        brought=await _brought(visit, form, token),
        start=start,
        hours=hours,
        add_stop=add_stop,
        plain=plain,
    )


def _numbers(form: Form) -> tuple[Sequence[int], Sequence[str]]:
    """Those that were typed, each once, and what is none."""
    typed = form.text("numbers", most=NUMBERS_MOST, lines=True)
    texts = [one.strip() for one in _BETWEEN.split(typed) if one.strip()]
    read = read_all(texts, SPELLINGS) if texts else []
    wrong = [text for text, number in zip(texts, read, strict=True) if not number]
    return [number for number in read if number], wrong


def _sender(visit: Visit, form: Form, account: Account, sender: str) -> str:
    """'' is the account's short code."""
    if account.senders and sender and sender not in account.senders:
        form.wrong("sender", visit.say("This account may not send by that name."))
    elif sender and not account.senders and not _SENDER.fullmatch(sender):
        form.wrong(
            "sender",
            visit.say("A sender has 3 to 11 letters, digits or blanks, one letter at least."),
        )
    return sender


async def _group(visit: Visit, form: Form, account: Account, typed: str) -> Group | None:
    if not typed:
        return None
    ident = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
    found = await visit.node.store.group(account.id, ident, "") if ident else None
    if found is None:
        form.wrong("group", visit.say("There is no such group."))
    return found


async def _brought(visit: Visit, form: Form, token: str) -> Brought | None:
    if not token:
        return None
    found = None
    if _TOKEN.fullmatch(token):
        found = await shelf_of(visit.node).brought(token, owner_of(visit))
    if found is None or found.found is None:
        form.wrong("bring", visit.say("That file is no longer here: bring it again."))
        return None
    return found


def _start(visit: Visit, form: Form) -> int:
    typed = form.text("start")
    if not typed:
        return 0
    try:
        start = paris.instant(datetime.strptime(typed[:16], _START))
    except ValueError:
        form.wrong("start", visit.say("Write a date and a time of day."))
        return 0
    now = visit.node.clock.now()
    if start <= now:
        form.wrong("start", visit.say("That time is past."))
    elif start > now + timedelta(days=AHEAD_DAYS) // timedelta(milliseconds=1):
        form.wrong("start", visit.say("That is more than a year ahead."))
    return start
