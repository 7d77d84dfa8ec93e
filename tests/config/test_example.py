"""The example file: every key of the tables stands in it, and reads as what it says."""

from pathlib import Path

from chappe.config import (
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
    read_config,
)
from chappe.config.syntax import parse
from chappe.config.tables import OPERATOR_KEYS, sections
from chappe.dialects import DIALECTS
from chappe.words.lifecycle import Reason
from chappe.words.order import Channel

EXAMPLE = (Path(__file__).parents[2] / "chappe.toml.example").read_text()
SECTIONS = sections(DIALECTS)
HERE = "https://fred.example.org"

FRED = AccountConfig(
    login="fred",
    password=Secret("xpasswordx"),
    api_keys=(Secret("key-of-fred"), Secret("another-key")),
    balance=1_000_000,
    hlr_credit=500,
    callbacks=f"{HERE}/sms",
    callback_hosts=(".example.org", "192.0.2.10"),
    email="fred@example.org",
    state="pending",
    ips=("192.0.2.0/24", "2001:db8::/32"),
    sftp_keys=(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f fred",
    ),
    post_paid=True,
    hours="any",
    channel="notification",
    countries=("FR", "RE", "BE"),
    senders=("FRED", "FRED SA"),
    short_code="38123",
    rate=50,
    queue_max=200_000,
    in_doubt="hold",
    warn_below=125_000,
    topup_pending=True,
    declared=frozenset(SECTIONS["account"].keys) - {"pays_from", "parent"},
    dialects={
        "highsms": {
            "answers": "json",
            "token": Secret("token-of-fred"),
            "token_needs_hmac": True,
            "hmac": "required",
            "hmac_algo": "md5",
            "hmac_key": Secret("azertyuiop"),
            "api_key": Secret("qsdfghjklm"),
            "webhook_url": f"{HERE}/events",
            "webhook_events": ("DLR", "MO"),
            "ret_url": f"{HERE}/status?when=__DATE__",
            "ret_mo_url": f"{HERE}/replies",
            "mo_method": "POST",
            "mo_status": "RECEIVED",
            "charset": "utf-8",
            "csv_charset": "utf-8",
            "defer_receipts": True,
            "route": "B",
            "routes": ("B", "S"),
            "route_balances": {"B": 500_000},
            "add_stop": True,
        },
        "octopush": {
            "receipts_url": f"{HERE}/octopush/receipts",
            "stops_url": f"{HERE}/octopush/stops",
            "replies_url": f"{HERE}/octopush/replies",
            "parts_of_137": True,
            "lowcost_mention": True,
            "lowcost_one_part": True,
            "lowcost_receipts": True,
        },
        "smsmode": {
            "notification_url": f"{HERE}/smsmode/statuses",
            "reply_url": f"{HERE}/smsmode/replies",
            "charset": "utf-8",
            "tell_cost": True,
            "marketing_sender": "short-code",
            "caller": "33170950000",
            "key_days": 90,
            "call_again_min": (2, 10, 30),
        },
        "isendpro": {
            "receipts_url": "http://fred.example.org/isendpro/receipts",
            "replies_url": f"{HERE}/isendpro/replies",
            "may_drop_stop": True,
            "may_look_up": False,
            "azur": "0612345678",
        },
        "smsfactor": {"inbox_url": f"{HERE}/smsfactor/inbox"},
    },
)

EXPECTED = Config(
    http=HttpConfig(
        listen=Listen("0.0.0.0", 8025),
        listen_tls=Listen("::", 8443),
        trusted_proxies=("10.0.0.2", "2001:db8::7"),
    ),
    smtp=SmtpConfig(listen=Listen("0.0.0.0", 2525), max_mib=5),
    sftp=SftpConfig(listen=Listen("0.0.0.0", 2222), quota_mb=5_000),
    metrics=MetricsConfig(listen=Listen("127.0.0.1", 9225)),
    console=ConsoleConfig(
        listen=Listen("127.0.0.1", 8027), url="https://console.example.org", stay_hours=8
    ),
    tls=TlsConfig(cert="/etc/chappe/tls.pem", key="/etc/chappe/tls.key"),
    store=StoreConfig(url="postgresql://chappe@db.example.org/chappe"),
    callbacks=CallbacksConfig(allow_private=True, ports=(81, 9200)),
    lookup=LookupConfig(
        url="https://lookup.example.org/numbers",
        key=Secret("lookup-key"),
        timeout_s=5,
        cache_h=12,
    ),
    tracing=TracingConfig(endpoint="http://127.0.0.1:4318", sample=0.01, spans_max=400),
    voice=VoiceConfig(engine="none"),
    tiny=TinyConfig(domain="s.example.org"),
    retention=RetentionConfig(texts_days=60, records_days=800),
    optout=OptOutConfig(everywhere=True),
    links=(
        LinkConfig(
            name="sim",
            kind="operator",
            window=100,
            rate=200.0,
            hours=Span(420, 1440),
            cost=300,
            weight=2,
        ),
        LinkConfig(
            name="orange",
            kind="smpp",
            host="smpp.example.org",
            port=3550,
            system_id="chappe",
            password=Secret("smppword"),
            system_type="SMPP",
            bind="tx+rx",
            address_range="36105",
            tls=True,
            tls_ca="/etc/chappe/orange.pem",
            tls_name="smpp.orange.example.org",
            window=20,
            rate=12.5,
            source_ton=5,
            source_npi=0,
            dest_ton=2,
            dest_npi=8,
            data_coding=241,
            charset="latin-1",
            service_type="CMT",
            id_form="hex",
            long="sar",
            validity_h=48,
            enquire_s=15,
            answer_s=20,
            receipts_utc=True,
            errors={"99": Reason.npai, "UNDELIV/7": Reason.absent},
            statuses={0x0401: "later", 1044: "blacklisted"},
            hours=Span(1200, 390),
            cost=350,
            weight=3,
            centre="orange",
        ),
    ),
    accounts=(
        FRED,
        AccountConfig(
            login="fred-shop",
            parent="fred",
            pays_from="fred",
            declared=frozenset({"login", "parent", "pays_from"}),
        ),
    ),
    routes=(
        RouteConfig(
            links=("orange", "sim"),
            account=("fred",),
            channel=(Channel.marketing, Channel.international),
            country=("FR",),
            operator=("20801", "20810"),
            sender=("FRED",),
            pick="cost",
        ),
    ),
    prices=(
        TariffRow(Channel.notification, "FR", "low", 250),
        TariffRow(Channel.notification, "overseas", "low", 250),
        TariffRow(Channel.marketing, "FR", "low", 250),
        TariffRow(Channel.marketing, "overseas", "low", 250),
        TariffRow(Channel.voice, "elsewhere", "", 2500),
    ),
)


def test_the_example_reads_as_what_it_says() -> None:
    """E51: doors, store, links, price list and accounts are declared in the one file."""
    assert read_config(EXAMPLE) == EXPECTED


def test_the_example_shows_every_key_of_the_tables() -> None:
    _, tables = parse(EXAMPLE, "chappe.toml.example")
    shown = {
        name: {key for one in _occurrences(given) for key in one} for name, given in tables.items()
    }
    inner = SECTIONS["account"].tables or {}
    expected = {name: {*section.keys} for name, section in SECTIONS.items()}
    expected["account"].update(inner)
    assert shown == expected
    account = tables["account"][0]
    assert {name: set(account[name]) for name in inner} == {
        name: set(keys) for name, keys in inner.items()
    }


def test_the_example_shows_a_simulated_link_whole() -> None:
    _, tables = parse(EXAMPLE, "chappe.toml.example")
    assert set(tables["link"][0]) == OPERATOR_KEYS


def _occurrences(given: object) -> list[dict[str, object]]:
    return given if isinstance(given, list) else [given]  # type: ignore[list-item]
