"""Replies: talks, each number's by itself; answers, and who may read and write them."""

import re

import pytest

from chappe.hands import perform
from chappe.words.lifecycle import State
from tests.console.sentences import untranslated
from tests.console.site import OPERATOR, READER, SUPPORT, Site, Tab
from tests.journeys.house import many

ANN, BOB = many(2)
PATH = f"/replies/fred/{ANN}"
HOSTILE = "<script>alert(1)</script>"


async def two_talks(site: Site) -> None:
    """Ann wrote to fred twice, Bob said STOP to his child, and Ann wrote to a stranger as well."""
    await site.sent("fred", "Bonjour Ann", [ANN])
    await site.write(ANN, "Oui ?")
    await site.sent("lea", "Bonjour Bob", [BOB])
    await site.write(BOB, "STOP")
    await site.write(ANN, "Encore moi")
    await site.sent("zoe", "Pour Ann", [ANN])
    await site.write(ANN, HOSTILE)


async def talk(tab: Tab, path: str = PATH) -> list[tuple[str, str]]:
    """Whose each bubble is, and what stands in it."""
    found = await tab.get(path)
    bubbles = re.findall(r'<li class="(.*?)">\s*<p class="bubble">(.*?)</p>', found.html, re.S)
    return [("them" if whose == "heard" else "us", text) for whose, text in bubbles]


async def answer(site: Site, tab: Tab, text: str, path: str = PATH, once: str = "") -> str:
    """Send an answer as its page does; what is said then."""
    page = await tab.get(path)
    found = re.search(r'name="once" value="([0-9a-f]+)"', page.html)
    assert found is not None
    sent = await tab.post(path, {"text": text, "once": once or found[1]})
    await site.settle()
    return (await tab.follow(sent)).said


async def test_talks_are_listed_by_their_last_reply(site: Site) -> None:
    """E63: to everybody's eyes, to a family's, to its child's, to a stranger's."""
    await two_talks(site)
    bob = [f"+{BOB}", "lea", "STOP STOP", "2026-11-24 10:00:01"]
    ann = [f"+{ANN}", "fred", "Encore moi", "2026-11-24 10:00:02"]
    other = [f"+{ANN}", "zoe", HOSTILE, "2026-11-24 10:00:03"]
    page = await (await site.visit()).get("/replies")
    assert (page.status, page.title, page.rows) == (200, "Replies", [other, ann, bob])
    assert f'href="{PATH}"' in page.html
    assert HOSTILE not in page.html
    family = await (await site.visit("fred")).get("/replies")
    assert family.rows == [ann, [*bob[:2], "hidden STOP", bob[3]]]  # its child's texts are not its
    for login, row in (("lea", bob), ("zoe", other)):
        own = await (await site.visit(login)).get("/replies")
        assert own.rows == [[row[0], *row[2:]]]


async def test_talks_are_filtered(site: Site) -> None:
    """E63: by a number in any spelling, and by an account that may be seen."""
    await two_talks(site)
    tab = await site.visit("fred")
    national = f"0{ANN - 33_000_000_000}"
    for query in (f"number={national}", f"number=%2B{ANN}", "account=fred", "account=FRED"):
        assert [row[1] for row in (await tab.get(f"/replies?{query}")).rows] == ["fred"]
    page = await tab.get(f"/replies?number={national}&account=lea")
    assert page.rows == [["Nothing here yet."]]
    assert (page.typed("number"), page.typed("account")) == (national, "lea")
    assert f'<a href="/replies/lea/{ANN}">Messages with +{ANN}</a>' in page.html
    for query, wrong in (
        ("number=abc", {"number": "That is no phone number."}),
        ("account=zoe", {"account": "There is no such account."}),
        ("account=nobody", {"account": "There is no such account."}),
        ("account=lea&account=fred", {"account": "This was given twice."}),
        (f"number={'9' * 999}", {"number": "This is too long: at most 200 characters."}),
    ):
        page = await tab.get(f"/replies?{query}")
        assert (page.status, page.wrong, page.rows) == (422, wrong, [["Nothing here yet."]])


async def test_more_talks_than_a_page_shows_go_on_behind_it(site: Site) -> None:
    """E63: each once; a place that is none is the newest."""
    for number in many(33):
        await site.sent("fred", "?", [number])
        await site.write(number, "!")
    tab = await site.visit("fred")
    first = await tab.get("/replies?account=fred")
    older = re.search(r'href="([^"]*before=[^"]*)" rel="next"', first.html)
    assert older is not None
    second = await tab.get(older[1].replace("&amp;", "&"))
    numbers = [row[0] for row in first.rows + second.rows]
    assert numbers == [f"+{number}" for number in reversed(many(33))]
    assert len(first.rows) == 30
    assert 'rel="next"' not in second.html
    for place in ("x", "1-x", "-", "9" * 30 + "-1"):
        assert (await tab.get(f"/replies?before={place}")).rows == first.rows


async def test_a_talk_has_both_sides_in_order(site: Site) -> None:
    """E63: with what became of each message, and which reply was a STOP."""
    await two_talks(site)
    tab = await site.visit("fred")
    assert await talk(tab) == [("us", "Bonjour Ann"), ("them", "Oui ?"), ("them", "Encore moi")]
    page = await (await site.visit("lea")).get(f"/replies/lea/{BOB}")
    assert page.main == (
        f"+{BOB} Contact · All replies "
        "Bonjour Bob Sent 2026-11-24 10:00:01 36105 delivered Message 2 "
        "STOP They wrote 2026-11-24 10:00:01 36105 STOP "
        "This number opted out: nothing is sent to it. Opt-outs"
    )
    assert HOSTILE not in (await (await site.visit("zoe")).get(f"/replies/zoe/{ANN}")).html


async def test_a_long_talk_is_read_in_pages(site: Site) -> None:
    """E63: nothing is lost or doubled between them, whichever side wrote more."""
    wrote = []
    for n in range(30):
        await site.sent("fred", f"s{n}", [ANN])
        wrote.append(("us", f"s{n}"))
        for m in range(n % 4):
            await site.write(ANN, f"r{n}.{m}")
            wrote.append(("them", f"r{n}.{m}"))
    tab, path, read = await site.visit("fred"), PATH, list[tuple[str, str]]()
    sizes = list[int]()
    while path:
        page = await talk(tab, path)
        read, sizes = page + read, [*sizes, len(page)]
        shown = await tab.get(path)
        older = re.search(r'href="([^"]*before=[^"]*)"', shown.html)
        path = older[1] if older else ""
    assert (sizes, read) == ([40, 33], wrote)
    assert "To the newest" in shown.text


async def test_what_is_not_there_or_not_theirs_is_no_page(site: Site) -> None:
    """A stranger's talk, no number, no account: nobody can tell which."""
    await two_talks(site)
    tab = await site.visit("zoe")
    await tab.get("/replies")
    for path in (PATH, "/replies/zoe/abc", f"/replies/nobody/{ANN}", f"/replies/lea/{BOB}"):
        for ending in ("", "/bubbles"):
            assert (await tab.get(path + ending)).status == 404
        for ending in ("", "/count"):
            assert (await tab.post(path + ending, {"text": "x"})).status == 404
    assert await talk(tab, f"/replies/zoe/{BOB}") == []


@pytest.mark.parametrize("login", [OPERATOR, SUPPORT, READER, "fred"])
async def test_who_may_do_what(site: Site, login: str) -> None:
    """E63: support reads no texts, and neither it nor a reader answers."""
    await two_talks(site)
    tab = await site.visit(login)
    reads, acts = login != SUPPORT, login in (OPERATOR, "fred")
    for path in ("/replies", PATH, f"{PATH}/bubbles"):
        page = await tab.get(path)
        assert page.status == 200
        # Of the list's other talk, a child's, a parent reads no text.
        hides = not reads or (login == "fred" and path == "/replies")
        assert ("Encore moi" in page.text, "hidden" in page.text) == (reads, hides)
    assert ("Answer" in (await tab.get(PATH)).text) is acts
    for path in (PATH, f"{PATH}/count"):
        answered = await tab.post(path, {"text": "Salut"})
        assert answered.status == (404 if not acts else 200 if "count" in path else 303)


async def test_what_is_new_in_a_talk_is_shown_by_itself(site: Site) -> None:
    """E63: the same again is no answer at all."""
    await two_talks(site)
    tab = await site.visit("fred")
    page = await tab.get(PATH)
    again = re.search(r'hx-get="([^"]*)" hx-trigger="every 3s"', page.html)
    assert again is not None
    assert (await tab.get(again[1])).status == 204
    await site.write(ANN, "Et alors ?")
    await site.sent("fred", "Voila", [ANN])
    part = await tab.get(again[1])
    assert part.status == 200
    assert part.html.startswith('<div id="talk"')
    assert "<main" not in part.html
    assert "Voila" in part.html


async def test_an_answer_goes_to_the_number_from_the_account(site: Site) -> None:
    """E63: by the code that was written to, and what is written back belongs to it."""
    await two_talks(site)
    tab = await site.visit("fred")
    assert await answer(site, tab, "C’est noté, à demain !") == "It is on its way."
    await site.let(5)
    await site.write(ANN, "Merci")
    assert (await talk(tab))[-2:] == [("us", "C’est noté, à demain !"), ("them", "Merci")]
    account = site.node.accounts.by_login("fred")
    assert account is not None
    reply = (await site.node.store.replies(account.id, 0, 1))[0]
    (message,) = await site.node.store.messages(reply.message, reply.message, 1)
    assert (message.text, message.state, message.code) == (
        "C’est noté, à demain !",
        State.delivered,
        "36105",
    )
    (deed,) = await site.node.store.deeds(0, 9)
    assert (deed.who, deed.what, deed.account) == ("fred", "answer", account.id)
    assert deed.facts == f'{{"account":"fred","message":"{reply.message}","number":"+{ANN}"}}'


async def test_a_form_that_is_sent_twice_sends_once(site: Site) -> None:
    await two_talks(site)
    tab = await site.visit("fred")
    for _ in range(2):
        assert await answer(site, tab, "Une fois", once="abc") == "It is on its way."
    assert [text for _, text in await talk(tab)].count("Une fois") == 1
    assert await answer(site, tab, "Une fois") == "It is on its way."
    assert [text for _, text in await talk(tab)].count("Une fois") == 2


async def test_an_operator_answers_for_an_account(site: Site) -> None:
    """It pays, and it is its talk."""
    await two_talks(site)
    before = await site.balance("lea")
    path = f"/replies/lea/{ANN}"
    assert await answer(site, await site.visit(), "De la part de lea", path) == "It is on its way."
    assert await talk(await site.visit("lea"), path) == [("us", "De la part de lea")]
    assert await site.balance("lea") < before


@pytest.mark.parametrize(
    ("fields", "sentence", "typed"),
    [
        ([], "Fill this in.", ""),
        ([("text", " \n ")], "Fill this in.", ""),
        ([("text", "a"), ("text", "b")], "This was given twice.", "a"),
        ([("text", "a" * 1_001)], "This is too long: at most 1000 characters.", "a" * 1_000),
        ([("text", "Ж" * 900)], "This text is too long.", "Ж" * 900),
        ([("text", "a\x00")], "There is a character in it that can't be written.", "a"),
        ([("text", b"\xff")], "This is not text in UTF-8.", ""),
    ],
)
async def test_what_is_wrong_with_an_answer_is_said(
    site: Site, fields: list[tuple[str, str]], sentence: str, typed: str
) -> None:
    """E63: nothing is sent, and what was typed is still there."""
    await two_talks(site)
    tab = await site.visit("fred")
    page = await tab.post(PATH, fields)
    assert (page.status, page.wrong) == (422, {"text": sentence})
    assert page.typed("text") == typed
    assert len(await talk(tab)) == 3


async def test_nothing_is_sent_to_who_opted_out(site: Site) -> None:
    """E63: the page has no box, and a form of an older page sends nothing."""
    await two_talks(site)
    tab = await site.visit("lea")
    path = f"/replies/lea/{BOB}"
    page = await tab.post(path, {"text": "Vraiment ?"})
    assert page.status == 422
    assert "This number opted out: nothing is sent to it." in page.text
    assert [text for _, text in await talk(tab, path)] == ["Bonjour Bob", "STOP"]


async def test_without_credit_nothing_is_sent(site: Site) -> None:
    await two_talks(site)
    account = site.node.accounts.by_login("fred")
    assert account is not None
    await site.node.store.book(account.id, "", -await site.balance("fred"), 0, "spent")
    page = await (await site.visit("fred")).post(PATH, {"text": HOSTILE})
    assert page.wrong == {"text": "The credit does not suffice."}
    assert page.typed("text") == HOSTILE
    assert HOSTILE not in page.html


async def test_a_suspended_account_sends_nothing(site: Site) -> None:
    await two_talks(site)
    tab = await site.visit()
    await perform(site.node, "account suspend", {"login": "fred"})
    assert "Answer" not in (await tab.get(PATH)).text
    page = await tab.post(PATH, {"text": "x"})
    assert page.wrong == {}
    assert page.status == 422
    assert "This account sends nothing at present." in page.text


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Merci", "Characters: 5. Parts: 1. Price: €0.04."),
        ("é" * 161, "Characters: 161. Parts: 2. Price: €0.08."),
        (
            "Ж" * 71,
            "Characters: 71. Parts: 2, since some letters take more room. Price: €0.08.",
        ),
        ("", ""),
        ("x" * 2_000, "This is too long: at most 1000 characters."),
        (HOSTILE, "Characters: 25. Parts: 1. Price: €0.04."),
    ],
)
async def test_parts_are_counted_while_it_is_written(site: Site, text: str, counted: str) -> None:
    """E63: as they are when it is sent."""
    tab = await site.visit("fred")
    page = await tab.post(f"{PATH}/count", {"text": text})
    assert (page.status, page.html) == (200, counted)
    await site.sent("lea", "?", [BOB])
    await site.write(BOB, "STOP")
    if text and len(text) < 1_000:
        page = await tab.post(f"/replies/lea/{BOB}/count", {"text": text})
        assert page.html == "This number opted out: nothing is sent to it."


async def test_it_is_said_in_french(site: Site) -> None:
    """E63"""
    await two_talks(site)
    assert untranslated("chappe.console.rooms.replies") == set()
    tab = await site.visit("lea", "fr")
    page = await tab.get(f"/replies/lea/{BOB}")
    assert "Ce numéro est désinscrit : rien ne lui est envoyé." in page.text
    assert (await tab.get("/replies")).title == "Réponses"
