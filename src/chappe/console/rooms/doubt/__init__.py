"""Doubt: messages that left and were never answered, and what is chosen of each.

In: visits. Out: pages. Promise: nothing is sent again, and nothing left, without being asked for;
only what is in doubt at that moment is touched.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from chappe.console.blame import blame
from chappe.console.rooms.accounts.whose import address
from chappe.console.rooms.doubt.french import FRENCH
from chappe.console.shape import Away, ConsoleRoom, MenuPlace, Outcome, View, Visit, WebPage
from chappe.console.states import badge
from chappe.console.sure import ask, is_sure
from chappe.engine.doubt import DROPPED, HELD, SENT_AGAIN
from chappe.hands import CannotDo, perform
from chappe.words.lifecycle import Reason, State
from chappe.words.visitor import Right

_SHOWN: Final = 100
_READ_MOST: Final = 10_000
_CHOICES: Final = (HELD, SENT_AGAIN, DROPPED)

# What is chosen -> the hand, what is asked, what it means, the button, what is said then.
_DEEDS: Final[Mapping[str, tuple[str, str, str, str, str]]] = {
    "resend": (
        "doubt resend",
        "Send {count} again?",
        "Whoever got such a message already gets it twice. Nothing more is paid for it.",
        "Yes, send again",
        "{count} messages are sent again.",
    ),
    "drop": (
        "doubt drop",
        "Leave {count} as they are?",
        "They are not sent again and count as failed. What was paid for them stays paid.",
        "Yes, leave them",
        "{count} messages are left as they are.",
    ),
}

# message, since when, what was chosen, how often, number, state; as the store has them
_Doubted = Sequence[Any]


async def page(visit: Visit) -> Outcome:
    query = visit.query
    shows_all, begin = query.flag("all"), query.whole("from", 0, _READ_MOST, 0)
    found = await _doubts(visit)
    wanted = found if shows_all else [one for one in found if _is_open(one)]
    shown = wanted[begin : begin + _SHOWN]
    end = begin + _SHOWN
    form = visit.form
    is_right = query.is_right and form.is_right
    facts = {
        "title": visit.say("Messages in doubt"),
        "query": query,
        "form": form,
        "rows": [await _row(visit, one) for one in shown],
        "open": sum(_is_open(one) for one in found),
        "is_cut": len(found) == _READ_MOST,
        "shows_all": shows_all,
        "address": address,
        "may_run": visit.may(Right.run),
        "older": _address(shows_all, end) if end < len(wanted) else "",
        "newer": _address(shows_all, max(0, begin - _SHOWN)) if begin else "",
    }
    return View("rooms/doubt/page.html", facts, 200 if is_right else 422)


def _address(shows_all: bool, begin: int) -> str:
    kept = {"all": "1"} if shows_all else {}
    return f"/doubt?{urlencode({**kept, 'from': begin})}"


async def _doubts(visit: Visit) -> Sequence[_Doubted]:
    return await visit.node.store.doubts(_READ_MOST)


def _is_open(one: _Doubted) -> bool:
    """Whether it waits for somebody's choice."""
    return bool(one[2] == HELD and one[5] == State.unknown)


async def _row(visit: Visit, one: _Doubted) -> Mapping[str, Any]:
    ident, at, choice, times, number, state = one
    kept = await visit.node.store.messages(ident, ident, 1)
    reason = kept[0].reason if kept else Reason.none
    return {
        "message": ident,
        "account": visit.node.accounts.login_of(kept[0].account) if kept else "",
        "number": number or 0,
        "at": at,
        "choice": visit.say(choice),
        "times": times,
        "state": badge(visit.say, State(state), reason.name) if state is not None else "",
        "is_open": _is_open(one),
    }


async def decide(visit: Visit) -> Outcome:
    form, say = visit.form, visit.say
    what = form.choice("what", [*_DEEDS, *[f"{one} all" for one in _DEEDS]])
    if not form.is_right:
        return await page(visit)
    deed, _, scope = what.partition(" ")
    still = [str(one[0]) for one in await _doubts(visit) if _is_open(one)]
    chosen = still if scope else form.some("message", still)
    if form.is_right and not chosen:
        form.wrong("message", say("Choose some messages first."))
    if not form.is_right:
        return await page(visit)
    hand, question, means, yes, said = _DEEDS[deed]
    count = say.count(len(chosen))
    if not is_sure(visit):
        kept = [("message", one) for one in chosen] if not scope else []
        question = say(question, count=count)
        return ask(visit, question, say(means), say(yes), "/doubt", [("what", what), *kept])
    asked = {"all": True} if scope else {"messages": [int(one) for one in chosen]}
    try:
        shown = await perform(visit.node, hand, asked, visit.visitor.login)
    except CannotDo as why:  # something came of one meanwhile
        blame(form, say, why, ())
        return await page(visit)
    done = next(iter(shown.value.values()))
    return Away("/doubt", say(said, count=say.count(len(done))))


ROOM: Final = ConsoleRoom(
    "doubt",
    pages=(
        WebPage("GET", "/doubt", page, for_all=True),
        WebPage("POST", "/doubt", decide, Right.run, for_all=True),
    ),
    places=(MenuPlace("Doubt", "/doubt", "Installation", for_all=True),),
    french=FRENCH,
)
