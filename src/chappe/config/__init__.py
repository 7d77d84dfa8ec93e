"""The configuration: one TOML file and what it draws on, read once into one frozen value.

In: the text of the file, and its surroundings. Out: a `Config`, or a `Mistake` that names the line
and the remedy. Promise: nothing is half read, and nothing of it prints a secret.
"""

from chappe.config.changes import Changes, compare
from chappe.config.mistake import Mistake
from chappe.config.outside import Outside
from chappe.config.page import settings_page
from chappe.config.read import read_config
from chappe.config.values import (
    PRICES,
    AccountConfig,
    CallbacksConfig,
    Config,
    ConsoleConfig,
    HttpConfig,
    LinkConfig,
    Listen,
    LookupConfig,
    MetricsConfig,
    OptOutConfig,
    PriceConfig,
    RetentionConfig,
    RouteConfig,
    Secret,
    SftpConfig,
    SmtpConfig,
    Span,
    StoreConfig,
    TariffRow,
    TinyConfig,
    TlsConfig,
    TracingConfig,
    VoiceConfig,
)

__all__ = [
    "PRICES",
    "AccountConfig",
    "CallbacksConfig",
    "Changes",
    "Config",
    "ConsoleConfig",
    "HttpConfig",
    "LinkConfig",
    "Listen",
    "LookupConfig",
    "MetricsConfig",
    "Mistake",
    "OptOutConfig",
    "Outside",
    "PriceConfig",
    "RetentionConfig",
    "RouteConfig",
    "Secret",
    "SftpConfig",
    "SmtpConfig",
    "Span",
    "StoreConfig",
    "TariffRow",
    "TinyConfig",
    "TlsConfig",
    "TracingConfig",
    "VoiceConfig",
    "compare",
    "read_config",
    "settings_page",
]
