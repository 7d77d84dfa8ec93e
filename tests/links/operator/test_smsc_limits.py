"""What the centre bounds, and what it stands."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chappe.links.operator.centre.submit.allowance import NAMES_MAX, Allowance
from chappe.links.smpp.conversation.events import Mode
from chappe.links.smpp.pdus.octets import pack
from chappe.links.smpp.pdus.tables import (
    BindTransceiver,
    CommandStatus,
    EnquireLink,
    SubmitSm,
    SubmitSmResp,
)
from chappe.words.clock import SECOND, HandClock
from tests.links.esme import bound, connected, sms
from tests.links.smpp.making import pdus
from tests.links.smsc import RunningSmsc, centre, settle

START = 1_795_000_000_000


async def test_no_more_connections_than_allowed(tmp_path: Path) -> None:
    async with centre(tmp_path, connections_max=2) as smsc, AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(bound(smsc.port))
        async with connected(smsc.port) as third:
            await third.until(lambda: third.ended is not None, "the end")
        assert smsc.smsc.connections == 2


async def test_who_does_not_bind_is_cut(tmp_path: Path) -> None:
    clock = HandClock(START)
    async with centre(tmp_path, clock, bind_ms=10 * SECOND) as smsc, connected(smsc.port) as esme:
        await settle(lambda: smsc.smsc.connections == 1)
        clock.advance(START + 11 * SECOND)
        await esme.until(lambda: esme.ended is not None, "the end")
        await settle(lambda: smsc.smsc.connections == 0)


async def test_who_shows_no_sign_of_life_is_cut(tmp_path: Path) -> None:
    """E30: the centre asks as well; what answers is left alone."""
    clock = HandClock(START)
    async with centre(tmp_path, clock, enquire_ms=5 * SECOND) as smsc:
        reader, writer = await asyncio.open_connection("127.0.0.1", smsc.port)
        writer.write(pack(BindTransceiver(1, system_id="silent")))
        async with bound(smsc.port) as alive:
            await settle(lambda: smsc.smsc.connections == 2)
            for second in range(1, 30):
                clock.advance(START + second * SECOND)
                await alive.enquire()
            assert alive.ended is None
            await settle(lambda: smsc.smsc.connections == 1)
        assert await reader.read() != b""
        writer.close()


async def test_more_than_the_window_is_told_that_the_queue_is_full(tmp_path: Path) -> None:
    async with centre(tmp_path, window=10, answer_ms=1) as smsc, bound(smsc.port) as esme:
        answers = await esme.submit(*[sms(text=str(n)) for n in range(50)])
        said = [answer.status for answer in answers]
        assert set(said) == {CommandStatus.ok, CommandStatus.queue_full}
        assert said[:10] == [CommandStatus.ok] * 10


async def test_faster_than_the_rate_is_throttled(tmp_path: Path) -> None:
    """E24: throttling answers, of which the other side is to slow down."""
    clock = HandClock(START)
    async with (
        centre(tmp_path, clock, rate=20) as smsc,
        bound(smsc.port) as esme,
        bound(smsc.port, system_id="other") as other,
    ):
        said = [one.status for one in await esme.submit(*[sms()] * 50)]
        assert said == [CommandStatus.ok] * 20 + [CommandStatus.throttled] * 30
        (answer,) = await other.submit(sms())
        assert answer.status == CommandStatus.ok, "each system_id has a rate of its own"
        clock.advance(START + 500)
        said = [one.status for one in await esme.submit(*[sms()] * 50)]
        assert said == [CommandStatus.ok] * 10 + [CommandStatus.throttled] * 40


async def test_no_more_is_owed_than_can_be_kept(tmp_path: Path) -> None:
    async with centre(tmp_path, owed_max=30) as smsc, bound(smsc.port, Mode.transmitter) as esme:
        said = [one.status for one in await esme.submit(*[sms()] * 50)]
        assert said == [CommandStatus.ok] * 30 + [CommandStatus.throttled] * 20
        async with bound(smsc.port, Mode.receiver) as receiver:
            await receiver.told(30)
        await settle(lambda: smsc.smsc.owed == 0)
        assert (await esme.submit(sms()))[0].status == CommandStatus.ok


async def test_no_more_is_told_than_was_allowed_unanswered(tmp_path: Path) -> None:
    async with centre(tmp_path, deliver_window=7) as smsc, bound(smsc.port) as esme:
        esme.says = lambda _: None
        await esme.submit(*[sms()] * 20)
        await esme.told(7)
        await esme.enquire()
        assert len(esme.receipts) == 7


async def test_a_client_that_does_not_read_is_not_read_from(tmp_path: Path) -> None:
    """What piles up on its side of the socket never piles up on ours."""
    async with centre(tmp_path) as smsc:
        reader, writer = await asyncio.open_connection("127.0.0.1", smsc.port, limit=1)
        writer.write(pack(BindTransceiver(1, system_id="greedy")))
        one = pack(SubmitSm(2, destination_addr="33639980001", source_addr="36105"))
        clogged = False
        for _ in range(500):
            writer.write(one * 1_000)
            try:
                await asyncio.wait_for(writer.drain(), 0.3)
            except TimeoutError:
                clogged = True
                break
        assert clogged
        (line,) = smsc.smsc._connections.values()
        assert line._clogged
        async with bound(smsc.port) as esme:
            assert (await esme.submit(sms()))[0].status == CommandStatus.ok
        writer.transport.abort()
        reader.feed_eof()
        await settle(lambda: smsc.smsc.connections == 0)


async def test_thousands_are_served_at_once(tmp_path: Path) -> None:
    """Every one is answered, and every one's receipt comes once."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        began = time.monotonic()
        ids: list[str] = []
        for _ in range(10):
            answers = await esme.submit(*[sms()] * 500)
            ids += [one.message_id for one in answers if isinstance(one, SubmitSmResp)]
        receipts = await esme.told(5_000)
        assert sorted(one.ids[0] for one in receipts) == sorted(ids)
        assert len(set(ids)) == 5_000
        assert time.monotonic() - began < 20


octets = st.one_of(
    pdus.map(pack),
    st.tuples(pdus.map(pack), st.integers(0, 200), st.integers(0, 255)).map(
        lambda one: _spoilt(*one)
    ),
    st.binary(max_size=200),
    st.just(pack(EnquireLink(7))),
)


def _spoilt(frame: bytes, at: int, value: int) -> bytes:
    """One octet behind the length is another."""
    place = 4 + at % (len(frame) - 4)
    return frame[:place] + bytes((value,)) + frame[place + 1 :]


async def test_broken_octets_harm_nobody(tmp_path: Path) -> None:
    """E33: whatever comes over a connection, the others are served and nothing grows."""
    loop = asyncio.get_running_loop()
    faults: list[dict[str, object]] = []
    loop.set_exception_handler(lambda _, context: faults.append(context))
    async with centre(tmp_path, connections_max=20, pdu_max=4_096) as smsc:
        await asyncio.to_thread(_fuzz, smsc, loop)
        assert faults == []
        await settle(lambda: smsc.smsc.connections == 0)
        async with bound(smsc.port) as esme:
            assert (await esme.submit(sms()))[0].status == CommandStatus.ok
            await esme.told(1)
        assert len(smsc.smsc._reception._long._open) <= 1_000


def _fuzz(smsc: RunningSmsc, loop: asyncio.AbstractEventLoop) -> None:
    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.booleans(), st.lists(octets, min_size=1, max_size=8), st.integers(1, 400))
    def play(binds: bool, sent: list[bytes], cut: int) -> None:
        asyncio.run_coroutine_threadsafe(_play(smsc.port, binds, sent, cut), loop).result(20)

    play()


async def _play(port: int, binds: bool, sent: list[bytes], cut: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    whole = b"".join(sent)
    try:
        if binds:
            writer.write(pack(BindTransceiver(1, system_id="fuzz")))
            await reader.readexactly(16)
        for at in range(0, len(whole), cut):
            writer.write(whole[at : at + cut])
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()


@pytest.mark.parametrize("rate", [0, 5])
def test_no_more_passes_than_the_rate_and_names_are_forgotten(rate: float) -> None:
    allowance = Allowance(rate)
    assert allowance.allowed("a", START, 100) == (100 if rate == 0 else 5)
    assert allowance.allowed("a", START + 1_000, 100) == (100 if rate == 0 else 5)
    for n in range(NAMES_MAX + 10):
        allowance.allowed(str(n), START, 1)
    assert len(allowance._left) <= NAMES_MAX
