"""Two ways to the same answer: a call of a known kind is answered as if it had been read."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from chappe.dialects import DIALECTS
from chappe.engine.repeat import drafted
from chappe.links.operator import OperatorLink
from tests.conformance.grounds import Grounds
from tests.properties.askers import file_of
from tests.properties.filling import OPTED_OUT
from tests.properties.kindred import Call, Pause, Reload, Step, Stop, Story, Wait, stories
from tests.properties.twins import Twins, open_twins

NAMES = [dialect.NAME for dialect in DIALECTS]
COMMON = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SHARE = 20  # one call of so many goes by a plan, at least: else nothing much was tried


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return Grounds(tmp_path_factory.mktemp("kinds"))


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many calls there were, and how many of them went by a plan."""
    counts: Counter[str] = Counter()

    def counting(*given: Any) -> Any:
        found = drafted(*given)
        counts["planned"] += found is not None
        return found

    monkeypatch.setattr("chappe.doors.kinds.drafted", counting)
    monkeypatch.setattr("chappe.doors.kinds._PATIENCE", 0)
    return counts


@pytest.mark.parametrize("name", NAMES)
def test_a_call_of_a_known_kind_is_answered_as_if_it_had_been_read(
    name: str, grounds: Grounds, planned: Counter[str]
) -> None:
    @settings(COMMON, max_examples=8)
    @given(stories(name, most=24))
    def hold(story: Story) -> None:
        asyncio.run(_told(name, grounds, story, planned))

    hold()
    assert planned["planned"] * SHARE > planned["calls"], planned


async def _told(name: str, grounds: Grounds, story: Story, counts: Counter[str]) -> None:
    said = file_of(name, story.variant)
    async with open_twins(grounds, said, file_of(name), story.now) as twins:
        for side in twins.sides:
            await side.node.store.opt_out(0, OPTED_OUT, story.now, "by hand")
        for step in story.steps:
            if isinstance(step, Call):
                counts["calls"] += 1
                request = story.frames[step.frame](step.fill)
                quick, full = await twins.ask(request)
                assert quick == full, f"{request!r}: {quick!r}, not {full!r}"
            else:
                await _happens(twins, name, step)
        await twins.go_by(5_000)
        twins.alike()


async def _happens(twins: Twins, name: str, step: Step) -> None:
    match step:
        case Wait(ms):
            await twins.go_by(ms)
        case Stop(number, code, text):
            await twins.write(number, code, text)
        case Reload(variant):
            await twins.reload(file_of(name, variant))
        case Pause(is_over):
            for side in twins.sides:
                link = side.node.links["sim"]
                assert isinstance(link, OperatorLink)
                (link.resume if is_over else link.pause)()
            await twins.go_by(0)
