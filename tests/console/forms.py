"""Forms of the console's pages, filled in by hand.

In: a page, what somebody types. Out: what is sent. Promise: what was not typed is sent as the page
has it.
"""

import re
from typing import Any

from tests.console.site import Answer, Site, Tab


def fields(page: Answer) -> dict[str, str]:
    """What the forms of a page hold, as a browser would send it; a tab brings the pledge."""
    main = page.html.partition("<main")[2].partition("</main>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main))
    hidden.pop("pledge", None)
    names = re.findall(r'<(?:input|textarea|select) id="([\w.]+)"', main)
    return {**{name: page.typed(name) for name in names}, **hidden}


async def sent(tab: Tab, path: str, **typed: Any) -> Answer:
    """A page's form with what somebody typed into it."""
    return await tab.post(path, {**fields(await tab.get(path)), **typed})


async def deeds(site: Site) -> list[tuple[str, str]]:
    """Who did what, the newest first."""
    return [(one.who, one.what) for one in await site.node.store.deeds(0)]


async def enters(site: Site, login: str, password: str) -> bool:
    return (await site.tab().post("/login", {"login": login, "password": password})).status == 303


def secrets(page: Answer) -> list[str]:
    """What a page shows once."""
    return re.findall(r"<dd><code>([^<]*)</code></dd>", page.html)
