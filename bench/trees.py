"""Trees: the revisions of this project that are measured beside each other.

In: names of revisions; `.` is the tree that we stand in, as it is; `REV=PYTHON` is run by another
interpreter. Out: folders with their code, and what runs it.
Promise: none of them is left behind.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from bench.settings import Wanted, further
from bench.trouble import Broken

HERE: Final = Path(__file__).resolve().parents[1]
AS_IT_IS: Final = "."

# A tree has settings of its own: what it does not speak yet would be a mistake in its file.
_SETTINGS: Final = """
import sys
from bench.settings import Wanted, settings
window, rate, *ports = map(int, sys.argv[1:])
print(settings(Wanted(window, rate), *ports))
"""


class Tree(NamedTuple):
    """Code, and the interpreter that runs it."""

    path: Path = HERE
    python: str = sys.executable


@contextmanager
def trees(revisions: list[str], folder: Path) -> Iterator[Mapping[str, Tree]]:
    """Each revision -> where its code stands."""
    found: dict[str, Tree] = {}
    try:
        for number, named in enumerate(revisions):
            revision, _, python = named.partition("=")
            place = HERE
            if revision != AS_IT_IS:
                place = folder / f"tree-{number}"
                _git("worktree", "add", "--detach", "--force", str(place), revision)
            found[named] = Tree(place, python or sys.executable)
            _compile(found[named])
        yield found
    finally:
        for tree in found.values():
            if tree.path != HERE:
                _git("worktree", "remove", "--force", str(tree.path))


def _compile(tree: Tree) -> None:
    """What it has in C, where its interpreter can: without it all works as well."""
    if (tree.path / "setup.py").exists():
        words = [tree.python, "setup.py", "--quiet", "build_ext", "--inplace"]
        subprocess.run(words, cwd=tree.path, capture_output=True, check=False)


def settings_of(tree: Path, wanted: Wanted, ports: list[int]) -> str:
    """What `settings` of that tree writes: for the door, for callbacks, for the operator. It may
    not know of further accounts, so that these are ours."""
    words = [sys.executable, "-c", _SETTINGS, *map(str, (wanted.window, wanted.rate, *ports))]
    done = subprocess.run(
        words, cwd=tree, env={"PYTHONPATH": str(tree)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Broken(f"{tree} has no settings for us: {done.stderr.strip()[-300:]}")
    return done.stdout + further(wanted.accounts, ports[1])


def _git(*words: str) -> None:
    done = subprocess.run(
        ["git", "-C", str(HERE), *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Broken(f"git {words[0]}: {done.stderr.strip()}")
