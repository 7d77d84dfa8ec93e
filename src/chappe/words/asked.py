"""What a request may ask besides sending: read by a dialect, answered by the engine.

In: filled by a dialect. Out: taken by `engine.look`.
"""

import msgspec


class CampaignWanted(msgspec.Struct, frozen=True):
    """One order with its messages: by its number, or the last one that bears a reference."""

    order: int = 0
    reference: str = ""
