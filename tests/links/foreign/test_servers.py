"""The foreign centres do what servers.py says, seen by a client session of ours on a plain socket.

What passes here is also the proof that the client's session speaks with centres that nobody of us
wrote: binds, submits in every form, receipts, replies, refusals.
"""

import ssl
from typing import Any

import pytest

from chappe.links.smpp.conversation.events import Mode
from chappe.links.smpp.pdus.tables import CommandStatus, SubmitSm, SubmitSmResp
from chappe.words import gsm7
from tests.links.esme import FICTION, bound, connected, sms, texts
from tests.links.foreign.servers import JAPANESE, LONG_REPLY, SERVERS, NodeServer, serving
from tests.tidy.tree import ROOT

S = CommandStatus

PEM = ROOT / "tests" / "doors" / "localhost.pem"

each_server = pytest.mark.parametrize("kind", SERVERS, ids=lambda kind: kind.__name__)


@each_server
async def test_a_submit_is_taken_and_its_receipt_comes(kind: Any) -> None:
    """E30: the client's session with a foreign centre; E31: its receipts, by text and by TLV."""
    async with (
        serving(kind) as server,
        bound(server.port, password=kind.PASSWORD) as esme,
    ):
        (answer,) = await esme.submit(sms(1))
        assert isinstance(answer, SubmitSmResp)
        (receipt,) = await esme.told(1)
        assert (receipt.ids, receipt.state) == ((answer.message_id,), "DELIVRD")
        await server.until(lambda: server.of_kind("answered") == [0], "our answer to the receipt")
        await server.until(lambda: server.of_kind("submit") != [], "the submit")
        assert server.of_kind("submit")[0]["number"] == str(FICTION + 1)
        await esme.enquire()
        await esme.unbind()


@each_server
async def test_ids_may_be_written_otherwise_in_receipts(kind: Any) -> None:
    """E31: hexadecimal in the answer, decimal in the receipt."""
    async with (
        serving(kind, ids="mixed") as server,
        bound(server.port, password=kind.PASSWORD) as esme,
    ):
        (answer,) = await esme.submit(sms(1))
        assert isinstance(answer, SubmitSmResp)
        (receipt,) = await esme.told(1)
        assert receipt.ids == (str(int(answer.message_id, 16)),)


@each_server
async def test_the_rows_do_what_the_table_says(kind: Any) -> None:
    async with (
        serving(kind) as server,
        bound(server.port, password=kind.PASSWORD) as esme,
    ):
        rows = [11, 31, 33, 34, 35, 35, 35, 35]
        answers = await esme.submit(*map(sms, rows[:5]))
        answers += [(await esme.submit(sms(35)))[0] for _ in range(3)]
        assert [answer.status for answer in answers] == [
            *(S.ok, S.ok, S.ok, S.submit_failed),
            *(
                S.throttled,
                S.throttled,
                S.throttled,
                S.ok,
            ),
        ]
        receipts = await esme.told(4)
        states = sorted((receipt.state, receipt.error) for receipt in receipts)
        assert states == [("DELIVRD", "0")] * 3 + [("UNDELIV", "1")]


@each_server
async def test_a_receipt_comes_before_its_answer(kind: Any) -> None:
    """E31."""
    async with (
        serving(kind) as server,
        bound(server.port, password=kind.PASSWORD) as esme,
    ):
        (answer,) = await esme.submit(sms(32))
        (receipt,) = await esme.told(1)
        assert isinstance(answer, SubmitSmResp)
        assert receipt.ids == (answer.message_id,)
        assert esme.order.index(answer) == 1


@each_server
async def test_a_submit_of_row_36_is_not_answered(kind: Any) -> None:
    async with (
        serving(kind) as server,
        bound(server.port, password=kind.PASSWORD) as esme,
    ):
        (key,) = esme.post(sms(36))
        await esme.submit(sms(1))
        assert key not in esme.answers


@each_server
async def test_handsets_reply(kind: Any) -> None:
    """E32: replies of a foreign centre in GSM and UCS-2, and one in parts."""
    async with (
        serving(kind) as server,
        bound(server.port, password=kind.PASSWORD) as esme,
    ):
        for row, text in ((41, "OUI"), (42, JAPANESE), (43, LONG_REPLY)):
            await esme.submit(sms(row))
            await esme.until(lambda: len(texts(esme)) == 1, text)
            assert texts(esme) == [text]
            esme.delivered.clear()
        server.reply(33_612_345_678, "36105", "Bonjour")
        await esme.until(lambda: texts(esme) == ["Bonjour"], "a reply by hand")


@each_server
async def test_receipts_go_to_the_receiver(kind: Any) -> None:
    """E30: a transmitter and a receiver."""
    async with (
        serving(kind) as server,
        bound(server.port, Mode.receiver, password=kind.PASSWORD) as receiver,
        bound(server.port, Mode.transmitter, password=kind.PASSWORD) as transmitter,
    ):
        await transmitter.submit(*[sms(1, str(n)) for n in range(10)], sms(43))
        await receiver.told(11)
        await receiver.until(lambda: texts(receiver) == [LONG_REPLY], "the reply")
        assert transmitter.delivered == []


@each_server
async def test_receipts_wait_for_a_receiver(kind: Any) -> None:
    async with (
        serving(kind) as server,
        bound(server.port, Mode.transmitter, password=kind.PASSWORD) as transmitter,
    ):
        await transmitter.submit(sms(32), sms(41))
        async with bound(server.port, Mode.receiver, password=kind.PASSWORD) as receiver:
            await receiver.told(2)
            await receiver.until(lambda: texts(receiver) == ["OUI"], "the reply")


@each_server
@pytest.mark.parametrize("says", [S.later, None], ids=["answered later", "cut"])
async def test_what_was_not_taken_is_delivered_again(kind: Any, says: int | None) -> None:
    async with serving(kind) as server:
        async with bound(server.port, password=kind.PASSWORD) as esme:
            esme.says = lambda _: says
            await esme.submit(sms(1))
            (receipt,) = await esme.told(1)
            if says is not None:
                esme.says = lambda _: S.ok
                assert await esme.told(2) == [receipt] * 2
                return
        async with bound(server.port, password=kind.PASSWORD) as esme:
            assert await esme.told(1) == [receipt]


@each_server
async def test_long_texts_arrive_with_their_header(kind: Any) -> None:
    async with (
        serving(kind) as server,
        bound(server.port, password=kind.PASSWORD) as esme,
    ):
        part = b"\5\0\3\x2a\2\1" + gsm7.encode("é" * 153)
        long = SubmitSm(
            destination_addr=str(FICTION), source_addr="36105", esm_class=0x40, short_message=part
        )
        (answer,) = await esme.submit(long)
        assert answer.status == S.ok
        await server.until(lambda: len(server.of_kind("submit")) == 1, "the submit")
        (seen,) = server.of_kind("submit")
        if kind is NodeServer:
            assert (seen["header"], seen["text"]) == ("00032a0201", "é" * 153)
        else:
            assert seen["octets"] == part.hex()


async def test_a_wrong_password_is_refused() -> None:
    async with serving(NodeServer) as server, connected(server.port) as esme:
        await esme.bind(Mode.transceiver, password="wrong")
        assert esme.ended is not None
        assert esme.ended.status == S.bad_password


async def test_a_foreign_centre_speaks_tls() -> None:
    """E30: TLS, with a centre that nobody of us wrote."""
    trust = ssl.create_default_context(cafile=str(PEM))
    trust.check_hostname = False
    async with (
        serving(NodeServer, pem=str(PEM)) as server,
        bound(server.port, password=NodeServer.PASSWORD, tls=trust) as esme,
    ):
        await esme.submit(sms(1))
        await esme.told(1)


async def test_a_connection_may_be_cut() -> None:
    async with (
        serving(NodeServer) as server,
        bound(server.port, password=NodeServer.PASSWORD) as esme,
    ):
        server.drop()
        await esme.until(lambda: esme.ended is not None, "the end")
