"""Looking at one account: what it has, what waits for it, and what it is owed.

In: a login, and whose affairs may be seen. Out: its sheet; None where there is no such account to
be seen. Promise: no secret is in it, and what may be many is counted up to COUNTED_MOST.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from chappe.engine.desk import Desk
from chappe.engine.look.seen import Seen, account_seen
from chappe.words.account import Account
from chappe.words.ledger import Waits

COUNTED_MOST: Final = 1_000_000
BY_FILE, BY_HAND, BY_CALL = "by the file", "by hand", "by its own calls"


class KeysHeld(NamedTuple):
    """How many keys of a kind an account has, and who gave it these."""

    kind: str
    source: str
    total: int


class AccountSheet(NamedTuple):
    """What is known of an account."""

    account: Account
    children: Sequence[str]  # logins, in order
    purses: Mapping[str, int]  # name -> balance
    keys: Sequence[KeysHeld]
    has_password: bool
    sealed: Sequence[str]  # 'dialect.name' of keys that are kept sealed
    is_declared: bool  # whether a file ever declared it
    listed: Mapping[int, int]  # list -> how many numbers stand on it
    waiting: Waits  # messages, for a link
    owed: Waits  # callbacks
    last_order: int  # when it was taken; 0: there is none


async def sheet(desk: Desk, login: str, seen: Seen) -> AccountSheet | None:
    """All that is known of one account."""
    account = account_seen(desk, login, seen)
    if account is None:
        return None
    accounts, store = desk.accounts, desk.store
    secrets = accounts.secrets(account.id)
    below = [accounts.by_id(ident) for ident in accounts.children(account)]
    purses = await store.purses(account.id)
    newest = await store.orders(account.id, "", 0, 1)
    return AccountSheet(
        account=account,
        children=sorted(child.login for child in below if child is not None),
        purses={name: balance for name, (_, balance, _) in sorted(purses.items())},
        keys=_keys(desk, account),
        has_password=bool(secrets.password),
        sealed=sorted(secrets.sealed),
        is_declared=secrets.by_file is not None,
        listed=await store.listed_of(account.id, COUNTED_MOST),
        waiting=await store.waiting_of(account.id, COUNTED_MOST),
        owed=await store.owed_of(account.id, COUNTED_MOST),
        last_order=newest[0].at if newest else 0,
    )


def _keys(desk: Desk, account: Account) -> Sequence[KeysHeld]:
    secrets, now = desk.accounts.secrets(account.id), desk.clock.now()
    by_file = secrets.by_file.keys if secrets.by_file else {}
    held = Counter(
        (kind, BY_FILE if digest in by_file else BY_HAND) for digest, kind in secrets.keys.items()
    )
    held.update(
        (key.kind, BY_CALL)
        for key in desk.accounts.keyring.of(account.id)
        if not key.ends or key.ends > now
    )
    return [KeysHeld(*whose, total) for whose, total in sorted(held.items())]
