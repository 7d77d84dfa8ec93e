"""What is asked beside sending: credit, reports, look-ups, black lists.

In: what a call says. Out: questions in our words, or a Refusal.
"""

from chappe.dialects.isendpro.names import Asked
from chappe.dialects.isendpro.read.numbers import read_numbers
from chappe.dialects.isendpro.read.terms import channel_of
from chappe.dialects.isendpro.tables.errors import Error
from chappe.dialects.isendpro.tables.paths import NAME
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.answer import Refusal, Wrong
from chappe.words.asked import BarWanted, CreditWanted, LookUp, Purchase
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


def read_bar(opened: Opened[Asked], account: Account, now: int) -> BarWanted | Refusal:
    """Only what can be a mobile is barred."""
    asked = opened.content
    wrong: Wrong = {}
    read_numbers(asked, wrong)
    if wrong:
        return Refusal(wrong=wrong)
    return BarWanted(list(dict.fromkeys(filter(is_mobile, asked.numbers))))
