"""The gate of the file door: a crowd of strangers keeps no customer out, and takes nothing else."""

import asyncio
import os
import random
import socket
import struct
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import asyncssh
import pytest

from chappe.doors.files import gate as sftp_gate
from chappe.doors.files.gate import FULL, START, UNPROVED_EACH, Gate, SshConnection, network_of
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from tests.journeys.files import client, put, seen, with_files
from tests.journeys.house import House
from tests.torture.hostile_files import babble

INPUTS = max(2_000, int(os.environ.get("CHAPPE_FUZZ", "0")) // 100)
CROWD = 101
AT_ONCE_S = 5.0  # a login hashes a password, on a machine that others use as well


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    await house.open(with_files())
    yield house
    await house.close()


@contextmanager
def silent(house: House, count: int, address: str = "127.0.0.66") -> Iterator[list[socket.socket]]:
    """So many connections that say nothing."""
    with ExitStack() as stack:
        crowd = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in crowd:
            one.bind((address, 0))
            one.connect(house.node.doors.files)
        yield crowd


async def until_there(gate: Gate, count: int) -> None:
    async with asyncio.timeout(10):
        while len(gate.wires) != count:  # noqa: ASYNC110, no event
            await asyncio.sleep(0.005)


async def test_a_crowd_of_one_address_keeps_no_other_address_out(house: House) -> None:
    """E55: it fills its own share, and nobody else's."""
    with silent(house, CROWD):
        await until_there(house.node.doors.sftp.gate, UNPROVED_EACH)
        begun = time.monotonic()
        async with client(house, local_addr=("127.0.0.2", 0)) as sftp:
            assert time.monotonic() - begun < AT_ONCE_S
            await put(sftp, "Mine.xml", "x")
    await until_there(house.node.doors.sftp.gate, 0)
    assert await seen(house) == {"Mine.xml": b"x"}


async def test_whoever_says_nothing_is_hung_up_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: after ten seconds; the library's own timer, which reads the loop's clock."""
    loop = asyncio.get_running_loop()
    with silent(house, 1):
        await until_there(house.node.doors.sftp.gate, 1)
        now = loop.time()
        monkeypatch.setattr(loop, "time", lambda: now + 9.0)
        await asyncio.sleep(0)
        assert len(house.node.doors.sftp.gate.wires) == 1
        monkeypatch.setattr(loop, "time", lambda: now + 10.1)
        for _ in range(20):
            await asyncio.sleep(0)
        monkeypatch.undo()
        await until_there(house.node.doors.sftp.gate, 0)


async def test_whoever_says_much_without_a_login_is_hung_up_on(house: House) -> None:
    """E55: it would be kept until they log in."""
    reader, writer = await asyncio.open_connection(*house.node.doors.files)
    greeting = await reader.readline()
    assert greeting.startswith(b"SSH-2.0-")
    ignored = b"\2" + bytes(1_010)  # a packet that SSH allows at any time, and that says nothing
    writer.write(b"SSH-2.0-x\r\n")
    with suppress(ConnectionError):
        for _ in range(6_000):
            writer.write(struct.pack(">IB", len(ignored) + 5, 4) + ignored + bytes(4))
            await writer.drain()
    await until_there(house.node.doors.sftp.gate, 0)
    writer.close()


def came(gate: Gate, address: str) -> SshConnection:
    wire = SshConnection(gate, lambda host, port: asyncio.Protocol())
    wire.address = address
    gate.came(wire)
    return wire


async def test_strangers_are_dropped_by_chance_before_there_are_too_many() -> None:
    """E55: ever more of them, and all once it is full; who has logged in does not count."""
    sure, never = Gate(lambda: 0.999), Gate(lambda: 0.0)
    for at in range(FULL):
        assert (sure.admits(f"10.0.0.{at}"), never.admits(f"10.0.0.{at}")) == (True, at < START)
        for gate in (sure, never):
            came(gate, f"10.0.0.{at}")
    assert not sure.admits("10.0.1.1")
    half = Gate(lambda: 0.5)
    wires = [came(half, f"10.0.0.{at}") for at in range(60)]
    assert not half.admits("10.0.1.1")
    for wire in wires[:20]:
        assert half.proved(wire, 7) is (wires.index(wire) < sftp_gate.ACCOUNT_MOST)
    assert half.admits("10.0.1.1")
    for wire in wires:
        half.left(wire)
        half.left(wire)
    assert (half._unproved, half._addresses, half._accounts) == ({}, {}, {})


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_whoever_has_one_address_of_a_network_has_all(host: str, network: str) -> None:
    """E55: they count as one."""
    assert network_of(host) == network


async def test_an_account_has_so_many_connections_and_hears_why(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: those that it has go on, and so do others' accounts."""
    monkeypatch.setattr(sftp_gate, "ACCOUNT_MOST", 1)
    heard: list[str] = []

    class Listener(asyncssh.SSHClient):
        def connection_lost(self, exc: Exception | None) -> None:
            heard.append(str(exc))

    async with client(house) as sftp:
        with pytest.raises((asyncssh.Error, ConnectionError)):
            async with client(house, client_factory=Listener):
                pass
        async with client(house, "jean") as other:
            await put(other, "Theirs.xml", "x")
        await put(sftp, "Mine.xml", "x")
    assert heard == ["an account may have 16 connections (error 12)"]


async def test_wrong_passwords_are_paced_and_a_connection_has_few_tries(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: by the same that paces them over HTTP."""
    claims: list[tuple[Claim, str]] = []

    async def proved(claim: Claim, peer: str, by: str) -> Account | Refusal:
        claims.append((claim, peer))
        return Refusal((Trouble.bad_credentials,))

    monkeypatch.setattr(house.node.prove, "prove", proved)
    words = iter(f"guess{at}" for at in range(20))

    class Guesser(asyncssh.SSHClient):
        def password_auth_requested(self) -> str | None:
            return next(words)

    with pytest.raises((asyncssh.DisconnectError, ConnectionError)):
        async with client(house, password=None, client_factory=Guesser):
            pass
    assert claims == [(Claim(login="fred", secret=f"guess{at}"), "127.0.0.1") for at in range(6)]


async def test_wrong_keys_of_a_connection_count_as_one_try(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: an agent offers all it has."""
    claims: list[tuple[str, str]] = []

    async def proved(claim: Claim, peer: str, by: str) -> Account | Refusal:
        claims.append((claim.login, claim.key_kind))
        return Refusal((Trouble.bad_credentials,))

    monkeypatch.setattr(house.node.prove, "prove", proved)
    keys = [asyncssh.generate_private_key("ssh-ed25519") for _ in range(3)]
    with pytest.raises(asyncssh.PermissionDenied):
        async with client(house, password=None, client_keys=keys):
            pass
    assert claims == [("fred", "sftp")]


async def test_what_one_connection_makes_of_the_code_ends_that_connection_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: whatever the fault, the next one is served."""
    took = SshConnection.take
    broken: list[SshConnection] = []

    def breaks(wire: SshConnection) -> bool:
        if not broken:
            broken.append(wire)
            raise RuntimeError("this is what a mistake of ours looks like")
        return took(wire)

    monkeypatch.setattr(SshConnection, "take", breaks)
    with pytest.raises((asyncssh.DisconnectError, ConnectionError)):
        async with client(house):
            pass
    assert [wire.is_lost for wire in broken] == [True]
    async with client(house) as sftp:
        await put(sftp, "Mine.xml", "x")


async def test_no_octets_before_a_login_hang_or_break_the_door(house: House) -> None:
    """E55: raw ones, and packets that lie; nothing of them is left."""
    dice = random.Random(1)
    for _ in range(INPUTS):
        await babble(*house.node.doors.files, dice)
    await until_there(house.node.doors.sftp.gate, 0)
    assert house.node.doors.sftp.gate._dropped == 0  # all of them were listened to
    assert house.node.desk.counts["faults"] == 0
    async with client(house) as sftp:
        await put(sftp, "Mine.xml", "x")
