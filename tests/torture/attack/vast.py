"""Vast documents: as much as a body may hold of one thing, eight at once, from eight addresses.

In: orders; `what` is the row. Out: how they were answered. Promise: a document is just as long as
a body may be, and is sent again and again until count or time is over.
"""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from tests.torture.attack.cast import PASSWORD, POOR
from tests.torture.attack.documents import posted
from tests.torture.attack.hurl import Orders, Pace, Told, begin, connected, counted

_MOST: Final = 32 * 1024 * 1024
_LAST_S: Final = 10.0  # after its time, for the last answer
_XML, _JSON, _FORM = b"text/xml", b"application/json", b"application/x-www-form-urlencoded"
_AT_FORM, _AT_SENDINGS, _AT_CAMPAIGN = b"/api", b"/API/apiV2.php", b"/campaign"
_PROVED = f'{{"push":{{"accountid":"{POOR}","password":"{PASSWORD}","message":['.encode()
_SENDING = (
    f"<sms><authentication><username>{POOR}</username><password>{PASSWORD}</password>"
    "</authentication><message><sender>A</sender><text>a</text></message><recipients>"
).encode()


class Vast(NamedTuple):
    """What stands before, what is repeated (given how often already), what stands behind."""

    before: bytes
    piece: Callable[[int], bytes]
    behind: bytes
    kind: bytes
    paths: Sequence[bytes]


def _same(piece: bytes) -> Callable[[int], bytes]:
    return lambda _: piece


_BOTH = (_AT_FORM, _AT_SENDINGS)
VAST: Final[Mapping[str, Vast]] = {
    "attributes": Vast(b"<push", lambda n: b' a%x=""' % n, b"/>", _XML, _BOTH),
    "same attributes": Vast(b"<push", _same(b' a=""'), b"/>", _XML, _BOTH),
    "names": Vast(b"<push>", lambda n: b"<a%x/>" % n, b"</push>", _XML, _BOTH),
    "deep elements": Vast(b"", _same(b"<a>"), b"", _XML, _BOTH),
    "one token": Vast(b'<push a="', _same(b"x" * 4_096), b'"/>', _XML, _BOTH),
    "comment": Vast(b"<!--", _same(b"x" * 4_096), b"--><push/>", _XML, _BOTH),
    "one text": Vast(b"<push>", _same(b"&amp;" * 64), b"</push>", _XML, _BOTH),
    "objects": Vast(b"[", _same(b"{},"), b"{}]", _JSON, (_AT_FORM, _AT_CAMPAIGN)),
    "filled objects": Vast(
        b"[", lambda n: b'{"%x":[]},' % n, b"{}]", _JSON, (_AT_FORM, _AT_CAMPAIGN)
    ),
    "deep lists": Vast(b"", _same(b"["), b"", _JSON, (_AT_FORM, _AT_CAMPAIGN)),
    "one string": Vast(b'{"a":"', _same(b"\\u00e9" * 64), b'"}', _JSON, (_AT_FORM, _AT_CAMPAIGN)),
    "proved objects": Vast(_PROVED, _same(b"{},"), b"{}]}}", _JSON, (_AT_FORM, _AT_CAMPAIGN)),
    "pairs": Vast(b"a=b", lambda n: b"&%x=" % n, b"", _FORM, (_AT_FORM,)),
    "escapes": Vast(b"text=", _same(b"%25" * 64), b"", _FORM, (_AT_FORM,)),
    "numbers": Vast(b"to=", lambda n: b"33%09d," % n, b"", _FORM, (_AT_FORM,)),
    "parts": Vast(
        b"--b\r\n",
        lambda n: b'Content-Disposition: form-data; name="%x"\r\n\r\n\r\n--b\r\n' % n,
        b"--b--",
        b"multipart/form-data; boundary=b",
        (_AT_FORM,),
    ),
    "foreign numbers": Vast(
        _SENDING,
        lambda n: b"<gsm>4915%08d</gsm>" % n,
        b"</recipients></sms>",
        _XML,
        (_AT_SENDINGS,),
    ),
}


def bodies(what: str, most: int = _MOST) -> Sequence[bytes]:
    """The requests that bring it, one for each of its paths."""
    vast = VAST[what]
    body, number, room = bytearray(vast.before), 0, most - len(vast.behind)
    while len(body) + len(piece := vast.piece(number)) <= room:
        body += piece
        number += 1
    body += vast.behind
    return [posted(path, vast.kind, bytes(body)) for path in vast.paths]


def hurl_vast(orders: Orders) -> Told:
    """The attack: `count` documents, `addresses` at a time."""
    requests, pace = bodies(orders.what), Pace(orders)
    lock, answers = threading.Lock(), Counter[str]()

    def send(place: int) -> None:
        for number in range(place, orders.count, orders.addresses):
            if pace.over:
                return
            said = _send(orders, place, requests[number % len(requests)], pace)
            with lock:
                answers[said] += 1
            pace.breathe()

    begin()
    threads = [threading.Thread(target=send, args=(n,)) for n in range(orders.addresses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Told(sum(answers.values()), counted(answers))


def _send(orders: Orders, place: int, request: bytes, pace: Pace) -> str:
    try:
        with connected(orders, place, "http", wait_s=pace.left + _LAST_S) as line:
            # It may be refused before it is whole; what was said then is there to be read.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(request)
            return line.recv(4_096)[9:12].decode() or "no word"
    except OSError as fault:
        return type(fault).__name__
