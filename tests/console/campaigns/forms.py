"""What several cases of campaigns do: compose, confirm, send.

In: a tab. Out: answers. Promise: as a browser without scripts does it.
"""

import re
from collections.abc import Mapping
from html import unescape

from tests.console.site import Answer, Tab

NUMBERS = "0612000001\n0612000002"


def hidden(page: Answer) -> dict[str, str]:
    """What the confirming page sends on."""
    form = page.html.partition('action="/campaigns/new/send"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form))
    for name, value in re.findall(
        r'<textarea name="([^"]*)" hidden>\n(.*?)</textarea>', form, re.S
    ):
        fields[name] = value
    return {name: unescape(value) for name, value in fields.items() if name != "pledge"}


async def confirm(tab: Tab, **fields: str) -> Answer:
    """The page with all figures."""
    typed = {"text": "Bonjour", "numbers": NUMBERS, **fields}
    page = await tab.post("/campaigns/new", typed)
    assert (page.status, page.title) == (200, "Check and send"), page.text
    return page


async def send(tab: Tab, **fields: str) -> Answer:
    """The page of the campaign that was sent."""
    return await tab.follow(await sent(tab, await confirm(tab, **fields)))


async def sent(tab: Tab, page: Answer) -> Answer:
    return await tab.post("/campaigns/new/send", hidden(page))


def order_of(answer: Answer) -> int:
    """Where a redirection leads."""
    return int(answer.location.rpartition("/")[2])


def facts(page: Answer) -> Mapping[str, str]:
    """Terms with what is said of them."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page.html, re.S)
    return {name: " ".join(unescape(re.sub(r"<[^>]*>", " ", one)).split()) for name, one in found}


def verdicts(page: Answer) -> list[str]:
    listed = re.search(r'<ul class="verdicts">(.*?)</ul>', page.html, re.S)
    found = re.findall(r"<li[^>]*>(.*?)</li>", listed[1] if listed else "", re.S)
    return [" ".join(unescape(re.sub(r"<[^>]*>", "", one)).split()) for one in found]
