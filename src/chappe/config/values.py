"""The configuration as values: what the file says once it is read, or what a program says itself.

In: nothing; the fields' defaults are the product's defaults. Out: one frozen `Config`.
Promise: printing any of it, whole or in part, shows no secret.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from chappe.words.lifecycle import Reason
from chappe.words.order import Channel


class Secret:
    """A password or key in plain. It prints as '***'; only `reveal` tells it."""

    __slots__ = ("_plain",)

    def __init__(self, plain: str) -> None:
        self._plain = plain

    def reveal(self) -> str:
        return self._plain

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self._plain == other._plain

    def __hash__(self) -> int:
        return hash(self._plain)


class Listen(NamedTuple):
    """Where a door listens; port 0 is any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Span(NamedTuple):
    """Hours of the day in Paris, as minutes from midnight; over midnight where `closes` is less."""

    opens: int
    closes: int

    def __str__(self) -> str:
        (opens, start), (closes, end) = divmod(self.opens, 60), divmod(self.closes, 60)
        return f"{opens:02}:{start:02}-{closes:02}:{end:02}"


class TariffRow(NamedTuple):
    """The price of one billed part, in mills. `country` is an ISO code, or a zone of countries."""

    channel: Channel
    country: str
    quality: str
    price: int


class HttpConfig(msgspec.Struct, frozen=True, kw_only=True):
    listen: Listen = Listen("127.0.0.1", 8025)
    listen_tls: Listen | None = None
    trusted_proxies: tuple[str, ...] = ()


class SmtpConfig(msgspec.Struct, frozen=True, kw_only=True):
    listen: Listen = Listen("127.0.0.1", 2525)
    max_mib: int = 10
    names: tuple[str, ...] = ("sms",)


class SftpConfig(msgspec.Struct, frozen=True, kw_only=True):
    listen: Listen = Listen("127.0.0.1", 2222)
    quota_mb: int = 2_000


class MetricsConfig(msgspec.Struct, frozen=True, kw_only=True):
    listen: Listen = Listen("127.0.0.1", 9225)


class ConsoleConfig(msgspec.Struct, frozen=True, kw_only=True):
    listen: Listen = Listen("127.0.0.1", 8027)
    url: str = ""
    stay_hours: int = 12


class StoreConfig(msgspec.Struct, frozen=True, kw_only=True):
    url: str = "sqlite:///chappe.db"  # may hold a password: print `shown` instead

    @property
    def shown(self) -> str:
        """The URL without login, password and query."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}{parts.path}"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("url", self.shown)]

    def __repr__(self) -> str:
        return f"StoreConfig(url={self.shown!r})"


class CallbacksConfig(msgspec.Struct, frozen=True, kw_only=True):
    allow_private: bool = False
    ports: tuple[int, ...] = ()


class LookupConfig(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    key: Secret = Secret("")
    timeout_s: int = 10
    cache_h: int = 24

    # Its query may hold a key as well.
    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("timeout_s", self.timeout_s), ("cache_h", self.cache_h)]

    def __repr__(self) -> str:
        return f"LookupConfig(timeout_s={self.timeout_s}, cache_h={self.cache_h}, the rest hidden)"


class TracingConfig(msgspec.Struct, frozen=True, kw_only=True):
    endpoint: str
    sample: float = 0.0
    spans_max: int = 300


class VoiceConfig(msgspec.Struct, frozen=True, kw_only=True):
    engine: str = "espeak-ng"


class TinyConfig(msgspec.Struct, frozen=True, kw_only=True):
    domain: str = ""  # '' as declared; `Config.tiny_domain` is the one to use


class LinkConfig(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    kind: str
    host: str = ""
    port: int = 2775
    system_id: str = ""
    password: Secret = Secret("")
    system_type: str = ""
    bind: str = "trx"
    address_range: str = ""
    tls: bool = False
    tls_ca: str = ""
    tls_name: str = ""
    window: int = 50
    rate: float = 0.0
    source_ton: int | None = None
    source_npi: int | None = None
    dest_ton: int = 1
    dest_npi: int = 1
    data_coding: int = 0
    charset: str = ""  # '' follows data_coding
    service_type: str = ""
    id_form: str = "auto"
    long: str = "udh8"
    validity_h: int = 0
    enquire_s: int = 30
    answer_s: int = 30
    receipts_utc: bool = False
    errors: Mapping[str, Reason] = {}
    statuses: Mapping[int, str] = {}
    hours: Span | None = None
    cost: int = 0
    weight: int = 1
    centre: str = ""


class AccountConfig(msgspec.Struct, frozen=True, kw_only=True):
    """An account that the file declares. `declared` names the keys that stand in the file: these
    are applied anew at each reading, `balance` and other opening credit but once."""

    login: str
    password: Secret | None = None
    api_keys: tuple[Secret, ...] = ()
    balance: int = 0
    hlr_credit: int = 0
    callbacks: str = ""
    callback_hosts: tuple[str, ...] = ()
    email: str = ""
    state: str = "active"
    ips: tuple[str, ...] = ()
    sftp_keys: tuple[str, ...] = ()
    post_paid: bool = False
    parent: str = ""
    pays_from: str = ""
    hours: str = ""
    channel: str = ""
    countries: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    short_code: str = ""
    rate: int = 0
    queue_max: int = 0
    in_doubt: str = "by-channel"
    warn_below: int = 0
    topup_pending: bool = False
    dialects: Mapping[str, Mapping[str, Any]] = {}  # the declared keys only; some are Secret
    declared: frozenset[str] = frozenset()

    # URLs may hold logins and keys, so an account prints its name alone.
    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("login", self.login)]

    def __repr__(self) -> str:
        return f"AccountConfig(login={self.login!r}, the rest hidden)"


class RouteConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Where () stands, anything fits."""

    links: tuple[str, ...]
    account: tuple[str, ...] = ()
    channel: tuple[Channel, ...] = ()
    country: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    pick: str = "order"


class PriceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A [[price]] table: as many tariffs as it names channels times countries."""

    channel: tuple[Channel, ...]
    country: tuple[str, ...]
    price: int
    quality: str = ""

    def tariffs(self) -> Iterator[TariffRow]:
        for channel in self.channel:
            for country in self.country:
                yield TariffRow(channel, country, self.quality, self.price)


class RetentionConfig(msgspec.Struct, frozen=True, kw_only=True):
    texts_days: int = 90
    records_days: int = 400


class TlsConfig(msgspec.Struct, frozen=True, kw_only=True):
    cert: str
    key: str


class OptOutConfig(msgspec.Struct, frozen=True, kw_only=True):
    everywhere: bool = False


_TEXTS = (Channel.marketing, Channel.notification)
_DEAR = ("overseas", "near")

# The built-in price list. A country without a row, its own or its zone's, is not served.
PRICES: tuple[TariffRow, ...] = tuple(
    tariff
    for row in (
        PriceConfig(channel=_TEXTS, country=("france",), price=400),
        PriceConfig(channel=_TEXTS, country=("france",), quality="low", price=300),
        PriceConfig(channel=_TEXTS, country=_DEAR, price=800),
        PriceConfig(channel=(Channel.international,), country=("france",), price=400),
        PriceConfig(channel=(Channel.international,), country=_DEAR, price=800),
        PriceConfig(channel=(Channel.voice,), country=("france",), price=800),
        PriceConfig(channel=(Channel.voice,), country=_DEAR, price=1600),
    )
    for tariff in row.tariffs()
)

SIMULATED = LinkConfig(name="sim", kind="operator")
SIMULATED_CALLS = LinkConfig(name="calls", kind="calls")
SIMULATED_DOMAIN = "zv.hcnx.fr"


# Nothing of theirs leaves this machine.
SIMULATED_KINDS = frozenset({"operator", "calls"})


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is set. `Config()` is what no file at all means."""

    http: HttpConfig = HttpConfig()
    smtp: SmtpConfig | None = None
    sftp: SftpConfig | None = None
    metrics: MetricsConfig | None = None
    console: ConsoleConfig | None = None
    store: StoreConfig = StoreConfig()
    callbacks: CallbacksConfig = CallbacksConfig()
    lookup: LookupConfig | None = None
    tracing: TracingConfig | None = None
    voice: VoiceConfig = VoiceConfig()
    tiny: TinyConfig = TinyConfig()
    links: tuple[LinkConfig, ...] = (SIMULATED, SIMULATED_CALLS)
    accounts: tuple[AccountConfig, ...] = ()
    routes: tuple[RouteConfig, ...] = ()
    prices: tuple[TariffRow, ...] = PRICES
    retention: RetentionConfig = RetentionConfig()
    tls: TlsConfig | None = None
    optout: OptOutConfig = OptOutConfig()

    @property
    def simulated(self) -> bool:
        """Whether nothing leaves this machine."""
        return all(link.kind in SIMULATED_KINDS for link in self.links)

    @property
    def tiny_domain(self) -> str:
        """What tiny URLs begin with; '' where they can't be made, since no real domain is set."""
        return self.tiny.domain or (SIMULATED_DOMAIN if self.simulated else "")
