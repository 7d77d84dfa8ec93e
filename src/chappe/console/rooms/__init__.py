"""All rooms of the console, in the order of its menu."""

from collections.abc import Mapping, Sequence
from typing import Final

from chappe.console import form, frame
from chappe.console.rooms import (
    callbacks,
    campaigns,
    contacts,
    handsets,
    links,
    messages,
    optouts,
    prices,
    replies,
    sandbox,
    traffic,
)
from chappe.console.shape import ConsoleRoom

ROOMS: Final[Sequence[ConsoleRoom]] = (
    traffic.ROOM,
    messages.ROOM,
    campaigns.ROOM,
    replies.ROOM,
    optouts.ROOM,
    contacts.ROOM,
    callbacks.ROOM,
    handsets.ROOM,
    sandbox.ROOM,
    links.ROOM,
    prices.ROOM,
)


def _french() -> Mapping[str, str]:
    """Every sentence's French; two rooms that say the same say it alike."""
    table: dict[str, str] = {**form.FRENCH, **frame.FRENCH}
    for room in ROOMS:
        for sentence, french in room.french.items():
            if table.setdefault(sentence, french) != french:
                raise ValueError(f"{room.name} has another French for {sentence!r}")
    return table


FRENCH: Final = _french()
