"""A centre made of PyPI's `smpp34`. servers.py tells what it does; it speaks JSON lines with it."""

import asyncio
import contextlib
import json
import os
import socket
import sys
import time
from collections import Counter
from typing import Any

import smpp34

OPTIONS: dict[str, str] = json.loads(sys.argv[1])
THROTTLED, SUBMIT_FAILED = 0x58, 0x45  # command_status (5.1.3)
RECEIPTED_MESSAGE_ID, MESSAGE_STATE = 0x001E, 0x0427  # tags (5.3.2)
KEPT: list[Any] = []  # a submit that is let go is answered, so those of row 36 stay here


def tell(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


class Centre:
    """Who is bound, and what was taken."""

    def __init__(self) -> None:
        self.bound: dict[str, smpp34.Esme] = {}
        self.throttled: Counter[str] = Counter()
        self.waiting: list[tuple[str, str, bytes, dict[str, Any]]] = []
        self.ids = 0x5EED0000 + (os.getpid() & 0xFFFF)
        self.tasks: set[asyncio.Task[None]] = set()

    def heed(self, event: object) -> None:
        if isinstance(event, smpp34.Esme):
            self.bound[event.session_id] = event
            tell({"bound": {"as": "receives" if event.can_receive else "sends"}})
            if event.can_receive:
                for number, code, octets, fields in self.waiting:
                    self.soon(self.hand_over(event, number, code, octets, fields))
                self.waiting.clear()
        elif isinstance(event, smpp34.Unbound):
            self.bound.pop(event.session_id, None)
        elif isinstance(event, smpp34.SubmitSmEvent):
            task = asyncio.create_task(self.submitted(event))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def submitted(self, event: smpp34.SubmitSmEvent) -> None:
        number, row = event.destination_addr, event.destination_addr[-2:]
        text = event.short_message
        tell(
            {
                "submit": {
                    "number": number,
                    "sender": event.source_addr,
                    "coding": event.data_coding,
                    "esm_class": event.esm_class,
                    "octets": text.hex(),
                    "registered": event.registered_delivery,
                    "tlvs": [[one.tag, one.value.hex()] for one in event.tlvs],
                }
            }
        )
        if row == "36":
            KEPT.append(event)
            return
        if row == "34":
            event.reject(SUBMIT_FAILED)
            return
        if row == "35":
            self.throttled[number] = (self.throttled[number] + 1) % 4
            if self.throttled[number]:
                event.reject(THROTTLED)
                return
        self.ids += 1
        ident, wanted = self.ids, event.registered_delivery & 1
        if row == "32" and wanted:
            self.soon(self.receipt(event, ident, "DELIVRD", "000"))
            await asyncio.sleep(0.05)
        event.accept(f"{ident:x}")
        if row in ("32", "33") or not wanted:
            return
        await asyncio.sleep(0.02)
        await self.follow(event, ident, row)

    async def follow(self, event: smpp34.SubmitSmEvent, ident: int, row: str) -> None:
        said = ("UNDELIV", "001") if row == "11" else ("DELIVRD", "000")
        await self.receipt(event, ident, *said)
        who = event.destination_addr, event.source_addr
        match row:
            case "31":
                await self.receipt(event, ident, *said)
            case "41":
                await self.deliver(*who, b"OUI")
            case "42":
                await self.deliver(*who, OPTIONS["wide"].encode("utf-16-be"), data_coding=8)
            case "43":
                await self.reply(*who, OPTIONS["long"])

    async def receipt(
        self, event: smpp34.SubmitSmEvent, ident: int, state: str, error: str
    ) -> None:
        told = str(ident) if OPTIONS["ids"] == "mixed" else f"{ident:x}"
        now = time.strftime("%y%m%d%H%M")
        delivered = "001" if state == "DELIVRD" else "000"
        text = (
            f"id:{told} sub:001 dlvrd:{delivered} submit date:{now} done date:{now}"
            f" stat:{state} err:{error} text:-"
        )
        number = {"DELIVRD": 2, "UNDELIV": 5}[state]
        await self.deliver(
            event.destination_addr,
            event.source_addr,
            text.encode("ascii"),
            esm_class=4,
            tlvs=[
                smpp34.Tlv(RECEIPTED_MESSAGE_ID, told.encode() + b"\0"),
                smpp34.Tlv(MESSAGE_STATE, bytes((number,))),
            ],
        )

    async def reply(self, number: str, code: str, text: str) -> None:
        octets = text.encode("ascii")
        if len(octets) <= 160:
            await self.deliver(number, code, octets)
            return
        parts = [octets[at : at + 153] for at in range(0, len(octets), 153)]
        for no, part in enumerate(parts, 1):
            header = bytes((5, 0, 3, 0x77, len(parts), no))
            await self.deliver(number, code, header + part, esm_class=0x40)

    async def deliver(self, number: str, code: str, octets: bytes, **fields: Any) -> None:
        """Send it, and do not wait: from a bound receiver the library takes no answer at all."""
        for esme in self.bound.values():
            if esme.can_receive:
                self.soon(self.hand_over(esme, number, code, octets, fields))
                await asyncio.sleep(0)
                return
        self.waiting.append((number, code, octets, fields))

    async def hand_over(
        self, esme: smpp34.Esme, number: str, code: str, octets: bytes, fields: dict[str, Any]
    ) -> None:
        fields |= {"source_addr": number, "source_addr_ton": 1, "source_addr_npi": 1}
        with contextlib.suppress(smpp34.SmppError):
            answer = await esme.deliver_sm(code, octets, **fields)
            tell({"answered": answer.command_status})

    def soon(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


async def obey(centre: Centre) -> None:
    """Heed stdin until it ends."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        asked = json.loads(line).get("reply")
        if asked:
            centre.soon(centre.reply(asked["from"], asked["to"], asked["text"]))
    os._exit(0)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def main() -> None:
    centre, port = Centre(), free_port()
    server = smpp34.Server("127.0.0.1", port, system_id="rust")
    await server.start()
    obeying = asyncio.create_task(obey(centre))
    tell({"port": port})
    with contextlib.suppress(asyncio.CancelledError):
        while not obeying.done():
            centre.heed(await server.next())


if __name__ == "__main__":
    asyncio.run(main())
