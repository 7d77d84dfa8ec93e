"""What is sent: the elements of `message`, and the recipients, read into a letter.

In: a Call, its account, the present. Out: a Letter; every trouble is noted with what it is about.
"""

import re
import unicodedata
from array import array
from collections.abc import MutableSequence, Sequence
from datetime import datetime
from typing import Any

from chappe.dialects.craft.letters import NEAREST
from chappe.dialects.craft.texts import Texts
from chappe.dialects.smsfactor.names import CallDocument, number_at
from chappe.dialects.smsfactor.read.bookmark import link_of, push_of
from chappe.dialects.smsfactor.tables import (
    BOOKMARK,
    FLASHES,
    LIMITS,
    LONG_SMS,
    NAME,
    NUMBER,
    PORTS,
    REFERENCE,
    SENDER_LETTERS,
    SENDER_NEEDS,
    SHORT_CODE,
)
from chappe.dialects.smsfactor.tables.refusals import Error
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.alphabet import Alphabet
from chappe.words.answer import Wrong
from chappe.words.lifecycle import Event
from chappe.words.number import Spelling, read_all
from chappe.words.order import Channel, Letter, OptOut, Tell, Urls

_FEW = 10_000  # numbers; where there are more, their objects would weigh more than all else
FORMS = Spelling.PLUS | Spelling.ZEROS | Spelling.BARE | Spelling.MOBILE
_DELAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})")


def read_letter(call: CallDocument, account: Account, now: int, wrong: Wrong) -> Letter:
    """The letter; it counts only where `wrong` stayed empty."""
    if call.wrong:
        wrong.setdefault(Error.bad_value, call.wrong)
    if call.long:
        wrong.setdefault(Error.too_long, call.long)
    code = account.short_code or SHORT_CODE
    sender = _sender(call.given("sender"), code, wrong)
    flash = _flash(call.given("isFlash"), wrong)
    said = _said(call, wrong)
    start = _start(call.given("delay"), now, wrong)
    numbers = _numbers(call.numbers, wrong)
    most = LIMITS["gsmsmsid"]
    if any(len(ref) > most for ref in call.refs):  # of a million others have their turn meanwhile
        wrong.setdefault(Error.too_long, REFERENCE)
    return Letter(
        numbers=numbers,
        refs=call.refs or (),
        sender=sender,
        code=code,
        channel=channel_of(account),
        closest=NEAREST,
        # A phone shows a WAP push its own way, so it has no class.
        flash=flash and "udh" not in said,
        start=start,
        opt_out=OptOut.always,
        silent_h=LIMITS["silent_h"],
        tell=replies_to(account),
        **said,
    )


def replies_to(account: Account) -> Tell:
    """To the account's inbox, and nothing else anywhere."""
    url: str = account.wish(NAME, "inbox_url") or account.callbacks
    return Tell(Urls(reply=url), Event.reply) if url else Tell()


def channel_of(account: Account) -> Channel:
    """There is no flag for marketing: the account says what its messages are."""
    return Channel[account.channel] if account.channel else Channel.notification


def _sender(given: str, code: str, wrong: Wrong) -> str:
    """'' for the account's own code."""
    if not given:
        wrong.setdefault(Error.missing, "sender")
    elif (
        len(given) > LIMITS["sender"]
        or not SENDER_LETTERS.issuperset(given)
        or SENDER_NEEDS.isdisjoint(given)
    ):
        wrong.setdefault(Error.sender, "sender")
    return "" if given == code else given


def _flash(given: str, wrong: Wrong) -> bool:
    if given not in FLASHES:
        wrong.setdefault(Error.bad_value, "isFlash")
    return FLASHES.get(given, False)


def _said(call: CallDocument, wrong: Wrong) -> dict[str, Any]:
    """The words of a letter, and how they travel."""
    text = _composed(call.fields.get("text", ""))
    sent = text.translate(NEAREST)
    if not sent.strip():
        wrong.setdefault(Error.missing, "text")
    kind = call.given("type") or LONG_SMS
    if kind == BOOKMARK:
        return _bookmark(call.given("bookmark"), text, wrong)
    if kind != LONG_SMS:
        wrong.setdefault(Error.bad_value, "type")
    if len(sent) > LIMITS["text"]:
        wrong.setdefault(Error.too_long, "")
    return {"text": text}


def _composed(text: str) -> str:
    """Line breaks are one character each, and a letter with its accent is one."""
    if text.isascii() and "\r" not in text:
        return text
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _bookmark(given: str, title: str, wrong: Wrong) -> dict[str, Any]:
    """A WAP push holds any letter, so that its title stays as it is."""
    link = link_of(given) if given else ""
    if not link:
        wrong.setdefault(Error.url if given else Error.missing, "bookmark")
    if len(title) > LIMITS["text"]:
        wrong.setdefault(Error.too_long, "")
    octets = b"" if wrong else push_of(link, title)
    return {"text": octets.hex(), "alphabet": Alphabet.binary, "udh": PORTS}


def _start(given: str, now: int, wrong: Wrong) -> int:
    """0 is at once, as is what is past."""
    if not given:
        return 0
    found = _DELAY.fullmatch(given)
    day, clock = (paris.date_of(found[1]), paris.time_of(found[2])) if found else (None, None)
    if day is None or clock is None:
        wrong.setdefault(Error.date, given[: LIMITS["told"]])
        return 0
    start = paris.instant(datetime.combine(day, clock))
    return start if start > now else 0


def _numbers(given: Texts, wrong: Wrong) -> Sequence[int]:
    """E.164, as far as the first that is none: that one is told by its place and its spelling."""
    numbers: MutableSequence[int] = [] if len(given) <= _FEW else array("q")
    for some in given.some():
        read = read_all(some, FORMS)
        numbers.extend(read)
        if 0 in read:
            place = len(numbers) - len(read) + read.index(0)
            wrong.setdefault(Error.recipients, number_at(place, given))
            break
    if not numbers:
        wrong.setdefault(Error.recipients, NUMBER)
    return numbers
