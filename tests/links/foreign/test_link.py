"""The SMPP link with centres that nobody of us wrote."""

import ssl
from typing import Any

import pytest
from msgspec.structs import replace

from chappe.links.contract import Condition, Verdict
from chappe.links.smpp.conversation.events import SessionLimits
from chappe.links.smpp.link import SmppLink
from chappe.links.smpp.pdus.tables import Bind
from chappe.links.smpp.sheet import TRX, TX_RX, Sheet
from chappe.links.smpp.texts.long import Writing
from chappe.words.alphabet import Alphabet
from chappe.words.clock import Clock
from chappe.words.lifecycle import Happening, Reason
from tests.links.exercise import CODE, FICTION, Listener, part
from tests.links.foreign.servers import (
    JAPANESE,
    LONG_REPLY,
    SERVERS,
    ForeignServer,
    NodeServer,
    serving,
)
from tests.tidy.tree import ROOT

PEM = ROOT / "tests" / "doors" / "localhost.pem"

each_server = pytest.mark.parametrize("kind", SERVERS, ids=lambda kind: kind.__name__)


async def linked(server: Any, **facts: Any) -> tuple[SmppLink, Listener]:
    """A link that is bound to it."""
    who = Bind(system_id=server.SYSTEM_ID, password=server.PASSWORD)
    usual = Sheet(host="127.0.0.1", port=server.port, bind=who, limits=SessionLimits(window=50))
    link, listener = SmppLink("foreign", replace(usual, **facts), Clock()), Listener()
    await link.start(listener)
    await server.until(lambda: link.condition is Condition.up, "the link")
    return link, listener


@each_server
@pytest.mark.parametrize("modes", [TRX, TX_RX], ids=["trx", "tx+rx"])
@pytest.mark.parametrize("ids", ["same", "mixed"])
async def test_it_is_answered_told_and_replied_to(kind: Any, modes: Any, ids: str) -> None:
    """E30: each way of binding; E31: ids in either form; E32: replies, a long one among them."""
    async with serving(kind, ids=ids) as server:
        link, listener = await linked(server, modes=modes)
        rows = {1: 1, 2: 11, 3: 34, 4: 41, 5: 43, 6: 31, 7: 32, 8: 42}
        link.submit([part(message, row) for message, row in rows.items()])
        await server.until(lambda: len(listener.answers) == 8, "answers")
        await server.until(lambda: len(listener.reports) == 8, "receipts")
        await server.until(lambda: len(listener.arrivals) == 3, "replies")
        await link.stop()
    verdicts = {answer.message: answer.verdict for answer in listener.answers}
    assert verdicts == dict.fromkeys(rows, Verdict.taken) | {3: Verdict.refused}
    told = sorted(
        (answer.message, report.happening.name, report.reason.name)
        for report in listener.reports
        for answer in listener.answers
        if answer.ref and answer.ref in (report.ref, *report.forms)
    )
    delivered = (Happening.was_delivered.name, Reason.none.name)
    failed = (Happening.was_undelivered.name, Reason.npai.name)
    assert told == [
        (1, *delivered),
        (2, *failed),
        *((message, *delivered) for message in (4, 5, 6, 6, 7, 8)),
    ]
    said = sorted((arrival.number, arrival.code, arrival.text) for arrival in listener.arrivals)
    assert said == [
        (FICTION + 41, CODE, "OUI"),
        (FICTION + 42, CODE, JAPANESE),
        (FICTION + 43, CODE, LONG_REPLY),
    ]


@each_server
async def test_a_throttled_part_is_told_later_until_it_is_taken(kind: Any) -> None:
    """E24: what the link says of a throttling answer."""
    async with serving(kind) as server:
        link, listener = await linked(server)
        for count in range(1, 5):
            link.submit([part(1, 35)])
            await _answers(server, listener, count)
        await link.stop()
    later = (Verdict.later, Reason.throttled)
    said = [(answer.verdict, answer.reason) for answer in listener.answers]
    assert said == [later, later, later, (Verdict.taken, Reason.none)]


async def _answers(server: ForeignServer, listener: Listener, count: int) -> None:
    await server.until(lambda: len(listener.answers) == count, "an answer")


async def test_every_form_of_a_text_is_read_as_it_was_meant() -> None:
    """E30: GSM, UCS-2, flash, and long texts by header, by SAR and as a payload."""
    long = "Bonjour {vous} [ici] 10 € " * 4
    async with serving(NodeServer) as server:
        for way in ("udh8", "udh16", "sar", "payload"):
            link, listener = await linked(server, writing=Writing(long=way))
            texts = [long + "1", long + "2"]
            if way == "payload":
                link.submit([part(7, text="".join(texts))])
            else:
                link.submit([part(7, 1, no, 2, text) for no, text in enumerate(texts, 1)])
            japanese = replace(part(8, text=JAPANESE), alphabet=Alphabet.ucs2)
            link.submit([japanese, replace(part(9, text="Alerte"), flash=True)])
            count = 3 if way == "payload" else 4
            await _answers(server, listener, count)
            await link.stop()
            submits = server.of_kind("submit")[-count:]
            assert "".join(one["text"] for one in submits[:-2]) == "".join(texts), way
            assert submits[-2]["text"] == JAPANESE
            assert (submits[-1]["text"], submits[-1]["coding"]) == ("Alerte", 0x10)
            if way == "sar":
                assert [one["sar"] for one in submits[:2]] == [[7, 2, 1], [7, 2, 2]]
            else:
                headers = {"udh8": "0003070200", "udh16": "080400070200", "payload": ""}
                seen = [one["header"][:-2] for one in submits[:-2]]
                assert set(seen) == {headers[way][:-2]}


async def test_it_comes_back_after_a_cut() -> None:
    """E30: it binds again."""
    async with serving(NodeServer) as server:
        link, listener = await linked(server)
        server.drop()
        await server.until(lambda: link.condition is Condition.down, "the cut")
        await server.until(lambda: link.condition is Condition.up, "the link")
        link.submit([part(1)])
        await _answers(server, listener, 1)
        await link.stop()


async def test_it_speaks_tls_with_a_foreign_centre() -> None:
    """E30: TLS."""
    trust = ssl.create_default_context(cafile=str(PEM))
    async with serving(NodeServer, pem=str(PEM)) as server:
        link, listener = await linked(server, tls=trust, tls_name="localhost")
        link.submit([part(1)])
        await _answers(server, listener, 1)
        await link.stop()
        assert listener.answers[0].verdict is Verdict.taken


async def test_a_wrong_password_is_said_in_words() -> None:
    async with serving(NodeServer) as server:
        who = Bind(system_id="chappe", password="wrong")
        link = SmppLink("foreign", Sheet(host="127.0.0.1", port=server.port, bind=who), Clock())
        await link.start(Listener())
        await server.until(lambda: "wrong password" in link.standing.says, "the reason")
        await link.stop()
