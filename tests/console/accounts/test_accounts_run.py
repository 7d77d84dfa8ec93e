"""What operators do to accounts on the console, and what is wrong with what they type."""

import pytest

from chappe.words.account import Account
from tests.console.forms import deeds, enters, fields, secrets, sent
from tests.console.site import OPERATOR, PASSWORD, Site


def known(site: Site, login: str) -> Account:
    found = site.node.accounts.by_login(login)
    assert found is not None
    return found


# making one


async def test_an_account_is_made_and_its_secrets_are_shown_once(site: Site) -> None:
    """E63: on the very answer; nothing of them is in an address, a cookie or the log."""
    tab = await site.visit()
    typed = {"login": "Shop", "email": "shop@example.org", "balance": "12,50", "parent": "zoe"}
    page = await tab.post("/new-account", typed)
    assert (page.status, page.title) == (200, "Write this down: it is shown this once.")
    key, password = secrets(page)
    assert page.main == (
        f"Write this down: it is shown this once. Account Shop API key {key} "
        f"Password {password} It is written down"
    )
    assert site.node.accounts.by_key("api", key, site.clock.now()) == known(site, "shop")
    assert await enters(site, "shop@example.org", password)
    assert (known(site, "Shop").parent, await site.balance("Shop")) == ("zoe", 125_000)
    assert not [value for value in tab.cookies.values() if key in value or password in value]
    for path in ("/accounts/Shop", "/accounts/Shop/keys", "/audit"):
        html = (await tab.get(path)).html
        assert key not in html
        assert password not in html
    assert await deeds(site) == [(OPERATOR, "account add")]


async def test_a_password_that_was_typed_is_not_shown(site: Site) -> None:
    page = await (await site.visit()).post("/new-account", {"login": "shop", "password": PASSWORD})
    assert len(secrets(page)) == 1
    assert PASSWORD not in page.html
    assert await enters(site, "shop", PASSWORD)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"login": ""}, "login", "Fill this in."),
        ({}, "login", "Fill this in."),
        ({"login": "FRED"}, "login", "This names an account already."),
        ({"login": "a" * 101}, "login", "This is too long: at most 100 characters."),
        ({"login": "a\nb"}, "login", "Write it on one line."),
        ({"login": "a", "email": "fred"}, "email", "This names an account already."),
        ({"login": "a", "balance": "much"}, "balance", "Write an amount in euros such as 12.50."),
        ({"login": "a", "balance": "-1"}, "balance", "Write an amount in euros such as 12.50."),
        ({"login": "a", "parent": "nobody"}, "parent", "There is no such account."),
        ({"login": "a", "parent": "lea"}, "", "lea stands beneath another account itself."),
    ],
)
async def test_what_is_wrong_with_a_new_account_makes_none(
    site: Site, typed: dict[str, str], field: str, sentence: str
) -> None:
    tab, before = await site.visit(), len(site.node.accounts.all())
    page = await tab.post("/new-account", {**typed, "password": "secret-word"})
    assert page.status == 422
    assert page.wrong == ({field: sentence} if field else {})
    assert sentence in page.main
    assert "secret-word" not in page.html
    assert page.typed("login") == typed.get("login", "")[:100].strip()
    assert len(site.node.accounts.all()) == before
    assert await deeds(site) == []


async def test_the_rules_of_the_file_speak_beside_their_field(site: Site) -> None:
    """In English, which a page in French marks as such."""
    tab = await site.visit()
    page = await tab.post("/new-account", {"login": "a", "email": "no address"})
    assert page.wrong["email"] == ('It is not a mail address. Write it as "fred@example.org".')
    page = await (await site.visit(language="fr")).post(
        "/new-account", {"login": "a", "email": "no address"}
    )
    assert '<bdi lang="en">It is not a mail address.' in page.html


# credit


async def test_credit_is_booked_with_a_note_and_once(site: Site) -> None:
    """E63: the same form sent twice books once."""
    tab, path = await site.visit(), "/accounts/fred/credit"
    form = {**fields(await tab.get(path)), "amount": "12.50", "note": "Invoice 7"}
    answer = await tab.post(path, form)
    assert answer.location == "/accounts/fred"
    page = await tab.follow(answer)
    assert page.said == "Booked: €12.50. It has €1,012.50 now."
    twice = await tab.post(path, form)
    assert twice.status == 422
    assert "Something was done to this account meanwhile." in twice.main
    assert (twice.typed("amount"), twice.typed("note")) == ("12.50", "Invoice 7")
    assert await site.balance() == 10_125_000
    assert (await tab.get("/accounts/fred/ledger")).rows[0][5] == "Invoice 7"
    page = await tab.follow(await sent(tab, path, amount="-1 012,50"))
    assert page.said == "Booked: -€1,012.50. It has €0.00 now."
    page = await tab.follow(await sent(tab, path, amount="5", purse="hlr"))
    assert page.said == "Booked: 5 look-ups. It has 5 look-ups now."
    assert await deeds(site) == [(OPERATOR, "account credit")] * 3


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"amount": ""}, "amount", "Fill this in."),
        ({"amount": "0"}, "amount", "Write an amount such as 12.50 or -3; look-ups are whole."),
        ({"amount": "1e9"}, "amount", "Write an amount such as 12.50 or -3; look-ups are whole."),
        (
            {"amount": "1.5", "purse": "hlr"},
            *("amount", "Write an amount such as 12.50 or -3; look-ups are whole."),
        ),
        ({"amount": "-1000.01"}, "amount", "It has not that much."),
        ({"amount": "1", "purse": "x"}, "purse", "Choose one of those that are offered."),
        ({"amount": "1", "note": "n" * 201}, "note", "This is too long: at most 200 characters."),
    ],
)
async def test_what_is_wrong_with_credit_books_nothing(
    site: Site, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = await sent(await site.visit(), "/accounts/fred/credit", **typed)
    assert (page.status, page.wrong) == (422, {field: sentence})
    assert await site.balance() == 10_000_000
    assert await deeds(site) == []


# states


@pytest.mark.parametrize(
    ("state", "question", "said"),
    [
        ("suspended", "Suspend fred?", "fred is suspended."),
        ("closed", "Close fred?", "fred is closed."),
        ("active", "Activate fred?", "fred is active."),
    ],
)
async def test_a_state_changes_once_somebody_is_sure(
    site: Site, state: str, question: str, said: str
) -> None:
    """E63: without scripts as well."""
    tab = await site.visit()
    if state == "active":
        await tab.post("/accounts/fred/state", {"state": "suspended", "sure": "1"})
    before = known(site, "fred").state
    page = await tab.post("/accounts/fred/state", {"state": state})
    assert (page.status, page.title, known(site, "fred").state) == (200, question, before)
    page = await tab.follow(await tab.post("/accounts/fred/state", fields(page)))
    assert (page.said, known(site, "fred").state) == (said, state)


@pytest.mark.parametrize("typed", [{}, {"state": "odd"}, {"state": ""}, {"state": "pending"}])
async def test_no_other_state_is_taken(site: Site, typed: dict[str, str]) -> None:
    page = await (await site.visit()).post("/accounts/fred/state", {**typed, "sure": "1"})
    assert (page.status, page.title) == (422, "Choose one of those that are offered.")
    assert known(site, "fred").state == "active"


# keys and passwords


async def test_a_key_is_given_and_all_others_are_replaced(site: Site) -> None:
    """E63"""
    tab, by_key, now = await site.visit(), site.node.accounts.by_key, site.clock.now()
    page = await tab.post("/accounts/fred/keys", {"kind": "token"})
    (token,) = secrets(page)
    assert by_key("token", token, now) == known(site, "fred")
    asked = await tab.post("/accounts/fred/keys", {"kind": "api", "replace": "1"})
    assert asked.title == "Replace the keys of fred?"
    assert by_key("api", "key-of-fred", now) is not None
    page = await tab.post("/accounts/fred/keys", fields(asked))
    (key,) = secrets(page)
    assert "The file declares one as well; it is no longer taken" in page.main
    assert (by_key("api", key, now), by_key("api", "key-of-fred", now)) == (
        known(site, "fred"),
        None,
    )
    for wrong in ([], [("kind", "odd")], [("kind", "api"), ("kind", "token")]):
        page = await tab.post("/accounts/fred/keys", wrong)
        assert (page.status, list(page.wrong)) == (422, ["kind"])
    assert await deeds(site) == [(OPERATOR, "account key")] * 2


async def test_an_operator_sets_a_password(site: Site) -> None:
    """E63: a typed one, or one that is made up and shown once."""
    tab, path = await site.visit(), "/accounts/fred/password"
    page = await tab.follow(await tab.post(path, {"password": "Another-1", "again": "Another-1"}))
    assert page.said.startswith("fred has its new password. The file declares one as well;")
    assert await enters(site, "fred", "Another-1")
    page = await tab.post(path, {"password": "", "again": ""})
    (made,) = secrets(page)
    assert await enters(site, "fred", made)
    for typed, wrong in (
        (("short", "short"), {"password": "A password has 8 characters at least."}),
        (("Another-2", "Another-3"), {"again": "This is not the same."}),
        (("a" * 201, "a" * 201), {"password": "This is too long: at most 200 characters."}),
    ):
        page = await tab.post(path, {"password": typed[0], "again": typed[1]})
        assert (page.status, {**page.wrong, **wrong}) == (422, page.wrong)
        assert typed[0] not in page.html
    assert await enters(site, "fred", made)


# settings


async def test_settings_are_changed_by_the_rules_of_the_file(site: Site) -> None:
    """E63: field by field, all or nothing."""
    tab, path = await site.visit(), "/accounts/fred/settings"
    page = await tab.get(path)
    assert (page.typed("rate"), page.typed("hours"), page.typed("post_paid")) == (
        "0",
        "any",
        "false",
    )
    answer = await sent(
        *(tab, path),
        rate="9",
        countries="FR\r\nBE\r\n",
        warn_below="12.50",
        hours="",
        post_paid="true",
    )
    page = await tab.follow(answer)
    assert page.said.startswith("Applied: fred has this from now on.")
    assert "The file declares hours: at its next reading" in page.said
    fred = known(site, "fred")
    now = (fred.rate, fred.countries, fred.warn_below, fred.hours, fred.post_paid)
    assert now == (9, ("FR", "BE"), 125_000, "", True)
    assert (page.typed("countries"), page.typed("warn_below")) == ("FR\nBE", "12.50")
    page = await tab.follow(await sent(tab, f"{path}/highsms", csv_charset="utf-8"))
    assert known(site, "fred").wish("highsms", "csv_charset") == "utf-8"
    assert await deeds(site) == [(OPERATOR, "account set")] * 2


async def test_every_mistake_stands_beside_its_setting(site: Site) -> None:
    tab, path = await site.visit(), "/accounts/fred/settings"
    typed = {"rate": "fast", "countries": "FR\nXX", "callbacks": "ftp://a", "email": "zoe"}
    page = await sent(tab, path, **typed)
    assert page.status == 422
    assert list(page.wrong) == ["callbacks", "email", "countries", "rate"]
    assert page.wrong["rate"] == (
        "'fast' is not a whole number. Write one from 0 to 100000, without quotes."
    )
    assert [page.typed(name) for name in typed] == list(typed.values())
    page = await sent(tab, path, parent="fred")
    assert page.wrong == {"parent": "It can't name the account itself."}
    page = await sent(tab, path, parent="nobody", rate="5")
    assert "There is no account 'nobody'" in page.main
    page = await sent(tab, path, channel="odd")
    assert list(page.wrong) == ["channel"]
    assert "Nothing was changed." in (await sent(tab, path)).main
    page = await sent(tab, f"{path}/smsmode", key_days="0", caller="+33")
    assert list(page.wrong) == ["caller", "key_days"]
    assert (known(site, "fred").rate, await deeds(site)) == (0, [])


async def test_what_somebody_else_set_meanwhile_is_not_undone(site: Site) -> None:
    tab, other, path = await site.visit(), await site.visit(), "/accounts/fred/settings"
    form = fields(await tab.get(path))
    await sent(other, path, rate="9")
    page = await tab.post(path, {**form, "queue_max": "7"})
    assert page.status == 422
    assert "Somebody changed these settings meanwhile" in page.main
    fred = known(site, "fred")
    assert (fred.rate, fred.queue_max) == (9, 0)
