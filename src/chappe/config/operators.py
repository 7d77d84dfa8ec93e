"""What an operator's own numbers mean: the tables `errors` and `statuses` of a link.

In: tables of TOML. Out: error -> Reason, and status -> a word: `later`, `throttled`, or the name of
the Reason for which it refuses. Promise: as of all readers.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from chappe.config.mistake import Wrong, kind, shown
from chappe.config.readers import Reader
from chappe.words.lifecycle import Reason

LATER, THROTTLED = "later", "throttled"

REASONS: Final = (
    *(Reason.npai, Reason.ported, Reason.invalid_operator, Reason.network, Reason.operator_credit),
    *(Reason.unrecognised, Reason.validity, Reason.absent, Reason.memory_full, Reason.barred),
    *(Reason.blocked, Reason.content, Reason.blacklisted, Reason.unknown_network, Reason.deleted),
    *(Reason.rejected, Reason.form, Reason.congested),
)
"""What an operator may mean by an error of its own."""

_NAMES: Final = {reason.name: reason for reason in REASONS}
_MOST: Final = 1_000
_ERROR: Final = re.compile(r"(?:([A-Z_]{1,20})/)?0*([0-9A-Z]{1,20})", re.ASCII)
_STATUS: Final = re.compile(r"0x[0-9a-f]{1,8}|[0-9]{1,10}", re.IGNORECASE | re.ASCII)
_STATUS_MOST: Final = 0xFFFFFFFF


def errors() -> Reader:
    """Errors as receipts have them, zeros before them aside: `99`, or `UNDELIV/99`."""
    words = ", ".join(_NAMES)

    def key(name: str) -> str:
        found = _ERROR.fullmatch(name.upper())
        if found is None:
            raise Wrong("it is no error", 'Write it as "99" or "UNDELIV/99".')
        state, error = found.groups()
        return f"{state}/{error}" if state else error

    return _table(key, lambda word: _NAMES[word], tuple(_NAMES), f"error = one of {words}")


def statuses() -> Reader:
    """Statuses as a sheet has them, hexadecimal after `0x`."""
    words = (LATER, THROTTLED, *_NAMES)

    def key(name: str) -> int:
        number = int(name, 0) if _STATUS.fullmatch(name) and not name.startswith("00") else 0
        if not 0 < number <= _STATUS_MOST:
            raise Wrong("it is no status", 'Write it as "0x0401" or "1025".')
        return number

    form = f"status = `{LATER}`, `{THROTTLED}`, or why it refuses, a word of `errors`"
    return _table(key, lambda word: word, words, form)


def _table(
    key: Callable[[str], Any], item: Callable[[str], Any], words: tuple[str, ...], form: str
) -> Reader:
    def read(value: Any) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise Wrong(f"{kind(value)} is not a table", f'Write it as {{ "99" = "{words[0]}" }}.')
        if len(value) > _MOST:
            raise Wrong(f"it has {len(value)} keys", f"At most {_MOST} will do.")
        return {_key(key, name): _item(item, name, word, words) for name, word in value.items()}

    return Reader(f"table of: {form}", read)


def _key(key: Callable[[str], Any], name: str) -> Any:
    try:
        return key(name)
    except Wrong as wrong:
        raise Wrong(wrong.what, wrong.remedy, (name,)) from None


def _item(item: Callable[[str], Any], name: str, word: Any, words: tuple[str, ...]) -> Any:
    if not isinstance(word, str) or word not in words:
        remedy = f"Write one of {', '.join(words)}."
        raise Wrong(f"{shown(word)} is not on its list", remedy, (name,))
    return item(word)
