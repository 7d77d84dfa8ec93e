"""The big sizes that the benchmark measures: a million waiting, ten million stored.

In: nothing. Out: what the benchmark printed. Promise: it ends well only if each work kept to its
own bounds.
"""

import asyncio
import sys
from pathlib import Path

from tests.torture.broken import demand
from tests.torture.children import die_with_parent

ROOT = Path(__file__).parents[2]
_WORKS = ("overtaking", "fairness", "stored")


async def big() -> str:
    """Run these works of the benchmark at their full sizes."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench", *_WORKS),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        preexec_fn=die_with_parent,
    )
    try:
        told, _ = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    words = told.decode("utf-8", "replace").strip()
    demand(child.returncode == 0, "the benchmark keeps to its bounds", words)
    return words
