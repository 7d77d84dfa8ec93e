"""Who takes part, and where each of them comes from. In: nothing. Out: data."""

from collections.abc import Mapping
from typing import Final

GOOD: Final = "good"
"""The honest customer: all that they are answered must be kept, and paid once."""
POOR: Final = "poor"
"""Has no credit, and documents that ask for much."""
DROPPER: Final = "dropper"
"""Has no credit, and a folder."""
BYSTANDER: Final = "bystander"
"""Does nothing, and must have as much at the end as at the beginning."""
FILLER: Final = "filler"
"""Sends so much at first that whatever the server remembers of messages is full."""
PASSWORD: Final = "torture-password"
POOR_KEY: Final = "torture-key"
POOR_MAIL: Final = "nothing@example.org"
"""The same customer, as those providers know it that ask for a key."""

OPENING: Final[Mapping[str, int]] = {
    GOOD: 100_000,
    FILLER: 10_000,
    BYSTANDER: 100,
    POOR: 0,
    DROPPER: 0,
}
"""Login -> euros at the beginning."""
NEW_OPENING: Final = 10

GOOD_ADDRESS, WATCH_ADDRESS, NEW_ADDRESS = "127.0.0.2", "127.0.0.3", "127.0.0.4"


def newcomer(number: int) -> str:
    """The login of a customer who has never been here."""
    return f"new{number}"
