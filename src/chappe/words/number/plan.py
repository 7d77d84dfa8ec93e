"""The French numbering plan. In: nine national digits. Out: the E.164 number, and back.

Overseas departments share the national plan with the mainland but have calling codes of their own,
so `0690 00 12 34` and `+33 690 00 12 34` are both +590 690 00 12 34. Pure integers, no I/O.
"""

from typing import Final

FRANCE: Final = 33
NINE: Final = 1_000_000_000

# The first three of the nine national digits -> the calling code of an overseas department.
# 0 stands for blocks that are shared out further down, in SPLIT.
OVERSEAS: Final[dict[int, int]] = {
    262: 262,  # Reunion, landlines
    263: 262,
    269: 262,  # Mayotte, landlines
    508: 508,  # Saint-Pierre-et-Miquelon: 0508 and six digits
    590: 590,  # Guadeloupe, Saint-Barthelemy, Saint-Martin, landlines
    594: 594,  # Guyane, landlines
    596: 596,  # Martinique, landlines
    639: 0,
    690: 590,
    691: 590,
    692: 262,
    693: 262,
    694: 594,
    696: 596,
    697: 596,
    708: 0,
    709: 0,
}

# The first five digits -> calling code, where three do not decide; all others are the mainland's.
# 06 39 98 is kept for fiction on the mainland, the rest of 0639 is Mayotte.
SPLIT: Final[dict[int, int]] = {
    **dict.fromkeys([*range(63900, 63998), 63999], 262),
    **dict.fromkeys([*range(70840, 70846), *range(70850, 70857)], 508),
    **dict.fromkeys(range(70900, 70910), 590),
    **dict.fromkeys(range(70910, 70920), 596),
    **dict.fromkeys(range(70920, 70930), 262),
    **dict.fromkeys(range(70930, 70934), 594),
    **dict.fromkeys(range(70935, 70938), 262),
}

# 06 39 98 nn xx: the simulated network's own numbers.
FICTION: Final = 33_639_980_000
FICTION_END: Final = 33_639_990_000


def home(nine: int) -> int:
    """The E.164 number of nine national digits, the trunk 0 left out."""
    code = OVERSEAS.get(nine // 1_000_000, FRANCE)
    if code == 0:
        code = SPLIT.get(nine // 10_000, FRANCE)
    if code == 508 and nine // 1_000_000 == 508:
        return nine  # 508 is calling code and national prefix at once.
    return code * NINE + nine


def nine_of(number: int) -> int:
    """The nine national digits of a French number, mainland or overseas; 0 where it has none.

    `home` brings them back to the same number: +590 123456789 has the right length but no national
    form, since 0123456789 is in Paris.
    """
    nine = number if number < NINE else number % NINE
    return nine if nine >= 100_000_000 and home(nine) == number else 0
