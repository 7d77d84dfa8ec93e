"""What an object needs is given to its constructor: nobody sets an attribute of another's.

In: a file of the product. Out: a fault for each attribute that is set on something that is neither
`self` nor made right there, and for each that a constructor fills with a lambda for the time being.
"""

import ast
from collections.abc import Iterator, Mapping

from tests.tidy.rule import Fault, Rule, product
from tests.tidy.tree import Source, called

# Below which path something of this name is filled or kept by others -> what it is. Whatever is not
# here is whole once it is made. A value that is being made needs no row where it is made.
OPEN: Mapping[str, Mapping[str, str]] = {
    "src/chappe/config/lines.py": {"frame": "how far one table of the file has been read"},
    "src/chappe/dialects/craft/xml_in.py": {"parser": "expat's own, which has no other way"},
    "src/chappe/dialects/": dict.fromkeys(
        ("asked", "call", "opened", "push", "said", "step", "whole"),
        "a request that is being read",
    ),
    "src/chappe/doors/": {
        "bodies": "how much room all bodies take",
        "cabinet": "an account's files, as they were seen last",
        "hall": "how many are in, and whether more may come",
        "intake": "what comes in by one connection",
        "opened": "a request, once it is known who asks",
        "order": "what a request asks for, and how it came",
        "seat": "one place in the hall, and who has it",
        "wire": "a connection, and what is known of it so far",
    },
    "src/chappe/engine/draft.py": {"letter": "it is numbered just before it is kept"},
    "src/chappe/engine/declare.py": {"secrets": "those of an account that is being changed"},
    "src/chappe/engine/dispatch.py": {
        "letter": "it is launched just before its commit",
        "outlet": "what dispatch keeps of each link",
    },
    "src/chappe/engine/notify.py": {"lane": "whether more of its news is being claimed"},
    "src/chappe/engine/ready.py": {"ready": "an order that is being made ready"},
    "src/chappe/engine/suspect.py": {"told": "what is kept of each address"},
    "src/chappe/engine/take_turns.py": dict.fromkeys(
        ("lane", "share"), "what is kept of each lane and account"
    ),
    "src/chappe/engine/outlet.py": {"landing": "what a batch of answers completes"},
    "src/chappe/engine/": {"batch": "the open batch, to which all rooms append"},
    "src/chappe/links/operator/": {
        "batch": "what one turn of the simulated centre brings",
        "connection": "one of the centre's, once it is known whose it is",
        "found": "a message whose text its sender replaces",
        "oddities": "a count of what peers do wrong",
        "one": "what is owed, as the log has it so far",
        "owed": "what is owed, and how often it was tried",
        "reception": "it goes on counting where the log ends",
        "reports": "what is owed, as the log has it so far",
        "session": "the codec of one connection, which counts what is unheard",
    },
    "src/chappe/links/smpp/": {
        "connection": "one to a centre, and when it was heard last",
        "oddities": "a count of what peers do wrong",
        "session": "the codec of one connection, as the functions of its side see it",
        "text": "a long message, as far as its pieces have come",
    },
    "src/chappe/store/": {
        "batch": "a batch that could not be kept, and goes on in halves",
        "reading": "what each reading thread has of its own",
        "recent": "what is remembered of the rows that were written last",
        "row": "a row that is being written",
        "writer": "who writes, once the database is open",
    },
}

_OWN = ("self", "cls")


def find_set_from_outside(source: Source) -> Iterator[Fault]:
    allowed = {name for path in OPEN if source.path.startswith(path) for name in OPEN[path]}
    for name, line, what in _set_from_outside(source):
        if name not in allowed:
            yield Fault(line, f"sets {what}")
    for function in _outermost(source.tree):
        if function.name == "__init__":
            yield from _placeholders(function)


def owners(source: Source) -> set[str]:
    """The names of whatever has an attribute set from outside in this file."""
    if not source.path.endswith(".py"):
        return set()
    return {name for name, _, _ in _set_from_outside(source)}


def _set_from_outside(source: Source) -> Iterator[tuple[str, int, str]]:
    """(name of the owner, line, what is set)."""
    for function in _outermost(source.tree):
        made = {*_OWN, *_made(function)}
        for owner, line, what in _set(function):
            if not (isinstance(owner, ast.Name) and owner.id in made):
                yield _name(owner), line, what


def _outermost(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
        else:
            yield from _outermost(child)


def _made(function: ast.AST) -> Iterator[str]:
    """Names of what is made in it: by a class, or as a copy."""
    for node in ast.walk(function):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call)
                | ast.NamedExpr(target=ast.Name(id=name), value=ast.Call() as call)
            ):
                by = called(call).lstrip("_")
                if by[:1].isupper() or by in ("copy", "replace"):
                    yield name


def _set(function: ast.AST) -> Iterator[tuple[ast.expr, int, str]]:
    """(whose attribute, line, what was written) of all that is set."""
    for node in ast.walk(function):
        targets: list[ast.expr] = []
        match node:
            case ast.Assign():
                targets = list(node.targets)
            case ast.AugAssign() | ast.AnnAssign() | ast.For() | ast.AsyncFor():
                targets = [node.target]
            case ast.withitem(optional_vars=ast.expr() as target):
                targets = [target]
            case ast.Call(func=ast.Name(id="setattr"), args=[owner, *_]):
                yield owner, node.lineno, ast.unparse(node)
        while targets:
            match targets.pop():
                case ast.Tuple(elts=several) | ast.List(elts=several):
                    targets += several
                case ast.Starred(value=target):
                    targets.append(target)
                case ast.Attribute(value=owner) as attribute:
                    yield owner, attribute.lineno, ast.unparse(attribute)


def _name(owner: ast.expr) -> str:
    """`hall` of self._hall, `reports` of reports[n]."""
    match owner:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lstrip("_")
        case ast.Subscript(value=value):
            return _name(value)
    return ""


def _placeholders(constructor: ast.AST) -> Iterator[Fault]:
    for node in ast.walk(constructor):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Lambda):
            yield Fault(node.lineno, f"`{ast.unparse(node)}` stands for what is set later")


RULES = (
    Rule(
        "set from outside",
        product,
        find_set_from_outside,
        law="an object is whole once it is made: nobody sets an attribute of another's object, and "
        "no constructor fills one with a lambda for the time being.",
        reason="whoever forgets to set it gets no error, but a message that waits or a call that "
        "is never made; and a reader looks in vain for what the attribute is.",
        remedy="build from the bottom up and give the constructor what it needs; where two need "
        "each other, let the upper one ask the lower one. A change has a method. What others fill "
        "by its nature gets a row in OPEN, tests/tidy/wiring.py.",
    ),
)
