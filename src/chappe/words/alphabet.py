"""The alphabets of a text, and how its parts are counted for the bill.

In: nothing. Out: `Alphabet`, and `Weights`, with which a dialect says how it counts. The counting
itself is the engine's; the weights are data. Promise: values are frozen and never make a part so
small that a character of double weight could not enter it.
"""

from enum import IntEnum

import msgspec

DOUBLE_MIN = 2
"""What the heaviest character weighs, hence the smallest part there can be."""

EXTENDED = frozenset("\f^{}\\[~]|€")
"""The extension table of GSM 03.38: on the air each of these is an escape and a code."""


class Alphabet(IntEnum):
    """How a text travels. The text of a `binary` message is the hex of its octets, no blanks."""

    gsm = 1
    ucs2 = 2
    binary = 3


class Weights(msgspec.Struct, frozen=True):
    """How a dialect counts the parts that are *billed*; the parts that are sent obey the air.

    A text up to `one` is one part, a longer one fills parts of `many`. `double` are single
    characters that weigh two in a GSM text; in UCS-2 those above U+FFFF weigh two.
    With `pairs_whole` a double character never straddles a border, as on the air; without it
    the parts are the weight by `many`, rounded up.
    """

    gsm_one: int = 160
    gsm_many: int = 153
    ucs2_one: int = 70
    ucs2_many: int = 67
    double: frozenset[str] = EXTENDED
    pairs_whole: bool = True

    def __post_init__(self) -> None:
        if min(self.gsm_one, self.gsm_many, self.ucs2_one, self.ucs2_many) < DOUBLE_MIN:
            raise ValueError(f"a part must hold at least {DOUBLE_MIN}")
        if any(len(letter) != 1 for letter in self.double):
            raise ValueError("each double must be one character")


STANDARD = Weights()
