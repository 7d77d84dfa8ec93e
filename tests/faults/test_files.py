"""The short form of the torture of files: a real server, killed while it takes one."""

import pytest

from tests.torture.files import Form, files

_RECIPIENTS = 20_000
_KILLS = 3


@pytest.mark.parametrize("form", ["xml", "json"])
async def test_a_killed_server_takes_a_file_once_and_whole(form: Form, seed: str) -> None:
    """H42: killed at random moments, then once more; and memory stays where it is."""
    assert f"{_KILLS} kills" in await files(form, _RECIPIENTS, _KILLS, seed)
