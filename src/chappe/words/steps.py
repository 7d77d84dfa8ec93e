"""Steps: what is done with things that came together, and with one that has to wait, by itself.

In: steps, each with what follows it, and things on their way. Out: what the last step makes of
them. Promise: a step is written once. Those that came together take it one after the other, then
the next; whichever has to wait takes the very same steps by itself, from where it stands; and
whatever one of them makes of the code, the others go on.

A step is two functions. `now` is what can be done at once: what comes of the step, or a refusal, or
None, and it has to wait. `wait` goes on from there, and is never asked before `now` was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar, cast

from chappe.words.answer import Refusal

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")
S_contra = TypeVar("S_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class Answering(Protocol[S_contra, R]):
    """How each is answered that does not come to the last step. `fault` is what a step raised, and
    is asked about where that is caught."""

    def refuse(self, one: S_contra, refusal: Refusal) -> None:
        """One of those that came together."""

    def fail(self, one: S_contra, fault: Exception) -> None: ...

    def later(self, one: S_contra, work: Coroutine[Any, Any, R]) -> None:
        """It goes on by itself, and this is how."""

    async def refused(self, one: S_contra, refusal: Refusal) -> R:
        """One that goes by itself."""

    async def failed(self, one: S_contra, fault: Exception) -> R: ...


class Steps(Protocol[S_contra, R_co]):
    """The rest of the way."""

    def together(self, ones: Sequence[S_contra]) -> None: ...

    async def alone(self, one: S_contra) -> R_co: ...


class _Failed:
    """In the place of one at which a step failed, and that is answered."""


_FAILED = _Failed()
_ENDS = (type(None), Refusal, _Failed)


@lru_cache(256)
def _is_end(kind: type) -> bool:
    return issubclass(kind, _ENDS)


class OneStep(Generic[S, T, R]):
    """One step, and what follows it."""

    __slots__ = ("_answering", "_now", "_then", "_wait")

    def __init__(
        self,
        answering: Answering[S, R],
        now: Callable[[S], T | Refusal | None],
        wait: Callable[[S], Awaitable[T | Refusal]],
        then: Steps[T, R],
    ) -> None:
        self._answering = answering
        self._now = now
        self._wait = wait
        self._then = then

    def together(self, ones: Sequence[S]) -> None:
        """All of them take this step, then the next."""
        taken: list[T | Refusal | _Failed | None] = []
        steps = map(self._now, ones)
        while len(taken) < len(ones):
            try:
                taken.extend(steps)
                if len(taken) < len(ones):  # a StopIteration ends a sequence, and goes no further
                    raise RuntimeError("a step ran past the end of something")
            except Exception as fault:  # of ours; those that came together with it go on
                self._answering.fail(ones[len(taken)], fault)
                taken.append(_FAILED)
        # Nearly always all of them go on, which is seen by the kinds of what they came to.
        if any(map(_is_end, set(map(type, taken)))):
            taken = [end for one, end in zip(ones, taken, strict=True) if self._goes_on(one, end)]
        if taken:
            self._then.together(cast("list[T]", taken))

    def _goes_on(self, one: S, taken: T | Refusal | _Failed | None) -> bool:
        """Whether it takes the next step together with the others; else it is answered."""
        if taken is None:
            self._answering.later(one, self._waited(one))
        elif isinstance(taken, Refusal):
            self._answering.refuse(one, taken)
        else:
            return not isinstance(taken, _Failed)
        return False

    async def alone(self, one: S) -> R:
        """One of them goes all the way, however long that takes."""
        try:
            taken = self._now(one)
        except Exception as fault:  # of ours; whoever asked gets an answer all the same
            return await self._answering.failed(one, fault)
        return await (self._waited(one) if taken is None else self._went(one, taken))

    async def _waited(self, one: S) -> R:
        try:
            taken = await self._wait(one)
        except Exception as fault:  # of ours; whoever asked gets an answer all the same
            return await self._answering.failed(one, fault)
        return await self._went(one, taken)

    async def _went(self, one: S, taken: T | Refusal) -> R:
        if isinstance(taken, Refusal):
            return await self._answering.refused(one, taken)
        return await self._then.alone(taken)


class Waited(Generic[R]):
    """A turn of one whose answer is waited for where it is asked."""

    __slots__ = ("_said", "_work")

    def __init__(self) -> None:
        self._said: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._work: Awaitable[R] | None = None

    def answer(self, said: R) -> None:
        """The answer; a second one is nobody's."""
        if not self._said.done():
            self._said.set_result(said)

    def answer_later(self, work: Awaitable[R]) -> None:
        """The answer is whatever comes of this."""
        self._work = work

    async def heard(self) -> R:
        """The answer, however long that takes."""
        return await (self._said if self._work is None else self._work)
