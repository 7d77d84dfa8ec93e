"""An account, as every room needs to know it.

In: the store's row. Out: a value. Promise: it holds no secret, but for that of its ids, which is
neither stored with it nor printed.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from chappe.words.codes import NOBODYS, SecretIds


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A customer: who may ask, and how they want things done."""

    id: int
    login: str
    state: str = "active"  # active | pending | suspended | closed
    email: str = ""
    post_paid: bool = False
    parent: str = ""  # login of the account that it stands beneath; '': none
    pays_from: str = ""  # login of the account whose purses it draws on; '': its own
    ips: tuple[str, ...] = ()
    sftp_keys: tuple[str, ...] = ()  # public keys, as in `authorized_keys`
    hours: str = ""  # 'legal' | 'any' | '': as the dialect has it
    channel: str = ""
    countries: tuple[str, ...] = ()  # () is all that have a price
    senders: tuple[str, ...] = ()  # () is any
    short_code: str = ""
    rate: int = 0  # submissions per second; 0 is no bound
    queue_max: int = 0
    in_doubt: str = "by-channel"  # by-channel | resend | hold
    warn_below: int = 0
    topup_pending: bool = False
    callbacks: str = ""
    callback_hosts: tuple[str, ...] = ()  # () is any
    details: Mapping[str, str] = {}  # what is known of whoever has it, as it was told
    dialects: Mapping[str, Mapping[str, Any]] = {}  # [account.highsms] and the like
    ids: SecretIds = NOBODYS  # the installation's, set when it is loaded

    def wish(self, dialect: str, name: str, default: Any = None) -> Any:
        """A setting of one dialect, or its default."""
        return self.dialects.get(dialect, {}).get(name, default)


class Claim(msgspec.Struct, frozen=True):
    """Who a request says that it comes from, found by a dialect and proved by the engine."""

    login: str = ""
    secret: str = ""  # the password
    key: str = ""  # an API key, or a token
    key_kind: str = "api"

    def __repr__(self) -> str:
        return f"Claim(login={self.login!r}, secrets hidden)"


class Proof(msgspec.Struct, frozen=True):
    """Texts and a signature: the caller says that one of these texts was signed so, with a key that
    their account shares with us."""

    key: str  # 'dialect.name' of the key
    algorithm: str  # sha256 | md5
    given: str  # the signature, in hex
    texts: tuple[bytes, ...]
    ends_in_key: bool = False  # the key's own letters close the text
