"""THE tables of settings: section -> key -> (reader, default, meaning).

In: the dialects that are spoken, which bring tables of their own. Out: what a file may hold; the
settings page is drawn from it. Promise: whatever stands here is read, and nothing else is.
"""

from collections.abc import Sequence

from chappe.config import values
from chappe.config.forms import (
    ascii_secret,
    ascii_text,
    callback_host,
    channel,
    country,
    day_span,
    digits,
    domain,
    email,
    host,
    listen,
    local_part,
    network,
    ssh_key,
    store_url,
    url,
)
from chappe.config.kinds import key_of
from chappe.config.operators import errors, statuses
from chappe.config.readers import (
    amount,
    at_least_one,
    choice,
    flag,
    many,
    number,
    one_or_many,
    secret,
    text,
    whole,
)
from chappe.config.schema import Sections, section
from chappe.dialects.shape import Dialect
from chappe.words.order import Channel

_NAME = text("orange", 40)
_PATH = text("/etc/chappe/tls.pem", 1_000)
_OPERATOR = digits(5, 6, "an operator's code (MCC and MNC)")
_BYTE = whole(0, 255)
_UNBOUND = "0 is no bound."

_DOORS = (
    section(
        "http",
        values.HttpConfig,
        "The door of the HTTP APIs. It is always open.",
        {
            "listen": (listen("127.0.0.1:8025"), "Where it listens."),
            "listen_tls": (listen("127.0.0.1:8443"), "Where it listens for https; needs `[tls]`."),
            "trusted_proxies": (
                many(network()),
                "Proxies whose `X-Forwarded-For` is believed. Name single hosts: whoever calls "
                "from one of these addresses chooses their own.",
            ),
        },
    ),
    section(
        "smtp",
        values.SmtpConfig,
        "The mail door, for orders by mail. Without this section it is closed.",
        {
            "listen": (
                listen("127.0.0.1:2525"),
                "Where it listens; STARTTLS where `[tls]` is set.",
            ),
            "max_mib": (whole(1, 32, "MiB"), "The most that a mail may have."),
            "names": (
                at_least_one(many(local_part(), 20)),
                "The local parts that are ours, whatever stands behind the `@`. Each must be the "
                "address of a dialect.",
            ),
        },
    ),
    section(
        "sftp",
        values.SftpConfig,
        "The file door. Without this section it is closed.",
        {
            "listen": (listen("127.0.0.1:2222"), "Where it listens."),
            "quota_mb": (
                whole(200, 1_000_000, "megabytes"),
                "The most that an account's files may have: its folder, and what was taken from it "
                "and is kept. What was taken longest ago gives way.",
            ),
        },
    ),
    section(
        "metrics",
        values.MetricsConfig,
        "The door of the figures, `/metrics`. Without this section it is closed.",
        {
            "listen": (
                listen("127.0.0.1:9225"),
                "Where it listens, by http. It asks for no password, and tells the volume of all "
                "customers: only the watchman should reach it.",
            )
        },
    ),
    section(
        "console",
        values.ConsoleConfig,
        "The console, for people: traffic, messages, campaigns, accounts. Without this section it "
        "is closed.",
        {
            "listen": (
                listen("127.0.0.1:8027"),
                "Where it listens, by http. Let nobody reach it but through a proxy that speaks "
                "https, or from this machine.",
            ),
            "url": (
                url("https://console.example.org"),
                "Where people reach it; what is sent over https alone follows from it.",
                "http, at the address where it listens",
            ),
            "stay_hours": (
                whole(1, 720, "hours"),
                "How long whoever logged in stays so.",
            ),
        },
    ),
    section(
        "tls",
        values.TlsConfig,
        "The certificate of the doors.",
        {
            "cert": (_PATH, "File of the certificate and its chain, in PEM."),
            "key": (_PATH, "File of its private key, in PEM."),
        },
    ),
)

_HOUSE = (
    section(
        "store",
        values.StoreConfig,
        "Where everything is kept.",
        {"url": (store_url(), "A SQLite file, relative to `--data`, or a PostgreSQL database.")},
    ),
    section(
        "callbacks",
        values.CallbacksConfig,
        "Calls to the customers' URLs.",
        {
            "allow_private": (flag(), "Private, loopback and link-local addresses may be called."),
            "ports": (
                many(whole(1, 65_535), 100),
                "Ports that may be called besides 80, 443 and those from 1024 on. Of these, some "
                "where databases and the like listen (such as 3306, 5432, 6379) are called only if "
                "they stand here.",
            ),
        },
    ),
    section(
        "lookup",
        values.LookupConfig,
        "The service that is asked which operator serves a number (docs/lookup.md). Without this "
        "section the numbering plan answers, which knows nothing of numbers that were taken to "
        "another operator; where all links are simulated, the simulated network does.",
        {
            "url": (url("https://lookup.example.org/numbers"), "Where it is asked, by POST."),
            "key": (
                ascii_secret(1_000),
                "What it knows us by: `Authorization: Bearer KEY`.",
                "none",
            ),
            "timeout_s": (
                whole(1, 60, "seconds"),
                "How long its answer may take. Then the look-up is refused, and costs nothing.",
            ),
            "cache_h": (
                whole(0, 720, "hours"),
                "How long what it said of a number holds. 0: it is asked each time.",
            ),
        },
    ),
    section(
        "tracing",
        values.TracingConfig,
        "Where it is told, in spans of OpenTelemetry, what becomes of some orders. Without this "
        "section nothing is. It takes `pip install 'chappe[tracing]'`.",
        {
            "endpoint": (
                url("http://127.0.0.1:4318"),
                "The collector, by OTLP over HTTP; `/v1/traces` follows.",
            ),
            "sample": (
                number(1, "of the orders"),
                "The share that is traced of those that bring no trace of their own. One whose "
                "`traceparent` is sampled is traced in any case.",
            ),
            "spans_max": (
                whole(1, 10_000, "spans a second"),
                "The most there may be. No order is traced from its beginning unless half of a "
                "second's are left.",
            ),
        },
    ),
    section(
        "voice",
        values.VoiceConfig,
        "Texts that are spoken to whoever takes a call.",
        {
            "engine": (
                choice("espeak-ng", "none"),
                "Who speaks them; the package `espeakng-loader` brings it. With `none`, or without "
                "that package, they are refused.",
            )
        },
    ),
    section(
        "tiny",
        values.TinyConfig,
        "Tiny URLs.",
        {
            "domain": (
                domain("sms.example.org"),
                "What they begin with. A URL has 17 characters with it: 8 leave as many for the "
                "code, which nobody guesses; 10 leave 6; beyond, codes have 8 all the same.",
                f"`{values.SIMULATED_DOMAIN}` on a simulated network; "
                "with a real link `%URL%` is refused",
            )
        },
    ),
    section(
        "retention",
        values.RetentionConfig,
        "How long things are kept.",
        {
            "texts_days": (whole(41, 36_500, "days"), "Texts; look-ups reach back 40 days."),
            "records_days": (
                whole(41, 36_500, "days"),
                "Messages without their texts; never less than `texts_days`.",
            ),
        },
    ),
    section(
        "optout",
        values.OptOutConfig,
        "Numbers that wrote STOP.",
        {"everywhere": (flag(), "STOP to one account holds for all accounts.")},
    ),
)

_LINK = section(
    "link",
    values.LinkConfig,
    "A way out to an operator. Without any there are two simulated links, `sim` for texts and "
    "`calls` for calls: nothing leaves this machine. A simulated link knows the first seven keys "
    "only.",
    {
        "name": (_NAME, "What routes and pages call it."),
        "kind": (
            choice("operator", "smpp", "calls"),
            "The simulated operator, a real one by SMPP 3.4, or simulated handsets that one calls: "
            "they take calls and nothing else, and all others take no calls.",
        ),
        "window": (whole(1, 10_000, "parts"), "Parts that may be unanswered at a time."),
        "rate": (number(100_000, "parts a second"), f"The most that leave. {_UNBOUND}"),
        "hours": (day_span(), "When it may send.", "always"),
        "cost": (amount(), 'What a part costs here, in euros; for `pick = "cost"`.'),
        "weight": (whole(1, 1_000), 'Its share of the traffic, for `pick = "weight"`.'),
        "centre": (
            text("orange", 40),
            "Whose ids its receipts bear. Links that name the same one take each other's receipts, "
            "as an operator may give them to any session of a login.",
            "that of the first link with this `host`, `port` and `system_id`",
        ),
        "host": (host("smpp.example.org"), "The operator's SMPP centre. It must be given."),
        "port": (whole(1, 65_535), "Its port."),
        "system_id": (ascii_text("chappe", 15), "The login there.", "empty"),
        "password": (ascii_secret(8), "The password there; SMPP knows no longer ones."),
        "system_type": (ascii_text("SMS", 12), "The system type, where the operator asks for one."),
        "bind": (
            choice("trx", "tx+rx"),
            "One session for both ways, or one for each.",
        ),
        "address_range": (
            ascii_text("36105", 40),
            "The numbers whose replies are wanted, where the operator asks for it.",
        ),
        "tls": (flag(), "The session is encrypted, and the operator's certificate is verified."),
        "tls_ca": (
            _PATH,
            "File of the certificate, in PEM, that the operator's is verified by.",
            "the system's",
        ),
        "tls_name": (host("smpp.example.org"), "The name on the operator's certificate.", "`host`"),
        "source_ton": (_BYTE, "Type of the sender's number.", "by the sender's form"),
        "source_npi": (_BYTE, "Plan of the sender's number.", "by the sender's form"),
        "dest_ton": (_BYTE, "Type of the recipient's number."),
        "dest_npi": (_BYTE, "Plan of the recipient's number."),
        "data_coding": (_BYTE, "The operator's code for the GSM alphabet."),
        "charset": (
            choice("gsm", "latin-1", "ascii", "utf-8"),
            "How texts of the GSM alphabet are written; what it can't write leaves as UCS-2.",
            '`"ascii"` where `data_coding` is 1, `"latin-1"` where it is 3, else `"gsm"`',
        ),
        "service_type": (
            ascii_text("CMT", 5),
            "The service type, where the operator asks for one.",
        ),
        "id_form": (
            choice("auto", "hex", "dec"),
            "How answers write ids; receipts may write them otherwise.",
        ),
        "long": (choice("udh8", "udh16", "sar", "payload"), "How long texts travel."),
        "validity_h": (
            whole(0, 720, "hours"),
            "The longest validity asked of the operator. 0 is the order's own.",
        ),
        "enquire_s": (
            whole(1, 3_600, "seconds"),
            "Silence after which the operator is asked for a sign of life.",
        ),
        "answer_s": (
            whole(1, 300, "seconds"),
            "How long the answer to a submit may take; then it is in doubt.",
        ),
        "receipts_utc": (flag(), "Dates in receipts are UTC, not Paris time."),
        "errors": (
            errors(),
            "What the operator's own errors in receipts mean: "
            '`{ "99" = "npai", "UNDELIV/7" = "absent" }`.',
        ),
        "statuses": (
            statuses(),
            "What its own statuses of answers mean: "
            '`{ "0x0401" = "later", "1044" = "blacklisted" }`.',
        ),
    },
    field="links",
    most=100,
)

# What a simulated link has a use for; the rest would be quietly ignored.
OPERATOR_KEYS = frozenset({"name", "kind", "window", "rate", "hours", "cost", "weight"})

_ACCOUNT = section(
    "account",
    values.AccountConfig,
    "A customer. The file adds accounts and changes them; it never removes any, nor what was "
    "added to them by other means. A password or key that it declared and declares no more is no "
    "longer taken; one that was replaced by hand is taken again only when it is changed here.",
    {
        "login": (
            text("fred", 100),
            "Its name on every dialect. It must be unique, whatever its case.",
        ),
        "password": (secret(), "Its password."),
        "api_keys": (many(secret(), 100), "Its API keys, on every dialect that has keys."),
        "balance": (amount(), "Opening credit in euros, booked once, when the account is made."),
        "hlr_credit": (
            whole(0, 100_000_000, "look-ups"),
            "Opening credit of operator look-ups, booked once, when the account is made. It is "
            "apart from `balance`, and each number that is looked up costs one.",
        ),
        "callbacks": (
            url("https://example.org/sms"),
            "Stands in for every callback URL that is not set below.",
            "none",
        ),
        "callback_hosts": (
            many(callback_host(), 100),
            "Hosts that its callbacks may go to; `.example.org` is every host under that name. "
            "None: any.",
        ),
        "email": (email(), "Its mail address; a login as well. It must be unique.", "none"),
        "state": (
            choice("active", "pending", "suspended", "closed"),
            "Only an active account may send.",
        ),
        "ips": (many(network()), "Where its calls may come from. None: from anywhere."),
        "sftp_keys": (many(ssh_key(), 100), "Public keys for the file door."),
        "post_paid": (flag(), "Its balance may pass below zero."),
        "parent": (
            text("fred", 100),
            "Login of the account that it stands beneath. It is that one's child: the two may move "
            "credit to each other, and to its other children; the parent may close it, and gets "
            "its credit then. It may do nothing while its parent may not.",
            "none",
        ),
        "pays_from": (
            text("fred", 100),
            "Login of another account whose balances it draws on, so that several may share one.",
            "its own",
        ),
        "hours": (
            choice("legal", "any"),
            "Marketing keeps to the legal hours, or leaves at any time.",
            "as each dialect has it",
        ),
        "channel": (
            choice("marketing", "notification", "international"),
            "What its messages are, where the dialect does not say.",
            "as each dialect has it",
        ),
        "countries": (many(country()), "Where it may send to. None: wherever there is a price."),
        "senders": (many(text("ACME", 20)), "Senders it may use. None: any."),
        "short_code": (
            digits(3, 15, "a short code"),
            "Its own short code: sender, STOP mention, address of replies.",
            "the dialect's",
        ),
        "rate": (
            whole(0, 100_000, "submissions a second"),
            f"The most it may do; with its children, where it has some. {_UNBOUND}",
        ),
        "queue_max": (
            whole(0, 100_000_000, "messages"),
            f"The most that may wait for a link. {_UNBOUND}",
        ),
        "in_doubt": (
            choice("by-channel", "resend", "hold"),
            "What left us and was never answered is sent again, or held; by channel: "
            "notifications are sent again, all else is held.",
        ),
        "warn_below": (amount(), "A balance in euros below which a warning is due. 0: never."),
        "topup_pending": (flag(), "A top-up is under way; too little credit is worded so."),
    },
    field="accounts",
    most=10_000,
    inner=frozenset({"dialects", "declared"}),
)

_ROUTE = section(
    "route",
    values.RouteConfig,
    "Which links a message may take. The first route that fits holds; a key that is absent fits "
    "all. Without any route: all real links in the order of the file.",
    {
        "links": (at_least_one(many(_NAME, 100)), "Names of links, in order."),
        "account": (one_or_many(text("fred", 100)), "Logins.", "any"),
        "channel": (one_or_many(channel(*Channel)), "Channels.", "any"),
        "country": (one_or_many(country()), "The recipient's country.", "any"),
        "operator": (one_or_many(_OPERATOR), "The recipient's operator, such as `20801`.", "any"),
        "sender": (one_or_many(text("ACME", 20)), "Senders.", "any"),
        "pick": (
            choice("order", "cost", "weight"),
            "The first link that is up, the cheapest, or each by its weight.",
        ),
    },
    field="routes",
    most=1_000,
)

_PRICE = section(
    "price",
    values.PriceConfig,
    "The price of one part. The first [[price]] replaces the whole built-in list. A country's own "
    "price goes before that of its zone; without either it is not served.",
    {
        "channel": (one_or_many(channel(*Channel)), "Channels."),
        "country": (one_or_many(country(zones=True)), "Countries or zones of them."),
        "quality": (choice("low"), "The cheaper quality, where a dialect knows one.", "ordinary"),
        "price": (amount(), "Euros for a part; for 160 characters where it is spoken."),
    },
    field="prices",
    most=10_000,
)

# What nobody but a dialect reads, if one does.
_UNASKED = {
    "channel": "no dialect that is spoken here asks for it",
    "topup_pending": "no dialect that is spoken here words it",
}

SMPP_KEYS = _LINK.keys.keys() - OPERATOR_KEYS


def sections(dialects: Sequence[Dialect]) -> Sections:
    """All sections by their names, with what these dialects bring."""
    asked = frozenset[str]().union(*(dialect.SETTINGS.asks for dialect in dialects))
    idle = {key: why for key, why in _UNASKED.items() if key not in asked}
    account = _ACCOUNT._replace(
        keys={key: row for key, row in _ACCOUNT.keys.items() if key not in idle},
        idle=idle,
        tables={
            dialect.NAME: {key: key_of(one) for key, one in dialect.SETTINGS.keys.items()}
            for dialect in dialects
        },
    )
    return {one.name: one for one in (*_DOORS, *_HOUSE, _LINK, account, _ROUTE, _PRICE)}
