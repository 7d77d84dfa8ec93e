"""Which page answers a path.

In: pages. Out: a page, and what stands in its path in the place of each `{}`. Promise: a segment is
any text but a slash, of bounded length; two pages of one path are a fault at the start.
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from chappe.console.shape import WebPage

_SEGMENT_MOST = 200


class PageRoutes:
    """All pages of the console."""

    def __init__(self, pages: Sequence[WebPage]) -> None:
        self._plain: dict[tuple[str, str], WebPage] = {}
        self._others: list[tuple[re.Pattern[str], WebPage]] = []
        seen = set[tuple[str, str]]()
        for page in pages:
            if (page.method, page.path) in seen:
                raise ValueError(f"two pages answer {page.method} {page.path}")
            seen.add((page.method, page.path))
            if "{}" not in page.path:
                self._plain[page.method, page.path] = page
            else:
                parts = [re.escape(part) for part in page.path.split("{}")]
                self._others.append((re.compile(f"([^/]{{1,{_SEGMENT_MOST}}})".join(parts)), page))

    def find(self, method: str, path: str) -> tuple[WebPage, Sequence[str]] | None:
        page = self._plain.get((method, path))
        if page is not None:
            return page, ()
        for pattern, page in self._others:
            if page.method == method and (found := pattern.fullmatch(path)):
                return page, [unquote(one, errors="replace") for one in found.groups()]
        return None

    def knows(self, path: str) -> bool:
        """Whether a page answers this path by any method."""
        if any(known == path for _, known in self._plain):
            return True
        return any(pattern.fullmatch(path) for pattern, _ in self._others)
