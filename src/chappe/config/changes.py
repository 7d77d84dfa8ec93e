"""What a second reading of the file changes: `compare`.

In: the Config in force and the one just read. Out: what must be done about it. Promise: what is
not named is the same, so that a link nobody touched stays bound.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from chappe.config.values import Config

# What is bound or opened once, at the start.
_FIXED: Mapping[str, Callable[[Config], Any]] = {
    "[http] listen": lambda config: config.http.listen,
    "[http] listen_tls": lambda config: config.http.listen_tls,
    "[smtp]": lambda config: config.smtp,
    "[sftp]": lambda config: config.sftp,
    "[metrics] listen": lambda config: config.metrics,
    "[console]": lambda config: config.console,
    "[store] url": lambda config: config.store,
    "[tls]": lambda config: config.tls is not None,
    "[lookup]": lambda config: config.lookup,
    "[tracing]": lambda config: config.tracing,
    "[voice]": lambda config: config.voice,
}
_LOOSE: Mapping[str, Callable[[Config], Any]] = {
    "[http] trusted_proxies": lambda config: config.http.trusted_proxies,
    "[callbacks]": lambda config: config.callbacks,
    "[tiny]": lambda config: config.tiny,
    "[[route]]": lambda config: config.routes,
    "[[price]]": lambda config: config.prices,
    "[retention]": lambda config: config.retention,
    "[optout]": lambda config: config.optout,
}


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Names, each in the order of the file. Accounts that left the file are not among them, since
    the file removes none."""

    links_added: tuple[str, ...] = ()
    links_removed: tuple[str, ...] = ()
    links_changed: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()  # new ones and changed ones, by login
    at_once: tuple[str, ...] = ()  # other settings that hold from now on
    restart: tuple[str, ...] = ()  # those that wait for the next start


def compare(old: Config, new: Config) -> Changes:
    before = {link.name: link for link in old.links}
    after = {link.name: link for link in new.links}
    known = {account.login: account for account in old.accounts}
    return Changes(
        links_added=tuple(name for name in after if name not in before),
        links_removed=tuple(name for name in before if name not in after),
        links_changed=tuple(
            name for name, link in after.items() if name in before and before[name] != link
        ),
        accounts=tuple(
            account.login for account in new.accounts if known.get(account.login) != account
        ),
        at_once=_differing(_LOOSE, old, new) + _renewed(old, new),
        restart=_differing(_FIXED, old, new),
    )


def _renewed(old: Config, new: Config) -> tuple[str, ...]:
    """Doors that show a certificate may show another; those that show none were opened so."""
    both = old.tls is not None and new.tls is not None
    return ("[tls]",) if both and old.tls != new.tls else ()


def _differing(
    settings: Mapping[str, Callable[[Config], Any]], old: Config, new: Config
) -> tuple[str, ...]:
    return tuple(name for name, look in settings.items() if look(old) != look(new))
