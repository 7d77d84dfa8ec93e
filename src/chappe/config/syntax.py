"""TOML itself: text to tables, or the line where it is no TOML.

In: the bytes or text of a file. Out: the tables as tomllib gives them. Promise: nothing but
`Mistake` is raised, whatever the text; no sentence quotes the text.
"""

import re
import tomllib
from typing import Any

from chappe.config.lines import tokens
from chappe.config.mistake import Figure, Mistake

_SIZE_MOST = 4_000_000
_LINE_MOST = 4_000
_DEPTH_MOST = 16

_PLACE = re.compile(r"\(at line (\d+), column \d+\)\Z")

# Part of what tomllib says -> what is wrong, and the remedy. The first row that fits.
_TWICE = "it stands here a second time"
_SAYINGS = (
    ("Cannot declare", f"this table cannot be opened: {_TWICE}", "Put all its keys in one place."),
    ("Cannot", f"this key or table cannot be set: {_TWICE}", "Keep one of the two."),
    ("Duplicate", f"this key cannot be set: {_TWICE}", "Keep one of the two."),
    ("declaration", "the header of a table is not closed", "Close [ with ] and [[ with ]]."),
    ("Expected '='", "a key has no '=' after it", "Write key = value."),
    ("Invalid value", "this is no value", 'Put texts in quotes, such as "text".'),
    ("Invalid statement", "this is no key", "Write key = value, a [table], or a # comment."),
    ("Invalid initial", "this is no key", "Write key = value, a [table], or a # comment."),
    ("after a statement", "a line goes on after its end", "Begin a new line, or a # comment."),
    ("Unclosed array", "a list is not closed", "Put commas between its items and ] at its end."),
    ("Unclosed inline", "a table is not closed", "Put commas between its keys and } at its end."),
    ("Invalid date", "there is no such date or time", "Put it in quotes if it is a text."),
    ("backslash", "a backslash stands for no character here", "Write two, or use single quotes."),
    ("Unescaped", "a backslash stands for no character here", "Write two, or use single quotes."),
    ("Escaped", "a backslash stands for no character here", "Write two, or use single quotes."),
    ("Invalid hex", "a backslash stands for no character here", "Write two, or use single quotes."),
    ("Unterminated", "a text is not closed", "End it with the quotes that it began with."),
    ("Expected", "a text is not closed", "End it with the quotes that it began with."),
    ("'\\n'", "a text is not closed", "End it on its line, with the quote that it began with."),
    ("character", "there is a control character", "Remove it."),
)
_OTHER = ("this is not TOML", "Compare it with chappe.toml.example.")


def parse(given: str | bytes, source: str) -> tuple[str, dict[str, Any]]:
    """The text, and what it holds."""
    text = _decoded(given, source).removeprefix("\ufeff").replace("\r\n", "\n")
    _check_bounds(text, source)
    try:
        return text, tomllib.loads(text, parse_float=Figure)
    except ValueError as error:
        message = str(error)
    # Raised out here, so that the error of tomllib, which may hold the text, is not its context.
    raise _worded(message, text, source)


def _decoded(given: str | bytes, source: str) -> str:
    if isinstance(given, str):
        return given
    try:
        return given.decode()
    except UnicodeDecodeError as error:
        line = given.count(b"\n", 0, error.start) + 1
    raise Mistake(line, "a byte here is not UTF-8", "Save the file as UTF-8.", source)


def _check_bounds(text: str, source: str) -> None:
    """What tomllib would answer with a fault of its own, or not in a useful time."""
    if len(text) > _SIZE_MOST:
        what = f"the file has more than {_SIZE_MOST} characters"
        raise Mistake(1, what, "Add accounts by the command line.", source)
    for line, content in enumerate(text.split("\n"), 1):
        if len(content) > _LINE_MOST:
            what = f"this line has more than {_LINE_MOST} characters"
            raise Mistake(line, what, "Break it into several.", source)
    depth = 0
    for token in tokens(text):
        if token.kind == "mark":
            depth += (token.text in "[{") - (token.text in "]}")
        if depth > _DEPTH_MOST:
            what = f"lists and tables stand more than {_DEPTH_MOST} deep in each other"
            raise Mistake(token.line, what, "No setting needs that.", source)


def _worded(message: str, text: str, source: str) -> Mistake:
    place = _PLACE.search(message)
    line = int(place[1]) if place else text.rstrip().count("\n") + 1
    what, remedy = next((row[1:] for row in _SAYINGS if row[0] in message), _OTHER)
    return Mistake(line, what, remedy, source)
