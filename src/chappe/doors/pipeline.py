"""The one path of every request: identify, prove, read, do, write.

In: a request. Out: a response. Promise: no dialect sees the engine, no engine a dialect; whatever
goes wrong is worded by the dialect that was asked.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from chappe.dialects.shape import Dialect, Opened
from chappe.engine import look
from chappe.engine.accept import accept
from chappe.engine.desk import Desk
from chappe.engine.prove import Prove
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import CampaignWanted
from chappe.words.exchange import Request, Response
from chappe.words.found import Campaign
from chappe.words.order import Order

log = logging.getLogger("chappe.doors")

Verb = Callable[[Desk, Account, str, Any], Awaitable[Any]]

_NOT_FOUND = Response(b"Not found", status=404)


def _accept(desk: Desk, account: Account, dialect: str, asked: Order) -> Awaitable[Any]:
    return accept(desk, account, asked)


def _campaign(desk: Desk, account: Account, dialect: str, asked: CampaignWanted) -> Awaitable[Any]:
    return look.campaign(desk, account, dialect, asked)


# What is asked -> who does it.
VERBS: Mapping[type, Verb] = {
    Order: _accept,
    CampaignWanted: _campaign,
}

Extra = Callable[[Request], Awaitable[Response]]

_LARGE = 128 * 1024  # a body beyond this is read beside the loop, which goes on meanwhile
_LONG = 1_000  # messages; an answer of more is worded beside the loop as well


class Pipeline:
    """All dialects' paths on one port."""

    def __init__(
        self,
        desk: Desk,
        prove: Prove,
        dialects: Iterable[Dialect],
        extras: Mapping[tuple[str, str], Extra],
    ) -> None:
        self._desk = desk
        self._prove = prove
        self._extras = extras
        self._routes: dict[tuple[str, str], tuple[Dialect, str]] = {}
        self._paths: dict[str, tuple[Dialect, str]] = {}
        for dialect in dialects:
            for (method, path), action in dialect.ROUTES.items():
                self._routes[method, path] = self._paths[path] = (dialect, action)

    async def answer(self, request: Request) -> Response:
        """Never raises but for faults of our own, which the dialect words as such."""
        method = "GET" if request.method == "HEAD" else request.method
        found = self._routes.get((method, request.path))
        if found is None:
            return await self._elsewhere(method, request)
        dialect, action = found
        opened: Opened | None = None
        account: Account | None = None
        try:
            large = len(request.body) > _LARGE
            if large:
                step = await asyncio.to_thread(dialect.identify, request, action)
            else:
                step = dialect.identify(request, action)
            if isinstance(step, Refusal):
                return self._refused(step, dialect, action, request, None, None)
            opened = step
            proved = await self._prove.prove(opened.claim, request.peer)
            if isinstance(proved, Refusal):
                return self._refused(proved, dialect, action, request, opened, None)
            account = proved
            read, now = dialect.READERS[action], self._desk.clock.now()
            if large:
                asked = await asyncio.to_thread(read, opened, account, now)
            else:
                asked = read(opened, account, now)
            if isinstance(asked, Refusal):
                return self._refused(asked, dialect, action, request, opened, account)
            answer = await VERBS[type(asked)](self._desk, account, dialect.NAME, asked)
            if isinstance(answer, Refusal):
                return self._refused(answer, dialect, action, request, opened, account)
            write = dialect.WRITERS[action]
            if isinstance(answer, Campaign) and len(answer.messages) > _LONG:
                return await asyncio.to_thread(write, answer, opened, account)
            return write(answer, opened, account)
        except Exception:  # a fault of ours must not leave the customer without an answer
            log.exception("a request to %s could not be answered", request.path)
            self._desk.counts["faults"] += 1
            fault = Refusal((Trouble.fault,))
            return self._refused(fault, dialect, action, request, opened, account)

    def _refused(
        self,
        refusal: Refusal,
        dialect: Dialect,
        action: str,
        request: Request,
        opened: Opened | None,
        account: Account | None,
    ) -> Response:
        self._desk.counts["refused"] += 1
        names = ", ".join(trouble.name for trouble in refusal.troubles)
        log.info("refused %s %s from %s: %s", dialect.NAME, action, request.peer, names)
        return dialect.write_refused(refusal, action, request, opened, account)

    async def _elsewhere(self, method: str, request: Request) -> Response:
        """Paths of no dialect, and wrong methods on paths of one."""
        extra = self._extras.get((method, request.path))
        if extra is not None:
            return await extra(request)
        known = self._paths.get(request.path)
        if known is None:
            return _NOT_FOUND
        refusal = Refusal((Trouble.wrong_method,))
        return self._refused(refusal, known[0], known[1], request, None, None)
