"""The door of the sandbox: JSON, for programs, on the console's address.

In: requests with a key of an account. Out: JSON; whatever is wrong is one sentence, with the field
that is to blame. Promise: a program sees and touches the account of its key alone; wrong keys slow
down as at every other door; what only a simulated network can do is refused where links are real.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from chappe.console.sandbox import chaos as disorder
from chappe.console.sandbox.asked import AskedFields, asked_of
from chappe.console.sandbox.expected import COUNT_MOST, Expected
from chappe.console.sandbox.seen import BACK_MS, LISTED, LISTED_MOST, Seen, iso, shown, wanted_of
from chappe.console.sandbox.waiting import Waiters
from chappe.doors.turn import report
from chappe.engine.follow import Follow
from chappe.engine.limit import Rates
from chappe.hands import triggers
from chappe.hands.deeds import note
from chappe.hands.messages import OneMessage, show
from chappe.hands.shown import CannotDo
from chappe.node import Node
from chappe.store.contract import StoreAway
from chappe.words.account import Account, Claim
from chappe.words.answer import NotAdmitted, Refusal, Trouble
from chappe.words.exchange import Request, Response
from chappe.words.news import Message
from chappe.words.parameters import query_pairs

BY: Final = "sandbox"
RATE_MOST: Final = 100  # requests a second of one account
WAIT_S, WAIT_MOST_S = 10.0, 60.0
_SEEN_MOST = 10  # of what was there instead
_KEY_MOST = 500
_QUERY_MOST = 16 * 1024
_BEARER: Final = ("WWW-Authenticate", "Bearer")
_KINDS: Final = ("api", "token")
_JSON: Final = "application/json"
_NO_STORE: Final = ("Cache-Control", "no-store")
_REAL: Final = "Only a simulated network does this, and links of this installation are real."
_NOTHING: Final = "No message fits."

_Act = Callable[["SandboxDoor", Account, AskedFields], Awaitable[Response]]


class _Row(NamedTuple):
    act: _Act
    is_simulated: bool = False  # only where nothing leaves the machine


class SandboxDoor:
    """Answers what begins with /sandbox/."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._seen = Seen(node)
        self._waiting = Waiters(node)
        self._follow = Follow(node.desk)
        self._rates = Rates()

    def stop(self) -> None:
        """Whoever waits is told that nothing came."""
        self._waiting.stop()

    async def answer(self, request: Request) -> Response:
        try:
            return await self._answered(request)
        except CannotDo as why:
            return _wrong(422, str(why))
        except StoreAway:
            return _wrong(503, "The store can't be reached now.")
        except Exception as fault:  # of ours; who asked hears so, and the others go on
            report(fault)
            self._node.desk.counts["faults"] += 1
            return _wrong(500, "Something went wrong here.")

    async def _answered(self, request: Request) -> Response:
        account = await self._account(request)
        if isinstance(account, Response):
            return account
        if self._rates.over(account.id, RATE_MOST, self._node.clock.now()):
            again = ("Retry-After", "1")
            return _wrong(429, f"At most {RATE_MOST} requests a second.", headers=(again,))
        path, ident = request.path, 0
        if found := _ONE.fullmatch(path):
            path, ident = _MESSAGE, int(found[1])
        rows = ROWS.get(path)
        if rows is None:
            return _wrong(404, f"There is no {request.path[:60]}; there are {', '.join(ROWS)}.")
        row = rows.get(request.method)
        if row is None:
            return _wrong(405, f"{path} takes {', '.join(rows)}.", headers=(_allow(rows),))
        if row.is_simulated and not self._node.config.simulated:
            return _wrong(403, _REAL)
        if ident:
            return await self._one(account, ident)
        return await row.act(self, account, asked_of(request))

    async def _account(self, request: Request) -> Account | Response:
        """Whose key it is."""
        key = _key_of(request)
        if not key:
            sentence = "Give a key of an account: `Authorization: Bearer KEY`, or ?key=KEY."
            return _wrong(401, sentence, headers=(_BEARER,))
        prove, claims = self._node.prove, [Claim(key=key, key_kind=kind) for kind in _KINDS]
        for claim in claims:
            if prove.at_hand(claim, request.peer) is not None:
                break
        found = await prove.prove(claim, request.peer, BY)
        if isinstance(found, NotAdmitted):
            return _wrong(403, "This account may not come in, or not from here.")
        if not isinstance(found, Refusal):
            return found
        if Trouble.bad_credentials in found.troubles or Trouble.account_closed in found.troubles:
            return _wrong(401, "That is no key of an account.", headers=(_BEARER,))
        return _wrong(503, "It can't be looked at now: try again in a moment.")

    # looking

    async def list_messages(self, account: Account, asked: AskedFields) -> Response:
        """The newest that fit."""
        wanted = wanted_of(asked, self._node.clock.now(), 0)
        most = asked.whole("limit", 1, LISTED_MOST, LISTED)
        if (refused := _refused(asked)) is not None:
            return refused
        found = await self._seen.newest(account, wanted, most)
        return _told({"messages": [shown(one) for one in found]})

    async def clear(self, account: Account, asked: AskedFields) -> Response:
        """From now on only newer ones are seen here."""
        if (refused := _refused(asked)) is not None:
            return refused
        return _told({"cleared": iso(await self._seen.clear(account))})

    async def _one(self, account: Account, ident: int) -> Response:
        """A message, its steps, and the calls that told of it."""
        message = await self._seen.one(account, ident)
        if message is None:
            return _wrong(404, f"There is no message {ident} of this account.")
        story = (await show(self._node, OneMessage(message=ident))).value
        more = {"steps": story["steps"], "callbacks": story["callbacks"]}
        return _told({**shown(message), **more})

    async def wait(self, account: Account, asked: AskedFields) -> Response:
        """The newest message that fits, as soon as there is one."""
        now = self._node.clock.now()
        wanted = wanted_of(asked, now, now - BACK_MS)
        timeout_s = asked.decimal("timeout", 0, WAIT_MOST_S, WAIT_S)
        if (refused := _refused(asked)) is not None:
            return refused
        if self._waiting.is_full(account.id):
            return _too_many_wait()

        async def look() -> Message | None:
            found = await self._seen.newest(account, wanted, 1)
            return found[0] if found else None

        message = await self._waiting.until(account.id, look, timeout_s)
        if message is not None:
            return _told(shown(message))
        sentence = f"No message that fits came within {timeout_s:g} s."
        return await self._instead(408, account, wanted.since, sentence)

    async def hold(self, account: Account, asked: AskedFields) -> Response:
        """Whether the newest message that fits is as a test expects it."""
        now = self._node.clock.now()
        wanted = wanted_of(asked, now, now - BACK_MS)
        timeout_s = asked.decimal("timeout", 0, WAIT_MOST_S, 0)
        expect = asked.within("expect")
        expected = Expected(expect)
        if (refused := _refused(asked) or _refused(expect, "expect.")) is not None:
            return refused
        if self._waiting.is_full(account.id):
            return _too_many_wait()
        found: list[Message] = []

        async def look() -> bool | None:
            found[:] = await self._seen.newest(account, wanted, COUNT_MOST + 1)
            return None if expected.differences(found) else True

        if await self._waiting.until(account.id, look, timeout_s):
            message = shown(found[0]) if found else None
            return _told({"holds": True, "count": len(found), "message": message})
        if not found:
            return await self._instead(422, account, wanted.since, _NOTHING)
        differences = expected.differences(found)
        sentence = f"Not as expected: {'; '.join(differences)}."
        return _wrong(422, sentence, differences=differences, message=shown(found[0]))

    async def _instead(self, status: int, account: Account, since: int, said: str) -> Response:
        """Nothing fits; what was there instead."""
        everything = wanted_of(AskedFields({}), since, since)
        seen = await self._seen.newest(account, everything, _SEEN_MOST)
        return _wrong(status, said, seen=[shown(one) for one in seen])

    # the handset

    async def reply(self, account: Account, asked: AskedFields) -> Response:
        """The handset that got the last message to a number answers it."""
        return await self._replied(account, asked, asked.text("text", needed=True))

    async def stop_word(self, account: Account, asked: AskedFields) -> Response:
        """The same handset writes STOP."""
        return await self._replied(account, asked, triggers.STOP)

    async def _replied(self, account: Account, asked: AskedFields, text: str) -> Response:
        code = asked.text("to", 20)
        message = await self._last(account, asked)
        if isinstance(message, Response):
            return message
        if code and code not in await self._codes(account, message):
            return _wrong(422, f"This account sent {_to(message)} nothing from {code}.", "to")
        facts = await triggers.replied(self._node, message, code or triggers.code_of(message), text)
        return _told(facts.value)

    async def click(self, account: Account, asked: AskedFields) -> Response:
        """Whoever got a message opens its short URL."""
        message = await self._last(account, asked)
        if isinstance(message, Response):
            return message
        url = await triggers.clicked(self._node, self._follow, message)
        return _told({"message": message.id, "url": url})

    async def _last(self, account: Account, asked: AskedFields) -> Message | Response:
        """The message that is meant: by its number, or the last one to a phone number."""
        ident = asked.whole("message", 1, 1 << 62, 0)
        number = asked.number("number", needed=not ident)
        if (refused := _refused(asked)) is not None:
            return refused
        if ident:
            message = await self._seen.one(account, ident)
            if message is not None:
                return message
            return _wrong(422, f"There is no message {ident} of this account.", "message")
        found = await self._seen.newest(
            account, wanted_of(AskedFields({}), 0, 0)._replace(number=number), 1
        )
        return found[0] if found else _wrong(422, f"No message went to +{number}.", "number")

    async def _codes(self, account: Account, message: Message) -> set[str]:
        """Those from which this account sent something to the same number."""
        wanted = wanted_of(AskedFields({}), 0, 0)._replace(number=message.number)
        found = await self._seen.newest(account, wanted, LISTED_MOST)
        return {account.short_code, *map(triggers.code_of, found), *(one.code for one in found)}

    # chaos

    async def set_chaos(self, account: Account, asked: AskedFields) -> Response:
        """Let things go wrong for this account from now on."""
        chaos, seconds = disorder.chaos_of(asked)
        if (refused := _refused(asked)) is not None:
            return refused
        if not self._node.desk.disturbing.begin(account.id, chaos, seconds):
            return _wrong(429, "Too many accounts have chaos now.")
        facts = {"settings": {**disorder.flat(chaos), "seconds": seconds}}
        await note(self._node, account.login, "chaos begin", facts, account.id)
        return self._chaos(account)

    async def tell_chaos(self, account: Account, asked: AskedFields) -> Response:
        """What rules now."""
        return _refused(asked) or self._chaos(account)

    async def end_chaos(self, account: Account, asked: AskedFields) -> Response:
        """All is well again."""
        if (refused := _refused(asked)) is not None:
            return refused
        if self._node.desk.disturbing.end(account.id):
            await note(self._node, account.login, "chaos end", {}, account.id)
        return self._chaos(account)

    def _chaos(self, account: Account) -> Response:
        desk = self._node.desk
        return _told(disorder.told(desk.disturbing.of(account.id), desk.clock.now()))


_MESSAGE = "/sandbox/messages/ID"
_ONE = re.compile(r"/sandbox/messages/([1-9][0-9]{0,17})")


async def _nobody(door: SandboxDoor, account: Account, asked: AskedFields) -> Response:
    """`/sandbox/messages/ID` as it is written here."""
    return _wrong(404, "ID is the number of a message.")


ROWS: Final[Mapping[str, Mapping[str, _Row]]] = {
    "/sandbox/messages": {
        "GET": _Row(SandboxDoor.list_messages),
        "DELETE": _Row(SandboxDoor.clear),
    },
    _MESSAGE: {"GET": _Row(_nobody)},
    "/sandbox/messages/wait": {"GET": _Row(SandboxDoor.wait)},
    "/sandbox/assert": {"POST": _Row(SandboxDoor.hold)},
    "/sandbox/answer": {"POST": _Row(SandboxDoor.reply, is_simulated=True)},
    "/sandbox/stop": {"POST": _Row(SandboxDoor.stop_word, is_simulated=True)},
    "/sandbox/click": {"POST": _Row(SandboxDoor.click, is_simulated=True)},
    "/sandbox/chaos": {
        "GET": _Row(SandboxDoor.tell_chaos, is_simulated=True),
        "PUT": _Row(SandboxDoor.set_chaos, is_simulated=True),
        "DELETE": _Row(SandboxDoor.end_chaos, is_simulated=True),
    },
}


def _key_of(request: Request) -> str:
    """The key that a request shows; '' where there is none, or more than one."""
    kind, _, said = request.headers.get("authorization", "").partition(" ")
    keys = [said.strip()] if kind.lower() == "bearer" else []
    keys += [
        value.decode("utf-8", "replace")
        for name, value in query_pairs(request.query[:_QUERY_MOST])
        if name == b"key"
    ]
    return keys[0] if len(keys) == 1 and len(keys[0]) <= _KEY_MOST else ""


def _refused(asked: AskedFields, before: str = "") -> Response | None:
    """What is wrong with the fields, once all of them were read."""
    wrong = asked.wrong
    if wrong is None:
        return None
    field = f"{before}{wrong.field}" if wrong.field else before.rstrip(".")
    return _wrong(400, wrong.sentence, field)


def _told(facts: Mapping[str, Any]) -> Response:
    return Response(msgspec.json.encode(facts), _JSON, headers=(_NO_STORE,))


def _wrong(
    status: int,
    sentence: str,
    field: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    **more: Any,
) -> Response:
    facts = {"error": sentence, **({"field": field} if field else {}), **more}
    return Response(msgspec.json.encode(facts), _JSON, status, (_NO_STORE, *headers))


def _too_many_wait() -> Response:
    return _wrong(
        429, "Too many wait already: let some of them end.", headers=(("Retry-After", "1"),)
    )


def _allow(rows: Mapping[str, _Row]) -> tuple[str, str]:
    return "Allow", ", ".join(rows)


def _to(message: Message) -> str:
    return f"+{message.number}"
