"""All rooms of the console, in the order of its menu."""

from collections.abc import Mapping, Sequence
from typing import Final

from chappe.console import form, frame
from chappe.console.rooms import (
    accounts,
    audit,
    callbacks,
    campaigns,
    contacts,
    doubt,
    handsets,
    links,
    messages,
    optouts,
    prices,
    replies,
    sandbox,
    traffic,
    usage,
)
from chappe.console.shape import ConsoleRoom

ROOMS: Final[Sequence[ConsoleRoom]] = (
    traffic.ROOM,
    messages.ROOM,
    campaigns.ROOM,
    replies.ROOM,
    optouts.ROOM,
    contacts.ROOM,
    accounts.ROOM,
    usage.ROOM,
    callbacks.ROOM,
    handsets.ROOM,
    sandbox.ROOM,
    links.ROOM,
    prices.ROOM,
    doubt.ROOM,
    audit.ROOM,
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
