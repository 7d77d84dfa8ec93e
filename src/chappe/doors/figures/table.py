"""The table of the figures: each with its labels, its meaning, and where it is read.

In: a glance. Out: numbers by the values of labels. Promise: what can be known at the start stands
there at 0 from the start; the page of the figures is drawn from here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from chappe.doors.figures.glance import Glance
from chappe.doors.http.door import CLASSES
from chappe.engine.recall import OUTCOMES, VERDICTS
from chappe.words.clock import SECOND
from chappe.words.histogram import Histogram
from chappe.words.order import Channel

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"
CHANNELS: Final = {int(channel): channel.name for channel in Channel}

Samples = Iterable[tuple[Sequence[str], float | Histogram]]


class Family(NamedTuple):
    """One figure, for each of the values that its labels have."""

    name: str
    kind: str
    meaning: str
    labels: Sequence[str]
    read: Callable[[Glance], Samples]


def _counted(name: str, meaning: str, *happened: str) -> Family:
    """What is rare is counted by a name of its own."""
    return Family(
        name,
        COUNTER,
        meaning,
        (),
        lambda one: [((), sum([one.counts.get(what, 0) for what in happened]))],
    )


def _sorted_out(name: str, meaning: str, label: str, happened: Mapping[str, str]) -> Family:
    """The same by the values of a label."""
    return Family(
        name,
        COUNTER,
        meaning,
        (label,),
        lambda one: [((value,), one.counts.get(what, 0)) for value, what in happened.items()],
    )


def _single(name: str, meaning: str, read: Callable[[Glance], float]) -> Family:
    return Family(name, GAUGE, meaning, (), lambda one: [((), read(one))])


def _of_link(name: str, kind: str, meaning: str, figure: str) -> Family:
    """What a link says of itself."""
    return Family(
        f"chappe_link_{name}",
        kind,
        meaning,
        ("link",),
        lambda one: [((link,), figures[figure]) for link, figures in one.links.items()],
    )


def _accepted(one: Glance) -> Samples:
    return [((name,), sum(of.values())) for name, of in one.measures.accepted.items()]


def _requests(one: Glance) -> Samples:
    return [
        ((owner, status), counts[status])
        for owner, counts in one.answered.items()
        for status in CLASSES
    ]


def _refusals(one: Glance) -> Samples:
    return [
        ((name, trouble), count)
        for name, of in one.measures.refusals.items()
        for trouble, count in of.items()
    ]


def _account_messages(one: Glance) -> Samples:
    sums: dict[int, int] = {}
    for of in one.measures.accepted.values():
        for ident, count in of.items():
            sums[ident] = sums.get(ident, 0) + count
    return [((name,), count) for name, count in one.names.spread(sums).items()]


def _account_refusals(one: Glance) -> Samples:
    return [((name,), count) for name, count in one.names.spread(one.measures.refused).items()]


def _submits(one: Glance) -> Samples:
    return [((name,), one.measures.link(name).submits) for name in one.links]


def _answers(one: Glance) -> Samples:
    return [
        ((name, word), one.measures.link(name).verdicts[verdict])
        for name in one.links
        for verdict, word in VERDICTS.items()
    ]


def _turned_down(one: Glance) -> Samples:
    return [
        ((name, reason.name), count)
        for name in one.links
        for reason, count in one.measures.link(name).refusals.items()
    ]


def _receipts(one: Glance) -> Samples:
    return [
        ((name, outcome), one.measures.link(name).receipts[happening])
        for name in one.links
        for happening, outcome in OUTCOMES.items()
    ]


def _queues(one: Glance, of: Callable[[int, int], float]) -> Iterable[tuple[Sequence[str], float]]:
    """For each route and channel: what `of` says of how many wait, and since when. The store knows
    all routes that ever were: one whose links are gone is shown while something waits for it."""
    found = {(route, channel): (n, since) for route, channel, n, since in one.gauge.found.queues}
    waiting = {route for route, _ in found}
    for route, links in one.routes.items():
        if route not in waiting and not one.links.keys() >= set(links):
            continue
        for channel, name in CHANNELS.items():
            yield ("+".join(links), name), of(*found.get((route, channel), (0, one.now)))


def _queue_lengths(one: Glance) -> Samples:
    return _queues(one, lambda count, _: count)


def _queue_ages(one: Glance) -> Samples:
    return _queues(one, lambda _, since: _seconds_since(since, one.now))


def _seconds_since(since: int, now: int) -> float:
    return max(0, now - since) / SECOND


def _calls(one: Glance) -> Samples:
    made = one.measures
    return [(("heard",), made.heard), (("missed",), made.missed), (("given up",), made.given_up)]


FAMILIES: Final = (
    Family(
        "chappe_build_info",
        GAUGE,
        "1; what it is built of.",
        ("version", "python", "database"),
        lambda one: [
            ([one.build[name] for name in ("version", "python", "database")], 1),
        ],
    ),
    _single(
        "chappe_start_time_seconds",
        "When the node began, since 1970, by its own clock.",
        lambda one: one.measures.started / SECOND,
    ),
    # customers
    Family("chappe_messages_accepted_total", COUNTER, "Messages kept.", ("dialect",), _accepted),
    Family(
        "chappe_requests_total",
        COUNTER,
        "Answers at the HTTP door, by the dialect whose path was asked for; `house` is ours, "
        "`nobody` all other paths.",
        ("dialect", "status"),
        _requests,
    ),
    Family(
        "chappe_refusals_total",
        COUNTER,
        "Requests that were refused, by the first reason; `form` is an error of the dialect's own.",
        ("dialect", "trouble"),
        _refusals,
    ),
    Family(
        "chappe_account_messages_accepted_total",
        COUNTER,
        "The same messages by account: 200 at most, the first come; the rest is `other`.",
        ("account",),
        _account_messages,
    ),
    Family(
        "chappe_account_refusals_total",
        COUNTER,
        "Refusals by account, where it is known.",
        ("account",),
        _account_refusals,
    ),
    Family(
        "chappe_keep_seconds",
        HISTOGRAM,
        "From when an order was read until it was on disk, or refused there: what its customer "
        "waits for.",
        (),
        lambda one: [((), one.measures.keep_ms)],
    ),
    Family(
        "chappe_leave_seconds",
        HISTOGRAM,
        "From when a message was accepted, came due or was put back until it was submitted.",
        ("channel",),
        lambda one: [((CHANNELS[at],), found) for at, found in one.measures.leave_ms.items()],
    ),
    # links
    _of_link("up", GAUGE, "1 where it may send.", "up"),
    _of_link("window", GAUGE, "Parts that may be unanswered.", "window"),
    _of_link("pace", GAUGE, "Parts a second at most; 0 is no bound.", "pace"),
    _of_link("unanswered", GAUGE, "Parts that left and were not answered.", "unanswered"),
    _of_link("reconnects_total", COUNTER, "Since it was declared or changed.", "reconnects"),
    _of_link("odd_total", COUNTER, "What it met and did not expect.", "odd"),
    Family("chappe_link_submits_total", COUNTER, "Parts that left.", ("link",), _submits),
    Family(
        "chappe_link_answers_total",
        COUNTER,
        "Answers to parts: `taken`, `refused`, `later` (it never left, or is wanted later), "
        "`unanswered` (in doubt).",
        ("link", "verdict"),
        _answers,
    ),
    Family(
        "chappe_link_refusals_total",
        COUNTER,
        "Parts refused, by reason; a reason that never came is absent.",
        ("link", "reason"),
        _turned_down,
    ),
    Family(
        "chappe_link_receipts_total",
        COUNTER,
        "Receipts of parts; `passing` are those that are not the last.",
        ("link", "outcome"),
        _receipts,
    ),
    Family(
        "chappe_link_answer_seconds",
        HISTOGRAM,
        "From the submit of a message to the answer to its first part.",
        ("link",),
        lambda one: [((name,), one.measures.link(name).answer_ms) for name in one.links],
    ),
    Family(
        "chappe_link_receipt_seconds",
        HISTOGRAM,
        "From the answer to a part to its last receipt, as far as it is remembered: some minutes "
        "under a load, no restart.",
        ("link",),
        lambda one: [((name,), one.measures.link(name).receipt_ms) for name in one.links],
    ),
    _counted(
        "chappe_put_back_total", "Messages that a link did not take, and that go on.", "put_back"
    ),
    _counted("chappe_arrivals_total", "Messages from handsets.", "arrivals"),
    _counted("chappe_strange_reports_total", "Receipts of no message of ours.", "strange_reports"),
    _counted(
        "chappe_idle_happenings_total",
        "Late or doubled receipts, which change nothing.",
        "idle_happenings",
    ),
    # what waits
    Family(
        "chappe_queue_messages",
        GAUGE,
        "Messages that wait for a link, 50,000 at most; a route is its links, the foremost first.",
        ("route", "channel"),
        _queue_lengths,
    ),
    Family(
        "chappe_queue_oldest_seconds",
        GAUGE,
        "How long the first of them has been waiting.",
        ("route", "channel"),
        _queue_ages,
    ),
    _single(
        "chappe_in_doubt_messages",
        "Messages in doubt that somebody has to decide on, 10,000 at most.",
        lambda one: one.gauge.found.in_doubt,
    ),
    _sorted_out(
        "chappe_doubts_total",
        "Messages that came into doubt, or that somebody decided on.",
        "choice",
        {choice: f"doubt {choice}" for choice in ("held", "sent again", "dropped")},
    ),
    _single(
        "chappe_backlogs_age_seconds",
        "How long ago what waits was counted: a store that is slow or away leaves it as it was.",
        lambda one: one.gauge.age_ms / SECOND,
    ),
    # callbacks
    Family(
        "chappe_callbacks_total",
        COUNTER,
        "Calls to customers: heard, missed and to be tried again, given up.",
        ("outcome",),
        _calls,
    ),
    Family(
        "chappe_callback_seconds",
        HISTOGRAM,
        "From an event to the call that was heard.",
        (),
        lambda one: [((), one.measures.tell_ms)],
    ),
    _single("chappe_callbacks_in_flight", "Calls under way.", lambda one: one.calls_flying),
    _single(
        "chappe_callbacks_owed",
        "News that is owed, 50,000 at most.",
        lambda one: one.gauge.found.owed,
    ),
    _single(
        "chappe_callbacks_oldest_seconds",
        "How long the first of it has been owed.",
        lambda one: _seconds_since(one.gauge.found.owed_since or one.now, one.now),
    ),
    _counted(
        "chappe_callbacks_held_up_total",
        "Times that an account had as many calls under way as it may.",
        "calls held up",
    ),
    # the node
    _single(
        "chappe_store_away", "1 while the store takes nothing.", lambda one: int(bool(one.away))
    ),
    _counted("chappe_store_commits_total", "Commits.", "commits"),
    _counted(
        "chappe_store_collisions_total",
        "Commits that were tried again, since another node was in their way.",
        "collisions",
    ),
    _single(
        "chappe_nodes",
        "Nodes that live on this node's database, itself among them.",
        lambda one: one.counts.get("nodes", 0),
    ),
    Family(
        "chappe_bytes",
        GAUGE,
        "Of the SQLite `database` and its `log` (WAL), and of the `disk` that they are on with "
        "what is `free` of it.",
        ("of",),
        lambda one: [((of,), size) for of, size in one.sizes.items()],
    ),
    _single("chappe_connections", "At the HTTP door.", lambda one: one.door.connections),
    _single(
        "chappe_requests_in_flight",
        "At the HTTP door.",
        lambda one: one.door.in_flight,
    ),
    Family(
        "chappe_connections_crowded_total",
        COUNTER,
        "Connections for which the HTTP door had no room.",
        (),
        lambda one: [((), one.door.crowded)],
    ),
    Family(
        "chappe_answers_broken_total",
        COUNTER,
        "Long answers that could not be made to their end: their reader was cut off.",
        (),
        lambda one: [((), one.door.broken)],
    ),
    _sorted_out(
        "chappe_mails_total",
        "Mails answered 250, and told to come again.",
        "outcome",
        {"kept": "mails kept", "put off": "mails put off"},
    ),
    _sorted_out(
        "chappe_spans_total",
        "Spans of `[tracing]`: `sent`; `lost`, since the collector did not take them; `crowded "
        "out`, since too many waited; `over the bound`, which were never made.",
        "outcome",
        {one: f"spans {one}" for one in ("sent", "lost", "crowded out", "over the bound")},
    ),
    _counted("chappe_clicks_total", "Short URLs that were followed.", "clicks"),
    _counted(
        "chappe_low_balances_total", "Times that an account's balance ran low.", "low_balances"
    ),
    _counted("chappe_faults_total", "Our own; the log says where.", "faults"),
)
