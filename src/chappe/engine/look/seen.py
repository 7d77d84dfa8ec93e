"""Looking at what may be seen: hands see all accounts, an account sees itself and its children.

In: a login. Out: the account, or None where it is not there or not to be seen, which nobody can
tell apart.
"""

from collections.abc import Set

from chappe.engine.desk import Desk
from chappe.words.account import Account

Seen = Set[int] | None  # numbers of accounts; None: all


def seen_by(desk: Desk, account: Account) -> Set[int]:
    """What an account may look at."""
    return desk.accounts.children(account) | {account.id}


def account_seen(desk: Desk, login: str, seen: Seen) -> Account | None:
    """The account of this login or mail address."""
    account = desk.accounts.by_login(login)
    return account if account is not None and (seen is None or account.id in seen) else None
