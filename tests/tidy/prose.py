"""What must be written beside the code, and what must not be left in it.

In: a file. Out: a fault for a module without a docstring, for a note of unfinished work, for a
broad `except` without its reason, and for traces of the place where the file was written.
"""

import ast
import re
from collections.abc import Iterator

from tests.tidy.rule import Fault, Rule, anything, matching_lines, python
from tests.tidy.tree import Source, called

# The patterns are spelled so that none of them finds itself in this file.
UNFINISHED = re.compile(r"\b(TO[D]O|FI[X]ME)\b")
LEFTOVERS = re.compile(
    r"(?<![\w.-])/wor[k]/|\.\./share[d]\b|\bfar[m]-|\bpyp[i]\.|\bpythonhoste[d]\.|\bnpmj[s]\."
    r"|\banacond[a]\.org|\bcrate[s]\.io|https?://[^\s/]*(pyp[i]|devp[i]|artifactor[y]|nexu[s])"
)
_MARKERS = re.compile(r"#\s*(noqa|type:|pragma|pylint|fmt:)[^#]*")


def find_missing_docstring(source: Source) -> Iterator[Fault]:
    if not (ast.get_docstring(source.tree) or "").strip():
        yield Fault(1, "no docstring")


def find_unfinished(source: Source) -> Iterator[Fault]:
    return matching_lines(source, lambda line: _hit(UNFINISHED, line))


def find_leftovers(source: Source) -> Iterator[Fault]:
    return matching_lines(source, lambda line: _hit(LEFTOVERS, line))


def _hit(pattern: re.Pattern[str], line: str) -> str | None:
    hit = pattern.search(line)
    return hit and f"`{hit[0]}`"


def find_unexplained_excepts(source: Source) -> Iterator[Fault]:
    for number in _broad_excepts(source):
        here, above = source.lines[number - 1], source.lines[number - 2]
        if not (_says_why(here) or (above.lstrip().startswith("#") and _says_why(above))):
            yield Fault(number, here.strip())


def _broad_excepts(source: Source) -> Iterator[int]:
    for node in source.nodes:
        match node:
            case ast.ExceptHandler(type=caught) if caught is None or _is_broad(caught):
                yield node.lineno
            case ast.Call(args=args) if called(node) == "suppress" and any(map(_is_broad, args)):
                yield node.lineno


def _is_broad(node: ast.expr) -> bool:
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return bool(names & {"Exception", "BaseException"})


def _says_why(line: str) -> bool:
    """A comment of three words at least, once the marks for tools are taken away."""
    _, _, comment = _MARKERS.sub("", line).partition("#")
    return len(comment.split()) >= 3


RULES = (
    Rule(
        "docstrings",
        python,
        find_missing_docstring,
        law="every module begins with a docstring.",
        reason="whoever opens a file should know in a sentence what comes in, what goes out, and "
        "what it promises.",
        remedy="write that sentence. If it is hard to write, the module has two subjects.",
    ),
    Rule(
        "unfinished",
        anything,
        find_unfinished,
        law="nothing in the tree is marked as still to be done.",
        reason="a note in the code is read by nobody who could act on it.",
        remedy="do it, or open an issue and take the note away.",
    ),
    Rule(
        "broad excepts",
        python,
        find_unexplained_excepts,
        law="an `except` that takes everything says why, on its line or the line above.",
        reason="it swallows our own mistakes with the ones it was written for.",
        remedy="name the exceptions that can come, or write the reason as a comment.",
    ),
    Rule(
        "leftovers",
        anything,
        find_leftovers,
        law="no file names a path of somebody's machine or the host of a package index.",
        reason="the tree must mean the same wherever it is unpacked, and packages come from "
        "whichever index the user has set.",
        remedy="write a path below the project's root; leave the index to the user's settings.",
    ),
)
