"""`python -m tests.console.browser.pictures`: the pictures of the console in docs/pictures.

In: a demo, filled. Out: files. Promise: they show pages as they are, in the light that their name
says.
"""

import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.cli.running import running
from tests.console.browser.chromium import program
from tests.console.browser.demo import ARGS, Demo, come_in
from tests.tidy.tree import ROOT

FOLDER: Final = ROOT / "docs" / "pictures"
_WIDE: Final = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"}
_NARROW: Final = {"viewport": {"width": 320, "height": 780}, "locale": "fr-FR"}
_PHONES: Final = "/handsets?phones=33639980040,33639980001,33612345678"
_TEXT: Final = "Bonjour, votre commande 482139 est prête. Retirez-la avant samedi 18 h ✓"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "shown", *ARGS) as one:
        one.prints("Ctrl-C")
        demo = Demo(one)
        demo.fill()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**program().wishes)
            _take(browser, demo)
            browser.close()


def _take(browser: Browser, demo: Demo) -> None:
    wide = _in(browser, demo, "demo", **_WIDE, color_scheme="light")
    _shot(wide, "/", "traffic")
    _shot(wide, _PHONES, "handsets")
    wide.goto("/campaigns/new")
    wide.fill("#text", _TEXT)
    wide.fill("#numbers", "0639980001\n0639980002\n0612345678")
    wide.locator("#count").get_by_text("✓").first.wait_for()
    wide.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    wide.screenshot(path=FOLDER / "compose.png")
    dark = _in(browser, demo, "operator", **_WIDE, color_scheme="dark")
    _shot(dark, "/messages/3", "message-dark")
    narrow = _in(browser, demo, "demo", **_NARROW, color_scheme="dark")
    _shot(narrow, "/messages", "messages-fr-narrow")


def _in(browser: Browser, demo: Demo, login: str, **wishes: Any) -> Page:
    page = browser.new_context(base_url=demo.console, **wishes).new_page()
    come_in(page, login)
    return page


def _shot(page: Page, path: str, name: str) -> None:
    page.goto(path)
    page.locator("h1").wait_for()
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
