"""Enquiries: the service of the installation's own choice that knows who serves a number.

In: numbers. Out: what the service says of them, or that it has no word for us now. The form of both
is in docs/lookup.md. Promise: an answer is taken whole or not at all, within bounds of time and
size; what was said lately is not asked again; the key is never told to anybody else, nor logged.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import Annotated, Final, NamedTuple

import msgspec

from chappe.doors.calls.connection import PostLimits
from chappe.doors.calls.post import Ends, Poster
from chappe.engine.enquire import NoWord, Served
from chappe.words.clock import HOUR, MINUTE, Clock
from chappe.words.exchange import Call, Heard

log = logging.getLogger("chappe.lookup")

CONNECTIONS: Final = 4
NAMES: Final = 2  # that are resolved at a time
ASKED_AT_ONCE: Final = 1_000
REMEMBERED_MOST: Final = 100_000
_ANSWER_MOST: Final = 1 << 20
_WARN_EVERY: Final = 1 * MINUTE


class EnquirySheet(msgspec.Struct, frozen=True):
    """Where it is, and how it is asked. Its URL may hold a key as well, so it is not printed."""

    url: str
    key: str
    timeout_s: float
    cache_h: int

    def __repr__(self) -> str:
        return "EnquirySheet(hidden)"


class _Said(msgspec.Struct):
    valid: bool
    operator: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{5,6})?\Z")] | None = None


class _Answer(msgspec.Struct):
    numbers: dict[str, _Said]


_ANSWERS = msgspec.json.Decoder(_Answer)


class _Kept(NamedTuple):
    """What was said of a number, and how long it holds."""

    until: int
    said: str | None


class Enquirer:
    """One service, the connections to it, and what it said lately."""

    def __init__(self, clock: Clock, sheet: EnquirySheet) -> None:
        """Raises ValueError where that is no URL which can be called."""
        self._clock = clock
        self._sheet = sheet
        seconds = sheet.timeout_s
        self._poster = Poster(
            _told,
            allow_private=True,  # it is the installation's owner who says where it is
            ports=range(1, 65_536),
            names=NAMES,
            limits=PostLimits(
                open=CONNECTIONS,
                per_origin=CONNECTIONS,
                connect_s=seconds,
                answer_s=seconds,
                answer_bytes=_ANSWER_MOST,
            ),
            fields={"Authorization": f"Bearer {sheet.key}"} if sheet.key else {},
        )
        if not self._poster.origin(sheet.url):
            raise ValueError("its url can't be called")
        self._remembered: OrderedDict[int, _Kept] = OrderedDict()
        self._warn_at = 0

    async def enquire(self, numbers: Collection[int]) -> Served:
        """Who serves them. Raises NoWord."""
        now = self._clock.steady()
        kept = self._remembered
        found = {one: kept[one].said for one in numbers if one in kept and now < kept[one].until}
        missing = [number for number in numbers if number not in found]
        try:
            fresh = await self._ask(missing) if missing else {}
        except NoWord as why:
            self._warn(str(why))
            raise
        self._remember(fresh, now)
        return found | fresh

    async def close(self) -> None:
        await self._poster.close()

    async def _ask(self, numbers: Sequence[int]) -> dict[int, str | None]:
        loop = asyncio.get_running_loop()
        portions = [
            numbers[at : at + ASKED_AT_ONCE] for at in range(0, len(numbers), ASKED_AT_ONCE)
        ]
        heard: list[asyncio.Future[Heard]] = [loop.create_future() for _ in portions]
        calls = [self._call(portion) for portion in portions]
        self._poster.send(zip(calls, heard, strict=True))
        try:
            # The whole of it, however long each call had to wait for a connection.
            async with asyncio.timeout(self._sheet.timeout_s):
                answers = await asyncio.gather(*heard)
        except TimeoutError:
            raise NoWord("timed out") from None
        found: dict[int, str | None] = {}
        for portion, answer in zip(portions, answers, strict=True):
            found |= _read(portion, answer)
        return found

    def _call(self, numbers: Sequence[int]) -> Call:
        body = msgspec.json.encode({"numbers": [str(number) for number in numbers]})
        return Call("POST", self._sheet.url, body, "application/json")

    def _remember(self, fresh: Served, now: int) -> None:
        until = now + self._sheet.cache_h * HOUR
        if until > now:
            for number, said in fresh.items():
                self._remembered[number] = _Kept(until, said)
                self._remembered.move_to_end(number)
        while len(self._remembered) > REMEMBERED_MOST:
            self._remembered.popitem(last=False)

    def _warn(self, why: str) -> None:
        now = self._clock.steady()
        if now >= self._warn_at:
            self._warn_at = now + _WARN_EVERY
            log.warning("look-ups are refused, the service of [lookup] has no word: %s", why)


def _told(ends: Ends) -> None:
    for waits, heard in ends:
        if not waits.done():  # whoever asked may have waited long enough
            waits.set_result(heard)


def _read(asked: Sequence[int], heard: Heard) -> dict[int, str | None]:
    """What an answer says of the numbers that were asked; of others it may say what it likes."""
    if heard.status != 200:
        raise NoWord(heard.fault or f"it answered {heard.status}")
    try:
        said = _ANSWERS.decode(heard.body).numbers
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise NoWord("its answer is not as docs/lookup.md has it") from None
    found: dict[int, str | None] = {}
    for number in asked:
        one = said.get(str(number))
        if one is None:
            raise NoWord("its answer has not all numbers")
        found[number] = (one.operator or "") if one.valid else None
    return found
