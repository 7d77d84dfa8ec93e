"""The one path of every request: identify, prove, read, do, write.

In: the requests that came together. Out: a response to each. Promise: no dialect sees the engine,
no engine a dialect; whatever goes wrong is worded by the dialect that was asked.

Step by step for all of them, as far as everything needed is in memory. A request that has to wait
for something (a password to be hashed, a look-up, a large body) goes on by itself.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from chappe.dialects.shape import Dialect, Opened, pages_of
from chappe.doors.http.answer import refusal
from chappe.doors.http.turn import Turn, report
from chappe.doors.vast import Room
from chappe.engine import book as booking
from chappe.engine import look
from chappe.engine.accept import Wanted, accept, accept_all
from chappe.engine.bar import bar, on_lists
from chappe.engine.cancel import cancel
from chappe.engine.desk import Desk
from chappe.engine.follow import clicks
from chappe.engine.prove import Prove
from chappe.engine.rehearse import rehearse
from chappe.engine.sign import Signatures
from chappe.words import book
from chappe.words.account import Account
from chappe.words.answer import NotAdmitted, Refusal, Trouble
from chappe.words.asked import (
    AccountMessagesWanted,
    BarredWanted,
    BarWanted,
    CampaignWanted,
    CancelWanted,
    ClicksWanted,
    CreditWanted,
    MessagesWanted,
    OrdersWanted,
    Purchase,
    Rehearsal,
    RepliesWanted,
)
from chappe.words.exchange import Request, Response
from chappe.words.found import Campaign, Clicks, Replies
from chappe.words.order import Order

log = logging.getLogger("chappe.doors")

Verb = Callable[[Desk, Account, str, Any], Awaitable[Any]]


def _accept(desk: Desk, account: Account, dialect: str, asked: Order) -> Awaitable[Any]:
    return accept(desk, account, asked)


def _is_long(answer: Any) -> bool:
    """Whether it takes so long to word that the loop should go on meanwhile."""
    if isinstance(answer, Campaign):
        return len(answer.messages) > _LONG
    if isinstance(answer, Replies):
        return len(answer.replies) > _LONG
    return isinstance(answer, Clicks) and len(answer.clicks) > _LONG


# What is asked -> who does it.
VERBS: Mapping[type, Verb] = {
    book.AddMembers: booking.add_members,
    book.ContactsWanted: booking.contacts,
    book.GroupWanted: booking.group,
    book.GroupsWanted: booking.groups,
    book.MakeGroup: booking.make_group,
    book.MembersWanted: booking.members,
    book.PutContact: booking.put_contact,
    book.RemoveContact: booking.remove_contact,
    book.RemoveGroup: booking.remove_group,
    book.RemoveMembers: booking.remove_members,
    Order: _accept,
    AccountMessagesWanted: look.account_messages,
    BarWanted: bar,
    BarredWanted: on_lists,
    CampaignWanted: look.campaign,
    MessagesWanted: look.messages,
    OrdersWanted: look.orders,
    RepliesWanted: look.replies,
    ClicksWanted: clicks,
    CreditWanted: look.credit,
    CancelWanted: cancel,
    Rehearsal: rehearse,
}

Extra = Callable[[Request], Awaitable[Response]]
Stray = Callable[[Request], Awaitable[Response] | None]

_NOT_FOUND = Response(b"Not found", status=404)
_LARGE = 128 * 1024  # a body beyond this is read beside the loop, which goes on meanwhile
_VAST = 1 << 20  # what a body beyond this is read into takes many times its room
_ROOM_ENOUGH = contextlib.nullcontext()
_SHOWN = 64  # letters of a login that nobody proved
_LONG = 1_000  # lines; an answer of more is worded beside the loop as well


def _serving(page: Response) -> Extra:
    async def serve(request: Request) -> Response:
        return page

    return serve


class _Asking:
    """One request on its way; what is known of it so far."""

    __slots__ = ("account", "action", "asked", "counted", "desk", "dialect", "opened", "turn")

    def __init__(self, desk: Desk, turn: Turn, dialect: Dialect, action: str) -> None:
        self.desk = desk
        self.turn = turn
        self.dialect = dialect
        self.action = action
        # Each is there once its step was taken; what comes before that step asks for none.
        self.opened: Any = None  # an Opened, once it could be opened
        self.account: Any = None  # an Account, once one is proved
        self.asked: Any = None  # in our words, once it is read
        self.counted: Purchase | None = None  # where the answer says how many are left

    def begin(self, opened: Opened[Any]) -> None:
        """It could be opened; which of its path's actions it is may be known only now."""
        self.opened = opened
        self.action = opened.action or self.action

    def refused(self, refusal: Refusal) -> Response:
        """The refusal in the dialect's words."""
        if isinstance(refusal, NotAdmitted):
            self.account = refusal.account
        self.desk.counts["refused"] += 1
        request, name = self.turn.request, self.dialect.NAME
        names = ", ".join([*[trouble.name for trouble in refusal.troubles], *refusal.wrong])
        log.info(
            "refused %s %s by %s from %s: %s", name, self.action, self._who(), request.peer, names
        )
        return self.dialect.write_refused(refusal, self.action, request, self.opened, self.account)

    def _who(self) -> str:
        """The login that was proved, or that was merely said."""
        if self.account is not None:
            return str(self.account.login)
        said = self.opened.claim.login if self.opened is not None else ""
        return f"somebody as {said[:_SHOWN]}" if said else "somebody"

    def faulted(self) -> Response:
        """A fault of ours must not leave the customer without an answer."""
        self.note_fault()
        return self.refused(Refusal((Trouble.fault,)))

    def note_fault(self) -> None:
        log.exception("a request to %s could not be answered", self.turn.request.path)
        self.desk.counts["faults"] += 1

    def written(self, answer: Any) -> Response:
        """The engine's answer in the dialect's words."""
        if isinstance(answer, Refusal):
            return self.refused(answer)
        return self.dialect.ACTIONS[self.action].write(answer, self.opened, self.account)

    def answer(self, answer: Any) -> None:
        """At once, where the answer is all there is to say."""
        if self.counted is not None:
            self.turn.answer_later(self.said(answer))
            return
        try:
            response = self.written(answer)
        except Exception:  # of ours; who asked gets an answer all the same
            response = self.faulted()
        self.turn.answer(response)

    async def said(self, answer: Any) -> Response:
        """The answer, with what is left where the dialect says that too."""
        try:
            if self.counted is not None:
                self.opened.left = await look.left(self.desk, self.account, self.counted, answer)
            if _is_long(answer):
                return await asyncio.to_thread(self.written, answer)
            return self.written(answer)
        except Exception:  # of ours; who asked gets an answer all the same
            return self.faulted()


class Pipeline:
    """All dialects' paths on one port."""

    def __init__(
        self,
        desk: Desk,
        prove: Prove,
        dialects: Iterable[Dialect],
        extras: Mapping[tuple[str, str], Extra],
        stray: Stray = lambda request: None,
    ) -> None:
        self._desk = desk
        self._prove = prove
        self._signatures = Signatures(desk)
        self._room = Room()
        self._extras = dict(extras)
        self._stray = stray  # knows what to do with some of the paths that are nobody's
        self._routes: dict[tuple[str, str], tuple[Dialect, str]] = {}
        self._paths: dict[str, tuple[Dialect, str]] = {}
        self._methods: dict[str, list[str]] = {}  # of each path, as a refusal names them
        for dialect in dialects:
            for (method, path), action in dialect.ROUTES.items():
                self._routes[method, path] = self._paths[path] = (dialect, action)
                self._methods.setdefault(path, []).append(method)
            for path, page in pages_of(dialect).items():
                self._extras["GET", path] = _serving(page)

    def take(self, turns: Sequence[Turn]) -> None:
        """Answer each, now or later."""
        going = [asking for turn in turns if (asking := self._sorted(turn)) is not None]
        for step in (self._identified, self._proved, self._read):
            going = [asking for asking in going if self._goes_on(step, asking)]
        if going:
            wanted = [Wanted(one.account, one.asked, one.answer) for one in going]
            for place in accept_all(self._desk, wanted):
                self._later(going[place], self._done(going[place]))

    def _sorted(self, turn: Turn) -> _Asking | None:
        """The same as `_routed`; where that fails, those that came together with it go on."""
        try:
            return self._routed(turn)
        except Exception as fault:  # of ours; who asked hears so
            report(fault)
            self._desk.counts["faults"] += 1
            turn.answer(refusal(500))
            return None

    def _routed(self, turn: Turn) -> _Asking | None:
        """Whose path it is; paths of no dialect, and wrong methods on one's, are answered."""
        request = turn.request
        log.debug("%s %s from %s", request.method, request.path, request.peer)
        found = self._routes.get((request.method, request.path))
        if found is not None:
            return _Asking(self._desk, turn, found[0], found[1])
        # HEAD must never send a message, so dialects do not see it.
        method = "GET" if request.method == "HEAD" else request.method
        extra = self._extras.get((method, request.path))
        known = self._paths.get(request.path)
        if extra is not None:
            turn.answer_later(extra(request))
        elif known is None:
            self._strayed(turn)
        else:
            wrong = _Asking(self._desk, turn, known[0], known[1])
            refused = wrong.refused(Refusal((Trouble.wrong_method,)))
            allow = ("Allow", ", ".join(self._methods[request.path]))
            turn.answer(replace(refused, headers=(*refused.headers, allow)))
        return None

    def _strayed(self, turn: Turn) -> None:
        answer = self._stray(turn.request)
        if answer is None:
            request = turn.request
            log.info("unknown path %s %s from %s", request.method, request.path, request.peer)
            turn.answer(_NOT_FOUND)
        else:
            turn.answer_later(answer)

    def _goes_on(self, step: Callable[[_Asking], Refusal | bool], asking: _Asking) -> bool:
        """Take one step with a request; False where it needs no further one of ours."""
        try:
            taken = step(asking)
        except Exception:  # of ours; those that came together with it go on
            asking.turn.answer(asking.faulted())
            return False
        if isinstance(taken, Refusal):
            asking.answer(taken)
            return False
        return taken

    def _identified(self, asking: _Asking) -> Refusal | bool:
        request = asking.turn.request
        if len(request.body) > _LARGE:
            self._later(asking, self._alone(asking))
            return False
        opened = asking.dialect.identify(request, asking.action)
        if isinstance(opened, Refusal):
            return opened
        asking.begin(opened)
        return True

    def _proved(self, asking: _Asking) -> Refusal | bool:
        proved = self._prove.at_hand(asking.opened.claim, asking.turn.request.peer)
        if proved is None:
            self._later(asking, self._alone(asking))
            return False
        if isinstance(proved, Refusal):
            return proved
        self._admit(asking, proved)
        return True

    def _admit(self, asking: _Asking, account: Account) -> None:
        asking.account = account
        left = asking.dialect.ACTIONS[asking.action].left
        asking.counted = left(account) if left is not None else None
        if asking.opened.signature:
            asking.opened.holds = partial(self._signatures.holds, account)

    def _read(self, asking: _Asking) -> Refusal | bool:
        now = self._desk.clock.now()
        asked = asking.dialect.ACTIONS[asking.action].read(asking.opened, asking.account, now)
        if isinstance(asked, Refusal):
            return asked
        asking.asked = asked
        if type(asked) is Order:
            return True
        self._later(asking, self._done(asking))
        return False

    # one by itself

    def _later(self, asking: _Asking, work: Awaitable[Response]) -> None:
        asking.turn.answer_later(self._seen_through(asking, work))

    async def _seen_through(self, asking: _Asking, work: Awaitable[Response]) -> Response:
        try:
            return await work
        except Exception:  # of ours; who asked gets an answer all the same
            asking.note_fault()
            return await asking.said(Refusal((Trouble.fault,)))

    async def _alone(self, asking: _Asking) -> Response:
        """The same steps where one of them has to wait. A vast body waits for room whenever it is
        looked into, and has none while it is found out who sent it: a wrong password waits long."""
        request, dialect = asking.turn.request, asking.dialect
        room = self._room if len(request.body) > _VAST else _ROOM_ENOUGH
        if asking.opened is None:
            async with room:
                opened = await asyncio.to_thread(dialect.identify, request, asking.action)
            if isinstance(opened, Refusal):
                return asking.refused(opened)
            asking.begin(opened)
        claim = asking.opened.claim
        proved = await self._prove.prove(claim, request.peer, dialect.NAME)
        if isinstance(proved, Refusal):
            return asking.refused(proved)
        self._admit(asking, proved)
        async with room:
            return await self._stepped(asking)

    async def _stepped(self, asking: _Asking) -> Response:
        read, now = asking.dialect.ACTIONS[asking.action].read, self._desk.clock.now()
        if len(asking.turn.request.body) > _LARGE:
            asked = await asyncio.to_thread(read, asking.opened, asking.account, now)
        else:
            asked = read(asking.opened, asking.account, now)
        if isinstance(asked, Refusal):
            return await asking.said(asked)
        asking.asked = asked
        return await self._done(asking)

    async def _done(self, asking: _Asking) -> Response:
        """What was asked is done, however long that takes."""
        verb = VERBS[type(asking.asked)]
        answer = await verb(self._desk, asking.account, asking.dialect.NAME, asking.asked)
        return await asking.said(answer)
