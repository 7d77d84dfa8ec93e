"""The project's own files, as the rules see them.

In: the directory of the project. Out: its text files as `Source` values, without whatever
.gitignore names. It needs no git, so that it reads an unpacked archive the same way.
"""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Source(NamedTuple):
    """A text file: its path below the project's root, with slashes, and all of its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self)

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All of the tree, as `ast.walk` goes through it."""
        return _walked(self)

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @property
    def module(self) -> tuple[str, ...]:
        """The dotted name of a Python file under src: src/chappe/cli.py is (chappe, cli)."""
        parts = self.path.removesuffix(".py").split("/")[1:]
        return tuple(parts[:-1] if parts[-1] == "__init__" else parts)


# The rules go through the house file by file, so that one tree at a time is enough. All of them
# together would make each later garbage collection of the same process slower.
@lru_cache(maxsize=1)
def _parsed(source: Source) -> ast.Module:
    return ast.parse(source.text, source.path)


@lru_cache(maxsize=1)
def _walked(source: Source) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(_parsed(source)))


@cache
def sources(root: Path = ROOT) -> tuple[Source, ...]:
    """All text files of the project, in the order of their paths."""
    ignored = _ignored(root)
    found = (_read(root, path) for path in _walk(root, root, ignored))
    return tuple(sorted(source for source in found if source is not None))


def _ignored(root: Path) -> tuple[str, ...]:
    lines = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    names = (line.strip().rstrip("/") for line in lines if not line.startswith("#"))
    return (".git", *(name for name in names if name))


def _walk(root: Path, folder: Path, ignored: tuple[str, ...]) -> Iterator[Path]:
    for entry in folder.iterdir():
        path = "/" + entry.relative_to(root).as_posix()
        if any(fnmatch(path if "/" in name else entry.name, name) for name in ignored):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(root, entry, ignored)
        elif entry.is_file():
            yield entry


def _read(root: Path, path: Path) -> Source | None:
    """The file as text; None for an image, a font, and whatever else is not text."""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else Source(path.relative_to(root).as_posix(), text)


def called(call: ast.Call) -> str:
    """The last name of what is called: `import_module` for importlib.import_module(...)."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


@lru_cache(maxsize=1)
def docstring_lines(source: Source) -> frozenset[int]:
    """The lines on which docstrings stand: prose, though Python reads them as strings."""
    lines: set[int] = set()
    for node in source.nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body:
                case [ast.Expr(value=ast.Constant(value=str())) as text, *_]:
                    lines.update(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    return frozenset(lines)
