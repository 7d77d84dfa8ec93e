"""Whom to tell of what becomes of a message: URLs of the call and the account, by rank; filters.

In: what a message wishes, the account's settings. Out: a Tell; its form has a letter for the
statuses and one for the replies, then the numbers of the statuses that a filter lets through, if
there is one. Rank: the call's webhook, the call's own URL, then the account's webhook, the
account's own URL, and what stands in for all of them.

A filter is a URL: `.../RetrieveFilterStatus.php?target_ret_url=URL&status=11,13`, known by its path
whatever the host, as old URLs name the provider's. Nothing is ever fetched through it: it is read
here and forgotten, so there is no relay that somebody could use.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from chappe.dialects.craft.query import is_plain, joined
from chappe.dialects.highsms.names import CALL, WEBHOOK
from chappe.dialects.highsms.tables.limits import LIMITS
from chappe.dialects.highsms.tables.paths import NAME
from chappe.dialects.highsms.tables.webhooks import CALL_EVENTS, DEFERRED_M, KIND_EVENTS, KINDS
from chappe.words.account import Account
from chappe.words.lifecycle import Event
from chappe.words.order import Tell, Urls

_URLS = ("webhook_url", "ret_url", "ret_mo_url")
_FILTERED = frozenset({"webhook_url", "ret_url"})  # a reply has no status to be filtered by
# What is told at acceptance and at submission, and its number among the statuses.
_EARLY = ((Event.created, "1"), (Event.sent, "4"))
_SCRIPT = "/retrievefilterstatus.php"
_TARGET, _STATUS = "target_ret_url", "status"
_SCHEMES = ("http://", "https://")
_DIGITS_MOST = 3
_STATUSES_MOST = 32


def read_tell(wishes: Mapping[str, str], settings: Mapping[str, Any], callbacks: str) -> Tell:
    """Where events go. Whether a call's URLs can be called is `bad_url`'s to say."""
    webhook = wishes.get("webhook_url", "")
    url, how = _ranked("ret_url", webhook, wishes, settings, callbacks)
    reply_url, reply_how = _ranked("ret_mo_url", webhook, wishes, settings, callbacks)
    if not (url or reply_url):
        return _NOBODY
    kinds = tuple(settings.get("webhook_events", KINDS))
    hold_m = DEFERRED_M if settings.get("defer_receipts") else 0
    return _tell(url, how, reply_url, reply_how, kinds, hold_m)


_NOBODY = Tell()


def replies_to(account: Account) -> Tell:
    """Where the account's own settings have replies told that answer nothing."""
    return read_tell({}, account.dialects.get(NAME, {}), account.callbacks)


# An account has few URLs; many that come once would be kept among what goes at once, and hold it.
@lru_cache(256)
def _tell(
    url: str, how: str, reply_url: str, reply_how: str, kinds: tuple[str, ...], hold_m: int
) -> Tell:
    url, statuses = _unfiltered(url)
    reply_url, _ = _unfiltered(reply_url)
    events = Event.nothing
    if url:
        events |= CALL_EVENTS if how == CALL else _of(kinds)
    for event, status in _EARLY:
        if statuses and status not in statuses:
            events &= ~event
    if reply_url and (reply_how == CALL or "MO" in kinds):
        events |= Event.reply
    return Tell(Urls(url, reply_url), events, how + reply_how + ",".join(statuses), hold_m)


def _unfiltered(url: str) -> tuple[str, tuple[str, ...]]:
    """The URL behind a filter script, and what may pass; any other URL as it is, and ()."""
    if not is_script(url):
        return url, ()
    target, statuses = read_filter(url)
    return (target, statuses) if _is_plain(target) else ("", ())


def _of(kinds: Sequence[str]) -> Event:
    """What is told of messages; replies have a URL of their own."""
    events = Event.nothing
    for kind in kinds:
        events |= KIND_EVENTS[kind]
    return events & ~Event.reply


def _ranked(
    name: str,
    webhook: str,
    wishes: Mapping[str, str],
    settings: Mapping[str, Any],
    callbacks: str,
) -> tuple[str, str]:
    if webhook:
        return webhook, WEBHOOK
    if url := wishes.get(name):
        return url, CALL
    if url := settings.get("webhook_url"):
        return url, WEBHOOK
    if url := settings.get(name):
        return url, CALL
    return callbacks, WEBHOOK


def bad_url(wishes: Mapping[str, str]) -> str:
    """The first parameter that holds no URL we can call; '' where all are well."""
    for name in _URLS:
        url = wishes.get(name)
        # What is too long must not be remembered either.
        if url and (len(url) > LIMITS["url"] or not is_callable(url, name in _FILTERED)):
            return name
    return ""


@lru_cache(256)
def is_callable(url: str, may_filter: bool = True) -> bool:
    """A URL that we can call, or a filter before one."""
    if not is_script(url):
        return _is_plain(url)
    return may_filter and _is_plain(url.partition("?")[0]) and _is_plain(read_filter(url).target)


def _is_plain(url: str) -> bool:
    return is_plain(url, LIMITS["url"])


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
