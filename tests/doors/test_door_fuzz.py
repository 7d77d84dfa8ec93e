"""A whole node behind its HTTP door, against requests that no honest client sends.

Every request of the conformance pages is where they begin, so each dialect is attacked on all of
its paths. CHAPPE_FUZZ=1000000 makes as many of them: the full size, for `make torture`.
"""

import asyncio
import contextlib
import io
import logging
import os
import random
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chappe import logs
from chappe.config import read_config
from chappe.dialects.shape import Actions, Dialect
from chappe.node import Node
from chappe.words.answer import Receipt
from chappe.words.clock import MINUTE, SECOND, HandClock
from chappe.words.exchange import Call, Heard, Response
from tests.conformance.pages import everybody
from tests.conformance.scenes import NOW, SETTINGS
from tests.doors.crooked import (
    CASES,
    MAILS,
    STRAIGHT,
    VALUES,
    WRONG,
    Crooked,
    crooked,
    swept,
)
from tests.doors.mail.volleys import PIECES, bent, fire, stuffed
from tests.hashes import CHEAP
from tests.spoken import SPOKEN

EXAMPLES = int(os.environ.get("CHAPPE_FUZZ", "400"))
ROUND = 1_000  # Hypothesis remembers every example of a round
PATIENCE_S = 10.0
GROWTH_MAX = 64 << 20
SECRETS = ("xpasswordx", "azerty", WRONG.decode())
MAILED_SECRETS = ("key-of-", "Bonjour", "+336399800", "%2B336")
FEW, STRIDE = 400, 5
MAILED = max(6_000, EXAMPLES)  # many at a time are quicker
VOLLEY = 2_000
# A login that was said is told on purpose, and what is crooked may say anything for one.
SAID_LOGIN = re.compile(r" as .{0,80}?(?= by | from )")
_BY_THE_HOUSE = "SELECT id FROM ordr WHERE instr(request_id, char(65534) || 'stop ') = 1"
RICH = SETTINGS + everybody(CASES).replace('"100.00"', '"1000000.00"')


class Said(NamedTuple):
    """What a dialect worded: an answer or a refusal, and how."""

    answer: Any
    response: Response


class Overheard:
    """A dialect of which one hears what it words; in all else it is itself."""

    def __init__(self, dialect: Dialect, said: list[Said]) -> None:
        self._dialect = dialect
        self._said = said
        self.ACTIONS: Actions = {
            name: one._replace(write=self._overheard(one.write))
            for name, one in dialect.ACTIONS.items()
        }
        self.write_refused = self._overheard(dialect.write_refused)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dialect, name)

    def _overheard(self, write: Callable[..., Response]) -> Callable[..., Response]:
        def overheard(answer: Any, *rest: Any) -> Response:
            response = write(answer, *rest)
            self._said.append(Said(answer, response))
            return response

        return overheard


class Kept(NamedTuple):
    """What the store holds of what was asked for: orders, messages, and all the money that was ever
    held for them. That an opt-out was heard is said by the house, when it comes to it."""

    orders: int
    messages: int
    held: int


class Alarm(logging.Handler):
    """Every fault that is logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record.getMessage())


class Siege:
    """One node for all examples, on a clock that goes on a minute after each."""

    def __init__(self, folder: Path) -> None:
        self.said: list[Said] = []
        self.log = io.StringIO()
        self.alarm = Alarm()
        self._clock = HandClock(NOW)
        overheard = tuple(Overheard(dialect, self.said) for dialect in SPOKEN)
        self._node = Node(read_config(RICH, dialects=SPOKEN), folder, self._clock, overheard)
        self._folder = folder

    async def begin(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(logs.loop_fault)
        await self._node.start()
        # Callbacks are worded and go nowhere: the URLs are anybody's.
        self._node.poster.send = self._hear_at_once  # type: ignore[method-assign]
        self._db = sqlite3.connect(self._folder / "chappe.db")

    def _hear_at_once(self, calls: Iterable[tuple[Call, Any]]) -> None:
        for _, ticket in calls:
            self._node.poster.end(ticket, Heard(200, b"OK"))

    async def end(self) -> None:
        self._db.close()
        await self._node.stop()

    async def attack(self, asked: Crooked) -> None:
        """One request, and everything that must hold whatever it was."""
        await self._rest()
        before = self._kept()
        self.said.clear()
        # What an attack before this one did is not this one's, also where that failed.
        self.log.seek(0)
        self.log.truncate()
        async with asyncio.timeout(PATIENCE_S):
            status, body = await self._ask(asked.raw())
        assert status < 500 or (status == 501 and asked.method == b"BREW"), (status, body)
        self._compare(before, asked, status, body)
        self._clock.advance(self._clock.now() + MINUTE + SECOND)
        log = SAID_LOGIN.sub(" as", self.log.getvalue())
        assert self.alarm.records == []
        assert self._node.desk.counts["faults"] == 0
        assert [secret for secret in SECRETS if secret in log] == []

    async def _rest(self) -> None:
        """What the house does by itself, such as to confirm a STOP, would share the next one's
        booking."""
        async with asyncio.timeout(PATIENCE_S):
            while self._node.office.at_work:  # noqa: ASYNC110, nobody tells when that ends
                await asyncio.sleep(0)

    async def mail(self, raw: bytes) -> None:
        """One mail, and everything that must hold whatever it was."""
        before = self._kept()
        self.said.clear()
        self.log.seek(0)
        self.log.truncate()
        async with asyncio.timeout(PATIENCE_S):
            reply = await self._mailed(raw)
        assert reply.startswith(b"250 ")
        assert self._kept() == self._with_taken(before)
        self._clock.advance(self._clock.now() + MINUTE + SECOND)
        assert self.alarm.records == []
        assert self._node.desk.counts["faults"] == 0

    async def volley(self, mails: Sequence[bytes]) -> None:
        """Many mails at a time, and what must hold of all of them together."""
        before = self._kept()
        self.said.clear()
        self.log.seek(0)
        self.log.truncate()
        async with asyncio.timeout(PATIENCE_S):
            answers = await fire(self._node.doors.mail, mails, "sms")
        assert answers == [b"250 2.0.0 Taken"] * len(mails)
        assert len(self.said) == len(mails)
        assert self._kept() == self._with_taken(before)
        self._clock.advance(self._clock.now() + MINUTE + SECOND)
        assert self.alarm.records == []
        assert self._node.desk.counts["faults"] == 0
        log = SAID_LOGIN.sub(" as", self.log.getvalue())
        assert [secret for secret in MAILED_SECRETS if secret in log] == []

    async def _mailed(self, raw: bytes) -> bytes:
        """What is said of it in the end."""
        commands = (
            b"EHLO c",
            b"MAIL FROM:<a@c>",
            *[f"RCPT TO:<{name}@d>".encode() for name in ("sms", "fax")],
            b"DATA",
            stuffed(raw),
            b".",
            b"QUIT",
        )
        reader, writer = await asyncio.open_connection(*self._node.doors.mail)
        try:
            writer.write(b"".join(command + b"\r\n" for command in commands))
            heard = await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()
        return heard.splitlines()[-2]

    def _compare(self, before: Kept, asked: Crooked, status: int, body: bytes) -> None:
        """Only an answer that says so has brought anything about, and exactly that."""
        assert len(self.said) <= 1
        assert self._kept() == self._with_taken(before)
        for _, response in self.said:
            shown = b"" if asked.method == b"HEAD" else response.body
            if response.stream is not None:
                shown = body  # what is streamed was read once, by whoever sent it
            assert (status, body) == (response.status, shown)

    def _with_taken(self, before: Kept) -> Kept:
        """What there is after all receipts; a rehearsal's has no order, and brings nothing."""
        receipts = [said.answer for said in self.said if isinstance(said.answer, Receipt)]
        taken = [receipt for receipt in receipts if receipt.order]
        return Kept(
            before.orders + len(taken),
            before.messages + sum(receipt.total for receipt in taken),
            before.held + sum(receipt.cost for receipt in taken),
        )

    async def _ask(self, raw: bytes) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection(*self._node.doors.http)
        try:
            writer.write(raw)
            answer = await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), body

    def _kept(self) -> Kept:
        return Kept(
            self._one(f"SELECT count(*) FROM ordr WHERE id NOT IN ({_BY_THE_HOUSE})"),
            self._one(
                "SELECT (SELECT count(*) FROM message) - (SELECT coalesce(sum(total), 0) FROM ordr"
                f" WHERE id IN ({_BY_THE_HOUSE}))"
            ),
            -self._one(
                "SELECT coalesce(sum(amount), 0) FROM ledger WHERE kind = 'held'"
                f" AND ordr NOT IN ({_BY_THE_HOUSE})"
            ),
        )

    def unbalanced(self) -> int:
        """Purses that are not the sum of their entries, and orders that gave back too much."""
        return self._one(
            "SELECT count(*) FROM purse WHERE balance !="
            " (SELECT coalesce(sum(amount), 0) FROM ledger WHERE purse = purse.id)"
        ) + self._one(
            "SELECT count(*) FROM (SELECT sum(amount) AS paid FROM ledger"
            " WHERE kind IN ('held', 'released') GROUP BY ordr) WHERE paid > 0"
        )

    def _one(self, query: str) -> int:
        found: int = self._db.execute(query).fetchone()[0]
        return found


Run = Callable[[Awaitable[None]], None]


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Siege, Run]]:
    with besieged_in(tmp_path_factory.mktemp("siege")) as both:
        yield both


@contextlib.contextmanager
def besieged_in(folder: Path) -> Iterator[tuple[Siege, Run]]:
    """The node, and how to let its loop run for a while."""
    siege = Siege(folder)
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner(loop_factory=_loop) as runner:
        patch.setattr("chappe.engine.declare.HASHER", CHEAP)
        patch.setattr("chappe.engine.verify._NOBODY", CHEAP.hash("nobody"))
        patch.setattr("chappe.node.memory.settle", lambda: None)
        # Who guesses waits, which is tried elsewhere; here thousands ask with wrong credentials.
        patch.setattr("chappe.engine.suspect._WAIT_S", 0.0)

        def run(work: Awaitable[None]) -> None:
            async def one() -> None:
                await work

            runner.run(one())

        run(siege.begin())
        yield siege, run
        run(siege.end())


def _loop() -> asyncio.AbstractEventLoop:
    return uvloop.new_event_loop()


@contextlib.contextmanager
def listening(siege: Siege) -> Iterator[None]:
    """All that is logged goes to the siege, past pytest, which would keep every line of it."""
    ours = logging.getLogger("chappe")
    shown = logging.StreamHandler(siege.log)
    shown.setFormatter(logs._AsText())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ours, "handlers", [shown, siege.alarm])
        patch.setattr(ours, "propagate", False)
        level = ours.level
        ours.setLevel(logging.DEBUG)
        yield
        ours.setLevel(level)


@st.composite
def mails(draw: st.DrawFn) -> bytes:
    """An honest mail, bent in one to four places."""
    raw = draw(st.sampled_from(MAILS))
    for _ in range(draw(st.integers(1, 4))):
        at, to = sorted(draw(st.tuples(*[st.integers(0, len(raw))] * 2)))
        piece = draw(st.sampled_from((*PIECES, *VALUES)) | st.binary(max_size=12))
        raw = raw[:at] + piece + raw[draw(st.sampled_from((at, to))) :]
    return raw


def test_no_mail_breaks_the_house(besieged: tuple[Siege, Run]) -> None:
    """E55: each is answered in time, never with a fault; what is refused creates nothing."""
    siege, run = besieged
    before = _resident()

    @settings(max_examples=EXAMPLES // 4, suppress_health_check=[*HealthCheck])
    @given(mails())
    def attack(raw: bytes) -> None:
        run(siege.mail(raw))

    with listening(siege):
        for raw in MAILS:
            run(siege.mail(raw))
        attack()
    assert siege.unbalanced() == 0
    assert _resident() - before < GROWTH_MAX


def test_no_volley_of_mails_breaks_the_house(besieged: tuple[Siege, Run]) -> None:
    """E55, O12: each is taken, none is a fault; only what was answered by a receipt is kept; the
    log holds the names of errors, and neither keys nor texts nor numbers."""
    siege, run = besieged
    with listening(siege):
        run(volleys(siege, MAILED, random.Random("mails")))
    assert siege.unbalanced() == 0


async def volleys(siege: Siege, count: int, chance: random.Random) -> None:
    """So many bent mails to Octopush."""
    honest = [mail for mail in MAILS if b"start=" in mail or b"sms_" in mail or b"=?" in mail]
    for done in range(0, count, VOLLEY):
        some = range(min(VOLLEY, count - done))
        await siege.volley([bent(chance, honest, VALUES) for _ in some])


def test_no_request_breaks_the_house(besieged: tuple[Siege, Run]) -> None:
    """E55: each is answered in time and never with a fault; what is refused creates nothing and
    costs nothing; no secret is logged; memory does not grow."""
    siege, run = besieged
    with listening(siege):
        # The pages are played as they are elsewhere; here some of them, in turn of all dialects.
        for asked in (*STRAIGHT[:: 1 if EXAMPLES > FEW else STRIDE], *swept()):
            run(siege.attack(asked))
        before = _resident()
        for done in range(0, EXAMPLES, ROUND):
            _attack(siege, run, min(ROUND, EXAMPLES - done))
    assert siege.unbalanced() == 0
    assert _resident() - before < GROWTH_MAX


def _attack(siege: Siege, run: Run, count: int) -> None:
    @settings(max_examples=count, suppress_health_check=[*HealthCheck])
    @given(crooked())
    def attack(asked: Crooked) -> None:
        run(siege.attack(asked))

    attack()


def _resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
