"""PDUs that no honest operator sends.

Hypothesis gives a seed, and each seed a hundred inputs: frames of the golden page, bent. So twenty
thousand take seconds. The full size, a million, is `smpp-fuzz` of `make torture`.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.links.contract import Condition
from chappe.links.smpp.conversation.centre import CENTRE, admit
from chappe.links.smpp.conversation.client import CLIENT, acknowledgements, bind
from chappe.links.smpp.conversation.events import (
    Mode,
    Requested,
    Responded,
    SessionLimits,
    Unanswered,
)
from chappe.links.smpp.conversation.session import SmppSession
from chappe.links.smpp.link import SmppLink
from chappe.links.smpp.meaning.receipt import read_receipt, read_slowly, report
from chappe.links.smpp.pdus import quick
from chappe.links.smpp.pdus.octets import Broken, pack, reproach, unpack, unpack_slowly
from chappe.links.smpp.pdus.stream import Splitter
from chappe.links.smpp.pdus.tables import (
    COMMANDS,
    TLVS,
    Bind,
    BindTransceiver,
    BindTransceiverResp,
    DataSm,
    DeliverSm,
    Pdu,
    SubmitSm,
)
from chappe.links.smpp.sheet import Sheet
from chappe.links.smpp.texts.collector import Collector, Whole
from chappe.links.smpp.texts.pieces import read_piece
from chappe.words.clock import HandClock
from tests.links.exercise import Listener, part
from tests.links.ground import START
from tests.links.smpp.test_golden import FRAMES

EXAMPLES = 20_000
BATCH = 100  # inputs a seed
ROUND = 1_000  # Hypothesis remembers every example of a round

SEEDS = [frame for _, frame, _ in FRAMES]
COMMAND_IDS = [*COMMANDS, 0, 0x0A, 0x80000099, 0xFFFFFFFF]
WAYS = 7


def bent(chance: random.Random) -> bytes:
    """A frame with a few things wrong; its length is mostly right, so that all is looked at."""
    raw = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(16, max(16, len(raw)))
        way = chance.randrange(WAYS)
        if way == 0:
            raw[at:] = b""
        elif way == 1:
            raw[at : at + chance.randint(0, 6)] = chance.randbytes(chance.randint(0, 6))
        elif way == 2:
            raw[at : at + 1] = bytes((chance.choice((0, 1, 8, 0x40, 0x7F, 0x80, 0xFF)),))
        elif way == 3:
            raw[at:at] = chance.choice(SEEDS)[16:]
        elif way == 4:
            raw[4:8] = chance.choice(COMMAND_IDS).to_bytes(4, "big")
        elif way == 5:
            raw[8:16] = bytes((*(0,) * 3, chance.randrange(256), *(0,) * 3, chance.randrange(8)))
        else:
            size = chance.choice((0, 1, 2, 3, 4, 65, 255))
            tag = chance.choice((*TLVS, chance.randrange(65_536)))
            raw += tag.to_bytes(2, "big") + size.to_bytes(2, "big") + chance.randbytes(size)
    size = len(raw) if chance.random() < 0.97 else chance.choice((0, 15, 16, len(raw) + 1, 1 << 31))
    raw[:4] = size.to_bytes(4, "big")
    return bytes(raw)


def attack(inputs: int, one_seed: Callable[[int], None]) -> None:
    """Give `one_seed` so many seeds that there are so many inputs."""
    seeds = -(-inputs // BATCH)
    for done in range(0, seeds, ROUND):

        @settings(max_examples=min(ROUND, seeds - done), database=None)
        @given(st.integers(0, 2**64 - 1))
        def one_round(seed: int) -> None:
            one_seed(seed)

        one_round()


def test_no_frame_upsets_the_codec() -> None:
    """E55: what comes is a PDU, or a value that says what is wrong."""
    attack(EXAMPLES // 2, bend_frames)


def bend_frames(seed: int) -> None:
    chance = random.Random(seed)
    inbox: Collector[None] = Collector(open_max=5)
    for now in range(BATCH):
        raw = bent(chance)
        pdu = unpack(raw)
        if int.from_bytes(raw[:4], "big") == len(raw):
            assert pdu == unpack_slowly(raw)
        assert quick.read(raw) in (pdu, None)
        assert quick.read_plainly(raw) in (pdu, None)
        if isinstance(pdu, Broken):
            told = reproach(pdu)
            assert told is None or unpack(pack(told)) == told
            continue
        assert unpack(pack(pdu)) == pdu
        if isinstance(pdu, DeliverSm | DataSm):
            receipt = read_receipt(pdu)
            assert receipt == read_slowly(pdu)
            assert receipt is None or report(receipt, "", now).at <= now
        if isinstance(pdu, DeliverSm | DataSm | SubmitSm):
            for done in inbox.add(read_piece(pdu), None, now, now):
                if isinstance(done, Whole):
                    done.text.encode()
                    inbox.settled(done.key, kept=bool(now & 1), now=now)


LIMITS = SessionLimits(window=5, unheard_max=10, pdu_max=4_096)


def test_no_conversation_is_upset() -> None:
    """E55: no octets raise, hang, or make memory grow; every request is told of once."""
    attack(EXAMPLES // 2, bend_conversations)


def bend_conversations(seed: int) -> None:
    chance = random.Random(seed)
    left = BATCH
    while left > 0:
        for session, ours in ((bound_client(), SubmitSm()), (bound_centre(), DeliverSm())):
            left -= bend_conversation(session, ours, chance)


def bend_conversation(session: SmppSession, ours: Pdu, chance: random.Random) -> int:
    """How many inputs it took to end it, or as many as there are."""
    asked, keys, told, inputs = list[Pdu](), 0, list[int](), 0
    while not session.over and inputs < BATCH // 2:
        inputs += 1
        keys += session.request([(keys, ours)], inputs)
        raw = bent(chance)
        cut = chance.randint(0, len(raw))
        events = [*session.feed(raw[:cut], inputs), *session.feed(raw[cut:], inputs)]
        told += [event.key for event in events if isinstance(event, Responded | Unanswered)]
        asked += [event.pdu for event in events if isinstance(event, Requested)]
        if chance.random() < 0.3:
            session.answer(acknowledgements(asked, kept=True))
            asked.clear()
        assert session.unheard <= LIMITS.unheard_max
        assert_readable(session.take())
    told += [event.key for event in session.lost() if isinstance(event, Unanswered)]
    assert sorted(told) == list(range(keys))
    return inputs


def bound_client() -> SmppSession:
    client = SmppSession(CLIENT, LIMITS, 0)
    bind(client, Mode.transceiver, Bind(), 0)
    client.feed(pack(BindTransceiverResp(1)), 0)
    client.take()
    return client


def bound_centre() -> SmppSession:
    centre, asked = SmppSession(CENTRE, LIMITS, 0), BindTransceiver(1)
    centre.feed(pack(asked), 0)
    admit(centre, asked, "smsc")
    centre.take()
    return centre


class _Pipe(asyncio.Transport):
    """What a link writes to where no socket is."""

    def __init__(self, line: asyncio.Protocol) -> None:
        super().__init__()
        self.line = line
        self.wrote = b""
        self.gone = False

    def write(self, data: Any) -> None:
        assert not self.gone
        self.wrote += data

    def close(self) -> None:
        if not self.gone:
            self.gone = True
            asyncio.get_running_loop().call_soon(self.line.connection_lost, None)

    abort = close

    def is_closing(self) -> bool:
        return self.gone

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


def test_no_link_is_upset() -> None:
    """E55: nor is what stands behind the conversation, with receipts, replies and the disk."""
    attack(EXAMPLES // 5, lambda seed: asyncio.run(bend_link(seed)))


async def bend_link(seed: int) -> None:
    chance, clock, listener = random.Random(seed), HandClock(START), Listener()
    pipes: list[_Pipe] = []

    async def dial(make: Callable[[], asyncio.Protocol]) -> None:
        pipes.append(_Pipe(make()))
        pipes[-1].line.connection_made(pipes[-1])

    sheet = Sheet(host="", port=0, limits=LIMITS)
    link = SmppLink("bent", sheet, clock, dial=dial, chance=chance)
    await link.start(listener)
    for message in range(BATCH):
        await asyncio.sleep(0)
        pipe = pipes[-1]
        if pipe.gone:
            clock.advance(clock.now() + 60_000)
        else:
            if link.condition is not Condition.up:
                pipe.line.data_received(pack(BindTransceiverResp(1)))
            listener.keeps = [chance.random() < 0.7 for _ in range(3)]
            link.submit([part(message)])
            pipe.line.data_received(bent(chance))
            clock.advance(clock.now() + chance.choice((0, 10, 20_000)))
        assert_readable(pipe.wrote)
        pipe.wrote = b""
    for _ in range(3):  # a connect may be under way, which makes another one
        await asyncio.sleep(0)
        pipes[-1].close()
    await link.stop()
    told = [answer.message for answer in listener.answers]
    assert len(told) == len(set(told))
    assert link.standing.says != "", "it ended, and does not know why"


def assert_readable(octets: bytes) -> None:
    for frame in Splitter().feed(octets):
        assert isinstance(unpack(frame), Pdu)
