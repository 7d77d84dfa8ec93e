"""The judge of fault runs sees each promise that is broken, and passes a run without a fault."""

from collections.abc import Sequence
from typing import Any

import pytest

from chappe.links.operator.mind.records import Submitted
from chappe.store.contract import Used
from chappe.words.lifecycle import Money, Reason, State
from tests.torture.broken import Broken
from tests.torture.customer import Asked
from tests.torture.eye import Doubted, Kept, Purse, Seen
from tests.torture.ground import OPENING, WINDOW
from tests.torture.judge import Evidence, judge
from tests.torture.listener import Event

_NUMBER = 33_600_000_001
_CALLS = (Event("MT", "CREATED"), Event("MT", "SENT"), Event("DLR", "RECEIVED"))
_PAID = (Money.held, Money.spent)
_FIRST, _SECOND = 1_000, 2_000  # when the two servers were started


def kept(**changes: Any) -> Kept:
    message = Kept(
        *(7, 3, "resend", _NUMBER, "T0000000 Bonjour", State.delivered, Reason.none),
        *(400, Money.spent, 1, 3),
    )
    return message._replace(**changes)


def submitted(at: int = _FIRST, message: int = 7) -> Submitted:
    return Submitted(at, "1", _NUMBER, "36105", 1, 1, message, 0, "T0000000 Bonjour")


def evidence(
    message: Kept | None = None,
    submits: int = 1,
    doubts: tuple[Doubted, ...] = (),
    paid: int = 400,
    calls: tuple[Event, ...] = _CALLS,
    kills: int = 1,
    used: Sequence[Used] | None = None,
) -> Evidence:
    """A run of one message, sent so many times, in a new life each."""
    found = [kept() if message is None else message]
    account = found[0].account
    purse = Purse(account, OPENING - paid, OPENING - paid)
    seen = Seen(found, doubts, [purse], {7: 3}, (), counted(found) if used is None else used)
    lives = [submitted(_FIRST), submitted(_SECOND)][:submits]
    asked = {"T0000000": Asked("T0000000", account, "S", (_NUMBER,))}
    answered = {"T0000000": 3}
    return Evidence(asked, answered, seen, lives, {7: calls}, (_FIRST, _SECOND), kills)


def counted(messages: Sequence[Kept]) -> list[Used]:
    """As the product should."""
    return [
        Used(0, 1, "highsms", 0, "FR", "sim", one.state, 1, 1, one.price * (one.money in _PAID))
        for one in messages
    ]


_AGAIN = (Doubted(7, _SECOND, "sent again"),)
_HELD = (Doubted(7, _SECOND, "held"),)


def test_a_run_without_a_fault_passes() -> None:
    assert judge(evidence()).answered == 1


def test_one_double_after_a_kill_is_counted_and_passes() -> None:
    assert judge(evidence(submits=2, doubts=_AGAIN)).doubles == 1


BROKEN = {
    "a message that does not count": (
        "what counts as used is what is kept",
        evidence(used=counted([kept(state=State.sent)])),
    ),
    "a price that does not count": (
        "it costs what was paid",
        evidence(used=counted([kept(price=399)])),
    ),
    "a message that never reached the operator": (
        "what was kept reaches the operator",
        evidence(submits=0),
    ),
    "a double that is not listed": ("what is sent twice is listed", evidence(submits=2)),
    "a double of an account that holds": (
        "nothing is sent twice",
        evidence(kept(account="hold"), submits=2, doubts=_HELD),
    ),
    "a double without a kill": (
        "at most 0 parts are sent twice",
        evidence(submits=2, doubts=_AGAIN, kills=0),
    ),
    "a doubt without a kill": (
        "at most 0 messages come into doubt",
        evidence(doubts=_AGAIN, kills=0),
    ),
    "a doubt that is decided otherwise than wanted": (
        "decided as its account wants",
        evidence(doubts=_HELD),
    ),
    "a message that is still on its way": (
        "every message reaches a final state",
        evidence(kept(state=State.sent)),
    ),
    "an unknown message that is not listed": (
        "every message reaches a final state",
        evidence(kept(state=State.unknown, reason=Reason.in_doubt, account="hold")),
    ),
    "a message that ended otherwise than its number says": (
        "a message ends as its number says",
        evidence(kept(state=State.expired)),
    ),
    "a price that was not taken": ("paid for what was kept", evidence(paid=0)),
    "a price that was taken twice": ("paid for what was kept", evidence(paid=800)),
    "a call that was never heard": ("each call is heard", evidence(calls=_CALLS[:2])),
    "calls out of order": (
        "the first call tells of the creation",
        evidence(calls=(_CALLS[1], _CALLS[0], _CALLS[2])),
    ),
    "a call that comes back later": ("each call is heard", evidence(calls=(*_CALLS, _CALLS[0]))),
    "an answer that names another order": ("the answer names the order", evidence(kept(order=4))),
    "another number than was asked": ("kept once and whole", evidence(kept(number=_NUMBER + 1))),
    "a request that nobody made": (
        "only what was asked is kept",
        evidence(kept(text="T0000009 Bonjour")),
    ),
}
"""What is wrong with a run -> the promise that it breaks, and the run."""


@pytest.mark.parametrize(("promise", "run"), BROKEN.values(), ids=BROKEN.keys())
def test_the_judge_sees(promise: str, run: Evidence) -> None:
    with pytest.raises(Broken, match=promise):
        judge(run)


def test_a_call_whose_record_was_lost_may_come_twice() -> None:
    """E40: told twice, never zero times, and before the next one."""
    twice = (_CALLS[0], *_CALLS)
    assert judge(evidence(calls=twice)).calls == len(twice)


def test_the_judge_sees_an_answered_request_that_was_not_kept() -> None:
    run = evidence()
    empty = run.seen._replace(messages=[], purses=[], heard={})
    with pytest.raises(Broken, match="every answered request is kept"):
        judge(run._replace(seen=empty, submits=[], heard={}))


def test_more_than_a_window_of_doubles_is_too_many() -> None:
    """E1: each of them listed, but more than can have been in flight."""
    run = evidence()
    numbers = tuple(_NUMBER + n for n in range(WINDOW + 1))
    messages = [kept(id=7 + n, number=number) for n, number in enumerate(numbers)]
    paid = 400 * len(messages)
    seen = Seen(
        messages,
        [Doubted(one.id, _FIRST if one.id > 7 else _SECOND, "sent again") for one in messages],
        [Purse("resend", OPENING - paid, OPENING - paid)],
        {message.id: 3 for message in messages},
        (),
        counted(messages),
    )
    whole = run._replace(
        asked={"T0000000": Asked("T0000000", "resend", "S", numbers)},
        seen=seen,
        submits=[submitted(at, one.id) for at in (_FIRST, _SECOND) for one in messages],
        heard={message.id: _CALLS for message in messages},
    )
    with pytest.raises(Broken, match=f"at most {WINDOW} parts are sent twice"):
        judge(whole)
    spared = [one for one in whole.submits if one.at == _FIRST or one.message > 7]
    assert judge(whole._replace(submits=spared)).doubles == WINDOW
