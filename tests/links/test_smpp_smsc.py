"""The SMPP link against `chappe smsc`: the shared suite, in each way of binding and of writing.

The two are written apart, and share the codec alone: what one of them takes for granted, the other
has to say.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chappe.links.smpp.sheet import TRX, TX_RX
from chappe.links.smpp.texts.long import Way, Writing
from tests.links.exercise import Ground, LinkExercise, Listener, part
from tests.links.smsc_ground import SmscGround


class TestTransceiver(LinkExercise):
    """E30: long messages by a header of either size, and by SAR."""

    @pytest.fixture(params=["udh8", "udh16", "sar"])
    async def ground(self, tmp_path: Path, request: Any) -> AsyncIterator[Ground]:
        ground = SmscGround(tmp_path, {}, modes=TRX, writing=Writing(long=request.param))
        await ground.open()
        yield ground
        await ground.close()


class TestTransmitterAndReceiver(LinkExercise):
    """E31: receipts that are texts alone, and ids in capitals or with zeros before them."""

    @pytest.fixture(params=["upper", "zeros"])
    async def ground(self, tmp_path: Path, request: Any) -> AsyncIterator[Ground]:
        settings = {"receipt_form": "text", "id_form": request.param}
        ground = SmscGround(tmp_path, settings, modes=TX_RX)
        await ground.open()
        yield ground
        await ground.close()


@pytest.mark.parametrize(
    ("answers", "receipts"), [("hexadecimal", "decimal"), ("decimal", "upper"), ("zeros", "upper")]
)
async def test_ids_that_are_written_two_ways_mean_one_part(
    tmp_path: Path, answers: str, receipts: str
) -> None:
    """E30: the link is told nothing of either form."""
    settings = {"id_form": answers, "receipt_id_form": receipts}
    ground = SmscGround(tmp_path, settings)
    await ground.open()
    listener = Listener()
    link = ground.make_link()
    await link.start(listener)
    await ground.until(lambda: link.condition.name == "up")
    link.submit([part(message) for message in range(1, 11)])
    await ground.until(lambda: len(listener.reports) == 10)
    refs = {answer.ref for answer in listener.answers}
    assert all(refs & {report.ref, *report.forms} for report in listener.reports)
    await link.stop()
    await ground.close()


@pytest.mark.parametrize("long", ["udh8", "udh16", "sar", "payload"])
async def test_a_long_message_arrives_as_one(tmp_path: Path, long: Way) -> None:
    """E30: what the link sends in parts, or whole, the centre knows for one message."""
    ground = SmscGround(tmp_path, {}, writing=Writing(long=long))
    await ground.open()
    listener = Listener()
    link = ground.make_link()
    await link.start(listener)
    await ground.until(lambda: link.condition.name == "up")
    pieces = ["Où es-tu ? " * 13, "{Ici} " * 19, "Déjà !"]
    if long == "payload":
        link.submit([part(7, text="".join(pieces))])
    else:
        link.submit([part(7, 0, no, 3, text) for no, text in enumerate(pieces, 1)])
    await ground.until(lambda: len(listener.reports) >= (1 if long == "payload" else 3))
    submits = ground.running.submits()
    await link.stop()
    await ground.close()
    assert len({submit.message for submit in submits}) == 1
    assert "".join(submit.text for submit in submits) == "".join(pieces)


async def test_a_restart_of_the_centre_is_bridged(tmp_path: Path) -> None:
    """E30: the link binds again; what the centre owed comes then."""
    ground = SmscGround(tmp_path, {})
    await ground.open()
    listener = Listener()
    link = ground.make_link()
    await link.start(listener)
    await ground.until(lambda: link.condition.name == "up")
    link.submit([part(1, 30), part(2, 11)])
    await ground.until(lambda: len(listener.reports) == 1)
    ground.running.cut()
    await ground.until(lambda: link.condition.name == "down")
    await ground.until(lambda: link.condition.name == "up")
    await ground.until(lambda: len(listener.reports) == 2)
    assert [message for message, *_ in listener.fates()] == [2, 1]
    await link.stop()
    await ground.close()
