"""The simulated operator behind a port: what its clients are answered, and what they are told."""

from pathlib import Path

import pytest

from chappe.links.smpp.events import Mode
from chappe.links.smpp.tables import Status, SubmitSmResp
from tests.links.esme import FICTION, bound, sms
from tests.links.smsc import centre

DELIVERED = "DELIVRD 0"


async def test_a_submit_is_answered_and_its_receipt_comes(tmp_path: Path) -> None:
    """E33: a real SMPP server form; E31: receipts by text and by TLV."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        (answer,) = await esme.submit(sms())
        assert isinstance(answer, SubmitSmResp)
        (receipt,) = await esme.told(1)
        assert (receipt.state, receipt.error, receipt.text) == ("DELIVRD", "0", "Bonjour")
        assert receipt.ids == (answer.message_id,)
        (told,) = esme.delivered
        assert (told.source_addr, told.destination_addr) == (str(FICTION), "36105")
        assert (told.source_addr_ton, told.dest_addr_ton, told.esm_class) == (1, 3, 4)
        assert [submit.number for submit in smsc.submits()] == [FICTION]


ROWS = {
    11: "UNDELIV 1",
    12: "EXPIRED 0",
    13: "UNDELIV 902",
    14: "UNDELIV 21",
    15: "UNDELIV 903",
    16: "UNDELIV 0",
    19: "DELETED 0",
    20: "REJECTD 0",
    21: "UNDELIV 32",
    22: "UNDELIV 8",
    23: "UNDELIV 904",
    24: "UNDELIV 905",
    25: "UNDELIV 901",
    26: "UNDELIV 906",
    29: "UNDELIV 907",
}


@pytest.mark.parametrize("row", [0, 9, 10, 37, 50, 99, *ROWS])
async def test_the_number_decides_what_the_receipt_says(tmp_path: Path, row: int) -> None:
    """E33."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        await esme.submit(sms(row))
        (receipt,) = await esme.told(1)
        assert f"{receipt.state} {receipt.error}" == ROWS.get(row, DELIVERED)


async def test_receipts_go_to_a_receiver_of_the_same_name(tmp_path: Path) -> None:
    """E30: transmitter and receiver."""
    async with (
        centre(tmp_path) as smsc,
        bound(smsc.port, Mode.receiver) as receiver,
        bound(smsc.port, Mode.receiver, "other") as other,
        bound(smsc.port, Mode.transmitter) as transmitter,
    ):
        await transmitter.submit(sms())
        await receiver.told(1)
        assert (transmitter.delivered, other.delivered) == ([], [])


async def test_a_throttled_message_is_taken_the_fourth_time(tmp_path: Path) -> None:
    """E33."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        said = [(await esme.submit(sms(35)))[0].status for _ in range(4)]
        assert said == [Status.throttled, Status.throttled, Status.throttled, Status.ok]
        await esme.told(1)
