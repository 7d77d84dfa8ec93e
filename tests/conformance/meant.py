"""The statuses that a message can come to have, as the life table and the links have it.

In: nothing. Out: the rows that the pages of a dialect are to reach.
"""

from collections.abc import Mapping

from chappe.words.lifecycle import Reason, State

# What an operator may say of a message that he had, and what we may say of one that he never had.
_REPORTED = tuple(reason for reason in Reason if Reason.npai <= reason <= Reason.out_of_service)
# Calls: why nobody takes one, so that there is to be another; and how one that was taken ends.
_OF_CALLS_ON = (Reason.ringing, Reason.busy, Reason.no_answer, Reason.congested)
_OF_CALLS_TAKEN = (Reason.hung_up, Reason.machine, Reason.heard)
_OF_CALLS_ALONE = (Reason.busy, Reason.no_answer, Reason.out_of_service, Reason.congested)
_TURNED_AWAY = (
    Reason.bad_number,
    Reason.not_served,
    Reason.no_route,
    Reason.too_long,
    Reason.opted_out,
    Reason.rejected,
)

# The statuses that a message can come to have, as the life table and the links have it.
MEANT: Mapping[State, tuple[Reason, ...]] = {
    State.scheduled: (Reason.none,),
    State.queued: (Reason.none,),
    State.sending: (Reason.none,),
    State.sent: (Reason.none, Reason.buffered, Reason.absent, *_OF_CALLS_ON),
    State.unknown: (
        Reason.in_doubt,
        Reason.silent,
        Reason.validity,
        Reason.buffered,
        Reason.absent,
    ),
    State.delivered: (Reason.none, *_OF_CALLS_TAKEN),
    State.undelivered: _REPORTED,
    State.expired: (Reason.validity,),
    State.refused: _TURNED_AWAY,
    State.failed: (Reason.rejected, Reason.in_doubt),
    State.cancelled: (Reason.none,),
}


_NO_SUCH_NUMBER = "the simulated network has no number for it"
_IN_PARTS = "only a part of one in doubt can say so"

NOT_HAD: Mapping[tuple[State, Reason], str] = {
    (State.undelivered, Reason.validity): "an operator calls that expired",
    (State.undelivered, Reason.form): _NO_SUCH_NUMBER,
    (State.undelivered, Reason.throttled): _NO_SUCH_NUMBER,
    (State.failed, Reason.rejected): "only a part of a long message can be refused so",
    (State.failed, Reason.in_doubt): "somebody must decide to leave it",
    (State.unknown, Reason.buffered): _IN_PARTS,
    (State.unknown, Reason.absent): _IN_PARTS,
}
"""What no request and no number brings about, in whatever words it would be told, and why."""

NO_CALLS: Mapping[tuple[State, Reason], str] = dict.fromkeys(
    [
        *((State.sent, reason) for reason in _OF_CALLS_ON),
        *((State.delivered, reason) for reason in _OF_CALLS_TAKEN),
        *((State.undelivered, reason) for reason in _OF_CALLS_ALONE),
    ],
    "it places no calls",
)
"""The same for a provider without voice."""


def all_for(why: str) -> Mapping[tuple[State, Reason], str]:
    """Each row, for one reason."""
    return {(state, reason): why for state, reasons in MEANT.items() for reason in reasons}
