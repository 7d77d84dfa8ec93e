"""A text that is spoken to whoever takes the call.

In: what a call says, the account, the present. Out: an order, or a Refusal.
"""

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import REFERENCE, GivenCall
from chappe.dialects.smsmode.read.numbers import has_digit, read_recipients
from chappe.dialects.smsmode.read.sending import MISSING
from chappe.dialects.smsmode.read.terms import start_of, tell_of
from chappe.dialects.smsmode.tables.paths import LIMITS, NAME, SHORT_CODE
from chappe.dialects.smsmode.tables.voices import AGAIN_MIN, LANGUAGES, TITLES
from chappe.words.account import Account
from chappe.words.alphabet import Alphabet, Weights
from chappe.words.answer import Refusal
from chappe.words.order import Channel, Letter, OptOut, Order, Speech

# A unit of the price for each so many characters begun, whatever they are.
_COUNTED = Weights(
    ucs2_one=LIMITS["spoken_unit"], ucs2_many=LIMITS["spoken_unit"], pairs_whole=False
)


def read_voice(opened: Opened[GivenCall], account: Account, now: int) -> Order | Refusal:
    """Whatever is wrong with it is one error."""
    asked = opened.content
    fields = asked.fields
    language = LANGUAGES.get(fields.get("language", LANGUAGES["fr-fr"]).lower())
    start, tell = start_of(fields, now), tell_of(fields, account)
    title, reference = fields.get("title", ""), fields.get(REFERENCE, "")
    listed = [entry for entry in fields.get("numero", "").split(",") if has_digit(entry)]
    found = read_recipients(listed, called=True)
    if not found.numbers or (asked.by_get and len(listed) > LIMITS["by_get"]):
        return MISSING
    if language is None or start is None or tell is None or "message" not in fields:
        return MISSING
    if len(title) > LIMITS["title"] or len(reference) > LIMITS["reference"]:
        return MISSING
    letter = Letter(
        text=fields["message"][: LIMITS["spoken"]],
        numbers=found.numbers,
        given=found.given,
        mobiles=False,
        sender=account.wish(NAME, "caller") or "",
        code=account.short_code or SHORT_CODE,
        channel=Channel.voice,
        alphabet=Alphabet.ucs2,
        weights=_COUNTED,
        start=start,
        opt_out=OptOut.always,
        validity_h=LIMITS["validity_h"],
        silent_h=LIMITS["silent_h"],
        tell=tell,
        speech=Speech(
            title or TITLES[language],
            language,
            tuple(account.wish(NAME, "call_again_min", AGAIN_MIN)),
        ),
    )
    facts = {REFERENCE: reference} if reference else {}
    return Order(dialect=NAME, letters=[letter], fatal=frozenset(), facts=facts)
