"""Recipients from a file: read whatever wrote it, looked at, and each told by their own row."""

from pathlib import Path

import pytest

from chappe.console.rooms.campaigns.sheet import (
    BAD_NUMBER,
    BROKEN,
    LONG_CELL,
    NO_CELL,
    ROWS_MOST,
    TOO_MANY,
    SheetForm,
    guess,
    read_sheet,
)
from chappe.console.rooms.campaigns.shelf import FOLDER
from chappe.engine.book import BOUNDS
from tests.console.campaigns.forms import NUMBERS, confirm, facts, hidden, sent, verdicts
from tests.console.site import Answer, Site, Tab
from tests.journeys.house import CREDIT

PEOPLE = "prénom;téléphone;ville\nÉlodie;06 12 00 00 01;Nîmes\nJean;+33612000002;Paris\n"


async def bring(tab: Tab, octets: bytes, **fields: str) -> Answer:
    """The page that shows how a file was read."""
    answer = await tab.post("/campaigns/new/file", fields, files={"bring": octets})
    assert answer.status == 303, answer.text
    return await tab.follow(answer)


async def brought(tab: Tab, octets: bytes, **fields: str) -> tuple[Answer, str]:
    """The page on which one goes on from there, and the file's token."""
    answer = await tab.post("/campaigns/new/file", fields, files={"bring": octets})
    assert answer.status == 303, answer.text
    token = answer.location.rpartition("/")[2]
    return await tab.get(f"/campaigns/new?file={token}"), token


@pytest.mark.parametrize(
    ("octets", "reading"),
    [
        (PEOPLE.encode(), SheetForm("utf-8", "semicolon", True, 1)),
        (b"\xef\xbb\xbf" + PEOPLE.encode(), SheetForm("utf-8", "semicolon", True, 1)),
        (PEOPLE.encode("cp1252"), SheetForm("windows-1252", "semicolon", True, 1)),
        (PEOPLE.encode("utf-16"), SheetForm("utf-16", "semicolon", True, 1)),
        (PEOPLE.replace(";", ",").encode(), SheetForm("utf-8", "comma", True, 1)),
        (PEOPLE.replace(";", "\t").encode(), SheetForm("utf-8", "tab", True, 1)),
        (PEOPLE.replace("\n", "\r\n").encode(), SheetForm("utf-8", "semicolon", True, 1)),
        (b"0612000001\n0612000002\n", SheetForm("utf-8", "semicolon", False, 0)),
        (b"612000001,a\n612000002,b\n", SheetForm("utf-8", "comma", False, 0)),
        (
            b'"Dupont, Jean",0612000001\n"Roy, Ines",0612000002\n',
            SheetForm(column=1, delimiter="comma", has_header=False),
        ),
        (b"", SheetForm(has_header=False)),
        (b"\x00\x01\xff", SheetForm("windows-1252", "semicolon", False, 0)),
    ],
)
def test_how_a_file_is_written_is_guessed(octets: bytes, reading: SheetForm) -> None:
    """E63: letters, signs between columns, a header or none, the column of the numbers."""
    assert guess(octets) == reading


def test_rows_that_are_wrong_are_told_with_their_line() -> None:
    """E63: doubles are counted, and blank rows nothing."""
    rows = [
        *("nom;tel", "a;0612000001", "", "b;12", "c", '"two\nlines";0612000002'),
        *("d;0612000001", f"{'x' * 1_001};0612000003", 'e;"0612000004', "f;0612000005"),
    ]
    found, people = read_sheet("\n".join(rows).encode(), SheetForm(column=1))
    assert people.numbers == [33_612_000_001, 33_612_000_002]
    assert people.rows[1] == ("two\nlines", "0612000002")
    told = [(one.line, one.text, one.why) for one in found.wrong]
    assert told == [
        (4, "12", BAD_NUMBER),
        (5, "c", NO_CELL),
        (9, "0612000003", LONG_CELL),
        (10, "0612000004\nf;0612000005", BAD_NUMBER),
    ]
    assert (found.rows, found.good, found.doubles, found.wrong_count) == (7, 2, 1, 4)


def test_a_cell_without_end_ends_the_reading() -> None:
    """A quotation mark that is never closed, before more than a cell holds."""
    octets = b'0612000001;a\n0612000002;"' + b"x" * 200_000
    found, people = read_sheet(octets, SheetForm(has_header=False))
    assert people.numbers == [33_612_000_001]
    assert [(one.line, one.why) for one in found.wrong] == [(2, BROKEN)]


def test_a_hundred_thousand_rows_are_read_in_pieces() -> None:
    """E63: how far it is can be seen; what is beyond them is not read, and that is said."""
    told: list[tuple[int, int]] = []
    octets = "".join(f"{33_612_000_000 + n};x\n" for n in range(ROWS_MOST + 5)).encode()
    found, people = read_sheet(
        octets, SheetForm(has_header=False), progress=lambda *far: told.append(far)
    )
    assert (len(people.numbers), found.good) == (ROWS_MOST, ROWS_MOST)
    assert [(one.line, one.why) for one in found.wrong] == [(ROWS_MOST + 1, TOO_MANY)]
    assert len(told) >= 100
    assert told == sorted(told)
    few, _ = read_sheet(octets, SheetForm(has_header=False), most=3)
    assert (few.good, few.wrong) == (3, [])


async def test_a_file_is_shown_as_it_was_read(site: Site) -> None:
    """E63: and may be read otherwise."""
    tab = await site.visit("fred")
    page = await bring(tab, (PEOPLE + "x;abc;y\n").encode("cp1252"))
    assert facts(page) == {"Rows": "3", "Recipients": "2", "Named twice": "0", "Wrong rows": "1"}
    assert page.rows == [
        ["Élodie", "06 12 00 00 01", "Nîmes"],
        ["Jean", "+33612000002", "Paris"],
        ["x", "abc", "y"],
        ["4", "abc", "This is no phone number."],
    ]
    assert page.typed("encoding") == "windows-1252"
    assert (page.typed("delimiter"), page.typed("column")) == ("semicolon", "1")
    assert "{prénom}" in page.main
    path = page.html.partition('<form method="post" action="/campaigns/file/')[2][:22]
    otherwise = {"encoding": "utf-8", "delimiter": "comma", "column": "0"}
    answer = await tab.post(f"/campaigns/file/{path}", otherwise)
    again = await tab.follow(answer)
    assert facts(again)["Wrong rows"] == "4"
    assert again.typed("delimiter") == "comma"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"encoding": "latin-9"}, "encoding", "Choose one of those that are offered."),
        ({"delimiter": "x"}, "delimiter", "Choose one of those that are offered."),
        ({"column": "-1"}, "column", "Write a whole number from 0 to 49."),
        ({"column": ""}, "column", "Fill this in."),
    ],
)
async def test_how_it_is_to_be_read_is_looked_at(
    site: Site, fields: dict[str, str], field: str, sentence: str
) -> None:
    tab = await site.visit("fred")
    page = await bring(tab, PEOPLE.encode())
    token = page.html.partition('<form method="post" action="/campaigns/file/')[2][:22]
    good = {"encoding": "utf-8", "delimiter": "semicolon", "column": "1", "has_header": "1"}
    refused = await tab.post(f"/campaigns/file/{token}", {**good, **fields})
    assert (refused.status, refused.wrong) == (422, {field: sentence})
    assert facts(await tab.get(f"/campaigns/file/{token}")) == facts(page)


async def test_each_is_told_by_their_own_row(site: Site) -> None:
    """E63: a variable without a column stands as it is, and that is said before."""
    tab = await site.visit("fred")
    text = "Bonjour {prénom}, rendez-vous à {ville} {lieu}"
    page, token = await brought(tab, PEOPLE.encode(), text=text, name="Essai", numbers="")
    assert (page.typed("text"), page.typed("name")) == (text, "Essai")
    assert verdicts(page) == [
        "1 recipients get Unicode, for what is filled in for them.",
        "No column has this name, so it stands as it is: {lieu}",
    ]
    page = await confirm(tab, text=text, numbers="", file=token)
    assert page.rows == [
        ["+33612000001", "Bonjour Élodie, rendez-vous à Nîmes {lieu}", "1"],
        ["+33612000002", "Bonjour Jean, rendez-vous à Paris {lieu}", "1"],
    ]
    order = int((await sent(tab, page)).location.rpartition("/")[2])
    await site.let(5)
    messages = await site.node.store.messages(1, 9, 9)
    assert [(one.number, one.text) for one in messages] == [
        (33_612_000_001, "Bonjour Élodie, rendez-vous à Nîmes {lieu}"),
        (33_612_000_002, "Bonjour Jean, rendez-vous à Paris {lieu}"),
    ]
    assert {one.order for one in messages} == {order}


async def test_who_is_not_in_the_file_gets_the_text_as_it_stands(site: Site) -> None:
    """E63: which is said before; who is typed and in the file as well gets it once."""
    tab = await site.visit("fred")
    _, token = await brought(tab, PEOPLE.encode())
    page = await confirm(tab, text="Bonjour {prénom}", file=token, numbers=f"{NUMBERS}\n0612000003")
    assert facts(page)["Recipients"] == "3 2 named twice"
    assert verdicts(page) == [
        "3 recipients are not from the file: what stands in braces stays as it is for them."
    ]


async def test_a_thousand_recipients_from_a_file(site: Site) -> None:
    """E63: each gets it, each is paid, and nothing of the file is left."""
    tab = await site.visit("fred")
    rows = "".join(f"P{n};{33_612_000_000 + n}\n" for n in range(1_000))
    page, token = await brought(tab, f"nom;tel\n{rows}".encode(), text="Bonjour {nom}")
    assert facts(page)["Cost"] == "€40.00"
    page = await confirm(tab, text="Bonjour {nom}", numbers="", file=token)
    answer = await sent(tab, page)
    await site.let(60)
    shown = await tab.follow(answer)
    assert shown.rows == [["delivered", "1,000", "100.0 %"]]
    assert await site.balance() == CREDIT - 400_000
    assert {one.number for one in site.submits()} == {*range(33_612_000_000, 33_612_001_000)}
    assert site.submits()[7].text == f"Bonjour P{site.submits()[7].number - 33_612_000_000}"
    assert names_in(site.folder / FOLDER) == []
    again = await tab.post("/campaigns/new/send", hidden(page))
    assert (again.status, again.wrong) == (
        422,
        {"bring": "That file is no longer here: bring it again."},
    )


async def test_a_file_that_was_not_read_yet_is_read_before_it_is_sent(site: Site) -> None:
    """E63: nobody sends without it for having overlooked a button."""
    tab = await site.visit("fred")
    typed = {"text": "Bonjour", "numbers": "0612000009"}
    answer = await tab.post("/campaigns/new", typed, files={"bring": PEOPLE.encode()})
    assert answer.location.startswith("/campaigns/file/")
    token = answer.location.rpartition("/")[2]
    page = await tab.get(f"/campaigns/new?file={token}")
    assert (page.typed("numbers"), facts(page)["Recipients"]) == ("0612000009", "3")
    without = {**typed, "file": token, "leave_file": "1"}
    page = await tab.post("/campaigns/new/count", without)
    assert (page.typed("text"), facts(page)["Recipients"]) == ("Bonjour", "1")


@pytest.mark.parametrize("octets", [b"", b" \n"])
async def test_an_empty_file_is_none(site: Site, octets: bytes) -> None:
    tab = await site.visit("fred")
    page = await tab.post("/campaigns/new/file", {"text": "Salut"}, files={"bring": octets})
    assert page.status == 422
    assert page.wrong == {"bring": "Choose a file with something in it."}
    assert page.typed("text") == "Salut"


async def test_nobody_sees_anothers_file(site: Site) -> None:
    """Nor may they send to whom it names; and a token is no path."""
    tab, other = await site.visit("fred"), await site.visit("zoe")
    _, token = await brought(tab, PEOPLE.encode())
    for path in (f"/campaigns/file/{token}", "/campaigns/file/..%2f..%2fkey", "/campaigns/file/x"):
        assert (await other.get(path)).status == 404
        assert (await other.post(path, {})).status == 404
    page = await other.post("/campaigns/new", {"text": "Bonjour", "file": token})
    assert page.wrong["bring"] == "That file is no longer here: bring it again."


async def test_a_file_is_kept_for_a_day_and_few_of_anybody(site: Site) -> None:
    tab = await site.visit("fred")
    tokens = [(await brought(tab, PEOPLE.encode()))[1]]
    for _ in range(6):
        await site.let(1)
        tokens.append((await brought(tab, PEOPLE.encode()))[1])
    alive = [(await tab.get(f"/campaigns/file/{token}")).status for token in tokens]
    assert alive == [404, 404, 200, 200, 200, 200, 200]
    await site.leap(site.clock.now() + 25 * 3_600_000)
    tab = await site.visit("fred")
    assert (await tab.get(f"/campaigns/file/{tokens[-1]}")).status == 404
    assert mode_of(site.folder / FOLDER) == 0o700


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def mode_of(folder: Path) -> int:
    return folder.stat().st_mode & 0o777


async def test_what_a_file_holds_is_escaped(site: Site) -> None:
    """XSS: by its columns, its cells, and its wrong rows."""
    tab = await site.visit("fred")
    evil = "<img src=x onerror=alert(1)>"
    page = await bring(tab, f"{evil};tel\n{evil};0612000001\n{evil};x{evil}\n".encode())
    assert "<img src=x" not in page.html
    assert page.rows[0] == [evil, "0612000001"]


async def test_a_group_larger_than_a_sample_is_estimated_while_typing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E63: the page that sends has all figures."""
    monkeypatch.setattr("chappe.console.rooms.campaigns.compose.SAMPLE", 2)
    known = site.node.accounts.by_login("fred")
    assert known is not None
    group = await site.node.store.make_group(known.id, "Clients", site.clock.now(), BOUNDS)
    assert group is not None
    entries = [(33_612_000_001 + n, "{}") for n in range(5)]
    await site.node.store.add_members(known.id, group.id, entries, BOUNDS)
    tab = await site.visit("fred")
    fields = {"text": "Bonjour", "numbers": "", "group": str(group.id)}
    found = facts(await tab.post("/campaigns/new/count", fields))
    assert (found["Recipients"], found["Cost"]) == ("5", "about €0.20")
    assert found["Parts of each"] == "2 with 1 of the first 2"
    assert facts(await confirm(tab, **fields))["Cost"] == "€0.20"
