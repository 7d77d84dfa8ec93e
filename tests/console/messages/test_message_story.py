"""One message's page: its whole story, for whom, and what may be done there; one order's page."""

import re

import pytest

from chappe.console.rooms.messages import one
from chappe.words.clock import DAY, HOUR
from chappe.words.lifecycle import State
from tests.console.site import OPERATOR, READER, SUPPORT, Answer, Site
from tests.journeys.house import many, to


def story(page: Answer) -> list[str]:
    """What befell it, line by line, without the times."""
    lines = re.findall(r"<li><span class=\"at\">.*?</span>(.*?)</li>", page.html, re.S)
    return [" ".join(re.sub(r"<[^>]*>", " ", line).split()) for line in lines]


def facts(page: Answer) -> dict[str, str]:
    pairs = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page.html, re.S)
    return {name: " ".join(re.sub(r"<[^>]*>", " ", said).split()) for name, said in pairs}


async def told(site: Site, login: str, text: str, row: int, path: str = "/fred") -> int:
    """A message of whose fate its account is told."""
    (message,) = await site.sent(login, text, [to(row)], tell=site.tell(path=path))
    await site.let(5)
    return message


async def test_a_message_tells_its_whole_story(site: Site) -> None:
    """E63: from its acceptance over its part's number at the operator to the last callback."""
    message = await told(site, "fred", "Bonjour", 41)
    page = await (await site.visit("fred")).get(f"/messages/{message}")
    assert (page.status, page.title) == (200, f"Message {message}")
    (submit,) = site.submits()
    where = site.ears.url("")
    lines = story(page)
    assert lines[0] == "Accepted by plain · €0.04 held"
    assert f"sent part 1 by sim, at the operator {submit.ref}" in lines
    assert "delivered at the operator 20801" in lines
    assert "Reply OUI" in lines
    for event in ("acceptance", "departure", "end state", "reply"):
        (line,) = [line for line in lines if f"callback of {event}" in line]
        assert re.fullmatch(
            rf"heard callback of {event} · answer 204( · \d+ ms)? · {where}".replace(
                f"{event} · ", f"{event} "
            ),
            line,
        )
    assert [row[:2] + row[3:5] for row in page.rows] == [
        ["1", "acceptance", "heard", "1"],
        ["2", "departure", "heard", "1"],
        ["3", "end state", "heard", "1"],
        ["4", "reply", "heard", "1"],
    ]
    host, port = site.tab().address
    known = facts(page)
    assert known["This page"] == f"http://{host}:{port}/messages/{message}"
    assert (known["Text"], known["To"], known["From"]) == ("Bonjour", "+33639980041", "36105")
    assert (known["Account"], known["Price"], known["Parts"]) == ("fred", "€0.04 spent", "1")


async def test_a_callback_that_is_not_heard_tells_each_try(site: Site) -> None:
    """E63: when, what was answered, to whom; and what waits for it."""
    site.ears.status["/fred"] = 503
    message = await told(site, "fred", "Bonjour", 1)
    tab = await site.visit("fred")
    await site.let(70)
    page = await tab.get(f"/messages/{message}")
    missed = [line for line in story(page) if line.startswith("missed callback of acceptance")]
    assert len(missed) == 2
    assert all("answer 503" in line and site.ears.url("") in line for line in missed)
    assert [row[3].split()[0] for row in page.rows] == ["owed", "owed", "owed"]
    assert [row[3] for row in page.rows][1:] == ["owed waits for its turn"] * 2
    await site.leap(site.clock.now() + 3 * DAY, HOUR)
    page = await (await site.visit("fred")).get(f"/messages/{message}")
    assert "given up" in page.rows[0][3]
    assert f"given up callback of acceptance {site.ears.url('')}" in story(page)


async def test_what_is_given_back_is_told(site: Site) -> None:
    message = await told(site, "fred", "Bonjour", 34)
    page = await (await site.visit("fred")).get(f"/messages/{message}")
    assert any("€0.04 given back" in line for line in story(page)), story(page)


@pytest.mark.parametrize("login", [SUPPORT, READER, OPERATOR, "fred", "lea", "zoe"])
async def test_only_who_may_reads_the_texts(site: Site, login: str) -> None:
    """E63: of the message and of what it was answered; another's is not there."""
    message = await told(site, "lea", "Secret", 41)
    page = await (await site.visit(login)).get(f"/messages/{message}")
    if login == "zoe":
        assert page.status == 404
    else:
        assert page.status == 200
        assert ("Secret" in page.html) is (login != SUPPORT)
        assert ("OUI" in page.html) is (login != SUPPORT)
    order = await (await site.visit(login)).get(f"/orders/{await _order(site, message)}")
    assert order.status == page.status
    assert ("Secret" in order.html) is (login not in (SUPPORT, "zoe"))


async def _order(site: Site, message: int) -> int:
    (found,) = await site.node.store.messages(message, message, 1)
    return found.order


async def test_what_is_not_there_is_missing(site: Site) -> None:
    tab = await site.visit()
    for path in ("/messages/99", "/messages/0", "/messages/-1", "/messages/x", "/orders/99"):
        page = await tab.get(path)
        assert (page.status, page.title) == (
            404,
            "There is no such page, or none that you may see.",
        )


async def test_an_order_that_was_deleted_is_the_operators_alone(site: Site) -> None:
    message = await told(site, "fred", "Bonjour", 1)
    order = await _order(site, message)
    account = site.node.accounts.by_login("fred")
    assert account is not None
    await site.node.store.delete_order(account.id, "plain", order, site.clock.now())
    own, all_ = await site.visit("fred"), await site.visit(OPERATOR)
    for path in (f"/messages/{message}", f"/orders/{order}"):
        assert (await own.get(path)).status == 404
        assert (await all_.get(path)).status == 200


# telling once more


async def test_one_callback_is_told_again_or_all(site: Site) -> None:
    """E63: by whoever may; and it is written down who did."""
    message = await told(site, "fred", "Bonjour", 1)
    assert [one.seq for one in site.ears.heard["/fred"]] == [1, 2, 3]
    for login, fields, seqs in (
        ("fred", {"seq": "2"}, [2]),
        (SUPPORT, {"seq": "3"}, [3]),
        (OPERATOR, {}, [1, 2, 3]),
    ):
        del site.ears.heard["/fred"][:]
        tab = await site.visit(login)
        went = await tab.post(f"/messages/{message}/replay", fields)
        assert went.location == f"/messages/{message}"
        assert (await tab.follow(went)).said == f"Owed again: {len(seqs)}."
        await site.let(2)
        assert sorted(one.seq for one in site.ears.heard["/fred"]) == seqs
    who = [deed.who for deed in await site.node.store.deeds(0)]
    assert who == [OPERATOR, SUPPORT, "fred"]


@pytest.mark.parametrize(
    ("login", "seq", "status"),
    [
        (READER, "1", 404),
        ("zoe", "1", 404),
        ("fred", "9", 422),
        ("fred", "x", 422),
        ("fred", "-1", 422),
        ("fred", "1" * 20, 422),
        ("lea", "1", 404),
    ],
)
async def test_who_may_not_or_what_is_not_there_is_not_told(
    site: Site, login: str, seq: str, status: int
) -> None:
    """And the page shows its button only to who may press it."""
    message = await told(site, "fred", "Bonjour", 1)
    heard = len(site.ears.heard["/fred"])
    tab = await site.visit(login)
    assert (await tab.post(f"/messages/{message}/replay", {"seq": seq})).status == status
    await site.let(2)
    assert len(site.ears.heard["/fred"]) == heard
    page = await tab.get(f"/messages/{message}")
    assert ("Tell again" in page.main) is (login == "fred")


# in doubt


async def doubtful(site: Site) -> int:
    """A message that left and was never answered."""
    (message,) = await site.sent("fred", "Bonjour", [to(36)])
    await site.let(600)
    (found,) = await site.node.store.messages(message, message, 1)
    assert found.state is State.unknown
    return message


@pytest.mark.parametrize(
    ("way", "said", "state"),
    [("resend", "It is sent again.", "sending"), ("drop", "It is left as it is.", "failed")],
)
async def test_the_operator_decides_in_doubt(site: Site, way: str, said: str, state: str) -> None:
    """E63: nobody else, and once."""
    message = await doubtful(site)
    for login in ("fred", SUPPORT, READER):
        tab = await site.visit(login)
        assert "Send it again" not in (await tab.get(f"/messages/{message}")).main
        assert (await tab.post(f"/messages/{message}/{way}")).status == 404
    tab = await site.visit(OPERATOR)
    page = await tab.get(f"/messages/{message}")
    assert story(page)[-1].startswith("In doubt: held")
    assert "Send it again" in page.main
    page = await tab.follow(await tab.post(f"/messages/{message}/{way}"))
    assert page.said == said
    await site.let(1)
    assert state in (await tab.get(f"/messages/{message}")).main
    again = await tab.post(f"/messages/{message}/{way}")
    assert (again.status, again.title) == (422, "This message is not in doubt any more.")


# an order


async def test_an_order_tells_how_its_messages_stand(site: Site) -> None:
    """E63: counted, each count with its messages behind it; and its first messages."""
    first, *_ = await site.sent("fred", "Bonjour", [to(1), to(2), to(11)], reference="mine")
    await site.let(5)
    order = await _order(site, first)
    tab = await site.visit("fred")
    page = await tab.get(f"/orders/{order}")
    assert (page.status, page.title) == (200, f"Order {order}")
    assert page.rows[:2] == [["delivered", "2", "66.7"], ["undelivered npai", "1", "33.3"]]
    assert [row[1] for row in page.rows[2:]] == [str(first + n) for n in (2, 1, 0)]
    known = facts(page)
    assert (known["Reference"], known["Messages"], known["Price"]) == ("mine", "3", "€0.12")
    (way, _) = re.findall(r'href="(/messages\?q=[^"]*)"', page.html)
    assert len((await tab.get(way.replace("&amp;", "&"))).rows) == 2


async def test_a_large_order_is_counted_beside_its_page(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one, "COUNTED_AT_ONCE", 50)
    first, *_ = await site.sent("fred", "Bonjour", many(60))
    await site.let(5)
    order = await _order(site, first)
    tab = await site.visit("fred")
    page = await tab.get(f"/orders/{order}")
    assert f'hx-get="/orders/{order}/count"' in page.html
    assert len(page.rows) == 50
    assert "All its messages" in page.main
    whole = await tab.get(f"/orders/{order}/count")
    assert (whole.title, whole.rows) == (f"Order {order}", [["delivered", "60", "100.0"]])
    part = await tab.get(f"/orders/{order}/count", **{"HX-Request": "true"})
    assert "<html" not in part.html
    assert part.rows == whole.rows
    assert (await (await site.visit("zoe")).get(f"/orders/{order}/count")).status == 404


async def test_what_comes_from_outside_is_escaped(site: Site) -> None:
    """XSS: a text, a reply, a reference, an answer of a customer's own server."""
    hostile = '"><script>alert(1)</script>'
    first, *_ = await site.sent("fred", hostile, [to(1)], reference=hostile)
    await site.let(2)
    await site.write(to(1), hostile)
    tab = await site.visit()
    for path in (f"/messages/{first}", f"/orders/{await _order(site, first)}"):
        page = await tab.get(path)
        assert "<script>alert" not in page.html
        assert hostile in page.main


async def test_it_speaks_french(site: Site) -> None:
    """E63"""
    message = await told(site, "fred", "Bonjour", 11)
    page = await (await site.visit("fred", "fr")).get(f"/messages/{message}")
    assert "non remis NPAI" in page.main
    assert "Ce qui lui est arrivé" in page.main
    assert story(page)[0].startswith("Accepté par plain")
