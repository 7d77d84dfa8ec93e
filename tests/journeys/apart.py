"""What two nodes legitimately do otherwise than one: the journeys that are not played against them.

In: the name of a journey. Out: why it is one node's own affair, or that two nodes play it within
the check.
"""

from collections.abc import Mapping

_BORN = "a message taken where its link is not is born queued, and not on its way"
_BOUND = "a bound against whoever asks too much is counted by each node: two allow twice as much"
_CHANGED = "what is changed of an account is known to the others within a second, not at once"
_FIGURES = "each node shows its own figures"
_INSIDE = "it is about what one process remembers or is at"
_SCENE = "its scene breaks a node once that has taken an order, and the other one has none"
_SPOKEN = "what was spoken lies with whoever has the link of calls, and is erased there"
_SQLITE = "it looks into the file of SQLite, or puts one back"
_UP = "whether a link is up that another node has is known within a second, not at once"

# A file, and what the name of the journey holds ('' for all of it) -> why.
APART: Mapping[tuple[str, str], str] = {
    ("test_accounts", "a_thousand_keys"): _INSIDE,
    ("test_accounts", "changes_of_one_account"): _CHANGED,
    ("test_accounts", "ids_are_the_installations"): _SQLITE,
    ("test_callbacks", "endpoint_of_another_account"): _BOUND,
    ("test_callbacks", "news_that_is_held_back"): _BORN,
    ("test_callbacks", "pays_for_nothing_does_not_fill"): _BOUND,
    ("test_callbacks", "what_a_dead_node_held"): _SQLITE,
    ("test_calls", "said_to_a_number_that_is_erased"): _SPOKEN,
    ("test_clicks", "leads_nowhere_costs_no_commit"): _INSIDE,
    ("test_clicks", "who_guesses_codes"): _BOUND,
    ("test_crowd", "a_link_of_another_route"): _UP,
    ("test_crowd", "one_link_of_its_route"): _UP,
    ("test_crowd", "only_an_order_that_asks_for_it"): _UP,
    ("test_crowd", "what_is_put_off_needs_no_link"): _UP,
    ("test_figures", "counted_at_each_of_its_steps"): _FIGURES,
    ("test_figures", "fifty_links"): _FIGURES,
    ("test_figures", "what_waits_tells_how_long"): _FIGURES,
    ("test_mail", "could_not_be_stored"): _SCENE,
    ("test_quiet", ""): _INSIDE,
    ("test_restored", ""): _SQLITE,
}

# A file, and a journey of it that two nodes play within the check.
AGAIN: frozenset[tuple[str, str]] = frozenset(())


def reason_of(file: str, name: str) -> str:
    """Why a journey is one node's own affair; '' where two nodes are as one."""
    found = [why for (where, words), why in APART.items() if where == file and words in name]
    return found[0] if found else ""
