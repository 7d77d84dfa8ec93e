"""Mails that nobody honest writes, by the thousand: who makes them, and how they are fired.

In: chance, a door of SMTP. Out: mails, bent from those of the pages; what was answered to each.
"""

import asyncio
import random
import re
from collections.abc import Sequence
from itertools import pairwise

PER_LINE = 250  # a session has so many commands, and no more
_LINES = 8
_ID = re.compile(rb"Mail\d{8}")
_FRESH = 0.1  # of them have an id that nobody has used

# What may stand in a mail, besides what may stand in a form.
PIECES: Sequence[bytes] = (
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"\r\n.\r\n",
        b"\r\n..",
        b"\r\n ",
        b"\x00",
        b"\xff",
        b"\t",
    ),
    *(b"=\r\n", b"=3D", b"=", b"===", b"=?utf-8?q?", b"?=", b"=?x\x00?b?", b"*0*=x\x00''", b"--a"),
    *(b"\r\n--a\r\n", b"\r\n--a--", b"\r\n--ab\r\n", b"--", b"Subject: ", b": ", b"a" * 9_000),
    b"Content-Type: multipart/mixed; boundary=a\r\n",
    b'Content-Type: multipart/alternative; boundary="\r\n',
    b"Content-Type: text/html; charset=\r\n",
    b"Content-Type: text/plain; charset=utf-16\r\n",
    b"Content-Type: text/plain; charset=idna; format=flowed; delsp=yes\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Disposition: attachment\r\n",
    *(b"<style>", b"<", b"<p>", b"&#" + b"9" * 5_000 + b";", b"&#xD800;", b"&amp;", b'"', b';a="'),
    *(b"start=start&", b"&end=end", b"&a=b" * 3_000, b"user_login@", b"&api_key=", b"\xef\xbb\xbf"),
)


def bent(chance: random.Random, honest: Sequence[bytes], values: Sequence[bytes]) -> bytes:
    """An honest mail, bent in up to three places."""
    raw = chance.choice(honest)
    if chance.random() < _FRESH:
        return _ID.sub(b"Mail%08d" % chance.randrange(10**8), raw)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(raw) + 1)
        over = at if chance.random() < 0.5 else min(len(raw), at + chance.randrange(200))
        draw = chance.random()
        if draw < 0.6:
            piece = chance.choice(PIECES)
        else:
            piece = chance.choice(values) if draw < 0.9 else chance.randbytes(6)
        raw = raw[:at] + piece + raw[over:]
    return raw


async def fire(place: tuple[str, int], mails: Sequence[bytes], name: str) -> list[bytes]:
    """Over several lines at a time, each from an address of its own; the answers to all mails."""
    stretches = [mails[at : at + PER_LINE] for at in range(0, len(mails), PER_LINE)]
    answers: list[bytes] = []
    for at in range(0, len(stretches), _LINES):
        lines = [
            line(place, some, f"127.0.{index}.{at % 250 + 1}", name)
            for index, some in enumerate(stretches[at : at + _LINES])
        ]
        for heard in await asyncio.gather(*lines):
            answers += heard
    return answers


async def line(
    place: tuple[str, int], mails: Sequence[bytes], source: str, name: str
) -> Sequence[bytes]:
    """All of them are said before anything is heard, as PIPELINING allows."""
    reader, writer = await asyncio.open_connection(*place, local_addr=(source, 0))
    try:
        heard = asyncio.ensure_future(reader.read())
        writer.write(b"EHLO c\r\n")
        for mail in mails:
            writer.write(b"MAIL FROM:<a@c>\r\nRCPT TO:<%b@d>\r\nDATA\r\n" % name.encode())
            writer.write(stuffed(mail) + b"\r\n.\r\n")
            await writer.drain()
        writer.write(b"QUIT\r\n")
        said = (await heard).split(b"\r\n")
    finally:
        writer.close()
        await writer.wait_closed()
    return [line for before, line in pairwise(said) if before[:4] == b"354 "]


def stuffed(mail: bytes) -> bytes:
    """As a client sends it: a dot that begins a line is doubled."""
    return (b"\r\n" + mail).replace(b"\r\n.", b"\r\n..")[2:]
