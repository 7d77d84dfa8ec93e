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
from chappe.console.shape import ConsoleRoom, MenuPlace, WebPage
from chappe.words.visitor import Right

ROOM: Final = ConsoleRoom(
    "accounts",
    pages=(
        WebPage("GET", "/accounts", listing.page),
        WebPage("GET", "/new-account", run.new, Right.run, for_all=True),
        WebPage("POST", "/new-account", run.new, Right.run, for_all=True),
        WebPage("GET", "/accounts/{}", sheet.page),
        WebPage("GET", "/accounts/{}/ledger", ledger.page),
        WebPage("GET", "/accounts/{}/ledger.csv", ledger.csv),
        WebPage("GET", "/accounts/{}/credit", run.credit, Right.run, for_all=True),
        WebPage("POST", "/accounts/{}/credit", run.credit, Right.run, for_all=True),
        WebPage("GET", "/accounts/{}/settings", settings.page, Right.run, for_all=True),
        WebPage("POST", "/accounts/{}/settings", settings.page, Right.run, for_all=True),
        WebPage("GET", "/accounts/{}/settings/{}", settings.page, Right.run, for_all=True),
        WebPage("POST", "/accounts/{}/settings/{}", settings.page, Right.run, for_all=True),
        WebPage("POST", "/accounts/{}/state", run.become, Right.run, for_all=True),
        WebPage("GET", "/accounts/{}/keys", keys.page),
        WebPage("POST", "/accounts/{}/keys", keys.make, Right.act),
        WebPage("POST", "/accounts/{}/keys/revoke", keys.revoke, Right.act),
        WebPage("GET", "/accounts/{}/password", passwords.password, Right.act),
        WebPage("POST", "/accounts/{}/password", passwords.password, Right.act),
        WebPage("GET", "/accounts/{}/children", family.child, Right.act),
        WebPage("POST", "/accounts/{}/children", family.child, Right.act),
        WebPage("POST", "/accounts/{}/close", family.close, Right.act),
        WebPage("GET", "/accounts/{}/transfer", family.transfer, Right.act),
        WebPage("POST", "/accounts/{}/transfer", family.transfer, Right.act),
    ),
    places=(MenuPlace("Accounts", "/accounts", "Account"),),
    french=FRENCH,
)
