"""What the sandbox sees: an account's own newest messages, as a program reads them.

In: what is wanted of them. Out: messages, the newest first; JSON. Promise: no more than so many are
looked at; what was there when the account cleared its sandbox is not seen any more.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from chappe.console.sandbox.asked import AskedFields
from chappe.engine import look
from chappe.node import Node
from chappe.store.contract.search import ANY_STATE, Sought
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.clock import MINUTE
from chappe.words.lifecycle import State
from chappe.words.money import euros
from chappe.words.news import Message

LISTED, LISTED_MOST = 50, 200
LOOKED_MOST: Final = 2_000  # the newest, of those that their state, number and time let through
BACK_MS: Final = 5 * MINUTE  # how far back a wait looks where nothing else is said
_PAGE = 200
_ACCOUNTS_MOST = 10_000
_ISO = "%Y-%m-%dT%H:%M:%S"


class SoughtMessages(NamedTuple):
    """Which messages; what is not said fits all."""

    number: int = 0
    sender: str = ""
    contains: str = ""
    states: frozenset[State] = frozenset()
    since: int = 0

    def fits(self, message: Message) -> bool:
        """As far as the store does not see to it."""
        sender = message.sender or message.code
        return self.contains in message.text and self.sender.casefold() in ("", sender.casefold())


def wanted_of(asked: AskedFields, now: int, since: int) -> SoughtMessages:
    """The filters of a request; `since` holds where it says nothing of that."""
    return SoughtMessages(
        asked.number("to"),
        asked.text("from", 40),
        asked.text("contains"),
        asked.states("state"),
        asked.since("since", now, since),
    )


class _Clearing(NamedTuple):
    at: int
    orders: frozenset[int]  # that were there already, of the very same millisecond


class Seen:
    """What each account may still see of its messages in the sandbox of this node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._cleared: dict[int, _Clearing] = {}

    async def clear(self, account: Account) -> int:
        """See none of those that are there any more. When that was."""
        self._cleared.pop(account.id, None)
        now = self._node.clock.now()
        here = await self.newest(account, SoughtMessages(since=now), LOOKED_MOST)
        if len(self._cleared) >= _ACCOUNTS_MOST:
            del self._cleared[next(iter(self._cleared))]
        self._cleared[account.id] = _Clearing(now, frozenset(one.order for one in here))
        return now

    async def newest(self, account: Account, wanted: SoughtMessages, most: int) -> list[Message]:
        """The newest that fit, the very newest first. Raises StoreAway."""
        cleared = self._cleared.get(account.id, _Clearing(0, frozenset()))
        here = most + len(cleared.orders)  # a page has all of these, where the store sees to it
        sought = Sought(
            _PAGE if wanted.contains or wanted.sender else min(_PAGE, here),
            accounts=[account.id],
            states=sum(1 << state for state in wanted.states) or ANY_STATE,
            number=wanted.number,
            since=max(wanted.since, cleared.at),
        )
        found: list[Message] = []
        for _ in range(LOOKED_MOST // _PAGE):
            page = await look.search(self._node.desk, frozenset((account.id,)), sought)
            if page is None:
                break
            some = [one.message for one in page.found]
            found += [one for one in some if one.order not in cleared.orders and wanted.fits(one)]
            # Where a page came short since so much was looked at in vain, that is enough.
            if len(found) >= most or page.next is None or page.looked_to:
                break
            sought = sought._replace(place=page.next)
        return found[:most]

    async def one(self, account: Account, ident: int) -> Message | None:
        """A message of this number, if it is the account's own."""
        found = await look.message(self._node.desk, ident)
        return found if found is not None and found.account == account.id else None


def shown(message: Message) -> Mapping[str, Any]:
    """A message as a program reads it."""
    return {
        "id": message.id,
        "order": message.order,
        "api": message.dialect,
        "to": f"+{message.number}" if message.number else message.given,
        "from": message.sender or message.code,
        "code": message.code,
        "text": message.text,
        "state": message.state.name,
        "reason": message.reason.name if message.reason else "",
        "parts": message.parts,
        "price": euros(message.price, 4),
        "operator": message.operator,
        "reference": message.ref,
        "order_reference": message.order_ref,
        "accepted": iso(message.order_at),
        "sent": iso(message.sent_at),
        "changed": iso(message.at),
    }


def iso(ms: int) -> str:
    """An instant in UTC, to the millisecond; '' where there is none."""
    return f"{paris.utc_stamp(ms, _ISO)}.{ms % 1000:03d}Z" if ms else ""
