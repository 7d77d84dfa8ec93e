"""Contacts, with the groups that they are in.

In: what a call says. Out: a question of the address book, or a Refusal.
"""

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import GivenCall
from chappe.dialects.smsmode.read.numbers import read_numbers
from chappe.dialects.smsmode.read.sending import MISSING
from chappe.dialects.smsmode.read.when import is_day
from chappe.dialects.smsmode.tables.paths import LIMITS
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.book import Entry, PutContact

_FIELDS = ("nom", "prenom", "societe", "other", "date")
_GROUPS_MOST = 100
_GROUPS_LETTERS_MOST = 100_000  # of all their names, each as often as it is there


def read_contact(opened: Opened[GivenCall], account: Account, now: int) -> PutContact | Refusal:
    """One that is there already is changed, and comes into more groups."""
    fields = opened.content.fields
    values = {name: fields[name] for name in _FIELDS if name in fields}
    number = read_numbers([fields.get("mobile", "")]).numbers[0]
    given = fields.get("groupes", "")
    if len(given) > _GROUPS_LETTERS_MOST:
        return MISSING
    listed = [name.strip() for name in given.split(",")]
    groups = [name for name in dict.fromkeys(listed) if name]
    longest = max(map(len, (*values.values(), *groups)), default=0)
    if not number or not values.get("nom", "").strip() or longest > LIMITS["field"]:
        return MISSING
    if len(groups) > _GROUPS_MOST or ("date" in values and not is_day(values["date"])):
        return MISSING
    return PutContact(Entry(number, values), groups)
