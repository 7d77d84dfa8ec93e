"""What a test may know of the house: what everybody may.

In: a test or a benchmark. Out: a fault for each private name of something else that it touches, by
an attribute, an import, or `setattr`. A constant in capitals may be set, so that a limit is met
quickly. What a file itself gives a private name is its own.
"""

import ast
import re
from collections.abc import Iterator

from tests.tidy.rule import Fault, Rule, python
from tests.tidy.tree import Source

_PRIVATE = re.compile(r"_[a-z][a-z0-9_]*")
_DISK = "a disk that is full or broken can't be had without the rights of root"
_DESCRIPTORS = "to leave a process without descriptors would leave the tests without them too"
_MEMORY = "that nothing is left, or that it stays bounded, shows nowhere else"
_SMALL = "its table is made smaller, so that the bound is met quickly"
_FOREIGN = "it is a library's, which offers no other way"

# A file's name and the private name that it may touch, and why.
ALLOWED = {
    ("scenes.py", "_ask"): _DISK,
    ("scenes.py", "_commit"): _DISK,
    ("scenes.py", "_do"): _DISK,
    ("scenes.py", "_writer"): _DISK,
    ("misfortune.py", "_commit"): _DISK,
    ("misfortune.py", "_writer"): _DISK,
    ("smsc_ground.py", "_clock"): "the second centre goes by the clock of the first",
    ("test_accounts.py", "_recent"): _MEMORY,
    ("test_away_postgres.py", "_base"): _FOREIGN,
    ("test_callbacks.py", "_dial"): _DESCRIPTORS,
    ("test_client.py", "_sequence"): "a billion requests would be needed to get there",
    ("test_drop.py", "_ended"): _DISK,
    ("test_highsms_terms.py", "_kept"): _MEMORY,
    ("test_hostile.py", "_read_piecewise"): "that it is not called is the promise",
    ("test_fuzz.py", "_session"): _MEMORY,
    ("test_kinds.py", "_digest"): "that no two kinds say the same shows nowhere else",
    ("test_kinds.py", "_known"): _MEMORY,
    ("test_kinds.py", "_open"): _MEMORY,
    ("test_kinds.py", "_seen"): _MEMORY,
    ("test_mail.py", "_commit"): _DISK,
    ("test_mail.py", "_writer"): _DISK,
    ("test_post.py", "_dial"): _DESCRIPTORS,
    ("test_sftp.py", "_offers"): _SMALL,
    ("test_sftp_fuzz.py", "_cabinets"): _MEMORY,
    ("test_sftp_fuzz.py", "_transport"): _FOREIGN,
    ("test_sftp_gate.py", "_accounts"): _MEMORY,
    ("test_sftp_gate.py", "_addresses"): _MEMORY,
    ("test_sftp_gate.py", "_dropped"): _MEMORY,
    ("test_sftp_gate.py", "_unproved"): _MEMORY,
    ("test_smsc_limits.py", "_clogged"): _MEMORY,
    ("test_smsc_limits.py", "_connections"): _MEMORY,
    ("test_smsc_limits.py", "_left"): _MEMORY,
    ("test_smsc_limits.py", "_long"): _MEMORY,
    ("test_smsc_limits.py", "_open"): _MEMORY,
    ("test_smsc_limits.py", "_reception"): _MEMORY,
    ("test_smsc_owed.py", "_reception"): _DISK,
    ("test_smsc_owed.py", "_write"): _DISK,
    ("test_socket.py", "_hall"): _MEMORY,
    ("test_sqlite_file.py", "_lost"): _MEMORY,
    ("test_sqlite_file.py", "_recent"): _DISK,
    ("test_timed.py", "_timers"): "that there is one timer, however much waits, shows nowhere else",
}

# Private to the eye alone: everybody is meant to use them.
_PUBLIC = frozenset(("_asdict", "_exit", "_fields", "_make", "_replace"))


def find_prying(source: Source) -> Iterator[Fault]:
    name = source.path.rsplit("/", 1)[-1]
    for line, private in pried(source):
        if (name, private) not in ALLOWED:
            yield Fault(line, f"`{private}` is private")


def pried(source: Source) -> Iterator[tuple[int, str]]:
    """Each private name of something else that this file touches, allowed or not."""
    own = set(_given(source))
    return ((line, name) for line, name in _touched(source) if name not in own)


def _touched(source: Source) -> Iterator[tuple[int, str]]:
    for node in source.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                pass
            case ast.Attribute(attr=name):
                yield from _private(node.lineno, name)
            case ast.ImportFrom(names=aliases):
                for alias in aliases:
                    yield from _private(node.lineno, alias.name)
            case ast.Call(func=ast.Attribute(attr="setattr" | "delattr"), args=arguments):
                for argument in arguments[:2]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        for name in argument.value.split("."):
                            yield from _private(node.lineno, name)


def _private(line: int, name: str) -> Iterator[tuple[int, str]]:
    if _PRIVATE.fullmatch(name) and name not in _PUBLIC:
        yield line, name


def _given(source: Source) -> Iterator[str]:
    """The private names that a file gives to things of its own."""
    for node in source.nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                yield name


RULES = (
    Rule(
        "privacy",
        lambda path: python(path) and path.startswith(("tests/", "bench/")),
        find_prying,
        law="a test touches no private name of what it tries, save for the rows of ALLOWED "
        "(tests/tidy/privacy.py) and for constants in capitals.",
        reason="what is private may change with every commit; a test that pries breaks without "
        "a fault, and says that a thing everybody needs to see cannot be seen.",
        remedy="drive it over the door, ask `Node.is_quiet`, or give the thing a public name "
        "that says what is known.",
    ),
)
