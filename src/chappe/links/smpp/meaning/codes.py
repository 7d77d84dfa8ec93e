"""What an operator's codes mean in our words, and ours in its: tables, and how they are read.

In: the status of an answer, or the state and error of a receipt. Out: Verdict, Happening, Reason.
Promise: every code has a meaning; one that is in no table is an error nobody explains, and never
the end of a message. What the server side writes, the client side reads as the same.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chappe.links.contract import Verdict
from chappe.links.smpp.pdus.tables import CommandStatus
from chappe.words.lifecycle import Happening, Reason

H, R, V, S = Happening, Reason, Verdict, CommandStatus

# --- answers to a submit (5.1.3) ---

ANSWERS: Final[Mapping[int, tuple[Verdict, Reason]]] = {
    S.ok: (V.taken, R.none),
    S.bad_message_length: (V.refused, R.form),
    S.bad_command_length: (V.refused, R.form),
    S.bad_command: (V.refused, R.form),
    S.wrong_bind: (V.later, R.none),
    S.bad_priority: (V.refused, R.form),
    S.bad_registered_delivery: (V.refused, R.form),
    S.system_error: (V.later, R.network),
    S.bad_source: (V.refused, R.form),
    S.bad_destination: (V.refused, R.npai),
    # A full queue is filled by who sends too fast, so it slows the link down as well.
    S.queue_full: (V.later, R.throttled),
    S.bad_service_type: (V.refused, R.form),
    S.bad_esm_class: (V.refused, R.form),
    S.submit_failed: (V.refused, R.rejected),
    S.bad_source_ton: (V.refused, R.form),
    S.bad_source_npi: (V.refused, R.form),
    S.bad_destination_ton: (V.refused, R.form),
    S.bad_destination_npi: (V.refused, R.form),
    S.throttled: (V.later, R.throttled),
    S.bad_schedule: (V.refused, R.form),
    S.bad_validity: (V.refused, R.form),
    S.later: (V.later, R.congested),
    S.never: (V.refused, R.rejected),
    S.rejected: (V.refused, R.rejected),
    S.bad_tlvs: (V.refused, R.form),
    S.tlv_not_allowed: (V.refused, R.form),
    S.bad_tlv_length: (V.refused, R.form),
    S.tlv_missing: (V.refused, R.form),
    S.bad_tlv_value: (V.refused, R.form),
    S.delivery_failure: (V.refused, R.rejected),
}

UNEXPLAINED: Final = (Verdict.refused, Reason.unrecognised)


def verdict(
    status: int, own: Mapping[int, tuple[Verdict, Reason]] | None = None
) -> tuple[Verdict, Reason]:
    """What an answer of this status means; `own` are rows of the link that go before ours."""
    found = own.get(status) if own else None
    return found or ANSWERS.get(status, UNEXPLAINED)


# --- receipts (appendix B, and message_state 5.2.28) ---


class Meaning(NamedTuple):
    """What a state means. With `by_error` the error, where it is known, is the reason."""

    happening: Happening
    reason: Reason
    by_error: bool = False


_WAITS = Meaning(H.progressed, R.buffered, by_error=True)
_DELIVERED = Meaning(H.was_delivered, R.none)
_EXPIRED = Meaning(H.ran_out, R.validity)
_DELETED = Meaning(H.was_undelivered, R.deleted)
_UNDELIVERED = Meaning(H.was_undelivered, R.unrecognised, by_error=True)
_REJECTED = Meaning(H.was_undelivered, R.rejected, by_error=True)

STATES: Final[Mapping[str, Meaning]] = {
    "DELIVRD": _DELIVERED,
    "DELIVERED": _DELIVERED,
    "DELIVERD": _DELIVERED,
    "DELIVRED": _DELIVERED,
    "EXPIRED": _EXPIRED,
    "DELETED": _DELETED,
    "CANCELLED": _DELETED,
    "CANCELED": _DELETED,
    "UNDELIV": _UNDELIVERED,
    "UNDELIVERED": _UNDELIVERED,
    "UNDELIVERABLE": _UNDELIVERED,
    "UNDELIVRD": _UNDELIVERED,
    "UNDLVRD": _UNDELIVERED,
    "FAILED": _UNDELIVERED,
    "UNKNOWN": _UNDELIVERED,
    "SKIPPED": _UNDELIVERED,
    "REJECTD": _REJECTED,
    "REJECTED": _REJECTED,
    "ENROUTE": _WAITS,
    "EN_ROUTE": _WAITS,
    "ACCEPTD": _WAITS,
    "ACCEPTED": _WAITS,
    "SCHEDULED": _WAITS,
    "BUFFERED": _WAITS,
    "BUFFRED": _WAITS,
    "QUEUED": _WAITS,
}

NUMBERED: Final = (
    *("SCHEDULED", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED"),
    *("UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD", "SKIPPED"),
)
"""message_state -> the word of appendix B. The first and the last are of version 5."""

# The errors are the network's own. Most centres hand on those of MAP (3GPP TS 29.002, 17.6); from
# 901 on they are what our own centre says, since MAP has no number for it.
ERRORS: Final[Mapping[str, Reason]] = {
    "1": R.npai,  # unknownSubscriber
    "5": R.npai,  # unidentifiedSubscriber
    "6": R.absent,  # absentSubscriberSM
    "8": R.barred,  # roamingNotAllowed
    "9": R.npai,  # illegalSubscriber
    "11": R.barred,  # teleserviceNotProvisioned
    "12": R.barred,  # illegalEquipment
    "13": R.barred,  # callBarred
    "21": R.network,  # facilityNotSupported
    "27": R.absent,  # absentSubscriber
    "31": R.absent,  # subscriberBusyForMT-SMS
    "32": R.memory_full,  # sm-DeliveryFailure, nearly always for that
    "33": R.memory_full,  # messageWaitingListFull
    "34": R.network,  # systemFailure
    "35": R.network,  # missing parameters
    "36": R.network,  # unexpectedDataValue
    "901": R.ported,
    "902": R.invalid_operator,
    "903": R.operator_credit,
    "904": R.blocked,
    "905": R.content,
    "906": R.blacklisted,
    "907": R.unknown_network,
    "908": R.form,
    "909": R.congested,
}

del H, R, V, S

_STRANGE: Final = (Happening.progressed, Reason.unrecognised)


def meaning(
    state: str, error: str, own: Mapping[str, Reason] | None = None
) -> tuple[Happening, Reason]:
    """What a receipt means. `own` are a link's errors: `99`, or `UNDELIV/99` for one state alone.

    A state that nobody knows is not the end: the next receipt, or silence, will be.
    """
    row = STATES.get(state)
    if row is None:
        return _STRANGE
    found = (own.get(f"{state}/{error}") or own.get(error)) if own else None
    if found is not None and row.happening is not Happening.was_delivered:
        return row.happening, found
    return row.happening, ERRORS.get(error, row.reason) if row.by_error else row.reason


_CODES: Final = {reason: code for code, reason in reversed(list(ERRORS.items()))}
_SAID: Final[Mapping[tuple[Happening, Reason], str]] = {
    (Happening.was_undelivered, Reason.deleted): "DELETED",
    (Happening.was_undelivered, Reason.rejected): "REJECTD",
}
_WORDS: Final[Mapping[Happening, str]] = {
    Happening.was_delivered: "DELIVRD",
    Happening.ran_out: "EXPIRED",
    Happening.was_undelivered: "UNDELIV",
    Happening.progressed: "ENROUTE",
}


def worded(happening: Happening, reason: Reason) -> tuple[str, str]:
    """The state and error that a receipt of ours says this with."""
    state = _SAID.get((happening, reason)) or _WORDS[happening]
    row = STATES[state]
    return state, _CODES.get(reason, "0") if row.by_error else "0"
