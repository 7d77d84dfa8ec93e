"""Names that say nothing, and names that stand in the wrong room.

In: a file. Out: a fault for an empty word in the name of a module, class or function, for SQL
outside the store, and for a provider's name outside the dialects.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.tidy.rule import Fault, Rule, product, python
from tests.tidy.tree import Source, docstring_lines

_EMPTY_NOUNS = ("helper", "manager", "service", "handler", "util")
EMPTY_WORDS = frozenset(
    ("base", "common", "data", "info", "process", *_EMPTY_NOUNS, *(f"{n}s" for n in _EMPTY_NOUNS))
)

# Names that others chose: a library calls a method by it, or a standard calls a thing so.
BORROWED = {
    "data_received": "asyncio.Protocol calls it",
    "process_exited": "asyncio.SubprocessProtocol calls it",
    "handle_data": "html.parser calls it",
    "get_extra_info": "asyncio.Transport is asked so",
    "data_coding": "a field of SMPP",
    "data_sm": "a command of SMPP",
}

DIALECTS = re.compile("highsms|octopush|smsmode|isendpro|smsfactor", re.IGNORECASE)

# Where a provider may be named, and why.
DIALECT_PLACES = {
    "src/chappe/dialects/": "they are the dialects",
}

# The modules of the engine that are no verb, and why.
NOUNS = {
    "accounts": "all verbs look accounts up",
    "blocks": "accept draws numbers from them",
    "book": "the verbs of the address book stand together, and are small",
    "commits": "all verbs hear of them",
    "desk": "all verbs work at it",
    "family": "the verbs of families stand together, and are small",
    "office": "all verbs with a lifetime work at it",
    "outlet": "dispatch works at it, and it does nothing by itself",
    "outlets": "likewise all of them",
}

_ROOFS = ("src/chappe/engine/__init__.py",)

SQL = re.compile(
    r"\b(SELECT\s|INSERT\s+INTO\b|DELETE\s+FROM\b|UPDATE\s+\S+\s+SET\b)"
    r"|^\s*(?i:select\s.*\sfrom\s|insert\s+into\s|delete\s+from\s|update\s+\S+\s+set\s)",
    re.DOTALL,
)


def find_empty_words(source: Source) -> Iterator[Fault]:
    for line, name in _named(source):
        words = _snake(name)
        for borrowed in BORROWED:
            words = words.replace(borrowed, "")
        for word in sorted(EMPTY_WORDS.intersection(words.split("_"))):
            yield Fault(line, f"`{name}` is named `{word}`")


def _named(source: Source) -> Iterator[tuple[int, str]]:
    for part in source.path.removesuffix(".py").split("/"):
        yield 1, part
    for node in source.nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                # The name of a test is a sentence, which may well speak of data and processes.
                if not name.startswith("test_"):
                    yield node.lineno, name
            case ast.ClassDef(name=name):
                yield node.lineno, name


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def find_unspoken_verbs(source: Source) -> Iterator[Fault]:
    """`cancel.py` begins with `Cancelling`, `take_turns.py` with `Taking turns`."""
    name = source.module[2]
    stem = name.split("_")[0].removesuffix("e")
    words = re.findall(r"\w+", ast.get_docstring(source.tree) or "") or ["nothing"]
    if name not in NOUNS and not re.fullmatch(rf"{stem}\w?ing", words[0].lower()):
        yield Fault(1, f"`{name}` begins with `{words[0]}`")


def find_sql(source: Source) -> Iterator[Fault]:
    if source.path.endswith(".sql"):
        yield Fault(1, "an SQL file")
        return
    prose = docstring_lines(source)
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            hit = SQL.search(node.value)
            if hit and node.lineno not in prose:
                yield Fault(node.lineno, f"SQL: {' '.join(hit[0].split())} ...")


def find_dialect_names(source: Source) -> Iterator[Fault]:
    """Comments and docstrings may give a provider as the reason; code may not know one."""
    if DIALECTS.search(source.path):
        yield Fault(1, "the path names a dialect")
    prose = docstring_lines(source)
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        said = token.type == tokenize.STRING and token.start[0] in prose
        hit = DIALECTS.search(token.string)
        if hit and not said and token.type != tokenize.COMMENT:
            yield Fault(token.start[0], f"code names {hit[0]}")


RULES = (
    Rule(
        "empty names",
        python,
        find_empty_words,
        law="no module, class or function is named " + ", ".join(sorted(EMPTY_WORDS)) + ".",
        reason="such a word tells nothing of the thing, and collects what has no home.",
        remedy="say what it is or does, in the words of the product: account, order, letter, "
        "recipient, message, part, report, news, link, operator, reply.",
    ),
    Rule(
        "verbs",
        lambda path: product(path) and path.startswith("src/chappe/engine/") and path not in _ROOFS,
        find_unspoken_verbs,
        law="a module of the engine is a verb, and its docstring begins with it: `cancel.py`, "
        "`Cancelling ...`.",
        reason="what the product does can then be read in the list of its files.",
        remedy="name the file by what it does; what all verbs share stands in NOUNS "
        "(tests/tidy/names.py), with its reason.",
    ),
    Rule(
        "sql",
        lambda path: (
            path.startswith("src/")
            and path.endswith((".py", ".sql"))
            and not path.startswith("src/chappe/store/")
        ),
        find_sql,
        law="SQL stands in src/chappe/store and nowhere else.",
        reason="all that touches the database can then be read in one room, for both databases.",
        remedy="add an operation to the store's contract, named by its intent.",
    ),
    Rule(
        "dialect names",
        lambda path: product(path) and not path.startswith(tuple(DIALECT_PLACES)),
        find_dialect_names,
        law="code names a provider only in " + ", ".join(DIALECT_PLACES) + ".",
        reason="the engine serves wishes and does not know whose they are; that is what makes a "
        "sixth dialect a folder and nothing more.",
        remedy="let the dialect's `read` put the wish into the order, in a word of ours.",
    ),
)
