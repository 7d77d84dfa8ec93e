"""What may be in C is there wherever it can be built, and nothing needs it."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from chappe.native import PARTS, missing

WITHOUT = """
import sys
for part in %r:
    sys.modules[f"chappe.native.{part}"] = None
from chappe.doors.lobby.sockets import OF_LOOP, sockets
from chappe.store import sqlite_hand
from chappe.links.smpp.meaning import receipt
from chappe.links.smpp.pdus import quick
assert sockets() is OF_LOOP
assert not sqlite_hand.is_native()
assert (quick.read, quick.write) == (quick.read_plainly, quick.write_plainly)
assert receipt.words is receipt.words_plainly
"""


def test_it_is_built_where_a_compiler_and_the_headers_are() -> None:
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    headers = Path(sysconfig.get_path("include"), "Python.h")
    can_be = shutil.which(compiler) is not None and headers.exists()
    assert missing() == ([] if can_be else list(PARTS))


def test_without_it_the_ways_in_python_are_taken() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT % (PARTS,)], check=True)
