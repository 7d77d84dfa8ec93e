"""A demo with something on every page for all cases of a process, a browser for those of a file.

In: nothing. Out: the demo, tabs of somebody who is in. Promise: whatever a tab logs as an error,
and whatever its page's policy forbids, fails the case.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.cli.running import Running, running
from tests.console.browser.chromium import program
from tests.console.browser.demo import ARGS, Demo, come_in


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder: Path = tmp_path_factory.mktemp("shown")
    one: Running
    with running(folder, *ARGS) as one:
        one.prints("Ctrl-C")
        demo = Demo(one)
        demo.fill()
        yield demo


# Its loop runs in this thread as long as it lives, beside which no other may.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**program().wishes)
        yield browser
        browser.close()


Opened = Callable[..., Page]


@pytest.fixture
def tab(demo: Demo, browser: Browser) -> Iterator[Opened]:
    """Opens a tab in which somebody is in; '' nobody."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_(login: str = "operator", **wishes: object) -> Page:
        wishes = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **wishes}
        context = browser.new_context(base_url=demo.console, **wishes)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: wrong.append(str(fault)))
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        if login:
            come_in(page, login)
        return page

    yield open_
    for context in contexts:
        context.close()
    # A page that is closed while it is read says so.
    assert [line for line in wrong if "ERR_ABORTED" not in line] == []
