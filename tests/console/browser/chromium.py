"""A browser: Debian's where it is found, else one from npm, which needs no root and no library.

In: nothing. Out: how to start it. Promise: there is always one; what was unpacked once is used
again.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.links.foreign import node

HERE = Path(__file__).resolve().parent
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# A machine of ours reaches nothing outside: whatever a browser does by itself is off.
_ARGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-extensions"),
)
_UNPACK = "import('@sparticuz/chromium').then((it) => it.default.executablePath())"
_WAIT_S = 120
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{0}/fonts</dir><cachedir>{0}/cache</cachedir></fontconfig>
"""


class Program(NamedTuple):
    """What starts a browser."""

    path: str
    environment: Mapping[str, str]

    @property
    def wishes(self) -> dict[str, Any]:
        """As Playwright takes them."""
        return {
            "executable_path": self.path,
            "env": dict(os.environ, **self.environment),
            "args": list(_ARGS),
        }


@cache
def program() -> Program:
    for name in _NAMES:
        if found := shutil.which(name):
            return Program(found, {})
    return _unpacked(node.modules(HERE))


def _unpacked(modules: Path) -> Program:
    """The one from npm, with its own libraries and fonts."""
    place = modules.parent / "unpacked"
    if not place.exists():
        with tempfile.TemporaryDirectory(dir=modules.parent) as fresh:
            whole = Path(fresh) / "whole"
            whole.mkdir()
            # So it takes its libraries out as well.
            own = {"TMPDIR": str(whole), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
            done = subprocess.run(
                [*node.program(), "-e", _UNPACK],
                cwd=modules.parent,
                env=os.environ | own,
                capture_output=True,
                text=True,
                timeout=_WAIT_S,
                check=False,
            )
            assert done.returncode == 0, f"the browser could not be unpacked:\n{done.stderr}"
            (whole / "fonts.conf").write_text(_FONTS.format(place))
            try:
                whole.rename(place)
            except OSError:
                assert place.exists()  # somebody else was quicker
    libraries = place / "al2023" / "lib"
    own = {"LD_LIBRARY_PATH": str(libraries), "FONTCONFIG_FILE": str(place / "fonts.conf")}
    return Program(str(place / "chromium"), own)
