"""Lists and look-ups of an account with 100,000 messages, among ten million of others.

In: a bed. Out: milliseconds of each call of sMsmode's that asks. Promise: what is asked for is the
oldest that there is, so that all of the others' lies before it.
"""

import statistics
import time
from collections.abc import Iterable
from urllib.parse import urlencode

from bench.figures import Measured
from bench.generate import answer_all, multiply
from bench.requests import single, smsmode
from bench.settings import KEY, LOGIN, RIVAL
from bench.site import Bed, Site, get, site
from bench.trouble import Broken

_FULL, _OWN = 10_000_000, 100_000
_QUICK, _QUICK_OWN = 500_000, 10_000
_COPIED = 10_000
_CALLS = 20
_PAGE = 50
_DAY = ("startDate", "endDate")
_AT_MOST_S = 600


def run(bed: Bed) -> Measured:
    stored, own = (_QUICK, _QUICK_OWN) if bed.quick else (_FULL, _OWN)
    with site(bed) as server:
        for ask, count in ((smsmode(server.port), own), (single(server.port, RIVAL), _COPIED)):
            server.load(ask._replace(seconds=_AT_MOST_S, requests=count))
        server.await_told(own + _COPIED)
        server.stop()
        path = server.store / "chappe.db"
        answer_all(path, LOGIN)
        multiply(path, stored, RIVAL)
        server.start()
        return dict(_asked(server, own))


def _asked(server: Site, own: int) -> Iterable[tuple[str, float]]:
    oldest = _ask(server, "smsList", start=own - _PAGE)[0].strip().splitlines()[-1].split(" | ")[0]
    today = time.strftime("%d%m%Y")
    dates: dict[str, object] = dict(zip(_DAY, (f"{today}-00:00", f"{today}-23:59"), strict=True))
    wanted: dict[str, tuple[str, dict[str, object], int]] = {
        "listed": ("smsList", {}, 2 * _PAGE - 1),
        "listed_last": ("smsList", {"start": own - _PAGE}, 2 * _PAGE - 1),
        "listed_most": ("smsList", {"offset": 10_000}, 19_999),
        "listed_replies": ("responseList", {}, _PAGE),
        "listed_replies_last": ("responseList", {"start": own - _PAGE}, _PAGE),
        "listed_replies_most": ("responseList", dates, 10_000),
        "listed_report": ("compteRendu", {"smsID": oldest}, 1),
        "listed_status": ("smsStatus", {"smsID": oldest}, 1),
        "listed_credit": ("credit", {}, 1),
    }
    for key, (call, fields, lines) in wanted.items():
        yield key, statistics.median([_took(server, call, lines, fields) for _ in range(_CALLS)])
    # Each number once, from the oldest on; then one that nobody wrote to.
    yield (
        "listed_delete",
        statistics.median(
            [_took(server, "deleteSMS", 1, {"numero": f"336{no:08}"}) for no in range(_CALLS)]
        ),
    )
    nobody: dict[str, object] = {"numero": "33799999999"}
    yield (
        "listed_nobody",
        statistics.median([_took(server, "deleteSMS", 1, nobody) for _ in range(_CALLS)]),
    )


def _took(server: Site, call: str, lines: int, fields: dict[str, object]) -> float:
    answer, took = _ask(server, call, **fields)
    if len(answer.rstrip("\n").split("\n")) != lines:
        raise Broken(f"{call} answered {answer.count(chr(10))} lines: {answer[:200]}")
    return took * 1e3


def _ask(server: Site, call: str, **fields: object) -> tuple[str, float]:
    asked = urlencode({"accessToken": KEY, **fields})
    began = time.perf_counter()
    answer = get(server.port, f"/http/1.6/{call}.do?{asked}")
    return answer.decode("iso-8859-15"), time.perf_counter() - began
