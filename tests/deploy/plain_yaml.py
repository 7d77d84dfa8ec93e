"""YAML, as far as the files in `deploy/compose` use it.

In: a text. Out: dicts, lists, texts, whole numbers, true and false. Promise: a line that is of none
of the few forms below is an error, as is a key that stands twice, so nothing is passed over; other
readers of YAML understand the same.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

_KEY: Final = re.compile(r"(<<|[\w-][\w.-]*):(?: +(.+))?")
_BARE: Final = re.compile(r"-?[\w./$~][^\"'\[\]{}|>#&!%@`]*")
_ANCHOR: Final = re.compile(r"&(\w+)(?: +(.+))?")
_WORDS: Final[Mapping[str, object]] = {"true": True, "false": False}
_MERGED: Final = "<<"


class _Line(NamedTuple):
    """What stands in a line, and how far in."""

    number: int
    depth: int
    said: str


def read_yaml(text: str) -> Any:
    """All of it."""
    reader = _Reader([*_lines(text)])
    found = reader.block(0)
    reader.end()
    return found


def _lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.splitlines(), 1):
        said = _uncommented(line).rstrip()
        if said:
            bare = said.lstrip(" ")
            yield _Line(number, len(said) - len(bare), bare)


def _uncommented(line: str) -> str:
    """A '#' begins a comment at the start of a line or after a space, but not between quotes."""
    is_quoted = False
    for at, letter in enumerate(line):
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == "#" and not is_quoted and (at == 0 or line[at - 1] == " "):
            return line[:at]
    return line


class _Reader:
    """Goes through the lines once."""

    def __init__(self, lines: list[_Line]) -> None:
        self._lines = lines
        self._at = 0
        self._named: dict[str, Any] = {}

    def end(self) -> None:
        if self._at < len(self._lines):
            raise self._fault("it stands too far in, or not far enough")

    def block(self, depth: int) -> Any:
        """A mapping or a sequence whose lines begin at this depth."""
        is_list = self._lines[self._at].said.startswith("- ")
        return self._sequence(depth) if is_list else self._mapping(depth)

    def _sequence(self, depth: int) -> list[Any]:
        found = []
        while (line := self._next(depth)) is not None:
            if not line.said.startswith("- "):
                raise self._fault("no item of a list")
            item = line.said[2:].lstrip(" ")
            if _KEY.fullmatch(item):
                inner = depth + len(line.said) - len(item)
                self._lines[self._at] = _Line(line.number, inner, item)
                found.append(self._mapping(inner))
            else:
                self._at += 1
                found.append(self._scalar(item))
        return found

    def _mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: Mapping[str, Any] = {}
        while (line := self._next(depth)) is not None:
            hit = _KEY.fullmatch(line.said)
            if hit is None:
                raise self._fault("no key and its value")
            key, said = hit.groups()
            if key in found:
                raise self._fault(f"{key} stands here twice")
            value = self._value(depth, said)
            if key == _MERGED:
                merged = value
            else:
                found[key] = value
        return {**merged, **found}

    def _value(self, depth: int, said: str | None) -> Any:
        """What stands behind a key, or below it."""
        anchor = _ANCHOR.fullmatch(said or "")
        if anchor is not None:
            name, said = anchor.groups()
            self._named[name] = value = self._value(depth, said)
            return value
        if said is not None:
            value = self._scalar(said)
            self._at += 1
            return value
        self._at += 1
        is_inner = self._at < len(self._lines) and self._lines[self._at].depth > depth
        return self.block(self._lines[self._at].depth) if is_inner else None

    def _scalar(self, said: str) -> Any:
        if said.startswith("*") and said[1:] in self._named:
            return self._named[said[1:]]
        if said.startswith("["):
            return [self._scalar(one) for one in _items(said)]
        if said.startswith('"'):
            return msgspec.json.decode(said.encode())
        if not _BARE.fullmatch(said) or ": " in said:
            raise self._fault("none of the values that are used here")
        if said.isdecimal():
            return int(said)
        return _WORDS.get(said, said)

    def _next(self, depth: int) -> _Line | None:
        """The line that is due, if it belongs to a block of this depth."""
        if self._at == len(self._lines) or self._lines[self._at].depth < depth:
            return None
        if self._lines[self._at].depth > depth:
            raise self._fault("it stands too far in")
        return self._lines[self._at]

    def _fault(self, what: str) -> ValueError:
        line = self._lines[min(self._at, len(self._lines) - 1)]
        return ValueError(f"line {line.number}: {what}: {line.said!r}")


def _items(said: str) -> list[str]:
    """Those of [a, "b, c"]."""
    found = re.findall(r'\s*("[^"]*"|[^",\[\]]+?)\s*(?:,|$)', said[1:-1])
    if f"[{', '.join(found)}]" != said:
        raise ValueError(f"no list: {said!r}")
    return found
