"""Clients that nobody of us wrote, served by the centre over a socket: what every user's does.

npm's `smpp` (MIT) in Node, PyPI's `smpplib` (LGPL) in Python and `smpp34` (MIT) in Rust: three
codecs of their own. Each binds, is refused with a wrong password, submits in every form, is
throttled, gets receipts and a reply, asks whether we live, and unbinds.
"""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import smpp34
import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm
import smpplib.smpp

from chappe.links.smpp.pdus.tables import CommandStatus
from tests.links.esme import CODE, FICTION
from tests.links.foreign import node
from tests.links.smsc import RunningSmsc, centre

S = CommandStatus

LONG = "Bonjour à tous. " * 15
JAPANESE = "はい、お願いします"
DEADLINE_S = 20.0
DELIVERED = 2


async def test_npm_smpp_is_served(tmp_path: Path) -> None:
    """E33: a client in Node; E31: its receipts."""
    async with centre(tmp_path, system_id="chappe", password="secret") as smsc:
        told = await in_node(smsc)
        assert told["refused"] == S.bad_password
        assert told["bound"] == {"status": 0, "name": "chappe-smsc"}
        statuses = {name: one["status"] for name, one in told["submits"].items()}
        throttled = {f"throttled{time}": int(S.throttled) for time in (1, 2, 3)}
        taken = ("short", "ucs2", "flash", "long1", "long2", "payload", "throttled4", "asking")
        assert statuses == dict.fromkeys(taken, 0) | throttled | {"never": S.submit_failed}
        states = {one["id"]: one["state"] for one in told["receipts"]}
        ids = {name: told["submits"][name]["id"] for name in taken}
        failing = {"long2"}
        assert states == {ids[name]: 5 if name in failing else DELIVERED for name in taken}
        assert told["receipts"][0]["text"].startswith(f"id:{ids['short']} sub:001 dlvrd:001")
        assert told["replies"] == [{"from": f"{FICTION + 42}", "to": CODE, "text": JAPANESE}]
        assert (told["enquired"], told["unbound"], told["queried"]["status"]) == (0, 0, 0)
        texts = [submit.text for submit in smsc.submits()]
        assert texts[:3] == ["Bonjour", "はい", "Alerte"]
        assert "".join(texts[3:5]) == texts[5] == LONG
        assert smsc.smsc.owed == 0


async def in_node(smsc: RunningSmsc) -> dict[str, Any]:
    options = json.dumps({"port": smsc.port, "password": "secret"})
    process = await asyncio.create_subprocess_exec(
        *node.command("client.js", options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=node.environment(),
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    told: dict[str, Any] = json.loads(out)
    return told


async def test_smpplib_is_served(tmp_path: Path) -> None:
    """E33: a client in Python; E31: its receipts."""
    async with centre(tmp_path, system_id="chappe", password="secret") as smsc:
        client = Smpplib(smsc.port)
        await asyncio.to_thread(client.run)
        assert client.refused == S.bad_password
        assert client.statuses == [
            *(S.ok,) * 6,
            *(
                S.throttled,
                S.throttled,
                S.throttled,
                S.ok,
            ),
        ]
        assert sorted(client.receipts) == sorted((one, DELIVERED) for one in client.ids)
        assert client.replies == [("OUI", f"{FICTION + 41}", CODE)]
        texts = [submit.text for submit in smsc.submits()]
        assert texts[:3] == ["Bonjour", JAPANESE, "Alerte"]
        assert "".join(texts[3:5]) == LONG
        assert [submit.message for submit in smsc.submits()][3:5] == [
            int(smsc.submits()[3].ref),
        ] * 2


class Smpplib:
    """What a user of smpplib does, in a thread of its own: the library blocks."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.refused = 0
        self.statuses: list[int] = []
        self.ids: list[str] = []
        self.receipts: list[tuple[str, int]] = []
        self.replies: list[tuple[str, str, str]] = []

    def run(self) -> None:
        self._be_refused()
        client = self._client()
        client.connect()
        client.set_message_sent_handler(self._answered)
        # Of an answer that says no, the library tells both.
        client.set_error_pdu_handler(lambda pdu: None)
        client.set_message_received_handler(self._received)
        client.bind_transceiver(system_id="chappe", password="secret")
        self._submit(client, 1, b"Bonjour")
        self._submit(client, 1, JAPANESE.encode("utf-16-be"), data_coding=8)
        self._submit(client, 1, b"Alerte", data_coding=0x10)
        parts, coding, esm_class = smpplib.gsm.make_parts(LONG)
        for part in parts:
            self._submit(client, 1, part, data_coding=coding, esm_class=esm_class)
        self._submit(client, 41, b"Oui ?")
        for _ in range(4):
            self._submit(client, 35, b"a")
        self._read(client, lambda: len(self.receipts) == 7 and len(self.replies) == 1)
        client.send_pdu(smpplib.smpp.make_pdu("enquire_link", client=client))
        assert client.read_pdu().command == "enquire_link_resp"
        assert client.unbind().command == "unbind_resp"
        client.disconnect()

    def _client(self) -> Any:
        return smpplib.client.Client(
            "127.0.0.1", self.port, timeout=DEADLINE_S, allow_unknown_opt_params=True
        )

    def _be_refused(self) -> None:
        client = self._client()
        client.connect()
        try:
            client.bind_transceiver(system_id="chappe", password="wrong")
        except smpplib.exceptions.PDUError as fault:
            self.refused = fault.args[1]
        client.disconnect()

    def _submit(self, client: Any, row: int, octets: bytes, **fields: Any) -> None:
        before = len(self.statuses)
        client.send_message(
            source_addr_ton=smpplib.consts.SMPP_TON_NWSPEC,
            source_addr=CODE,
            dest_addr_ton=smpplib.consts.SMPP_TON_INTL,
            destination_addr=str(FICTION + row),
            short_message=octets,
            registered_delivery=True,
            **fields,
        )
        self._read(client, lambda: len(self.statuses) > before)

    def _read(self, client: Any, seen: Callable[[], bool]) -> None:
        end = time.monotonic() + DEADLINE_S
        while not seen():
            assert time.monotonic() < end, "waited in vain"
            client.read_once()

    def _answered(self, pdu: Any) -> None:
        self.statuses.append(pdu.status)
        if not pdu.status:
            self.ids.append(pdu.message_id.decode())

    def _received(self, pdu: Any) -> int:
        if pdu.receipted_message_id is not None:
            self.receipts.append((pdu.receipted_message_id.decode(), pdu.message_state))
        else:
            text = pdu.short_message.decode()
            self.replies.append((text, pdu.source_addr.decode(), pdu.destination_addr.decode()))
        return 0


async def test_smpp34_is_served(tmp_path: Path) -> None:
    """E33: a client in Rust; E31: its receipts."""
    async with centre(tmp_path, system_id="chappe", password="secret") as smsc:
        # It tries a refused bind again and again, and says at last that none came of it.
        wrong = smpp34.Client("127.0.0.1", smsc.port, "chappe", "wrong", connect_timeout_ms=500)
        with pytest.raises(smpp34.SmppError, match="bind timed out"):
            await wrong.connect()
        await wrong.stop()
        client = smpp34.Client("127.0.0.1", smsc.port, "chappe", "secret")
        bound = await client.connect()
        row = f"{FICTION}"[:-2]
        first = await bound.submit_sm(
            f"{row}41", b"Bonjour", source_addr=CODE, registered_delivery=1
        )
        throttled = [
            await bound.submit_sm(f"{row}35", b"a", source_addr=CODE, registered_delivery=0)
            for _ in range(4)
        ]
        assert [one.command_status for one in throttled] == [
            *(int(S.throttled),) * 3,
            0,
        ]
        heard = [await asyncio.wait_for(bound.next(), DEADLINE_S) for _ in range(2)]
        receipt, reply = heard
        assert isinstance(receipt, smpp34.DeliverSmEvent)
        assert isinstance(reply, smpp34.DeliverSmEvent)
        assert receipt.short_message.startswith(f"id:{first.message_id} ".encode())
        assert (reply.short_message, reply.source_addr) == (b"OUI", f"{row}41")
        await bound.unbind()
        await client.stop()
