"""The scenes of the conformance pages: the accounts, and how things stand.

In: nothing. Out: one configuration for all, and what a scene does to a running node before the
first request. A scene without an entry in PREPARE is an account and nothing more.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from chappe.links.operator import OperatorLink
from chappe.node import Node
from chappe.store.contract import Batch, StoreAway
from chappe.store.writer import Outcome

# Friday, 20 November 2026, 10:00:00 in Paris.
NOW = 1_795_165_200_000

CONFIG = """
[http]
listen = "127.0.0.1:0"

[callbacks]
allow_private = true

[[link]]
name = "sim"
kind = "operator"

[[account]]
login = "fred"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
token = "azerty"

[[account]]
login = "jean"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
answers = "json"

[[account]]
login = "marie"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
route = "B"
routes = ["B", "S", "G", "P"]
route_balances = { P = "0.08" }

[[account]]
login = "walter"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
webhook_url = "http://customer.example/all"
webhook_events = ["DLR", "MO"]

[[account]]
login = "rita"
password = "xpasswordx"
balance = "100.00"
callbacks = "http://customer.example/instead"

[[account]]
login = "ursula"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
charset = "utf-8"
mo_method = "POST"
ret_mo_url = "http://customer.example/mo"

[[account]]
login = "denise"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
webhook_url = "http://customer.example/held"
webhook_events = ["DLR"]
defer_receipts = true

[[account]]
login = "paul"
password = "xpasswordx"
balance = "0.04"

[[account]]
login = "stella"
password = "xpasswordx"
balance = "100.00"
senders = ["ACME"]

[[account]]
login = "tess"
password = "xpasswordx"
balance = "100.00"
rate = 1

[[account]]
login = "hector"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
hmac = "required"
hmac_key = "azertyuiop"

[[account]]
login = "olga"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
hmac = "optional"
hmac_key = "azertyuiop"

[[account]]
login = "HIGH_TEST"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
token = "jeton"
token_needs_hmac = true
hmac = "optional"
hmac_key = "azertyuiop"
api_key = "qsdfghjklm"

[[account]]
login = "HIGH_PUSH"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
hmac = "required"
api_key = "azertyuiop"

[[account]]
login = "michel"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
hmac = "required"
api_key = "azertyuiop"
hmac_algo = "md5"

[[account]]
login = "isolde"
password = "xpasswordx"
balance = "100.00"
ips = ["192.0.2.0/24"]

[[account]]
login = "ingrid"
password = "xpasswordx"
balance = "100.00"
ips = ["2001:db8::/32", "::1", "127.0.0.0/8"]

[[account]]
login = "sonia"
password = "xpasswordx"
balance = "100.00"
short_code = "36200"
[account.highsms]
route = "B"
routes = ["B", "S"]
add_stop = true

[[account]]
login = "susan"
password = "xpasswordx"
state = "suspended"

[[account]]
login = "peter"
password = "xpasswordx"
state = "pending"

[[account]]
login = "victor"
password = "xpasswordx"
post_paid = true

[[account]]
login = "celine"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
answers = "json"
csv_charset = "utf-8"

[[account]]
login = "claude"
password = "xpasswordx"
state = "closed"

[[account]]
login = "olivier"
password = "xpasswordx"
balance = "100.00"
short_code = "38000"
[account.highsms]
webhook_url = "http://customer.example/own"

[[account]]
login = "oscar"
password = "xpasswordx"
balance = "100.00"
short_code = "38001"
[account.highsms]
ret_mo_url = "http://customer.example/mo"

[[account]]
login = "holding"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
routes = ["B", "S"]
route_balances = { B = "0.08" }

[[account]]
login = "branch"
password = "xpasswordx"
pays_from = "holding"
[account.highsms]
routes = ["B", "S"]

[[account]]
login = "outlet"
password = "xpasswordx"
pays_from = "holding"
[account.highsms]
routes = ["B", "S"]

[[account]]
login = "simon"
email = "simon@example.org"
password = "xpasswordx"
balance = "100.00"
[account.smsfactor]
inbox_url = "http://customer.example/inbox.php"

[[account]]
login = "solange"
email = "solange@example.org"
password = "xpasswordx"
balance = "100.00"
channel = "marketing"
short_code = "38100"
[account.smsfactor]
inbox_url = "http://customer.example/solange"

[[account]]
login = "samuel"
email = "samuel@example.org"
password = "xpasswordx"
balance = "0.10"
countries = ["FR"]

[[account]]
login = "dora"
password = "xpasswordx"
balance = "100.00"
[account.highsms]
webhook_url = "http://customer.example/held"
defer_receipts = true
"""


def _drain(node: Node) -> None:
    node.desk.draining = True


def _fill_the_disk(node: Node) -> None:
    writer = node.store._writer
    commit = writer._commit

    def commit_nothing_new(work: Any, outcome: Outcome) -> None:
        if isinstance(work, Batch) and work.drafts:
            away = StoreAway("database or disk is full")
            asyncio.get_running_loop().call_soon(outcome, None, away)
        else:
            commit(work, outcome)

    writer._commit = commit_nothing_new


def _break_something(node: Node) -> None:
    def choose(*given: object) -> NoReturn:
        raise RuntimeError("this is what a mistake of ours looks like")

    node.routes.choose = choose  # type: ignore[assignment, method-assign]


def _lose_the_links(node: Node) -> None:
    node.routes.choose = lambda *given: 0  # type: ignore[method-assign]


def _pause_the_link(node: Node) -> None:
    link = node.links["sim"]
    assert isinstance(link, OperatorLink)
    link.pause()


PREPARE: Mapping[str, Callable[[Node], None]] = {
    "the node is stopping": _drain,
    "the disk is full": _fill_the_disk,
    "something of ours is broken": _break_something,
    "no route leads anywhere": _lose_the_links,
    "the operator is away": _pause_the_link,
}
