"""Answering: one text from an account to a number, counted while it is written.

In: a visit with what was typed. Out: the answer is sent; or why not, beside its field. Promise:
what is counted is what sending would count; a form that is sent twice sends once.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from markupsafe import escape

from chappe.console.rooms.replies.talking import BARRING, Partners, partners, shown
from chappe.console.shape import Away, Missing, Outcome, Visit
from chappe.engine import look
from chappe.engine.accept import accept
from chappe.engine.bar import barred
from chappe.engine.look.talks import NEWEST
from chappe.engine.ready import make_ready
from chappe.hands.deeds import note
from chappe.words.alphabet import Alphabet
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.exchange import Response
from chappe.words.order import Letter, OptOut, Order
from chappe.words.text import fits_gsm

_DIALECT: Final = "console"
_CODE: Final = "36105"  # where neither the talk nor the account has one
_TEXT_MOST: Final = 1_000
_PARTS_MOST: Final = 8
_ONCE_MOST: Final = 64
_LOOKED_THROUGH: Final = 40

_WHY: Final[Mapping[Trouble, str]] = {
    Trouble.no_credit: "The credit does not suffice.",
    Trouble.opted_out: "This number opted out: nothing is sent to it.",
    Trouble.too_long: "This text is too long.",
    Trouble.bad_number: "Nothing can be sent to this number.",
    Trouble.not_served: "Nothing can be sent to this number.",
    Trouble.no_route: "Nothing can be sent to this number.",
    Trouble.no_quality: "Nothing can be sent to this number.",
    Trouble.too_often: "Too much is sent at once: try again in a moment.",
    Trouble.queue_full: "Too much waits already: try again later.",
}
_COUNTED: Final = "Characters: {letters}. Parts: {parts}. Price: {price}."
_COUNTED_WIDE: Final = (
    "Characters: {letters}. Parts: {parts}, since some letters take more room. Price: {price}."
)
_NOT_NOW: Final = "Nothing is taken now: try again in a moment."


async def answer(visit: Visit) -> Outcome:
    """Send it."""
    pair = partners(visit)
    if pair is None:
        return Missing()
    form = visit.form
    text = form.text("text", most=_TEXT_MOST, needed=True, lines=True)
    once = form.text("once", most=_ONCE_MOST)
    if pair.account.state != "active":
        form.wrong("text", visit.say("This account sends nothing at present."))
    if not form.is_right:
        return await shown(visit, pair, form)
    order = _order(visit, pair, text, once, await _code(visit, pair))
    said = await accept(visit.node.desk, pair.account, order)
    if isinstance(said, Refusal) and said.troubles != (Trouble.duplicate,):
        form.wrong("text", _why(visit, [*said.troubles, *said.recipients.values()]))
        return await shown(visit, pair, form)
    if isinstance(said, Receipt):
        facts = {"account": pair.account.login, "number": f"+{pair.number}", "message": said.first}
        await note(visit.node, visit.visitor.login, "answer", facts)
    return Away(pair.address, visit.say("It is on its way."))


async def count(visit: Visit) -> Outcome:
    """How many parts it would be, and what it would cost; a few words for the page of a talk."""
    pair = partners(visit)
    if pair is None:
        return Missing()
    text = visit.form.text("text", most=_TEXT_MOST, lines=True)
    return _fragment(await _counted(visit, pair, text))


async def _counted(visit: Visit, pair: Partners, text: str) -> str:
    say = visit.say
    if not visit.form.is_right:
        return next(iter(visit.form.mistakes.values()))
    if not text:
        return ""
    desk, order = visit.node.desk, _order(visit, pair, text)
    unwilling = await barred(desk, pair.account, order.letters)
    ready = make_ready(desk, pair.account, order, desk.clock.now(), unwilling)
    if ready.is_refused or ready.recipients:
        return _why(visit, [*ready.troubles, *ready.recipients.values()])
    parts, price = ready.letters[0].parts[0], ready.letters[0].prices[0]
    said = _COUNTED if fits_gsm(text) else _COUNTED_WIDE
    return say(said, letters=say.count(len(text)), parts=parts, price=say.euros(price))


def _order(visit: Visit, pair: Partners, text: str, once: str = "", code: str = "") -> Order:
    letter = Letter(
        text=text,
        numbers=[pair.number],
        code=code,
        alphabet=Alphabet.gsm if fits_gsm(text) else Alphabet.ucs2,
        parts_max=_PARTS_MOST,
        opt_out=OptOut.always,
        lists=BARRING,
    )
    return Order(
        dialect=_DIALECT,
        letters=[letter],
        request_id=f"console {once}" if once else "",
        origin=f"console {visit.request.peer}",
    )


async def _code(visit: Visit, pair: Partners) -> str:
    """The code that the talk is had with, so that what is written back is a part of it."""
    seen, asked = visit.seen, (pair.account, pair.number, _LOOKED_THROUGH, NEWEST)
    for one in (await look.talk(visit.node.desk, seen, *asked)).said:
        if one.reply is not None:
            return one.reply.code
    return pair.account.short_code or _CODE


def _why(visit: Visit, troubles: Iterable[Trouble]) -> str:
    known = [_WHY[trouble] for trouble in troubles if trouble in _WHY]
    return visit.say(known[0] if known else _NOT_NOW)


def _fragment(sentence: str) -> Response:
    return Response(str(escape(sentence)).encode(), "text/html; charset=utf-8")
