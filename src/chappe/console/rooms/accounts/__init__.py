"""Accounts: who has one, how each stands, its money and keys, and what may be done to it.

In: visits. Out: pages. Promise: operators have hands for every account; a customer has the engine's
verbs for its own and its children; a key or password is shown once, on the answer to whoever made
it, and stands in no address and no cookie.
"""

from typing import Final

from chappe.console.rooms.accounts import (
    family,
    keys,
    ledger,
    listing,
    passwords,
    run,
    settings,
    sheet,
)
from chappe.console.rooms.accounts.french import FRENCH
from chappe.console.shape import Page, Place, Room
from chappe.words.visitor import Right

ROOM: Final = Room(
    "accounts",
    pages=(
        Page("GET", "/accounts", listing.page),
        Page("GET", "/new-account", run.new, Right.run, for_all=True),
        Page("POST", "/new-account", run.new, Right.run, for_all=True),
        Page("GET", "/accounts/{}", sheet.page),
        Page("GET", "/accounts/{}/ledger", ledger.page),
        Page("GET", "/accounts/{}/ledger.csv", ledger.csv),
        Page("GET", "/accounts/{}/credit", run.credit, Right.run, for_all=True),
        Page("POST", "/accounts/{}/credit", run.credit, Right.run, for_all=True),
        Page("GET", "/accounts/{}/settings", settings.page, Right.run, for_all=True),
        Page("POST", "/accounts/{}/settings", settings.page, Right.run, for_all=True),
        Page("GET", "/accounts/{}/settings/{}", settings.page, Right.run, for_all=True),
        Page("POST", "/accounts/{}/settings/{}", settings.page, Right.run, for_all=True),
        Page("POST", "/accounts/{}/state", run.become, Right.run, for_all=True),
        Page("GET", "/accounts/{}/keys", keys.page),
        Page("POST", "/accounts/{}/keys", keys.make, Right.act),
        Page("POST", "/accounts/{}/keys/revoke", keys.revoke, Right.act),
        Page("GET", "/accounts/{}/password", passwords.password, Right.act),
        Page("POST", "/accounts/{}/password", passwords.password, Right.act),
        Page("GET", "/accounts/{}/children", family.child, Right.act),
        Page("POST", "/accounts/{}/children", family.child, Right.act),
        Page("POST", "/accounts/{}/close", family.close, Right.act),
        Page("GET", "/accounts/{}/transfer", family.transfer, Right.act),
        Page("POST", "/accounts/{}/transfer", family.transfer, Right.act),
    ),
    places=(Place("Accounts", "/accounts", "Account"),),
    french=FRENCH,
)
