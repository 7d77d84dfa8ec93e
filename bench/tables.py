"""THE table of figures: what each is, what it must reach, and how it was measured.

In: nothing. Out: the rows of the printed table, in its order. Promise: a work may only report a
figure that stands here.
"""

from typing import NamedTuple

from bench.budget import BUDGET_US


class Row(NamedTuple):
    """A figure. `must` and `aim` are floors where more is better, else ceilings."""

    what: str
    must: float | None = None
    aim: float | None = None
    more_is_better: bool = False
    digits: int = 1
    how: str = ""


_ACCEPT = "GET /api, 125 characters, password each time; 64 connections, closed loop"
_OCTOPUSH = "GET /api/sms, the same text, the key each time; right after, the same load"
_BULK = "POST /campaign, JSON, 1,000 recipients a request, 4 connections"
_END = "GET /api at a fixed rate, 400 connections; receipt and one callback a message"
_SLOW = "GET /api at 50/s, 4 connections"
_KEYS = "GET createAuthorisation.do of sMsmode, 8 connections"
_OTHER = "GET credit.do at 500/s, password each time"
_STORED = "status of a campaign of 10,000 by its ret_id, the oldest of all"
_LISTED = "smsList.do; 100,000 messages of its own, the oldest, of 10,000,000 in as many orders"

ROWS: dict[str, Row] = {
    "accept": Row("accepted, requests/s", 6_000, 12_000, True, 0, _ACCEPT),
    "accept_p99": Row("  answered in, p99 ms", how="the same runs"),
    "accept_told": Row(
        "  end to end in the same run, messages/s", None, None, True, 0, "until the last callback"
    ),
    "accept_cpu": Row("  CPU s per 1,000 messages", 0.20, 0.12, digits=3, how="the same runs"),
    "budget": Row(
        "  CPU us a message, at reference pace",
        BUDGET_US,
        digits=0,
        how="scaled by the calibration loop; above it, exit code 1",
    ),
    "octopush": Row("accepted of Octopush, requests/s", None, None, True, 0, _OCTOPUSH),
    "octopush_cpu": Row("  CPU s per 1,000 messages", digits=3, how="the same runs"),
    "octopush_ratio": Row("  against HighSMS's", 1, digits=2, how="CPU a message, both at 3,000/s"),
    "accept_500": Row("accepted, window 500, requests/s", None, None, True, 0, _ACCEPT),
    "bulk": Row("bulk accepted, recipients/s", 80_000, 150_000, True, 0, _BULK),
    "bulk_out": Row("  all of them submitted and told after, s", how="from the first request on"),
    "bulk_rate": Row(
        "  that is, submits/s with a receipt each",
        5_000,
        more_is_better=True,
        digits=0,
        how="window 100",
    ),
    "bulk_500": Row("bulk accepted, window 500, recipients/s", None, None, True, 0, _BULK),
    "bulk_rate_500": Row("  out of the queue, messages/s", None, None, True, 0, "window 500"),
    "push": Row(
        "one push of 10,000 personalised recipients, s",
        2,
        digits=2,
        how="POST /campaign, JSON, two variables each, until it is answered",
    ),
    "list": Row(
        "one SMSFactor call with 100,000 recipients, s",
        10,
        digits=2,
        how="POST /API/apiV2.php, a reference each, until it is answered",
    ),
    "list_growth": Row("  memory at its highest, MiB more", how="the same"),
    "crowd": Row(
        "one Octopush call with 100,000 recipients, s",
        2,
        digits=2,
        how="POST /api/sms, French mobiles, until it is answered",
    ),
    "crowd_growth": Row("  memory at its highest, MiB more", 120, how="the same"),
    "sustained": Row("sustained end to end, messages/s", 5_000, 10_000, True, 0, _END),
    "sustained_cpu": Row("  CPU s per 1,000 at 5,000/s", 0.20, 0.12, digits=3, how="the same"),
    "sustained_p99": Row("  answered in at 5,000/s, p99 ms", how="the same"),
    "sustained_cpu_low": Row("  CPU s per 1,000 at 3,000/s", digits=3, how="the same"),
    "sustained_500": Row("sustained, window 500, messages/s", None, None, True, 0, _END),
    "answer_p50": Row("request to answer, p50 ms", digits=2, how=_SLOW),
    "answer_p99": Row("  p99 ms", digits=2, how="the same"),
    "submit_p50": Row("request to submit, p50 ms", 2, 1, digits=2, how=_SLOW),
    "submit_p99": Row("  p99 ms", 6, 4, digits=2, how="the same"),
    "told_p50": Row("request to callback, p50 ms", digits=1, how="receipt 50 ms after the submit"),
    "told_p99": Row("  p99 ms", digits=1, how="the same"),
    "idle": Row("memory idle, MiB", how="after the first message"),
    "after": Row("memory after 100,000 messages, MiB", 100, 60, how="GET /api, 64 connections"),
    "peak": Row("  at its highest, MiB", how="the same"),
    "overtaking_p50": Row(
        "notification behind a queue, to submit, p50 ms",
        how="marketing queued before; link of 2,000/s; 20 notifications/s",
    ),
    "overtaking_p99": Row("  p99 ms", 50, how="the same"),
    "overtaken": Row("  still queued at the end", None, None, True, 0, "marketing messages"),
    "fair_behind": Row("100 of B behind all of A, s", digits=2, how="link of 100/s"),
    "fair_alone": Row("  100 of B alone, s", digits=2, how="link of 50/s"),
    "fair_ratio": Row("  ratio", 2, digits=2),
    "keys": Row("keys made of 1,000, a second", None, None, True, 0, _KEYS),
    "keys_ratio": Row(
        "  another's CPU a request after them, against before", 1.2, digits=2, how=_OTHER
    ),
    "keys_alone": Row("  another's answers without them, p99 ms", digits=2, how="the same"),
    "keys_beside": Row("  ... while 1,000 more are made, p99 ms", digits=2, how="the same"),
    "stored": Row("messages stored", None, None, True, 0, "copies of a delivered campaign"),
    "stored_status": Row("  status, median ms", 100, how=_STORED),
    "stored_status_few": Row("  status before they were stored, ms", how="10,000 stored"),
    "stored_start": Row("  start, s", digits=2, how="until /readyz answers 200"),
    "stored_rss": Row("  memory, MiB", how="after the status calls"),
    "stored_growth": Row("  memory against 10,000 stored, MiB", 16, how="flat is the demand"),
    "listed": Row("newest 50 of an account's messages, median ms", 100, how=_LISTED),
    "listed_last": Row("  the oldest 50 of them, ms", 100, how="smsList.do?start=99950"),
    "listed_most": Row("  the newest 10,000, ms", how="smsList.do?offset=10000"),
    "listed_replies": Row("  the newest 50 replies, ms", 100, how="responseList.do"),
    "listed_replies_last": Row("  the oldest 50, ms", 100, how="responseList.do?start=99950"),
    "listed_replies_most": Row("  the newest 10,000 of a day, ms", how="responseList.do"),
    "listed_report": Row("  report of the oldest, ms", 100, how="compteRendu.do"),
    "listed_status": Row("  its status, ms", 100, how="smsStatus.do"),
    "listed_credit": Row("  credit, ms", 100, how="credit.do"),
    "listed_delete": Row("  deleted by its number, ms", 100, how="deleteSMS.do, the oldest first"),
    "listed_nobody": Row("  by one that nobody wrote to, ms", 100, how="the same"),
    "loop": Row("calibration: loop, CPU ms", digits=1, how="at the start and at the end"),
    "wall": Row("  loop, wall ms", digits=1, how="well above the CPU: others were busy"),
    "fsync": Row("calibration: fsync, ms", digits=2, how="of 4 KiB, on the disk that was measured"),
}

SUBMIT_SIMULATED = "an upper bound, of whole milliseconds"
SUBMIT_SMPP = "smscsim stamps nanoseconds"
