"""A push as an order: what it is besides its letters.

In: a Push, its letters as far as they are at hand, when the first of them begins. Out: an Order.
"""

from collections.abc import Sequence

from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.tables import NAME
from chappe.words.order import Letter, Order

_TOLD = ("name", "userdata")


def order_of(push: Push, letters: Sequence[Letter], start: int, is_one: bool) -> Order:
    """`start` is 0 for at once; `is_one` says that a OneShot is asked for, if it is at once."""
    fields = push.fields
    facts = {name: fields[name] for name in _TOLD if name in fields}
    if start:
        facts["start"] = str(start)
    elif is_one:
        facts["one"] = "1"
    return Order(
        dialect=NAME,
        letters=letters,
        reference=fields.get("ret_id", ""),
        fatal=frozenset(),
        facts=facts,
    )
