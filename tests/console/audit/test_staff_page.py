"""The installation's own people on the console: added, removed, given passwords."""

import pytest

from chappe.words.visitor import Role
from tests.console.forms import deeds, enters, fields, secrets
from tests.console.site import OPERATOR, PASSWORD, READER, SUPPORT, Site

NEW = "another-password"
SINCE = "2026-11-24 10:00:00"
PAGES = ("/staff", f"/staff/{READER}/password")
FORMS = ("/staff", "/staff/remove", f"/staff/{READER}/password")


@pytest.mark.parametrize("login", [SUPPORT, READER, "fred", "zoe"])
async def test_nobody_but_operators_sees_the_staff(site: Site, login: str) -> None:
    """E63"""
    tab = await site.visit(login)
    assert "Staff" not in (await tab.get("/")).text
    assert [(await tab.get(path)).status for path in PAGES] == [404, 404]
    typed = {"login": "new", "role": "operator", "sure": "1", "password": NEW, "again": NEW}
    assert [(await tab.post(path, typed)).status for path in FORMS] == [404] * 3
    assert len(await site.node.store.staff()) == 3


async def test_the_staff_is_listed(site: Site) -> None:
    page = await (await site.visit()).get("/staff")
    assert (page.title, page.rows) == (
        "Staff",
        [
            [READER, "reader", "all accounts", SINCE, "Change", "Remove"],
            [SUPPORT, "support", "all accounts", SINCE, "Change", "Remove"],
            [OPERATOR, "operator", "all accounts", SINCE, "Change", "you"],
        ],
    )


async def test_somebody_is_added_with_a_password_shown_once(site: Site) -> None:
    """E63: who sees one account sees no more."""
    tab = await site.visit()
    page = await tab.post("/staff", {"login": "Shop", "role": "support", "account": "fred"})
    assert (page.status, page.title) == (200, "Write this down: it is shown this once.")
    (password,) = secrets(page)
    assert await enters(site, "shop", password)
    assert password not in (await tab.get("/staff")).html
    page = await tab.follow(
        await tab.post(
            "/staff", {"login": "eve", "role": "operator", "password": NEW, "again": NEW}
        )
    )
    assert page.said == "eve may come in."
    assert await enters(site, "eve", NEW)
    found = {one.login: (one.role, one.account) for one in await site.node.store.staff()}
    fred = site.node.accounts.by_login("fred")
    assert fred is not None
    assert found["shop"] == (Role.support, fred.id)
    assert found["eve"] == (Role.operator, 0)
    assert await deeds(site) == [(OPERATOR, "console add")] * 2


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"login": ""}, {"login": "Fill this in."}),
        ({"login": "a b"}, {"login": "A login has letters and no blank."}),
        ({"login": "a" * 41}, {"login": "This is too long: at most 40 characters."}),
        (
            {"login": "FRED"},
            {"login": "This names an account, which comes in by its own password."},
        ),
        ({"login": SUPPORT}, {"login": "There is somebody of this login already."}),
        ({"role": "owner"}, {"role": "Choose one of those that are offered."}),
        ({"role": ""}, {"role": "Choose one of those that are offered."}),
        ({"account": "nobody"}, {"account": "There is no such account."}),
        ({"account": "fred", "role": "operator"}, {"account": "An operator sees all accounts."}),
        ({"password": "short", "again": "short"}, {"password": "8 characters"}),
        ({"password": NEW}, {"again": "This is not the same."}),
    ],
)
async def test_what_is_wrong_adds_nobody(
    site: Site, typed: dict[str, str], wrong: dict[str, str]
) -> None:
    tab = await site.visit()
    page = await tab.post("/staff", {"login": "eve", "role": "reader", **typed})
    assert (page.status, list(page.wrong)) == (422, list(wrong))
    assert all(sentence in page.wrong[name] for name, sentence in wrong.items())
    assert NEW not in page.html
    assert (len(await site.node.store.staff()), await deeds(site)) == (3, [])


async def test_somebody_is_removed_once_it_is_sure_and_is_out(site: Site) -> None:
    """E63: nobody removes themselves, so there is always an operator."""
    tab, theirs = await site.visit(), await site.visit(READER)
    page = await tab.post("/staff/remove", {"login": READER})
    assert page.title == f"Remove {READER}?"
    assert (await theirs.get("/")).status == 200
    page = await tab.follow(await tab.post("/staff/remove", fields(page)))
    assert page.said == f"{READER} may come in no more."
    assert (await theirs.get("/")).status == 303
    for login, sentence in (
        (READER, "There is nobody of this login."),
        (OPERATOR.upper(), "Nobody removes themselves: let another operator do it."),
        ("", "Fill this in."),
    ):
        page = await tab.post("/staff/remove", {"login": login, "sure": "1"})
        assert (page.status, sentence in page.main) == (422, True)
    assert len(await site.node.store.staff()) == 2
    assert await deeds(site) == [(OPERATOR, "console remove")]


async def test_a_password_is_changed_and_whoever_was_in_is_out(site: Site) -> None:
    """E63"""
    tab, theirs, path = await site.visit(), await site.visit(READER), f"/staff/{READER}/password"
    page = await tab.follow(await tab.post(path, {"password": NEW, "again": NEW}))
    assert page.said == f"{READER} has its new password."
    assert (await theirs.get("/")).status == 303
    assert await enters(site, READER, NEW)
    page = await tab.post(path, {})
    (made,) = secrets(page)
    assert await enters(site, READER, made)
    page = await tab.post(path, {"password": "short", "again": "short"})
    assert page.wrong == {"password": "A password has 8 characters at least."}
    assert (await tab.get("/staff/nobody/password")).status == 404
    own = await tab.post(f"/staff/{OPERATOR}/password", {"password": NEW, "again": NEW})
    assert own.location == "/login"
    assert (await tab.get("/")).status == 303
    assert not await enters(site, OPERATOR, PASSWORD)
