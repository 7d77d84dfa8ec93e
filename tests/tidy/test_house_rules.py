"""Every house rule, held against every file it covers: one case for each rule.

A failure names all files and lines that break the rule, the rule itself, its reason, and the way
out.
"""

from functools import cache

import pytest

from tests.tidy import classes, imports, names, privacy, prose, sizes, wiring
from tests.tidy.rule import Rule, complaint, places, without_collector
from tests.tidy.tree import sources

RULES = (
    *classes.RULES,
    *imports.RULES,
    *sizes.RULES,
    *names.RULES,
    *prose.RULES,
    *privacy.RULES,
    *wiring.RULES,
)


@cache
def broken() -> dict[str, list[str]]:
    """All rules go through the house together, so that each file is parsed once."""
    return places(RULES, sources())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_house_is_tidy(rule: Rule) -> None:
    found = complaint(rule, broken()[rule.name])
    if found:
        pytest.fail(found, pytrace=False)


def test_a_private_name_that_is_allowed_is_still_touched() -> None:
    with without_collector():
        touched = {
            (source.path.rsplit("/", 1)[-1], name)
            for source in sources()
            if source.path.startswith("tests/") and source.path.endswith(".py")
            for _, name in privacy.pried(source)
        }
    assert privacy.ALLOWED.keys() - touched == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_covers_something(rule: Rule) -> None:
    """A rule whose paths have moved away would hold for ever and hold nothing."""
    assert any(rule.covers(source.path) for source in sources())
