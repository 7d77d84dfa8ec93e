"""A whole node with its console, on a clock that is moved by hand, and a browser without scripts.

In: what somebody opens and types. Out: pages, as their reader finds them. Promise: as of the house
of the journeys.
"""

import asyncio
import http.client
import re
from collections.abc import Mapping, Sequence
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from chappe.config import Config, ConsoleConfig, Listen, Secret
from chappe.console.door import Console
from chappe.node import Node
from chappe.store.contract.staff import StaffMember
from chappe.words.visitor import Role
from tests.hashes import CHEAP
from tests.journeys.house import TUESDAY, House, account, config

PASSWORD = "a-good-password"
HASHED = CHEAP.hash(PASSWORD)
OPERATOR, SUPPORT, READER = "root", "helpdesk", "auditor"  # of the staff
STAFF = {OPERATOR: Role.operator, SUPPORT: Role.support, READER: Role.reader}

Fields = Mapping[str, Any] | Sequence[tuple[str, Any]]


def family(**facts: Any) -> Config:
    """Fred with a child, and a stranger; each has a password and a short code."""
    secret = {"password": Secret(PASSWORD), "hours": "any"}
    accounts = [
        account(login, api_keys=(Secret(f"key-of-{login}"),), **secret, **more)
        for login, more in (("fred", {}), ("lea", {"parent": "fred"}), ("zoe", {}))
    ]
    console = ConsoleConfig(listen=Listen("127.0.0.1", 0))
    return config(**{"accounts": tuple(accounts), "console": console, **facts})


class Site(House):
    """A house with a console."""

    console: Console

    def made(self, said: Config, place: Path) -> Node:
        node = super().made(said, place)
        self.console = Console(node)
        node.beside.append(self.console)
        return node

    async def open(self, said: Config | None = None, now: str = TUESDAY) -> None:
        await super().open(said or family(), now)
        for login, role in STAFF.items():
            member = StaffMember(login, role, 0, HASHED, self.clock.now())
            await self.node.store.put_staff(member)

    async def visit(self, login: str = OPERATOR, language: str = "en") -> "Tab":
        """A tab in which somebody is in."""
        tab = self.tab(language)
        entered = await tab.post("/login", {"login": login, "password": PASSWORD})
        assert entered.status == 303, entered.text
        return tab

    async def sent(self, login: str, text: str, numbers: Sequence[int], **wishes: Any) -> range:
        """Messages that an account sent, by their numbers."""
        receipt = await self.take(numbers, text, account=login, **wishes)
        return range(receipt.first, receipt.first + receipt.total)

    def tab(self, language: str = "en") -> "Tab":
        """A tab of somebody who is not in."""
        assert self.console.address is not None
        return Tab(self.console.address, language)


class Answer:
    """A page, or whatever else was answered."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def html(self) -> str:
        return self.body.decode("utf-8")

    @property
    def page(self) -> str:
        """The same, where it is a page; else nothing."""
        is_page = self.headers.get("content-type", "").startswith("text/html")
        return self.html if is_page else ""

    @property
    def text(self) -> str:
        """What is read of it, without the frame's head."""
        inner = self.html.partition("<body>")[2] or self.html
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", inner)).split())

    @property
    def main(self) -> str:
        """The same of what stands between menu and foot."""
        found = re.search(r"<main[^>]*>(.*)</main>", self.html, re.S)
        assert found is not None
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[1])).split())

    @property
    def title(self) -> str:
        return self._inner(r"<h1[^>]*>(.*?)</h1>")

    @property
    def said(self) -> str:
        """The sentence that a page shows once; '' where there is none."""
        return self._inner(r'<p class="said"[^>]*>(.*?)</p>')

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def rows(self) -> list[list[str]]:
        """Every row of every table's body, cell by cell."""
        bodies = "".join(re.findall(r"<tbody[^>]*>(.*?)</tbody>", self.html, re.S))
        return [
            [
                " ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split())
                for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)
            ]
            for row in re.findall(r"<tr[^>]*>(.*?)</tr>", bodies, re.S)
        ]

    @property
    def lists(self) -> list[tuple[str, str]]:
        """Every term of every list of facts, with what is said of it."""
        found = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", self.html, re.S)
        return [(_read(name), _read(said)) for name, said in found]

    @property
    def wrong(self) -> dict[str, str]:
        """The sentences beside fields."""
        found = re.findall(r'<span class="wrong" id="([^"]*)-wrong">(.*?)</span>', self.html, re.S)
        return {name: unescape(sentence) for name, sentence in found}

    def typed(self, name: str) -> str:
        """What stands in a field."""
        box = re.search(rf'<input id="{name}"[^>]* value="([^"]*)"', self.html)
        if box is not None:
            return unescape(box[1])
        area = re.search(rf'<textarea id="{name}"[^>]*>\n?(.*?)</textarea>', self.html, re.S)
        if area is not None:
            return unescape(area[1])
        chosen = re.search(
            rf'<select id="{name}".*?<option value="([^"]*)" selected', self.html, re.S
        )
        return unescape(chosen[1]) if chosen is not None else ""

    def _inner(self, pattern: str) -> str:
        found = re.search(pattern, self.html, re.S)
        return "" if found is None else unescape(re.sub(r"<[^>]*>", "", found[1])).strip()


def _read(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


class Tab:
    """A browser's tab: it keeps cookies, and sends a form with the pledge of its last page."""

    def __init__(self, address: tuple[str, int], language: str = "en") -> None:
        self.address = address
        self.cookies: dict[str, str] = {}
        self.pledge = ""
        self._language = language

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, b"", headers)

    async def follow(self, answer: Answer) -> Answer:
        """Where an answer leads."""
        assert answer.status == 303, (answer.status, answer.text)
        return await self.get(answer.location)

    async def post(
        self, path: str, fields: Fields = (), files: Mapping[str, bytes] | None = None
    ) -> Answer:
        """Send a form of this tab, with its pledge; with files as a browser does."""
        pairs = [*(fields.items() if isinstance(fields, Mapping) else fields)]
        if self.cookies.get("chappe") and not self.pledge:
            await self.get("/")
        if self.pledge:
            pairs.append(("pledge", self.pledge))
        if files is None:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            return await self.ask("POST", path, urlencode(pairs).encode(), headers)
        mark = "chappe-boundary"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in pairs
        ]
        parts += [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="f.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n".encode()
            + octets
            + b"\r\n"
            for name, octets in files.items()
        ]
        body = b"".join(parts) + f"--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        return await self.ask("POST", path, body, {"Content-Type": kind})

    async def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Any request, with this tab's cookies."""
        path = path.partition("#")[0]  # which browsers keep to themselves
        answer = await asyncio.to_thread(self._asked, method, path, body, dict(headers))
        if found := re.search(r'name="pledge" value="([^"]*)"', answer.page):
            self.pledge = found[1]
        return answer

    def _asked(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers.setdefault("Accept-Language", self._language)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie", []):
                for name, one in SimpleCookie(line).items():
                    self.cookies[name] = one.coded_value
                    if one["max-age"] == "0":
                        del self.cookies[name]
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()
