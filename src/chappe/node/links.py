"""From the settings of a link to the link; and which way what goes, in the engine's words.

In: a LinkConfig. Out: the Link, not started. Promise: what it can't be made of is a ValueError of
one clear sentence; the code of SMPP is loaded only where it is used.
"""

import ssl
from collections.abc import Mapping
from pathlib import Path

from chappe.config.values import Config, LinkConfig
from chappe.engine.route import Rule, Way
from chappe.links.contract import Link, Speak, Verdict
from chappe.links.operator import CallsLink, OperatorLink, OperatorSettings
from chappe.links.operator.inside.calls import Background
from chappe.words.clock import SECOND, Clock
from chappe.words.lifecycle import Reason

# The data_codings that name a charset; any other one is the GSM alphabet's.
_CHARSETS = {1: "ascii", 3: "latin-1"}

_LATER = {"later": Reason.none, "throttled": Reason.throttled}


def routing_of(config: Config) -> tuple[list[Rule], list[Way]]:
    """What the file says of ways: its rules, and its links."""
    rules = [
        Rule(r.links, r.account, r.channel, r.country, r.operator, r.sender, r.pick)
        for r in config.routes
    ]
    first: dict[tuple[str, int, str], str] = {}
    ways = [
        Way(link.name, link.kind, link.cost, link.weight, _centre_of(link, first))
        for link in config.links
    ]
    return rules, ways


def _centre_of(link: LinkConfig, first: dict[tuple[str, int, str], str]) -> str:
    """Whose ids it has: what it says, else those of the first link with the same login there."""
    if link.kind != "smpp" or link.centre or not link.system_id:
        return link.centre
    return first.setdefault((link.host.casefold(), link.port, link.system_id), link.name)


def link_of(
    config: LinkConfig, data: Path, clock: Clock, speak: Speak, background: Background
) -> Link:
    """The way out that the file declares."""
    if config.kind == "smpp":
        return _smpp(config, clock)
    journal = "operator.log" if config.name == "sim" else f"operator-{config.name}.log"
    settings = OperatorSettings(window=config.window, rate=config.rate, hours=config.hours)
    if config.kind == "calls":
        journal = "calls.log" if config.name == "calls" else f"calls-{config.name}.log"
        return CallsLink(config.name, clock, data / journal, speak, background, settings)
    return OperatorLink(config.name, clock, data / journal, settings)


def _smpp(config: LinkConfig, clock: Clock) -> Link:
    from chappe.links.smpp.conversation.events import SessionLimits
    from chappe.links.smpp.link import SmppLink
    from chappe.links.smpp.pdus.tables import Bind
    from chappe.links.smpp.sheet import TRX, TX_RX, Sheet
    from chappe.links.smpp.texts.long import Writing
    from chappe.links.smpp.texts.text import Coding

    charset = config.charset or _CHARSETS.get(config.data_coding, "gsm")
    sheet = Sheet(
        host=config.host,
        port=config.port,
        bind=Bind(
            system_id=config.system_id,
            password=config.password.reveal(),
            system_type=config.system_type,
            address_range=config.address_range,
        ),
        modes=TX_RX if config.bind == "tx+rx" else TRX,
        tls=_tls(config) if config.tls else None,
        tls_name=config.tls_name,
        window=config.window,
        rate=config.rate,
        hours=config.hours,
        limits=SessionLimits(
            window=config.window,
            answer_ms=config.answer_s * SECOND,
            enquire_ms=config.enquire_s * SECOND,
            unheard_max=10_000,
        ),
        writing=Writing(
            long=config.long,  # type: ignore[arg-type]  # the file's reader knows the same words
            coding=Coding(charset, config.data_coding),  # type: ignore[arg-type]
            source_ton=config.source_ton,
            source_npi=config.source_npi,
            dest_ton=config.dest_ton,
            dest_npi=config.dest_npi,
            service_type=config.service_type,
            validity_max_h=config.validity_h,
        ),
        id_form=config.id_form,  # type: ignore[arg-type]
        receipts_utc=config.receipts_utc,
        errors=config.errors,
        statuses=_statuses(config.statuses),
    )
    return SmppLink(config.name, sheet, clock)


def _statuses(words: Mapping[int, str]) -> dict[int, tuple[Verdict, Reason]]:
    return {
        status: (Verdict.later, _LATER[word]) if word in _LATER else (Verdict.refused, Reason[word])
        for status, word in words.items()
    }


def _tls(config: LinkConfig) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=config.tls_ca or None)
    except (OSError, ssl.SSLError) as fault:
        why = fault.strerror or str(fault)
        raise ValueError(f"tls_ca can't be read ({why})") from fault
