"""The tools in C: built once, and again when a source is newer.

In: bench/tools/*.c. Out: programs in bench/bin. Promise: a compiler of the machine is used if
there is one, else the one that comes with the development packages; none at all is one sentence.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from bench.trouble import Broken

_HERE = Path(__file__).resolve().parent
SOURCES = _HERE / "tools"
PROGRAMS = _HERE / "bin"
NAMES = ("hload", "sink", "smscsim", "smppload")
_FLAGS = ("-O2", "-Wall", "-Wextra")
_WAIT_S = 300


def build() -> Path:
    """The folder in which all programs stand."""
    if not sys.platform.startswith("linux"):
        raise Broken("The benchmark needs Linux: its tools use epoll, and it reads /proc.")
    PROGRAMS.mkdir(exist_ok=True)
    stale = [name for name in NAMES if _is_stale(name)]
    if stale:
        compiler = _compiler()
        for name in stale:
            _compile(compiler, name)
    return PROGRAMS


def _is_stale(name: str) -> bool:
    program = PROGRAMS / name
    sources = (SOURCES / f"{name}.c", SOURCES / "tool.h")
    return not program.exists() or any(
        source.stat().st_mtime > program.stat().st_mtime for source in sources
    )


def _compiler() -> list[str]:
    for name in (os.environ.get("CC", ""), "cc", "gcc", "clang"):
        found = shutil.which(name) if name else None
        if found:
            return [found]
    if find_spec("ziglang"):
        return [sys.executable, "-m", "ziglang", "cc"]
    raise Broken("The tools need a C compiler: install cc, gcc, clang, or the package ziglang.")


def _compile(compiler: list[str], name: str) -> None:
    # A program is put in place whole, so that a build that was broken off is not taken for one.
    fresh = PROGRAMS / f"{name}.new"
    command = [*compiler, *_FLAGS, "-o", str(fresh), str(SOURCES / f"{name}.c")]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_WAIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise Broken(f"{compiler[0]} took more than {_WAIT_S} s over {name}.c.") from None
    if done.returncode:
        raise Broken(f"{compiler[0]} could not build {name}.c:\n{done.stderr.strip()}")
    fresh.replace(PROGRAMS / name)
