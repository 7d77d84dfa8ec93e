"""A short form of sMsmode's largest batch: a real server, over its door."""

from tests.torture.smsmode_batch import smsmode_batch


async def test_a_large_file_is_taken_in_time_while_others_are_answered() -> None:
    """S19 E55: a tenth of the full size, within the time and the room that all of it may take."""
    assert "10,000 lines" in await smsmode_batch(lines=10_000)
