"""What two nodes legitimately do otherwise than one: the journeys that are not played against them.

In: the name of a journey. Out: why it is one node's own affair, or that two nodes play it within
the check.
"""

from collections.abc import Mapping

_BORN = "a message taken where its link is not is born queued, and not on its way"
_BOUND = "a bound against whoever asks too much is counted by each node: two allow twice as much"
_CHANGED = "what is changed of an account is known to the others within a second, not at once"
_FIGURES = "each node shows its own figures, and warns by itself"
_INSIDE = "it is about what one process remembers or is at"
_NETWORK = "the simulated network lies with one node, and the link goes to the other"
_SCENE = "its scene breaks a node once that has taken an order, and the other one has none"
_SENT = "what an account sent elsewhere is known within a second, not at once"
_SPOKEN = "what was spoken lies with whoever has the link of calls, and is erased there"
_SQLITE = "it looks into the file of SQLite, or puts one back"
_STRIDE = "the clock goes in strides, at whose end what one node told the other has only begun"
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
    ("test_calls", "an_engine_that_hangs"): _BORN,
    ("test_calls", "said_to_a_number_that_is_erased"): _SPOKEN,
    ("test_clicks", "leads_nowhere_costs_no_commit"): _INSIDE,
    ("test_clicks", "who_guesses_codes"): _BOUND,
    ("test_clock", "what_is_scheduled_follows"): _STRIDE,
    ("test_crowd", "a_link_of_another_route"): _UP,
    ("test_crowd", "one_link_of_its_route"): _UP,
    ("test_crowd", "only_an_order_that_asks_for_it"): _UP,
    ("test_crowd", "what_is_put_off_needs_no_link"): _UP,
    ("test_figures", "counted_at_each_of_its_steps"): _FIGURES,
    ("test_figures", "fifty_links"): _FIGURES,
    ("test_figures", "what_waits_tells_how_long"): _FIGURES,
    ("test_isendpro_directories", "nobody_reaches_another_s"): _SQLITE,
    ("test_mail", "could_not_be_stored"): _SCENE,
    ("test_mail", "vast_mails_and_vast_calls"): _INSIDE,
    ("test_money", "a_low_balance_is_told_once"): _FIGURES,
    ("test_money", "what_a_crowd_pays"): _INSIDE,
    ("test_pace", "vast_bodies"): _INSIDE,
    ("test_portions", "heard_of_like_any_other"): _BOUND,
    ("test_quiet", ""): _INSIDE,
    ("test_reload", "a_name_that_is_a_hands_account"): _CHANGED,
    ("test_reload", "accounts_that_the_file_names_no_more"): _CHANGED,
    ("test_reload", "secret_that_the_file_declares_no_more"): _CHANGED,
    ("test_reload", "what_a_hand_replaced"): _CHANGED,
    ("test_reload", "what_flew_over_a_link_that_changed"): _NETWORK,
    ("test_restored", ""): _SQLITE,
    ("test_shares", "no_more_of_an_account"): _SENT,
    ("test_smsmode_family", "a_key_is_shown_by_its_id"): _CHANGED,
    ("test_smsmode_family", "a_thousand_keys"): _INSIDE,
    ("test_smsmode_family", "nothing_secret_is_logged"): _CHANGED,
    ("test_smsmode_family", "what_was_answered_outlives"): _CHANGED,
    ("test_smsmode_family", "who_makes_many_children"): _BOUND,
    ("test_smsmode_strangers", "nobody_reaches_another_s"): _CHANGED,
    ("test_texts", "identical_texts"): _SQLITE,
    ("test_tracing", "refused_mailed_large"): _FIGURES,
    ("test_waiting", "an_endpoint_shows"): _FIGURES,
}

# A file, and a journey of it that two nodes play within the check.
AGAIN: frozenset[tuple[str, str]] = frozenset(
    {
        ("test_book", "test_whoever_is_in_a_group_gets_its_message_once"),
        ("test_cancel", "test_what_is_called_off_in_time_never_leaves_and_is_paid_back"),
        ("test_cancel", "test_a_stop_half_way_is_carried_on_too"),
        ("test_clicks", "test_a_short_url_leads_on_and_its_click_is_counted_and_told"),
        ("test_confirm", "test_what_can_not_be_sent_now_is_sent_later_but_not_after_a_day"),
        ("test_delete", "test_what_has_not_begun_never_leaves_and_is_paid_back_once"),
        ("test_doubt", "test_somebody_decides_what_becomes_of_a_message_in_doubt"),
        ("test_inbox", "test_replies_that_wait_for_company_outlive_a_crash"),
        ("test_life", "test_each_step_is_told_once_and_in_order"),
        ("test_looking", "test_replies_are_listed_by_pages_with_what_they_answer"),
        ("test_money", "test_orders_at_the_same_time_never_pass_below_zero"),
        ("test_money", "test_a_request_id_is_used_once"),
        ("test_portions", "test_a_large_order_is_taken_whole"),
        ("test_restart", "test_a_crash_loses_nothing_that_was_answered"),
        ("test_restart", "test_numbers_are_never_given_twice"),
        ("test_stop", "test_a_stop_is_for_the_account_that_wrote_last"),
        ("test_times", "test_a_restart_in_the_middle_loses_nothing_and_sends_nothing_twice"),
    }
)


def reason_of(file: str, name: str) -> str:
    """Why a journey is one node's own affair; '' where two nodes are as one."""
    found = [why for (where, words), why in APART.items() if where == file and words in name]
    return found[0] if found else ""
