"""The load generator: what it is asked, what it tells, and what counts as a failure."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.load import Ask, Asked, Load, arguments, number_of, read_asked, read_load
from bench.requests import TEXT, bulk, many, octopush, single
from bench.trouble import Broken
from chappe.words.gsm7 import encode

TOLD = {
    "conc": 64,
    "recipients_per_req": 10,
    "seconds": 2.5,
    "issued": 50,
    "ok": 50,
    "rps": 20.0,
    "msgs_per_s": 200.0,
    "p50_ms": 1.5,
    "p99_ms": 9.25,
    "p999_ms": 9.5,
    "max_ms": 10.0,
    "conn_errors": 0,
    "late": 3,
    "next": 500,
    "status": {"200": 50},
}


def test_the_line_of_the_load_generator_becomes_a_value() -> None:
    assert read_load(json.dumps(TOLD)) == Load(50, 50, 2.5, 20.0, 200.0, 1.5, 9.25, 10.0, 500, 3)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"ok": 0, "status": {}}, "No request was answered well; statuses: none."),
        ({"ok": 0, "status": {"404": 50}}, "answered well; statuses: {'404': 50}."),
        ({"conn_errors": 2}, "Of 50 requests 2 lost their connection"),
        ({"ok": 49, "status": {"200": 49, "503": 1}}, "statuses: {'200': 49, '503': 1}."),
    ],
)
def test_a_load_that_was_not_answered_in_full_is_no_figure(
    told: dict[str, object], said: str
) -> None:
    with pytest.raises(Broken) as broken:
        read_load(json.dumps(TOLD | told))
    assert said in str(broken.value)


def test_another_peer_says_yes_with_another_status() -> None:
    printed = json.dumps(TOLD | {"status": {"202": 50}})
    assert read_load(printed, well=202).ok == 50
    with pytest.raises(Broken, match=r"statuses: \{'202': 50\}"):
        read_load(printed)
    with pytest.raises(Broken, match=r"statuses: \{'200': 50\}"):
        read_load(json.dumps(TOLD), well=202)


def test_a_log_that_was_broken_off_is_read_up_to_there() -> None:
    lines = ["100 200 200 7 1\n", "300 400 200 8 1\n", "500 600 2"]
    assert list(read_asked(lines)) == [Asked(100, 200, 200, 7, 1), Asked(300, 400, 200, 8, 1)]


def test_only_what_is_asked_for_is_put_on_the_command_line() -> None:
    plain = "-p 80 -u /x -c 64 -t 8 -m 1 -s 0 -j + -P %2B336"
    assert " ".join(arguments(Ask(80, "/x"))) == plain
    full = arguments(Ask(80, "/x", "{}", rate=50, requests=9, many=7), Path("log"))
    said = "-r 50 -n 9 -w 7 -b {} -H Content-Type: application/json -l log"
    assert " ".join(full) == f"{plain} {said}"


def test_the_text_of_every_message_is_one_part_of_125_characters() -> None:
    assert (len(TEXT), len(encode(TEXT))) == (125, 125)


def test_a_bulk_request_names_its_recipients_as_the_provider_wants_them() -> None:
    ask = bulk(80, 2, ret_id="r")
    recipients = ask.joined_by.join(f"{ask.prefix}{counter:08}" for counter in range(2))
    push = json.loads(ask.body.replace("{to}", recipients))["push"]
    assert push == {
        "accountid": "bench",
        "password": "bench-password",
        "route_type": "S",
        "ret_id": "r",
        "message": [{"text": TEXT, "to": [{"value": "+33600000000"}, {"value": "+33600000001"}]}],
    }
    assert number_of(1) == 33_600_000_001


def test_a_single_request_leaves_room_for_its_recipient() -> None:
    ask = single(80)
    assert ask.target.startswith("/api?accountid=bench&password=bench-password&text=Votre+")
    assert ask.target.endswith("&to={to}")
    assert ask.target.count("{to}") == 1


def test_a_single_request_of_octopush_says_the_same_with_its_key() -> None:
    ask = octopush(80)
    assert ask.target.startswith("/api/sms?user_login=bench&api_key=bench-key&sms_type=FR&")
    assert ask.target.endswith("&sms_recipients={to}")
    said = urlencode({"sms_text": TEXT})
    assert (ask.target.count("{to}"), ask.target.count(f"&{said}&")) == (1, 1)


def test_a_request_of_many_names_its_account_by_login_key_and_sender() -> None:
    ask = many(80)
    start = "/api/sms?user_login=many{who}&api_key=many{who}-key&sms_sender=S{who}&sms_type=FR&"
    assert ask.target.startswith(start)
    assert ask.target.endswith("&sms_recipients={to}")
    assert (ask.target.count("{to}"), ask.many) == (1, 1_000)
