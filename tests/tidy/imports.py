"""The import law: which room may import which.

In: a Python file under src. Out: a fault for each import that the tables do not grant, also inside
functions, under TYPE_CHECKING, and by `import_module("...")`.
"""

import ast
from collections.abc import Iterator

from tests.tidy.rule import Fault, Rule, product
from tests.tidy.tree import Source, called

EVERYTHING = ("",)

# A room, or a module beside the rooms, and what of ours it may import beside itself. A name stands
# for all below it. The package's own `chappe` (its version) is granted to all, and takes nothing.
LAW: dict[str, tuple[str, ...]] = {
    "words": (),
    "dialects": ("words",),
    "store": ("words", "native"),
    "native": ("links.smpp.pdus.tables",),
    "links": ("words", "native"),
    "speech": ("words",),
    "engine": ("words", "store.contract", "links.contract"),
    "console": EVERYTHING,
    "doors": ("words", "dialects", "engine", "native"),
    "config": ("words", "dialects"),
    "node": EVERYTHING,
    "cli": EVERYTHING,
    "demo": EVERYTHING,
    "hands": EVERYTHING,
    "listen": EVERYTHING,
    "logs": (),
    "memory": (),
    "__main__": EVERYTHING,
}

# Foreign modules that would carry a thing into a room where it does not belong.
_INPUT_OUTPUT = (
    "http.client",
    "http.server",
    "httptools",
    "socket",
    "ssl",
    "subprocess",
    "urllib.request",
    "uvloop",
)
FOREIGN: dict[str, tuple[str, ...]] = {
    "words": (*_INPUT_OUTPUT, "asyncpg", "sqlite3"),
    "dialects": (*_INPUT_OUTPUT, "asyncio", "asyncpg", "sqlite3"),
    "links": ("asyncpg", "sqlite3"),
    "engine": (*_INPUT_OUTPUT, "asyncpg", "sqlite3"),
    "console": ("asyncpg", "sqlite3"),
    "doors": ("asyncpg", "sqlite3"),
}


def find(source: Source) -> Iterator[Fault]:
    room = source.module[1] if len(source.module) > 1 else ""
    if room and room not in LAW:
        yield Fault(1, f"`{room}` has no row in the table of rooms")
        return
    for line, target in imported(source):
        package, _, inner = target.partition(".")
        if package != "chappe" and _below(target, FOREIGN.get(room, ())):
            yield Fault(line, f"{room} imports {target}")
        elif package == "chappe" and not _granted(room, inner):
            yield Fault(line, f"{room or 'chappe'} imports {target}")


def _granted(room: str, inner: str) -> bool:
    ours = inner.split(".")[0] in LAW
    return not ours or _below(inner, (room, *LAW[room]) if room else ())


def _below(name: str, grants: tuple[str, ...]) -> bool:
    return any(grant == "" or f"{name}.".startswith(f"{grant}.") for grant in grants)


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """All that a file imports, dotted and absolute, down to the single name."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            start = _start(source, node)
            for alias in node.names:
                yield node.lineno, f"{start}.{alias.name}"
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant):
                    yield node.lineno, str(argument.value)


def _start(source: Source, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    climb = node.level - source.path.endswith("/__init__.py")
    package = source.module[: len(source.module) - climb]
    return ".".join((*package, *filter(None, [node.module])))


RULES = (
    Rule(
        "imports",
        product,
        find,
        law="a room imports only what its row in LAW (tests/tidy/imports.py) grants.",
        reason="the engine that never sees a dialect, and the dialect that never sees the engine, "
        "can each be read, tested and replaced alone.",
        remedy="pass the value in, or move the noun to words once a second room says it; "
        "node is the room that puts rooms together.",
    ),
)
