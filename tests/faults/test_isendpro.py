"""Short forms of iSendPro's largest directory and longest reports: a real server, over its door."""

from tests.torture.isendpro_figures import isendpro_directory, isendpro_long_texts, isendpro_reports


async def test_a_large_directory_is_filled_in_calls_and_written_to_in_one() -> None:
    """I5 I8: a twentieth of the largest, within the time and the room that all of it may take."""
    assert "5,000 members" in await isendpro_directory(members=5_000)


async def test_long_reports_take_little_room() -> None:
    """I9 E55: 16,000 lines with the longest text; held as a whole, they would be more than may be
    taken of the server's memory."""
    assert "16,000 lines" in await isendpro_long_texts(4_000, 4)


async def test_a_campaign_is_a_line_of_a_zip_that_is_read_as_it_comes() -> None:
    """I9: a thousand of them; a ZIP of 200,000 is tried by the torture, and one line more."""
    assert "1,000 lines" in await isendpro_reports(1_000)
