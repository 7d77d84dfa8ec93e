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
from chappe.words.asked import CampaignWanted, CreditWanted
from chappe.words.exchange import Request, Response
from chappe.words.order import Order

log = logging.getLogger("chappe.doors")

Verb = Callable[[Desk, Account, str, Any], Awaitable[Any]]

_NOT_FOUND = Response(b"Not found", status=404)


async def _accept(desk: Desk, account: Account, dialect: str, asked: Order) -> Any:
    return await accept(desk, account, asked)


async def _campaign(desk: Desk, account: Account, dialect: str, asked: CampaignWanted) -> Any:
    return await look.campaign(desk, account, dialect, asked)


async def _credit(desk: Desk, account: Account, dialect: str, asked: CreditWanted) -> Any:
    return await look.credit(desk, account, asked)


# What is asked -> who does it.
VERBS: Mapping[type, Verb] = {
    Order: _accept,
    CampaignWanted: _campaign,
    CreditWanted: _credit,
}

Extra = Callable[[Request], Awaitable[Response]]

_LARGE = 128 * 1024  # a body beyond this is read beside the loop, which goes on meanwhile


async def aside(large: bool, read: Callable[..., Any], *args: Any) -> Any:
    """Read something, in a thread where it is large."""
    return await asyncio.to_thread(read, *args) if large else read(*args)


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
            step = await aside(large, dialect.identify, request, action)
            if isinstance(step, Refusal):
                return self._refused(step, dialect, action, request, None, None)
            opened = step
            proved = await self._prove.prove(opened.claim, request.peer)
            if isinstance(proved, Refusal):
                return self._refused(proved, dialect, action, request, opened, None)
            account = proved
            asked = await aside(
                large, dialect.READERS[action], opened, account, self._desk.clock.now()
            )
            answer = await self._do(dialect, account, asked)
            if isinstance(answer, Refusal):
                return self._refused(answer, dialect, action, request, opened, account)
            return dialect.WRITERS[action](answer, opened, account)
        except Exception:  # a fault of ours must not leave the customer without an answer
            log.exception("a request to %s could not be answered", request.path)
            self._desk.counts["faults"] += 1
            fault = Refusal((Trouble.fault,))
            return self._refused(fault, dialect, action, request, opened, account)

    async def _do(self, dialect: Dialect, account: Account, asked: Any) -> Any:
        if isinstance(asked, Refusal):
            return asked
        return await VERBS[type(asked)](self._desk, account, dialect.NAME, asked)

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
