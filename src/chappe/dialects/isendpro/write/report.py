"""Reports: a line for each SMS, or for each campaign.

In: what left in a stretch of time, page by page. Out: a CSV, or a ZIP that holds one.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from chappe.dialects.craft.letters import nearest
from chappe.dialects.craft.zipped import zipped
from chappe.dialects.isendpro.names import Asked, national, network_of, tracker
from chappe.dialects.isendpro.tables.errors import ERRORS, Error
from chappe.dialects.isendpro.tables.statuses import (
    DETAILED,
    DETAILS,
    ON_ITS_WAY,
    OPERATORS,
    OTHER,
    STATUS,
    TOLD,
    End,
)
from chappe.dialects.isendpro.write.forms import answer, told
from chappe.dialects.shape import Opened
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.exchange import Response
from chappe.words.found import (
    CampaignSums,
    CampaignSumsPages,
    LeftMessage,
    LeftPages,
    TooManyLines,
)
from chappe.words.money import EURO, quotient
from chappe.words.news import Message, left_at

_ENCODING = "iso-8859-1"
_CSV, _ZIP = "text/csv; charset=ISO-8859-1", "application/zip"
_NAME = "rapport.csv"
_HEAD = (
    *("Date d'envoi", "Emetteur", "Destinataire", "Message", "Information complémentaire"),
    *("Infos details", "Statut", "SMS retour", "Canal", "Prix", "STOP", "Tracker"),
)
_HEAD_OF_CAMPAIGNS = (
    *("Campagne", "Date d'envoi", "Emetteur", "Message", "Destinataires", "SMS", "Remis"),
    *("En cours", "Erreurs", "SMS retour", "STOP", "Canal", "Prix", "Tracker"),
)
_CHANNEL = "Haute Qualite"
_EURO_SIGN = "\x80"  # where readers of Latin letters look for it


def write_report(
    found: LeftPages | TooManyLines, opened: Opened[Asked], account: Account
) -> Response:
    """A line for each SMS."""
    if isinstance(found, TooManyLines):
        return _too_many()
    return Response(type=_CSV, stream=found.worded(_lines([_HEAD]), _messages))


def write_campaigns(
    found: CampaignSumsPages | TooManyLines, opened: Opened[Asked], account: Account
) -> Response:
    """A line for each campaign."""
    if isinstance(found, TooManyLines):
        return _too_many()
    lines = found.worded(_lines([_HEAD_OF_CAMPAIGNS]), _campaigns)
    return Response(type=_ZIP, stream=zipped(_NAME, lines))


def _too_many() -> Response:
    return answer(told(ERRORS[Error.past_lines]))


def _messages(page: Sequence[LeftMessage]) -> bytes:
    return _lines(map(_message, page))


def _message(left: LeftMessage) -> Sequence[object]:
    message = left.message
    end = STATUS[message.state, message.reason]
    operator = OPERATORS.get(network_of(message), OTHER)
    words, details, status = ON_ITS_WAY, "", ""
    if end in TOLD:
        code, words = operator.codes[end]
        details = DETAILS.format(message.number, DETAILED[end is End.delivered])
        status = operator.done if end is End.delivered else code
    return (
        paris.stamp(left.at, paris.SLASHED_MINUTES),
        _sender(message),
        national(message.number).lstrip("0"),
        message.text,
        f"{operator.name}: {words}",
        details,
        status,
        left.reply,
        _CHANNEL,
        _price(message.price),
        int(left.stopped),
        tracker(message),
    )


def _campaigns(page: Sequence[CampaignSums]) -> bytes:
    return _lines(map(_campaign, page))


def _campaign(one: CampaignSums) -> Sequence[object]:
    counts = dict.fromkeys(End, 0)
    for (state, reason), count in one.tally.items():
        counts[STATUS[state, reason]] += count
    waiting = counts[End.waiting] + counts[End.gone]
    message = one.message
    return (
        one.id,
        paris.stamp(left_at(message), paris.SLASHED_MINUTES),
        _sender(message),
        message.text,
        one.total,
        one.parts,
        counts[End.delivered],
        waiting,
        one.total - counts[End.delivered] - waiting,
        one.replies,
        one.stops,
        _CHANNEL,
        _price(one.cost),
        tracker(message),
    )


def _sender(message: Message) -> str:
    return message.sender or message.code


def _price(mills: int) -> str:
    return quotient(mills, EURO, 4, 3).replace(".", ",")


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    """All of them quoted."""
    said = io.StringIO(newline="")
    csv.writer(said, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return nearest(said.getvalue().replace("€", _EURO_SIGN), _ENCODING)
