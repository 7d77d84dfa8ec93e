"""How many descriptors a process may have, and who gets how many of them."""

import asyncio
import logging
import os
import resource
import subprocess
import sys

import pytest

from chappe.node.descriptors import DescriptorShares, DescriptorWatch, TooFew, share_out
from tests.cli.running import environment

WISHED = DescriptorShares(4096)


@pytest.mark.parametrize(
    ("bound", "links", "beside", "shares"),
    [
        (256, 1, 0, DescriptorShares(144, 38, 4)),
        (1024, 1, 0, DescriptorShares(721, 191, 23)),
        (1024, 20, 300, DescriptorShares(466, 124, 15)),
        (20_000, 1, 0, WISHED),
        (resource.RLIM_INFINITY, 1, 300, WISHED),
    ],
)
def test_some_are_kept_back_for_what_must_always_open(
    bound: int, links: int, beside: int, shares: DescriptorShares
) -> None:
    """E50: store, control socket and log get theirs however many customers come."""
    assert share_out(bound, WISHED, links, beside=beside) == shares
    assert bound < 0 or shares.http + shares.calls + 2 * shares.names + 64 <= bound


def test_less_than_is_configured_is_said_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    share_out(1024, WISHED, 1, beside=0)
    assert [record.getMessage() for record in caplog.records] == [
        "only 1024 files may be open (ulimit -n): there is room for 721 HTTP connections, not "
        "4096, and for 191 callbacks at a time"
    ]


def test_too_few_are_said_in_one_sentence() -> None:
    """E53."""
    with pytest.raises(TooFew) as seen:
        share_out(100, WISHED, 1, beside=0)
    assert str(seen.value) == (
        "Only 100 files may be open, which is too few for all that is configured: allow 146 at "
        "least, better some thousands (ulimit -n)."
    )
    share_out(146, WISHED, 1, beside=0)


def test_a_process_takes_as_many_as_it_ever_may() -> None:
    """E50: the usual bound of 1,024 is one that every process may raise."""
    script = """
import resource
from chappe.node.descriptors import raised
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 700))
print(raised(), resource.getrlimit(resource.RLIMIT_NOFILE), raised())
"""
    found = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "700 (700, 700) 700\n"


async def test_that_none_is_left_is_told_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """E50: neither the system nor the loop tells it."""
    monkeypatch.setattr("chappe.node.descriptors._LOOK_S", 0.001)
    caplog.set_level(logging.WARNING)
    looks = asyncio.Semaphore(0)
    watch = DescriptorWatch(looks.release)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.open(os.devnull, os.O_RDONLY)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        await watch.start()
        for _ in range(10):
            await looks.acquire()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        await watch.stop()
    assert [record.getMessage() for record in caplog.records] == [
        "no descriptor is left (ulimit -n): whoever connects now is lost"
    ]
