"""A dropped file, looked through once, and then read once more in pieces.

In: an open file, the account that it is proved for. Out: who claims to ask and how many recipients
there are; then letters with some recipients each. Promise: what is in it means what it means in a
call, but for the bound on recipients.
"""

from array import array
from collections.abc import Mapping
from typing import BinaryIO, NamedTuple

import msgspec

from chappe.dialects.highsms.files.pieces import JsonFile, XmlFile
from chappe.dialects.highsms.read.call import Chunk, Push, Said
from chappe.dialects.highsms.read.letter import (
    AT_ONCE,
    When,
    order_of,
    read_letter,
    read_when,
    ref_of,
)
from chappe.dialects.highsms.read.terms import switch
from chappe.dialects.highsms.tables.limits import LIMITS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.dialects.shape import Opened
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Wrong
from chappe.words.bulk import Bulk, Loads, Pieced, Portion
from chappe.words.exchange import Request

_READINGS: Mapping[str, type[XmlFile] | type[JsonFile]] = {".xml": XmlFile, ".json": JsonFile}
ENDINGS: Mapping[str, int] = {".xml": LIMITS["xml_octets"], ".json": LIMITS["json_octets"]}
_TIMES = ("start_date", "start_time", "stop_time")
_SIZE = 1_000  # recipients in a piece, about


class Surveyed(NamedTuple):
    """What the first look brought, for the second."""

    source: BinaryIO
    ending: str
    now: int
    bulk: Bulk
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


def identify(request: Request, action: str) -> Opened[Surveyed] | Refusal:
    """Who asks, how much, and when it begins."""
    if request.file is None:
        raise ValueError("no file came")
    (source, now), ending = request.file, request.path
    reading = _READINGS[ending](source)
    look = _Look(now)
    for chunks in reading.chunks(_SIZE):
        if isinstance(chunks, Refusal):
            return chunks
        for chunk in chunks:
            look.take(chunk, reading.push)
    fields = reading.push.fields
    login, password = fields.get("accountid", ""), fields.get("password", "")
    if not (login and password):
        return Refusal(wrong={Error.password: ""})
    push = Push(fields)
    lone = sum(look.counts) == 1 and not switch(push, "noone", {})
    start = look.starts if look.counts else 0
    order = order_of(push, (), start, lone and look.opens < 0)
    found = Surveyed(source, ending, now, Bulk(order, look.counts), fields, look.heads)
    return Opened(Claim(login=login, secret=password), found)


def read_pieces(opened: Opened[Surveyed], account: Account, now: int) -> Pieced:
    """The same file again, as letters; the present is that of the first look."""
    return Pieced(opened.content.bulk, _pieces(opened.content, account))


def _pieces(found: Surveyed, account: Account) -> Loads:
    if not found.bulk.counts:
        yield Refusal(wrong={Error.missing: "message"})
        return
    push = Push(found.fields)
    wrong: Wrong = {}
    switch(push, "noone", wrong)
    for chunks in _READINGS[found.ending](found.source).chunks(_SIZE):
        if isinstance(chunks, Refusal):
            yield chunks
            return
        portions = []
        for chunk in chunks:
            said = _whole(chunk, found.heads)
            if said is None:
                continue
            letter = read_letter(push, said, account, found.now, wrong)
            if chunk.place in found.heads:
                # Whether some recipient has no ret_id, these few alone can't tell.
                letter = msgspec.structs.replace(letter, ref=ref_of(push, said))
            portions.append(Portion(chunk.place, letter))
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
