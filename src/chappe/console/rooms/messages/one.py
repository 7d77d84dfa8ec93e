"""One message's page, and what may be done there; one order's page.

In: a number in the path. Out: the whole story; deeds. Promise: what is another's is not there, and
neither is an order that its account has deleted, for whoever sees some accounts alone.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from chappe.console.rooms.messages import story
from chappe.console.rooms.messages.language import CHANNEL_WORDS
from chappe.console.rooms.messages.listing import PATH, SHOWN, row_of, with_account
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.console.states import badge
from chappe.engine import look
from chappe.engine.look.pages import shown_state
from chappe.hands import perform
from chappe.hands.shown import CannotDo
from chappe.store.contract import NEVER
from chappe.store.contract.listing import OrderHead
from chappe.store.contract.search import Sought
from chappe.words.calls import read_speech
from chappe.words.lifecycle import Reason, State
from chappe.words.news import Message
from chappe.words.order import Channel
from chappe.words.stage import Stage
from chappe.words.visitor import Right

COUNTED_AT_ONCE: Final = 50_000  # messages of an order that its page counts before it is shown
_COUNTED = 20_000  # ... in one look
_IDENT = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_SEQ_MOST = 1_000_000


async def message_seen(visit: Visit, text: str) -> Message | None:
    """The message of this number, if it is there for whoever visits."""
    if not _IDENT.fullmatch(text):
        return None
    found = await look.message(visit.node.desk, int(text))
    if found is None or visit.seen is None:
        return found
    if found.account not in visit.seen:
        return None
    order = await visit.node.store.order(found.account, found.order)
    return found if order is not None else None


async def message_page(visit: Visit) -> Outcome:
    found = await message_seen(visit, visit.args[0])
    if found is None:
        return Missing()
    trail = await visit.node.store.trail(found.id)
    speech = read_speech(trail.speech)
    in_doubt = found.state is State.unknown and found.reason is Reason.in_doubt
    facts: Mapping[str, Any] = {
        "title": visit.say("Message {message}", message=found.id),
        "message": found,
        "trail": trail,
        "account": visit.node.accounts.login_of(found.account),
        "badge": badge(visit.say, found.state, found.reason.name),
        "channel": _channel(visit, trail.channel),
        "speech": speech,
        "left_out": story.left_out(found),
        "money": story.money_word(trail),
        "has_texts": visit.reads(found.account),
        "told": story.told(visit, found, trail),
        "callbacks": story.callbacks(visit, trail),
        "may_replay": visit.may(Right.tend),
        "may_decide": in_doubt and visit.may(Right.run),
        "address": _address(visit),
        "never": NEVER,
    }
    return View("rooms/messages/message.html", facts)


def _channel(visit: Visit, channel: int | None) -> str:
    return "" if channel is None else visit.say(CHANNEL_WORDS[Channel(channel)])


def _address(visit: Visit) -> str:
    """This page's own address, as it may be pasted elsewhere."""
    config = visit.node.config.console
    host = visit.request.headers.get("host", "")
    url = config.url.rstrip("/") if config is not None and config.url else f"http://{host}"
    return f"{url}{visit.request.path}"


# what may be done


async def replay(visit: Visit) -> Outcome:
    """Tell one piece of news once more, or all of a message's."""
    found = await message_seen(visit, visit.args[0])
    if found is None:
        return Missing()
    seq = visit.form.whole("seq", 1, _SEQ_MOST, default=0)
    if not visit.form.is_right:
        raise CannotDo(next(iter(visit.form.mistakes.values())))
    asked = {"message": found.id, "seq": seq}
    try:
        done = await perform(visit.node, "callbacks replay", asked, who=visit.visitor.login)
    except CannotDo:
        raise CannotDo(visit.say("There is no such callback of this message.")) from None
    said = visit.say("Owed again: {count}.", count=done.value["replayed"])
    return Away(f"{PATH}/{found.id}", said=said)


async def resend(visit: Visit) -> Outcome:
    return await _decide(visit, "doubt resend", "It is sent again.")


async def drop(visit: Visit) -> Outcome:
    return await _decide(visit, "doubt drop", "It is left as it is.")


async def _decide(visit: Visit, hand: str, sentence: str) -> Outcome:
    found = await message_seen(visit, visit.args[0])
    if found is None:
        return Missing()
    try:
        await perform(visit.node, hand, {"messages": [found.id]}, who=visit.visitor.login)
    except CannotDo:
        raise CannotDo(visit.say("This message is not in doubt any more.")) from None
    return Away(f"{PATH}/{found.id}", said=visit.say(sentence))


# orders


async def _order_seen(visit: Visit) -> OrderHead | None:
    text = visit.args[0]
    if not _IDENT.fullmatch(text):
        return None
    head = await visit.node.store.order_head(int(text))
    if head is None or visit.seen is None:
        return head
    account = head.message.account
    if account not in visit.seen or await visit.node.store.order(account, head.id) is None:
        return None
    return head


async def order_page(visit: Visit) -> Outcome:
    head = await _order_seen(visit)
    if head is None:
        return Missing()
    sought = Sought(SHOWN, order=head.id)
    found = await look.search(visit.node.desk, visit.seen, sought)
    assert found is not None  # it begins at no place
    is_large = head.total > COUNTED_AT_ONCE
    facts: Mapping[str, Any] = {
        **_order_facts(visit, head),
        "tally": None if is_large else await _tally(visit, head),
        "rows": [row_of(visit, one) for one in found.found],
        "with_account": with_account(visit),
        "is_more": found.next is not None,
    }
    return View("rooms/messages/order.html", facts)


async def order_tally(visit: Visit) -> Outcome:
    """How many stand how, of an order that takes long to count."""
    head = await _order_seen(visit)
    if head is None:
        return Missing()
    is_part = "hx-request" in visit.request.headers
    name = "tally_part.html" if is_part else "tally.html"
    facts = {**_order_facts(visit, head), "tally": await _tally(visit, head)}
    return View(f"rooms/messages/{name}", facts)


def _order_facts(visit: Visit, head: OrderHead) -> Mapping[str, Any]:
    return {
        "title": visit.say("Order {order}", order=head.id),
        "order": head,
        "account": visit.node.accounts.login_of(head.message.account),
        "called_off": head.stage != Stage.ordinary,
        "left_out": story.left_out(head.message),
    }


async def _tally(visit: Visit, head: OrderHead) -> list[Mapping[str, Any]]:
    """Counted piece by piece, so that nobody waits for the whole of it."""
    counted: dict[tuple[State, Reason], int] = {}
    first, last = head.message.id, head.message.id + head.total - 1
    for begin in range(first, last + 1, _COUNTED):
        piece = await visit.node.store.tally(begin, min(last, begin + _COUNTED - 1))
        for state, reason, count, _ in piece:
            key = shown_state({"stage": head.stage}, State(state)), Reason(reason)
            counted[key] = counted.get(key, 0) + count
    return [
        {
            "badge": badge(visit.say, state, reason.name),
            "count": count,
            "share": round(100 * count / max(1, head.total), 1),
            "q": f"order:{head.id} state:{state.name}"
            + (f" reason:{reason.name}" if reason else ""),
        }
        for (state, reason), count in sorted(counted.items(), key=lambda one: -one[1])
    ]
