"""The filter script as a URL: `.../RetrieveFilterStatus.php?target_ret_url=URL&status=11,13`.

In: a URL of a call. Out: the URL behind it and the statuses that it lets through. The script is
known by its path whatever the host, as old URLs name the provider's. Nothing is ever fetched
through it: it is read here and forgotten, so there is no relay that somebody could use.
"""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from chappe.dialects.craft.query import joined

_SCRIPT = "/retrievefilterstatus.php"
_TARGET, _STATUS = "target_ret_url", "status"
_SCHEMES = ("http://", "https://")
_DIGITS_MOST = 3
_STATUSES_MOST = 32


class Filter(NamedTuple):
    """`target` is '' where none can be made out."""

    target: str
    statuses: tuple[str, ...] = ()


_NONE = Filter("")


def is_script(url: str) -> bool:
    """Whether a URL names the script. What is no URL names nothing."""
    try:
        return unquote(urlsplit(url).path).lower().endswith(_SCRIPT)
    except ValueError:
        return False


def read_filter(url: str) -> Filter:
    """Take the script's own two parameters out; all others belong to the target's query."""
    _, _, query = url.partition("?")
    own: dict[str, str] = {}
    others = []
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        name = unquote(name).strip()  # old URLs have a blank before `status`
        if name not in (_TARGET, _STATUS):
            others.append(parameter)
        elif name in own:
            return _NONE  # which of the two was meant, nobody can tell
        else:
            own[name] = value.strip()
    statuses = _statuses(own.get(_STATUS, ""))
    target = _plain(own.get(_TARGET, ""))
    if target and (rest := "&".join(filter(None, others))):
        target = joined(target, rest)
    if not statuses or _SCRIPT in unquote(target).lower():  # one within another
        return _NONE
    return Filter(target, statuses)


def _plain(target: str) -> str:
    """A target that is percent-encoded is decoded once; one that is not stands as it is."""
    return target if target.lower().startswith(_SCHEMES) else unquote(target)


def _statuses(given: str) -> tuple[str, ...]:
    """Numbers with commas between them; () for anything else."""
    numbers = [number.strip() for number in unquote(given).split(",")]
    sound = all(
        number.isascii() and number.isdigit() and len(number) <= _DIGITS_MOST for number in numbers
    )
    return tuple(dict.fromkeys(numbers)) if sound and len(numbers) <= _STATUSES_MOST else ()
