"""What a simulation at Octopush says, held against the same sending, taken for real after it."""

import asyncio
import contextlib
import itertools
import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chappe.words.clock import SECOND
from tests.conformance.grounds import Grounds
from tests.conformance.house import House, Reached, open_house
from tests.conformance.scenes import NOW

# One of each kind of account that prices, refuses or pays in its own way.
ACCOUNTS = """
[[account]]
login = "rich"
api_keys = ["key-of-rich"]
balance = "1000000.00"

[[account]]
login = "old"
api_keys = ["key-of-old"]
balance = "1000000.00"
[account.octopush]
parts_of_137 = true
lowcost_one_part = true
lowcost_mention = true

[[account]]
login = "poor"
api_keys = ["key-of-poor"]
balance = "0.10"

[[account]]
login = "free"
api_keys = ["key-of-free"]
post_paid = true
"""
LOGINS = ("rich", "rich", "old", "free", "poor")
OPTED_OUT = (33_612_999_001, 33_612_999_002)
NUMBERS = (
    *("+33612000001", "0033 6.12-00-00-02", "+33712000003", " 33612000004"),
    *(f"+{number}" for number in OPTED_OUT),
    *("+262692000001", "+590690000002"),  # overseas
    *("+4915112345678", "+34612345678"),  # in the EU
    *("+819012345678", "+5511912345678"),  # no price
    *("+334", "0612345678", "+33145000000", "wrong", ""),
)
VALUES = ("", "Zoé", "Łódź", "€" * 20, "x" * 30, "a b", "😀", "x" * 31)
MARKS = ("{nom}", "{prenom}", "{ch1}", "{ch2}", "{ch3}")
MERGED = (
    *("recipients_first_names", "recipients_last_names"),
    *("sms_fields_1", "sms_fields_2", "sms_fields_3"),
)
# What stands in an answer for what must differ.
OWN = re.compile(r'(<ticket>|<balance>|"ticket":"|"balance":")[^<"]*')
COST = re.compile(r'(?:<cost>|"cost":")([0-9.]+)')
COUNT = re.compile(r'(?:<number_of_sendings>|"number_of_sendings":")([0-9]+)')
NEEDED = re.compile(r'(?:<sms_needed>|"sms_needed":")([0-9]+)')
BALANCE = re.compile(r'(?:<balance>|"balance":")([0-9.]+)')
TICKET = re.compile(r'(?:<ticket>|"ticket":")([^<"]*)')
TAKEN = re.compile(r'error_code(?:>|":")000')


class Asked(NamedTuple):
    """A sending: who sends it, in which form the answer is, and what it says."""

    login: str
    path: str
    fields: Mapping[str, str]


# A run is a letter so many times, so that the borders of one SMS and the next are met.
runs = st.builds(
    str.__mul__, st.sampled_from("aé€[б😀\n"), st.sampled_from([1, 1, 7, 35, 66, 130, 153])
)
texts = st.builds(
    lambda pieces, mention: "".join(pieces)[:450] + mention,
    st.lists(runs | st.sampled_from(MARKS), min_size=1, max_size=5),
    st.sampled_from(["STOP au XXXXX"] * 4 + ["no PUB rep STOP", ""]),
)


@st.composite
def sendings(draw: st.DrawFn) -> Asked:
    numbers = draw(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=6))
    numbers *= draw(st.sampled_from([1, 1, 1, 30]))
    fields = {
        "sms_text": draw(texts),
        "sms_recipients": ",".join(numbers),
        "sms_type": draw(st.sampled_from(["FR", "XXX", "WWW"] * 4 + ["fr"])),
        "sms_sender": draw(st.sampled_from(["ACME"] * 9 + ["+33612000009", "é"])),
    }
    for name in draw(st.sets(st.sampled_from(MERGED), max_size=3)):
        values = draw(st.lists(st.sampled_from(VALUES[:-1]), min_size=1, max_size=4))
        column = list(itertools.islice(itertools.cycle(values), len(numbers)))
        fields[name] = ",".join(column + draw(st.sampled_from([[], [], [], [], [VALUES[-1]]])))
    rare = st.sampled_from(["", "", "0", "1", "1"])
    for name in ("transactional", "with_replies", "msisdn_sender"):
        fields[name] = draw(rare)
    when = draw(st.sampled_from([None, None, None, -60, 3_600, 12 * 3_600]))
    if when is not None:
        fields |= {"sms_mode": "2", "sending_date": str(NOW // SECOND + when)}
    path = draw(st.sampled_from(["/api/sms", "/api/sms/json"]))
    return Asked(draw(st.sampled_from(LOGINS)), path, fields)


class Ledger:
    """A node, whose tables can be read, and whose purses."""

    def __init__(self, runner: asyncio.Runner, house: House, database: Path) -> None:
        self._runner = runner
        self._house = house
        self._database = database
        self._ids = map(str, itertools.count(1))

    def opt_out(self) -> None:
        """From everybody."""
        self._runner.run(self._house.node.store.opt_out(0, OPTED_OUT, NOW, "by hand"))

    def fresh_id(self) -> str:
        return next(self._ids)

    def ask(self, asked: Asked, **more: str) -> str:
        """The answer, once all is quiet again."""
        who = {"user_login": asked.login, "api_key": f"key-of-{asked.login}"}
        body = urlencode({**who, **asked.fields, **more}).encode()
        head = (
            f"POST {asked.path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        answer = self._runner.run(self._house.ask(head.encode(), body, pieces=False))
        assert answer.status == "200"
        self.go_by(0)
        return answer.body.decode()

    def go_by(self, wait: int) -> None:
        self._runner.run(self._house.go_by(wait))

    def balance(self, login: str) -> int:
        """In ten-thousandths of a euro."""
        node = self._house.node
        account = node.accounts.by_login(login)
        assert account is not None
        ((_, balance, _),) = self._runner.run(node.store.purses(account.id)).values()
        return balance

    def tables(self) -> list[str]:
        """Every row of every table."""
        with contextlib.closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as own:
            return list(own.iterdump())


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder = tmp_path_factory.mktemp("simulation")
    with asyncio.Runner() as runner:
        opened = contextlib.AsyncExitStack()
        ground = runner.run(opened.enter_async_context(Grounds(folder).lay(ACCOUNTS)))
        house = runner.run(opened.enter_async_context(open_house(ground, "", Reached())))
        made = Ledger(runner, house, ground.data / "chappe.db")
        made.opt_out()
        yield made
        runner.run(opened.aclose())


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(sendings(), st.booleans())
def test_a_simulation_costs_what_the_sending_costs_and_leaves_no_trace(
    ledger: Ledger, asked: Asked, numbered: bool
) -> None:
    """O4, O7: the same answer but for ticket and balance; and each part of it adds up."""
    ids = {"request_id": ledger.fresh_id()} if numbered else {}
    before, stored = ledger.balance(asked.login), ledger.tables()

    simulated = ledger.ask(asked, request_mode="simu", **ids)

    assert ledger.tables() == stored
    real = ledger.ask(asked, **ids)
    debited = before - ledger.balance(asked.login)
    assert OWN.sub(r"\1", simulated) == OWN.sub(r"\1", real)
    if TAKEN.search(real) is None:
        assert (real, debited) == (simulated, 0)
        return
    cost, *costs = map(mills, COST.findall(simulated))
    (count,) = map(int, COUNT.findall(simulated))
    assert debited == cost == sum(costs)
    assert count == sum(map(int, NEEDED.findall(simulated)))
    assert TICKET.findall(simulated) == ["XXXSIMULATIONXXX"]
    assert ledger.tables() != stored
    shown = [0, 0] if asked.login == "free" else [before // 100, (before - cost) // 100]
    told = [*BALANCE.findall(simulated), *BALANCE.findall(real)]
    assert [mills(balance) // 100 for balance in told] == shown
    ledger.go_by(2 * SECOND)


def mills(euros: str) -> int:
    whole, _, rest = euros.partition(".")
    return int(whole) * 10_000 + int(rest.ljust(4, "0"))
