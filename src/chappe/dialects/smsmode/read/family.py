"""Accounts beneath an account, credit between them, and keys.

In: what a call says. Out: questions in our words, or a Refusal.
"""

import re

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import A_CREDIT, GivenCall
from chappe.dialects.smsmode.read.sending import MISSING
from chappe.dialects.smsmode.read.when import is_day
from chappe.dialects.smsmode.tables.paths import LIMITS, NAME
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.clock import DAY
from chappe.words.family import CloseChild, MakeChild, MakeKey, Transfer

_DETAILS = (
    *("reference", "nom", "prenom", "societe", "adresse", "ville", "codePostal"),
    *("mobile", "telephone", "fax", "email", "date"),
)
_AMOUNT = re.compile("0*([1-9][0-9]*)")
_AMOUNT_DIGITS = 15  # nobody has as much; whatever is more lacks as well
_NO_LETTER = "\ufffd"


def read_child(opened: Opened[GivenCall], account: Account, now: int) -> MakeChild | Refusal:
    """A new one, without credit. A child has none beneath itself."""
    fields = opened.content.fields
    pseudo, word = fields.get("newPseudo", "").strip(), fields.get("newPass", "")
    details = {name: fields[name] for name in _DETAILS if name in fields}
    longest = max(map(len, (word, *details.values())))
    if account.parent or not word or longest > LIMITS["field"] or not _is_pseudo(pseudo):
        return MISSING
    if "date" in details and not is_day(details["date"]):
        return MISSING
    return MakeChild(pseudo, word, details)


def _is_pseudo(given: str) -> bool:
    """Whether it is one that can be written down and said again."""
    if not given or len(given) > LIMITS["pseudo"]:
        return False
    return given.isprintable() and _NO_LETTER not in given


def read_no_child(opened: Opened[GivenCall], account: Account, now: int) -> CloseChild | Refusal:
    pseudo = opened.content.fields.get("pseudoToDelete", "").strip()
    return CloseChild(pseudo) if pseudo else MISSING


def read_transfer(opened: Opened[GivenCall], account: Account, now: int) -> Transfer | Refusal:
    """Whole credits, to somebody else of the family."""
    fields = opened.content.fields
    target = fields.get("targetPseudo", "").strip()
    amount = _AMOUNT.fullmatch(fields.get("creditAmount", "").strip())
    note = fields.get("reference", "")
    if not target or amount is None or _names(account, target) or len(note) > LIMITS["field"]:
        return MISSING
    return Transfer(target, int(amount[1][:_AMOUNT_DIGITS]), A_CREDIT, note)


def _names(account: Account, given: str) -> bool:
    return given.casefold() in (account.login.casefold(), account.email.casefold())


def read_authorise(opened: Opened[GivenCall], account: Account, now: int) -> MakeKey:
    """One key more. It has an end where the account's keys have one."""
    days = account.wish(NAME, "key_days")
    return MakeKey(ends=now + days * DAY if days else 0)
