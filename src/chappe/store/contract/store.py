"""One database, as the engine sees it: the sum of its families, and the open batch."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from chappe.store.contract.backlog import Backlogs
from chappe.store.contract.batch import Batch
from chappe.store.contract.book import Book
from chappe.store.contract.callbacks import CallbackPages
from chappe.store.contract.family import Families
from chappe.store.contract.gauging import Gauging
from chappe.store.contract.handsets import OnPhones
from chappe.store.contract.ledger import Ledgers
from chappe.store.contract.listing import Listing
from chappe.store.contract.looking import Calls, Looking, Numbers
from chappe.store.contract.nodes import Nodes
from chappe.store.contract.optouts import OptOuts
from chappe.store.contract.orders import Draft
from chappe.store.contract.recover import Recovering
from chappe.store.contract.replays import Replays
from chappe.store.contract.reports import Reports
from chappe.store.contract.running import CallingOff, Names, Owners, Waiting
from chappe.store.contract.search import Search
from chappe.store.contract.shelf import Shelf, ShortUrls
from chappe.store.contract.staff import Staff
from chappe.store.contract.talks import Talking
from chappe.store.contract.usage import Usage
from chappe.words.answer import Receipt, Refusal


class ReplyTell(NamedTuple):
    """Where replies that answer nothing are told, by one of an account's dialects."""

    dialect: str
    url: str  # '': such replies are not told
    stop_url: str  # the same of one that opts out
    form: str
    event: int  # what such a reply is to it
    stop_event: int  # ... and one that opts out; 0: that is not told


class StoreAway(Exception):
    """The store can't take anything at present: full, locked or gone. Trying again may help."""


class Store(
    Names,
    Owners,
    Waiting,
    CallingOff,
    Looking,
    Numbers,
    Calls,
    Listing,
    Reports,
    Search,
    Backlogs,
    ShortUrls,
    Shelf,
    Book,
    Families,
    Usage,
    Ledgers,
    OptOuts,
    CallbackPages,
    Replays,
    Recovering,
    Gauging,
    Nodes,
    Staff,
    Talking,
    OnPhones,
    Protocol,
):
    """One database. Anything may raise StoreAway, but for the three that touch the open batch."""

    lanes_full: set[int]  # lanes and accounts whose news this node is not to hold now
    accounts_full: set[int]

    async def open(self) -> None:
        """Bring the schema up to date and begin as a node; StoreAway says why not."""

    async def close(self) -> None: ...

    @property
    def batch(self) -> Batch: ...

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits to be written, and nothing is being committed."""

    @property
    def commits(self) -> int: ...

    def keep(self, draft: Draft, waiter: Callable[[Receipt | Refusal], None]) -> None:
        """Put a draft into the open batch and see to it that it is committed soon."""

    def flush(self, within_ms: float) -> None:
        """Commit the open batch at the latest in so many (real) milliseconds."""

    async def settled(self) -> bool:
        """Wait until everything that was appended so far is on disk, or could not be kept."""

    async def kept(self) -> None:
        """Wait until what happened so far is on disk, however long the store is away."""
