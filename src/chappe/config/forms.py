"""Readers of texts with a form of their own: addresses, URLs, networks, hours, codes, keys.

In: a value as tomllib found it. Out: a value of `Config`. Promise: as of `readers`.
"""

import re
from base64 import b64decode
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from chappe.config.mistake import Wrong, shown
from chappe.config.readers import Reader, secret, text, words
from chappe.config.values import Listen, Secret, Span
from chappe.words.order import Channel

_URL_MOST = 2_000
_KEY_MOST = 3_000
_PORT_MOST = 65_535
_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9_-]{0,62})?(\.[A-Za-z0-9]([A-Za-z0-9_-]{0,62})?)*\Z"
)
_LOCAL_PART = re.compile(r"(?=.{1,64}\Z)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_DAY_MINUTE = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_SSH_KINDS = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)

# Countries of ISO 3166 (and Kosovo), so that a slip such as "UK" is told.
_ISO = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
_COUNTRIES = frozenset(_ISO.split())
_ZONES = ("france", "overseas", "near", "elsewhere")


def listen(example: str) -> Reader:
    """host:port, an IPv6 host in brackets."""
    port_of_example = example.rpartition(":")[2]

    def read(value: Any) -> Listen:
        if isinstance(value, int) and not isinstance(value, bool):
            value = shown(value)
        given = words(value, example)
        host, colon, port = given.rpartition(":")
        if not colon and given.isdecimal():
            raise Wrong(f"{shown(given)} has no host", f'Write it as "127.0.0.1:{given}".')
        if not colon or not port:
            host = host or given
            raise Wrong(f"{shown(given)} has no port", f'Write it as "{host}:{port_of_example}".')
        if not host:
            raise Wrong(f"{shown(given)} has no host", f'Write it as "127.0.0.1:{port}".')
        if not _is_port(port, least=0):
            raise Wrong(f"{shown(given)} has no port of 0 to 65535", f'Write it as "{example}".')
        if host.startswith("[") and host.endswith("]") and _is_ipv6(host[1:-1]):
            return Listen(host[1:-1], int(port))
        if _is_ipv6(given) or _is_ipv6(host):
            remedy = f'Put the host in brackets: "[::1]:{port_of_example}".'
            raise Wrong(f"{shown(given)} is an IPv6 address without brackets", remedy)
        return Listen(_host(host, given, example), int(port))

    return Reader('text "host:port"; port 0 is any free one', read)


def host(example: str) -> Reader:
    def read(value: Any) -> str:
        given = words(value, example)
        return given if _is_ipv6(given) else _host(given, given, example)

    return Reader("host name or address", read)


def callback_host() -> Reader:
    """A host, or with a dot before it every host under that name."""

    def read(value: Any) -> str:
        given = words(value, "sms.example.org")
        name = given.removeprefix(".")
        if given != name or not _is_ipv6(name):
            _host(name, given, "sms.example.org")
        return given.lower()

    return Reader("host name or address; `.example.org` is every host under it", read)


def domain(example: str) -> Reader:
    def read(value: Any) -> str:
        given = words(value, example)
        name, colon, port = given.partition(":")
        if colon and not _is_port(port, least=1):
            raise Wrong(f"{shown(given)} is not a host name", f'Write it as "{example}".')
        _host(name, given, example)
        return given.lower()

    return Reader("host name, with a port if need be", read)


def url(example: str, *, bare: bool = False) -> Reader:
    """An address that a browser could open: http or https, with a host; `bare` is one without a
    scheme, which is http."""

    def read(value: Any) -> str:
        given = words(value, example, _URL_MOST)
        if bare and not _SCHEME.match(given):
            given = f"http://{given}"
        parts = _split(given)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            remedy = f'Write it in full, such as "{example}".'
            raise Wrong(f"{shown(given)} is not an http or https URL", remedy)
        return given

    more = ", http where it names neither" if bare else ""
    return Reader(f"http or https URL of at most {_URL_MOST} characters{more}", read)


def store_url() -> Reader:
    """The value is not quoted at all: a password may stand anywhere in a URL that is wrong."""
    slip = Wrong(
        "it names no store that Chappe knows",
        'Write it as "sqlite:///chappe.db" or "postgresql://user@host/database".',
    )

    def read(value: Any) -> str:
        if not isinstance(value, str) or not value.isprintable() or len(value) > _URL_MOST:
            raise Wrong(slip.what, slip.remedy)
        parts = _parts(value)
        if parts is not None and _is_store(parts):
            return value
        raise Wrong(slip.what, slip.remedy)

    return Reader('"sqlite:///PATH" or "postgresql://USER@HOST/DATABASE"', read, of_file=str)


def _is_store(parts: SplitResult) -> bool:
    sound = {"sqlite": _is_file, "postgresql": _is_database}.get(parts.scheme)
    return sound is not None and bool(parts.path.strip("/")) and sound(parts)


def _is_file(parts: SplitResult) -> bool:
    return not (parts.netloc or parts.query or parts.fragment)


def _is_database(parts: SplitResult) -> bool:
    """Of several hosts each may have a port of its own. What stands in the query counts only where
    no host stands before the path."""
    # As the driver does: an @ of a password is written %40.
    before, at, after = parts.netloc.partition("@")
    asked = parse_qs(parts.query)
    hosts = after if at else before
    if hosts:
        return all(map(_is_host_of_database, hosts.split(",")))
    hosts, ports = asked.get("host", [""])[-1], asked.get("port", [""])[-1]
    sound = all(map(_is_host_of_database, hosts.split(",")))
    if not (sound and ports):
        return sound
    numbers = ports.split(",")
    fit = len(numbers) in (1, len(hosts.split(",")))
    return fit and all(_is_port(one, least=1) for one in numbers)


def _is_host_of_database(given: str) -> bool:
    """A name, an address or the directory of a socket, with a port if need be."""
    if given.startswith("/"):
        return True
    if given.startswith("["):
        name, bracket, port = given[1:].partition("]")
        if not (bracket and name and port[:1] in ("", ":")):
            return False
        port = port[1:]
    else:
        name, _, port = given.partition(":")
    return bool(name) and (not port or _is_port(port, least=1))


def network() -> Reader:
    """An address or a CIDR network, kept as written."""

    def read(value: Any) -> str:
        given = words(value, "192.0.2.0/24")
        try:
            ip_network(given)
        except ValueError:
            raise Wrong(
                f"{shown(given)} is neither an address nor a network", _network_remedy(given)
            ) from None
        return given

    return Reader("IPv4 or IPv6 address or CIDR network", read)


def _network_remedy(given: str) -> str:
    try:
        return f'Write the network as "{ip_network(given, strict=False)}".'
    except ValueError:
        return 'Write it as "192.0.2.7", "192.0.2.0/24" or "2001:db8::/32".'


def day_span() -> Reader:
    def read(value: Any) -> Span:
        opens, dash, closes = words(value, "08:00-20:00").partition("-")
        span = Span(_minute(opens), _minute(closes))
        if not dash or -1 in span or span.opens == span.closes:
            raise Wrong(f"{shown(value)} names no hours", 'Write them as "08:00-20:00".')
        return span

    return Reader('hours of the day in Paris, such as "08:00-20:00"; may pass midnight', read)


def ascii_text(example: str, most: int) -> Reader:
    """A text that a field of SMPP holds."""
    inner = text(example, most)

    def read(value: Any) -> str:
        given: str = inner.read(value)
        if not given.isascii():
            raise Wrong(f"{shown(given)} is not plain ASCII", f'Write it as "{example}".')
        return given

    return Reader(f"ASCII text of at most {most} characters", read)


def ascii_secret(most: int) -> Reader:
    """The same for what is never quoted."""
    inner = secret(most)

    def read(value: Any) -> Secret:
        given: Secret = inner.read(value)
        if not given.reveal().isascii():
            raise Wrong("it is not plain ASCII", f"Keep to at most {most} ASCII characters.")
        return given

    return Reader(f"ASCII secret of at most {most} characters", read, of_file=str)


def country(zones: bool = False) -> Reader:
    also = f"; or a zone: {', '.join(_ZONES)}" if zones else ""

    def read(value: Any) -> str:
        given = words(value, "FR")
        if zones and given in _ZONES:
            return given
        if given.upper() not in _COUNTRIES:
            remedy = f'Write its two letters, such as "FR"{also}.'
            raise Wrong(f"{shown(given)} is not a country", remedy)
        return given.upper()

    return Reader(f"two-letter ISO code of a country{also}", read)


def digits(least: int, most: int, what: str) -> Reader:
    def read(value: Any) -> str:
        given = words(value, "0" * least)
        if not (given.isascii() and given.isdecimal() and least <= len(given) <= most):
            raise Wrong(f"{shown(given)} is not {what}", f"Write {least} to {most} digits.")
        return given

    return Reader(f"{least} to {most} digits", read)


def email() -> Reader:
    def read(value: Any) -> str:
        given = words(value, "fred@example.org")
        name, at, place = given.rpartition("@")
        if not (name and at and _HOST.match(place)) or " " in name:
            # Not quoted: what stands before the @ might be meant as a secret.
            raise Wrong("it is not a mail address", 'Write it as "fred@example.org".')
        return given

    return Reader("mail address", read)


def local_part() -> Reader:
    """What stands before the '@' of an address; its case means nothing."""

    def read(value: Any) -> str:
        given = words(value, "sms")
        if not _LOCAL_PART.fullmatch(given):
            remedy = 'Write what stands before the "@", such as "sms".'
            raise Wrong(f"{shown(given)} is no local part of an address", remedy)
        return given.lower()

    return Reader("local part of a mail address", read)


def ssh_key() -> Reader:
    """A public key as it stands in an `authorized_keys` file, without options."""

    def read(value: Any) -> str:
        given = words(value, "ssh-ed25519 AAAA... name", _KEY_MOST)
        sort, _, rest = given.partition(" ")
        try:
            body = b64decode(rest.partition(" ")[0], validate=True)
        except ValueError:
            body = b""
        if sort not in _SSH_KINDS or body[4 : 4 + len(sort)] != sort.encode():
            # Not quoted, since people put the private key here.
            raise Wrong("it is not a public key", 'Copy the line "ssh-ed25519 AAAA..." whole.')
        return given

    return Reader("public key as in `authorized_keys`", read)


def channel(*known: Channel) -> Reader:
    listed = ", ".join(f'"{one.name}"' for one in known)
    names = {one.name: one for one in known}

    def read(value: Any) -> Channel:
        if not isinstance(value, str) or value not in names:
            raise Wrong(f"{shown(value)} is not a channel", f"Write one of {listed}.")
        return names[value]

    return Reader(f"one of {listed}", read)


def _host(name: str, given: str, example: str) -> str:
    numeric = name.replace(".", "").isdecimal()
    if not _HOST.match(name) or (numeric and not _is_ip(name)):
        raise Wrong(f"{shown(given)} has no host that can be", f'Write it as "{example}".')
    return name


def _split(given: str) -> SplitResult | None:
    parts = _parts(given)
    try:
        return None if parts is None or parts.port == 0 else parts
    except ValueError:
        return None


def _parts(given: str) -> SplitResult | None:
    """The same, whatever stands for its port."""
    if " " in given:
        return None
    try:
        return urlsplit(given)
    except ValueError:
        return None


def _minute(given: str) -> int:
    match = _DAY_MINUTE.fullmatch(given.strip())
    if match is None:
        return -1
    hour, minute = match.group(0).split(":")
    return int(hour) * 60 + int(minute)


def _is_port(given: str, least: int) -> bool:
    short = given.isascii() and given.isdecimal() and len(given) <= len(str(_PORT_MOST))
    return short and least <= int(given) <= _PORT_MOST


def _is_ip(given: str) -> bool:
    try:
        ip_address(given)
    except ValueError:
        return False
    return True


def _is_ipv6(given: str) -> bool:
    return ":" in given and _is_ip(given)
