"""HEAD, over the real door: answered like GET where nothing is sent, and nowhere else."""

import asyncio
import re

import pytest

from chappe.config import Secret
from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect
from chappe.doors.pipeline import is_question
from chappe.words.exchange import MAIL
from tests.journeys.files import PASSWORD
from tests.journeys.house import House, account, config

_DATE = re.compile(rb"Date: [^\r]*\r\n")
_WHO = f"accountid=fred&password={PASSWORD}&push_id=1&ret_id=1&to=0639980000&text=a"


async def _said(house: House, method: str, path: str) -> tuple[bytes, bytes]:
    """The head of an answer, and its body."""
    reader, writer = await asyncio.open_connection(*house.node.doors.http)
    head = f"{method} {path}?{_WHO} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    answer = _DATE.sub(b"", await reader.read())
    writer.close()
    said, _, body = answer.partition(b"\r\n\r\n")
    return said, body


@pytest.mark.parametrize("dialect", DIALECTS, ids=[one.NAME for one in DIALECTS])
async def test_a_head_is_answered_where_nothing_is_sent_and_nowhere_else(
    house: House, dialect: Dialect
) -> None:
    """H66: `Allow` says where."""
    await house.open(config(accounts=(account("fred", password=Secret(PASSWORD)),)))
    paths = {path for method, path in dialect.ROUTES if method != MAIL}
    for path in sorted(paths):
        action = dialect.ROUTES.get(("GET", path))
        answered = action is not None and is_question(dialect, action)
        head, body = await _said(house, "HEAD", path)
        assert body == b""
        if answered:
            assert head == (await _said(house, "GET", path))[0]
            assert b"Content-Length: 0" not in head
        else:
            assert b"\r\nAllow: " in head
        allowed = re.search(rb"Allow: ([^\r]*)", (await _said(house, "PUT", path))[0])
        assert allowed is not None
        assert (b"HEAD" in allowed[1].split(b", ")) == answered
    assert await house.node.store.messages(0, 1 << 60, 1) == []
