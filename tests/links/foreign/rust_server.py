"""A centre made of PyPI's `smpp34`. servers.py tells what it does; it speaks JSON lines with it."""

import asyncio
import contextlib
import json
import os
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import smpp34

OPTIONS: dict[str, Any] = json.loads(sys.argv[1])
THROTTLED, SUBMIT_FAILED = 0x58, 0x45  # command_status (5.1.3)
RECEIPTED_MESSAGE_ID, MESSAGE_STATE = 0x001E, 0x0427  # tags (5.3.2)
SAR_REFERENCE, SAR_TOTAL, SAR_NO = 0x020C, 0x020E, 0x020F
STATES = {"ENROUTE": 1, "DELIVRD": 2, "UNDELIV": 5}
SOON_MS, AGAIN_MS = 20, 1_000
ENDING_S = 0.2  # within which the library tells that a session is over
NAMED_CODE = re.compile(r"\bSTOP\s*(?:au\s*)?([0-9]{5})\b", re.IGNORECASE)
KEPT: list[Any] = []  # a submit that is let go is answered, so those of row 36 stay here


def tell(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


class Time:
    """The real time, or one that is moved by hand."""

    def __init__(self, hand_ms: int) -> None:
        self._hand = hand_ms
        self._timers: list[tuple[int, Callable[[], None]]] = []

    @property
    def due(self) -> int | None:
        return min((at for at, _ in self._timers), default=None)

    def later(self, wait_ms: int, call: Callable[[], None]) -> None:
        if self._hand:
            self._timers.append((self._hand + wait_ms, call))
        else:
            asyncio.get_running_loop().call_later(wait_ms / 1000, call)

    def advance(self, to_ms: int) -> None:
        while (due := self.due) is not None and due <= to_ms:
            self._hand = due
            first = next(no for no, (at, _) in enumerate(self._timers) if at == due)
            self._timers.pop(first)[1]()
        self._hand = to_ms

    def stamp(self) -> str:
        now = time.localtime(self._hand / 1000 if self._hand else None)
        return time.strftime("%y%m%d%H%M", now)


class Centre:
    """Who is bound, and what was taken."""

    def __init__(self) -> None:
        self.time = Time(OPTIONS["clock"])
        self.bound: dict[str, smpp34.Esme] = {}
        self.throttled: Counter[str] = Counter()
        self.counts = Counter(busy=0, submits=0, answers=0, delivers=0, acks=0)
        self.waiting: list[dict[str, Any]] = []
        self.long: dict[tuple[str, str, bytes, int], dict[int, str]] = {}
        self.ids = 0x5EED0000 + (os.getpid() & 0xFFFF)
        self.tasks: set[asyncio.Task[None]] = set()

    def heed(self, event: object) -> None:
        if isinstance(event, smpp34.Esme):
            self.bound[event.session_id] = event
            tell({"bound": {"as": "receives" if event.can_receive else "sends"}})
            if event.can_receive:
                waiting, self.waiting = self.waiting, []
                for fields in waiting:
                    self.deliver(fields)
        elif isinstance(event, smpp34.Unbound):
            self.bound.pop(event.session_id, None)
        elif isinstance(event, smpp34.SubmitSmEvent):
            self.counts["busy"] += 1
            self.soon(self.submitted(event))

    # --- what is submitted ---

    async def submitted(self, event: smpp34.SubmitSmEvent) -> None:
        self.counts["submits"] += 1
        tell(
            {
                "submit": {
                    "number": event.destination_addr,
                    "sender": event.source_addr,
                    "coding": event.data_coding,
                    "esm_class": event.esm_class,
                    "octets": event.short_message.hex(),
                    "registered": event.registered_delivery,
                    "tlvs": [[one.tag, one.value.hex()] for one in event.tlvs],
                }
            }
        )
        await self.answer(event, event.destination_addr[-2:])
        self.counts["busy"] -= 1

    async def answer(self, event: smpp34.SubmitSmEvent, row: str) -> None:
        if row == "36":
            KEPT.append(event)
            return
        self.counts["answers"] += 1
        if row == "34":
            event.reject(SUBMIT_FAILED)
            return
        if row == "35":
            number = event.destination_addr
            self.throttled[number] = (self.throttled[number] + 1) % 4
            if self.throttled[number]:
                event.reject(THROTTLED)
                return
        self.ids += 1
        ident, wanted = self.ids, event.registered_delivery & 1
        if row == "32" and wanted:
            self.receipt(event, ident, "DELIVRD", "000")
            await asyncio.sleep(0.05)
        event.accept(f"{ident:x}")
        if row != "32" and wanted:
            self.follow(event, ident, row)

    def follow(self, event: smpp34.SubmitSmEvent, ident: int, row: str) -> None:
        _, total, no, _ = piece(event)
        spared = row == "37" and no < total
        receipts = OPTIONS["receipts"]
        for state, error, wait in receipts["any"] if spared else receipts.get(row, receipts["any"]):
            self.receipt_later(SOON_MS + wait, event, ident, state, error)
        words = OPTIONS["replies"].get(row)
        text = self.whole(event) if words else None
        if text is not None:
            self.time.later(SOON_MS, lambda: self.answer_back(event, words, text))

    def whole(self, event: smpp34.SubmitSmEvent) -> str | None:
        """The text of a message that is whole now."""
        of, total, no, text = piece(event)
        key = event.source_addr, event.destination_addr, of, total
        parts = self.long.setdefault(key, {})
        parts[no] = text
        if len(parts) < total:
            return None
        del self.long[key]
        return "".join(parts[place] for place in sorted(parts))

    # --- what is delivered ---

    def receipt_later(self, wait_ms: int, *what: Any) -> None:
        self.time.later(wait_ms, lambda: self.receipt(*what))

    def receipt(self, event: smpp34.SubmitSmEvent, ident: int, state: str, error: str) -> None:
        told = str(ident) if OPTIONS["ids"] == "mixed" else f"{ident:x}"
        now = self.time.stamp()
        delivered = "001" if state == "DELIVRD" else "000"
        text = (
            f"id:{told} sub:001 dlvrd:{delivered} submit date:{now} done date:{now}"
            f" stat:{state} err:{error} text:-"
        )
        tlvs = [
            smpp34.Tlv(RECEIPTED_MESSAGE_ID, told.encode() + b"\0"),
            smpp34.Tlv(MESSAGE_STATE, bytes((STATES[state],))),
        ]
        who = event.destination_addr, event.source_addr
        self.deliver(sms(*who, text.encode("ascii"), esm_class=4, tlvs=tlvs))

    def answer_back(self, event: smpp34.SubmitSmEvent, words: str, text: str) -> None:
        code = event.source_addr
        if not code.isdecimal():
            named = NAMED_CODE.search(text) if words == "STOP" else None
            code = named[1] if named else ""
        if code:
            self.reply(event.destination_addr, code, words)

    def reply(self, number: str, code: str, text: str) -> None:
        """The library leaves texts to its user: here they are ASCII, and UCS-2 beyond."""
        wide = not text.isascii()
        octets = text.encode("utf-16-be" if wide else "ascii")
        most, many = (140, 134) if wide else (160, 153)
        coding = 8 if wide else 0
        if len(octets) <= most:
            self.deliver(sms(number, code, octets, data_coding=coding))
            return
        parts = [octets[at : at + many] for at in range(0, len(octets), many)]
        for no, part in enumerate(parts, 1):
            header = bytes((5, 0, 3, 0x77, len(parts), no))
            self.deliver(sms(number, code, header + part, data_coding=coding, esm_class=0x40))

    def deliver(self, fields: dict[str, Any]) -> None:
        """Send it, and do not wait: from a bound receiver the library takes no answer at all."""
        for esme in self.bound.values():
            if esme.can_receive:
                self.counts["delivers"] += 1
                self.soon(self.hand_over(esme, fields))
                return
        self.waiting.append(fields)

    async def hand_over(self, esme: smpp34.Esme, fields: dict[str, Any]) -> None:
        try:
            answer = await esme.deliver_sm(**fields)
        except smpp34.SmppError:
            await asyncio.sleep(ENDING_S)
            if esme.session_id not in self.bound:
                self.deliver(fields)
            return
        self.counts["acks"] += 1
        tell({"answered": answer.command_status})
        if answer.command_status:
            self.time.later(AGAIN_MS, lambda: self.deliver(fields))

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def sms(number: str, code: str, octets: bytes, **fields: Any) -> dict[str, Any]:
    """A deliver_sm from a handset."""
    source = {"source_addr": number, "source_addr_ton": 1, "source_addr_npi": 1}
    return {"destination_addr": code, "short_message": octets} | source | fields


def piece(event: smpp34.SubmitSmEvent) -> tuple[bytes, int, int, str]:
    """What it is a part of, how many there are, which one it is, and its text."""
    octets, of, total, no = event.short_message, b"", 1, 1
    if event.esm_class & 0x40:
        size = octets[0] + 1
        header, octets = octets[1:size], octets[size:]
        while header:
            end = header[1] + 2
            element, header = header[:end], header[end:]
            if element[0] in (0, 8):
                of, total, no = element[:-2], element[-2], element[-1]
    found = {one.tag: one for one in event.tlvs}
    if SAR_TOTAL in found:
        of = found[SAR_REFERENCE].value
        total = found[SAR_TOTAL].as_int() or 1
        no = found[SAR_NO].as_int() or 1
    return of, total, no, octets.decode("utf-16-be" if event.data_coding == 8 else "latin-1")


async def obey(centre: Centre) -> None:
    """Heed stdin until it ends."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        asked = json.loads(line)
        if said := asked.get("reply"):
            centre.reply(said["from"], said["to"], said["text"])
        if "clock" in asked:
            centre.time.advance(asked["clock"])
        if "ask" in asked:
            now = {"bound": len(centre.bound), "due": centre.time.due} | centre.counts
            tell({"state": {"asked": asked["ask"]} | now})
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
