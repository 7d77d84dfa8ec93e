"""The one path of every request: identify, prove, read, do, write.

In: the turns that came together, of whatever door. Out: a response to each. Promise: no dialect
sees the engine, no engine a dialect; whatever goes wrong is worded by the dialect that was asked.

Step by step for all of them, as far as everything needed is in memory. A request that has to wait
for something (a password to be hashed, a look-up, a large body) goes on by itself.
"""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeVar, cast

from msgspec.structs import replace

from chappe.dialects.shape import Dialect, pages_of, repeated_of
from chappe.doors.asking import (
    Admitted,
    Came,
    Open,
    Read,
    Wording,
    opened,
    opened_aside,
    read,
    read_aside,
)
from chappe.doors.kinds import CutPath, Kinds
from chappe.doors.turn import Turn, report
from chappe.doors.vast import Room
from chappe.engine import book as booking
from chappe.engine import look
from chappe.engine.accept import Wanted, accept, accept_all
from chappe.engine.bar import bar, on_lists
from chappe.engine.cancel import cancel
from chappe.engine.clear import clear
from chappe.engine.delete import delete
from chappe.engine.desk import Desk
from chappe.engine.family import close_child, make_child, transfer
from chappe.engine.follow import clicks
from chappe.engine.issue import make_key
from chappe.engine.look_up import look_up
from chappe.engine.prove import Prove
from chappe.engine.rehearse import rehearse
from chappe.engine.sign import Signatures
from chappe.words import book, family
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble, Wordable
from chappe.words.asked import (
    AccountMessagesWanted,
    BarredWanted,
    BarWanted,
    CampaignPaged,
    CampaignsPaged,
    CampaignWanted,
    CancelWanted,
    ClicksWanted,
    CreditWanted,
    DeleteWanted,
    LeftPaged,
    LookUp,
    MessagesWanted,
    OrdersWanted,
    Rehearsal,
    RepliesWanted,
)
from chappe.words.asks import Asks
from chappe.words.exchange import Request, Response
from chappe.words.order import Order, are_many
from chappe.words.steps import OneStep, Steps

log = logging.getLogger("chappe.doors")

A = TypeVar("A", bound=Wordable)
Verb = Callable[[Desk, Account, str, Asks[A]], Awaitable[A | Refusal]]

Extra = Callable[[Request], Awaitable[Response]]
Stray = Callable[[Request], Awaitable[Response] | None]

_BROKEN = Response(b"500 Internal Server Error\n", status=500)
_NOT_FOUND = Response(b"Not found", status=404)
_VAST = 1 << 18  # what a body beyond this is read into takes many times its room
_ROOM_ENOUGH = contextlib.nullcontext()
_UNHEARD = Refusal((Trouble.not_now,))  # nothing came of it, whether that is heard or not


def _accept(
    desk: Desk, account: Account, dialect: str, asked: Order
) -> Awaitable[Receipt | Refusal]:
    return accept(desk, account, asked)


# What is asked -> who does it. A verb of another question, or with another answer, is no row.
VERBS = dict[type, object](
    (
        Order.answered_by(_accept),
        AccountMessagesWanted.answered_by(look.account_messages),
        BarWanted.answered_by(bar),
        BarredWanted.answered_by(on_lists),
        CampaignWanted.answered_by(look.campaign),
        CampaignPaged.answered_by(look.campaign_paged),
        CampaignsPaged.answered_by(look.campaigns),
        LeftPaged.answered_by(look.left_messages),
        MessagesWanted.answered_by(look.messages),
        OrdersWanted.answered_by(look.orders),
        RepliesWanted.answered_by(look.replies),
        ClicksWanted.answered_by(clicks),
        CreditWanted.answered_by(look.credit),
        CancelWanted.answered_by(cancel),
        DeleteWanted.answered_by(delete),
        LookUp.answered_by(look_up),
        Rehearsal.answered_by(rehearse),
        book.AddMembers.answered_by(booking.add_members),
        book.ContactsWanted.answered_by(booking.contacts),
        book.GroupWanted.answered_by(booking.group),
        book.GroupsWanted.answered_by(booking.groups),
        book.MakeGroup.answered_by(booking.make_group),
        book.MembersWanted.answered_by(booking.members),
        book.PutContact.answered_by(booking.put_contact),
        book.RemoveContact.answered_by(booking.remove_contact),
        book.RemoveGroup.answered_by(booking.remove_group),
        book.RemoveMembers.answered_by(booking.remove_members),
        family.CloseChild.answered_by(close_child),
        family.MakeChild.answered_by(make_child),
        family.MakeKey.answered_by(make_key),
        family.Transfer.answered_by(transfer),
    )
)


def verb_of(asked: Asks[A]) -> Verb[A]:
    """Who does it, and finds its answer."""
    return cast("Verb[A]", VERBS[type(asked)])


class Pipeline:
    """All dialects' paths on one port."""

    def __init__(
        self,
        desk: Desk,
        prove: Prove,
        dialects: Sequence[Dialect],
        extras: Mapping[tuple[str, str], Extra],
        stray: Stray = lambda request: None,
        room: Room | None = None,
    ) -> None:
        self._desk = desk
        self._prove = prove
        self._signatures = Signatures(desk)
        self._room = room or Room()
        self._kinds = Kinds(desk, prove)
        self._extras = dict(extras)
        self._stray = stray  # knows what to do with some of the paths that are nobody's
        self._paths = _Paths(dialects)
        for dialect in dialects:
            for path, page in pages_of(dialect).items():
                self._extras["GET", path] = _serving(page)
        wording = Wording()
        done = _InRoom(OneStep(wording, read, read_aside, _Do()), self._room_for)
        proved = OneStep[Open, Admitted, Response](wording, self._proved, self._proved_later, done)
        self._steps = OneStep[Came, Open, Response](wording, opened, self._opened_aside, proved)

    @property
    def owners(self) -> Mapping[str, str]:
        """Path -> the name of the dialect that it is of, or `house`."""
        house = dict.fromkeys((path for _, path in self._extras), "house")
        return house | {path: found.dialect.NAME for path, found in self._paths.known.items()}

    def take(self, turns: Sequence[Turn]) -> None:
        """Answer each, now or later."""
        if log.isEnabledFor(logging.DEBUG):
            for turn in turns:
                asked = turn.request
                log.debug("%s %s from %s", asked.method, asked.path, asked.peer)
        now = self._desk.clock.now()
        came = [one for turn in turns if (one := self._sorted(turn, now)) is not None]
        self._kinds.keep()
        if came:
            self._steps.together(came)

    # whose path it is

    def _sorted(self, turn: Turn, now: int) -> Came | None:
        """The same as `_routed`; where that fails, those that came together with it go on."""
        try:
            return self._routed(turn, now)
        except Exception as fault:  # of ours; who asked hears so
            report(fault)
            self._desk.counts["faults"] += 1
            turn.answer(_BROKEN)
            return None

    def _routed(self, turn: Turn, now: int) -> Came | None:
        """Paths of no dialect, and wrong methods on one's, are answered."""
        request, paths = turn.request, self._paths
        found = paths.routes.get((request.method, request.path))
        if found is not None:
            # Where anybody is disturbed, each call goes all the way, to where that is seen.
            way = None if self._desk.disturbing.is_on else found.way
            if way is not None and self._kinds.take(way, turn, now):
                return None
            return Came(self._desk, turn, request, found.dialect, found.action, now)
        if request.method == "HEAD":
            found = paths.questions.get(request.path)
            if found is not None:
                asked = replace(request, method="GET")
                return Came(self._desk, turn, asked, found.dialect, found.action, now)
        self._elsewhere(turn, now)
        return None

    def _elsewhere(self, turn: Turn, now: int) -> None:
        request = turn.request
        method = "GET" if request.method == "HEAD" else request.method
        extra = self._extras.get((method, request.path))
        known = self._paths.known.get(request.path)
        if extra is not None:
            turn.answer_later(extra(request))
        elif known is not None:
            wrong = Came(self._desk, turn, request, known.dialect, known.action, now)
            refused = wrong.refused(Refusal((Trouble.wrong_method,)))
            allow = ("Allow", ", ".join(self._paths.methods[request.path]))
            turn.answer(replace(refused, headers=(*refused.headers, allow)))
        elif (answer := self._stray(request)) is not None:
            turn.answer_later(answer)
        else:
            log.info("unknown path %s %s from %s", request.method, request.path, request.peer)
            turn.answer(_NOT_FOUND)

    # the steps

    async def _opened_aside(self, one: Came) -> Open | Refusal:
        async with self._room_for(one):
            return _UNHEARD if one.turn.is_left else await opened_aside(one)

    def _proved(self, one: Open) -> Admitted | Refusal | None:
        proved = self._prove.at_hand(one.opened.claim, one.request.peer)
        if isinstance(proved, Account):
            if self._desk.disturbing.is_on and self._desk.disturbing.is_at_door(proved.id):
                return None
            return self._admitted(one, proved, one.now)
        return proved

    async def _proved_later(self, one: Open) -> Admitted | Refusal:
        claim, peer, name = one.opened.claim, one.request.peer, one.dialect.NAME
        proved = await self._prove.prove(claim, peer, name)
        if isinstance(proved, Refusal):
            return proved
        if self._desk.disturbing.is_on:
            refused = await self._desk.disturbing.at_door(proved)
            if refused is not None or one.turn.is_left:
                return refused or _UNHEARD
        return self._admitted(one, proved, self._desk.clock.now())

    def _admitted(self, one: Open, account: Account, now: int) -> Admitted:
        """Who asks was proved."""
        opened = one.opened
        if opened.signature:
            opened.holds = partial(self._signatures.holds, account)
        return Admitted(
            one.desk, one.turn, one.request, one.dialect, one.action, now, opened, account, one.now
        )

    def _room_for(self, one: Came) -> contextlib.AbstractAsyncContextManager[None]:
        """A vast body waits for room whenever it is looked into, and has none while it is found out
        who sent it: a wrong password waits long."""
        return self._room if len(one.request.body) > _VAST else _ROOM_ENOUGH


class _InRoom:
    """The rest of the steps; whichever goes alone and is vast has room for all of them. One whose
    client has given up meanwhile is not begun: it would be sent once more when they ask again."""

    def __init__(
        self,
        steps: Steps[Admitted, Response],
        room_for: Callable[[Came], contextlib.AbstractAsyncContextManager[None]],
    ) -> None:
        self.together = steps.together
        self._steps = steps
        self._room_for = room_for

    async def alone(self, one: Admitted) -> Response:
        async with self._room_for(one):
            if one.turn.is_left:
                return await one.refused_in_full(_UNHEARD)
            return await self._steps.alone(one)


class _Do:
    """The last step: what was asked is done, however long that takes."""

    def together(self, ones: Sequence[Read[Wordable]]) -> None:
        wanted: list[Wanted] = []
        for one in ones:
            asked = one.asked
            if type(asked) is Order:
                wanted.append(Wanted(one.desk, one.account, asked, one, one.now))
            else:
                one.turn.answer_later(self.alone(one))
        if wanted:
            accept_all(wanted)

    async def alone(self, one: Read[A]) -> Response:
        asked = one.asked
        verb = verb_of(asked)
        response = await one.seen_through(verb(one.desk, one.account, one.dialect.NAME, asked))
        if isinstance(asked, Order) and are_many(asked.letters):
            one.desk.background(clear([asked.letters]))
        return response


class _Route(NamedTuple):
    dialect: Dialect
    action: str
    way: CutPath | None = None  # where its calls are made again and again


class _Paths:
    """Which dialect answers what."""

    def __init__(self, dialects: Sequence[Dialect]) -> None:
        self.routes: dict[tuple[str, str], _Route] = {}
        self.known: dict[str, _Route] = {}  # by the path alone
        self.questions: dict[str, _Route] = {}  # where HEAD can change nothing, by the path
        self.methods: dict[str, list[str]] = {}  # of each path, as a refusal names them
        for dialect in dialects:
            repeated = repeated_of(dialect)
            for (method, path), action in dialect.ROUTES.items():
                way = CutPath(dialect, action, repeated[action]) if action in repeated else None
                self._add(method, path, _Route(dialect, action, way))

    def _add(self, method: str, path: str, route: _Route) -> None:
        self.routes[method, path] = self.known[path] = route
        methods = self.methods.setdefault(path, [])
        methods.append(method)
        if method == "GET" and is_question(route.dialect, route.action):
            self.questions[path] = route
            methods.append("HEAD")


def is_question(dialect: Dialect, action: str) -> bool:
    """Whether nothing can come of it but an answer, whichever of its path's actions it is."""
    every = [action, *[other for _, other in dialect.CHOICE.get(action, ())]]
    return all(one in dialect.ACTIONS and not dialect.ACTIONS[one].changes for one in every)


def _serving(page: Response) -> Extra:
    async def serve(request: Request) -> Response:
        return page

    return serve
