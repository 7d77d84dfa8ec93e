"""Every house rule, held against every file it covers: one case each, named by rule and file."""

import pytest

from tests.tidy import classes, imports, names, prose, sizes, wiring
from tests.tidy.rule import Rule, complaint
from tests.tidy.tree import Source, sources

RULES = (
    *classes.RULES,
    *imports.RULES,
    *sizes.RULES,
    *names.RULES,
    *prose.RULES,
    *wiring.RULES,
)
CASES = [(rule, source) for rule in RULES for source in sources() if rule.covers(source.path)]


@pytest.mark.parametrize(
    ("rule", "source"), CASES, ids=[f"{rule.name}: {source.path}" for rule, source in CASES]
)
def test_the_house_is_tidy(rule: Rule, source: Source) -> None:
    broken = complaint(rule, source)
    if broken:
        pytest.fail(broken, pytrace=False)
