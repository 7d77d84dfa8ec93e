"""Every state and reason of ours in the words of SMSFactor.

In: nothing. Out: data. Promise: STATUS has a row for every state and reason.
"""

from collections.abc import Mapping
from typing import Final

from chappe.words.lifecycle import Reason, State

NOT_SENT: Final = "NOT_SENT"
SENT: Final = "SENT"
NOT_DELIVERED: Final = "NOT_DELIVERED"
DELIVERED: Final = "DELIVERED"
NOT_ALLOWED: Final = "NOT_ALLOWED"
INVALID: Final = "INVALID_DESTINATION_ADDRESS"

# What has come to nothing is told by its reason, all else by its state. `unknown` is what was sent
# and not heard of again: no receipt is at hand, whatever the reason.
_BY_STATE: Mapping[State, str] = {
    State.scheduled: NOT_SENT,
    State.queued: NOT_SENT,
    State.sending: NOT_SENT,
    State.sent: SENT,
    State.unknown: SENT,
    State.delivered: DELIVERED,
    State.expired: NOT_DELIVERED,
    State.cancelled: NOT_DELIVERED,
}
_CAME_TO_NOTHING: Final = (State.undelivered, State.refused, State.failed)

# Only what lies with the number has a word of its own.
_BY_REASON: Mapping[Reason, str] = {
    Reason.none: NOT_DELIVERED,
    Reason.bad_number: INVALID,
    Reason.not_served: NOT_DELIVERED,
    Reason.no_quality: NOT_DELIVERED,
    Reason.no_route: NOT_DELIVERED,
    Reason.too_long: NOT_DELIVERED,
    Reason.opted_out: NOT_ALLOWED,
    Reason.no_credit: NOT_DELIVERED,
    Reason.fault: NOT_DELIVERED,
    Reason.in_doubt: NOT_DELIVERED,
    Reason.silent: NOT_DELIVERED,
    Reason.buffered: NOT_DELIVERED,
    Reason.npai: INVALID,
    Reason.ported: INVALID,
    Reason.invalid_operator: NOT_DELIVERED,
    Reason.network: NOT_DELIVERED,
    Reason.operator_credit: NOT_DELIVERED,
    Reason.unrecognised: NOT_DELIVERED,
    Reason.validity: NOT_DELIVERED,
    Reason.absent: NOT_DELIVERED,
    Reason.memory_full: NOT_DELIVERED,
    Reason.barred: NOT_ALLOWED,
    Reason.blocked: NOT_ALLOWED,
    Reason.content: NOT_DELIVERED,
    Reason.blacklisted: NOT_ALLOWED,
    Reason.unknown_network: NOT_DELIVERED,
    Reason.deleted: NOT_DELIVERED,
    Reason.rejected: NOT_DELIVERED,
    Reason.form: NOT_DELIVERED,
    Reason.throttled: NOT_DELIVERED,
    Reason.congested: NOT_DELIVERED,
    Reason.busy: NOT_DELIVERED,
    Reason.no_answer: NOT_DELIVERED,
    Reason.out_of_service: INVALID,
    Reason.ringing: NOT_DELIVERED,
    Reason.hung_up: NOT_DELIVERED,
    Reason.machine: NOT_DELIVERED,
    Reason.heard: NOT_DELIVERED,
}

STATUS: Mapping[tuple[State, Reason], str] = {
    **{(state, reason): word for state, word in _BY_STATE.items() for reason in Reason},
    **{(state, reason): _BY_REASON[reason] for state in _CAME_TO_NOTHING for reason in Reason},
}
