"""What differs from one call of a kind to the next: numbers and texts, sound ones and odd ones.

In: how the texts of a client end, and in which letters they are. Out: strategies of what is filled
in, and what all frames of calls share.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st

FORM = b"application/x-www-form-urlencoded"


class Fill(NamedTuple):
    """What differs from one call of a kind to the next."""

    number: bytes
    text: bytes


class Slot(Enum):
    """Where it is filled in."""

    number = 0
    text = 1


Pair = tuple[bytes, bytes]
Signing = Callable[[Sequence[Pair]], bytes]  # of all pairs but those that sign
Value = bytes | Slot | Signing
Frame = Callable[[Fill], bytes]  # -> the whole request


T = TypeVar("T")


@st.composite
def weighed(draw: st.DrawFn, *ways: tuple[int, st.SearchStrategy[T]]) -> T:
    """One of these, each as often as its weight; Hypothesis itself takes no notice of twins."""
    whole = [way for weight, way in ways for _ in range(weight)]
    return draw(whole[draw(st.integers(0, len(whole) - 1))])


mostly = weighed((3, st.just(True)), (1, st.just(False)))

OPTED_OUT = (33_612_999_001,)
STOPPERS = (33_639_980_001, 33_612_345_678)
_MOBILES = (
    *(*OPTED_OUT, *STOPPERS, 33_639_980_011, 33_639_982_603, 33_639_985_001, 33_639_987_701),
    *(33_601_020_304, 33_700_000_001, 33_799_999_999, 33_600_000_000),
)
_SPELT: Sequence[Callable[[int], str]] = (
    lambda number: f"+{number}",
    lambda number: f"+{number}",
    lambda number: f"0{number - 33_000_000_000}",
    lambda number: f"0{number - 33_000_000_000}",
    str,
    lambda number: f"00{number}",
    lambda number: f"+33 (0){str(number)[2:]}",
    lambda number: ".".join((f"0{str(number)[2:]}"[:4], str(number)[5:])),
    lambda number: f" {number}",
    lambda number: f"{number} ",
    lambda number: str(number)[2:],
)
_ODD = (
    *("+32475123456", "0032475123456", "32475123456", "+4915112345678", "+819012345678"),
    *("+33145000000", "0145000000", "0690001234", "+262692000001", "+590690000002", "0899123456"),
    *("", " ", ",", "wrong", "+33", "+334", "06123456789", "0612\u00a0345678", "0612345678x"),
    *("+33612345678,+33639980001", "0612345678,0612345678", "33612345678,", "+33612345678;1"),
    *("0612345678\n", "\t0612345678", "06\x0b12345678", "+336123\x0c45678", "\x000612345678"),
    *("\u0660612345678", "+33612345678%", "0612345678&to=0639980011", "<gsm>33612345678</gsm>"),
)
_spelt = st.builds(
    lambda spelt, one: spelt(one), st.sampled_from(_SPELT), st.sampled_from(_MOBILES)
)
_read_by_all = st.builds("{}{}".format, st.sampled_from(("+", "00")), st.sampled_from(_MOBILES))
numbers = weighed((7, _read_by_all), (2, _spelt), (1, st.sampled_from(_ODD)))

_LETTERS = "aZ 9é€[\n@'\"è!"
_TEXTS = (
    *("Bonjour", "Bonjour", "Rendez-vous demain a 10h", "L'été à la plage", "OK", "x", "Où? là!"),
    *("", " ", " Bonjour", "Bonjour ", "a  b", "Ligne\nune", "Ligne\r\nune", "a\tb", "\u00a0a"),
    *("Prix : 10€", "{nom} [x] ^~|\\", "{ch1}", "Emoji 😀", "Ça va", "Ł", "ß§Å", "e\u0301te\u0301"),
    *("Appelez le 0892123456", "0 892 12 34 56 : 0,35 euro", "Le 08.99.12.34.56", "+33892123456"),
    *("STOP", "Le STOP au 36105 ici", "a STOP au XXXXX b", "no PUB=STOP", "x no PUB rep STOP"),
    *("non STOP 36034 fin", "no-sms.eu", "x no-sms.eu", "STOP au XXXXXSTOP au XXXXX", "stop 36105"),
    *("%", "100%", "%URL%", "a&b", "a=b", "a;b", "1 < 2 > 0", "]]>", "&amp;", "&#65;", "<b>", "+"),
    *("\x00", "\x0b", "\x1b", "\ufeffA", "\ufffd", "`", "ÀÉ", "\u2019", "\u2026", "0 8", "8", "_"),
)
ENDS = (
    *("", "", "", "", " STOP au 36105", " STOP 36105", " STOP au XXXXX", " STOP XXXXX"),
    *(" STOP au 36034", " STOP 36034", "STOP au 36105", "  STOP au 36105", " STOP au 36105 "),
    *(" STOP au 3610", " STOP au 361055", "\nSTOP 36105", " stop au 36105", " STOP au 38000"),
    *(" no PUB=STOP", " no-sms.eu", "+STOP+au+36105", "%20STOP%20au%2036105"),
)
_SIZES = (1, 2, 69, 70, 99, 100, 101, 129, 130, 131, 145, 146, 147, 148, 149, 150, 159, 160, 161)
# Texts that some dialect takes for more than they look.
_TEMPTING = (
    *("Appelez le 0892123456", "0 892 12 34 56 : oui", "Le 08.99.12.34.56", "STOP 36034"),
    *("a STOP au XXXXX b", "Bonjour STOP", "(STOP 36034", " Bonjour", "Bonjour ", "a no-sms.eu"),
)
_runs = st.builds(
    lambda letter, size: letter * size,
    st.sampled_from(_LETTERS + "aaabbbz"),
    st.sampled_from((*_SIZES, 306, 307, 459, 460, 1_200)),
)
_plain = st.text(st.sampled_from("abcXYZ012 ,;:()éà!?'\""), min_size=1, max_size=165)
texts = weighed(
    (8, _plain),
    (2, st.sampled_from(_TEXTS)),
    (4, st.sampled_from(_TEMPTING)),
    (2, _runs),
    (1, st.text(st.sampled_from(_LETTERS + "abcXYZ08 ,;:()&%+"), min_size=1, max_size=165)),
)


def _octets(text: str, end: str, charset: str) -> bytes:
    return (text + end).encode(charset, "replace")


def fills(end: str, charset: str) -> st.SearchStrategy[Fill]:
    """Most texts of a client end alike, and all are in its letters."""
    ends = weighed((7, st.just(end)), (1, st.sampled_from(ENDS)))
    others = st.sampled_from(("utf-8", "iso-8859-15", "cp1252", "utf-16-le"))
    charsets = weighed((12, st.just(charset)), (1, others))
    return st.builds(Fill, numbers.map(str.encode), st.builds(_octets, texts, ends, charsets))


def posted(target: bytes, body: bytes, headers: bytes) -> bytes:
    head = b"POST %s HTTP/1.1\r\nHost: h\r\n%sContent-Length: %d\r\n\r\n"
    return head % (target, headers, len(body)) + body
