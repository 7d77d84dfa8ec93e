"""A second reading names what it changes, and leaves alone what it does not."""

from chappe.config import Changes, Config, compare, read_config
from tests.config.test_example import EXAMPLE

START = read_config(EXAMPLE)


def _after(*edits: tuple[str, str]) -> Changes:
    text = EXAMPLE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return compare(START, read_config(text))


def test_a_file_read_again_changes_nothing() -> None:
    assert _after() == Changes()


def test_one_changed_link_leaves_the_others_out() -> None:
    """E51: SIGHUP that changes one link leaves the others bound."""
    assert _after(("smppword", "another")) == Changes(links_changed=("orange",))


def test_a_renamed_link_is_one_removed_and_one_added() -> None:
    assert _after(('"orange"', '"sfr"')) == Changes(
        links_added=("sfr",), links_removed=("orange",), at_once=("[[route]]",)
    )


def test_an_account_is_named_when_it_is_new_or_different() -> None:
    """E51: declared keys are re-applied, a dialect's too, whatever their value."""
    assert _after(('"token-of-fred"', '"another-token"')) == Changes(accounts=("fred",))
    assert _after(('state = "pending"\n', "")) == Changes(accounts=("fred",))
    assert compare(Config(), Config(accounts=START.accounts)) == Changes(
        accounts=("fred", "fred-shop")
    )


def test_an_account_that_left_the_file_is_not_named() -> None:
    """E51: the file never removes accounts."""
    assert compare(START, Config(accounts=())).accounts == ()


def test_what_is_bound_at_the_start_waits_for_the_next_one() -> None:
    new = compare(Config(), START)
    assert new.restart == (
        "[http] listen",
        "[http] listen_tls",
        "[smtp]",
        "[sftp]",
        "[metrics] listen",
        "[console]",
        "[store] url",
        "[tls]",
        "[lookup]",
        "[tracing]",
        "[voice]",
    )


def test_all_else_holds_at_once() -> None:
    assert compare(Config(), START).at_once == (
        "[http] trusted_proxies",
        "[callbacks]",
        "[tiny]",
        "[[route]]",
        "[[price]]",
        "[retention]",
        "[optout]",
    )


def test_another_certificate_holds_at_once_where_there_is_one() -> None:
    assert _after(("/etc/chappe/tls.key", "/etc/chappe/other.key")) == Changes(at_once=("[tls]",))
