"""Accounts on the console, as they are looked at: the list, the sheet, the ledger, the keys."""

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from chappe.console.routes import segment
from chappe.hands import perform
from tests.console.site import OPERATOR, READER, STAFF, SUPPORT, Answer, Site, family
from tests.journeys.house import account, many

ALL = frozenset((*STAFF, "fred", "lea", "zoe"))
OF_FRED = frozenset((*STAFF, "fred"))
OF_LEA = OF_FRED | {"lea"}
RUN = frozenset((OPERATOR,))

# Who sees a page; it is not there for anybody else.
PAGES: Mapping[str, frozenset[str]] = {
    "/accounts": ALL,
    "/new-account": RUN,
    "/accounts/fred": OF_FRED,
    "/accounts/lea": OF_LEA,
    "/accounts/nobody": frozenset(),
    "/accounts/fred/ledger": OF_FRED,
    "/accounts/fred/ledger.csv": OF_FRED,
    "/accounts/lea/ledger": OF_LEA,
    "/accounts/fred/ledger?purse=none": frozenset(),
    "/accounts/fred/keys": OF_FRED,
    "/accounts/fred/credit": RUN,
    "/accounts/fred/settings": RUN,
    "/accounts/fred/settings/highsms": RUN,
    "/accounts/fred/settings/none": frozenset(),
    "/accounts/fred/password": RUN | {"fred"},
    "/accounts/lea/password": RUN | {"lea"},
    "/accounts/fred/children": frozenset(("fred",)),
    "/accounts/lea/children": frozenset(),
    "/accounts/fred/transfer": frozenset(("fred",)),
    "/accounts/lea/transfer": frozenset(("lea",)),
}
FORMS: Mapping[str, frozenset[str]] = {
    "/new-account": RUN,
    "/accounts/fred/credit": RUN,
    "/accounts/fred/settings": RUN,
    "/accounts/fred/state": RUN,
    "/accounts/fred/keys": RUN | {"fred"},
    "/accounts/fred/keys/revoke": RUN | {"fred"},
    "/accounts/lea/keys": RUN | {"lea"},
    "/accounts/fred/password": RUN | {"fred"},
    "/accounts/lea/password": RUN | {"lea"},
    "/accounts/fred/children": frozenset(("fred",)),
    "/accounts/lea/children": frozenset(),
    "/accounts/lea/close": frozenset(("fred",)),
    "/accounts/fred/close": frozenset(),
    "/accounts/fred/transfer": frozenset(("fred",)),
}


@pytest.mark.parametrize("login", sorted(ALL))
async def test_who_sees_which_page(site: Site, login: str) -> None:
    """E63: a page that somebody may not see is as one that is not there."""
    tab = await site.visit(login)
    seen = {path: (await tab.get(path)).status for path in PAGES}
    assert seen == {path: 200 if login in who else 404 for path, who in PAGES.items()}
    forms = {path: (await tab.post(path, {"mark": "x"})).status == 404 for path in FORMS}
    assert forms == {path: login not in who for path, who in FORMS.items()}


async def test_the_list_has_all_for_staff_and_its_family_for_a_customer(site: Site) -> None:
    """E63"""
    everybody = [
        ["fred", "", "active", "€1,000.00", "", "0", ""],
        ["lea", "", "active", "€1,000.00", "fred", "0", ""],
        ["zoe", "", "active", "€1,000.00", "", "0", ""],
    ]
    for login, rows in ((OPERATOR, everybody), ("fred", everybody[:2]), ("lea", everybody[1:2])):
        assert (await (await site.visit(login)).get("/accounts")).rows == rows
    await perform(site.node, "links pause", {"name": "sim"})
    await site.sent("lea", "Bonjour", many(3))
    rows = (await (await site.visit("fred")).get("/accounts")).rows
    assert rows[1][3:] == ["€999.88", "fred", "3", "2026-11-24 10:00:00"]


async def test_accounts_are_found_and_paged(site: Site) -> None:
    """A filter stands in the address, and what is wrong with it beside its field."""
    await site.close()
    more = tuple(
        account(
            f"shop{n:03}", email=f"Shop{n}@example.org", state="suspended" if n < 2 else "active"
        )
        for n in range(60)
    )
    await site.open(family(accounts=(*family().accounts, *more)))
    tab = await site.visit()
    page = await tab.get("/accounts?q=SHOP")
    assert [row[0] for row in page.rows] == [f"shop{n:03}" for n in range(25)]
    assert "1 to 25 of 60" in page.main
    page = await tab.get("/accounts?q=SHOP&from=50")
    assert [row[0] for row in page.rows] == [f"shop{n:03}" for n in range(50, 60)]
    assert 'href="/accounts?q=SHOP&amp;from=25"' in page.html
    assert [row[0] for row in (await tab.get("/accounts?q=hop7@ex")).rows] == ["shop007"]
    suspended = await tab.get("/accounts?state=suspended")
    assert [row[:3] for row in suspended.rows] == [
        ["shop000", "Shop0@example.org", "suspended"],
        ["shop001", "Shop1@example.org", "suspended"],
    ]
    assert (await tab.get("/accounts?q=nobody-at-all")).rows == [["Nothing here yet."]]
    for query, field, sentence in (
        ("state=odd", "state", "Choose one of those that are offered."),
        ("q=a&q=b", "q", "This was given twice."),
        (f"q={'a' * 101}", "q", "This is too long: at most 100 characters."),
        ("from=-1", "from", "Write a whole number from 0 to 1000000."),
    ):
        page = await tab.get(f"/accounts?{query}")
        assert (page.status, {**page.wrong, "from": sentence}[field]) == (422, sentence)


def parts(page: Answer) -> str:
    """What is read of a sheet before its settings."""
    return page.main.partition(" Settings Settings")[0]


async def test_the_sheet_of_an_account_says_all_that_is_known(site: Site) -> None:
    """E63: without any secret."""
    await perform(site.node, "account set", {"login": "fred", "settings": ["rate=9"]})
    await perform(site.node, "account key", {"login": "fred", "kind": "token"})
    await site.sent("fred", "Bonjour", many(2))
    page = await (await site.visit()).get("/accounts/fred")
    assert parts(page) == (
        "fred active Password set Last order 2026-11-24 10:00:00 Messages waiting 0 "
        "Callbacks owed 0 Opted out 0 Declared by the file yes Book credit Change settings "
        "Change the password Suspend Close "
        "Purses Purses Purse Balance Ledger its own €999.92 Ledger "
        "Keys Keys Kind Given Total api by the file 1 token by hand 1 Keys of fred "
        "Child accounts lea"
    )
    rows = {row[0]: row[1] for row in page.rows}
    assert (rows["rate"], rows["hours"], rows["post_paid"]) == ("9", "any", "no")
    assert "key-of-fred" not in page.html


@pytest.mark.parametrize(
    ("login", "path", "buttons"),
    [
        (SUPPORT, "/accounts/fred", ""),
        (READER, "/accounts/fred", ""),
        ("fred", "/accounts/fred", "Change the password Move credit Make a child account "),
        ("fred", "/accounts/lea", "Close "),
        ("lea", "/accounts/lea", "Change the password Move credit "),
    ],
)
async def test_what_somebody_may_not_do_has_no_button(
    site: Site, login: str, path: str, buttons: str
) -> None:
    page = await (await site.visit(login)).get(path)
    assert f"Opted out 0 {buttons}Purses" in page.main


async def test_the_ledger_is_read_page_by_page_and_as_csv(site: Site) -> None:
    """E63: the balance after each booking is exact on every page."""
    for n in range(60):
        asked = {"login": "fred", "amount": "1", "note": f"top-up {n}"}
        await perform(site.node, "account credit", asked)
    tab = await site.visit("fred")
    page = await tab.get("/accounts/fred/ledger")
    assert page.rows[0][1:] == ["€1.00", "€1,060.00", "credit", "", "top-up 59"]
    assert len(page.rows) == 50
    older = page.html.partition('<a href="?after=')[2].partition('"')[0]
    page = await tab.get(f"/accounts/fred/ledger?after={older}")
    assert [row[2] for row in page.rows][:2] == ["€1,010.00", "€1,009.00"]
    assert page.rows[-1][1:3] == ["€1,000.00", "€1,000.00"]
    answer = await tab.get("/accounts/fred/ledger.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.html.splitlines()
    assert lines[:2] == [
        "at,amount,balance,kind,order,note",
        "2026-11-24 10:00:00,1.0000,1060.0000,credit,,top-up 59",
    ]
    assert len(lines) == 62


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("since=soon", "since", "Write a time such as 2026-10-25 or 2026-10-25 14:30."),
        ("until=2026-13-01", "until", "Write a time such as 2026-10-25 or 2026-10-25 14:30."),
        ("since=2026-11-25&until=2026-11-24", "until", "That is not after the beginning."),
        ("since=2026-11-25&since=2026-11-24", "since", "This was given twice."),
    ],
)
async def test_what_is_wrong_with_a_stretch_is_said_beside_it(
    site: Site, query: str, field: str, sentence: str
) -> None:
    tab = await site.visit("fred")
    for path in ("ledger", "ledger.csv"):
        page = await tab.get(f"/accounts/fred/{path}?{query}")
        assert (page.status, page.wrong) == (422, {field: sentence})
    page = await tab.get("/accounts/fred/ledger?after=1.2")
    assert "The address of this page is not one of ours." in page.main


async def test_a_stretch_of_the_ledger(site: Site) -> None:
    await site.let(60)
    await perform(site.node, "account credit", {"login": "fred", "amount": "-3"})
    tab = await site.visit("fred")
    page = await tab.get("/accounts/fred/ledger?since=2026-11-24T10:01")
    assert [row[1:4] for row in page.rows] == [["-€3.00", "€997.00", "credit"]]
    page = await tab.get("/accounts/fred/ledger?until=2026-11-24+10:01")
    assert [row[1:3] for row in page.rows] == [["€1,000.00", "€1,000.00"]]


async def test_what_customers_wrote_is_escaped_and_no_formula(site: Site) -> None:
    """XSS in a login, a note and a setting; a formula in CSV."""
    evil = "<script>alert(1)</script>"
    await perform(site.node, "account add", {"login": evil, "settings": {"senders": ["<b>A</b>"]}})
    asked = {"login": evil, "amount": "1", "note": '=HYPERLINK("http://evil")'}
    await perform(site.node, "account credit", asked)
    tab = await site.visit()
    at = f"/accounts/{segment(evil)}"
    for path in ("/accounts", at, f"{at}/ledger", f"{at}/keys", f"{at}/settings", f"{at}/credit"):
        page = await tab.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "<b>A</b>" not in page.html
    assert "'=HYPERLINK" in (await tab.get(f"{at}/ledger.csv")).html


async def test_every_login_has_a_page(site: Site) -> None:
    """As long as one may be, in any letters."""
    tab = await site.visit()
    for login in ("é" * 99 + "/", "/" * 100, "100%25?", "a b&c#d"):
        await perform(site.node, "account add", {"login": login})
        page = await tab.get(f"/accounts?{urlencode({'q': login})}")
        at = page.html.partition('<th scope="row"><a href="')[2].partition('"')[0]
        assert (await tab.get(at)).title == f"{login} active"
        page = await tab.post(f"{at}/state", {"state": "suspended"})
        again = page.html.partition('<form method="post" action="/accounts')[2].partition('"')[0]
        answer = await tab.post(f"/accounts{again}", {"state": "suspended", "sure": "1"})
        assert (await tab.follow(answer)).title == f"{login} suspended"
