"""Messages by what is known of them: a page of a list, and all that fits as CSV.

In: a filter in the address. Out: rows, the newest first, and where the next page begins. Promise:
where a page came short since only so much is looked at, it says how far back that was; whoever may
not read texts gets none.
"""

import csv
import io
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from chappe.console.form import Form
from chappe.console.rooms.messages import language
from chappe.console.rooms.messages.language import Known, Term, Terms
from chappe.console.shape import Away, Outcome, View, Visit
from chappe.console.sheets import bare
from chappe.console.states import badge
from chappe.engine import look
from chappe.hands.shown import moment, money, phone
from chappe.store.contract.search import PageStart, Sighting, Sightings
from chappe.words.exchange import Response, turned
from chappe.words.order import Channel
from chappe.words.parameters import Pairs
from chappe.words.visitor import Right

PATH: Final = "/messages"
SHOWN: Final = 50
TEXT_MOST: Final = 160
CSV_MOST: Final = 100_000
_CSV_PAGE = 500
_CSV_LOOKS = 1_000  # each looks at so many messages at most

_COLUMNS = (
    *("message", "order", "account", "api", "channel", "to", "from", "state", "reason"),
    *("accepted", "sent", "changed", "links", "parts", "price", "order_reference", "reference"),
)


async def page(visit: Visit) -> Outcome:
    """The list that the address asks for."""
    known = await language.known_to(visit)
    if "by" in visit.query:
        return _by_fields(visit, known)
    box = visit.query.text("q", most=language.BOX_MOST)
    terms, mistakes = language.read_box(known, box)
    if mistakes:
        visit.query.wrong("q", " ".join(mistakes))
    if "message" in terms and visit.query.is_right:
        return Away(f"{PATH}/{terms['message'].said}")
    place = _place(visit)
    found = await _found(visit, terms, SHOWN, place) if visit.query.is_right else None
    return _view(visit, known, terms, found)


def _by_fields(visit: Visit, known: Known) -> Outcome:
    """What stands in fields becomes one line of the language, and its own address."""
    terms = language.read_fields(known)
    if not visit.query.is_right:
        return _view(visit, known, terms, None, visit.query)
    return Away(_address(terms))


def _place(visit: Visit) -> PageStart | None:
    text = visit.query.text("before")
    if not text:
        return None
    place = language.place_of(text)
    if place is None:
        visit.query.wrong("q", visit.say("That is the end of no page of messages."))
    return place


async def _found(
    visit: Visit, terms: Terms, most: int, place: PageStart | None
) -> Sightings | None:
    sought = language.sought_of(terms, most, place)
    found = await look.search(visit.node.desk, visit.seen, sought)
    if found is None:
        visit.query.wrong("q", visit.say("That is the end of no page of messages."))
    return found


def _view(
    visit: Visit, known: Known, terms: Terms, found: Sightings | None, fields: Form | None = None
) -> View:
    is_right = visit.query.is_right
    facts: Mapping[str, Any] = {
        "title": visit.say("Messages"),
        "query": visit.query,
        "in_box": fields is None,
        "fields": fields or _fields(visit, terms),
        "chosen": _chosen(terms, fields),
        "is_open": fields is not None,
        "states": language.STATES,
        "picks": _picks(visit, known),
        "suggestions": _suggestions(visit, known, terms),
        "rows": [row_of(visit, one) for one in found.found] if found else [],
        "with_account": with_account(visit),
        "is_right": is_right,
        "older": _address(terms, found.next) if found and found.next else "",
        "newest": _address(terms) if visit.query.typed.get("before") else "",
        "looked_to": found.looked_to if found else 0,
        "csv": _csv_address(terms) if is_right else "",
        "csv_most": CSV_MOST,
    }
    return View("rooms/messages/list.html", facts, 200 if is_right else 422)


def _fields(visit: Visit, terms: Terms) -> Form:
    """The fields as they would say the same as the box."""
    pairs: Pairs = [
        (word.encode(), term.said.encode()) for word, term in terms.items() if word != "state"
    ]
    form = Form(pairs, visit.say)
    for word in language.WORDS:
        form.text(word)
    return form


def _chosen(terms: Terms, fields: Form | None) -> Sequence[str]:
    """The states that are ticked."""
    if fields is not None:
        return fields.some("state", language.STATES)
    return terms["state"].said.split(",") if "state" in terms else ()


def _picks(visit: Visit, known: Known) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What may be chosen in fields, by their names: what is sent, and what is read."""
    say = visit.say
    apis, links = ([(one, one) for one in names] for names in (known.apis, known.links))
    channels = [(one.name, say(word)) for one, word in language.CHANNEL_WORDS.items()]
    reasons = [(one, say(one.replace("_", " "))) for one in language.REASONS]
    named = {"api": apis, "link": links, "channel": channels, "reason": reasons}
    return {name: [("", say("any")), *pairs] for name, pairs in named.items()}


class _Suggestion(NamedTuple):
    """A word of the language, what it means, and values: each with where it leads."""

    word: str
    meaning: str
    example: str
    values: Sequence[tuple[str, str]]


def _suggestions(visit: Visit, known: Known, terms: Terms) -> Sequence[_Suggestion]:
    values: Mapping[str, Sequence[str]] = {
        "state": language.STATES,
        "since": ("today", "yesterday", "1h", "24h", "7d", "2026-11-01", "2026-11-01T14:30"),
        "until": ("today", "yesterday", "1h", "24h", "7d"),
        "link": known.links,
        "api": known.apis,
        "channel": language.CHANNELS,
        "reason": language.REASONS,
    }
    shown = []
    for word, meaning in language.MEANINGS.items():
        if word == "account" and not with_account(visit):
            continue
        ways = [(value, _with(terms, word, value)) for value in values.get(word, ())]
        shown.append(_Suggestion(word, meaning, language.EXAMPLES.get(word, ""), ways))
    return shown


def _with(terms: Terms, word: str, value: str) -> str:
    """Where the same leads with one more value, or with another one."""
    said = value
    if word == "state" and word in terms and value not in terms[word].said.split(","):
        said = f"{terms[word].said},{value}"
    return _address({**terms, word: Term(said, None)})


def _address(terms: Terms, before: PageStart | None = None) -> str:
    pairs = {"q": language.written(terms), "before": language.said_of(before)}
    query = urlencode({name: value for name, value in pairs.items() if value})
    return f"{PATH}?{query}" if query else PATH


def _csv_address(terms: Terms) -> str:
    return _address(terms).replace(PATH, f"{PATH}.csv", 1)


# rows


def with_account(visit: Visit) -> bool:
    """Whether there is more than one account to be seen."""
    return visit.seen is None or len(visit.seen) > 1


def row_of(visit: Visit, one: Sighting) -> Mapping[str, Any]:
    """What a table shows of a message."""
    found = one.message
    text = " ".join(found.text[:TEXT_MOST].split())
    return {
        "id": found.id,
        "at": found.order_at,
        "account": visit.node.accounts.login_of(found.account),
        "api": found.dialect,
        "number": found.number,
        "sender": found.sender or found.code,
        "text": text if visit.reads(found.account) else visit.say("hidden"),
        "state": badge(visit.say, found.state, found.reason.name),
    }


# a file


async def as_csv(visit: Visit) -> Outcome:
    """All that fits, up to CSV_MOST messages, as it is read."""
    known = await language.known_to(visit)
    terms, mistakes = language.read_box(known, visit.query.text("q", most=language.BOX_MOST))
    if mistakes:
        visit.query.wrong("q", " ".join(mistakes))
    if not visit.query.is_right or "message" in terms:
        return _view(visit, known, terms, None)

    def turn(piece: Sequence[Sequence[Any]]) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows(piece)
        return text.getvalue().encode("utf-8", "replace")

    headers = (("Content-Disposition", 'attachment; filename="messages.csv"'),)
    return Response(
        type="text/csv; charset=utf-8", headers=headers, stream=turned(_lines(visit, terms), turn)
    )


async def _lines(visit: Visit, terms: Terms) -> AsyncGenerator[Sequence[Sequence[Any]], None]:
    has_texts = visit.may(Right.texts)
    yield [(*_COLUMNS, "text") if has_texts else _COLUMNS]
    place: PageStart | None = None
    count = 0
    for _ in range(_CSV_LOOKS):
        sought = language.sought_of(terms, min(_CSV_PAGE, CSV_MOST - count), place)
        found = await look.search(visit.node.desk, visit.seen, sought)
        assert found is not None  # its place is of this very question
        count += len(found.found)
        yield [_line(visit, one, has_texts=has_texts) for one in found.found]
        place = found.next
        if place is None:
            return
        if count >= CSV_MOST:
            break
    sentence = visit.say("Cut off here: there may be older ones.")
    yield [(sentence,)]


def _line(visit: Visit, one: Sighting, *, has_texts: bool) -> Sequence[Any]:
    found = one.message
    line = (
        *(found.id, found.order, visit.node.accounts.login_of(found.account), found.dialect),
        *(Channel(one.channel).name, phone(found.number), bare(found.sender or found.code)),
        *(found.state.name, found.reason.name if found.reason else ""),
        *(moment(found.order_at), moment(found.sent_at), moment(found.at)),
        *(" ".join(one.links), found.parts, money(found.price)),
        *(bare(found.order_ref), bare(found.ref)),
    )
    if not has_texts:
        return line
    return (*line, bare(found.text) if visit.reads(found.account) else "")
