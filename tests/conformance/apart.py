"""What two nodes legitimately do otherwise than one: the cases that are not played against them."""

from collections.abc import Mapping

from tests.conformance.pages import Case

_CHANGED = "what is changed of an account is known to the others within a second, not at once"
_RATE = "what an account sent elsewhere is known within a second: at once each has its rate to give"
_SCENE = "its scene breaks a node once that has taken an order, and the other one has none"

# A page, and what the name of the case holds -> why. docs/nodes.md says so of each.
APART: Mapping[tuple[str, str], str] = {
    ("smsmode/accounts", "a child works at once on every call"): _CHANGED,
    ("smsmode/closed_accounts", "a closed child: nothing proves it"): _CHANGED,
    ("highsms/refusals", "the account sends faster than it may"): _RATE,
    ("isendpro/errors", "the account is over its rate"): _RATE,
    ("octopush/errors", "more submissions than the account's rate"): _RATE,
    ("octopush/order_of_errors", "128 comes before all that is wrong"): _RATE,
    ("smsfactor/wrong", "Too often is not now"): _RATE,
    ("smsmode/away", "the account is over its rate"): _RATE,
    ("smsmode/order_while_away", "the account's rate, and all the rest"): _RATE,
    ("smsmode/away", "50: the store is away"): _SCENE,
    ("smsmode/away", "31: a mistake of ours while something is looked up"): _SCENE,
}


def reason_of(case: Case) -> str:
    """Why a case is each node's own affair; '' where two nodes are as one."""
    found = [
        why for (page, words), why in APART.items() if page == case.page and words in case.name
    ]
    return found[0] if found else ""
