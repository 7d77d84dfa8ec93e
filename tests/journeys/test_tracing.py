"""Spans of orders: from the door's socket to a real collector, and what it costs where there is
none."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from chappe.config import Config, TracingConfig
from chappe.node import CannotStart
from tests.journeys import plain
from tests.journeys.collector import Collected, Collector
from tests.journeys.house import House, config
from tests.journeys.test_traces import FRED, GOOD, KEY, MAILS, OTHER, TRACE, asked, mailed, posted

TEXT = "Bonjour"
NOBODY = 999_000_000_000  # a number of no country


@pytest.fixture
def collector(request: pytest.FixtureRequest) -> Iterator[Collector]:
    found = Collector(getattr(request, "param", 200))
    yield found
    found.close()


def traced(collector: Collector, **facts: Any) -> Config:
    said = TracingConfig(endpoint=collector.endpoint, **facts)
    return config(accounts=(FRED,), smtp=MAILS, tracing=said)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


async def refused(house: House, trace: str) -> None:
    """An order that nobody can serve."""
    body = msgspec.json.encode(plain.Asked(KEY, TEXT, [NOBODY]))
    head = f"POST /plain HTTP/1.1\r\ntraceparent: {trace}\r\nContent-Length: {len(body)}"
    answer = await house.ask(head, body)
    assert answer is not None
    assert answer[0] == 400


# unhappy


async def test_without_the_extra_the_start_says_what_to_install(
    house: House, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    for name in [one for one in sys.modules if one.startswith("opentelemetry.")]:
        monkeypatch.delitem(sys.modules, name)
    says = r"^\[tracing\] takes packages that are not installed: pip install 'chappe\[tracing\]'\.$"
    with pytest.raises(CannotStart, match=says):
        await house.open(traced(collector))
    await house.node.stop()


@pytest.mark.parametrize("collector", [400], indirect=True)
async def test_a_collector_that_takes_nothing_costs_a_count_and_no_order(
    house: House, collector: Collector
) -> None:
    await house.open(traced(collector))
    await posted(house, OTHER)
    await house.let(20)
    counts = house.node.office.counts
    await until(lambda: counts["spans lost"] >= 5)
    assert house.ears.calls["/fred"] == 3
    assert (counts["spans sent"], counts["faults"]) == (0, 0)


@pytest.mark.parametrize("collector", [0], indirect=True)
async def test_a_collector_that_hangs_holds_up_no_stop(house: House, collector: Collector) -> None:
    """A second is what it gets; it would be waited for five times as long."""
    await house.open(traced(collector))
    await posted(house, OTHER)
    await house.let(20)
    await until(lambda: bool(collector.spans))
    began = time.monotonic()
    await house.stop()
    assert time.monotonic() - began < 4


async def test_orders_that_nobody_wants_traced_pass_their_trace_on_as_it_came(
    house: House, collector: Collector
) -> None:
    await house.open(traced(collector))
    await posted(house, GOOD)
    await posted(house)
    await house.let(20)
    await house.stop()
    assert house.ears.traces["/fred"] == [GOOD] * 3
    assert collector.paths == set()


# happy


async def test_an_order_is_followed_from_its_request_to_its_callbacks(
    house: House, collector: Collector
) -> None:
    """What each callback bears is the span that tells of it; what is kept is as it came."""
    await house.open(traced(collector))
    assert await posted(house, OTHER) == OTHER
    await house.let(20)
    await house.stop()
    spans = {span.name: span for span in collector.spans}
    request = spans["request"]
    link, facts = [request.trace], {"chappe.link": "sim"}
    called = {"chappe.dialect": "plain", "chappe.attempt": 1, "chappe.status": "204"}
    called |= {"chappe.origin": house.ears.url("")}
    said: dict[str, Any] = {"chappe.dialect": "plain", "chappe.action": "send"}
    said |= {"chappe.status": "2xx", "chappe.refused": False}

    def own(name: str, kind: str, facts: dict[str, Any], *, linked: bool = True) -> Collected:
        links = link if linked else []
        return Collected(name, kind, spans[name].trace, request.trace, links, facts, False)

    others = [span for span in collector.spans if span.name != "callback"]
    assert others == [
        own("keep", "internal", {"chappe.orders": 1, "chappe.messages": 1}),
        Collected("request", "server", request.trace, OTHER, [], said, False),
        own("submit", "producer", {**facts, "chappe.messages": 1, "chappe.verdict": "taken"}),
        own("receipt", "consumer", {**facts, "chappe.receipts": 1, "chappe.outcome": "delivered"}),
    ]
    callbacks = [span for span in collector.spans if span.name == "callback"]
    assert [span.trace for span in callbacks] == house.ears.traces["/fred"]
    assert callbacks[0] == own("callback", "client", called, linked=False)._replace(
        trace=callbacks[0].trace
    )
    assert {span.trace[3:35] for span in collector.spans} == {TRACE}
    assert (collector.paths, collector.services) == ({"/v1/traces"}, {"chappe"})
    for secret in (KEY, TEXT, "fred", "33612000000", "/plain"):
        assert secret.encode() not in collector.octets, secret


async def test_refused_mailed_large_and_sampled_orders_are_traced_too(
    house: House, collector: Collector
) -> None:
    await house.open(traced(collector, sample=1.0, spans_max=10_000))
    await refused(house, OTHER)
    await asyncio.to_thread(mailed, house.node.doors.mail, asked(house), f"traceparent: {OTHER}")
    await house.settle()
    house.ears.status["/fred"] = 500
    await posted(house, count=2_001)
    await house.let(5)
    await house.stop()
    found = [span for span in collector.spans if span.name in ("request", "keep")]
    assert [
        (one.name, one.facts.get("chappe.status"), one.facts.get("chappe.refused")) for one in found
    ] == [
        ("request", "4xx", True),
        ("keep", None, None),
        ("request", "2xx", False),
        ("keep", None, None),
        ("request", "2xx", False),
    ]
    assert [one.parent for one in found if one.name == "request"] == [OTHER, OTHER, ""]
    assert found[3].facts == {"chappe.orders": 1, "chappe.messages": 2_001}
    sampled = found[4].trace
    calls = [one for one in collector.spans if one.parent == sampled and one.name == "callback"]
    assert len(calls) > 1
    assert {one.failed for one in calls} == {True}
    borne = {one for one in house.ears.traces["/fred"] if one[3:35] == sampled[3:35]}
    assert borne <= {one.trace for one in calls}


async def test_a_restart_forgets_what_it_traced_and_passes_on_what_was_kept(
    house: House, collector: Collector
) -> None:
    await house.open(traced(collector))
    house.ears.status["/fred"] = 500
    await posted(house, OTHER)
    await house.restart()
    house.ears.status.clear()
    before = len(house.ears.traces["/fred"])
    await house.let(120)
    assert set(house.ears.traces["/fred"][before:]) == {OTHER}
