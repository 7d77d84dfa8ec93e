"""How long a file, a function and a line may be.

In: a Python file or an SQL file. Out: a fault for whatever is longer.
"""

import ast
import re
from collections.abc import Iterator

from tests.tidy.rule import Fault, Rule, matching_lines, python
from tests.tidy.tree import Source

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
LINE_CHARS_MAX = 100

_URL_IN_COMMENT = re.compile(r"(#|--)\s.*https?://\S+$")


def has_file_limit(path: str) -> bool:
    """Tables are long since their subject is, and nobody reads them from top to bottom."""
    name = path.rsplit("/", 1)[-1]
    return python(path) and not (
        path.startswith("tests/") or name == "tables.py" or name.startswith("gsm")
    )


def find_long_file(source: Source) -> Iterator[Fault]:
    count = len(source.text.splitlines())
    if count > FILE_LINES_MAX:
        yield Fault(count, f"{count} lines")


def find_long_functions(source: Source) -> Iterator[Fault]:
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > FUNCTION_LINES_MAX:
                yield Fault(node.lineno, f"{node.name} has {count} lines")


def find_long_lines(source: Source) -> Iterator[Fault]:
    def long(line: str) -> str | None:
        if len(line) <= LINE_CHARS_MAX or _URL_IN_COMMENT.search(line):
            return None
        return f"{len(line)} characters"

    return matching_lines(source, long)


RULES = (
    Rule(
        "file size",
        has_file_limit,
        find_long_file,
        law=f"a file has at most {FILE_LINES_MAX} lines; under 200 is better.",
        reason="a file that can be read in one sitting has one subject.",
        remedy="find the second subject and give it a file, or make a folder of the file's name; "
        "tables go to tables.py, which has no limit.",
    ),
    Rule(
        "function size",
        python,
        find_long_functions,
        law=f"a function has at most {FUNCTION_LINES_MAX} lines, docstring included.",
        reason="what does not fit on a screen cannot be checked at a glance.",
        remedy="name a step of it and move that step below; keep the branching in the caller.",
    ),
    Rule(
        "line length",
        lambda path: python(path) or path.endswith(".sql"),
        find_long_lines,
        law=f"a line has at most {LINE_CHARS_MAX} characters, save for a URL in a comment.",
        reason="two files must fit side by side.",
        remedy="run `make format`; break what is left by hand.",
    ),
)
