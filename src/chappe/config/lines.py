"""Where in the file each value stands, which tomllib does not tell.

In: a text that tomllib has read. Out: path -> line. Promise: each table, key and item of a list
has its line; `line_of` falls back to what encloses a path that is not there.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from chappe.config.mistake import Path

# Blanks are what none of these matches. A text in three quotes may end in five.
_TOKEN = re.compile(
    r"""
    (?P<text> \"{3}(?:\\.|[^\\])*?\"{3}(?!\") | '{3}.*?'{3}(?!')
            | \"(?:\\.|[^"\\\n])*\" | '[^'\n]*' )
    | (?P<comment> \#[^\n]* )
    | (?P<newline> \n )
    | (?P<mark> [\[\]{},=] )
    | (?P<word> [^\s\[\]{},="'\#]+ )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    line: int


def line_of(index: Mapping[Path, int], path: Path) -> int:
    """The line of a path, else of the nearest thing around it."""
    for size in range(len(path), 0, -1):
        line = index.get(path[:size])
        if line is not None:
            return line
    return 1


def line_index(text: str) -> dict[Path, int]:
    """The line of everything that the text holds, in one pass over its tokens."""
    scan = _Scan(text)
    for token in tokens(text):
        scan.take(token)
    return scan.index


def tokens(text: str) -> Iterator[Token]:
    """The text in pieces; sound where tomllib would read it, and harmless elsewhere."""
    line, counted = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        yield Token(match.lastgroup or "", match.group(), counted, line)


class _Frame:
    """An open table or list. `at` is the path of the value that is being read, None before it."""

    __slots__ = ("at", "is_list", "item", "path")

    def __init__(self, path: Path, is_list: bool) -> None:
        self.path = path
        self.is_list = is_list
        self.item = 0
        self.at: Path | None = (*path, 0) if is_list else None


class _Scan:
    """Walks through a text; the frame at the bottom is the [table] that the last header opened."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.index: dict[Path, int] = {}
        self._frames = [_Frame((), is_list=False)]
        self._last: dict[Path, int] = {}  # [[table]] -> which one of them is open
        self._key: int | None = None  # where the key that is being read begins
        self._skip = 0  # everything before this place is read

    def take(self, token: Token) -> None:
        if token.start < self._skip or token.kind == "comment":
            return
        frame = self._frames[-1]
        if token.kind == "newline":
            if len(self._frames) == 1:
                frame.at = None
                self._key = None
        elif frame.at is None:
            self._take_key(frame, token)
        else:
            self._take_value(frame, frame.at, token)

    def _take_key(self, frame: _Frame, token: Token) -> None:
        if token.text == "[" and self._key is None and token.kind == "mark":
            self._open_table(token)
        elif token.text == "=" and token.kind == "mark" and self._key is not None:
            key = self.text[self._key : token.start]
            frame.at = frame.path + _names(f"{key} = 0")
            self._note(frame.at, token.line)
            self._key = None
        elif token.text == "}" and token.kind == "mark":
            self._close()
        elif self._key is None and token.text != ",":
            self._key = token.start

    def _take_value(self, frame: _Frame, at: Path, token: Token) -> None:
        mark = token.text if token.kind == "mark" else ""
        if mark in ("[", "{"):
            self._note(at, token.line)
            self._frames.append(_Frame(at, is_list=mark == "["))
        elif mark in ("]", "}"):
            self._close()
        elif mark == "," and frame.is_list:
            frame.item += 1
            frame.at = (*frame.path, frame.item)
        elif mark == ",":
            frame.at = None
        else:
            self._note(at, token.line)

    def _open_table(self, token: Token) -> None:
        end = self.text.find("\n", token.start)
        self._skip = len(self.text) if end < 0 else end
        header = self.text[token.start : self._skip]
        names = _names(header)
        path: Path = ()
        for depth, name in enumerate(names, 1):
            path = (*path, name)
            if depth == len(names) and header.startswith("[["):
                self._last[path] = self._last.get(path, -1) + 1
            if path in self._last:
                path = (*path, self._last[path])
        self._note(path, token.line)
        self._frames = [_Frame(path, is_list=False)]

    def _close(self) -> None:
        # More closed than opened is no TOML; then any line will do.
        if len(self._frames) > 1:
            self._frames.pop()

    def _note(self, path: Path, line: int) -> None:
        for size in range(1, len(path) + 1):
            self.index.setdefault(path[:size], line)


def _names(source: str) -> tuple[str, ...]:
    """The names in a header or key: tomllib knows their quotes, escapes and dots."""
    names = []
    found: Any = tomllib.loads(source)
    while isinstance(found, dict) and found:
        name, found = next(iter(found.items()))
        names.append(name)
        if isinstance(found, list):
            found = found[0]
    return tuple(names)
