"""Every page of the console, as everybody can use it: by axe, at two widths, in both languages.

In: the pages that links lead to, from the start on. Out: nothing. Promise: each route that shows a
page is among them; nothing is cut off, nothing scrolls sideways, no page is heavier than it may be.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from chappe.console.door import may_see
from chappe.console.rooms import ROOMS
from chappe.words.visitor import Role, Visitor
from tests.console.browser.conftest import Opened

HEAVIEST = 200 * 1024
# How a page looks, by who: two of them in the check, all in `make torture`.
LOOKS: Mapping[str, Mapping[str, Any]] = {
    f"{language}-{light}-{width}": {
        "locale": {"en": "en-GB", "fr": "fr-FR"}[language],
        "color_scheme": light,
        "viewport": {"width": width, "height": 800},
    }
    for language in ("en", "fr")
    for light in ("light", "dark")
    for width in (1280, 320)
}
IN_THE_CHECK = (("en-light-1280", "operator"), ("fr-dark-320", "demo"))
# What answers GET with something else than a page: files, streams, and pieces of pages.
NO_PAGES = re.compile(
    r"/(stream|export|figures|bubbles|count|part|live|screens|open)$|\.(csv|wav)$"
)

VISITORS: Mapping[str, Visitor] = {
    "operator": Visitor("operator", Role.operator, 0, ""),
    "demo": Visitor("demo", Role.owner, 1, ""),
}

# What a customer alone has a link to.
_CUSTOMERS_OWN = ("/accounts/{}/children", "/accounts/{}/transfer")
_ADDRESSES = "all => all.map((one) => one.getAttribute('href'))"
_CUT = """() => {
  const cut = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) cut.push(`page ${root.scrollWidth}`);
  for (const one of document.querySelectorAll("button, a, td, th, h1, h2, label, dd, dt, p")) {
    const style = getComputedStyle(one);
    if (style.overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1 &&
        style.clipPath === "none" && style.position !== "absolute") cut.push(one.outerHTML);
  }
  return cut;
}"""


def routes(visitor: Visitor) -> dict[str, re.Pattern[str]]:
    """The pages that somebody may see, by their paths."""
    pages = [page for room in ROOMS for page in room.pages if may_see(visitor, page)]
    return {
        page.path: re.compile(re.escape(page.path).replace(r"\{\}", "[^/]+"))
        for page in pages
        if page.method == "GET" and not NO_PAGES.search(page.path)
    }


def beginnings(page: Page) -> list[str]:
    """Where links are followed from: the start, and what a file that was brought leads to."""
    page.goto("/campaigns/new?account=demo")
    octets = b"phone;name\n0612000001;Ann\nabc;Bob"
    page.set_input_files("#bring", {"name": "a.csv", "mimeType": "text/csv", "buffer": octets})
    page.locator("button[formaction='/campaigns/new/file']").click()
    page.wait_for_url("**/campaigns/file/*")
    brought = page.url.removeprefix(_origin(page))
    return ["/accounts/demo", "/", "/campaigns/new?account=demo", brought]


def _origin(page: Page) -> str:
    return "/".join(page.url.split("/", 3)[:3])


def walk(page: Page, login: str) -> Iterator[str]:
    """An address of every route, found by following links."""
    left, known, todo = routes(VISITORS[login]), set[str](), beginnings(page)
    for path in _CUSTOMERS_OWN if login == "operator" else ():
        del left[path]
    while todo and left:
        address = todo.pop(0)
        path = address.partition("?")[0]
        fits = [name for name, pattern in left.items() if pattern.fullmatch(path)]
        if not fits:
            continue
        for name in fits:
            del left[name]
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, (address, answer.status)
        yield address
        for link in page.eval_on_selector_all(
            "a[href^='/']", "all => all.map(a => a.getAttribute('href'))"
        ):
            if link not in known and not NO_PAGES.search(link.partition("?")[0]):
                known.add(link)
                todo.append(link)
    assert not left, f"no link leads to {sorted(left)}"


def looked_at(page: Page, address: str) -> list[str]:
    """What is wrong with the page that is open."""
    found = Axe().run(page)
    wrong = [
        f"{address} {one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in found.response["violations"]
    ]
    return wrong + [f"{address} cut off: {what[:200]}" for what in page.evaluate(_CUT)]


@pytest.mark.parametrize(("look", "login"), IN_THE_CHECK)
def test_every_page_is_for_everybody(tab: Opened, look: str, login: str) -> None:
    """E63: 0 violations, in English and French, light and dark, wide and narrow."""
    page = tab(login, **LOOKS[look])
    assert [fault for address in walk(page, login) for fault in looked_at(page, address)] == []


def test_no_page_is_heavy(tab: Opened) -> None:
    """E63: 200 KB without the browser's cache."""
    page = tab("operator")
    octets: list[int] = []

    def count(answer: Response) -> None:
        if "text/event-stream" not in answer.headers.get("content-type", ""):
            octets.append(int(answer.headers.get("content-length", 0)))

    page.on("response", count)
    for address in list(walk(page, "operator")):
        octets.clear()
        page.goto(address)
        assert sum(octets) <= HEAVIEST, (address, sum(octets))
