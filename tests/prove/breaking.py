"""A pytest plugin, `-p tests.prove.breaking`: one row is broken before anything else is read.

In: CHAPPE_PROVE, the name of a swap. Out: a table that lies. Promise: a case that the lie makes
run for ever ends the run as a failure.
"""

import faulthandler
import os
from collections.abc import Iterator

import pytest

from tests.prove import tables

SWAP = "CHAPPE_PROVE"
_CASE_S = 40.0  # many times what the longest case takes


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    tables.break_it(os.environ[SWAP])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    faulthandler.dump_traceback_later(_CASE_S, exit=True)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
