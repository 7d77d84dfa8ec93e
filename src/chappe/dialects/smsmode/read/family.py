"""Accounts beneath an account, credit between them, and keys.

In: what a call says. Out: questions in our words, or a Refusal.
"""

import re

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import A_CREDIT, GivenCall
from chappe.dialects.smsmode.read.sending import MISSING
from chappe.dialects.smsmode.tables.paths import LIMITS
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.family import CloseChild, MakeChild, MakeKey, Transfer

_DETAILS = (
    *("reference", "nom", "prenom", "societe", "adresse", "ville", "codePostal"),
    *("mobile", "telephone", "fax", "email", "date"),
)
_AMOUNT = re.compile("0*([1-9][0-9]{0,8})")


def read_child(opened: Opened[GivenCall], account: Account, now: int) -> MakeChild | Refusal:
    """A new one, without credit."""
    fields = opened.content.fields
    pseudo, word = fields.get("newPseudo", "").strip(), fields.get("newPass", "")
    details = {name: fields[name][: LIMITS["field"]] for name in _DETAILS if name in fields}
    if not pseudo or not word or len(pseudo) > LIMITS["pseudo"] or len(word) > LIMITS["field"]:
        return MISSING
    return MakeChild(pseudo, word, details)


def read_no_child(opened: Opened[GivenCall], account: Account, now: int) -> CloseChild | Refusal:
    pseudo = opened.content.fields.get("pseudoToDelete", "").strip()
    return CloseChild(pseudo) if pseudo else MISSING


def read_transfer(opened: Opened[GivenCall], account: Account, now: int) -> Transfer | Refusal:
    """Whole credits, to somebody else of the family."""
    fields = opened.content.fields
    target = fields.get("targetPseudo", "").strip()
    amount = _AMOUNT.fullmatch(fields.get("creditAmount", "").strip())
    if not target or amount is None or target.casefold() == account.login.casefold():
        return MISSING
    note = fields.get("reference", "")[: LIMITS["field"]]
    return Transfer(target, int(amount[1]), A_CREDIT, note)


def read_authorise(opened: Opened[GivenCall], account: Account, now: int) -> MakeKey:
    """One key more."""
    return MakeKey()
