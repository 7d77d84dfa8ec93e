"""Calls that send nothing: how things stand, what came back, what is left, and what to call off.

In: an opened call. Out: a question in our words, or a Refusal with every trouble. Days are Paris
days, both ends included; what lies before the last forty is just not looked for.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from chappe.dialects.highsms.names import credit_routes
from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.signed import signed
from chappe.dialects.highsms.tables.limits import LIMITS
from chappe.dialects.highsms.tables.paths import CANCEL, CANCEL_REFERENCE
from chappe.dialects.highsms.tables.refusals import Error
from chappe.dialects.highsms.tables.routes import CREDITS_OF, ROUTE_TYPES
from chappe.dialects.shape import Opened
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble, Wrong
from chappe.words.asked import (
    CampaignPaged,
    CampaignWanted,
    CancelWanted,
    ClicksWanted,
    CreditWanted,
    MessagesWanted,
    Purchase,
    RepliesWanted,
)
from chappe.words.clock import MINUTE

_NUMBER_MAX = (1 << 63) - 1
_CANCEL_MARGIN_MS = 10 * MINUTE
_NAME = "name"  # the fact of a push that may stand for its ret_id
_MIDNIGHT = time(0, 0)
_DAY = timedelta(days=1)

Fields = Mapping[str, str]


def read_push_status(
    opened: Opened[Fields], account: Account, now: int
) -> CampaignWanted | Refusal:
    """Which push: by its number, or by the caller's own reference."""
    if refusal := signed(opened, account):
        return refusal
    fields = opened.content
    number, wrong = fields.get("push_id", ""), Wrong()
    if not (number or fields.get("ret_id")):
        return Refusal(wrong={Error.missing: "push_id"})
    if not number:
        reference = _reference(fields, "ret_id", wrong)
        return _refused(wrong) or CampaignWanted(reference=reference)
    known = number.isascii() and number.isdigit() and int(number[:20]) <= _NUMBER_MAX
    return CampaignWanted(order=int(number[:20])) if known else Refusal((Trouble.not_found,))


def read_push_pages(opened: Opened[Fields], account: Account, now: int) -> CampaignPaged | Refusal:
    """The same, for an answer that can be worded a page at a time."""
    asked = read_push_status(opened, account, now)
    return asked if isinstance(asked, Refusal) else CampaignPaged(asked)


def read_sms_status(opened: Opened[Fields], account: Account, now: int) -> MessagesWanted | Refusal:
    """The messages of one recipient's reference."""
    if refusal := signed(opened, account):
        return refusal
    wrong = Wrong()
    reference = _reference(opened.content, "ret_id", wrong)
    return _refused(wrong) or MessagesWanted(reference)


def read_answers(opened: Opened[Fields], account: Account, now: int) -> RepliesWanted | Refusal:
    """What was answered to a push."""
    if refusal := signed(opened, account):
        return refusal
    wrong = Wrong()
    reference = _reference(opened.content, "ret_id", wrong)
    since, until = _stretch(opened.content, now, wrong)
    return _refused(wrong) or RepliesWanted(since, until, reference, _NAME)


def read_clicks(opened: Opened[Fields], account: Account, now: int) -> ClicksWanted | Refusal:
    """Who followed their link: of one push, or of all."""
    if refusal := signed(opened, account):
        return refusal
    wrong = Wrong()
    wanted = opened.content.get("ret_id")
    reference = _reference(opened.content, "ret_id", wrong) if wanted else ""
    since, until = _stretch(opened.content, now, wrong)
    return _refused(wrong) or ClicksWanted(since, until, reference, _NAME)


def read_credit(opened: Opened[object], account: Account, now: int) -> CreditWanted | Refusal:
    """What each route of the account may still send."""
    if refusal := signed(opened, account):
        return refusal
    return CreditWanted(
        [
            Purchase(
                ROUTE_TYPES[letter].channel,
                CREDITS_OF[letter].place,
                purse=letter,
            )
            for letter in credit_routes(account)
        ]
    )


def read_cancel(opened: Opened[Push], account: Account, now: int) -> CancelWanted | Refusal:
    """Every push of a reference that has not begun. Its own door need not be told the action."""
    if refusal := signed(opened, account):
        return refusal
    push = opened.content
    if push.fields.get("action", CANCEL) != CANCEL:
        return Refusal(wrong={Error.unsupported: "action"})
    wrong = Wrong()
    reference = _reference(push.fields, CANCEL_REFERENCE, wrong)
    return _refused(wrong) or CancelWanted(reference, _CANCEL_MARGIN_MS)


def _refused(wrong: Wrong) -> Refusal | None:
    return Refusal(wrong=wrong) if wrong else None


def _reference(fields: Fields, name: str, wrong: Wrong) -> str:
    given = fields.get(name, "")
    if not given:
        wrong.setdefault(Error.missing, name)
    elif "\0" in given:
        wrong.setdefault(Error.bad_value, name)
    elif len(given) > LIMITS["field"]:
        wrong.setdefault(Error.bad_value, f"{name} too long")
    return given


def _stretch(fields: Fields, now: int, wrong: Wrong) -> tuple[int, int]:
    """From the midnight that begins the first day to the one that ends the last."""
    today = paris.wall(now).date()
    if not fields.get("start_date"):
        wrong.setdefault(Error.missing, "start_date")
    first = _day(fields, "start_date", wrong) or today
    last = _day(fields, "end_date", wrong) or today
    first = max(first, today - LIMITS["days"] * _DAY)
    return _midnight(first), _midnight(min(last, today) + _DAY)


def _day(fields: Fields, name: str, wrong: Wrong) -> date | None:
    given = fields.get(name, "")
    day = paris.date_of(given) if given else None
    if given and day is None:
        wrong.setdefault(Error.date, name)
    return day


def _midnight(day: date) -> int:
    return paris.instant(datetime.combine(day, _MIDNIGHT))
