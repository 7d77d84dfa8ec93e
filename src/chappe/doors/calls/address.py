"""Where a call goes: the request for a customer's URL, and which addresses may be called for it.

In: a call with its URL as the customer wrote it; what a resolver answers. Out: the place to call,
the request in bytes that are safe on the wire, the addresses there that may be connected to.
Promises: no control character of a URL or type reaches the wire; an address is judged by its
number, never by its spelling; nothing but `Resolver` waits, and nothing here connects.
"""

import asyncio
import logging
import re
import socket
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from chappe.words.exchange import Call
from chappe.words.remembered import remembered

log = logging.getLogger("chappe.callbacks")

# Callbacks go to the web's own two ports and to those that anybody may open, except where something
# else than a web server listens as a rule. Most of these exceptions stand on the list of ports that
# browsers block; the others are databases and the like, which obey whoever connects.
_WEB = frozenset({80, 443})
_LEAST = 1024
_OTHERS = frozenset(
    (
        1433, 1434,  # SQL Server
        1521,  # Oracle
        1719, 1720, 1723,  # H.323, PPTP
        1883,  # MQTT
        2049,  # NFS
        2375, 2376,  # Docker
        2379, 2380,  # etcd
        3128,  # proxies
        3306,  # MySQL
        3389,  # remote desktops
        3659,  # Apple SASL
        4045,  # lockd
        4190,  # ManageSieve
        5060, 5061,  # SIP
        5432,  # PostgreSQL
        5672,  # AMQP
        5900,  # VNC
        6000,  # X11
        6379,  # Redis
        6566,  # scanners
        6665, 6666, 6667, 6668, 6669, 6679, 6697,  # IRC
        9042,  # Cassandra
        9092,  # Kafka
        9100,  # printers
        9200, 9300,  # Elasticsearch
        10080,  # Amanda
        11211,  # memcached
        27017,  # MongoDB
    )
)  # fmt: skip

# Everything in IPv4 that is not somebody's public host.
_CLOSED_4 = tuple(
    ip_network(closed)
    for closed in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's own platform address, though public by number
        "169.254.0.0/16",  # link-local, metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, metadata of one cloud
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)

# IPv6 is read the other way round: one range is public, less these. What lies outside is closed:
# loopback, IPv4-compatible, unique-local, link-local, site-local, multicast, reserved.
_OPEN_6 = ip_network("2000::/3")
_CLOSED_6 = tuple(
    ip_network(closed)
    for closed in (
        "2001::/23",  # protocol assignments, Teredo
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)

# IPv6 ranges that carry an IPv4 address, and by how many bits it stands from the right.
_WRAPS = (
    (ip_network("::ffff:0:0/96"), 0),  # mapped
    (ip_network("64:ff9b::/96"), 0),  # NAT64
    (ip_network("2002::/16"), 80),  # 6to4
)

_URL_LIMIT = 65536
_NAME_LIMIT = 253
_PORTS = {"http": 80, "https": 443}
_METHODS = {"GET": b"GET ", "POST": b"POST "}

_URL = re.compile(r"([A-Za-z]+://[^/?#\\]+)([^#]*)")
_PLACE = re.compile(
    r"(https?)://(?:(.*)@)?(\[[0-9a-f:.]+\]|[^:@\[\]]+)(?::([0-9]{0,5}))?",
    re.IGNORECASE | re.ASCII,
)
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PRINTABLE = re.compile(r"[ -~]*")
_KEPT = "!$%&'()*+,/:;=?@[]~"
_PLAIN = re.compile(rf"[A-Za-z0-9._{re.escape(_KEPT)}-]*")
# The two standards for names beyond ASCII disagree on whom a name with one of these belongs to.
_DISPUTED = re.compile("[\u00df\u03c2\u200c\u200d]")

_KEPT_LETTERS = 512
_FRESH_S = 30
_STALE_S = 3600  # how long the last answer serves while the next one keeps us waiting
_PATIENCE_S = 0.2
_NAMES = 1024
_ADDRESSES = 4

Found = Sequence[tuple[int, str]]
Resolve = Callable[[str, int], Awaitable[Found]]


class Place(NamedTuple):
    """Where a URL leads. `host` is ASCII, without brackets; `head` is what of the request stands
    between its target and the name of the caller."""

    origin: str
    secure: bool
    host: str
    port: int
    head: bytes


def write_request(call: Call, agent: bytes) -> tuple[Place, bytes] | str:
    """The place to call and the whole request, or the fault that forbids it."""
    # Each customer is called often and at few URLs, so what stands before the body is remembered;
    # a URL that tells something itself comes but once.
    is_kept = call.body and len(call.url) + len(call.type) <= _KEPT_LETTERS
    open_ = _opening if is_kept else _open
    opening = open_(call.method, call.url, call.type, agent)
    if isinstance(opening, str):
        return opening
    place, head, kind = opening
    body = call.body
    if call.trace:
        head += b"traceparent: %b\r\n" % call.trace.encode("ascii")
    if call.method == "GET" and not body:
        return place, head + b"\r\n"
    return place, b"%b%bContent-Length: %d\r\n\r\n%b" % (head, kind, len(body), body)


def _open(method: str, url: str, kind: str, agent: bytes) -> tuple[Place, bytes, bytes] | str:
    """The place to call, the head without fields of the body, and the field of the body's type."""
    aimed = aim(url)
    if aimed is None:
        return "bad URL"
    verb = _METHODS.get(method)
    if verb is None:
        return "bad method"
    if not _PRINTABLE.fullmatch(kind):
        return "bad content type"
    place, target = aimed
    head = b"".join((verb, target, place.head, agent, b"\r\n"))
    return place, head, f"Content-Type: {kind}\r\n".encode() if kind else b""


_opening = remembered(4_096)(_open)


def is_printable(text: str) -> bool:
    """True where `text` may stand in a header."""
    return _PRINTABLE.fullmatch(text) is not None


def aim(url: str) -> tuple[Place, bytes] | None:
    """The place that `url` leads to and the request target there, or None where it is no URL."""
    split = _URL.match(url)
    if split is None or len(url) > _URL_LIMIT:
        return None
    place = _place(split[1])
    target = _target(split[2])
    return None if place is None or target is None else (place, target)


def may_call(address: str) -> bool:
    """True for a public host's address alone. Anything but a strict literal is refused."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        # The zone does not matter: a range is the same through any interface.
        found = IPv6Address(int(found))
        for wrap, shift in _WRAPS:
            if found in wrap:
                return _open_4(IPv4Address(int(found) >> shift & 0xFFFFFFFF))
        return found in _OPEN_6 and not any(found in closed for closed in _CLOSED_6)
    return _open_4(found)


def may_knock(port: int, others: Container[int] = ()) -> bool:
    """Whether callbacks go to this port. `others` are allowed by whoever runs the installation."""
    return port in _WEB or (port >= _LEAST and port not in _OTHERS) or port in others


def leads_to(url: str, hosts: Sequence[str]) -> bool:
    """Whether a URL leads to one of these hosts, or to one under a name that begins with a dot.
    What is no URL leads nowhere, and is told as such by whoever calls it."""
    aimed = aim(url)
    if aimed is None:
        return True
    host = aimed[0].host
    return any(host == one or (one[0] == "." and host.endswith(one)) for one in hosts)


class Private(Exception):
    """A name that leads to private addresses alone."""


class Resolver:
    """Resolves names and remembers the answers for a while. One question for each name is under way
    at a time. A name that is remembered is not waited for long, so that name servers which hang
    make none unreachable that was known."""

    def __init__(self, resolve: Resolve | None, allow_private: bool, threads: int = 32) -> None:
        self._resolve = resolve or self._ask_system
        self._allow_private = allow_private
        self._asked: dict[tuple[str, int], tuple[float, asyncio.Task[Found]]] = {}
        self._known: OrderedDict[tuple[str, int], tuple[float, Found]] = OrderedDict()
        # A name server that hangs holds one thread for each name, and many of them may hang.
        self._threads = ThreadPoolExecutor(threads, "resolve")

    async def find(self, host: str, port: int) -> Found:
        """The addresses of `host` that may be called. Raises gaierror where it has none at all,
        Private where it has no other."""
        try:
            literal = ip_address(host)
            found: Found = [(socket.AF_INET if literal.version == 4 else socket.AF_INET6, host)]
        except ValueError:
            found = await self._answered(host, port)
        if not found:
            raise socket.gaierror(f"no address for {host}")
        allowed = [each for each in found if self._allow_private or may_call(each[1])]
        if not allowed:
            raise Private(host)
        return allowed[:_ADDRESSES]

    async def close(self) -> None:
        questions = [question for _, question in self._asked.values()]
        for question in questions:
            question.cancel()
        await asyncio.gather(*questions, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _answered(self, host: str, port: int) -> Found:
        question = self._ask(host, port)
        until, known = self._known.get((host, port), (0.0, ()))
        if asyncio.get_running_loop().time() >= until:
            return await asyncio.shield(question)
        await asyncio.wait([question], timeout=_PATIENCE_S)
        return question.result() if question.done() else known

    def _ask(self, host: str, port: int) -> asyncio.Task[Found]:
        key = (host, port)
        now = asyncio.get_running_loop().time()
        until, question = self._asked.get(key, (0.0, None))
        if question is None or (question.done() and (until <= now or not question.result())):
            if len(self._asked) >= _NAMES:
                del self._asked[next(iter(self._asked))]
            question = asyncio.create_task(self._answer(host, port))
            self._asked[key] = (now + _FRESH_S, question)
        return question

    async def _answer(self, host: str, port: int) -> Found:
        try:
            found = await self._resolve(host, port)
        # No address came of it, or the name is none; the next call asks again.
        except (OSError, UnicodeError):
            return []
        except Exception:  # of ours; whoever waits for the address hears that there is none
            log.exception("a name could not be looked up")
            return []
        if found:
            self._known[host, port] = asyncio.get_running_loop().time() + _STALE_S, found
            self._known.move_to_end((host, port))
            if len(self._known) > _NAMES:
                self._known.popitem(last=False)
        return found

    async def _ask_system(self, host: str, port: int) -> Found:
        # Threads of our own: in the loop's few, two dead name servers would stop all other names.
        rows = await asyncio.get_running_loop().run_in_executor(
            self._threads, partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        )
        return [(family, str(where[0])) for family, _, _, _, where in rows]


def _open_4(found: IPv4Address) -> bool:
    return not any(found in closed for closed in _CLOSED_4)


def _target(rest: str) -> bytes | None:
    if not rest.startswith("/"):
        # No path is the root; what is neither path nor query has broken out of the authority.
        if rest and rest[0] != "?":
            return None
        rest = "/" + rest
    if _PLAIN.fullmatch(rest):
        return rest.encode()
    if _CONTROL.search(rest):
        return None
    try:
        return quote(rest, safe=_KEPT).encode()
    except UnicodeEncodeError:
        return None


@remembered(4_096)
def _place(front: str) -> Place | None:
    # The front of a customer's URLs repeats with every call, so it is read once.
    split = _PLACE.fullmatch(front)
    if split is None or _CONTROL.search(front):
        return None
    scheme = split[1].lower()
    port = int(split[4] or _PORTS[scheme])
    host = _host(split[3])
    login = _authorization(split[2])
    if not host or not 0 < port < 65536 or login is None:
        return None
    shown = f"[{host}]" if ":" in host else host
    named = shown if port == _PORTS[scheme] else f"{shown}:{port}"
    head = b" HTTP/1.1\r\nHost: %b\r\n%bAccept: */*\r\nUser-Agent: " % (named.encode(), login)
    return Place(f"{scheme}://{shown}:{port}", scheme == "https", host, port, head)


def _host(written: str) -> str:
    if len(written) > _NAME_LIMIT + 2 or _DISPUTED.search(written):
        return ""
    try:
        if written[0] == "[":
            return str(IPv6Address(written[1:-1]))
        # Spelling aside, names are compared after the codec: wide letters and dots become plain.
        name = written.lower() if written.isascii() else written.encode("idna").decode().lower()
    except ValueError:
        return ""
    name = name.removesuffix(".")
    return name if _NAME.fullmatch(name) and len(name) <= _NAME_LIMIT else ""


def _authorization(userinfo: str | None) -> bytes | None:
    if userinfo is None:
        return b""
    login, _, password = userinfo.partition(":")
    try:
        pair = unquote_to_bytes(login) + b":" + unquote_to_bytes(password)
    except UnicodeEncodeError:
        return None
    return b"Authorization: Basic %b\r\n" % b64encode(pair)
