"""A sending in our words: one letter to all its recipients.

In: what a call says, the account, the present. Out: an order, or a Refusal. A number that is none
is a message in error, which stands in reports.
"""

from chappe.dialects.smsmode.names import REFERENCE, GivenCall
from chappe.dialects.smsmode.read.numbers import Recipients, has_digit, read_recipients
from chappe.dialects.smsmode.read.terms import TextTerms, read_terms
from chappe.dialects.smsmode.read.texts import Wordings, read_text
from chappe.dialects.smsmode.tables.errors import Error
from chappe.dialects.smsmode.tables.paths import LIMITS, NAME
from chappe.words.account import Account
from chappe.words.alphabet import Alphabet
from chappe.words.answer import Refusal
from chappe.words.order import Letter, OptOut, Order

MISSING = Refusal(wrong={Error.missing: ""})


def read_order(asked: GivenCall, account: Account, now: int, *, wide: bool) -> Order | Refusal:
    """Whatever is wrong with it is one error."""
    fields = asked.fields
    terms = read_terms(fields, account, now, wide=wide)
    if terms is None or "message" not in fields:
        return MISSING
    listed = [entry for entry in fields.get("numero", "").split(",") if has_digit(entry)]
    group = "" if "numero" in fields else fields.get("groupe", "")
    found = read_recipients(listed)
    if not (found.numbers or group) or (asked.by_get and len(listed) > LIMITS["by_get"]):
        return MISSING
    said = read_text(
        fields["message"],
        wide=wide,
        parts=terms.parts,
        stop=fields.get("stop", ""),
        code=terms.code,
    )
    return Order(
        dialect=NAME,
        letters=[letter_of(terms, said, found, group)],
        fatal=frozenset(),
        facts={REFERENCE: terms.reference} if terms.reference else {},
    )


def letter_of(terms: TextTerms, said: Wordings, found: Recipients, group: str = "") -> Letter:
    return Letter(
        text=said.home,
        abroad=said.abroad if said.abroad != said.home else "",
        numbers=found.numbers,
        given=found.given,
        group_name=group,
        sender=terms.sender,
        code=terms.code,
        channel=terms.channel,
        alphabet=Alphabet.ucs2 if terms.wide else Alphabet.gsm,
        start=terms.start,
        opt_out=OptOut.marketing,
        validity_h=LIMITS["validity_h"],
        silent_h=LIMITS["silent_h"],
        tell=terms.tell,
    )
