"""Declining for now: that the store is away is an answer, 'not now', and no fault.

In: a verb. Out: the same verb, whose StoreAway has become a refusal; whether the desk is closed.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from chappe.engine.desk import Desk
from chappe.store.contract import StoreAway
from chappe.words.answer import Refusal, Trouble

_P = ParamSpec("_P")
_T = TypeVar("_T")


def or_not_now(verb: Callable[_P, Awaitable[_T]]) -> Callable[_P, Awaitable[_T | Refusal]]:
    """Wrap a verb that a request waits for."""

    @wraps(verb)
    async def attempt(*args: _P.args, **named: _P.kwargs) -> _T | Refusal:
        try:
            return await verb(*args, **named)
        except StoreAway:
            return Refusal((Trouble.not_now,))

    return attempt


def closed_for_now(desk: Desk) -> Trouble | None:
    """Why nothing is changed at present for whoever asks."""
    if desk.draining:
        return Trouble.draining
    return Trouble.not_now if desk.paused else None
