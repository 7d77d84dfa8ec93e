"""Every page of the console in all its looks, by axe.

In: nothing. Out: how many were looked at. Promise: both languages, light and dark, wide and narrow,
by who runs it all and by a customer; its short form stands in `tests/console/browser`.
"""

import asyncio
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.cli.running import running
from tests.console.browser.chromium import program
from tests.console.browser.demo import ARGS, Demo, come_in
from tests.console.browser.test_accessible import LOOKS, VISITORS, looked_at, walk
from tests.torture.broken import none_of


async def console_looks() -> str:
    """All that axe finds, and all that is cut off."""
    return await asyncio.to_thread(_looks)


def _looks() -> str:
    wrong: list[str] = []
    count = 0
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "shown", *ARGS) as one:
        one.prints("Ctrl-C")
        demo = Demo(one)
        demo.fill()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**program().wishes)
            for name, look in LOOKS.items():
                for login in VISITORS:
                    page = browser.new_context(base_url=demo.console, **look).new_page()
                    come_in(page, login)
                    for address in walk(page, login):
                        wrong += [f"{name}: {fault}" for fault in looked_at(page, address)]
                        count += 1
                    page.context.close()
            browser.close()
    none_of(wrong, "every page is for everybody")
    return f"{count:,} pages looked at, in {len(LOOKS)} looks"
