"""Long messages that come in: pieces put together again.

In: deliver_sm and data_sm, with a token each (what to acknowledge), and the time. Out: whole
texts, each with the tokens of all its pieces. Promise: pieces may come in any order, doubled, or
never. After `wait_ms` a text is given with `GAP` for each run of pieces that did not come. What
comes again after its text was given is said to be so, and is no second text. Memory is bounded:
where too many texts are open, the oldest is given as it is.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Generic, NamedTuple, TypeVar

from chappe.links.smpp.long import UDHI
from chappe.links.smpp.pdu import tlv
from chappe.links.smpp.tables import DataSm, DeliverSm, SubmitSm, Tag
from chappe.links.smpp.text import Charset, Reading, decode
from chappe.words.alphabet import Alphabet

GAP = "[...]"
"""Stands where pieces are missing: letters that every alphabet has."""

WAIT_MS = 300_000
OPEN_MAX = 1_000
PIECE_OCTETS = 254
"""A longer one came as a message_payload; it is no piece of anything."""

Token = TypeVar("Token")

# How the reference was given, so that one of 8 bits is never taken for one of 16; and itself.
Reference = tuple[str, int]
Key = tuple[str, str, Reference, int]


class Piece(NamedTuple):
    """What one PDU carries. Without a reference it is a whole message."""

    source: str
    destination: str
    octets: bytes
    data_coding: int
    reference: Reference = ("", 0)
    total: int = 1
    no: int = 1


class Whole(NamedTuple, Generic[Token]):
    """A text, and the tokens of the PDUs that brought it.

    `missing` pieces never came. What comes `again` was given before: its text is empty, and
    there is nothing to keep.
    """

    source: str
    destination: str
    text: str
    alphabet: Alphabet
    tokens: tuple[Token, ...]
    missing: int = 0
    again: bool = False


def read_piece(pdu: DeliverSm | DataSm | SubmitSm) -> Piece:
    """The piece in a PDU, its header taken off."""
    octets = b"" if isinstance(pdu, DataSm) else pdu.short_message
    payload = None if octets or not pdu.tlvs else tlv(pdu, Tag.message_payload)
    if isinstance(payload, bytes):
        octets = payload
    piece = Piece(pdu.source_addr, pdu.destination_addr, octets, pdu.data_coding)
    place: tuple[Reference, int, int] | None = None
    if pdu.esm_class & UDHI and octets and octets[0] < len(octets):
        piece = piece._replace(octets=octets[octets[0] + 1 :])
        place = _in_header(octets[1 : octets[0] + 1])
    if place is None and pdu.tlvs:
        place = _in_tlvs(pdu)
    if place is None or not 1 <= place[2] <= place[1] or place[1] == 1:
        return piece
    if len(piece.octets) > PIECE_OCTETS:
        return piece
    return piece._replace(reference=place[0], total=place[1], no=place[2])


def _in_header(elements: bytes) -> tuple[Reference, int, int] | None:
    """The concatenation element, of 8 bits (0) or of 16 (8); all others are passed over."""
    at = 0
    while at + 2 <= len(elements):
        kind, size = elements[at], elements[at + 1]
        value = elements[at + 2 : at + 2 + size]
        if len(value) < size:
            return None
        if kind == 0 and size == 3:
            return ("udh8", value[0]), value[1], value[2]
        if kind == 8 and size == 4:
            return ("udh16", value[0] << 8 | value[1]), value[2], value[3]
        at += 2 + size
    return None


def _in_tlvs(pdu: DeliverSm | DataSm | SubmitSm) -> tuple[Reference, int, int] | None:
    number = tlv(pdu, Tag.sar_msg_ref_num)
    total, no = tlv(pdu, Tag.sar_total_segments), tlv(pdu, Tag.sar_segment_seqnum)
    if isinstance(number, int) and isinstance(total, int) and isinstance(no, int):
        return ("sar", number), total, no
    return None


class _Open(Generic[Token]):
    """A text of which some pieces came."""

    def __init__(self, until: int) -> None:
        self.until = until
        self.pieces: dict[int, Piece] = {}
        self.tokens: list[Token] = []
        self.given = False


class Collector(Generic[Token]):
    """The long messages of one link that are on their way in. Times are milliseconds."""

    def __init__(
        self, charset: Charset = "gsm", wait_ms: int = WAIT_MS, open_max: int = OPEN_MAX
    ) -> None:
        self._charset = charset
        self._wait_ms = wait_ms
        self._open_max = open_max
        # In the order of their first pieces, which is the order in which they run out.
        self._open: dict[Key, _Open[Token]] = {}

    @property
    def wake_at(self) -> int | None:
        """When `tick` has something to do."""
        return next(iter(self._open.values())).until if self._open else None

    def add(self, piece: Piece, token: Token, now: int) -> list[Whole[Token]]:
        """The texts that this piece ends: its own, or an older one that had to make room."""
        if piece.total == 1:
            return [_whole([piece], (token,), 0, self._charset)]
        ended: list[Whole[Token]] = []
        key = piece.source, piece.destination, piece.reference, piece.total
        text = self._open.get(key)
        if text is not None and text.until <= now:
            ended += self.tick(now)
            text = None
        if text is not None and text.pieces.get(piece.no, piece).octets != piece.octets:
            # References are small and come round: this is another message.
            ended += self._give(key)
            del self._open[key]
            text = None
        if text is None:
            ended += self._make_room()
            text = self._open[key] = _Open(now + self._wait_ms)
        if text.given:
            again = Whole(*key[:2], "", Alphabet.gsm, (token,), again=True)
            return [*ended, again]
        text.pieces.setdefault(piece.no, piece)
        text.tokens.append(token)
        if len(text.pieces) == piece.total:
            ended += self._give(key)
        elif len(text.tokens) > _TOKENS_MAX:
            ended += self._give(key)
            del self._open[key]
        return ended

    def tick(self, now: int) -> list[Whole[Token]]:
        """The texts whose missing pieces are waited for no longer."""
        ended: list[Whole[Token]] = []
        for key in [key for key, text in self._run_out(now)]:
            ended += self._give(key)
            del self._open[key]
        return ended

    def give_all(self) -> list[Whole[Token]]:
        """All that is open, as it is."""
        ended = [whole for key in self._open for whole in self._give(key)]
        self._open.clear()
        return ended

    def _run_out(self, now: int) -> Iterator[tuple[Key, _Open[Token]]]:
        for key, text in self._open.items():
            if text.until > now:
                return
            yield key, text

    def _make_room(self) -> list[Whole[Token]]:
        if len(self._open) < self._open_max:
            return []
        oldest = next(iter(self._open))
        ended = self._give(oldest)
        del self._open[oldest]
        return ended

    def _give(self, key: Key) -> list[Whole[Token]]:
        text = self._open[key]
        if text.given:
            return []
        text.given = True
        pieces = [text.pieces[no] for no in sorted(text.pieces)]
        tokens, text.tokens = tuple(text.tokens), []
        return [_whole(pieces, tokens, key[3] - len(pieces), self._charset)]


_TOKENS_MAX = 1_000
"""A piece that is sent again and again while another never comes."""


def _whole(
    pieces: list[Piece], tokens: tuple[Token, ...], missing: int, charset: Charset
) -> Whole[Token]:
    """The text of pieces in order, which are of one message."""
    readings: list[Reading] = []
    marked = 0
    # A letter may lie across a border, so neighbours of one coding are read as one text.
    for (gap, code), run in groupby(_placed(pieces), lambda one: (one[0], one[1].data_coding)):
        octets = b"".join(piece.octets for _, piece in run)
        reading = decode(octets, code, charset)
        fresh, marked = gap != marked, gap
        readings.append(reading._replace(text=GAP + reading.text) if fresh else reading)
    text = "".join(reading.text for reading in readings)
    if pieces[-1].no < pieces[-1].total and missing:
        text += GAP
    kinds = {reading.alphabet for reading in readings}
    alphabet = kinds.pop() if len(kinds) == 1 else Alphabet.ucs2
    return Whole(pieces[0].source, pieces[0].destination, text, alphabet, tokens, missing)


def _placed(pieces: list[Piece]) -> Iterator[tuple[int, Piece]]:
    """Each piece, and the place of the gap before its run (0 for none)."""
    before, gap = 0, 0
    for piece in pieces:
        if piece.no != before + 1 and piece.total > 1:
            gap = piece.no
        before = piece.no
        yield gap, piece
