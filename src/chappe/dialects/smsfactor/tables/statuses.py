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

# `unknown` is what was sent and not heard of again: no receipt is at hand, whatever the reason.
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

# Why it came to nothing: only what lies with the number has a word of its own.
_BY_REASON: Mapping[Reason, str] = {
    Reason.bad_number: INVALID,
    Reason.npai: INVALID,
    Reason.ported: INVALID,
    Reason.out_of_service: INVALID,
    Reason.opted_out: NOT_ALLOWED,
    Reason.barred: NOT_ALLOWED,
    Reason.blocked: NOT_ALLOWED,
    Reason.blacklisted: NOT_ALLOWED,
}

STATUS: Mapping[tuple[State, Reason], str] = {
    (state, reason): _BY_STATE.get(state) or _BY_REASON.get(reason, NOT_DELIVERED)
    for state in State
    if state is not State.new
    for reason in Reason
}
