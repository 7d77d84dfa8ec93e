"""What the file says of an account, in the engine's words.

In: an AccountConfig. Out: what `engine.declare` applies: the keys that were given, no others;
which accounts the file declared once and names no more; where an account hears of replies.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chappe.config import AccountConfig, Config, Secret
from chappe.dialects.shape import Dialect, confirmation_of
from chappe.engine.accounts import Accounts
from chappe.engine.declare import Declared
from chappe.store.contract import ReplyTell
from chappe.words.account import Account
from chappe.words.lifecycle import Event
from chappe.words.money import COUNTED, HLR
from chappe.words.order import NewsKind

_FACTS = (
    "email",
    "state",
    "ips",
    "sftp_keys",
    "post_paid",
    "parent",
    "pays_from",
    "hours",
    "channel",
    "countries",
    "senders",
    "short_code",
    "rate",
    "queue_max",
    "in_doubt",
    "warn_below",
    "topup_pending",
    "callbacks",
    "callback_hosts",
)
_TOKEN = "token"
_PURSES = "route_balances"


def declared_of(config: AccountConfig) -> Declared:
    """Secrets apart, tokens among the keys, settings of dialects as plain values."""
    facts: dict[str, Any] = {
        name: getattr(config, name) for name in _FACTS if name in config.declared
    }
    sealed: dict[str, str] = {}
    tokens: list[str] = []
    purses: dict[str, int] = {}
    dialects: dict[str, Mapping[str, Any]] = {}
    for dialect, settings in config.dialects.items():
        plain: dict[str, Any] = {}
        for name, value in settings.items():
            if isinstance(value, Secret) and name == _TOKEN:
                tokens.append(value.reveal())
            elif isinstance(value, Secret):
                sealed[f"{dialect}.{name}"] = value.reveal()
            else:
                plain[name] = value
        purses |= plain.get(_PURSES, {})
        dialects[dialect] = plain
    if config.hlr_credit:
        purses[HLR] = config.hlr_credit * COUNTED
    if dialects:
        facts["dialects"] = dialects
    return Declared(
        login=config.login,
        facts=facts,
        password=config.password.reveal() if config.password else None,
        api_keys=[key.reveal() for key in config.api_keys],
        tokens=tokens,
        sealed=sealed,
        balance=config.balance,
        purses=purses,
        by_file=True,
    )


def undeclared(accounts: Accounts, config: Config) -> list[str]:
    """Logins of accounts that a file declared, that may send, and that this one names no more."""
    named = {one.login.casefold() for one in config.accounts}
    return sorted(
        account.login
        for account in accounts.all()
        if account.state in ("active", "pending")
        and accounts.secrets(account.id).by_file is not None
        and account.login.casefold() not in named
    )


def reply_tells(account: Account | None, dialects: Iterable[Dialect]) -> Sequence[ReplyTell]:
    """Where an account hears of replies that answer nothing, by each of its dialects."""
    if account is None:
        return ()
    tells = [(dialect.NAME, dialect.replies_to(account)) for dialect in dialects]
    return [
        ReplyTell(
            name,
            tell.urls.of(NewsKind.reply),
            tell.urls.of(NewsKind.stop),
            tell.form,
            int(tell.events & Event.reply),
            int(tell.events & Event.stop or tell.events & Event.reply),
        )
        for name, tell in tells
    ]


def confirm_stop(account: Account | None, name: str, dialects: Iterable[Dialect]) -> str:
    """What confirms a STOP to a message that came by some dialect; '' where nothing does."""
    spoken = [dialect for dialect in dialects if name == dialect.NAME]
    return confirmation_of(spoken[0], account) if spoken and account is not None else ""
