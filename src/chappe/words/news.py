"""What a customer is owed: one event of one message, with all that a dialect needs to word it.

In: made by the store in the transaction that caused it. Out: worded by a dialect's `tell`.
"""

import msgspec

from chappe.words.lifecycle import Event, Reason, State


class Message(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One message as tellers and look-ups see it. The field order is the store's column order."""

    id: int
    order: int
    account: int
    dialect: str
    order_ref: str
    order_at: int
    order_facts: str  # JSON, the dialect's own
    trace: str  # that its order belongs to
    letter: int
    letter_facts: str
    number: int
    given: str
    ref: str
    text: str
    sender: str
    code: str
    state: State
    reason: Reason
    at: int  # of the last change
    sent_at: int
    due: int
    parts: int  # billed
    price: int
    operator: str
    parts_known: str = ""  # what became of each, as `words.parts` folds it


# Their `due` is when they are to leave, or were; that of all others, when they fall silent.
_BEFORE_LEAVING = frozenset(
    (State.scheduled, State.queued, State.sending, State.refused, State.cancelled)
)


def left_at(message: Message) -> int:
    """When it left, or is to leave; of one whose submit was never answered, the last that is known
    of it."""
    if message.sent_at or message.state in _BEFORE_LEAVING:
        return message.sent_at or message.due
    return min(message.due, message.at)


class Reply(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A message from a handset."""

    id: int
    at: int
    number: int
    code: str
    text: str
    operator: str
    account: int
    message: int
    stop: int


def answers_nothing(reply: Reply) -> Message:
    """The message that stands in where a reply answers none: number 0, with nothing in it."""
    return Message(
        id=0,
        order=0,
        account=reply.account,
        dialect="",
        order_ref="",
        order_at=0,
        order_facts="{}",
        trace="",
        letter=0,
        letter_facts="{}",
        number=reply.number,
        given="",
        ref="",
        text="",
        sender="",
        code=reply.code,
        state=State.new,
        reason=Reason.none,
        at=reply.at,
        sent_at=0,
        due=0,
        parts=0,
        price=0,
        operator=reply.operator,
    )


class Tiny(msgspec.Struct, frozen=True, array_like=True):
    """A short URL that was followed."""

    short: str  # as it stands in the text: without a scheme
    target: str


class News(msgspec.Struct, frozen=True, array_like=True):
    """One piece of news to tell. (subject, seq) is its key: a message's news is told in seq
    order."""

    subject: int
    seq: int
    event: Event
    state: State
    reason: Reason
    at: int
    operator: str
    dialect: str
    account: int
    url: str
    form: str
    tries: int = 0
    since: int = 0  # when it was first owed
    message: Message | None = None
    reply: Reply | None = None
    tiny: Tiny | None = None
