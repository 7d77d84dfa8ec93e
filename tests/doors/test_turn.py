"""Whatever door a request comes by, the pipeline serves it: it asks for a turn and nothing more."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Mapping
from typing import ClassVar, cast

from chappe.dialects.shape import Dialect
from chappe.doors.pipeline import Pipeline
from chappe.doors.turn import Turn
from chappe.engine.desk import Desk
from chappe.engine.prove import Prove
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
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


class _Mail:
    """A mail's turn: of the response it keeps the status alone."""

    def __init__(self, path: str, body: bytes) -> None:
        self.request = Request("MAIL", path, body=body, peer="192.0.2.25")
        self.status = 0

    def answer(self, response: Response) -> None:
        self.status = response.status

    def answer_later(self, work: Awaitable[Response]) -> None:
        asyncio.ensure_future(work).add_done_callback(lambda done: self.answer(done.result()))


async def test_a_mail_is_a_request_like_any_other() -> None:
    pipeline = Pipeline(
        cast("Desk", _Desk()), cast("Prove", _Nobody()), [cast("Dialect", _Letterbox())], {}
    )
    known = _Mail("sms@", b'["a key", "Bonjour", [33600000001]]')
    stranger = _Mail("postmaster@", b"")
    turns: list[Turn] = [known, stranger]
    pipeline.take(turns)
    assert [mail.status for mail in (known, stranger)] == [400, 404]
