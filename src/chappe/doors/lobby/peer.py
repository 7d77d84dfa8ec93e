"""Who asks, where proxies stand between; and who counts as one.

In: the address of the socket's other end and the X-Forwarded-For header. Out: one address.
Promises: only what a trusted proxy wrote is believed, so nobody chooses their own address.
"""

from asyncio import BaseTransport
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Networks = Sequence[IPv4Network | IPv6Network]


_SUBNET = 64  # whoever has one IPv6 address has all of these


def peer_of(transport: BaseTransport) -> str:
    """The address of the other end."""
    peer = transport.get_extra_info("peername")
    return _plain_address(peer[0]) if isinstance(peer, tuple) else ""


def holder_of(address: str) -> str:
    """What of an address counts as one: all of IPv4, of IPv6 the subnet."""
    found = _address(address) if ":" in address else None
    if not isinstance(found, IPv6Address):
        return address
    return str(IPv6Address(int(found) >> _SUBNET << _SUBNET))


def _plain_address(text: str) -> str:
    """Without a zone, and an IPv4 address in IPv6 clothes as IPv4; else as it is."""
    address = _address(text)
    return str(address) if address else text


def is_trusted(peer: str, trusted: Networks) -> bool:
    """Whether a proxy of ours stands at `peer`."""
    address = _address(peer) if trusted else None
    return address is not None and any(address in network for network in trusted)


def forwarded(peer: str, header: str, trusted: Networks) -> str:
    """The last hop that is not ours, from the right; `peer` is trusted already."""
    for hop in reversed(header.split(",")):
        address = _address(_without_port(hop.strip()))
        if address is None:
            return peer
        peer = str(address)
        if not any(address in network for network in trusted):
            return peer
    return peer


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
