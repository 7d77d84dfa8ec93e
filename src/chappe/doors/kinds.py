"""Kinds of calls: those that differ in nothing but a number and a text are read once.

In: calls of actions that are asked for again and again. Out: orders by a plan; any other call goes
all the way. Promise: a call is of a kind only if every octet of it but the two is the same, and it
comes from the same address; who asks is still proved by what proved it; no secret is held. A kind
is looked at when it comes for the second time; they are bounded in number and in time.
"""

import os
from hashlib import blake2b
from itertools import cycle, islice
from typing import Any, NamedTuple, TypeVar

from chappe.dialects.shape import Action, Cut, Dialect, Opened, Repeated
from chappe.doors.asking import Came, Read, origin_of, trace_of
from chappe.doors.turn import Turn, report
from chappe.engine.accept import Said
from chappe.engine.desk import Desk
from chappe.engine.prove import Prove, Proved
from chappe.engine.repeat import OrderPlan, PlanSample, Repeat, drafted, keep_all, plan_of
from chappe.engine.trace import Begun
from chappe.words.account import Account, Claim
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.clock import MINUTE
from chappe.words.exchange import Request
from chappe.words.number import MAINLAND_MOBILES
from chappe.words.order import Order

_T = TypeVar("_T")

_KNOWN_MOST = 4_096
_SEEN_MOST = 20_000
_DULL_MS = 5 * MINUTE  # until a kind without a plan is looked at again
_LONGEST = (160, 146, 130, 100)  # letters; with what some providers add, the first are too many
_SHORTEST = 1
_PATIENCE = 1  # how often a kind comes before it is looked at
_NOBODY = Claim()


class CutPath(NamedTuple):
    """Whose path it is, and how its calls are cut."""

    dialect: Dialect
    action: str
    repeated: Repeated


class CallKind(NamedTuple):
    """What is known of one."""

    proved: Proved
    plan: OrderPlan
    action: str  # which of its path's actions it is
    written: Action[Receipt]
    form: str
    most: int  # letters of a text


class Kinds:
    """Those that came lately, by their digests."""

    def __init__(self, desk: Desk, prove: Prove) -> None:
        self._desk = desk
        self._prove = prove
        self._digests = blake2b(key=os.urandom(32), digest_size=16)
        self._known: dict[bytes, CallKind | int] = {}  # an int: it has no plan, until then
        self._seen: dict[bytes, None] = {}
        self._open: list[Repeat] = []

    def take(self, way: CutPath, turn: Turn, now: int) -> bool:
        """Whether the call is taken care of; else it goes all the way."""
        try:
            return self._take(way, turn, now)
        except Exception as fault:  # of ours; all the way it is worded by the dialect
            report(fault)
            return False

    def _take(self, way: CutPath, turn: Turn, now: int) -> bool:
        request = turn.request
        cut = way.repeated.cut(request)
        if cut is None:
            return False
        digest = self._digest(way, request, cut)
        known = self._known.get(digest)
        kind = known if isinstance(known, CallKind) else self._met(digest, known, way, request, cut)
        if kind is None:
            return False
        text = way.repeated.text(cut)
        if not text or len(text) > kind.most:
            return False
        given, number = way.repeated.number(cut)
        if number not in MAINLAND_MOBILES:
            return False
        is_old = kind.plan.tariff is not self._desk.tariff
        if is_old or not self._prove.holds(kind.proved, request.peer, now):
            del self._known[digest]  # the next of it is looked at anew
            return False
        trace = trace_of(request)
        begun = self._desk.trace.begin(trace, now) if self._desk.trace is not None else None
        one = _Again(self._desk, turn, way, kind, given, number, now, begun)
        return self._draft(one, text, trace)

    def keep(self) -> None:
        """Those that were taken care of since this was asked last."""
        if self._open:
            repeats, self._open = self._open, []
            keep_all(self._desk, repeats)

    def _draft(self, one: "_Again", text: str, trace: str) -> bool:
        span = one.begun.trace if one.begun is not None else ""
        draft = drafted(self._desk, one.kind.plan, one.number, text, one.now, trace, span)
        if draft is None:
            return False
        if isinstance(draft, Refusal):
            one.answer(draft)
        else:
            self._open.append(Repeat(one.kind.plan, draft, one.answer))
        return True

    def _digest(self, way: CutPath, request: Request, cut: Cut) -> bytes:
        """Of all that a kind has alike. What may hold anything is told by its length as well, so
        that no two kinds say the same; no line ends in the rest."""
        said, kind = request.headers, cut.kind
        words = [said.get(name, "") for name in way.repeated.headers]
        lengths = f"{len(kind[0])} {len(kind[1])} {len(kind)}"
        head = "\n".join((way.action, request.method, request.peer, lengths, *words, ""))
        digest = self._digests.copy()
        digest.update(head.encode() + b"".join(kind))
        return digest.digest()

    # meeting

    def _met(
        self, digest: bytes, dull: int | None, way: CutPath, request: Request, cut: Cut
    ) -> CallKind | None:
        """A kind that came before is looked at; one that has no plan, once in a while."""
        now = self._desk.clock.steady()
        if dull is not None and dull > now:
            return None
        if _PATIENCE and digest not in self._seen:
            _remember(self._seen, digest, None, _SEEN_MOST)
            return None
        if way.repeated.number(cut)[1] not in MAINLAND_MOBILES:
            return None  # which says nothing of its kind: the next number may be one
        claimed = way.dialect.identify(request, way.action)
        if isinstance(claimed, Refusal):
            return None
        proved = self._prove.proved(claimed.claim, request.peer)
        if proved is None:
            return None  # whoever it is goes on to be proved
        try:
            kind = self._looked_at(way, request, cut, claimed, proved)
        except Exception as fault:  # of ours; whoever asks is answered all the same
            report(fault)
            kind = None
        _remember(self._known, digest, kind or now + _DULL_MS, _KNOWN_MOST)
        return kind

    def _looked_at(
        self, way: CutPath, request: Request, cut: Cut, claimed: Opened[Any], proved: Proved
    ) -> CallKind | None:
        """Where what it is signed with covers the two, no two are alike."""
        repeated = way.repeated
        if claimed.signature or not repeated.is_sound(cut):
            return None
        account, action = proved.account, claimed.action or way.action
        short = self._sample(way, request, cut, account, _SHORTEST)
        for most in _LONGEST:
            long = self._sample(way, request, cut, account, most)
            plan = plan_of(self._desk, account, short, long) if short and long else None
            if plan is not None:
                written = way.dialect.ACTIONS[action]
                return CallKind(proved, plan, action, written, claimed.form, most)
        return None

    def _sample(
        self, way: CutPath, request: Request, cut: Cut, account: Account, count: int
    ) -> PlanSample | None:
        """What a call of the kind asks for, with a text of so many letters."""
        text = "".join(islice(cycle(way.repeated.letters.strip()), count))
        claimed = way.dialect.identify(way.repeated.filled(request, cut, text), way.action)
        if isinstance(claimed, Refusal):
            return None
        action = claimed.action or way.action
        order = way.dialect.ACTIONS[action].read(claimed, account, self._desk.clock.now())
        if not isinstance(order, Order):
            return None
        order.origin = origin_of(action, request.peer)
        return PlanSample(order, text)


class _Again:
    """A call of a kind that is known, which waits for its answer."""

    __slots__ = ("begun", "desk", "given", "kind", "now", "number", "turn", "way")

    def __init__(
        self,
        desk: Desk,
        turn: Turn,
        way: CutPath,
        kind: CallKind,
        given: str,
        number: int,
        now: int,
        begun: Begun | None,
    ) -> None:
        self.desk = desk
        self.turn = turn
        self.way = way
        self.kind = kind
        self.given = given
        self.number = number
        self.now = now
        self.begun = begun

    def answer(self, said: Said) -> None:
        """What became of it."""
        try:
            self._answer(said)
        except Exception as fault:  # of ours; whoever asked gets an answer all the same
            report(fault)
            desk, request, way = self.desk, self.turn.request, self.way
            came = Came(desk, self.turn, request, way.dialect, self.kind.action, self.now)
            came.refuse(Refusal((Trouble.fault,)))

    def _answer(self, said: Said) -> None:
        if isinstance(said, Receipt):
            content = self.way.repeated.content(self.given, self.number)
            claimed = Opened(_NOBODY, content, self.kind.action, self.kind.form)
        else:
            claimed = self._claimed()
        self._read(claimed).answer(said)

    def _claimed(self) -> Opened[Any]:
        """What a refusal says may come of all that was asked: it is read after all."""
        found = self.way.dialect.identify(self.turn.request, self.way.action)
        if isinstance(found, Refusal):
            raise TypeError("a call of a known kind can't be opened")
        self.kind.written.read(found, self.kind.plan.account, self.now)
        return found

    def _read(self, claimed: Opened[Any]) -> Read[Receipt]:
        kind, plan = self.kind, self.kind.plan
        return Read(
            self.desk,
            self.turn,
            self.turn.request,
            self.way.dialect,
            kind.action,
            self.now,
            claimed,
            plan.account,
            self.now,
            plan.order,
            kind.written,
            self.begun,
        )


def _remember(memory: dict[bytes, _T], digest: bytes, known: _T, most: int) -> None:
    """The oldest go where there is no room."""
    if len(memory) >= most:
        for old in list(islice(memory, most // 10)):
            del memory[old]
    memory[digest] = known
