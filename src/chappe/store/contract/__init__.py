"""What the engine may ask of a store: intent-named operations by families, and one open batch.

In: drafts, moves, reports, claims: appended to the open `Batch`, many callers in one commit.
Out: `Settled`, once per commit. Promise: what a batch holds becomes durable together, or not at
all; no caller is answered before.
"""

from chappe.store.contract.batch import (
    NEVER,
    Batch,
    Claimed,
    ClaimWish,
    Doubted,
    Leaving,
    Move,
    Parked,
    PartRef,
    Settled,
    Told,
)
from chappe.store.contract.gauging import Gauged, Queued
from chappe.store.contract.looking import AnswersAsked
from chappe.store.contract.orders import (
    UNWILLING,
    Draft,
    DraftLetter,
    begins_of,
    is_short,
    receipt_of,
)
from chappe.store.contract.running import (
    LANES_AT_ONCE,
    CalledOff,
    Confirmation,
    Deletion,
    Heir,
    Owing,
)
from chappe.store.contract.shelf import (
    LetGo,
    Shelf,
    ShortUrls,
)
from chappe.store.contract.store import (
    ReplyTell,
    Store,
    StoreAway,
)
from chappe.store.contract.usage import Used

__all__ = [
    "LANES_AT_ONCE",
    "NEVER",
    "UNWILLING",
    "AnswersAsked",
    "Batch",
    "CalledOff",
    "ClaimWish",
    "Claimed",
    "Confirmation",
    "Deletion",
    "Doubted",
    "Draft",
    "DraftLetter",
    "Gauged",
    "Heir",
    "Leaving",
    "LetGo",
    "Move",
    "Owing",
    "Parked",
    "PartRef",
    "Queued",
    "ReplyTell",
    "Settled",
    "Shelf",
    "ShortUrls",
    "Store",
    "StoreAway",
    "Told",
    "Used",
    "begins_of",
    "is_short",
    "receipt_of",
]
