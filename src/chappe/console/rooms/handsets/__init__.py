"""The handsets: a wall of phones on the simulated network, with what came to each.

In: a visit; the phones stand in its address, and in a cookie for when it comes back. Out: the wall;
its screens, for whoever has them refreshed; what a phone does. Promise: a phone shows what it got
and nothing before; whoever sees some accounts sees their messages alone, and answers them alone.
"""

import asyncio
from collections.abc import Iterator, Sequence
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, Final, NamedTuple

from chappe.config.values import SIMULATED_KINDS
from chappe.console.render import rendered
from chappe.console.rooms.handsets.french import FRENCH
from chappe.console.rooms.handsets.screen import (
    FLASH,
    ScreenEntry,
    answers_to,
    entries,
    links_in,
    short_code_in,
)
from chappe.console.shape import (
    Away,
    ConsoleRoom,
    MenuPlace,
    Missing,
    Outcome,
    View,
    Visit,
    WebPage,
)
from chappe.doors.short import Short
from chappe.engine import look
from chappe.engine.follow import Follow
from chappe.engine.look.handset import OnScreen, spoken
from chappe.hands import CannotDo, perform
from chappe.links.contract import HasHandsets
from chappe.node import Node
from chappe.store.contract.search import Sought
from chappe.words.calls import Gesture, OnCall
from chappe.words.exchange import Request, Response
from chappe.words.lifecycle import State
from chappe.words.news import Message
from chappe.words.number import USUAL, read
from chappe.words.visitor import Right

PHONES_MOST: Final = 8
ON_SCREEN_MOST: Final = 20
TEXT_MOST: Final = 1_600
COOKIE: Final = "handsets"
STOP: Final = "STOP"
_CODE_MOST = 16
_LAST_MOST = 6  # numbers that are offered to whoever has no phone yet
_LOOKED_AT = 60
_YEAR_S = 31_536_000
_ANSWERED = sum(1 << one for one in State if State.sending <= one <= State.expired)


class PhoneShown(NamedTuple):
    """One phone of the wall."""

    number: int
    entries: Sequence[ScreenEntry]
    alert: ScreenEntry | None  # the last flash that came
    by_hand: bool
    without: str  # the address of the wall without it


async def page(visit: Visit) -> Outcome:
    """The wall; of whoever comes without an address, the one that they had last."""
    if not has_handsets(visit.node):
        return View("rooms/handsets/none.html", {"title": visit.say("Handsets")})
    query = visit.query
    asked = query.text("phones", most=400)
    if "phones" not in query and (known := _remembered(visit)):
        return Away(_address(known))
    numbers = _numbers(asked)
    typed = query.text("add", needed="add" in query)
    if typed:
        added = read(typed, USUAL)
        if not added:
            query.wrong("add", visit.say("That is no phone number."))
        elif added not in numbers and len(numbers) >= PHONES_MOST:
            query.wrong("add", visit.say("There are 8 phones already: take one away first."))
    if "phones" in query and not query.is_right:
        return await _wall(visit, numbers, 422)
    if typed:
        return _kept(visit, list(dict.fromkeys([*numbers, read(typed, USUAL)])))
    if query.text("keep"):
        return _kept(visit, numbers)
    return await _wall(visit, numbers)


async def screens(visit: Visit) -> Outcome:
    """The screens alone, each in a piece that takes the place of what stood there."""
    if not has_handsets(visit.node):
        return Missing()
    numbers = _numbers(visit.query.text("phones", most=400))
    facts = {
        "_": visit.say,
        "pledge": visit.visitor.pledge,
        "phones": await _phones(visit, numbers),
        "wall": _wall_of(numbers),
        "may_act": visit.may(Right.act),
    }
    body = rendered("rooms/handsets/screens.html", facts)
    return Response(body, "text/html; charset=utf-8")


async def write(visit: Visit) -> Outcome:
    """The phone answers: whoever wrote last, or a code that is named."""
    number, numbers, form = *_phone_of(visit), visit.form
    if not number:
        return Missing()
    text_field, code_field = f"text-{number}", f"code-{number}"
    code = form.text(code_field, most=_CODE_MOST).removeprefix("+")
    text = form.text(text_field, most=TEXT_MOST, needed=True, lines=True)
    if not form.is_right:
        return await _wall(visit, numbers, 422)
    if code and not (code.isascii() and code.isdigit()):
        form.wrong(code_field, visit.say("A short code has digits alone, such as 36105."))
    elif not (code := code or await _last_code(visit, number)):
        form.wrong(code_field, visit.say("Nobody to answer: name a short code such as 36105."))
    elif not await _may_write_to(visit, number, code):
        form.wrong(code_field, visit.say("Nothing of yours came from this code last."))
    if not form.is_right:
        return await _wall(visit, numbers, 422)
    asked = {"number": f"+{number}", "code": code, "text": text}
    try:
        await perform(visit.node, "reply", asked, who=visit.visitor.login)
    except CannotDo as why:
        form.wrong(text_field, str(why))
        return await _wall(visit, numbers, 422)
    said = visit.say("{number} wrote to {code}.", number=f"+{number}", code=code)
    return Away(f"{_address(numbers)}#phone-{number}", said)


async def set_by_hand(visit: Visit) -> Outcome:
    """Who answers the calls of a phone: somebody here, or the phone itself."""
    number, numbers = _phone_of(visit)
    if not number:
        return Missing()
    is_on = visit.form.choice("on", ("0", "1")) == "1"
    if not visit.form.is_right:
        return await _wall(visit, numbers, 422)
    asked = {"number": f"+{number}", "by_hand": is_on}
    await perform(visit.node, "call handset", asked, who=visit.visitor.login)
    by_hand, itself = "{number} is answered by hand.", "{number} answers by itself."
    said = visit.say(by_hand if is_on else itself, number=f"+{number}")
    return Away(f"{_address(numbers)}#phone-{number}", said)


async def answer_call(visit: Visit) -> Outcome:
    """Somebody takes a call, declines it, or hangs up."""
    message = await _message(visit)
    if message is None:
        return Missing()
    numbers = _numbers(visit.form.text("phones", most=400)) or [message.number]
    gesture = visit.form.choice("gesture", [one.value for one in Gesture])
    if visit.form.is_right:
        try:
            asked = {"call": message.id, "gesture": gesture}
            await perform(visit.node, "call answer", asked, who=visit.visitor.login)
        except CannotDo:  # it was over, or somebody else was quicker
            visit.form.wrong("", visit.say("That call is over, or was taken otherwise."))
    if not visit.form.is_right:
        return await _wall(visit, numbers, 422)
    return Away(f"{_address(numbers)}#phone-{message.number}")


async def play(visit: Visit) -> Outcome:
    """What is said in a call, as a WAV."""
    message = await _message(visit)
    if message is None or not visit.reads(message.account):
        return Missing()
    try:
        shown = await perform(visit.node, "call play", {"call": message.id})
        octets = await asyncio.to_thread(Path(shown.value["path"]).read_bytes)
    except (CannotDo, OSError):
        return Missing()
    return Response(octets, "audio/wav")


async def tap(visit: Visit) -> Outcome:
    """The short URL of a message, opened as its recipient opens it: that is a click."""
    message = await _message(visit)
    if message is None or message.state is not State.delivered:
        return Missing()
    codes = [short_code_in(visit, message, link) for link in links_in(message.text)]
    code = next(filter(None, codes), "")
    desk = visit.node.desk
    opened = Request("GET", f"/{code}", peer=visit.request.peer)
    led = Short(Follow(desk), desk.clock).answer(opened) if code else None
    return Missing() if led is None else await led


# which phones there are


def has_handsets(node: Node) -> bool:
    """Whether there is a network of phones that are simulated."""
    return any(link.kind in SIMULATED_KINDS for link in node.config.links)


def _numbers(text: str) -> list[int]:
    """The phones of an address, as many as a wall has room for; what is none is passed over."""
    found = [read(f"+{one}", USUAL) for one in text.split(",")[:PHONES_MOST]]
    return list(dict.fromkeys(number for number in found if number))


def _address(numbers: Sequence[int]) -> str:
    return f"/handsets?phones={_wall_of(numbers)}"


def _wall_of(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def _remembered(visit: Visit) -> Sequence[int]:
    try:
        cookies = SimpleCookie(visit.request.headers.get("cookie", ""))
    except CookieError:
        return ()
    return _numbers(cookies[COOKIE].value.replace(".", ",")) if COOKIE in cookies else ()


def _kept(visit: Visit, numbers: Sequence[int]) -> Response:
    """On to a wall that is remembered."""
    config = visit.node.config.console
    secure = "; Secure" if config is not None and config.url.startswith("https://") else ""
    how = f"Path=/handsets; Max-Age={_YEAR_S}; HttpOnly; SameSite=Lax{secure}"
    cookie = f"{COOKIE}={'.'.join(map(str, numbers))}; {how}"
    headers = (("Location", _address(numbers)), ("Set-Cookie", cookie))
    return Response(b"", "", 303, headers)


def _phone_of(visit: Visit) -> tuple[int, list[int]]:
    """The phone that a form is of, 0 where there is none; and the wall that it stands on."""
    number = read(f"+{visit.args[0]}", USUAL) if has_handsets(visit.node) else 0
    numbers = _numbers(visit.form.text("phones", most=400))
    return number, numbers if number in numbers else [number, *numbers][:PHONES_MOST]


# what they show


async def _wall(visit: Visit, numbers: Sequence[int], status: int = 200) -> Outcome:
    form = visit.query if visit.request.method == "GET" else visit.form
    facts = {
        "title": visit.say("Handsets"),
        "form": form,
        "query": visit.query,
        "phones": await _phones(visit, numbers),
        "wall": _wall_of(numbers),
        "last": [] if numbers else await _last_numbers(visit),
        "may_act": visit.may(Right.act),
        "can_call": any(_callable(visit.node)),
        "stop": STOP,
        "text_most": TEXT_MOST,
    }
    return View("rooms/handsets/page.html", facts, status)


async def _phones(visit: Visit, numbers: Sequence[int]) -> Sequence[PhoneShown]:
    node = visit.node
    links = frozenset(one.name for one in node.config.links if one.kind in SIMULATED_KINDS)
    by_hand = {number for link in _callable(node) for number in link.by_hand()}
    ringing = await _ringing(visit, numbers)
    made = []
    for number in numbers:
        seen = await look.handset(node.desk, visit.seen, number, links, ON_SCREEN_MOST)
        mine = [(call, one) for call, one in ringing if call.number == number]
        shown = entries(visit, seen, mine)
        alert = next((one for one in reversed(shown) if one.kind == FLASH), None)
        without = f"{_address([one for one in numbers if one != number])}&keep=1"
        rest = [one for one in shown if one is not alert]
        made.append(PhoneShown(number, rest, alert, number in by_hand, without))
    return made


async def _ringing(visit: Visit, numbers: Sequence[int]) -> Sequence[tuple[OnCall, OnScreen]]:
    """The calls that are under way at these phones, as far as they may be seen."""
    wanted = frozenset(numbers)
    calls = [
        call for link in _callable(visit.node) for call in link.on_call() if call.number in wanted
    ]
    found = {}
    for call in calls[: PHONES_MOST * ON_SCREEN_MOST]:
        message = await look.message(visit.node.desk, call.message)
        if message is not None and (visit.seen is None or message.account in visit.seen):
            found[call] = message
    shown = await spoken(visit.node.desk, list(found.values()))
    return list(zip(found, shown, strict=True))


def _callable(node: Node) -> Iterator[HasHandsets]:
    return (link for link in node.links.values() if isinstance(link, HasHandsets))


async def _last_numbers(visit: Visit) -> Sequence[int]:
    """The numbers that were written to last."""
    found = await look.search(visit.node.desk, visit.seen, Sought(_LOOKED_AT))
    numbers = [one.message.number for one in found.found] if found is not None else []
    return list(dict.fromkeys(number for number in numbers if number))[:_LAST_MOST]


async def _message(visit: Visit) -> Message | None:
    """The message of the address, where its phone is simulated and it may be seen."""
    given = visit.args[0]
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        return None
    found = await look.message(visit.node.desk, int(given))
    if found is None or (visit.seen is not None and found.account not in visit.seen):
        return None
    return found if has_handsets(visit.node) else None


# whom they answer


async def _last_code(visit: Visit, number: int) -> str:
    """The code that whoever wrote last is answered at."""
    came = await _came_to(visit, number, visit.seen)
    return next(filter(None, map(answers_to, came)), "")


async def _may_write_to(visit: Visit, number: int, code: str) -> bool:
    """Whoever sees all may write to any code. Others answer their own messages alone: what is
    written goes to whoever's message came from there last."""
    if visit.seen is None:
        return True
    for message in await _came_to(visit, number, None):
        if code in (message.sender.removeprefix("+"), message.code):
            return message.account in visit.seen
    return False


async def _came_to(visit: Visit, number: int, seen: Any) -> Sequence[Message]:
    """What came to a number, the newest first."""
    sought = Sought(_LOOKED_AT, number=number, states=_ANSWERED)
    found = await look.search(visit.node.desk, seen, sought)
    return [one.message for one in found.found] if found is not None else []


ROOM: Final = ConsoleRoom(
    "handsets",
    pages=(
        WebPage("GET", "/handsets", page),
        WebPage("GET", "/handsets/screens", screens),
        WebPage("POST", "/handsets/{}/write", write, Right.act),
        WebPage("POST", "/handsets/{}/by-hand", set_by_hand, Right.act),
        WebPage("POST", "/handsets/call/{}", answer_call, Right.act),
        WebPage("GET", "/handsets/play/{}.wav", play, Right.texts),
        WebPage("GET", "/handsets/{}/open", tap, Right.act),
    ),
    places=(MenuPlace("Handsets", "/handsets", "Tools", is_there=has_handsets),),
    french=FRENCH,
)
