"""Composing a campaign: what it comes to is seen before it leaves, and it leaves once."""

from pathlib import Path
from typing import Any

import pytest

from chappe.config import Secret
from chappe.console.rooms.campaigns.running import BAR
from chappe.engine.book import BOUNDS
from chappe.hands import perform
from chappe.words.lifecycle import State
from tests.console.campaigns.forms import (
    NUMBERS,
    confirm,
    facts,
    hidden,
    order_of,
    send,
    sent,
    verdicts,
)
from tests.console.site import OPERATOR, PASSWORD, READER, SUPPORT, Site, family
from tests.journeys.house import CREDIT, TUESDAY, account

EVENING = "2026-11-24 21:00:00"  # when legal hours are over
SCRIPT = {"HX-Request": "true"}


async def counted(site: Site, **fields: str) -> tuple[dict[str, str], list[str]]:
    """What is said while somebody types."""
    tab = await site.visit("fred")
    page = await tab.post("/campaigns/new/count", {"text": "Bonjour", "numbers": NUMBERS, **fields})
    assert page.title == "New campaign", page.text
    return dict(facts(page)), verdicts(page)


async def test_what_it_comes_to_is_counted(site: Site) -> None:
    """E63: characters, parts, alphabet, cost, and what credit is left; nothing is kept."""
    found, said = await counted(site)
    assert found == {
        "Characters": "7",
        "Parts": "1",
        "Alphabet": "GSM",
        "Left in this part": "153",
        "Recipients": "2",
        "Who get it": "2",
        "Parts of each": "2 with 1",
        "Cost": "€0.08",
        "Credit left after it": "€999.92",
    }
    assert said == []
    assert await site.balance() == CREDIT
    assert await site.booked() == [("credit", CREDIT, 0)]


async def test_a_script_gets_the_figures_alone(site: Site) -> None:
    """E63: the same as the whole page shows."""
    tab = await site.visit("fred")
    await tab.get("/campaigns/new")
    body = f"pledge={tab.pledge}&text=Bonjour&numbers=0612000001".encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded", **SCRIPT}
    page = await tab.ask("POST", "/campaigns/new/count", body, kind)
    assert page.status == 200
    assert "<main" not in page.html
    assert facts(page)["Cost"] == "€0.04"
    empty = await tab.ask("POST", "/campaigns/new/count", f"pledge={tab.pledge}".encode(), kind)
    assert empty.text == "Write a text to see what it comes to."


@pytest.mark.parametrize(
    ("text", "letters", "parts", "alphabet", "room"),
    [
        ("a" * 160, "160", "1", "GSM", "0"),
        ("a" * 161, "161", "2", "GSM", "145"),
        ("€" * 80, "160", "1", "GSM", "0"),
        ("ê" + "a" * 69, "70", "1", "Unicode", "0"),
        ("ê" + "a" * 70, "71", "2", "Unicode", "63"),
        ("😀", "2", "1", "Unicode", "68"),
    ],
)
async def test_letters_count_as_they_are_billed(
    site: Site, text: str, letters: str, parts: str, alphabet: str, room: str
) -> None:
    """E63"""
    found, _ = await counted(site, text=text)
    shown = ("Characters", "Parts", "Alphabet", "Left in this part")
    assert [found[name] for name in shown] == [letters, parts, alphabet, room]


async def test_the_letters_that_cost_are_named(site: Site) -> None:
    """E63: with what might stand in their place; and a tick puts that there."""
    tab = await site.visit("fred")
    typed = {"text": "L’œuvre ✨ d’été\u00a0[ici]", "numbers": NUMBERS}
    page = (await tab.post("/campaigns/new/count", typed)).main
    assert "’ × 2 → ' œ → oe ✨ nothing else says the same" in page
    assert "no-break space → a blank" in page
    typed["text"] = "L’œuvre d’été [ici]"
    page = (await tab.post("/campaigns/new/count", {**typed, "plain": "1"})).main
    assert "make it Unicode, so" not in page
    assert "These letters count twice: [ ]" in page
    answer = await sent(tab, await confirm(tab, **typed, plain="1"))
    message = await site.node.store.order_head(order_of(answer))
    assert message is not None
    assert message.message.text == "L'oeuvre d'été [ici]"


async def test_who_is_left_out_is_named_before(site: Site) -> None:
    """E63: numbers that are none, that can't get a text, that nobody serves; and doubles."""
    await perform(site.node, "optout add", {"login": "fred", "numbers": ["0612000009"]})
    numbers = "0612000001\nabc, 0612000001\n0123456789;0612000009\n+8821612345678"
    found, said = await counted(site, numbers=numbers, kind="marketing", text="Promo STOP 36105")
    assert (found["Recipients"], found["Who get it"]) == ("4 1 named twice", "1")
    assert said[0] == "No phone numbers, left out: abc"
    assert "Opted out, left out: 1 (+33612000009)" in said
    assert "No mobiles, left out: 1 (+33123456789)" in said


async def test_whoever_opted_out_is_left_out_of_advertising_alone(site: Site) -> None:
    """E63: a notification is none."""
    await perform(site.node, "optout add", {"login": "fred", "numbers": ["0612000002"]})
    tab = await site.visit("fred")
    page = await send(tab, kind="marketing", text="Promo STOP 36105")
    assert facts(page)["Messages"] == "1"
    assert facts(await send(tab))["Messages"] == "2"


async def test_an_advertisement_must_say_how_to_stop_it(site: Site) -> None:
    """E63: it is told before, refused where it does not, and added where that is wanted."""
    tab = await site.visit("fred")
    sentence = "An advertisement has to say how to stop it: STOP 36105."
    found, said = await counted(site, kind="marketing")
    assert (found["Cost"], said) == ("€0.08", [sentence])
    page = await tab.post(
        "/campaigns/new", {"text": "Promo", "numbers": NUMBERS, "kind": "marketing"}
    )
    assert page.status == 422
    assert (page.typed("text"), sentence in page.main) == ("Promo", True)
    answer = await sent(tab, await confirm(tab, kind="marketing", add_stop="1"))
    head = await site.node.store.order_head(order_of(answer))
    assert head is not None
    assert head.message.text == "Bonjour STOP 36105"


async def site_of(folder: Path, now: str = TUESDAY, **facts: Any) -> Site:
    """A site whose only account keeps legal hours."""
    site = Site(folder)
    fred = account("fred", password=Secret(PASSWORD), **facts)
    await site.open(family(accounts=(fred,)), now)
    return site


async def test_an_advertisement_waits_for_legal_hours_and_says_so(tmp_path: Path) -> None:
    """E63: or is refused where it is not to wait."""
    site = await site_of(tmp_path, EVENING)
    wish = {"kind": "marketing", "text": "Promo STOP 36105"}
    sentence = "Outside legal hours: it waits until 2026-11-25 08:00:00."
    assert (await counted(site, **wish))[1] == [sentence]
    found, said = await counted(site, **wish, hours="refuse")
    assert (found["Cost"], said) == ("€0.08", ["It would leave outside legal hours."])
    assert (await counted(site))[1] == []
    tab = await site.visit("fred")
    page = await confirm(tab, **wish)
    assert sentence in verdicts(page)
    shown = await tab.follow(await sent(tab, page))
    assert (shown.said, shown.rows) == ("It is scheduled.", [["scheduled", "2", "100.0 %"]])
    refused = await tab.post("/campaigns/new", {**wish, "numbers": NUMBERS, "hours": "refuse"})
    assert refused.wrong == {"hours": "It would leave outside legal hours."}
    await site.close()


async def test_a_form_that_is_sent_twice_sends_once(site: Site) -> None:
    """E63: and leads to the same order."""
    tab = await site.visit("fred")
    page = await confirm(tab)
    first, second = await sent(tab, page), await sent(tab, page)
    assert first.location == second.location
    assert (await tab.follow(second)).said == "It was sent before, and not again."
    assert await site.balance() == CREDIT - 800
    assert len((await tab.get("/campaigns")).rows) == 1


async def test_an_order_of_the_console_is_like_others(site: Site) -> None:
    """E63 E62: it is searched, counted, and told of by no callback."""
    tab = await site.visit("fred")
    await send(tab, name="Rentrée")
    await site.let(5)
    found = await perform(site.node, "message list", {"dialect": "console"})
    assert [one["state"] for one in found.value["messages"]] == ["delivered", "delivered"]
    used = await perform(site.node, "usage", {"login": "fred", "by": ["dialect"]})
    assert [row["dialect"] for row in used.value] == ["console"]
    known = site.node.accounts.by_login("fred")
    assert known is not None
    assert site.node.measures.accepted["console"] == {known.id: 2}
    assert site.held() == 0
    listed = await tab.get("/campaigns")
    assert listed.rows[0][3:6] == ["console", "Rentrée", "2"]


async def test_what_refuses_all_of_it_is_told_while_typing(site: Site) -> None:
    """E63: and so is what is wrong beside a field."""
    _, said = await counted(site, numbers="0123456789")
    assert said[0] == "None of the recipients can get it."
    await perform(site.node, "pause", {})
    _, said = await counted(site)
    assert said == ["Nothing can be sent now: try again in a moment."]
    await perform(site.node, "resume", {})
    tab = await site.visit("fred")
    await tab.get("/campaigns/new")
    body = f"pledge={tab.pledge}&text=Bonjour&numbers=0612000001&start=now".encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded", **SCRIPT}
    page = await tab.ask("POST", "/campaigns/new/count", body, kind)
    assert verdicts(page) == ["Write a date and a time of day."]


async def test_to_look_takes_nothing_of_an_accounts_rate(tmp_path: Path) -> None:
    """E63: whoever types in the console does not slow their application down."""
    site = await site_of(tmp_path, rate=1)
    for _ in range(3):
        assert (await counted(site))[0]["Cost"] == "€0.08"
    await site.take([33_612_000_001], account="fred")
    tab = await site.visit("fred")
    refused = await sent(tab, await confirm(tab))
    assert "This account sends too often: try again in a moment." in refused.main
    await site.let(2)
    assert (await sent(tab, await confirm(tab))).status == 303
    await site.close()


async def test_it_begins_when_it_is_to(site: Site) -> None:
    """E63: in Paris time."""
    tab = await site.visit("fred")
    page = await confirm(tab, start="2026-11-24T12:30")
    assert verdicts(page) == ["It begins on 2026-11-24 12:30:00."]
    answer = await sent(tab, page)
    await site.leap(site.clock.now() + 2 * 3_600_000)
    assert (await tab.follow(answer)).rows == [["scheduled", "2", "100.0 %"]]
    await site.leap(site.clock.now() + 3_600_000)
    assert (await tab.get(answer.location)).rows == [["delivered", "2", "100.0 %"]]


async def test_a_group_is_a_recipient(site: Site) -> None:
    """E63: whoever is in it now; who is named as well gets it once."""
    known = site.node.accounts.by_login("fred")
    assert known is not None
    group = await site.node.store.make_group(known.id, "Clients", site.clock.now(), BOUNDS)
    assert group is not None
    added = [(33_612_000_002, "{}"), (33_612_000_003, "{}")]
    await site.node.store.add_members(known.id, group.id, added, BOUNDS)
    tab = await site.visit("fred")
    assert ">Clients (2)</option>" in (await tab.get("/campaigns/new")).html
    page = await confirm(tab, group=str(group.id))
    assert facts(page)["Recipients"] == "3 1 named twice"
    assert facts(await tab.follow(await sent(tab, page)))["Messages"] == "3"


MISTAKES = [
    ({"text": ""}, "text", "Fill this in."),
    ({"text": "a" * 1_601}, "text", "This is too long: at most 1600 characters."),
    ({"text": "a\x00b"}, "text", "There is a character in it that can't be written."),
    ({"numbers": ""}, "numbers", "There is nobody to send it to."),
    ({"numbers": "abc"}, "numbers", "There is nobody to send it to."),
    ({"numbers": "0123456789"}, "numbers", "None of the recipients can get it."),
    (
        {"sender": "ab"},
        "sender",
        "A sender has 3 to 11 letters, digits or blanks, one letter at least.",
    ),
    (
        {"sender": "12345"},
        "sender",
        "A sender has 3 to 11 letters, digits or blanks, one letter at least.",
    ),
    (
        {"sender": "<b>x</b>"},
        "sender",
        "A sender has 3 to 11 letters, digits or blanks, one letter at least.",
    ),
    ({"sender": "ABCDEFGHIJKL"}, "sender", "This is too long: at most 11 characters."),
    ({"kind": "voice"}, "kind", "Choose one of those that are offered."),
    ({"hours": "never"}, "hours", "Choose one of those that are offered."),
    ({"start": "tomorrow"}, "start", "Write a date and a time of day."),
    ({"start": "2026-11-24T09:59"}, "start", "That time is past."),
    ({"start": "2028-01-01T00:00"}, "start", "That is more than a year ahead."),
    ({"group": "7"}, "group", "There is no such group."),
    ({"group": "x"}, "group", "There is no such group."),
    ({"file": "../../key"}, "bring", "That file is no longer here: bring it again."),
]


@pytest.mark.parametrize(("fields", "field", "sentence"), MISTAKES)
async def test_what_is_wrong_is_said_beside_its_field(
    site: Site, fields: dict[str, str], field: str, sentence: str
) -> None:
    """E63: what was typed stays, and nothing is sent."""
    tab = await site.visit("fred")
    typed = {"text": "Bonjour", "name": "Noël", "numbers": NUMBERS, "group": "", **fields}
    page = await tab.post("/campaigns/new", typed)
    assert page.status == 422
    if field != "group":  # which is not asked for where there is none
        assert page.wrong == {field: sentence}
    assert sentence in page.main
    assert page.typed("name") == "Noël"
    assert (await tab.get("/campaigns")).rows == [["Nothing here yet."]]


async def test_what_is_given_twice_is_not_taken(site: Site) -> None:
    tab = await site.visit("fred")
    page = await tab.post("/campaigns/new", [("text", "a"), ("text", "b"), ("numbers", NUMBERS)])
    assert (page.status, page.wrong) == (422, {"text": "This was given twice."})


async def test_too_little_credit_is_told_before(tmp_path: Path) -> None:
    """E63: and refused, of whoever pays before."""
    site = await site_of(tmp_path, balance=700)
    found, said = await counted(site)
    assert found["Credit left after it"] == "-€0.01"
    assert said == ["The credit does not suffice."]
    tab = await site.visit("fred")
    page = await tab.post("/campaigns/new", {"text": "Bonjour", "numbers": NUMBERS})
    assert page.status == 422
    assert "The credit does not suffice." in page.main
    await site.close()


async def test_credit_that_is_gone_meanwhile_is_told_when_it_is_sent(site: Site) -> None:
    """E63: nothing is sent, and what was typed is there again."""
    tab = await site.visit("fred")
    page = await confirm(tab, name="Noël")
    await perform(site.node, "account credit", {"login": "fred", "amount": "-999.99"})
    refused = await sent(tab, page)
    assert refused.status == 422
    assert "The credit does not suffice." in refused.main
    assert (refused.typed("name"), refused.typed("numbers")) == ("Noël", NUMBERS)


async def test_recipients_that_changed_meanwhile_are_shown_again(site: Site) -> None:
    """E63: nobody sends to more than they saw."""
    tab = await site.visit("fred")
    fields = hidden(await confirm(tab)) | {"numbers": "0612000001"}
    page = await tab.post("/campaigns/new/send", fields)
    assert (page.status, page.title) == (422, "Check and send")
    assert "The recipients changed meanwhile: look at it again." in page.main
    assert (await tab.follow(await sent(tab, page))).said == "It is on its way."


async def test_what_comes_from_outside_is_escaped(site: Site) -> None:
    """XSS: a text, a name, and numbers that are none."""
    tab = await site.visit("fred")
    evil = "<script>alert(1)</script>"
    page = await confirm(tab, text=evil, name=evil, numbers=f"0612000001,{evil}")
    assert evil in page.main
    assert "<script>alert" not in page.html
    shown = await tab.follow(await sent(tab, page))
    assert (shown.title, "<script>alert" in shown.html) == (evil, False)
    assert "<script>alert" not in (await tab.get("/campaigns")).html


@pytest.mark.parametrize("login", [OPERATOR, SUPPORT, READER, "fred", "zoe"])
async def test_who_may_send(site: Site, login: str) -> None:
    """E63: the operator for whom they choose, an owner for their own and their children."""
    tab = await site.visit(login)
    may = login not in (SUPPORT, READER)
    for path in ("/campaigns/new", "/campaigns/choose"):
        assert (await tab.get(path)).status == (200 if may else 404)
    fields = {"account": "fred", "text": "Bonjour", "numbers": NUMBERS}
    page = await tab.post("/campaigns/new", fields)
    assert page.status == {SUPPORT: 404, READER: 404, "zoe": 422}.get(login, 200)
    assert ("New campaign" in (await tab.get("/campaigns")).main) is may


async def test_an_operator_chooses_for_whom(site: Site) -> None:
    """E63: and it is written down who did it."""
    tab = await site.visit()
    assert (await tab.get("/campaigns/new")).title == "For which account?"
    refused = await tab.get("/campaigns/new?account=nobody")
    assert (refused.status, refused.wrong) == (422, {"account": "There is no such account."})
    page = await tab.get("/campaigns/new?account=lea")
    assert "From the account lea." in page.main
    shown = await send(tab, account="lea")
    assert facts(shown)["Account"] == "lea"
    log = await perform(site.node, "console log", {})
    assert [row["what"] for row in log.value][:1] == ["campaign send"]


async def test_everything_is_said_in_french(site: Site) -> None:
    """E63: no sentence of these pages stays English."""
    tab = await site.visit("fred", "fr")
    typed = {"text": "L’été", "numbers": "0612000001,abc,0123456789", "kind": "marketing"}
    page = await tab.post("/campaigns/new/count", typed)
    assert facts(page)["Alphabet"] == "Unicode"
    assert facts(page)["Crédit restant ensuite"] == "999,96 €"
    assert verdicts(page) == [
        "Une publicité doit dire comment l’arrêter : STOP 36105.",
        "Pas des numéros de téléphone, laissés de côté : abc",
        "Pas des mobiles, laissés de côté : 1 (+33123456789)",
    ]


def test_states_are_all_in_the_bar() -> None:
    assert {*BAR} == {*State} - {State.new}
