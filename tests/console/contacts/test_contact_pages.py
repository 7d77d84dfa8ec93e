"""The address book: contacts, groups, members, files; and whose book it is."""

import re
from typing import Any

import pytest

from chappe.engine import book
from chappe.words.account import Account
from chappe.words.book import AddMembers, Entry, Group, MakeGroup, PutContact
from tests.console.sentences import untranslated
from tests.console.site import OPERATOR, READER, SUPPORT, Answer, Site, Tab
from tests.journeys.house import many

ANN, BOB, CAY = many(3)
AT = "2026-11-24 10:00:00"
HOSTILE = "<script>alert(1)</script>"


def owner(site: Site, login: str = "fred") -> Account:
    found = site.node.accounts.by_login(login)
    assert found is not None
    return found


async def put(site: Site, number: int, login: str = "fred", *groups: str, **fields: str) -> None:
    """As a provider's API puts somebody into a book."""
    asked = PutContact(Entry(number, fields), groups)
    await book.put_contact(site.node.desk, owner(site, login), "smsmode", asked)


async def made(site: Site, name: str, *numbers: int, login: str = "fred") -> Group:
    """As another does it: a group by its id, with members that need be no contacts."""
    desk, account = site.node.desk, owner(site, login)
    group = await book.make_group(desk, account, "isendpro", MakeGroup(name))
    assert isinstance(group, Group)
    entries = [Entry(number, {"champ1": "Lyon"}) for number in numbers]
    await book.add_members(desk, account, "isendpro", AddMembers(group.id, entries))
    return group


async def fields_of(site: Site, login: str = "fred") -> dict[int, dict[str, str]]:
    found = await site.node.store.contacts(owner(site, login).id, 0, 99)
    return {one.number: dict(one.fields) for one in found}


async def groups_of(site: Site, login: str = "fred") -> dict[str, list[int]]:
    store, account = site.node.store, owner(site, login).id
    return {
        group.name: list(await store.member_numbers(account, group.id, 99))
        for group in await store.groups(account, 0, 99)
    }


async def deeds(site: Site) -> list[tuple[str, str, str]]:
    found = await site.node.store.deeds(0, 9)
    return [(one.who, one.what, one.facts) for one in reversed(found)]


async def said(tab: Tab, answer: Answer) -> str:
    return (await tab.follow(answer)).said


async def pages(tab: Tab, path: str, most: int = 9) -> list[Answer]:
    """A page and those that follow it."""
    found = [await tab.get(path)]
    while len(found) < most:
        following = re.search(r'href="([^"]*)" rel="next"', found[-1].html)
        if following is None:
            break
        found.append(await tab.get(following[1].replace("&amp;", "&")))
    return found


async def test_a_book_is_shown_to_whom_it_concerns(site: Site) -> None:
    """E63: an operator says whose; a family sees its children's."""
    await put(site, BOB, prenom="Bob", nom="Petit", ville="Lyon", societe="ACME")
    await put(site, ANN, nom=HOSTILE)
    await put(site, CAY, "zoe", nom="Zed")
    ann = [f"+{ANN}", HOSTILE, "", AT]
    bob = [f"+{BOB}", "Bob Petit", "ville: Lyon; Company: ACME", AT]
    tab = await site.visit("fred")
    page = await tab.get("/contacts")
    assert (page.status, page.title, page.rows) == (200, "Contacts", [ann, bob])
    assert HOSTILE not in page.html
    assert f'href="/contacts/one/fred/{BOB}"' in page.html
    assert (await tab.get("/contacts?account=lea")).rows == [["Nothing here yet."]]
    assert (await tab.get(f"/contacts?number=0{BOB - 33_000_000_000}")).rows == [bob]
    assert (await tab.get(f"/contacts?number={CAY}")).rows == [["Nothing here yet."]]
    operator = await site.visit()
    page = await operator.get("/contacts")
    assert "Say whose book you want to see." in page.text
    assert page.rows == []
    assert (await operator.get("/contacts?account=zoe")).rows[0][1] == "Zed"
    for query, wrong in (
        ("account=zoe", {"account": "There is no such account."}),
        ("number=abc", {"number": "That is no phone number."}),
        ("behind=x", {}),
    ):
        page = await tab.get(f"/contacts?{query}")
        assert (page.status, page.wrong) == (422, wrong)
        assert "Zed" not in page.html


async def test_a_long_book_is_read_in_pages(site: Site) -> None:
    """E63: contacts, groups and members alike, each once."""
    for number in many(120):
        await put(site, number)
    group = await made(site, "Tous", *many(120))
    for n in range(119):
        await made(site, f"g{n}")
    tab = await site.visit("fred")
    numbers = [f"+{number}" for number in many(120)]
    names = ["Tous", *[f"g{n}" for n in range(119)]]
    for path, column, wanted in (
        ("/contacts", 0, numbers),
        (f"/contacts/group/fred/{group.id}", 0, numbers),
        ("/contacts/groups", 1, names),
    ):
        found = await pages(tab, path)
        assert [row[column] for page in found for row in page.rows] == wanted
        assert len(found) == 3
        assert "To the first" in found[-1].text


@pytest.mark.parametrize("login", [OPERATOR, SUPPORT, READER, "fred", "zoe"])
async def test_who_may_do_what(site: Site, login: str) -> None:
    """E63: what may not be seen is answered as what is not there, and nothing is changed."""
    await put(site, ANN, "fred", "Amis", nom="Ann")
    ident = (await site.node.store.groups(owner(site).id, 0, 1))[0].id
    tab = await site.visit(login)
    sees, acts = login != "zoe", login in (OPERATOR, "fred")
    one, group = f"/contacts/one/fred/{ANN}", f"/contacts/group/fred/{ident}"
    for path in (one, group, "/contacts?account=fred", "/contacts/groups?account=fred"):
        page = await tab.get(path)
        assert page.status == (200 if sees else 422 if "?" in path else 404)
        assert ("Ann" in page.html or "Amis" in page.html) is sees
        assert ('<form method="post" action="/contacts' in page.html) is (
            acts or (not sees and "?" in path)
        )
    assert (await tab.get("/contacts/import")).status == (200 if acts or login == "zoe" else 404)
    if acts:
        return
    theirs = {"owner": "fred", "phone": str(BOB), "name": "x", "do": "keep"}
    refused = 422 if login == "zoe" else 404
    for path in ("/contacts", "/contacts/groups", "/contacts/import"):
        assert (await tab.post(path, theirs)).status == refused
    for path in (one, f"{one}/remove", f"{one}/join", f"{one}/leave"):
        answer = await tab.post(path, {"nom": "x", "groups": "x", "group": str(ident)})
        assert answer.status == 404
    for path in (group, f"{group}/leave", f"{group}/remove"):
        assert (await tab.post(path, {"numbers": str(BOB), "number": str(ANN)})).status == 404
    assert await fields_of(site) == {ANN: {"nom": "Ann"}}
    assert await groups_of(site) == {"Amis": [ANN]}
    assert await deeds(site) == []


async def test_a_contact_is_added(site: Site) -> None:
    """E63: with groups; one who is there is changed in what is given."""
    tab = await site.visit("fred")
    fields = {
        "phone": f"0{ANN - 33_000_000_000}",
        "prenom": "Ann",
        "nom": "",
        "groups": "Amis, VIP,",
    }
    assert await said(tab, await tab.post("/contacts", fields)) == f"In the book: +{ANN}."
    await tab.post("/contacts", {"phone": f"+{ANN}", "nom": "Petit", "owner": "fred"})
    await tab.post("/contacts", {"phone": f"+{ANN}", "nom": "Lea’s", "owner": "lea"})
    assert await fields_of(site) == {ANN: {"prenom": "Ann", "nom": "Petit"}}
    assert await fields_of(site, "lea") == {ANN: {"nom": "Lea’s"}}
    assert await groups_of(site) == {"Amis": [ANN], "VIP": [ANN]}
    facts = f'{{"account":"fred","number":"+{ANN}"}}'
    assert (await deeds(site))[:2] == [("fred", "contact put", facts)] * 2


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"phone": "Fill this in."}),
        ({"phone": "abc"}, {"phone": "That is no phone number."}),
        ({"phone": HOSTILE}, {"phone": "That is no phone number."}),
        ({"phone": str(ANN), "owner": "zoe"}, {"owner": "There is no such account."}),
        (
            {"phone": str(ANN), "nom": "x" * 1_001},
            {"nom": "This is too long: at most 1000 characters."},
        ),
        ({"phone": str(ANN), "nom": "a\nb"}, {"nom": "Write it on one line."}),
        (
            {"phone": str(ANN), "groups": "x" * 256},
            {"groups": "A name has at most 255 characters."},
        ),
        (
            {"phone": str(ANN), "groups": ",".join(map(str, range(21)))},
            {"groups": "At most 20 groups."},
        ),
    ],
)
async def test_what_is_wrong_with_a_contact_is_said(
    site: Site, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    """E63: nothing is kept, and what was typed is still there."""
    tab = await site.visit("fred")
    page = await tab.post("/contacts", fields)
    assert (page.status, page.wrong) == (422, wrong)
    assert page.typed("phone") == fields.get("phone", "")
    assert HOSTILE not in page.html
    assert await fields_of(site) == {}
    assert await groups_of(site) == {}


async def test_a_contact_has_a_page(site: Site) -> None:
    """E63: with whatever is known, and all groups, of whichever API."""
    await put(site, ANN, "fred", "Amis", nom="Ann", ville=HOSTILE, vide="")
    group = await made(site, "", ANN, BOB)
    tab = await site.visit("fred")
    page = await tab.get(f"/contacts/one/fred/0{ANN - 33_000_000_000}")
    assert (page.status, page.title) == (200, "Ann")
    assert (page.typed("nom"), page.typed("value-0")) == ("Ann", HOSTILE)
    assert HOSTILE not in page.html
    assert page.rows == [
        ["1", "Amis", "Take out"],
        [str(group.id), f"Group {group.id}", "Take out"],
    ]
    assert f'href="/replies/fred/{ANN}"' in page.html
    stranger = await tab.get(f"/contacts/one/fred/{BOB}")
    assert (stranger.status, stranger.title) == (200, f"+{BOB}")
    assert "not in the book" in stranger.text
    assert stranger.rows == [[str(group.id), f"Group {group.id}", "Take out"]]
    for path in ("fred/abc", "nobody/33612000000", f"zoe/{ANN}"):
        assert (await tab.get(f"/contacts/one/{path}")).status == 404


async def test_what_is_known_is_changed(site: Site) -> None:
    """E63: what is emptied is known no more; what is new has a name of its own."""
    await put(site, ANN, nom="Ann", ville="Lyon", pays="FR")
    tab, path = await site.visit("fred"), f"/contacts/one/fred/{ANN}"
    fields = {
        "nom": "Anne",
        "prenom": "",
        "societe": "",
        "name-0": "ville",
        "value-0": "",
        "new-name": "Âge",
        "new-value": "30",
    }
    assert await said(tab, await tab.post(path, fields)) == "Kept."
    kept = {name: value for name, value in (await fields_of(site))[ANN].items() if value}
    assert kept == {"nom": "Anne", "pays": "FR", "Âge": "30"}
    assert [what for _, what, _ in await deeds(site)] == ["contact put"]
    page = await tab.post(path, {"nom": "x", "new-value": "y"})
    assert (page.status, page.wrong, page.typed("nom")) == (422, {"new-name": "Fill this in."}, "x")
    page = await tab.post(path, {"nom": "x" * 1_001, "name-0": "ville", "value-0": HOSTILE})
    assert page.wrong == {"nom": "This is too long: at most 1000 characters."}
    for n in range(10):
        page = await tab.post(path, {"new-name": f"long{n}", "new-value": "x" * 1_000})
    assert (page.status, page.wrong) == (422, {})
    assert "That is too long to be kept." in page.text
    assert (await fields_of(site))[ANN]["nom"] == "Anne"


async def test_a_contact_comes_into_groups_and_leaves_them(site: Site) -> None:
    """E63"""
    await put(site, ANN, "fred", "Amis")
    tab, path = await site.visit("fred"), f"/contacts/one/fred/{ANN}"
    assert await said(tab, await tab.post(f"{path}/join", {"groups": "VIP, Amis"})) == "Kept."
    assert await groups_of(site) == {"Amis": [ANN], "VIP": [ANN]}
    page = await tab.get(path)
    ident = page.rows[0][0]
    assert await said(tab, await tab.post(f"{path}/leave", {"group": ident})) == "Kept."
    assert await groups_of(site) == {"Amis": [], "VIP": [ANN]}
    for fields in ({"group": "99"}, {"group": "x"}, {}):
        assert (await tab.post(f"{path}/leave", fields)).status == 404
    page = await tab.post(f"{path}/join", {"groups": " , "})
    assert (page.status, page.wrong) == (422, {"groups": "Fill this in."})


async def test_a_contact_is_removed_from_all_groups(site: Site) -> None:
    """E63"""
    await put(site, ANN, "fred", "Amis")
    await put(site, ANN, "lea", "Amis")
    tab, path = await site.visit("fred"), f"/contacts/one/fred/{ANN}/remove"
    assert await said(tab, await tab.post(path)) == f"No longer in the book: +{ANN}."
    assert (await fields_of(site), await groups_of(site)) == ({}, {"Amis": []})
    assert await groups_of(site, "lea") == {"Amis": [ANN]}
    assert (await tab.post(path)).status == 404
    assert [what for _, what, _ in await deeds(site)] == ["contact remove"]


async def test_groups_of_all_kinds_are_shown(site: Site) -> None:
    """E63: by id, however they are called."""
    await put(site, ANN, "fred", HOSTILE, nom="Ann")
    group = await made(site, "", ANN, BOB)
    tab = await site.visit("fred")
    page = await tab.get("/contacts/groups")
    assert page.rows == [["1", HOSTILE, "1", AT], [str(group.id), f"Group {group.id}", "2", AT]]
    assert HOSTILE not in page.html
    page = await tab.get(f"/contacts/group/fred/{group.id}")
    assert page.rows == [
        [f"+{ANN}", "Ann", "champ1: Lyon", "Take out"],
        [f"+{BOB}", "", "champ1: Lyon", "Take out"],
    ]
    for ident in ("99", "0", "x", "9" * 30, "-1"):
        assert (await tab.get(f"/contacts/group/fred/{ident}")).status == 404
    assert (await tab.get(f"/contacts/group/lea/{group.id}")).status == 404
    operator = await site.visit()
    assert "Say whose book you want to see." in (await operator.get("/contacts/groups")).text
    assert (await operator.get("/contacts/groups?account=fred")).rows == page.rows[:0] + (
        await tab.get("/contacts/groups")
    ).rows


async def test_a_group_is_made_filled_emptied_and_removed(site: Site) -> None:
    """E63: its contacts stay; each is written down."""
    await put(site, ANN, nom="Ann")
    tab = await site.visit("fred")
    assert await said(tab, await tab.post("/contacts/groups", {"name": "VIP"})) == "Made: VIP."
    path = "/contacts/group/fred/1"
    numbers = f"0{ANN - 33_000_000_000}\n+{BOB};00{BOB}"
    assert await said(tab, await tab.post(path, {"numbers": numbers})) == "New in the group: 2."
    assert await said(tab, await tab.post(path, {"numbers": str(BOB)})) == "New in the group: 0."
    assert await groups_of(site) == {"VIP": [ANN, BOB]}
    left = await tab.post(f"{path}/leave", {"number": f"+{BOB}"})
    assert await said(tab, left) == f"No longer in the group: +{BOB}."
    for fields in ({"number": f"+{BOB}"}, {"number": "abc"}, {}):
        assert (await tab.post(f"{path}/leave", fields)).status == 404
    assert await groups_of(site) == {"VIP": [ANN]}
    assert await said(tab, await tab.post(f"{path}/remove")) == "Removed: VIP."
    assert (await tab.post(f"{path}/remove")).status == 404
    assert await groups_of(site) == {}
    assert list(await fields_of(site)) == [ANN]
    vip = '{"account":"fred","name":"VIP"'
    assert await deeds(site) == [
        ("fred", "group make", vip + ',"group":"1"}'),
        ("fred", "group fill", vip + ',"total":"2","group":"1"}'),
        ("fred", "group fill", vip + ',"group":"1"}'),
        ("fred", "group leave", f'{{"account":"fred","name":"VIP","number":"+{BOB}","group":"1"}}'),
        ("fred", "group remove", vip + ',"group":"1"}'),
    ]


async def test_what_is_wrong_with_a_group_is_said(site: Site) -> None:
    """E63: nothing is changed."""
    group = await made(site, "VIP", ANN)
    tab = await site.visit("fred")
    for fields, wrong in (
        ({"name": ""}, {"name": "Fill this in."}),
        ({"name": "x" * 256}, {"name": "This is too long: at most 255 characters."}),
        ({"name": "a\nb"}, {"name": "Write it on one line."}),
        ({"name": "a", "owner": "zoe"}, {"owner": "There is no such account."}),
    ):
        page = await tab.post("/contacts/groups", fields)
        assert (page.status, page.wrong) == (422, wrong)
    operator = await site.visit()
    page = await operator.post("/contacts/groups", {"name": "a"})
    assert page.wrong == {"owner": "Say whose it is to be."}
    for numbers, sentence in (
        ("", "Fill this in."),
        (f"{BOB}\n{HOSTILE}", f"That is no phone number: {HOSTILE}"),
        ("1\n" * 1_001, "At most 1,000 numbers: import a file."),
    ):
        page = await tab.post(f"/contacts/group/fred/{group.id}", {"numbers": numbers})
        assert (page.status, page.wrong) == (422, {"numbers": sentence})
        assert HOSTILE not in page.html
    assert await groups_of(site) == {"VIP": [ANN]}
    assert await deeds(site) == []


async def test_a_group_that_an_order_waits_for_stays_as_it_is(site: Site) -> None:
    """E63"""
    group = await made(site, "VIP", ANN)
    hour = 3_600_000
    await site.take([], "Plus tard", group=group.id, start=site.clock.now() + hour)
    tab, path = await site.visit("fred"), f"/contacts/group/fred/{group.id}"
    sentence = "An order to this group has not begun yet: it stays as it is until then."
    page = await tab.post(path, {"numbers": str(BOB)})
    assert (page.status, page.wrong) == (422, {"numbers": sentence})
    page = await tab.post(f"{path}/leave", {"number": str(ANN)})
    assert page.status == 422
    assert sentence in page.text
    page = await tab.post(f"/contacts/one/fred/{ANN}/leave", {"group": str(group.id)})
    assert (page.status, page.wrong) == (422, {"groups": sentence})
    assert await groups_of(site) == {"VIP": [ANN]}


# files


async def brought(tab: Tab, text: str, encoding: str = "utf-8", **fields: Any) -> Answer:
    asked = {"owner": "", "groups": "", "do": "look", **fields}
    return await tab.post("/contacts/import", asked, {"file": text.encode(encoding)})


SHEET = (
    "Téléphone;Prénom;Nom;Ville\n"
    f"0{ANN - 33_000_000_000};Ann;Petit;Lyon\n"
    f'+{BOB};Bob;"{HOSTILE}";\n'
    "rien;x;y;z\n"
    f"+{BOB};Bobby;;Nice\n"
)


async def test_a_file_is_looked_through_and_its_columns_are_told_apart(site: Site) -> None:
    """E63: whichever way a spreadsheet writes it; nothing is kept yet."""
    tab = await site.visit("fred")
    for text, encoding in (
        (SHEET, "utf-8"),
        (SHEET, "utf-8-sig"),
        (SHEET, "cp1252"),
        (SHEET.replace(";", ","), "utf-8"),
        (SHEET.replace(";", "\t"), "utf-8"),
    ):
        page = await brought(tab, text, encoding)
        assert (page.status, page.title) == (200, "Import contacts")
        assert [page.typed(f"column-{n}") for n in range(4)] == ["number", "prenom", "nom", "own"]
        assert "Lines 4 Different numbers 2 Left out, being no number 1" in page.text
        assert page.rows[1] == [f"+{BOB}", "Bob", HOSTILE, ""]
        assert HOSTILE not in page.html
    page = await brought(tab, f"x;{ANN}\ny;{BOB}\n")
    assert [page.typed(f"column-{n}") for n in range(2)] == ["", "number"]
    assert "Column 1" in page.text
    assert await fields_of(site) == {}


async def test_a_file_is_kept_as_its_columns_are_meant(site: Site) -> None:
    """E63: as it seems, or as was chosen; who is there already is changed."""
    await put(site, ANN, nom="Avant", pays="FR")
    tab = await site.visit("fred")
    assert await said(tab, await brought(tab, SHEET, do="keep", groups="Fichier")) == "Imported: 2."
    assert await fields_of(site) == {
        ANN: {"nom": "Petit", "pays": "FR", "prenom": "Ann", "Ville": "Lyon"},
        BOB: {"prenom": "Bobby", "Ville": "Nice"},
    }
    assert await groups_of(site) == {"Fichier": [ANN, BOB]}
    facts = '{"account":"fred","name":"Fichier","total":"2"}'
    assert await deeds(site) == [("fred", "contact import", facts)]
    chosen = {"columns": "4", "column-0": "number", "column-1": "societe", "column-3": ""}
    await brought(tab, SHEET, do="keep", owner="lea", **chosen)
    lea = await fields_of(site, "lea")
    assert lea == {ANN: {"societe": "Ann"}, BOB: {"societe": "Bobby"}}


@pytest.mark.parametrize(
    ("text", "fields", "wrong"),
    [
        ("", {}, {"file": "Choose a file that holds something."}),
        ("a;b\nc;d\n", {}, {"file": "No column of it holds phone numbers."}),
        ("\x00\x01\x02", {}, {"file": "No column of it holds phone numbers."}),
        ('"' + "x" * 200_000, {}, {"file": "No column of it holds phone numbers."}),
        (SHEET, {"columns": "4"}, {"file": "No column of it holds phone numbers."}),
        (
            SHEET,
            {"columns": "4", "column-0": "number", "column-1": "evil"},
            {"column-1": "Choose one of those that are offered."},
        ),
        (SHEET, {"owner": "zoe"}, {"owner": "There is no such account."}),
        (SHEET, {"do": "burn"}, {"do": "Choose one of those that are offered."}),
        (SHEET, {"groups": "x" * 256}, {"groups": "A name has at most 255 characters."}),
        ("0612345678\n" * 100_002, {}, {"file": "It has more than 100,000 lines: split it."}),
    ],
)
async def test_what_is_wrong_with_a_file_is_said(
    site: Site, text: str, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    """E63: nothing of it is kept."""
    tab = await site.visit("fred")
    page = await brought(tab, text, **{"do": "keep", **fields})
    assert page.status == 422
    for sentence in wrong.values():
        assert sentence in page.text
    assert {name: page.wrong.get(name) for name in wrong if name != "do"} == {
        name: sentence for name, sentence in wrong.items() if name != "do"
    }
    assert await fields_of(site) == {}
    assert await deeds(site) == []


async def test_it_is_said_in_french(site: Site) -> None:
    """E63"""
    await put(site, ANN, "fred", "Amis", nom="Ann")
    assert untranslated("chappe.console.rooms.contacts") == set()
    assert untranslated("chappe.console", "whose.py") == set()
    tab = await site.visit("fred", "fr")
    page = await tab.get(f"/contacts/one/fred/{ANN}")
    assert page.rows == [["1", "Amis", "Sortir"]]
    assert (await tab.get("/contacts/groups")).title == "Groupes"
