"""What holds for every page of the console, whatever room it is of.

In: the table of pages. Out: nothing. Promise: a page that is new is among them by itself.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import chappe.console
from chappe.console.door import may_see
from chappe.console.rooms import FRENCH, ROOMS
from chappe.console.shape import WebPage
from chappe.words.visitor import NONE, Role, Visitor
from tests.console.site import OPERATOR, READER, SUPPORT, Site
from tests.console.test_french_is_whole import said_elsewhere, settings_said

PAGES = [page for room in ROOMS for page in room.pages]
NAMES = [f"{page.method} {page.path}" for page in PAGES]
FORMS = [page for page in PAGES if page.method == "POST"]
FOLDER = Path(chappe.console.__file__).parent
WHO = {OPERATOR: Role.operator, SUPPORT: Role.support, READER: Role.reader, "zoe": Role.owner}
HOSTILE = ("x", "0", "-1", "9" * 30, "%00", "..%2F..", "%3Cscript%3E", "%C3%A9", "%FF", "1.5", "*")


def filled(page: WebPage, text: str = "1") -> str:
    return page.path.replace("{}", text)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
async def test_nobody_sees_it_without_coming_in(site: Site, page: WebPage) -> None:
    """E63: nor sends its form."""
    tab = site.tab()
    if page.method == "GET":
        answer = await tab.get(filled(page))
        assert (answer.status, answer.location[:12]) == (303, "/login?next=")
    else:
        answer = await tab.post(filled(page), {"anything": "1"})
        assert answer.status == 403


@pytest.mark.parametrize("page", [one for one in PAGES if one.needs != NONE or one.for_all])
async def test_who_may_not_see_it_finds_nothing(site: Site, page: WebPage) -> None:
    """E63: as if it were not there."""
    for login, role in WHO.items():
        if may_see(Visitor(login, role, 1 if role is Role.owner else 0, ""), page):
            continue
        tab = await site.visit(login)
        await tab.get("/")
        ask = tab.get if page.method == "GET" else tab.post
        assert (await ask(filled(page))).status == 404, (login, page.path)


async def test_a_form_is_taken_with_its_pledge_alone(site: Site) -> None:
    """CSRF: no form of any room is taken without it; nothing is done."""
    tab = await site.visit()
    for page in FORMS:
        tab.pledge = "wrong"
        answer = await tab.post(filled(page), {"anything": "1"})
        assert answer.status == 403, page.path
    assert await site.node.store.deeds(0) == []


async def test_hostile_paths_break_nothing(site: Site) -> None:
    tab = await site.visit()
    for page in PAGES:
        if "{}" not in page.path or page.method != "GET":
            continue
        for text in HOSTILE:
            answer = await tab.get(filled(page, text))
            assert answer.status in (200, 404, 422), (filled(page, text), answer.status)
            assert "<script>" not in answer.page.replace("<script src=", ""), page.path
    assert site.node.desk.counts["faults"] == 0


_WORDS = st.sampled_from(
    ("", "1", "-1", "9" * 20, "abc", "<script>", "é✓", "\x00", "0639980001", "2026-13-45", "a\nb")
)


def _fields(page: WebPage) -> list[str]:
    """The names that a room's forms have, as its templates spell them."""
    found = set[str]()
    for room in ROOMS:
        if page in room.pages:
            for path in (FOLDER / "rooms" / room.name).rglob("*"):
                if path.suffix in (".html", ".py"):
                    text = path.read_text("utf-8")
                    found |= set(re.findall(r'ui\.\w+\([\w.]+, "(\w+)"', text))
                    found |= set(re.findall(r'name="(\w+)"', text))
                    found |= set(re.findall(r'form\.\w+\(\s*"(\w+)"', text))
    return sorted(found - {"pledge"}) or ["anything"]


@pytest.mark.parametrize("page", FORMS, ids=[page.path for page in FORMS])
async def test_hostile_forms_break_nothing(site: Site, page: WebPage) -> None:
    """Fuzzed: by an account, which has nothing that such a form could name."""
    tab = await site.visit("zoe")
    await tab.get("/")
    names = st.lists(st.tuples(st.sampled_from(_fields(page)), _WORDS), max_size=12)
    forms: list[list[tuple[str, str]]] = []

    @given(names)
    @settings(max_examples=15, suppress_health_check=list(HealthCheck), database=None)
    def gather(form: list[tuple[str, str]]) -> None:
        forms.append(form)

    gather()
    for form in forms:
        answer = await tab.post(filled(page), form)
        assert answer.status in (200, 303, 404, 422), (form, answer.status)
        assert "<script>" not in answer.page.replace("<script src=", "")
        if answer.location == "/login":
            tab = await site.visit("zoe")
    assert site.node.desk.counts["faults"] == 0


# what stands in the files


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence that is translated where it stands, with its file."""
    for path in sorted(FOLDER.rglob("*.html")):
        text = path.read_text("utf-8")
        for found in re.findall(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", text):
            yield ast.literal_eval(found), path.name
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and _says(node.func):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, path.name
    for room in ROOMS:
        for place in room.places:
            for label in (place.label, place.group):
                if label:
                    yield label, room.name


def _says(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name == "say"


def test_every_sentence_has_its_french() -> None:
    """E63"""
    assert sorted({(said, where) for said, where in sentences() if said not in FRENCH}) == []


def test_no_french_is_left_over() -> None:
    """A sentence that nobody says any more; those that tables say stand in Python as they are."""
    texts = "\n".join(
        path.read_text("utf-8")
        for path in FOLDER.rglob("*")
        if path.suffix in (".py", ".html") and not path.name.startswith("french")
    )
    said = {sentence for sentence, _ in sentences()} | settings_said() | said_elsewhere()
    begins = {one: one.partition("{")[0] for one in FRENCH}  # what stands before what is filled in
    quoted = {
        one
        for one, begin in begins.items()
        if f'"{one}"' in texts or f"'{one}'" in texts or (begin and f'"{begin}"' in texts)
    }
    assert sorted(set(FRENCH) - said - quoted) == []


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.html")), ids=lambda path: path.name)
def test_a_template_brings_no_code_of_its_own(path: Path) -> None:
    """The policy of its page forbids it: a style, a script or a handler within a tag."""
    text = path.read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|hx-on|javascript:", text) == []
    assert "|safe" not in text.replace(" ", "")


def test_every_form_has_its_pledge() -> None:
    for path in FOLDER.rglob("*.html"):
        text = path.read_text("utf-8")
        if path.name == "login.html":
            continue
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.S):
            assert "ours()" in form, (path, form[:100])
