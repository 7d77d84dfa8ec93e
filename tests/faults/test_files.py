"""The short forms of the tortures of files: a real server, killed while it takes one, and one that
has enemies."""

import pytest

from tests.torture.files import Form, files
from tests.torture.hostile_files import SHORT, hostile_files

_RECIPIENTS = 20_000
_KILLS = 3


@pytest.mark.parametrize("form", ["xml", "json"])
async def test_a_killed_server_takes_a_file_once_and_whole(form: Form, seed: str) -> None:
    """H42: killed at random moments, then once more; and memory stays where it is."""
    assert f"{_KILLS} kills" in await files(form, _RECIPIENTS, _KILLS, seed)


async def test_whoever_means_harm_harms_nobody_else(seed: str) -> None:
    """E55: names, lists and large files of one customer, and a crowd of strangers."""
    assert "p50" in await hostile_files(SHORT, seed)
