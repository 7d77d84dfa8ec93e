"""The judge: what was asked and answered, against what was kept, sent, paid and told.

In: the customers' book, what the store holds, the operator's log, the calls that were heard.
Out: the figures of the run. Promise: the first promise that does not hold is raised as Broken.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from chappe.links.contract import Verdict
from chappe.links.operator.mind.courses import course_of
from chappe.links.operator.mind.records import Submitted
from chappe.words.lifecycle import FINAL, Happening, Money, Reason, State
from tests.torture.broken import demand, none_of
from tests.torture.customer import Asked
from tests.torture.eye import Kept, Seen
from tests.torture.ground import OPENING, WINDOW
from tests.torture.listener import Event

_ENDS = {
    Happening.was_delivered: State.delivered,
    Happening.was_undelivered: State.undelivered,
    Happening.ran_out: State.expired,
}


class Evidence(NamedTuple):
    """All that one run left behind."""

    asked: Mapping[str, Asked]
    answered: Mapping[str, int]
    seen: Seen
    submits: Sequence[Submitted]
    heard: Mapping[int, Sequence[Event]]
    starts: Sequence[int]  # when each server was started
    kills: int  # after how many of its ends something may have been on its way


class Figures(NamedTuple):
    """What is printed of a run."""

    kills: int
    answered: int  # messages
    kept: int  # messages; those of unanswered requests may be among them
    lost: int  # messages that are neither with the operator nor held in doubt
    unsent: int  # messages that never reached the operator: all of them are held in doubt
    doubles: int  # parts
    doubts: int  # messages
    calls: int


def judge(evidence: Evidence) -> Figures:
    """All promises, one after another."""
    seen = evidence.seen
    _kept_whole(evidence)
    _settled(seen)
    lost, unsent = _sent(evidence)
    doubles = _doubled(evidence)
    _doubted(evidence)
    _paid(seen)
    _counted(seen)
    _told(evidence)
    return Figures(
        evidence.kills,
        sum(len(evidence.asked[token].numbers) for token in evidence.answered),
        len(seen.messages),
        lost,
        unsent,
        doubles,
        len(seen.doubts),
        sum(map(len, evidence.heard.values())),
    )


def _kept_whole(evidence: Evidence) -> None:
    """Each answered request once and whole; each unanswered one once and whole, or not at all."""
    found: defaultdict[str, list[Kept]] = defaultdict(list)
    for message in evidence.seen.messages:
        found[message.token].append(message)
    none_of(found.keys() - evidence.asked.keys(), "only what was asked is kept")
    none_of(evidence.answered.keys() - found.keys(), "every answered request is kept")
    for token, messages in found.items():
        asked = evidence.asked[token]
        numbers = sorted(message.number for message in messages)
        demand(numbers == sorted(asked.numbers), "a request is kept once and whole", asked, numbers)
        orders = {message.order for message in messages}
        demand(len(orders) == 1, "a request is one order", asked, orders)
        answer = evidence.answered.get(token)
        demand(answer is None or orders == {answer}, "the answer names the order", asked, answer)


def _settled(seen: Seen) -> None:
    held = {doubt.message for doubt in seen.doubts if doubt.choice == "held"}
    none_of(
        [one for one in seen.messages if one.state not in FINAL and one.id not in held],
        "every message reaches a final state, or is listed as a doubt that is held",
    )
    odd = [
        one
        for one in seen.messages
        if one.state not in FINAL
        and (one.state, one.reason, one.account) != (State.unknown, Reason.in_doubt, "hold")
    ]
    none_of(odd, "what has no final state is unknown, by its account's choice")
    wrong = [one for one in seen.messages if one.state in FINAL and one.state is not _end(one)]
    none_of(wrong, "a message ends as its number says")


def _end(message: Kept) -> State:
    """What the simulated network makes of it."""
    fated = course_of(message.number)
    if fated.verdict is Verdict.refused:
        return State.refused
    if fated.verdict is Verdict.unanswered:
        return State.unknown
    # A throttled one goes through in the end, as an ordinary one.
    return _ENDS[fated.reports[-1].happening] if fated.reports else State.delivered


def _taken(submits: Iterable[Submitted]) -> Counter[tuple[int, int]]:
    """(message, part) -> how often the operator took it."""
    taken = (Verdict.taken, Verdict.unanswered)
    return Counter((one.message, one.no) for one in submits if one.verdict in taken)


def _sent(evidence: Evidence) -> tuple[int, int]:
    """Whatever did not reach the operator must be held; how many are not, and how many are."""
    taken = _taken(evidence.submits)
    missing = [
        one
        for one in evidence.seen.messages
        if one.state is not State.refused
        and not all(taken[one.id, no] for no in range(1, one.sending + 1))
    ]
    lost = [one for one in missing if one.state is not State.unknown]
    none_of(lost, "what was kept reaches the operator, or is held in doubt")
    known = {one.id for one in evidence.seen.messages}
    strangers = {message for message, _ in taken if message not in known}
    none_of(strangers, "only what is kept leaves")
    return len(lost), len(missing) - len(lost)


def _doubled(evidence: Evidence) -> int:
    """No more than a window for each kill, none of an account that holds, all of them listed."""
    accounts = {one.id: one.account for one in evidence.seen.messages}
    listed = {doubt.message for doubt in evidence.seen.doubts}
    last: dict[tuple[int, int], int] = {}
    again: list[Submitted] = []
    per_life: Counter[int] = Counter()
    for one in evidence.submits:
        if one.verdict is Verdict.taken:
            # Whatever is sent again was on its way when the life ended that sent it before.
            if before := last.get((one.message, one.no)):
                again.append(one)
                per_life[before] += 1
            last[one.message, one.no] = bisect_right(evidence.starts, one.at)
    held = [one for one in again if accounts[one.message] == "hold"]
    none_of(held, "of an account that holds its doubts nothing is sent twice")
    none_of([one for one in again if one.message not in listed], "what is sent twice is listed")
    _at_most_a_window("parts are sent twice", per_life, evidence)
    return len(again)


def _doubted(evidence: Evidence) -> None:
    """No more than a window for each kill, each decided as its account wants."""
    accounts = {one.id: one.account for one in evidence.seen.messages}
    numbers = {one.id: one.number for one in evidence.seen.messages}
    decided = {"resend": "sent again", "hold": "held"}
    wrong = [one for one in evidence.seen.doubts if one.choice != decided[accounts[one.message]]]
    none_of(wrong, "a doubt is decided as its account wants")
    by_kill = [one for one in evidence.seen.doubts if not _never_answered(numbers[one.message])]
    per_life = Counter(bisect_right(evidence.starts, one.at) for one in by_kill)
    _at_most_a_window("messages come into doubt", per_life, evidence, by_kill[:3])


def _never_answered(number: int) -> bool:
    return course_of(number).verdict is Verdict.unanswered


def _at_most_a_window(
    what: str, per_life: Counter[int], evidence: Evidence, some: Sequence[object] = ()
) -> None:
    most = WINDOW if evidence.kills else 0
    worst = max(per_life.values(), default=0)
    demand(
        worst <= most,
        f"at most {most} {what} after one kill",
        f"{worst} in one, {dict(sorted(per_life.items()))} in all",
        *some,
    )


def _paid(seen: Seen) -> None:
    """Every purse is the sum of its ledger, and what is gone was paid for what was kept."""
    spent: Counter[str] = Counter()
    for message in seen.messages:
        if message.money in (Money.held, Money.spent):
            spent[message.account] += message.price
    for purse in seen.purses:
        demand(purse.balance == purse.ledger, "a balance is the sum of its ledger", purse)
        left = OPENING - spent[purse.account]
        demand(purse.balance == left, "what is gone was paid for what was kept", purse, left)


def _counted(seen: Seen) -> None:
    """What counts as used is what is kept, to the message and the mill."""
    kept, used = Counter[int](), Counter[int]()
    for message in seen.messages:
        kept[message.state] += 1
    for one in seen.used:
        used[one.state] += one.messages
    demand(used == kept, "what counts as used is what is kept", used, kept)
    paid = sum(one.price for one in seen.messages if one.money in (Money.held, Money.spent))
    demand(sum(one.price for one in seen.used) == paid, "it costs what was paid", paid)


def _told(evidence: Evidence) -> None:
    """Every owed call was heard, a message's calls in their order; only the last one repeats."""
    seen = evidence.seen
    none_of(seen.unheard, "every call that is owed is heard in the end")
    for message in seen.messages:
        events = evidence.heard.get(message.id, ())
        stages = _without_repeats(events)
        place = f"message {message.id} to {message.number}: {[*map(' '.join, events)]}"
        expected = seen.heard.get(message.id, 0)
        demand(len(stages) == expected == message.news, "each call is heard once done", place)
        demand([stage.kind for stage in stages] == _kinds(message), "calls come in order", place)
        demand(stages[0].word == "CREATED", "the first call tells of the creation", place)


def _kinds(message: Kept) -> list[str]:
    """Created; submitted, or refused then; and its end."""
    if message.state is State.unknown:
        # The operator may have taken it, or not: it was never acknowledged.
        return ["MT"]
    return ["MT", "MT"] if message.state is State.refused else ["MT", "MT", "DLR"]


def _without_repeats(events: Iterable[Event]) -> list[Event]:
    """A call whose record was lost comes again at once, before the next one may be made."""
    stages: list[Event] = []
    for event in events:
        if not stages or stages[-1] != event:
            stages.append(event)
    return stages
