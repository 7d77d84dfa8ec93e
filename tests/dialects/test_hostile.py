"""Whatever a document holds, reading it stops no loop and fills no memory.

The full size, eight at once through a server, is `hostile-bodies` of `make torture`.
"""

import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect, Opened
from chappe.node.memory import settle
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.exchange import Request
from tests.dialects.hostile import HOSTILE, JSON, Hostile

NOW = 1_795_165_200_000
OWN = Account(id=1, login="fred")
XML_SIZE, JSON_SIZE = 4 << 20, 5 << 20  # both read otherwise than what is small
PAUSE_S = 0.1  # of processor time: a busy machine must not make it longer
PEAK_KB = 48 << 10


@pytest.fixture(autouse=True, scope="module")
def _brisk() -> Iterator[None]:
    """Threads take turns as they do in a door with a vast body in it, and the collector looks at
    what the tests themselves hold as seldom as it does in a node. That stays so: each node that is
    started has it so."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    settle()
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_document_stops_the_loop_or_fills_memory(hostile: Hostile) -> None:
    """E55: read to the end, as for a customer who is known."""
    body = hostile.make(JSON_SIZE if hostile.type == JSON else XML_SIZE, "fred", "secret")
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = _memory("VmRSS")
    answers: list[object] = []
    reader = threading.Thread(target=lambda: answers.append(_read(hostile, body)))
    reader.start()
    pause, last = 0.0, time.process_time()
    while reader.is_alive():
        time.sleep(0.001)
        now = time.process_time()
        pause, last = max(pause, now - last), now
    assert len(answers) == 1, "reading raised"
    assert (pause < PAUSE_S, _memory("VmHWM") - before < PEAK_KB) == (True, True), pause


def _memory(what: str) -> int:
    found = re.search(what + r":\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found is not None
    return int(found[1])


def _read(hostile: Hostile, body: bytes) -> object:
    opened = _identified(hostile, body)
    if isinstance(opened, Refusal):
        return opened
    dialect = _dialect(hostile)
    return dialect.ACTIONS[dialect.ROUTES["POST", hostile.path]].read(opened, OWN, NOW)


def _identified(hostile: Hostile, body: bytes) -> Opened[object] | Refusal:
    dialect = _dialect(hostile)
    request = Request("POST", hostile.path, b"", {"content-type": hostile.type}, body)
    return dialect.identify(request, dialect.ROUTES["POST", hostile.path])


def _dialect(hostile: Hostile) -> Dialect:
    return next(one for one in DIALECTS if ("POST", hostile.path) in one.ROUTES)


def test_who_sends_a_vast_body_is_known_before_the_rest_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E55: whoever proves to be nobody has cost a look at the head."""
    for name in ("highsms.read.document.read_xml", "highsms.read.document.read_json"):
        monkeypatch.setattr(f"chappe.dialects.{name}", _never)
    monkeypatch.setattr("chappe.dialects.highsms.read.document._read_piecewise", _never)
    monkeypatch.setattr("chappe.dialects.smsfactor.read.read_xml", _never)
    claims = []
    for name in ("highsms xml: elements", "highsms json: blanks"):
        claims.append(_claimed(HOSTILE[name]))
    claims.append(_claimed(HOSTILE["smsfactor xml: recipients"]))
    assert claims == [("fred", "secret")] * 3


def _claimed(hostile: Hostile) -> tuple[str, str]:
    # Fields that would be too long by themselves have no part in this.
    body = hostile.make(900_000, "fred", "secret") + b" " * 200_000
    opened = _identified(hostile, body)
    assert isinstance(opened, Opened)
    return opened.claim.login, opened.claim.secret


def _never(*given: object) -> object:
    raise AssertionError("the whole document was read")


def test_a_vast_body_of_nobody_is_refused_from_its_beginning() -> None:
    """F11: nothing in the first MiB says who sends it."""
    nobody = HOSTILE["smsfactor xml: nobody's"]
    refusal = _identified(nobody, nobody.make(XML_SIZE, "", ""))
    assert isinstance(refusal, Refusal)
    assert refusal == Refusal(wrong={"xml": "no authentication, line 1"})
