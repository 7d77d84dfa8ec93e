"""Whoever looks at the console: their role, and what it lets them do.

In: nothing. Out: values. Promise: what a role may do stands in one table.
"""

from collections.abc import Mapping
from enum import IntEnum, IntFlag
from typing import Final

import msgspec


class Role(IntEnum):
    """What somebody is to the installation. The values stand in databases."""

    operator = 1
    support = 2
    reader = 3
    owner = 4  # an account, by its own login and password


class Right(IntFlag):
    """What may be done besides looking, of the accounts that may be seen at all."""

    texts = 1  # to read what was written
    tend = 2  # to tell callbacks once more
    act = 4  # whatever an account may do: to send, answer, call off, bar, keep contacts
    run = 8  # whatever is the installation's: accounts, credit, links, doubts


NONE: Final = Right(0)

RIGHTS: Mapping[Role, Right] = {
    Role.operator: Right.texts | Right.tend | Right.act | Right.run,
    Role.support: Right.tend,
    Role.reader: Right.texts,
    Role.owner: Right.texts | Right.tend | Right.act,
}


class Visitor(msgspec.Struct, frozen=True):
    """Somebody who is in."""

    login: str
    role: Role
    account: int  # which they see, with its children; 0: all
    pledge: str  # what a form of theirs must hold, so that nobody else can make them send it

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]
