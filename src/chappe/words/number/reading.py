"""Reading. In: a number as a client wrote it, the spellings its dialect takes. Out: the int, or 0.

French mobiles are read by shape, in bulk, with one translation and one pattern for a whole batch.
Everything else goes one by one, abroad by the lengths that the `phonenumbers` library knows.
Only a right length is asked for; whether it can be a mobile is `kind`'s to say.
"""

import re
from enum import IntFlag
from functools import cache
from typing import Final

from chappe.words.number.abroad import national_of, plan_of
from chappe.words.number.plan import FRANCE, NINE, OVERSEAS, home


class Spelling(IntFlag):
    """The spellings that a dialect takes. Blanks, dots, dashes, parentheses never count."""

    PLUS = 1  # +33619896895, +32475123456
    ZEROS = 2  # 0033619896895, 0032475123456
    BARE = 4  # 33619896895, 32475123456: a country's code without any sign
    HOME = 8  # 33619896895, 590690001234: the same, French codes alone
    NATIONAL = 16  # 0619896895, 0690001234
    SHORT = 32  # 619896895; wins over BARE, which reads 687751234 as New Caledonian
    BLANK_PLUS = 64  # ' 33619896895': a '+' that was not percent-encoded
    LOCAL_OVERSEAS = 128  # 0590690001234: 0, an overseas code, nine digits; 0508 and six
    MOBILE = 256  # 0619896895, 0690001234: of NATIONAL what begins with 06 or 07


USUAL: Final = Spelling.PLUS | Spelling.ZEROS | Spelling.BARE | Spelling.NATIONAL
"""As people type a number, whoever asks for it."""

# E.164 allows fifteen digits.
DIGITS_MAX: Final = 15
# Bounds the copy that a batch makes of its texts, and keeps it in the processor's cache.
BATCH: Final = 10_000

# Blanks, dots, dashes and parentheses. Those outside ASCII are looked for apart, since a text
# without them is translated several times faster.
_DROPPED: Final = dict.fromkeys(map(ord, " \t\r\v\f.-()"))
_DROPPED_BEYOND_ASCII: Final = "\u00a0\u2002\u2003\u2007\u2009\u2010\u2011\u2012\u2013\u202f"

# Flags are read at each number, and an int is ten times quicker to ask than an enum.
_PLUS: Final = int(Spelling.PLUS)
_ZEROS: Final = int(Spelling.ZEROS)
_BARE: Final = int(Spelling.BARE)
_HOME: Final = int(Spelling.HOME)
_NATIONAL: Final = int(Spelling.NATIONAL)
_SHORT: Final = int(Spelling.SHORT)
_BLANK_PLUS: Final = int(Spelling.BLANK_PLUS)
_LOCAL_OVERSEAS: Final = int(Spelling.LOCAL_OVERSEAS)
_MOBILE: Final = int(Spelling.MOBILE)

# What may stand before the nine digits of a French mobile, in each spelling.
_FRENCH_SIGNS: Final = (
    (_PLUS, r"\+330?"),
    (_ZEROS, "00330?"),
    (_BARE | _HOME, "330?"),
    (_NATIONAL | _MOBILE, "0"),
    (_SHORT, ""),
)
_FRENCH_CODES: Final = ("33", "262", "508", "590", "594", "596")
_OVERSEAS_CODES: Final = frozenset({"262", "590", "594", "596"})
_NOT_MAINLAND: Final = frozenset(str(prefix) for prefix in OVERSEAS)
_MAINLAND: Final = FRANCE * NINE


def read_all(texts: list[str], forms: Spelling) -> list[int]:
    """Read many numbers: the same as `read` of each, several times faster."""
    if len(texts) == 1:
        # A batch costs once what it saves on each of many.
        return [_one(texts[0], int(forms))]
    numbers: list[int] = []
    for start in range(0, len(texts), BATCH):
        numbers += _batch(texts[start : start + BATCH], forms)
    return numbers


def _one(text: str, bits: int) -> int:
    """The same as `_read`; most that come alone are French mobiles."""
    found = _mobiles(bits).fullmatch(text)
    nine = found[1] if found else None
    return _MAINLAND + int(nine) if nine and nine[:3] not in _NOT_MAINLAND else _read(text, bits)


def _batch(texts: list[str], forms: Spelling) -> list[int]:
    bits = int(forms)
    signed = _signed(texts) if bits & _BLANK_PLUS and bits & _PLUS else texts
    joined = "\n".join(signed)
    if joined.count("\n") != len(texts) - 1:
        return [_read(text, bits) for text in texts]
    found = _mobiles(bits).findall(_without_spacing(joined))
    return [
        (_MAINLAND + int(nine) if nine[:3] not in _NOT_MAINLAND else home(int(nine)))
        if nine
        else (_read(text, bits) if text else 0)  # one of a receipt's two mostly is none
        for nine, text in zip(found, texts, strict=True)
    ]


def _signed(texts: list[str]) -> list[str]:
    return ["+" + text[1:] if text[:1] == " " else text for text in texts]


def _without_spacing(text: str) -> str:
    if not text.isascii():
        for dropped in _DROPPED_BEYOND_ASCII:
            text = text.replace(dropped, "")
    return text.translate(_DROPPED)


@cache
def _mobiles(bits: int) -> re.Pattern[str]:
    """A pattern that finds in each line a French mobile's nine digits, or else an empty group."""
    signs = [sign for form, sign in _FRENCH_SIGNS if bits & form]
    start = f"(?:{'|'.join(signs)})" if signs else "(?!)"  # The latter never matches.
    return re.compile(rf"^(?:{start}([67][0-9]{{8}})|.*)$", re.MULTILINE)


def mainland_mobiles(forms: Spelling, plus: str) -> re.Pattern[bytes]:
    """Whole octets that are a metropolitan French mobile in one of these spellings, with its nine
    digits as a group; `plus` is how a sign is written there."""
    signs = [sign.replace(r"\+", plus) for form, sign in _FRENCH_SIGNS if int(forms) & form]
    away = "|".join(sorted(_NOT_MAINLAND))
    return re.compile(rf"(?:{'|'.join(signs)})((?!{away})[67][0-9]{{8}})\Z".encode())


def read(text: str, forms: Spelling) -> int:
    """Read one number; 0 where it is none, or is spelt in a way that is not taken."""
    return _read(text, int(forms))


def _read(text: str, bits: int) -> int:
    if text.isdigit() or (text[:1] == "+" and text[1:].isdigit()):
        return _plain(text, bits)
    plain = _without_spacing(text).replace("\n", "")
    number = _plain(plain, bits)
    # A blank may also be a mere blank, so it counts as a sign only where nothing else reads.
    return _abroad(plain) if not number and text[:1] == " " and bits & _BLANK_PLUS else number


def _plain(text: str, bits: int) -> int:
    """Read a number whose spacing is gone."""
    if text.startswith("+"):
        return _abroad(text[1:]) if bits & _PLUS else 0
    if text.startswith("00"):
        return _abroad(text[2:]) if bits & _ZEROS else 0
    if not (text.isascii() and text.isdigit()):
        return 0
    if text.startswith("0"):
        return _national(text, bits)
    if bits & _SHORT and len(text) == 9 and text[0] in "67":
        return home(int(text))
    if bits & _BARE or (bits & _HOME and text.startswith(_FRENCH_CODES)):
        return _abroad(text)
    return 0


def _national(text: str, bits: int) -> int:
    if len(text) == 10 and (bits & _NATIONAL or (bits & _MOBILE and text[1] in "67")):
        return home(int(text))
    if not bits & _LOCAL_OVERSEAS:
        return 0
    if len(text) == 10 and text.startswith("0508"):
        return home(int(text))
    return _abroad(text[1:]) if len(text) == 13 and text[1:4] in _OVERSEAS_CODES else 0


def _abroad(digits: str) -> int:
    """The number of a calling code and what follows it, France's own among them."""
    if not (digits.isascii() and digits.isdigit()) or digits[0] == "0":
        return 0
    if digits.startswith("33"):
        nine = digits[2:].removeprefix("0")  # +33 (0)6 is how many French write it.
        return home(int(nine)) if len(nine) == 9 and nine[0] != "0" else 0
    if len(digits) == 12 and digits[:3] in _OVERSEAS_CODES and digits[3] != "0":
        return int(digits)
    return number_abroad(digits) if len(digits) <= DIGITS_MAX else 0


def number_abroad(digits: str) -> int:
    """A number of any country; 0 where its length is none of that country's."""
    plan = plan_of(digits)
    if plan is None:
        return 0
    national = national_of(plan, digits)
    if national is None:
        return number_by_library(digits)
    return int(digits[: plan.size] + national) if national else 0


def number_by_library(digits: str) -> int:
    """Ask the library, which knows what some countries put in place of other digits."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return 0
    verdict = phonenumbers.is_possible_number_with_reason(parsed)
    if verdict != phonenumbers.ValidationResult.IS_POSSIBLE:
        return 0
    return int(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)[1:])
