"""The sandbox's page: chaos in force, set and ended by hand."""

import pytest

from chappe.hands import perform
from chappe.words.chaos import Chaos
from chappe.words.lifecycle import Reason
from tests.console.sandbox.program import Program
from tests.console.site import OPERATOR, READER, SUPPORT, Site, Tab, family
from tests.journeys.house import link

FORM = {"do": "begin", "seconds": "60", "lost": "50", "refused": "10", "reason": "blocked"}
ASKED = {"lost": 0.5, "refused": 0.1, "reason": "blocked"}
REAL = "Only a simulated network does this, and links of this installation are real."


async def page_of(tab: Tab) -> str:
    return (await tab.get("/sandbox")).main


async def test_chaos_is_begun_told_and_ended(site: Site) -> None:
    """E64"""
    tab = await site.visit("zoe")
    assert "Nothing goes wrong on purpose now." in await page_of(tab)
    begun = await tab.post("/sandbox", {**FORM, "receipt_ms": "1500", "dead": "1"})
    page = await tab.follow(begun)
    assert page.said == "Things go wrong for zoe for 60 seconds."
    assert page.rows == [
        [
            "zoe",
            "2026-11-24 10:01:00",
            "Refused by the operator: 10%, Receipt lost: 50%, Why it refuses: blocked, "
            "Receipts come later (ms): 1500, The link is dead",
            "End it",
        ]
    ]
    told = await Program(site, "zoe").get("/chaos")
    assert told["chaos"] == {**ASKED, "receipt_ms": 1500, "dead": True}
    ended = await tab.follow(await tab.post("/sandbox", {"do": "end", "account": "zoe"}))
    assert (ended.said, ended.rows) == ("All is well again for zoe.", [])
    rows = (await perform(site.node, "console log", {})).value
    assert [(row["who"], row["what"]) for row in rows] == [
        ("zoe", "chaos end"),
        ("zoe", "chaos begin"),
    ]


async def test_a_parent_disturbs_its_child_and_the_operator_anybody(site: Site) -> None:
    for login, account in (("fred", "lea"), (OPERATOR, "zoe")):
        tab = await site.visit(login)
        assert (await tab.post("/sandbox", {**FORM, "account": account})).status == 303
        assert (await Program(site, account).get("/chaos"))["chaos"] == ASKED


@pytest.mark.parametrize("login", ["zoe", "lea", "nobody", ""])
async def test_nobody_disturbs_whom_they_do_not_see(site: Site, login: str) -> None:
    """E64: nor ends what is in force there, nor sees it."""
    zoe = site.node.accounts.by_login("zoe")
    assert zoe is not None
    site.node.desk.disturbing.begin(zoe.id, Chaos(dead=True), 60)
    who = OPERATOR if not login else "lea" if login != "lea" else "zoe"
    tab = await site.visit(who)
    page = await tab.post("/sandbox", {**FORM, "account": login})
    assert page.status == 422
    there_is_none = "There is no such account, or none that you may see."
    assert (there_is_none if login else "Fill this in.") in page.main
    assert (await tab.post("/sandbox", {"do": "end", "account": login})).status == 404
    assert await Program(site, "lea").get("/chaos") == {"chaos": None}
    if who == "lea":
        assert page.rows == []


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"lost": "101"}, "lost", "Write a whole number from 0 to 100."),
        ({"lost": "0.5"}, "lost", "Write a whole number from 0 to 100."),
        ({"lost": "-1"}, "lost", "Write a whole number from 0 to 100."),
        ({"lost": "60", "doubled": "60"}, "refused", "Together these are more than 100."),
        ({"fault": "60", "not_now": "60"}, "fault", "Together these are more than 100."),
        ({"lost": "1", "seconds": "3601"}, "seconds", "Write a whole number from 1 to 3600."),
        ({"answer_ms": "60001"}, "answer_ms", "Write a whole number from 0 to 60000."),
        ({"receipt_ms": "x"}, "receipt_ms", "Write a whole number from 0 to 3600000."),
        ({"refused": "1", "reason": "<b>"}, "reason", "Choose one of those that are offered."),
        ({"do": "more"}, "do", "Choose one of those that are offered."),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(
    site: Site, fields: dict[str, str], field: str, sentence: str
) -> None:
    tab = await site.visit("zoe")
    page = await tab.post("/sandbox", {"do": "begin", **fields})
    assert page.status == 422
    assert sentence in page.main
    if field != "do":
        assert page.wrong == {field: sentence}
        assert field == "reason" or page.typed(field) == fields.get(field, "")
    assert await Program(site, "zoe").get("/chaos") == {"chaos": None}


async def test_calm_is_no_chaos(site: Site) -> None:
    tab = await site.visit("zoe")
    page = await tab.post("/sandbox", {"do": "begin"})
    assert (page.status, "Nothing goes wrong by this." in page.main) == (422, True)


@pytest.mark.parametrize("login", [SUPPORT, READER])
async def test_who_may_not_act_only_looks(site: Site, login: str) -> None:
    zoe = site.node.accounts.by_login("zoe")
    assert zoe is not None
    chaos = Chaos(at_operator={"refused": 1.0}, reason=Reason.blocked)
    site.node.desk.disturbing.begin(zoe.id, chaos, 60)
    tab = await site.visit(login)
    page = await tab.get("/sandbox")
    assert [row[0] for row in page.rows] == ["zoe"]
    assert "Begin" not in page.main
    assert "End it" not in page.main
    assert (await tab.post("/sandbox", FORM)).status == 404


async def test_where_a_link_is_real_nothing_is_offered(site: Site) -> None:
    """E64: but the API's questions are."""
    await site.stop()
    await site.start(family(links=(link("orange", kind="smpp", host="127.0.0.1", port=9),)))
    tab = await site.visit("zoe")
    page = await tab.get("/sandbox")
    assert REAL in page.main
    assert "/sandbox/messages/wait?to=" in page.main
    assert "/sandbox/chaos" not in page.main
    refused = await tab.post("/sandbox", FORM)
    assert (refused.status, REAL in refused.main) == (422, True)


async def test_the_page_speaks_french(site: Site) -> None:
    tab = await site.visit("zoe", "fr")
    page = await tab.get("/sandbox")
    assert page.title == "Bac à sable"
    assert "Aucune panne n’est provoquée en ce moment." in page.main
    assert "Accusé perdu" in page.main
    page = await tab.follow(await tab.post("/sandbox", FORM))
    assert page.rows[0][2] == (
        "Refusés par l’opérateur : 10 %, Accusé perdu : 50 %, Motif du refus : blocked"
    )
    assert page.said == "Des pannes sont provoquées pour zoe pendant 60 secondes."


async def test_the_api_is_shown_at_its_address(site: Site) -> None:
    page = await (await site.visit("zoe")).get("/sandbox")
    host, port = site.console.address or ("", 0)
    assert (
        f"http://{host}:{port}/sandbox/messages/wait?to=0639980001&amp;contains=code" in page.html
    )
