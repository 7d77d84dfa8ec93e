"""Whatever door a request comes by, the pipeline serves it: it asks for a turn and nothing more."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Mapping
from typing import Any, ClassVar, cast

import pytest

from chappe.dialects.shape import Actions, Dialect, question
from chappe.doors.pipeline import VERBS, Pipeline
from chappe.doors.turn import Turn
from chappe.engine.desk import Desk
from chappe.engine.disturb import Disturbing
from chappe.engine.measure import Measures
from chappe.engine.prove import Prove
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from chappe.words.asks import Asks, Question
from chappe.words.bulk import Pieced
from chappe.words.clock import HandClock
from chappe.words.exchange import Request, Response
from tests.journeys import plain


class _Letterbox:
    """A dialect's package that takes mails too."""

    NAME = "letterbox"
    ROUTES: ClassVar[Mapping[tuple[str, str], str]] = {("MAIL", "sms@"): "send", **plain.ROUTES}

    def __getattr__(self, name: str) -> object:
        return getattr(plain, name)


class _Nobody:
    """Proves nobody, at once."""

    def at_hand(self, claim: Claim, peer: str) -> Account | Refusal | None:
        return Refusal((Trouble.bad_credentials,))


class _Desk:
    """What a refusal needs of a desk."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.clock = HandClock(0)
        self.measures = Measures(self.clock, ())
        self.disturbing = Disturbing(self.clock)


class _Mail:
    """A mail's turn: of the response it keeps the status alone."""

    is_left = False

    def __init__(self, path: str, body: bytes) -> None:
        self.request = Request("MAIL", path, body=body, peer="192.0.2.25")
        self.status = 0

    def answer(self, response: Response) -> None:
        self.status = response.status

    def answer_later(self, work: Awaitable[Response]) -> None:
        asyncio.ensure_future(work).add_done_callback(lambda done: self.answer(done.result()))


async def test_a_mail_is_a_request_like_any_other() -> None:
    pipeline, _ = _pipeline(_Letterbox())
    known = _Mail("sms@", b'["a key", "Bonjour", [33600000001]]')
    stranger = _Mail("postmaster@", b"")
    turns: list[Turn] = [known, stranger]
    pipeline.take(turns)
    assert [mail.status for mail in (known, stranger)] == [400, 404]


class _Liar(_Letterbox):
    """A dialect that names a sending a question, past the type checker."""

    ROUTES: ClassVar[Mapping[tuple[str, str], str]] = {("GET", "/send"): "send"}
    ACTIONS: ClassVar[Actions] = {"send": question(cast("Any", plain.read_send), plain.write_send)}


class _Fred:
    """Knows everybody, as fred."""

    def at_hand(self, claim: Claim, peer: str) -> Account:
        return Account(id=1, login="fred")


class _Asked(_Mail):
    """A call's turn."""

    def __init__(self, method: str, path: str, body: bytes) -> None:
        super().__init__(path, body)
        self.request = Request(method, path, body=body)


def _pipeline(dialect: object, prove: object = None) -> tuple[Pipeline, _Desk]:
    desk = _Desk()
    known = prove or _Nobody()
    return Pipeline(cast("Desk", desk), cast("Prove", known), [cast("Dialect", dialect)], {}), desk


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_no_question_ever_sends_whatever_its_dialect_says(method: str) -> None:
    """H66: a HEAD sends nothing."""
    pipeline, desk = _pipeline(_Liar(), _Fred())
    turn = _Asked(method, "/send", b'["a key", "Bonjour", [33600000001]]')
    pipeline.take([turn])
    assert (turn.status, desk.counts["faults"]) == (400, 1)


def test_every_question_has_a_verb() -> None:
    """But an order in pieces, which the file door takes to its end."""
    assert set(VERBS) == _all_of(Asks) - {Question, Pieced}


def _all_of(kind: type) -> set[type]:
    below: set[type] = set(kind.__subclasses__())
    return below.union(*[_all_of(one) for one in below])
