"""A program that asks the sandbox of a site.

In: a method, a path, fields. Out: status and JSON.
"""

import json
from collections.abc import Mapping
from typing import Any

from tests.console.site import Site

JSON = {"Content-Type": "application/json"}


def key_of(login: str) -> str:
    """As the site's family has it."""
    return f"key-of-{login}"


class Program:
    """A customer's test suite."""

    def __init__(self, site: Site, login: str = "fred", key: str | None = None) -> None:
        self._tab = site.tab()
        self._key = key_of(login) if key is None else key

    async def ask(
        self, method: str, path: str, fields: Mapping[str, Any] | bytes | None = None
    ) -> tuple[int, Any]:
        """A request below /sandbox."""
        headers = {**JSON, "Authorization": f"Bearer {self._key}"} if self._key else dict(JSON)
        body = fields if isinstance(fields, bytes) else b""
        if fields is not None and not isinstance(fields, bytes):
            body = json.dumps(fields).encode()
        answer = await self._tab.ask(method, f"/sandbox{path}", body, headers)
        assert answer.headers["content-type"] == "application/json"
        return answer.status, json.loads(answer.body)

    async def get(self, path: str) -> Any:
        status, told = await self.ask("GET", path)
        assert status == 200, told
        return told

    async def post(self, path: str, **fields: Any) -> Any:
        status, told = await self.ask("POST", path, fields)
        assert status == 200, told
        return told

    async def texts(self, query: str = "") -> list[str]:
        """Of the messages that are listed."""
        return [one["text"] for one in (await self.get(f"/messages{query}"))["messages"]]
