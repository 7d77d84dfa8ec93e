"""What is told of a dropped file, in files: `.nok`, and the statistics of `.ret`.

In: a refusal, or some messages of an order at a time. Out: octets. Unlike the answers of the HTTP
doors, a line of `.ret` has the seconds, the `+` of a number, and the whole word of an error; a
message has one line, however many parts it has.
"""

from collections import Counter

from chappe.dialects.highsms.names import LATIN, encoded, msisdn, userdata
from chappe.dialects.highsms.tables.statuses import COUNTERS, STATUS, Status
from chappe.dialects.highsms.write.forms import charset_of, lines, row
from chappe.dialects.highsms.write.push import planned_of
from chappe.dialects.highsms.write.refused import in_words
from chappe.dialects.shape import Opened
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal
from chappe.words.exchange import Request, Response
from chappe.words.found import Campaign
from chappe.words.lifecycle import State

_REASON_BITS = 8


def write_taken(answer: Receipt, opened: Opened[object], account: Account) -> Response:
    """That it is there says all."""
    return Response(b"")


def write_refused(
    refusal: Refusal,
    action: str,
    request: Request,
    opened: Opened[object] | None,
    account: Account | None,
) -> Response:
    """The word and its hint."""
    return Response(encoded(in_words(refusal), LATIN))


def write_lines(found: Campaign, account: Account, counts: Counter[str]) -> bytes:
    """A line for each message; `counts` grows by the counter that each adds to."""
    push, planned = str(found.id), planned_of(found)
    words: dict[int, Status] = {}
    stamps: dict[int, str] = {}
    rows = []
    for message in found.messages:
        kind = message.state << _REASON_BITS | message.reason
        status = words.get(kind)
        if status is None:
            status = words[kind] = STATUS[message.state, message.reason]
        counts[status.counter] += 1
        at = message.due if message.state is State.scheduled else message.sent_at or planned
        sent = stamps.get(at) or stamps.setdefault(at, paris.stamp(at, paris.DASHED))
        at = message.at
        changed = stamps.get(at) or stamps.setdefault(at, paris.stamp(at, paris.DASHED))
        error = f"ERROR_{status.error}" if status.error else ""
        number, own = msisdn(message), userdata(message)
        rows.append(row((sent, number, status.shown, changed, push, "", message.text, error, own)))
    return lines(rows, charset_of(account))


def write_sums(found: Campaign, account: Account, total: int, counts: Counter[str]) -> bytes:
    """The first line: what all lines add up to."""
    planned = paris.stamp(planned_of(found), paris.DASHED)
    sums = [str(counts[name] or "") for name in COUNTERS]
    return lines([row((planned, str(total), *sums))], charset_of(account))
