"""Each statement keeps to one cell: an account's rows, or what one database knows of itself.

In: the statements of PostgreSQL, and the schema. Out: nothing. Promise: a statement that is new has
its row here, with what it finds its rows by, or why it looks at a whole database. Accounts may be
spread over several databases as long as nothing needs rows of two of them at once. A family (a
parent, its children, and whoever pays from another's purse) is one of these: purses have heirs.
"""

import re
from collections.abc import Mapping
from enum import Enum

import pytest

from chappe.store.moving import STAYING, TABLES
from chappe.store.queries import migrations, queries


class Key(Enum):
    """What a statement finds its rows by: columns that it holds against a parameter."""

    account = "account|login|lane|digest|a.id"  # a lane, and a key, is an account's
    purse = "purse|purse.id|p.id|id"  # of one account, or of one family
    ids = "id|message|subject|ordr|reply|stretch"  # drawn by the cell that keeps them
    link = "link|links|route|link \\|\\| ''"
    node = "node|holder|name|id"
    number = "number"  # a handset's: whoever wants to know all of it asks each cell

    def is_in(self, sql: str) -> bool:
        compared = rf"\b(?:{self.value})\)?(?: \+ 0)? (?:=|IN|BETWEEN|>=|<=|<|>) "
        inserted = rf"INSERT INTO [^()]*\((?:[^()]*, )?(?:{self.value})\b"
        return "$1" in sql and bool(re.search(f"{compared}|{inserted}", sql))


KEYED: Mapping[Key, str] = {
    Key.account: """
        used_requests unwilling claim_rows claim_letter opt_out opt_in has_account put_account
        put_purse purses_of ledger_of ahead last_to delete_order backlog order orders_by_ref
        messages_by_ref letters_by_ref opted_out opt_outs replies answers calls lanes owed group_of
        group_named groups count_groups drop_group resize is_awaited among leave_group empty_group
        members member_numbers contact count_contacts put_contact contacts drop_contact drop_heirs
        begin_closing end_closing ahead_of waiting_of owed_of listed_of orders_counted orders_of
        order_of reply_at answers_before keep_opt_outs orders_before orders_begun replies_over
        orders_taken orders_later sought_orders_of sought_queued_of clicks clicks_in own_refs
        note_changes some_accounts owed_counts owed_heads some_keys drop_keys end_visits deeds_to
        deeds_among put_staff drop_staff callbacks_in callbacks_of_replies clicks_counted heard_by
        opt_outs_with
    """,
    Key.purse: """
        purses set_balances add_to_balances set_heirs balance_of ledger_piece ledger_rows
    """,
    Key.ids: """
        same_rows lock_messages move_rows left_rows move taken ended start_anew renew claim told
        tell_again news_behind free_news news count_news confirmed doubt hold_news unplaced
        set_stage begins to_leave messages stretch unnamed trail tally old_messages drop_messages
        drop_parts drop_news drop_attempts drop_doubts drop_letters drop_orders attempts replay
        await_no_more drop_group_orders attempt decided let_go owe_births count_births queues_of
        gone remove_tinies remove_pieces remove_letters note_shown note_told drop_over order_heads
        messages_in news_over owe_again queue_again left_in orders_left left_messages order_sums
        sought_in sought_some tiny count_clicks clicked_messages drop_tinies usage_of
        usage_of_messages youngest_of uncount carrying
    """,
    Key.link: """
        parked unpark parts claim_accounts route strangers_of crowd_out fragments drop_fragments
    """,
    Key.node: """
        enrol first_beat end_namesakes is_late beat resign take leave settle_nodes changes dropped
    """,
    Key.number: """
        tie senders messages_to opt_outs_of replies_from erase_messages erase_replies groups_with
        contacts_of erase_contacts sought_to erase_tinies stretches_with heard_from heard_later
        last_written
    """,
}

# What looks at a whole database, by why it needs no other one.
CELL_WIDE: Mapping[str, str] = {
    "each cell draws numbers of its own": "draw stretches stretch_at order_stretches last_before",
    "one node of the cell has its upkeep, and lets go what is due": """
        due_scheduled next_scheduled due_again next_again fallen_silent lapsed hasten called_off
        owing waiting confirmations closing
    """,
    "what is old is forgotten where it is kept": """
        forget_texts forget_letters forget_replies forget_targets orders_after drop_terms
        drop_strangers drop_old_fragments drop_reply_news drop_replies
    """,
    "who lives, and has what, is each cell's own": """
        date end_lapsed free_tenures fellows tenures left_nodes drop_pulses drop_nodes last_change
        drop_changes tell heirs release_news left_portions drawn
    """,
    "a node knows the accounts and routes of its cell": "accounts routes made_keys",
    "money stays within a family, which is in one cell": "left_behind audit",
    "reports come back over the links of the cell that sent": "any_parked strangers",
    "a code belongs to one account; who has a reply for another asks each cell": "code_owner",
    "figures of all cells are sums of those of each": """
        piles_queued piles_ahead scheduled_counted queue_counts queue_oldest owed_oldest
        doubts_held waiting_counted usage_dropped counted counted_to counted_between uncount_before
        doubts
    """,
    "whoever looks through all looks at each cell, and says of which a page is": """
        sought_orders sought_below sought_queued sought_scheduled sought_sending order_taken
        message_taken order_at opt_outs_behind heard_by_all
    """,
    "who works at a cell comes into the console of that cell": """
        all_staff begin_visit visits end_visit drop_visits note_deed deeds drop_deeds
    """,
    "a database is put back by itself": "contents under_way queued give_up_news",
}

# Columns that are held equal where rows are joined: each leads from a row to one of the same
# message, order or account.
ALONG = frozenset(
    {
        *(("id", "letter"), ("id", "terms"), ("id", "ordr"), ("id", "message"), ("id", "subject")),
        *(("message", "message"), ("message", "subject"), ("subject", "subject")),
        *(("seq", "news"), ("seq", "seq"), ("lane", "lane")),
        *(("id", "id"), ("id", "first"), ("purse", "id"), ("id", "reply"), ("id", "route")),
        *(("account", "account"), ("number", "number"), ("node", "id"), ("no", "no")),
        *(("link", "link"), ("pieces", "pieces"), ("route", "route"), ("channel", "channel")),
    }
)
_SAME = re.compile(r"\b[a-z_]+\.([a-z_]+) = [a-z_]+\.([a-z_]+)\b(?! ->)")

# How it is known whose a row is, by its table: what an account has moves with it, or stays where
# its numbers were drawn.
OWNERS: Mapping[str, str] = {
    **dict.fromkeys(
        ("ordr", "message", "news", "reply", "tiny", "dropped", "usage", "purse"), "account"
    ),
    **dict.fromkeys(("optout", "confirmation", "closing", "made_key"), "account"),
    **dict.fromkeys(("contact", "book_group", "member", "group_order"), "account"),
    "account": "login",
    "ledger": "purse",
    "terms": "purse",
    "letter": "ordr",
    "part": "message",
    "doubt": "message",
    "attempt": "subject",
    **dict.fromkeys(("parked", "fragment"), "link"),
    **dict.fromkeys(("pulse", "tenure", "change"), "node"),
    **dict.fromkeys(("node", "counter"), "name"),
    "route": "links",
    "counted": "stretch",
    **dict.fromkeys(("visit", "deed"), "account"),
    "staff": "login",
}


def keyed() -> dict[str, Key]:
    return {name: key for key, names in KEYED.items() for name in names.split()}


def cell_wide() -> list[str]:
    return [name for names in CELL_WIDE.values() for name in names.split()]


def strays(statements: Mapping[str, str]) -> list[str]:
    """Statements that nobody said a key of, or that don't have the one that was said."""
    known, whole = keyed(), frozenset(cell_wide())
    found = []
    for name, sql in statements.items():
        if name in whole:
            continue
        key = known.get(name)
        if key is None or not key.is_in(sql):
            found.append(name)
    return found


def test_each_statement_names_what_it_finds_its_rows_by() -> None:
    assert strays(queries("postgres")) == []


def test_no_statement_is_said_twice_or_is_gone() -> None:
    names = [*keyed(), *cell_wide()]
    listed = [name for text in KEYED.values() for name in text.split()] + cell_wide()
    assert sorted(names) == sorted(listed)
    assert sorted(names) == sorted(queries("postgres"))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM message WHERE state = $1",
        "UPDATE message SET state = 4 WHERE id = 5",
        "INSERT INTO message (number, state) VALUES ($1, $2)",
    ],
)
def test_a_statement_that_looks_everywhere_is_noticed(sql: str) -> None:
    """Whether it is new, or had a key before."""
    assert strays({"new": sql, "move": sql}) == ["new", "move"]


def test_rows_are_joined_along_one_message_order_or_account() -> None:
    """What is joined by anything else could be of two accounts."""
    pairs = {
        (name, pair)
        for name, sql in queries("postgres").items()
        for pair in _SAME.findall(sql)
        if pair not in ALONG and pair[::-1] not in ALONG
    }
    assert pairs == set()


def test_both_databases_have_the_same_statements() -> None:
    """What holds for one's keys then holds for the other's."""
    ours, theirs = queries("postgres").keys(), queries("sqlite").keys()
    assert (ours - theirs, theirs - ours) == ({"same_rows", "lock_messages", "tell"}, set())


def test_it_is_known_of_each_table_whose_its_rows_are() -> None:
    schema = "\n".join(step.sql for step in migrations("postgres"))
    columns = {
        table: set(re.findall(r"^ {4}([a-z_]+) ", body, re.MULTILINE)) | _columns_in_a_line(body)
        for table, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\);", schema, re.DOTALL)
    }
    assert columns.keys() == OWNERS.keys() == {*TABLES, *STAYING}
    assert [table for table, owner in OWNERS.items() if owner not in columns[table]] == []


def _columns_in_a_line(body: str) -> set[str]:
    return set(re.findall(r"(?:^|, )([a-z_]+) [a-z]", body)) if "\n" not in body else set()


def test_what_leads_to_another_account_leads_within_its_family() -> None:
    """A purse's heir is the one column that names a row of another account; who belongs together
    in this way, or pays from one purse, is in one cell."""
    naming = {name for name, sql in queries("postgres").items() if re.search(r"\bheir\b", sql)}
    assert naming == {"set_heirs", "drop_heirs", "left_behind"}
