"""What one value alone can't tell: names that are given twice or to nobody, keys that need others.

In: the file's tables, what of them could be read, and the dialects that are spoken. Out: faults.
Promise: a value that could not be read is not taken for a missing one, so whether a key or a name
is there is asked of the file.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from chappe.config.mistake import Fault, Path
from chappe.config.schema import Drafts
from chappe.config.tables import SMPP_KEYS
from chappe.config.values import (
    SIMULATED,
    SIMULATED_CALLS,
    SIMULATED_KINDS,
    ConsoleConfig,
    HttpConfig,
    Listen,
    MetricsConfig,
    RetentionConfig,
    SftpConfig,
    SmtpConfig,
)
from chappe.dialects.shape import Dialect, mailboxes_of
from chappe.words.order import Channel
from chappe.words.setting import Hidden

Tables = Mapping[str, Any]

# Where the doors listen if nothing is said.
_DOORS = {
    "http": HttpConfig().listen,
    "smtp": SmtpConfig().listen,
    "sftp": SftpConfig().listen,
    "metrics": MetricsConfig().listen,
    "console": ConsoleConfig().listen,
}


def check(tables: Tables, drafts: Drafts, dialects: Sequence[Dialect]) -> Iterator[Fault]:
    """Every fault between values; their order means nothing."""
    for one in _CHECKS:
        yield from one(tables, drafts)
    yield from _mail(drafts, dialects)
    yield from _wishes(drafts, dialects)
    yield from _identities(drafts, dialects)


def _links(_: Tables, drafts: Drafts) -> Iterator[Fault]:
    links = drafts.get("link", [])
    yield from _twice(
        ((*path, "name"), values.get("name"), f"{values.get('name')!r} is the name of another link")
        for path, values, _ in links
    )
    for path, values, given in links:
        if values.get("kind") == "smpp" and "host" not in given:
            yield Fault(path, "it has no host", 'Add host = "...", the operator\'s SMPP centre.')
        if "tls" not in given:
            remedy = "Write tls = true, or remove it."
            extra = [key for key in ("tls_ca", "tls_name") if key in given]
            yield from (Fault((*path, key), "tls is not set", remedy) for key in extra)
        if values.get("kind") in SIMULATED_KINDS:
            what, remedy = (
                "a simulated link has no use for it",
                'Remove it, or write kind = "smpp".',
            )
            yield from (Fault((*path, key), what, remedy) for key in given if key in SMPP_KEYS)


def _accounts(_: Tables, drafts: Drafts) -> Iterator[Fault]:
    accounts = drafts.get("account", [])
    yield from _twice(
        (
            (*path, key),
            values[key].casefold(),
            f"{values[key]!r} names another account, whatever its case",
        )
        for path, values, _ in accounts
        for key in ("login", "email")
        if key in values
        and (key == "login" or values[key].casefold() != values.get("login", "").casefold())
    )
    yield from _twice(
        ((*path, "api_keys", place), key, "this key stands in the file twice")
        for path, values, _ in accounts
        for place, key in enumerate(values.get("api_keys", ()))
    )


# What names another account, which must not name one itself: what is said where it does.
_OTHERS = {
    "pays_from": ("draws on another's balances itself", "Name one that has its own."),
    "parent": ("stands beneath another account itself", "Name one that does not."),
}


def _others(tables: Tables, drafts: Drafts) -> Iterator[Fault]:
    logins = _written(tables, "account", "login")
    accounts = drafts.get("account", [])
    for key, (what_it_does, how_else) in _OTHERS.items():
        doing = {values.get("login") for _, values, _ in accounts if key in values}
        for path, values, _ in accounts:
            named = values.get(key)
            if named is None:
                continue
            if named not in logins:
                what, remedy = "is no account of this file", "Declare it."
            elif named in doing:
                what, remedy = what_it_does, how_else
            else:
                continue
            yield Fault((*path, key), f"{named!r} {what}", remedy)


def _routes(tables: Tables, drafts: Drafts) -> Iterator[Fault]:
    known = {
        "links": _written(tables, "link", "name") or {SIMULATED.name, SIMULATED_CALLS.name},
        "account": _written(tables, "account", "login"),
    }
    for path, values, _ in drafts.get("route", []):
        for key, names in known.items():
            for place, name in enumerate(values.get(key, ())):
                if name not in names:
                    what = "link" if key == "links" else "account"
                    listed = ", ".join(map(repr, sorted(names)[:10])) or "none"
                    yield Fault(
                        (*path, key, place),
                        f"{name!r} is no {what} of this file",
                        f"Declare it, or name one of: {listed}.",
                    )


def _calls(_: Tables, drafts: Drafts) -> Iterator[Fault]:
    """Calls go by links of their own, and nothing else does."""
    links = drafts.get("link", [])
    calls = {values.get("name") for _, values, _ in links if values.get("kind") == "calls"}
    if not links:
        calls = {SIMULATED_CALLS.name}
    for path, values, _ in drafts.get("route", []):
        for_calls = {name in calls for name in values.get("links", ())}
        channels = {channel is Channel.voice for channel in values.get("channel", ())}
        if len(for_calls) > 1:
            what = "some of them take calls only, and the others none"
            yield Fault((*path, "links"), what, "Write a [[route]] for each.")
        elif for_calls and channels and for_calls != channels:
            remedy = 'Links of kind "calls" go with channel = "voice", all others with the others.'
            yield Fault((*path, "channel"), "these links take no such messages", remedy)


def _prices(_: Tables, drafts: Drafts) -> Iterator[Fault]:
    yield from _twice(
        (
            path,
            (channel, country, values.get("quality")),
            f"{channel.name} to {country} of that quality has a price already",
        )
        for path, values, given in drafts.get("price", [])
        if values.keys() == given.keys()
        for channel in values.get("channel", ())
        for country in values.get("country", ())
    )


def _doors(_: Tables, drafts: Drafts) -> Iterator[Fault]:
    found: dict[Path, Listen] = {}
    unset: dict[Path, Listen] = {}
    for name, listen in _DOORS.items():
        tables = drafts.get(name, [])
        if not any("listen" in given for _, _, given in tables) and (tables or name == "http"):
            unset[(name, "listen")] = listen
        for path, values, _ in tables:
            found |= {(*path, key): values[key] for key in values if key.startswith("listen")}
    # What is not given comes first, so that what is given gets the blame.
    yield from _twice(
        (path, listen, f"'{listen}' is another door's place")
        for path, listen in (unset | found).items()
        if listen.port
    )
    if ("http", "listen_tls") in found and "tls" not in drafts:
        remedy = "Add [tls] with cert and key."
        yield Fault(("http", "listen_tls"), "there is no certificate for it", remedy)


def _lookup(_: Tables, drafts: Drafts) -> Iterator[Fault]:
    for path, values, _given in drafts.get("lookup", []):
        if "@" in urlsplit(values.get("url", "")).netloc:
            remedy = 'Take it out; what the service knows us by is key = "...".'
            yield Fault((*path, "url"), "there is a login in it", remedy)


def _tracing(_: Tables, drafts: Drafts) -> Iterator[Fault]:
    for path, values, _given in drafts.get("tracing", []):
        parts = urlsplit(values.get("endpoint", ""))
        if "@" in parts.netloc or parts.query or parts.fragment:
            remedy = 'Write no more than where the collector is, such as "http://127.0.0.1:4318".'
            yield Fault((*path, "endpoint"), "a login, a query or a '#' is in it", remedy)


def _retention(_: Tables, drafts: Drafts) -> Iterator[Fault]:
    for path, values, given in drafts.get("retention", []):
        kept = RetentionConfig(**values)
        if kept.records_days < kept.texts_days and values.keys() == given.keys():
            key = "records_days" if "records_days" in values else "texts_days"
            what = f"records would go after {kept.records_days} days, before their texts"
            yield Fault((*path, key), what, f"Write records_days = {kept.texts_days} or more.")


_CHECKS: tuple[Callable[[Tables, Drafts], Iterator[Fault]], ...] = (
    _links,
    _accounts,
    _others,
    _routes,
    _calls,
    _prices,
    _doors,
    _lookup,
    _tracing,
    _retention,
)


def _mail(drafts: Drafts, dialects: Sequence[Dialect]) -> Iterator[Fault]:
    """A name that no dialect takes mail for would take mail for nobody."""
    for path, values, _ in drafts.get("smtp", []):
        known = sorted(mailboxes_of(dialects))
        if not known:
            what = "no dialect that is spoken here takes mail, so it would do nothing"
            yield Fault(path, what, "Remove it.")
            continue
        for place, name in enumerate(values.get("names", SmtpConfig().names)):
            if name not in known:
                what = f"{name!r} is the address of no dialect"
                remedy = f"Name one of: {', '.join(map(repr, known))}."
                yield Fault((*path, "names", place), what, remedy)


def _wishes(drafts: Drafts, dialects: Sequence[Dialect]) -> Iterator[Fault]:
    """What a dialect knows of its own settings."""
    for path, values, given in drafts.get("account", []):
        for dialect in dialects:
            wishes = values["dialects"].get(dialect.NAME)
            if wishes:
                for clash in dialect.SETTINGS.check(wishes, given[dialect.NAME].keys()):
                    yield Fault((*path, dialect.NAME, *clash.at), clash.what, clash.remedy)


def _identities(drafts: Drafts, dialects: Sequence[Dialect]) -> Iterator[Fault]:
    """Secrets by which alone an account is known, whichever dialect they are for."""
    keys = [
        (dialect.NAME, key)
        for dialect in dialects
        for key, setting in dialect.SETTINGS.keys.items()
        if isinstance(setting.kind, Hidden) and setting.kind.identifies
    ]
    yield from _twice(
        ((*path, name, key), values["dialects"][name][key], f"this {key} stands in the file twice")
        for path, values, _ in drafts.get("account", [])
        for name, key in keys
        if key in values["dialects"].get(name, {})
    )


def _twice(found: Iterable[tuple[Path, Hashable, str]]) -> Iterator[Fault]:
    """A fault for whatever stands there again; what could not be read is None and passes."""
    seen: dict[Hashable, Path] = {}
    for path, value, what in found:
        if value is not None and value in seen:
            remedy = "Each must be unique: change or remove one of the two."
            yield Fault(path, what, remedy, other=seen[value])
        seen.setdefault(value, path)


def _written(tables: Tables, section: str, key: str) -> set[str]:
    """The names that a section gives, those of tables with mistakes too."""
    given = tables.get(section)
    rows = given if isinstance(given, list) else []
    found = (row.get(key) for row in rows if isinstance(row, dict))
    return {name for name in found if isinstance(name, str)}
