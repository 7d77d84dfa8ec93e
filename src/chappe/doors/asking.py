"""A request on its way: what is known of it so far, and how it is answered from there.

In: a turn, and whose path it is. Out: the response, in the words of the dialect that was asked.
Promise: each step of its way is a type of its own, so that no step asks for what is not known yet;
whatever goes wrong, whoever asked gets an answer.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Coroutine
from typing import Any, Generic, TypeVar

import msgspec
from msgspec.structs import replace

from chappe.dialects.shape import Action, Content, Opened, Speaks
from chappe.doors.turn import Turn
from chappe.engine import look
from chappe.engine.desk import Desk
from chappe.engine.trace import Begun, Tracing
from chappe.words.account import Account
from chappe.words.answer import NotAdmitted, Receipt, Refusal, Trouble, Wordable
from chappe.words.asked import Purchase
from chappe.words.asks import Asks, Question
from chappe.words.exchange import MAIL, Request, Response
from chappe.words.order import Order
from chappe.words.trace import read_trace

log = logging.getLogger("chappe.doors")

_LARGE = 128 * 1024  # a body beyond this is read beside the loop, and so is a file
_SHOWN = 64  # letters of a login that nobody proved
_MAIL_HEAD = 32 * 1024
_MAIL_HEAD_END = re.compile(rb"\r?\n\r?\n")
_MAIL_TRACE = re.compile(rb"^traceparent:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_LONG = 1_000  # lines; an answer of more is worded beside the loop, which goes on meanwhile

A = TypeVar("A", bound=Wordable)


class Came(msgspec.Struct, frozen=True):
    """It came, and it is known whose path it is."""

    desk: Desk
    turn: Turn
    request: Request
    dialect: Speaks
    action: str
    now: int

    def known(self) -> tuple[Opened[Content] | None, Account | None]:
        """What was found out so far."""
        return None, None

    def refused(self, refusal: Refusal) -> Response:
        """The refusal in the dialect's words."""
        opened, account = self.known()
        if isinstance(refusal, NotAdmitted):
            account = refusal.account
        self.desk.measures.turned_away(self.dialect.NAME, refusal, account)
        request, name = self.request, self.dialect.NAME
        names = ", ".join([*[trouble.name for trouble in refusal.troubles], *refusal.wrong])
        who = _who(opened, account)
        log.info("refused %s %s by %s from %s: %s", name, self.action, who, request.peer, names)
        said = self.dialect.write_refused(refusal, self.action, request, opened, account)
        return replace(said, refusal=refusal)

    def faulted(self) -> Response:
        """A fault of ours, of which the customer hears no more than that."""
        log.exception("a request to %s could not be answered", self.request.path)
        self.desk.counts["faults"] += 1
        return self.refused(Refusal((Trouble.fault,)))

    def refuse(self, refusal: Refusal) -> None:
        """At once."""
        try:
            response = self.refused(refusal)
        except Exception:  # of ours; whoever asked gets an answer all the same
            response = self.faulted()
        self.turn.answer(response)

    async def refused_in_full(self, refusal: Refusal) -> Response:
        """With all that the dialect says beside it."""
        try:
            return self.refused(refusal)
        except Exception:  # of ours; whoever asked gets an answer all the same
            return self.faulted()


def _who(opened: Opened[Content] | None, account: Account | None) -> str:
    """The login that was proved, or that was merely said."""
    if account is not None:
        return account.login
    said = opened.claim.login if opened is not None else ""
    return f"somebody as {said[:_SHOWN]}" if said else "somebody"


class Open(Came, frozen=True):
    """It could be opened; which of its path's actions it is may be known only now."""

    opened: Opened[Content]

    def known(self) -> tuple[Opened[Content] | None, Account | None]:
        return self.opened, None


class Admitted(Open, frozen=True):
    """Who asks is proved."""

    account: Account
    came: int  # when the request did, before it was known whose it is

    @property
    def counted(self) -> Purchase | None:
        """What its answers count, where they say how much of it is left."""
        left = self.dialect.ACTIONS[self.action].left
        return left(self.account) if left is not None else None

    def known(self) -> tuple[Opened[Content] | None, Account | None]:
        return self.opened, self.account

    def refuse(self, refusal: Refusal) -> None:
        if self.dialect.ACTIONS[self.action].left is None:
            super().refuse(refusal)
        else:
            self.turn.answer_later(self.refused_in_full(refusal))

    async def refused_in_full(self, refusal: Refusal) -> Response:
        try:
            if (counted := self.counted) is not None:
                self.opened.left = await look.left(self.desk, self.account, counted, refusal)
            return self.refused(refusal)
        except Exception:  # of ours; whoever asked gets an answer all the same
            return self.faulted()


class Read(Admitted, Generic[A], frozen=True):
    """What is asked is read: all that is left is to do it, and to word what comes of it."""

    asked: Asks[A]
    way: Action[A]
    span: Begun | None = None  # where it is traced

    def written(self, answer: A | Refusal) -> Response:
        """The engine's answer in the dialect's words."""
        if isinstance(answer, Refusal):
            return self.refused(answer)
        return self.way.write(answer, self.opened, self.account)

    def answer(self, answer: A | Refusal) -> None:
        """At once, where nothing has to be looked up for it."""
        left = self.way.left
        if left is not None and not isinstance(answer, Receipt):
            self.turn.answer_later(self.said(answer))
            return
        try:
            if left is not None and isinstance(answer, Receipt):
                counted = left(self.account)
                self.opened.left = look.left_by(self.desk, self.account, counted, answer)
            response = self.written(answer)
        except Exception:  # of ours; whoever asked gets an answer all the same
            response = self.faulted()
        self.turn.answer(self._over(response))

    def answer_later(self, work: Awaitable[A | Refusal]) -> None:
        """The answer is whatever comes of this."""
        self.turn.answer_later(self.seen_through(work))

    async def seen_through(self, work: Awaitable[A | Refusal]) -> Response:
        try:
            answer = await work
        except Exception:  # of ours; whoever asked gets an answer all the same
            return self._over(self.faulted())
        return await self.said(answer)

    def _over(self, response: Response) -> Response:
        """That is what whoever asked is told."""
        if self.span is not None and self.desk.trace is not None:
            self.desk.trace.answered(self.span, self.dialect.NAME, self.action, response)
        return response

    async def said(self, answer: A | Refusal) -> Response:
        """The answer, with what is left where the dialect says that too."""
        return self._over(await self._worded(answer))

    async def _worded(self, answer: A | Refusal) -> Response:
        if isinstance(answer, Refusal):
            return await self.refused_in_full(answer)
        try:
            if (counted := self.counted) is not None:
                self.opened.left = await look.left(self.desk, self.account, counted, answer)
            if answer.lines > _LONG:
                return await asyncio.to_thread(self.written, answer)
            return self.written(answer)
        except Exception:  # of ours; whoever asked gets an answer all the same
            return self.faulted()


# Steps that are the same for a call and for a file.


def opened(one: Came) -> Open | Refusal | None:
    """Who says that they ask, and for what."""
    request = one.request
    if len(request.body) > _LARGE or request.file is not None:
        return None
    return _opened(one, one.dialect.identify(request, one.action))


async def opened_aside(one: Came) -> Open | Refusal:
    return _opened(one, await asyncio.to_thread(one.dialect.identify, one.request, one.action))


def _opened(one: Came, found: Opened[Content] | Refusal) -> Open | Refusal:
    if isinstance(found, Refusal):
        return found
    action = found.action or one.action
    return Open(one.desk, one.turn, one.request, one.dialect, action, one.now, found)


def read(one: Admitted) -> Read[Wordable] | Refusal | None:
    """What is asked, in our words."""
    request = one.request
    if len(request.body) > _LARGE or request.file is not None:
        return None
    way = one.dialect.ACTIONS[one.action]
    return _read(one, way, way.read(one.opened, one.account, one.now))


async def read_aside(one: Admitted) -> Read[Wordable] | Refusal:
    way, now = one.dialect.ACTIONS[one.action], one.desk.clock.now()
    return _read(one, way, await asyncio.to_thread(way.read, one.opened, one.account, now))


def _read(one: Admitted, way: Action[A], asked: Asks[A] | Refusal) -> Read[A] | Refusal:
    if isinstance(asked, Refusal):
        return asked
    if not (way.changes or isinstance(asked, Question)):
        raise TypeError("what is named a question would change something")
    span = None
    if isinstance(asked, Order):
        mark(asked, one, one.request.peer)
        if one.desk.trace is not None:
            span = _begin(asked, one.came, one.desk.trace)
    return Read(
        one.desk,
        one.turn,
        one.request,
        one.dialect,
        one.action,
        one.now,
        one.opened,
        one.account,
        one.came,
        asked,
        way,
        span,
    )


def mark(order: Order, one: Came, whence: str) -> None:
    """Note how it came."""
    order.origin = origin_of(one.action, whence)
    order.trace = trace_of(one.request)


def origin_of(action: str, whence: str) -> str:
    """By what an order came, and from where."""
    return f"{action} {whence}"


def _begin(order: Order, came: int, tracing: Tracing) -> Begun | None:
    """The span of a request, where that is traced."""
    span = tracing.begin(order.trace, came)
    if span is not None:
        order.span = span.trace
    return span


def trace_of(request: Request) -> str:
    """The trace that a request belongs to. A mail says it in a field of its own. What is said twice
    is not said at all."""
    if request.method != MAIL:
        said = request.headers.get("traceparent")
        return read_trace(said) if said else ""
    head = _MAIL_HEAD_END.split(request.body[:_MAIL_HEAD], maxsplit=1)[0]
    found = _MAIL_TRACE.findall(head)
    return read_trace(found[0].decode("latin-1")) if len(found) == 1 else ""


class Wording:
    """How requests are answered that do not come to their last step."""

    def refuse(self, one: Came, refusal: Refusal) -> None:
        one.refuse(refusal)

    def fail(self, one: Came, fault: Exception) -> None:
        one.turn.answer(one.faulted())

    def later(self, one: Came, work: Coroutine[Any, Any, Response]) -> None:
        one.turn.answer_later(work)

    async def refused(self, one: Came, refusal: Refusal) -> Response:
        return await one.refused_in_full(refusal)

    async def failed(self, one: Came, fault: Exception) -> Response:
        return one.faulted()
