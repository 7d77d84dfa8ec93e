"""What is asked beside sending: credit, reports, look-ups, black lists.

In: what a call says. Out: questions in our words, or a Refusal.
"""

from chappe.dialects.isendpro.names import Asked
from chappe.dialects.isendpro.read.numbers import read_numbers
from chappe.dialects.isendpro.read.terms import channel_of
from chappe.dialects.isendpro.read.when import read_date
from chappe.dialects.isendpro.tables.errors import Error
from chappe.dialects.isendpro.tables.paths import DETAILED, LIMITS, NAME
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.answer import Refusal, Wrong
from chappe.words.asked import (
    BarWanted,
    CampaignsPaged,
    CreditWanted,
    LeftPaged,
    LookUp,
    Purchase,
)
from chappe.words.clock import MINUTE
from chappe.words.number import is_mobile

_HOME = "FR"


def read_credit(opened: Opened[Asked], account: Account, now: int) -> CreditWanted:
    """Euros, and SMS to France."""
    return CreditWanted([Purchase(channel_of(account), _HOME)])


def read_look_up(opened: Opened[Asked], account: Account, now: int) -> LookUp | Refusal:
    """Each number is asked, and paid for, as often as it is given."""
    asked = opened.content
    wrong: Wrong = {}
    if not account.wish(NAME, "may_look_up", True):
        wrong[Error.no_look_ups] = ""
    read_numbers(asked, wrong)
    return Refusal(wrong=wrong) if wrong else LookUp(asked.numbers)


def read_report(opened: Opened[Asked], account: Account, now: int) -> LeftPaged | Refusal:
    """Both ends are in it, each a whole minute."""
    if opened.content.fields["rapportCampagne"] != DETAILED:
        return Refusal(wrong={Error.fault: ""})
    stretch = _stretch(opened.content)
    return stretch if isinstance(stretch, Refusal) else LeftPaged(*stretch, LIMITS["lines"])


def read_campaigns(opened: Opened[Asked], account: Account, now: int) -> CampaignsPaged | Refusal:
    """The same of campaigns."""
    stretch = _stretch(opened.content)
    return stretch if isinstance(stretch, Refusal) else CampaignsPaged(*stretch, LIMITS["lines"])


def _stretch(asked: Asked) -> tuple[int, int] | Refusal:
    wrong: Wrong = {}
    found = []
    for name, missing, bad in (
        ("date_deb", Error.no_begin, Error.bad_begin),
        ("date_fin", Error.no_end, Error.bad_end),
    ):
        at = read_date(asked.fields.get(name, ""))
        if at is None:
            wrong[bad if name in asked.fields else missing] = ""
        else:
            found.append(at)
    return Refusal(wrong=wrong) if wrong else (found[0], found[1] + MINUTE)


def read_bar(opened: Opened[Asked], account: Account, now: int) -> BarWanted | Refusal:
    """Only what can be a mobile is barred."""
    asked = opened.content
    wrong: Wrong = {}
    read_numbers(asked, wrong)
    if wrong:
        return Refusal(wrong=wrong)
    return BarWanted(list(dict.fromkeys(filter(is_mobile, asked.numbers))))
