"""Opt-outs: lists, what is put on them and taken off, files in and out."""

import re
from typing import Any

import pytest

from chappe.store.contract.optouts import ListedNumber
from tests.console.sentences import untranslated
from tests.console.site import OPERATOR, READER, SUPPORT, Answer, Site, Tab
from tests.journeys.house import many

ANN, BOB, CAY = many(3)
AT = "2026-11-24 10:00:00"
HEAD = "number,account,list,date,source\n"
FORMULA = "=cmd|' /C calc'!A0"
_FIELD = re.compile(r"<d[td]>(.*?)</d[td]>")


async def some(site: Site) -> None:
    """Ann is on everybody's list, Bob on two lists of fred's, Cay on his child's, and so on."""
    ids = {one.login: one.id for one in site.node.accounts.all()}
    now = site.clock.now()
    rows = [
        (0, ANN, 1, "reply to 36105"),
        (ids["fred"], BOB, 1, "by hand"),
        (ids["fred"], BOB, 2, "asked by smsmode"),
        (ids["lea"], CAY, 2, FORMULA),
        (ids["zoe"], BOB, 1, "<b>bold</b>"),
    ]
    await site.node.store.keep_opt_outs(
        [ListedNumber(account, number, list_, now, how) for account, number, list_, how in rows]
    )


async def lists(site: Site) -> list[tuple[str, int, str]]:
    """All that there is, as the installation has it."""
    tab = await site.visit()
    lines = (await tab.get("/optouts/export")).html.splitlines()[1:]
    return [(row[1], int(row[0]), row[2]) for row in (line.split(",") for line in lines)]


async def deeds(site: Site) -> list[tuple[str, str, str]]:
    return [(one.who, one.what, one.facts) for one in await site.node.store.deeds(0, 9)]


async def pages(tab: Tab, path: str, most: int = 9) -> list[Answer]:
    """A page and those that follow it."""
    found = [await tab.get(path)]
    while len(found) < most:
        following = re.search(r'href="([^"]*)" rel="next"', found[-1].html)
        if following is None:
            break
        found.append(await tab.get(following[1].replace("&amp;", "&")))
    return found


async def test_lists_are_shown_to_whom_they_concern(site: Site) -> None:
    """E63: all to the operator, a family's to it, their own to each."""
    await some(site)
    ann = [f"+{ANN}", "everybody’s", "STOP list", AT, "reply to 36105", "Take off"]
    stop = [f"+{BOB}", "fred", "STOP list", AT, "by hand", "Take off"]
    black = [f"+{BOB}", "fred", "Black list", AT, "asked by smsmode", "Take off"]
    cay = [f"+{CAY}", "lea", "Black list", AT, FORMULA, "Take off"]
    bob = [f"+{BOB}", "zoe", "STOP list", AT, "<b>bold</b>", "Take off"]
    tab = await site.visit()
    page = await tab.get("/optouts")
    assert (page.status, page.title) == (200, "Opt-outs")
    assert page.rows == [ann, stop, black, cay, bob]
    assert "<b>bold" not in page.html
    for query, rows in (
        ("everybody=1", [ann]),
        ("account=fred", [stop, black]),
        ("list=black", [black, cay]),
        ("account=fred&list=stop", [stop]),
        (f"number=0{BOB - 33_000_000_000}", [stop, black, bob]),
        (f"number=%2B{BOB}&list=black", [black]),
        (f"number={ANN}&account=fred", [["Nothing here yet."]]),
        (f"number={ANN}&everybody=1", [ann]),
    ):
        assert (await tab.get(f"/optouts?{query}")).rows == rows, query
    fred = await site.visit("fred")
    assert (await fred.get("/optouts")).rows == [stop, black]
    assert (await fred.get("/optouts?everybody=1")).rows == [stop, black]
    assert (await fred.get("/optouts?account=lea")).rows == [cay]
    own = [[*bob[:1], *bob[2:]]]
    assert (await (await site.visit("zoe")).get("/optouts")).rows == own


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("number=abc", {"number": "That is no phone number."}),
        ("list=white", {"list": "Choose one of those that are offered."}),
        ("account=zoe", {"account": "There is no such account."}),
        ("account=nobody", {"account": "There is no such account."}),
        ("number=1&number=2", {"number": "This was given twice."}),
    ],
)
async def test_what_is_wrong_with_a_question_is_said(
    site: Site, query: str, wrong: dict[str, str]
) -> None:
    await some(site)
    page = await (await site.visit("fred")).get(f"/optouts?{query}")
    assert (page.status, page.wrong, page.rows) == (422, wrong, [["Nothing here yet."]])
    assert (await (await site.visit("fred")).get(f"/optouts/export?{query}")).status == 404


async def test_a_long_list_is_read_in_pages(site: Site) -> None:
    """E63: of one list too, which others are on between; a place that is none is the first."""
    fred = site.node.accounts.by_login("fred")
    assert fred is not None
    await site.node.store.keep_opt_outs(
        [
            ListedNumber(fred.id, number, 1 + (n % 40 == 7), 0, "")
            for n, number in enumerate(many(2_100))
        ]
    )
    tab = await site.visit("fred")
    for path, count in (("/optouts?list=black", 53), ("/optouts?list=stop", 2_047)):
        read = [row[0] for page in await pages(tab, path, 3) for row in page.rows]
        wanted = [f"+{n}" for i, n in enumerate(many(2_100)) if (i % 40 == 7) == (count == 53)]
        assert read == wanted[: len(read)]
        assert len(read) == min(count, 150)
    first = (await tab.get("/optouts")).rows
    for place in ("x", "1-2", "--", "1-2-3-4", "9" * 40):
        assert (await tab.get(f"/optouts?behind={place}")).rows == first
    assert (await tab.get(f"/optouts?behind=0-{ANN}-{'9' * 18}")).status == 200


@pytest.mark.parametrize("login", [OPERATOR, SUPPORT, READER, "fred", "zoe"])
async def test_who_may_do_what(site: Site, login: str) -> None:
    """E63: everybody looks; operators and customers change, and these only what is theirs."""
    await some(site)
    before = await lists(site)
    tab = await site.visit(login)
    acts = login in (OPERATOR, "fred", "zoe")
    assert (await tab.get("/optouts")).status == 200
    assert (await tab.get("/optouts/export")).status == 200
    assert (await tab.get("/optouts/import")).status == (200 if acts else 404)
    assert ("Put on the list" in (await tab.get("/optouts")).text) is acts
    if not acts or login == "zoe":
        refused = 404 if not acts else 422
        theirs = {"owner": "fred", "onto": "stop"}
        for path, fields in (
            ("/optouts", {**theirs, "numbers": str(CAY)}),
            ("/optouts/remove", {**theirs, "number": str(BOB)}),
        ):
            assert (await tab.post(path, fields)).status == refused
        files = {"file": str(CAY).encode()}
        answer = await tab.post("/optouts/import", {**theirs, "do": "keep"}, files)
        assert answer.status == refused
        assert await lists(site) == before
        assert await deeds(site) == []


async def test_numbers_are_put_on_a_list(site: Site) -> None:
    """E63: in any usual spelling; it holds at once, and is written down."""
    tab = await site.visit("fred")
    numbers = f"+{ANN}\n0{BOB - 33_000_000_000}, 00{BOB}"
    answer = await tab.post("/optouts", {"numbers": numbers, "onto": "stop", "owner": ""})
    page = await tab.follow(answer)
    assert page.said == "Put on the list: 2."
    assert [row[0] for row in page.rows] == [f"+{ANN}", f"+{BOB}"]
    said = f'{{"login":"fred","list":"stop","numbers":"+{ANN}, +{BOB}"}}'
    assert await deeds(site) == [("fred", "optout add", said)]
    operator = await site.visit()
    await operator.post("/optouts", {"numbers": str(CAY), "onto": "black", "owner": ""})
    await operator.post("/optouts", {"numbers": str(CAY), "onto": "black", "owner": "zoe"})
    assert await lists(site) == [
        ("", CAY, "black"),
        ("fred", ANN, "stop"),
        ("fred", BOB, "stop"),
        ("zoe", CAY, "black"),
    ]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"numbers": "", "onto": "stop"}, {"numbers": "Fill this in."}),
        ({"numbers": " ,;\n", "onto": "stop"}, {"numbers": "Fill this in."}),
        ({"numbers": "<i>x</i>", "onto": "stop"}, {"numbers": "That is no phone number: <i>x</i>"}),
        (
            {"numbers": f"{ANN}\n12", "onto": "stop"},
            {"numbers": "That is no phone number: 12"},
        ),
        ({"numbers": str(ANN)}, {"onto": "Choose one of those that are offered."}),
        (
            {"numbers": str(ANN), "onto": "stop", "owner": "zoe"},
            {"owner": "There is no such account."},
        ),
        (
            {"numbers": "1\n" * 1_001, "onto": "stop"},
            {"numbers": "At most 1,000 numbers: import a file."},
        ),
        (
            {"numbers": "1" * 40_001, "onto": "stop"},
            {"numbers": "This is too long: at most 40000 characters."},
        ),
    ],
)
async def test_what_is_wrong_with_numbers_is_said(
    site: Site, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    """E63: none of them is kept, and what was typed is still there."""
    tab = await site.visit("fred")
    page = await tab.post("/optouts", fields)
    assert (page.status, page.wrong) == (422, wrong)
    assert page.typed("numbers") == fields["numbers"].strip()[:40_000]
    assert "<i>x" not in page.html
    assert await lists(site) == []
    assert await deeds(site) == []


async def test_a_number_is_taken_off_one_list(site: Site) -> None:
    """E63: of two that it is on, and nobody else's."""
    await some(site)
    tab = await site.visit("fred")
    fields = {"number": f"+{BOB}", "onto": "stop", "owner": "fred"}
    page = await tab.follow(await tab.post("/optouts/remove", fields))
    assert page.said == f"Taken off the list: +{BOB}."
    assert [row[2] for row in page.rows] == ["Black list"]
    assert ("zoe", BOB, "stop") in await lists(site)
    again = await tab.post("/optouts/remove", fields)
    assert (again.status, again.title) == (422, "This number is not on that list.")
    for wrong in ({"number": "abc"}, {"number": ""}, {"onto": "white"}, {"owner": "zoe"}):
        assert (await tab.post("/optouts/remove", {**fields, **wrong})).status == 422
    assert [what for _, what, _ in await deeds(site)] == ["optout remove"]
    operator = await site.visit()
    fields = {"number": f"+{ANN}", "onto": "stop", "owner": ""}
    await operator.post("/optouts/remove", fields)
    left = [("fred", BOB, "black"), ("lea", CAY, "black"), ("zoe", BOB, "stop")]
    assert await lists(site) == left


async def test_lists_are_exported_as_csv(site: Site) -> None:
    """E63: as `import` takes it; no spreadsheet takes anything of it for a formula."""
    await some(site)
    tab = await site.visit()
    answer = await tab.get("/optouts/export")
    at = "2026-11-24 10:00:00.000+01:00"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="optouts.csv"'
    lines = [
        f"+{ANN},,stop,{at},reply to 36105\n",
        f"+{BOB},fred,stop,{at},by hand\n",
        f"+{BOB},fred,black,{at},asked by smsmode\n",
        f"+{CAY},lea,black,{at},'{FORMULA}\n",
        f"+{BOB},zoe,stop,{at},<b>bold</b>\n",
    ]
    assert answer.html == HEAD + "".join(lines)
    for query, wanted in (("everybody=1", lines[:1]), ("account=fred&list=black", lines[2:3])):
        assert (await tab.get(f"/optouts/export?{query}")).html == HEAD + "".join(wanted)
    assert (await (await site.visit("zoe")).get("/optouts/export")).html == HEAD + lines[4]


async def looked(tab: Tab, octets: bytes, **fields: Any) -> list[str]:
    """What is said of a file, without keeping anything."""
    asked = {"onto": "stop", "owner": "", "do": "look", **fields}
    page = await tab.post("/optouts/import", asked, {"file": octets})
    assert page.status == 200, page.wrong
    return _FIELD.findall(page.html) + re.findall(r"<li>(Line .*?)</li>", page.html)


async def test_a_file_is_looked_through_and_then_kept(site: Site) -> None:
    """E63: titles, doubles, and what is no number are left out and told."""
    await some(site)
    tab = await site.visit("fred")
    before = await lists(site)
    bob = f"0{BOB - 33_000_000_000}"
    octets = f"numéro;nom\n+{ANN};A\n{bob};B\n\n00{ANN}\nrien;<b>\n".encode("cp1252")
    assert await looked(tab, octets) == [
        *("Lines", "4", "Different numbers", "2", "Barred already", "2"),
        *("Left out, being no number", "1", "Line 6: rien"),
    ]
    assert await lists(site) == before
    fields = {"onto": "black", "owner": "lea", "do": "keep"}
    page = await tab.follow(await tab.post("/optouts/import", fields, {"file": octets}))
    assert page.said == "Imported: 2. New among them: 2."
    assert [row[0] for row in page.rows] == [f"+{ANN}", f"+{BOB}", f"+{CAY}"]
    facts = '{"login":"lea","list":"black","total":"2"}'
    assert await deeds(site) == [("fred", "optout import", facts)]


async def test_a_preview_without_scripts_is_a_whole_page_and_with_them_a_part(site: Site) -> None:
    tab = await site.visit("fred")
    fields = {"onto": "stop", "owner": "", "do": "look"}
    page = await tab.post("/optouts/import", fields, {"file": str(ANN).encode()})
    assert page.title == "Import opt-outs"
    assert "Choose the file once more to import it." in page.text
    body = f"onto=stop&owner=&do=look&file={ANN}&pledge={tab.pledge}".encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    part = await tab.ask("POST", "/optouts/import", body, kind)
    assert (part.status, "<main" in part.html) == (200, False)
    assert "Different numbers" in part.html


async def test_what_was_exported_is_imported_as_it_was(site: Site) -> None:
    """E63: by whoever may change those lists."""
    await some(site)
    everything = (await (await site.visit()).get("/optouts/export")).body
    own = (await (await site.visit("fred")).get("/optouts/export")).body
    for login, file in ((OPERATOR, everything), ("fred", own)):
        before = await lists(site)
        tab = await site.visit(login)
        for whose, number, list_ in before if login == OPERATOR else before[1:3]:
            fields = {"number": str(number), "onto": list_, "owner": whose}
            assert (await tab.post("/optouts/remove", fields)).status == 303
        count = len(file.splitlines()) - 1
        wanted = ["Lines", str(count), "Opt-outs as they were exported", str(count)]
        assert await looked(tab, file) == wanted
        answer = await tab.post(
            "/optouts/import", {"onto": "stop", "owner": "", "do": "keep"}, {"file": file}
        )
        said = (await tab.follow(answer)).said
        assert said == f"Imported: {count}. New among them: {count}."
        assert await lists(site) == before


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "Choose a file that holds something."),
        (b"name;city\nx;y\n", "There is no phone number in it."),
        (b"\xff\xfe\x00", "There is no phone number in it."),
        (f"{HEAD}+{ANN},zoe,stop,,\n".encode(), "Line 2: There is no such account."),
        (f"{HEAD}+{ANN},,stop,,\n".encode(), "Line 2: Everybody’s list is not yours to change."),
        (f"{HEAD}+{ANN},fred,stop,,\nx,fred,stop,,\n".encode(), "Line 3: 'x' is no phone number"),
        (f"{HEAD}+{ANN},fred\n".encode(), "Line 2: number, account, list, date, source"),
        (f"{HEAD}+{ANN},fred,white,,\n".encode(), "Line 2: There is no list 'white'"),
        (f"{HEAD}+{ANN},fred,stop,soon,\n".encode(), "Line 2: "),
    ],
)
async def test_what_is_wrong_with_a_file_is_said(site: Site, file: bytes, sentence: str) -> None:
    """E63: nothing of it is kept."""
    tab = await site.visit("fred")
    fields = {"onto": "stop", "owner": "", "do": "keep"}
    page = await tab.post("/optouts/import", fields, {"file": file})
    assert page.status == 422
    assert page.wrong["file"].startswith(sentence), page.wrong
    assert await lists(site) == []
    assert await deeds(site) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"do": "look"}, {"onto": "Choose one of those that are offered."}),
        ({"onto": "stop"}, {"do": "Choose one of those that are offered."}),
        ({"onto": "stop", "do": "look", "owner": "zoe"}, {"owner": "There is no such account."}),
    ],
)
async def test_what_is_wrong_with_an_import_is_said(
    site: Site, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    tab = await site.visit("fred")
    page = await tab.post("/optouts/import", fields, {"file": str(ANN).encode()})
    assert page.status == 422
    assert {name: page.wrong.get(name, sentence) for name, sentence in wrong.items()} == wrong
    for sentence in wrong.values():
        assert sentence in page.text
    assert await lists(site) == []


async def test_it_is_said_in_french(site: Site) -> None:
    """E63"""
    await some(site)
    assert untranslated("chappe.console.rooms.optouts") == set()
    page = await (await site.visit("fred", "fr")).get("/optouts")
    assert page.title == "Désinscrits"
    assert page.rows[0][2:] == ["Liste STOP", AT, "à la main", "Retirer"]
