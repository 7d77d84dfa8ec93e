"""The life of a message: THE table of states, and the only way through it.

In: a state and a happening. Out: the next state, what the money does, and what the customer is
told. Promise: what is not in TABLE does not happen. Pictures and docs are drawn from TABLE, never
by hand.
"""

from enum import IntEnum, IntFlag
from typing import NamedTuple


class State(IntEnum):
    """Where a message stands. From `delivered` on, all are final."""

    new = 0  # before the store knows it; never stored
    scheduled = 1  # waits for its time
    queued = 2  # may leave now, waits for a link
    sending = 3  # on its way to an operator, unanswered
    sent = 4  # the operator has it
    unknown = 5  # in doubt, or silent for too long; a receipt may still settle it
    delivered = 6
    undelivered = 7  # the operator gave up
    expired = 8  # its validity ran out
    refused = 9  # turned away by us or by the operator; it never travelled
    failed = 10  # broken off half-way, or given up by us
    cancelled = 11


FINAL = frozenset(state for state in State if state >= State.delivered)


class Happening(IntEnum):
    """What may befall a message. The first four are births."""

    accepted = 1  # may leave now, and waits in the queue
    launched = 2  # accepted while a link had room: born on its way
    postponed = 3  # accepted for later
    turned_away = 4  # taken into the order, but this recipient can't be served
    came_due = 5
    put_off = 6  # its hours closed before it left
    claimed = 7
    put_back = 8  # never left us, or the operator said 'later'
    cancelled = 9
    lapsed = 10  # waited in vain until its validity ran out
    barred = 11  # the number opted out while the message waited
    acknowledged = 12  # the operator took every part
    turned_down = 13  # the operator refused it for good
    broken_off = 14  # the operator took some parts and refused others
    went_unanswered = 15  # it left us and no answer came: in doubt, and held
    sent_again = 16  # in doubt, and the account chose to send it again
    dropped = 17  # in doubt, and somebody decided to leave it
    progressed = 18  # the operator reports something that is not the end
    was_delivered = 19
    was_undelivered = 20
    ran_out = 21  # the operator says that its validity ran out
    fell_silent = 22  # no final receipt in the order's time
    missed = 23  # nobody took the call, and there is to be another
    called_again = 24  # the time of that other call has come


class Reason(IntEnum):
    """Why a message stands where it stands: the second axis."""

    none = 0
    # ours
    bad_number = 1  # not a phone number, or not one that can get a text
    not_served = 2  # no price for that country, or closed to the account
    no_route = 3
    too_long = 4
    opted_out = 5
    no_credit = 6
    fault = 7  # our own
    in_doubt = 8  # left us and was never answered
    silent = 9  # no receipt in time
    no_quality = 10  # the country is served, but not in the quality that was asked for
    # the operator's; with state `sent` they are passing, with a final state they are the end
    buffered = 20
    npai = 21  # unknown subscriber
    ported = 22  # unknown subscriber: the number moved
    invalid_operator = 23
    network = 24
    operator_credit = 25
    unrecognised = 26  # an error the operator does not explain
    validity = 27  # the validity ran out
    absent = 28
    memory_full = 29
    barred = 30
    blocked = 31
    content = 32
    blacklisted = 33  # on the operator's own list
    unknown_network = 34
    deleted = 35
    rejected = 36
    form = 37  # refused for its form or length
    throttled = 38
    congested = 39
    busy = 40
    no_answer = 41
    out_of_service = 42
    ringing = 43
    hung_up = 44
    machine = 45  # an answering machine took the call
    heard = 46  # listened to the end


class Money(IntEnum):
    """What a step does with the reserved price."""

    stays = 0
    held = 1
    spent = 2
    released = 3


class Event(IntFlag):
    """What a customer may be told of; an order carries a mask of these."""

    nothing = 0
    created = 1
    sent = 2
    passing = 4
    final = 8
    silent = 16
    late = 32  # a final state after `silent` was told
    reply = 64
    stop = 128
    click = 256


class Step(NamedTuple):
    """One row of the table, without its key."""

    to: State
    money: Money = Money.stays
    told: Event = Event.nothing


S, H, M, E = State, Happening, Money, Event

TABLE: dict[tuple[State, Happening], Step] = {
    (S.new, H.accepted): Step(S.queued, M.held, E.created),
    (S.new, H.launched): Step(S.sending, M.held, E.created),
    (S.new, H.postponed): Step(S.scheduled, M.held, E.created),
    (S.new, H.turned_away): Step(S.refused, M.stays, E.final),
    (S.scheduled, H.came_due): Step(S.queued),
    (S.scheduled, H.cancelled): Step(S.cancelled, M.released, E.final),
    (S.queued, H.put_off): Step(S.scheduled),
    (S.queued, H.claimed): Step(S.sending),
    (S.queued, H.cancelled): Step(S.cancelled, M.released, E.final),
    (S.queued, H.lapsed): Step(S.expired, M.released, E.final),
    (S.queued, H.barred): Step(S.refused, M.released, E.final),
    (S.sending, H.put_back): Step(S.queued),
    (S.sending, H.acknowledged): Step(S.sent, M.spent, E.sent),
    (S.sending, H.turned_down): Step(S.refused, M.released, E.final),
    (S.sending, H.broken_off): Step(S.failed, M.spent, E.final),
    (S.sending, H.went_unanswered): Step(S.unknown, M.spent),
    (S.sending, H.sent_again): Step(S.queued),
    (S.sent, H.progressed): Step(S.sent, M.stays, E.passing),
    (S.sent, H.was_delivered): Step(S.delivered, M.stays, E.final),
    (S.sent, H.was_undelivered): Step(S.undelivered, M.stays, E.final),
    (S.sent, H.ran_out): Step(S.expired, M.stays, E.final),
    (S.sent, H.fell_silent): Step(S.unknown, M.stays, E.silent),
    (S.sent, H.missed): Step(S.sent, M.stays, E.passing),
    (S.sent, H.called_again): Step(S.queued),
    (S.unknown, H.sent_again): Step(S.queued),
    (S.unknown, H.dropped): Step(S.failed, M.spent, E.final),
    (S.unknown, H.progressed): Step(S.unknown, M.stays, E.passing),
    (S.unknown, H.was_delivered): Step(S.delivered, M.spent, E.final),
    (S.unknown, H.was_undelivered): Step(S.undelivered, M.spent, E.final),
    (S.unknown, H.ran_out): Step(S.expired, M.spent, E.final),
    (S.unknown, H.fell_silent): Step(S.unknown, M.stays, E.silent),
}

del S, H, M, E

# For most dialects a message is over once its customer was told that it fell silent. Whoever asked
# for `late` events hears what came of it after that.
SILENCES = frozenset({int(Reason.silent), int(Reason.validity)})

# The table by plain numbers: an enum's own hash is slow, and stores speak numbers.
_STEPS = {(int(state), int(happening)): row for (state, happening), row in TABLE.items()}


def step(state: int, happening: int, reason: int = 0) -> Step | None:
    """The row for this state and happening, or None: then nothing happens.

    `reason` is the one the message has now: a message that was told silent is told `late`.
    """
    row = _STEPS.get((int(state), int(happening)))
    if row is None or state != State.unknown or reason not in SILENCES:
        return row
    if happening in (Happening.fell_silent, Happening.progressed):
        return None  # a passing reason would hide that it was told silent
    return row._replace(told=Event.late) if row.told is Event.final else row
