"""All journeys, played against two nodes that are asked in turn.

In: which of them. Out: how many were played. Promise: whatever one node promises holds of two, but
for the rows of `APART`. Some of them stand in the check as well.
"""

import asyncio
import re
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from tests.torture.big import ROOT
from tests.torture.broken import demand, none_of
from tests.torture.children import die_with_parent

_AT_ONCE = 3  # processes: whoever waits for a database leaves its own processor idle
_SHOWN = 600
_COLLECTED = re.compile(r"(\d+)(?:/\d+)? tests? collected(?: \((\d+) deselected\))?")


async def journeys_two_nodes(which: str = "tests/journeys") -> str:
    """Each by pytest, as the check plays them against one."""
    collected = _COLLECTED.search(await _pytest(which, "--collect-only"))
    demand(collected is not None, "there are journeys to play")
    assert collected is not None
    with tempfile.TemporaryDirectory(prefix="chappe-torture-journeys-") as place:
        page = Path(place) / "played.xml"
        said = await _pytest(
            which, f"--numprocesses={_AT_ONCE}", "--dist=worksteal", f"--junitxml={page}"
        )
        demand(page.exists(), "the journeys are played", said[-_SHOWN:])
        cases = ET.parse(page).findall(".//testcase")
    none_of([*_broken(cases)], "each journey is true of two nodes")
    played, apart = map(int, collected.groups("0"))
    demand(len(cases) == played, "each journey is played", len(cases), played)
    return f"{played:,} journeys played, {apart} are one node's own"


def _broken(cases: list[ET.Element]) -> Iterator[str]:
    for case in cases:
        for fault in (*case.findall("failure"), *case.findall("error")):
            file = case.get("classname", "").rpartition(".")[2]
            yield f"{file}: {case.get('name')}: {fault.get('message', '')[:_SHOWN]}"


async def _pytest(*arguments: str) -> str:
    """What it says, however it ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "--two-nodes", "-p", "no:cacheprovider", *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        preexec_fn=die_with_parent,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
    return said.decode()
