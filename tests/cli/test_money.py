"""Accounts and money by hand: what is known of an account, its settings, its ledger."""

import json
from collections.abc import Sequence
from pathlib import Path

from tests.cli.running import run, running, typed

FILE = """
[http]
listen = "127.0.0.1:0"
[[account]]
login = "fred"
password = "word-of-fred"
balance = "10"
rate = 5
[account.highsms]
charset = "utf-8"
hmac_key = "never-shown"
[[account]]
login = "anna"
parent = "fred"
"""


def value(folder: Path, *args: str) -> object:
    return json.loads(run(folder, *args, "--data", "kept", "--json").stdout)


def wrong(folder: Path, *args: str) -> str:
    said = typed(folder, *args)
    assert said.exit_code == 1, said.output
    return said.output.removeprefix("Error: ").rstrip("\n")


def rows(output: str) -> Sequence[str]:
    return output.splitlines()


def test_what_the_file_would_not_take_is_not_set(tmp_path: Path) -> None:
    """E51: one sentence, and nothing is changed, however much of it would do."""
    (tmp_path / "kept").mkdir()
    for login in ("fred", "anna"):
        assert typed(tmp_path, "account", "add", login).exit_code == 0
    before = typed(tmp_path, "account", "show", "fred", "--json").output
    for settings, said in (
        (["rate=5", "shoe=4"], "An account has no setting 'shoe'."),
        (["rate"], "'rate' is no setting such as rate=5."),
        (["rate=1", "rate=2"], "rate is no list: give it once."),
        (
            ["rate=x"],
            "rate: 'x' is not a whole number. Write one from 0 to 100000, without quotes.",
        ),
        (["post_paid=yes"], "post_paid: 'yes' is neither true nor false. Write true or false."),
        (
            ["countries=FR,XX"],
            "countries: 'XX' is not a country. Write its two letters, such as \"FR\".",
        ),
        (["password=x"], "password: it is a secret: use `chappe account password`."),
        (
            ["highsms.hmac_key=x"],
            "highsms.hmac_key: it is a secret, and no argument: set it in the file.",
        ),
        (
            ["highsms.hmac=required"],
            "highsms.hmac: 'required' needs a key. Add hmac_key (or api_key for the old form).",
        ),
        (
            ["balance=5"],
            "balance: it is booked once, when an account is made: use `chappe account credit`.",
        ),
        (["parent=fred"], "parent: it can't name the account itself."),
        (["login=x"], "login: an account keeps its login."),
    ):
        assert wrong(tmp_path, "account", "set", "fred", *settings) == said
    assert typed(tmp_path, "account", "set", "anna", "parent=fred").exit_code == 0
    assert wrong(tmp_path, "account", "set", "fred", "parent=anna") == (
        "anna stands beneath another account itself."
    )
    assert typed(tmp_path, "account", "add", "carl").exit_code == 0
    assert wrong(tmp_path, "account", "set", "fred", "parent=carl") == (
        "parent: anna names fred there, which so may name none."
    )
    after = json.loads(typed(tmp_path, "account", "show", "fred", "--json").output)
    assert after == json.loads(before) | {"children": ["anna"]}


def test_settings_and_the_ledger_of_an_account_are_shown_by_a_running_server(
    tmp_path: Path,
) -> None:
    """E51: applied at once; what the file has is as in the file again at the next reading."""
    (tmp_path / "c.toml").write_text(FILE)
    with running(tmp_path / "on", "serve", "--config", "../c.toml", "--data", "../kept") as server:
        server.prints("ready at")
        assert value(tmp_path, "account", "set", "fred", "rate=9", "countries=FR,be") == [
            {"setting": "rate", "before": "5", "now": "9", "file": "5"},
            {"setting": "countries", "before": "[]", "now": '["FR", "BE"]', "file": ""},
        ]
        said = typed(tmp_path, "account", "set", "fred", "highsms.charset=", "warn_below=1.5")
        assert [line.split() for line in rows(said.output)[:3]] == [
            ["setting", "before", "now", "file"],
            ["highsms.charset", '"utf-8"', '"iso-8859-1"', '"utf-8"'],
            ["warn_below", '"0.00"', '"1.50"'],
        ]
        assert rows(said.output)[3:] == [
            "Applied: fred has this from now on. The file declares highsms.charset: at the next "
            "SIGHUP or start it is as the file has it; change it there."
        ]
        for amount, note in (("5.5", "virement, 12"), ("-1.25", "")):
            args = ("account", "credit", "fred", amount, "--note", note)
            assert typed(tmp_path, *args).exit_code == 0
        sheet_is_whole(tmp_path)
        ledger_is_exact(tmp_path)


def sheet_is_whole(folder: Path) -> None:
    shown = typed(folder, "account", "show", "fred").output
    assert "never-shown" not in shown
    sheet = json.loads(typed(folder, "account", "show", "fred", "--json").output)
    settings = {row["setting"]: (row["value"], row["is"]) for row in sheet.pop("settings")}
    assert settings["rate"] == ("9", "set")
    assert settings["hours"] == ("none", "default")
    assert sheet == {
        "login": "fred",
        "state": "active",
        "parent": "",
        "children": ["anna"],
        "declared_by_file": True,
        "password": "set",
        "sealed_keys": ["highsms.hmac_key"],
        "last_order": "",
        "messages_waiting": 0,
        "messages_waiting_since": "",
        "callbacks_owed": 0,
        "callbacks_owed_since": "",
        "opted_out": {},
        "details": {},
        "purses": [{"purse": "its own", "balance": "14.2500"}],
        "keys": [],
    }


def ledger_is_exact(folder: Path) -> None:
    page = json.loads(typed(folder, "ledger", "fred", "--limit", "2", "--json").output)
    booked = [(row["amount"], row["balance"], row["note"]) for row in page["bookings"]]
    assert booked == [("-1.2500", "14.2500", "by hand"), ("5.5000", "15.5000", "virement, 12")]
    older = ("ledger", "fred", "--after", page["after"], "--json")
    page = json.loads(typed(folder, *older).output)
    booked = [(row["amount"], row["balance"], row["note"]) for row in page["bookings"]]
    assert (booked, page["after"]) == ([("10.0000", "10.0000", "opening credit")], "")
    assert "another purse" in wrong(folder, "ledger", "fred", "--after", "99.1.1")
    assert wrong(folder, "ledger", "fred", "--since", "yesterday") == (
        "'yesterday' is no time such as 2026-10-25 or '2026-10-25 14:30:00'."
    )
    assert wrong(folder, "ledger", "fred", "--purse", "hlr") == "fred has no purse 'hlr'."
    lines = rows(typed(folder, "ledger", "fred", "--csv").stdout)
    assert [line.partition(",")[2] for line in lines] == [
        "amount,balance,kind,order,note",
        "-1.2500,14.2500,credit,,by hand",
        '5.5000,15.5000,credit,,"virement, 12"',
        "10.0000,10.0000,credit,,opening credit",
    ]
    none = typed(folder, "ledger", "fred", "--until", "2020-01-01", "--csv").stdout
    assert rows(none) == ["at,amount,balance,kind,order,note"]
