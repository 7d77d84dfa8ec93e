"""Campaigns that were sent: seen by whoever may, as they stand, and called off where they wait."""

import csv
import io
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chappe.words.clock import HOUR
from chappe.words.order import Target
from tests.console.campaigns.forms import confirm, facts, send, sent
from tests.console.site import OPERATOR, READER, SUPPORT, Site, family
from tests.journeys.house import CREDIT, link, many, to


@pytest.fixture
async def slow(tmp_path: Path) -> AsyncIterator[Site]:
    """A site whose link takes ten messages a second."""
    site = Site(tmp_path / "slow")
    await site.open(family(links=(link("sim", rate=10, window=5),)))
    yield site
    await site.close()


def typed(numbers: range) -> dict[str, str]:
    return {"text": "Bonjour", "numbers": "\n".join(f"+{number}" for number in numbers)}


async def test_orders_of_whatever_api_are_listed(site: Site) -> None:
    """E63: the newest first, with how each stands; those that are scheduled too."""
    await site.take(many(2), reference="Noël", account="fred")
    await site.let(5)
    await site.take(many(1), "Demain", account="fred", start=site.clock.now() + 24 * HOUR)
    tab = await site.visit("fred")
    await send(tab, name="Rentrée", numbers="0639980011")
    await site.let(5)
    rows = (await tab.get("/campaigns")).rows
    assert [row[3:] for row in rows] == [
        ["console", "Rentrée", "1", "1 undelivered", "€0.04"],
        ["plain", "Demain", "1", "1 scheduled", "€0.04"],
        ["plain", "Noël", "2", "2 delivered", "€0.08"],
    ]
    assert rows[1][1] == "2026-11-24 10:00:05 scheduled for 2026-11-25 10:00:05"


async def test_pages_go_on_where_one_ends(site: Site) -> None:
    for number in many(30):
        await site.take([number], account="fred")
    tab = await site.visit("fred")
    page = await tab.get("/campaigns")
    assert [row[0] for row in page.rows] == [str(order) for order in range(30, 5, -1)]
    older = page.html.partition('rel="next"')[0].rpartition('href="')[2].rpartition('"')[0]
    page = await tab.get(older.replace("&amp;", "&"))
    assert [row[0] for row in page.rows] == ["5", "4", "3", "2", "1"]
    assert 'rel="next"' not in page.html
    refused = await tab.get("/campaigns?before=x")
    assert (refused.status, refused.rows) == (422, [["Nothing here yet."]])


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("fred", ["2", "1"]),
        ("lea", ["2"]),
        ("zoe", ["3"]),
        (OPERATOR, ["3", "2", "1"]),
        (SUPPORT, ["3", "2", "1"]),
        (READER, ["3", "2", "1"]),
    ],
)
async def test_everybody_sees_their_own(site: Site, login: str, seen: list[str]) -> None:
    """E63: a list, each page, its figures and its file; support no text."""
    for number, account in enumerate(("fred", "lea", "zoe"), 1):
        await site.take([to(number)], f"Secret{number}", account=account)
    tab = await site.visit(login)
    page = await tab.get("/campaigns")
    assert [row[0] for row in page.rows] == seen
    for order in ("1", "2", "3"):
        for path in ("", "/figures", "/outcome.csv"):
            answer = await tab.get(f"/campaigns/{order}{path}")
            assert answer.status == (200 if order in seen else 404)
            has_text = f"Secret{order}" in answer.html
            is_childs = login == "fred" and order == "2"  # of which a parent reads no text
            assert has_text is (order in seen and login != SUPPORT and not is_childs)
    assert ("Secret" in page.html) is (login != SUPPORT)


@pytest.mark.parametrize("order", ["0", "999", "x", "1.0", "99999999999999999999", "%C2%B2"])
async def test_what_is_no_order_is_not_there(site: Site, order: str) -> None:
    tab = await site.visit()
    for path in ("", "/figures", "/outcome.csv"):
        assert (await tab.get(f"/campaigns/{order}{path}")).status == 404
    assert (await tab.post(f"/campaigns/{order}/cancel")).status == 404


async def test_one_account_may_be_chosen(site: Site) -> None:
    for account in ("fred", "lea", "zoe"):
        await site.take([to(1)], account=account)
    tab = await site.visit()
    assert [row[2] for row in (await tab.get("/campaigns?account=lea")).rows] == ["lea"]
    for login, path in (("root", "nobody"), ("zoe", "fred")):
        tab = await site.visit(login)
        page = await tab.get(f"/campaigns?account={path}")
        assert page.status == 422
        assert "There is no such account." in page.main
        assert page.rows == [["Nothing here yet."]]


async def test_many_accounts_are_not_looked_through(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E63: one is chosen first."""
    monkeypatch.setattr("chappe.console.rooms.campaigns.running.TOGETHER_MOST", 2)
    tab = await site.visit()
    page = await tab.get("/campaigns")
    assert page.rows == []
    assert "There are many accounts here: choose one to see its orders." in page.main


async def test_a_campaign_is_watched_while_it_runs(slow: Site) -> None:
    """E63: states, progress and cost, until all is done; replies and STOPs."""
    tab = await slow.visit("fred")
    page = await send(tab, **typed(many(40)))
    assert 'hx-trigger="every 1s"' in page.html
    assert "Under way." in page.main
    await slow.let(2)
    half = await tab.get("/campaigns/1/figures")
    counts = {row[0]: int(row[1]) for row in half.rows}
    assert sum(counts.values()) == 40
    assert 0 < counts["queued"] < 40
    await slow.let(10)
    await slow.write(many(40)[0], "Merci")
    await slow.write(many(40)[1], "STOP")
    done = await tab.get("/campaigns/1")
    assert done.rows == [["delivered", "40", "100.0 %"]]
    assert "hx-trigger" not in done.html
    assert "All is done." in done.main
    shown = ("Done", "Messages", "Parts", "Cost", "Replies", "STOPs", "Who clicked", "Clicks")
    assert [facts(done)[name] for name in shown] == [
        *("100 %", "40", "40", "€1.60", "2", "1", "0", "0")
    ]


async def test_why_they_did_not_arrive_is_told(site: Site) -> None:
    """E63: by state and reason."""
    tab = await site.visit("fred")
    await site.take([to(1), to(1, 1), to(11), to(12)], account="fred")
    await site.let(5)
    rows = (await tab.get("/campaigns/1")).rows
    assert [row[0] for row in rows] == ["delivered", "undelivered npai", "expired validity"]
    assert [row[2] for row in rows] == ["50.0 %", "25.0 %", "25.0 %"]


async def test_a_script_gets_the_figures_alone(site: Site) -> None:
    tab = await site.visit("fred")
    await send(tab)
    page = await tab.get("/campaigns/1/figures", **{"HX-Request": "true"})
    assert "<main" not in page.html
    assert facts(page)["Messages"] == "2"


async def test_what_is_scheduled_is_called_off_and_paid_back(site: Site) -> None:
    """E63 E3: once; and it is written down."""
    tab = await site.visit("fred")
    answer = await sent(tab, await confirm(tab, start="2026-11-25T10:00"))
    assert await site.balance() == CREDIT - 800
    path = f"{answer.location}/cancel"
    assert f'action="{path}"' in (await tab.get(answer.location)).html
    shown = await tab.follow(await tab.post(path))
    assert (shown.said, shown.rows) == ("Called off: 2 messages.", [["cancelled", "2", "100.0 %"]])
    assert await site.balance() == CREDIT
    assert "Called off." in shown.main
    assert path not in shown.html
    again = await tab.follow(await tab.post(path))
    assert again.said == "There is nothing to call off."
    await site.leap(site.clock.now() + 48 * HOUR)
    assert site.submits() == []
    booked = [(kind, amount) for kind, amount, _ in await site.booked()]
    assert booked == [("credit", CREDIT), ("held", -800), ("released", 800)]


async def test_of_what_runs_the_rest_is_called_off(slow: Site) -> None:
    """E63 E3: what waits never leaves and is paid back; what left arrives and stays paid."""
    tab = await slow.visit("fred")
    answer = await sent(tab, await confirm(tab, **typed(many(100))))
    assert await slow.balance() == CREDIT - 40_000
    await slow.let(2)
    shown = await tab.follow(await tab.post(f"{answer.location}/cancel"))
    await slow.settle()
    left = len(slow.submits())
    assert 0 < left < 100
    assert shown.said == f"Called off: {100 - left} messages."
    await slow.let(30)
    page = await tab.get(answer.location)
    assert {row[0]: int(row[1]) for row in page.rows} == {
        "delivered": left,
        "cancelled": 100 - left,
    }
    assert await slow.balance() == CREDIT - 400 * left
    assert len(slow.submits()) == left
    assert facts(page)["Cost"] == f"€{4 * left / 100:.2f}"


async def test_a_large_one_is_called_off_while_it_is_let_go(slow: Site) -> None:
    """E63 E3: it is kept and let go in portions, and nothing of it is left over."""
    tab = await slow.visit("fred")
    receipt = await slow.take(many(5_000), account="fred")
    await tab.post(f"/campaigns/{receipt.order}/cancel")
    await slow.let(30)
    left = len(slow.submits())
    found = {"delivered": left, "cancelled": 5_000 - left}
    assert await slow.tally(receipt) == {state: count for state, count in found.items() if count}
    assert await slow.balance() == CREDIT - 400 * left
    assert await slow.node.store.audit() == []


async def test_what_was_called_off_stays_so_after_a_crash(slow: Site) -> None:
    """E63 E1: though nothing of it was cancelled yet."""
    tab = await slow.visit("fred")
    await sent(tab, await confirm(tab, **typed(many(100))))
    slow.node.emptying.stop()
    await tab.post("/campaigns/1/cancel")
    await slow.crash()
    left = len(slow.submits())
    await slow.let(30)
    assert len(slow.submits()) == left < 100
    page = await (await slow.visit("fred")).get("/campaigns/1")
    counts = {row[0].split()[0]: int(row[1]) for row in page.rows}
    assert sum(counts.values()) == 100
    assert counts["cancelled"] == 100 - left
    assert await slow.node.store.audit() == []


@pytest.mark.parametrize("login", [SUPPORT, READER, "zoe", "lea"])
async def test_who_may_not_calls_nothing_off(site: Site, login: str) -> None:
    tab = await site.visit("fred")
    await sent(tab, await confirm(tab, start="2026-11-25T10:00"))
    other = await site.visit(login)
    assert (await other.post("/campaigns/1/cancel")).status == 404
    assert "/cancel" not in (await other.get("/campaigns/1")).html
    assert (await tab.get("/campaigns/1")).rows == [["scheduled", "2", "100.0 %"]]


async def test_what_became_of_each_is_a_file(site: Site) -> None:
    """E63: as spreadsheets open it, with nothing that these take for a formula."""
    await site.take([to(1), to(11)], "=HYPERLINK(1)", account="fred")
    await site.let(5)
    tab = await site.visit("fred")
    answer = await tab.get("/campaigns/1/outcome.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="campaign-1.csv"'
    assert answer.body.startswith(b"\xef\xbb\xbfnumber;")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
    assert [(row["number"], row["state"], row["price"], row["text"]) for row in rows] == [
        ("33639980001", "delivered", "0.0400", "'=HYPERLINK(1)"),
        ("33639980011", "undelivered", "0.0400", "'=HYPERLINK(1)"),
    ]
    hidden = await (await site.visit(SUPPORT)).get("/campaigns/1/outcome.csv")
    assert hidden.body.splitlines()[0].endswith(b";at;message")


async def test_a_campaign_of_ten_thousand_is_looked_at_quickly(site: Site) -> None:
    """E63: within a tenth of a second, at the best of some times."""
    receipt = await site.take(many(10_000), account="fred")
    await site.let(60)
    tab = await site.visit("fred")
    took = []
    for _ in range(8):
        begun = time.perf_counter()
        page = await tab.get(f"/campaigns/{receipt.order}")
        took.append(time.perf_counter() - begun)
    assert facts(page)["Messages"] == "10,000"
    assert min(took) < 0.1
    read = await tab.get(f"/campaigns/{receipt.order}/outcome.csv")
    assert len(read.body.splitlines()) == 10_001
    assert (await tab.get("/campaigns")).rows[0][-2] == "10,000 delivered"


async def test_a_larger_one_is_counted_apart(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """E63: its page does not wait for that."""
    monkeypatch.setattr("chappe.console.rooms.campaigns.running.COUNTED_AT_ONCE", 1)
    monkeypatch.setattr("chappe.engine.look.overview.COUNTED_MOST", 1)
    await site.take(many(2), account="fred")
    tab = await site.visit("fred")
    page = await tab.get("/campaigns/1")
    assert "2 messages: to count how they stand takes a moment. Count" in page.main
    assert facts(await tab.get("/campaigns/1/figures"))["Messages"] == "2"
    assert (await tab.get("/campaigns")).rows[0][-2] == "shown on its page"


async def test_what_was_deleted_is_not_there(site: Site) -> None:
    await site.take(many(1), account="fred")
    known = site.node.accounts.by_login("fred")
    assert known is not None
    await site.node.store.delete_order(known.id, "plain", 1, 0)
    tab = await site.visit()
    assert (await tab.get("/campaigns/1")).status == 404
    assert (await tab.get("/campaigns")).rows == [["Nothing here yet."]]


async def test_who_followed_a_short_url_is_counted(site: Site) -> None:
    """E63: each recipient once, and how often in all."""
    target = Target("https://x.example/", "@")
    receipt = await site.take(many(3), "Voir @", account="fred", target=target)
    await site.let(5)
    shorts = [one.text.split()[-1] for one in await site.messages(receipt)]
    for short in (shorts[0], shorts[0], shorts[1]):
        assert (await site.ask(f"GET /{short.rpartition('/')[2]} HTTP/1.1") or (0,))[0] == 302
    shown = facts(await (await site.visit("fred")).get("/campaigns/1"))
    assert (shown["Who clicked"], shown["Clicks"]) == ("2", "3")
