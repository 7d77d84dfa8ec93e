"""How a push stands, with all its messages: as JSON, and as the CSV of old.

In: a campaign. Out: responses. The JSON has an entry per message, the CSV a line per SMS: the
parts of a long message stand under each other, the further ones with the number of the first. What
was turned away never came to have parts.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from chappe.dialects.highsms.names import userdata
from chappe.dialects.highsms.tables.statuses import COUNTERS, STATUS, Status
from chappe.dialects.highsms.write.forms import charset_of, csv, csv_type, lines, row, success
from chappe.dialects.shape import Opened
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.exchange import Response
from chappe.words.found import Campaign, CampaignPages
from chappe.words.lifecycle import State
from chappe.words.news import Message

_REASON_BITS = 8


class _Line(NamedTuple):
    """One message, with what is the same in both forms."""

    message: Message
    status: Status
    sent: str
    number: str
    changed: str


def write_campaign_status(answer: Campaign, opened: Opened[object], account: Account) -> Response:
    """One entry per message, and their sum."""
    counts: Counter[str] = Counter()
    entries = []
    for message, status, sent, number, changed in _lines(answer, paris.DASHED_MINUTES):
        counts[status.counter] += 1
        entries.append(
            {
                "send_date": sent,
                "number": number,
                "status": status.shown,
                "status_update": changed,
                "ret_id": message.ref,
                "text": message.text,
                "nb_sms": message.parts,
                "error_status": status.error,
            }
        )
    first = answer.messages[0] if answer.messages else None
    summary = {
        "send_date": paris.stamp(planned_of(answer), paris.DASHED_MINUTES),
        "total_message": len(entries),
        "total_sms": sum(message.parts for message in answer.messages),
        **{name: counts[name] for name in COUNTERS},
    }
    return success(
        {
            "push_id": answer.id,
            "ret_id": answer.reference,
            "sender": (first.sender or first.code) if first else "",
            "userdata": answer.facts.get("userdata", ""),
            "summary": summary,
            "message": entries,
        }
    )


def write_push_status(
    answer: Campaign | CampaignPages, opened: Opened[object], account: Account
) -> Response:
    """The summary, then a line per SMS; neither has a header."""
    counts: Counter[str] = Counter()
    if isinstance(answer, Campaign):
        rows = _rows(answer, counts)
        return csv([_summary(answer, len(answer.messages), counts), *rows], account)
    for kind, count in answer.tally.items():
        counts[STATUS[kind].counter] += count
    charset = charset_of(account)
    summary = lines([_summary(answer.campaign, answer.total, counts)], charset)
    stream = answer.worded(summary, lambda page: lines(_rows(page, Counter()), charset))
    return Response(type=csv_type(charset), stream=stream)


def _summary(answer: Campaign, total: int, counts: Counter[str]) -> str:
    planned = paris.stamp(planned_of(answer), paris.SLASHED_SHORT)
    return row((planned, str(total), *[str(counts[name] or "") for name in COUNTERS]))


def _rows(answer: Campaign, counts: Counter[str]) -> list[str]:
    """A line per SMS; `counts` grows by the counter that each message adds to."""
    push = str(answer.id)
    rows = []
    for message, status, sent, number, changed in _lines(answer, paris.SLASHED_SHORT):
        counts[status.counter] += 1
        error, own = status.error or "", userdata(message)
        known = (sent, number, status.shown, changed, push, "", message.text, error, own)
        rows.append(row((*known, "")))
        if message.parts > 1 and message.state is not State.refused:
            rows += [row((*known, str(message.id)))] * (message.parts - 1)
    return rows


def planned_of(answer: Campaign) -> int:
    return int(answer.facts.get("start", 0)) or answer.at


def _lines(answer: Campaign, pattern: str) -> Iterator[_Line]:
    """Their words and times are few and their number may be great: each is looked up once."""
    planned = planned_of(answer)
    words: dict[int, Status] = {}
    stamps: dict[int, str] = {}
    for message in answer.messages:
        kind = message.state << _REASON_BITS | message.reason
        status = words.get(kind)
        if status is None:
            status = words[kind] = STATUS[message.state, message.reason]
        at = message.due if message.state is State.scheduled else message.sent_at or planned
        sent = stamps.get(at) or stamps.setdefault(at, paris.stamp(at, pattern))
        changed = stamps.get(message.at) or stamps.setdefault(
            message.at, paris.stamp(message.at, pattern)
        )
        number = str(message.number) if message.number else message.given.removeprefix("+")
        yield _Line(message, status, sent, number, changed)
