"""A dropped file, looked through once, and then read once more in pieces.

In: an open file, the account that it is proved for. Out: who claims to ask and how many recipients
there are; then letters with some recipients each. Promise: what is in it means what it means in a
call, but for the bound on recipients.
"""

from array import array
from collections.abc import Mapping
from typing import BinaryIO, NamedTuple

import msgspec

from chappe.dialects.highsms.files.json import JsonFile
from chappe.dialects.highsms.files.xml import XmlFile
from chappe.dialects.highsms.read.call import Push, Said
from chappe.dialects.highsms.read.elements import Chunk
from chappe.dialects.highsms.read.letter import read_letter
from chappe.dialects.highsms.read.order import order_of
from chappe.dialects.highsms.read.terms import switch
from chappe.dialects.highsms.read.when import AT_ONCE, When, read_when
from chappe.dialects.highsms.tables import LIMITS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.dialects.shape import Survey
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Wrong
from chappe.words.bulk import Bulk, Loads, Portion

_READINGS: Mapping[str, type[XmlFile] | type[JsonFile]] = {".xml": XmlFile, ".json": JsonFile}
ENDINGS: Mapping[str, int] = {".xml": LIMITS["xml_octets"], ".json": LIMITS["json_octets"]}
_TIMES = ("start_date", "start_time", "stop_time")
_SIZE = 1_000  # recipients in a piece, about


class _Found(NamedTuple):
    """What the first look brought, for the second."""

    ending: str
    now: int
    fields: Mapping[str, str]
    heads: Mapping[int, Said]  # of messages that are cut, all but their recipients


class _Look:
    """Gathers what must be known of all messages before any recipient is kept."""

    def __init__(self, now: int) -> None:
        self.counts = array("q")
        self.heads: dict[int, Said] = {}
        self.starts = 1 << 62
        self.opens = -1
        self._now = now
        self._common: When | None = None  # of messages that set nothing of their own

    def take(self, chunk: Chunk, push: Push) -> None:
        place, said, ends = chunk
        if place == len(self.counts):
            self.counts.append(0)
        elif ends:
            self.heads[place] = msgspec.structs.replace(said, numbers=[], refs=[], params=[])
        self.counts[place] += len(said.numbers)
        if ends:
            when = self._when(push, said)
            self.starts = min(self.starts, when.start)
            self.opens = max(self.opens, when.opens)

    def _when(self, push: Push, said: Said) -> When:
        """A time that is none is refused when its letter is read."""
        if not said.fields and self._common is not None:
            return self._common
        wishes = push.wishes(said)
        day, begin, end = [wishes.get(name, "") for name in _TIMES]
        when = read_when(day, begin, end, self._now) or AT_ONCE
        if not said.fields:
            self._common = when
        return when


def survey(source: BinaryIO, ending: str, now: int) -> Survey | Refusal:
    """Who asks, how much, and when it begins."""
    reading = _READINGS[ending](source)
    look = _Look(now)
    for found in reading.chunks(_SIZE):
        if isinstance(found, Refusal):
            return found
        for chunk in found:
            look.take(chunk, reading.push)
    fields = reading.push.fields
    login, password = fields.get("accountid", ""), fields.get("password", "")
    if not (login and password):
        return Refusal(wrong={Error.password: ""})
    push = Push(fields)
    lone = sum(look.counts) == 1 and not switch(push, "noone", {})
    start = look.starts if look.counts else 0
    order = order_of(push, (), start, lone and look.opens < 0)
    content = _Found(ending, now, fields, look.heads)
    return Survey(Claim(login=login, secret=password), Bulk(order, look.counts), content)


def read_pieces(source: BinaryIO, surveyed: Survey, account: Account) -> Loads:
    """The same file again, as letters."""
    if not surveyed.bulk.counts:
        yield Refusal(wrong={Error.missing: "message"})
        return
    found: _Found = surveyed.content
    push = Push(found.fields)
    wrong: Wrong = {}
    switch(push, "noone", wrong)
    for chunks in _READINGS[found.ending](source).chunks(_SIZE):
        if isinstance(chunks, Refusal):
            yield chunks
            return
        portions = [
            Portion(chunk.place, read_letter(push, said, account, found.now, wrong))
            for chunk in chunks
            if (said := _whole(chunk, found.heads)) is not None
        ]
        if wrong:
            yield Refusal(wrong=wrong)
            return
        yield portions


def _whole(chunk: Chunk, heads: Mapping[int, Said]) -> Said | None:
    """What is said to these recipients; None where all of them were read already."""
    place, said, _ = chunk
    head = heads.get(place)
    if head is None:
        return said
    if not said.numbers:
        return None
    return msgspec.structs.replace(head, numbers=said.numbers, refs=said.refs, params=said.params)
