"""The reader of each kind of value that a dialect's settings are described by.

In: a kind. Out: its reader. Promise: what a dialect describes is read by the same rules as the rest
of the file.
"""

from typing import assert_never

from chappe.config.forms import digits, url
from chappe.config.readers import (
    Reader,
    amount,
    by_name,
    choice,
    flag,
    many,
    secret,
    whole,
)
from chappe.config.schema import Key
from chappe.words.setting import (
    Amount,
    Choice,
    Count,
    Digits,
    Flag,
    Hidden,
    Kind,
    Many,
    Named,
    Setting,
    Url,
)

_EXAMPLE = "https://example.org/sms"


def key_of(setting: Setting) -> Key:
    """A setting of a dialect as a key of the file."""
    return Key(reader_of(setting.kind), setting.default, setting.meaning, setting.unset)


def reader_of(kind: Kind) -> Reader:
    match kind:
        case Flag():
            return flag()
        case Url(bare):
            return url(_EXAMPLE, bare=bare)
        case Amount():
            return amount()
        case Hidden():
            return secret()
        case Choice(words, is_quoted):
            return choice(*words, quotes=is_quoted)
        case Digits(least, most, what):
            return digits(least, most, what)
        case Count(least, most, unit):
            return whole(least, most, unit)
        case Many(item, most):
            return many(reader_of(item), most)
        case Named(names, item):
            return by_name(names, reader_of(item))
    assert_never(kind)
