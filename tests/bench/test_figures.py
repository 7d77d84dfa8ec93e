"""How figures are gathered, judged and printed; the climb; the budget; the settings."""

from pathlib import Path

import pytest

from bench.__main__ import main
from bench.budget import BUDGET_US, REFERENCE_LOOP_MS, at_reference_pace, is_kept
from bench.figures import as_json, collected, percentile, table, verdict
from bench.settings import Wanted, further, settings
from bench.tables import ROWS, Row
from bench.trees import settings_of
from bench.works.sustained import climb
from chappe.config import read_config
from chappe.config.values import LinkConfig


def test_the_printed_figure_is_the_median_with_its_spread() -> None:
    figures = collected([{"accept": 5_000.0}, {"accept": 7_000.4}, {"accept": 9_000.0, "idle": 31}])
    printed = table(figures, {"idle": "a note"}).splitlines()
    assert [[cell.strip() for cell in line.split("|")[1:-1]] for line in printed[2:]] == [
        [
            "accepted, requests/s",
            "6,000",
            "12,000",
            "7,000 [5,000 to 9,000] must",
            ROWS["accept"].how,
        ],
        ["memory idle, MiB", "", "", "31.0", "after the first message; a note"],
    ]
    assert len({len(line) for line in printed}) == 1


def test_the_kept_figures_hold_every_run() -> None:
    assert as_json({"idle": [3.0, 1.0, 2.0]}) == {
        "idle": {
            "what": "memory idle, MiB",
            "must": None,
            "aim": None,
            "median": 2.0,
            "runs": [3.0, 1.0, 2.0],
        }
    }


@pytest.mark.parametrize(
    ("row", "value", "word"),
    [
        (Row("rate", 10, 20, more_is_better=True), 9.9, " MISSED"),
        (Row("rate", 10, 20, more_is_better=True), 10, " must"),
        (Row("rate", 10, 20, more_is_better=True), 20, " aim"),
        (Row("cost", 10, 5), 10.1, " MISSED"),
        (Row("cost", 10, 5), 10, " must"),
        (Row("cost", 10, 5), 5, " aim"),
        (Row("cost", 10), 1, " must"),
        (Row("note"), 1, ""),
    ],
)
def test_a_figure_is_judged_by_its_demand(row: Row, value: float, word: str) -> None:
    assert verdict(row, value) == word


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = list(range(100, 0, -1))
    assert [percentile(values, share) for share in (0, 0.5, 0.99, 1)] == [1, 50, 99, 100]


@pytest.mark.parametrize(
    ("limit", "best", "tried"),
    [
        (0, 0, [3_000, 2_000, 1_000]),
        (1_500, 1_000, [3_000, 2_000, 1_000]),
        (2_500, 2_000, [3_000, 2_000]),
        (3_999, 3_000, [3_000, 5_000, 4_000]),
        (6_000, 6_000, [3_000, 5_000, 7_000, 6_000]),
        (99_000, 13_000, [3_000, 5_000, 7_000, 9_000, 11_000, 13_000]),
    ],
)
def test_the_climb_ends_at_the_highest_rate_that_held(
    limit: int, best: int, tried: list[int]
) -> None:
    seen: list[int] = []

    def holds(rate: int) -> bool:
        seen.append(rate)
        return rate <= limit

    assert (climb(holds), seen) == (best, tried)


def test_a_slow_machine_is_not_blamed_on_the_message() -> None:
    assert at_reference_pace(BUDGET_US * 2, REFERENCE_LOOP_MS * 2) == BUDGET_US
    assert (is_kept(BUDGET_US), is_kept(BUDGET_US + 0.1)) == (True, False)


def test_the_server_takes_the_settings_that_are_written_for_it() -> None:
    config = read_config(settings(Wanted(window=500, rate=100), 8025, 9100), "bench.toml")
    assert config.links == (LinkConfig(name="sim", kind="operator", window=500, rate=100),)
    assert [account.login for account in config.accounts] == ["bench", "rival"]
    smpp = read_config(settings(Wanted(), 8025, None, 2775), "bench.toml").links[0]
    assert (smpp.kind, smpp.host, smpp.port, smpp.window) == ("smpp", "127.0.0.1", 2775, 100)


def test_further_accounts_have_a_key_and_are_called_back() -> None:
    accounts = read_config(settings(Wanted(accounts=1_000), 8025, 9100), "bench.toml").accounts
    assert (len(accounts), [one.login for one in accounts[2:4]]) == (
        1_002,
        ["many0000", "many0001"],
    )
    last = accounts[-1]
    assert (last.login, last.password, [key.reveal() for key in last.api_keys]) == (
        "many0999",
        None,
        ["many0999-key"],
    )
    assert last.dialects["octopush"] == {"receipts_url": "http://127.0.0.1:9100/receipts"}


def test_a_revision_that_knows_no_further_accounts_gets_them_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "settings.py").write_text(
        "import collections\n"
        "Wanted = collections.namedtuple('Wanted', 'window rate')\n"
        "def settings(wanted, *ports): return f'# {wanted.window} {wanted.rate} {ports}'\n"
    )
    wanted = Wanted(window=5, rate=7, accounts=2)
    assert settings_of(tmp_path, wanted, [1, 2, 3]) == f"# 5 7 (1, 2, 3)\n{further(2, 2)}"


def test_a_work_that_does_not_exist_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["acept"])
    assert left.value.code == 2
    assert "there is no work named acept; there are accept, bulk," in capsys.readouterr().err
