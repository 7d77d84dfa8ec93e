"""The audit log on the console: what was done by hand, by whom, and who is told of it."""

import pytest

from chappe.hands import HANDS, perform
from chappe.hands.deeds import note
from tests.console.site import OPERATOR, READER, SUPPORT, Site

AT = "2026-11-24 10:00:00"


async def done(site: Site) -> None:
    """What an operator, the command line and two customers did."""
    node = site.node
    credit = {"login": "fred", "amount": "5", "note": "Invoice 7"}
    await perform(node, "account credit", credit, OPERATOR)
    await perform(node, "account set", {"login": "lea", "settings": ["rate=9"]})
    await perform(node, "account suspend", {"login": "zoe"}, OPERATOR)
    await perform(node, "links pause", {"name": "sim"}, OPERATOR)
    await note(node, "fred", "key make", {"login": "fred", "kind": "api", "id": "k1"})
    await note(node, "lea", "credit move", {"account": "lea", "name": "fred", "amount": "1"})


WHOLE = [
    [AT, "lea", "credit moved", "lea", "name fred, amount 1"],
    [AT, "fred", "key made", "fred", "kind api, name of the key k1"],
    [AT, OPERATOR, "link paused", "", "name sim"],
    [AT, OPERATOR, "account suspended", "zoe", ""],
    [AT, "command line", "settings changed", "lea", "settings rate=9"],
    [AT, OPERATOR, "credit booked", "fred", "amount 5, note Invoice 7"],
]


def without(name: str, row: list[str]) -> list[str]:
    return [row[0], name, *row[2:]]


@pytest.mark.parametrize(
    ("login", "rows"),
    [
        (OPERATOR, WHOLE),
        (SUPPORT, WHOLE),
        (READER, WHOLE),
        (
            "fred",
            [WHOLE[0], WHOLE[1], without("operator", WHOLE[4]), without("operator", WHOLE[5])],
        ),
        ("lea", [WHOLE[0], without("operator", WHOLE[4])]),
    ],
)
async def test_each_sees_what_was_done_to_whom_they_may_see(
    site: Site, login: str, rows: list[list[str]]
) -> None:
    """E63: of the installation's people a customer is told no name."""
    await done(site)
    page = await (await site.visit(login)).get("/audit")
    assert (page.status, page.title, page.rows) == (200, "Audit log", rows)


async def test_the_log_of_one_account(site: Site) -> None:
    await done(site)
    tab = await site.visit()
    assert (await tab.get("/audit?account=LEA")).rows == [WHOLE[0], WHOLE[4]]
    page = await tab.get("/audit?account=nobody")
    assert (page.status, page.wrong) == (422, {"account": "There is no such account."})
    own = await site.visit("fred")
    assert (await own.get("/audit?account=zoe")).wrong == page.wrong
    assert (await own.get("/audit?account=lea")).rows == [
        WHOLE[0],
        without("operator", WHOLE[4]),
    ]


async def test_it_is_read_page_by_page(site: Site) -> None:
    for n in range(70):
        await note(site.node, OPERATOR, "account credit", {"login": "fred", "amount": str(n)})
    for login in (OPERATOR, "fred"):
        tab = await site.visit(login)
        page = await tab.get("/audit")
        rows = page.rows
        assert len(rows) == 50
        older = page.html.partition('<a href="/audit?before=')[2].partition('"')[0]
        page = await tab.get(f"/audit?before={older}")
        told = [row[4] for row in [*rows, *page.rows]]
        assert told == [f"amount {n}" for n in reversed(range(70))]
        assert 'href="/audit"' in page.main or "Newer" in page.main
    for wrong in ("0", "x", "-1"):
        assert (await tab.get(f"/audit?before={wrong}")).status == 422


async def test_what_was_noted_is_escaped(site: Site) -> None:
    """XSS in who, what and with what."""
    evil = "<script>alert(1)</script>"
    await note(site.node, evil, evil, {"login": "fred", "note": evil})
    page = await (await site.visit()).get("/audit")
    assert "<script>alert" not in page.html
    assert page.rows == [[AT, evil, evil, "fred", f"note {evil}"]]


async def test_every_deed_of_a_hand_has_words(site: Site) -> None:
    """And French ones; a hand that is new has its row in the room."""
    tab, words = await site.visit(), {"en": set[str](), "fr": set[str]()}
    names = [name for name, hand in HANDS.items() if hand.is_deed]
    for name in names:
        await note(site.node, OPERATOR, name, {})
    for language, said in words.items():
        tab = await site.visit(language=language)
        said |= {row[2] for row in (await tab.get("/audit")).rows}
    assert len(words["en"]) == len(words["fr"]) == len(names)
    assert words["en"].isdisjoint(words["fr"])
    assert words["en"].isdisjoint(name for name in names if " " in name)
