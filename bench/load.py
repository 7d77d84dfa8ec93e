"""HTTP load: runs `hload` and reads what it tells.

In: what to send, how fast, for how long. Out: a `Load`, and the log of single requests. Promise: it
ends in bounded time, whatever the server does.
"""

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bench.children import Children
from bench.trouble import Broken

FIRST_NUMBER = 33_600_000_000
"""Counter 0 is this number; hload writes the counter as the last eight digits."""

_MARGIN_S = 60


class Ask(NamedTuple):
    """One load. `rate` 0 is a closed loop: each connection asks again once it was answered."""

    port: int
    target: str
    body: str = ""
    connections: int = 64
    seconds: float = 8
    rate: float = 0
    requests: int = 0  # 0: as many as fit into `seconds`
    recipients: int = 1  # in each request
    first: int = 0  # counter of the first recipient
    joined_by: str = "+"
    prefix: str = "%2B336"
    many: int = 0  # `{who}` is the number of the request modulo this, in four digits
    well: int = 200  # the status that says yes


class Load(NamedTuple):
    """What came of it. Latencies run from the request's first byte to the answer's last."""

    issued: int
    ok: int
    seconds: float  # until the last good answer
    requests_per_s: float
    recipients_per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    next: int  # the first counter that was not used
    late: int  # requests that left more than 5 ms after their time


class Asked(NamedTuple):
    """One request of the log. Times are monotonic nanoseconds."""

    sent_ns: int
    answered_ns: int
    status: int
    first: int
    recipients: int


def run_load(children: Children, program: Path, ask: Ask, output: Path, log: Path | None) -> Load:
    """Send it all; the file `output` takes what is printed. Raises Broken if a request failed."""
    output.unlink(missing_ok=True)
    child = children.start([str(program), *arguments(ask, log)], output)
    try:
        code = child.wait(ask.seconds + _MARGIN_S)
    except subprocess.TimeoutExpired:
        raise Broken("The load generator did not come to an end.") from None
    finally:
        children.kill(child)
    printed = output.read_text(encoding="utf-8", errors="replace")
    if code:
        raise Broken(f"The load generator failed: {printed.strip() or code}.")
    return read_load(printed, ask.well)


def arguments(ask: Ask, log: Path | None = None) -> list[str]:
    words = ["-p", str(ask.port), "-u", ask.target, "-c", str(ask.connections)]
    words += ["-t", f"{ask.seconds:g}", "-m", str(ask.recipients), "-s", str(ask.first)]
    words += ["-j", ask.joined_by, "-P", ask.prefix]
    if ask.rate:
        words += ["-r", f"{ask.rate:g}"]
    if ask.requests:
        words += ["-n", str(ask.requests)]
    if ask.many:
        words += ["-w", str(ask.many)]
    if ask.body:
        words += ["-b", ask.body, "-H", "Content-Type: application/json"]
    if log is not None:
        words += ["-l", str(log)]
    return words


def read_load(printed: str, well: int = 200) -> Load:
    """The line of JSON that hload prints. Whatever was answered otherwise than `well` voids it."""
    told: dict[str, Any] = json.loads(printed)
    if not told["ok"]:
        raise Broken(f"No request was answered well; statuses: {told['status'] or 'none'}.")
    if told["conn_errors"] or set(told["status"]) != {str(well)}:
        raise Broken(
            f"Of {told['issued']} requests {told['conn_errors']} lost their connection; "
            f"statuses: {told['status']}."
        )
    return Load(
        issued=told["issued"],
        ok=told["ok"],
        seconds=told["seconds"],
        requests_per_s=told["rps"],
        recipients_per_s=told["msgs_per_s"],
        p50_ms=told["p50_ms"],
        p99_ms=told["p99_ms"],
        max_ms=told["max_ms"],
        next=told["next"],
        late=told["late"],
    )


def read_asked(lines: Iterable[str]) -> Iterator[Asked]:
    """The log of hload, without a line that was broken off."""
    for line in lines:
        fields = line.split()
        if len(fields) == len(Asked._fields) and line.endswith("\n"):
            yield Asked(*map(int, fields))


def number_of(counter: int) -> int:
    """The phone number that stands for this counter."""
    return FIRST_NUMBER + counter
