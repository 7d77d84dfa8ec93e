"""Long messages on their way in: pieces kept until all are there.

In: pieces, with a token each (what to acknowledge), and the time. Out: what is to be done: keep a
piece (`Bit`), keep a whole text (`Whole`), acknowledge what came before (`Again`). Promise: each
token comes back exactly once; pieces may come in any order, doubled, or never. After `wait_ms` a
text is given with its gaps. What could not be kept is given again. Memory is bounded: where too
many texts or pieces are open, the oldest is given as it is.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

from chappe.links.smpp.texts.pieces import Piece, Reference, text_of
from chappe.links.smpp.texts.text import Charset
from chappe.words.report import Fragment

WAIT_MS: Final = 300_000
AGAIN_MS: Final = 5_000
"""How long it takes until a text that could not be kept is given again."""

OPEN_MAX: Final = 1_000
PIECES_MAX: Final = 20_000

Token = TypeVar("Token")
Place = tuple[str, str, Reference, int]


class Whole(NamedTuple, Generic[Token]):
    """A text to be kept; `settled` is to be told. `key` is what its pieces were kept under, and
    empty where it came in one. `missing` pieces never came."""

    source: str
    destination: str
    text: str
    tokens: tuple[Token, ...]
    missing: int = 0
    key: str = ""


class Bit(NamedTuple, Generic[Token]):
    """A piece to be kept until the others are there."""

    fragment: Fragment
    token: Token


class Again(NamedTuple, Generic[Token]):
    """What came before, and is kept."""

    token: Token


Done = Whole[Token] | Bit[Token] | Again[Token]


class _Text(Generic[Token]):
    """A text of which some pieces came."""

    def __init__(self, key: str, until: int) -> None:
        self.key = key
        self.until = until
        self.pieces: dict[int, Piece] = {}
        self.late: list[Token] = []  # of pieces that came again while it was being kept
        self.going = False  # it was given, or is to be given again
        self.kept = False


class Collector(Generic[Token]):
    """The long messages of one link that are on their way in. Times are milliseconds of a clock
    that nobody sets; the date, `at`, is only written down."""

    def __init__(
        self, charset: Charset = "gsm", wait_ms: int = WAIT_MS, open_max: int = OPEN_MAX
    ) -> None:
        self._charset = charset
        self._wait_ms = wait_ms
        self._open_max = open_max
        self._count = itertools.count()
        self._pieces = 0  # of all texts that are open
        # In the order of their first pieces, which is the order in which they run out. A text
        # stays after it was given, so that what comes again is known.
        self._open: dict[Place, _Text[Token]] = {}
        self._going: dict[str, _Text[Token]] = {}
        self._owed: list[tuple[int, _Text[Token]]] = []

    @property
    def wake_at(self) -> int | None:
        """When `tick` has something to do."""
        times = [at for at, _ in self._owed[:1]]
        times += [text.until for text in itertools.islice(self._open.values(), 1)]
        return min(times, default=None)

    def take_up(self, fragments: Iterable[Fragment], now: int, at: int) -> None:
        """What was kept before; what of it is whole, or waited too long, comes with `tick`."""
        for fragment in fragments:
            try:
                piece = msgspec.json.decode(fragment.body, type=Piece)
            except msgspec.DecodeError:
                continue  # of no version that we know: nothing can be made of it
            text = self._open.get(_place(piece))
            if text is None or text.key != fragment.pieces:
                if text is not None:
                    self._owe(self._pop(_place(piece)), now)
                waited = min(max(0, at - fragment.at), self._wait_ms)
                text = _Text(fragment.pieces, now + self._wait_ms - waited)
                self._open[_place(piece)] = text
            self._put(text, piece)
        self._open = dict(sorted(self._open.items(), key=lambda one: one[1].until))
        for place, text in self._open.items():
            if len(text.pieces) == place[-1]:
                self._owe(text, now)

    def add(self, piece: Piece, token: Token, now: int, at: int) -> list[Done[Token]]:
        """What is to be done now that this piece came."""
        if piece.total == 1:
            words = text_of([piece], self._charset)
            return [Whole(piece.source, piece.destination, words, (token,))]
        done: list[Done[Token]] = [*self.tick(now)]
        place = _place(piece)
        text = self._open.get(place)
        if text is not None and text.pieces.get(piece.no, piece).octets != piece.octets:
            # References are small and come round: this is another message.
            done += self._close(place)
            text = None
        if text is None:
            if len(self._open) >= self._open_max or self._pieces >= PIECES_MAX:
                done += self._close(next(iter(self._open)))
            key = " ".join(map(str, (*place[:2], *place[2], place[3], at, next(self._count))))
            text = self._open[place] = _Text(key, now + self._wait_ms)
        elif text.kept:
            return [*done, Again(token)]
        elif text.going:
            text.late.append(token)
            return done
        self._put(text, piece)
        if len(text.pieces) == piece.total:
            return [*done, self._give(text, (token,))]
        body = msgspec.json.encode(piece).decode()
        return [*done, Bit(Fragment(text.key, piece.no, at, body), token)]

    def settled(self, key: str, kept: bool, now: int) -> Sequence[Token]:
        """A Whole with this key is on disk, or is not; the tokens that hear the same."""
        text = self._going.pop(key, None)
        if text is None:
            return ()
        text.kept = kept
        if not kept:
            self._owe(text, now + AGAIN_MS)
        late, text.late = text.late, []
        return late

    def tick(self, now: int) -> list[Whole[Token]]:
        """What is to be given again, and what was waited for long enough."""
        due = [text for at, text in self._owed if at <= now]
        if due:
            self._owed = [one for one in self._owed if one[0] > now]
        given = [self._give(text) for text in due]
        while self._open:
            place, text = next(iter(self._open.items()))
            if text.until > now:
                break
            given += self._close(place)
        return given

    def _close(self, place: Place) -> list[Whole[Token]]:
        """It takes no more pieces."""
        text = self._pop(place)
        return [] if text.going else [self._give(text)]

    def _put(self, text: _Text[Token], piece: Piece) -> None:
        if piece.no not in text.pieces:
            text.pieces[piece.no] = piece
            self._pieces += 1

    def _pop(self, place: Place) -> _Text[Token]:
        text = self._open.pop(place)
        self._pieces -= len(text.pieces)
        return text

    def _owe(self, text: _Text[Token], at: int) -> None:
        text.going = True
        self._owed.append((at, text))
        self._owed.sort(key=lambda one: one[0])

    def _give(self, text: _Text[Token], tokens: tuple[Token, ...] = ()) -> Whole[Token]:
        text.going = True
        self._going[text.key] = text
        pieces = [text.pieces[no] for no in sorted(text.pieces)]
        first, missing = pieces[0], pieces[0].total - len(pieces)
        words = text_of(pieces, self._charset)
        return Whole(first.source, first.destination, words, tokens, missing, text.key)


def _place(piece: Piece) -> Place:
    return piece.source, piece.destination, piece.reference, piece.total
