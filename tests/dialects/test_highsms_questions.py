"""The questions of HighSMS: whatever stands in them they are read, and every answer is worded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects import highsms
from chappe.dialects.highsms.names import credit_routes
from chappe.dialects.highsms.tables.routes import CREDITS_OF, ROUTE_TYPES
from chappe.dialects.highsms.tables.statuses import DESCRIPTIONS, STATUS
from chappe.dialects.highsms.write.forms import row
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import ClicksWanted, RepliesWanted
from chappe.words.exchange import Request

NOW = 1_795_165_200_000
LONGEST_MS = 41 * 86_400_000 + 3_600_000  # one of the days may have an hour more
QUESTIONS = sorted(
    (method, path, action)
    for (method, path), action in highsms.ROUTES.items()
    if action not in {"submit", "campaign", *highsms.UNDEVELOPED}
)
NAMES = (b"ret_id", b"push_id", b"start_date", b"end_date", b"ext_id", b"action", b"hmac", b"%00")
VALUES = st.one_of(
    st.binary(max_size=40).map(lambda raw: b"".join(b"%%%02X" % one for one in raw)),
    st.sampled_from([b"1", b"2026-11-20", b"9999-12-31", b"0001-01-01", b"9" * 30, b"%E9", b"+"]),
)


@pytest.mark.parametrize(("method", "path", "action"), QUESTIONS)
@given(pairs=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6))
def test_whatever_is_asked_is_read(
    method: str, path: str, action: str, pairs: list[tuple[bytes, bytes]]
) -> None:
    """H66: a question or a refusal; never a stretch of more than forty days and today."""
    query = b"&".join([b"accountid=fred&password=x", *(b"=".join(pair) for pair in pairs)])
    opened = highsms.identify(Request(method, path, query), action)
    if isinstance(opened, Opened):
        asked = highsms.ACTIONS[action].read(opened, Account(id=1, login="fred"), NOW)
        if isinstance(asked, RepliesWanted | ClicksWanted):
            assert asked.until - asked.since <= LONGEST_MS
        assert asked is not None
    else:
        assert isinstance(opened, Refusal)


def test_every_code_has_its_prose() -> None:
    """H52 H64: none too many."""
    assert set(DESCRIPTIONS) == {status.code for status in STATUS.values()}


# What the file says of an account's routes -> the letters whose credit is shown.
ROUTES_OF = {
    (): ["S"],
    (("route", "B"),): ["B"],
    (("routes", ("P", "B")),): ["B", "P"],
    (("route", "G"), ("routes", ("S", "G"))): ["S", "G"],
}


@pytest.mark.parametrize("said", ROUTES_OF)
def test_credit_is_shown_of_each_route_that_the_account_has(said: tuple[tuple[str, str]]) -> None:
    """H1 H59: in the document's order."""
    account = Account(id=1, login="fred", dialects={"highsms": dict(said)})
    assert credit_routes(account) == ROUTES_OF[said]
    assert set(CREDITS_OF) == set(ROUTE_TYPES)


@given(st.lists(st.text(), min_size=1))
def test_a_row_is_one_line_of_quoted_values(values: list[str]) -> None:
    """H66: it can be read back, but for line breaks, which are blanks."""
    line = row(values)
    assert line.endswith('"\n')
    assert "\n" not in line[:-1]
    read = [one.replace('""', '"') for one in _split(line[1:-2])]
    assert read == [
        one.replace("\r\n", " ").replace("\n", " ").replace("\r", " ") for one in values
    ]


def _split(inner: str) -> list[str]:
    """The values of a row, its first and last quote taken off: a lone quote ends a value."""
    values, at, start = [], 0, 0
    while at < len(inner):
        if inner[at] == '"':
            if inner[at : at + 2] == '""':
                at += 2
                continue
            values.append(inner[start:at])
            at = start = at + 3
        else:
            at += 1
    return [*values, inner[start:]]
