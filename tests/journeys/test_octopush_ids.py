"""A request id is used up once, however many send it at a time, and whenever the node was away."""

import asyncio
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

from chappe.node import Node
from tests.conformance.grounds import Grounds
from tests.conformance.house import Reached, open_house

ACCOUNTS = """[[account]]
login = "ida"
email = "ida@example.org"
api_keys = ["key-of-ida"]
balance = "100.00"
"""
FIELDS = {
    "user_login": "ida@example.org",
    "api_key": "key-of-ida",
    "sms_recipients": "+33639980001",
    "sms_text": "Bonjour",
    "sms_type": "XXX",
    "request_id": "once",
}
AT_ONCE = 40
TAKEN, USED = b"<error_code>000</error_code>", b"<error_code>120</error_code>"


async def test_a_request_id_is_used_up_once(tmp_path: Path) -> None:
    """O5: one of all that come at the same time is taken, and none after a restart."""
    async with Grounds(tmp_path).lay(ACCOUNTS) as ground:
        async with open_house(ground, "", Reached()) as house:
            said = Counter(await asyncio.gather(*[_sent(house.node) for _ in range(AT_ONCE)]))
            assert said == {TAKEN: 1, USED: AT_ONCE - 1}
            left = await ground.taken()
        async with open_house(ground, "", Reached()) as house:
            assert await _sent(house.node) == USED
            assert await ground.taken() == left


async def _sent(node: Node) -> bytes:
    """The number that is answered."""
    body = urlencode(FIELDS)
    head = (
        "POST /api/sms HTTP/1.1\r\nHost: sms.example\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection(*node.doors.http)
    writer.write((head + body).encode("ascii"))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    begin = answer.index(b"<error_code>")
    return answer[begin : begin + len(TAKEN)]
