"""Pages, played against two nodes behind a door that sends every request to the next of them.

What one node answers holds when the next request reaches the other one, but for the rows of
`APART`. Here stand the pages that remember most; `make torture` plays all of them
(`pages-two-nodes`).
"""

import pytest

from tests.conformance.apart import APART, reason_of
from tests.conformance.grounds import Grounds
from tests.conformance.pages import PAGES, Case, cases_of
from tests.conformance.play import play
from tests.conformance.street import open_street
from tests.store.server import Server

REMEMBERING = (
    "highsms/cancel",
    "highsms/credit",
    "isendpro/directories",
    "isendpro/look_ups",
    "octopush/replies",
    "octopush/request_ids",
    "smsfactor/inbox",
    "smsfactor/stops",
    "smsmode/accounts",
    "smsmode/authorisations",
    "smsmode/transfers",
    "smsmode/voice_statuses",
)

EVERY = [case for page in PAGES for case in cases_of(page)]
CASES = [case for case in EVERY if case.page in REMEMBERING and not reason_of(case)]
NAMES = [f"{case.page}: {case.name}" for case in CASES]


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory, postgres_server: Server) -> Grounds:
    return Grounds(tmp_path_factory.mktemp("conformance-two-nodes"), postgres_server)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_it_is_the_same_whichever_node_is_asked(case: Case, grounds: Grounds) -> None:
    """E52."""
    async with grounds.lay(case.accounts) as ground, open_street(ground, case.scene) as house:
        await play(case, house, pieces=False)


def test_each_row_that_sets_a_case_apart_is_of_one() -> None:
    for page, words in APART:
        assert len([one for one in EVERY if one.page == page and words in one.name]) == 1
