"""What the operator, the callback target and /proc tell."""

import struct
from pathlib import Path

from bench.callbacks import Told, counted, read_told
from bench.operator import Submit, first_by_number, logs, read_folder, read_simulated, read_smscsim
from bench.usage import field_kib, stat_fields
from chappe.links.contract import Part
from chappe.links.operator.mind.records import reports_settled, submitted
from chappe.words.alphabet import Alphabet

AT = 1_800_000_000_000
NS = 1_000_000


def _line(number: int, text: str = "Bonjour") -> str:
    part = Part(1, 1, 1, number, "36105", text, Alphabet.gsm, "", False, 24)
    (line,) = submitted(AT, ["9"], [part], [0])
    return line


def test_a_submit_is_never_dated_too_early() -> None:
    """The log cuts off a millisecond, so that one is added."""
    lines = [_line(33_600_000_001), *reports_settled(AT, [(AT, 9, 0, 1, 0)]), _line(2, "S\t\n")]
    assert list(read_simulated(lines, -AT * NS)) == [Submit(NS, 33_600_000_001), Submit(NS, 2)]


def test_a_record_that_is_still_being_written_is_left_alone() -> None:
    assert list(read_simulated([_line(1)[:-1]], 0)) == []
    assert list(read_smscsim(["5 33600000001\n", "6 336"])) == [Submit(5, 33_600_000_001)]


def test_numbered_logs_are_read_from_the_oldest_on(tmp_path: Path) -> None:
    names = ["operator.log.1", "operator.log.2", "operator.log.10", "operator.log"]
    for index, name in enumerate(names, start=1):
        (tmp_path / name).write_text(_line(index))
    (tmp_path / "operator.log.new").write_text(_line(99))
    assert [path.name for path in logs(tmp_path)] == names
    assert [number for _, number in read_folder(tmp_path)] == [1, 2, 3, 4]


def test_a_message_left_when_its_first_part_did() -> None:
    assert first_by_number([Submit(5, 1), Submit(6, 2), Submit(7, 1)]) == {1: 5, 2: 6}


def test_callbacks_are_read_from_targets_with_a_body() -> None:
    lines = [
        '17 /receipts?{"event":{},"sms":{"sms_msisdn":"+33600000001"}}\n',
        "18 /receipts\n",
        '19 /receipts?{"sms":{"sms_msisdn": "33600000002"}}\n',
        '20 /receipts?{"sms":{"sms_msisdn":"+336000',
    ]
    assert list(read_told(lines)) == [Told(17, 33_600_000_001), Told(19, 33_600_000_002)]


def test_the_counters_of_the_sink_are_read_while_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "counters"
    path.write_bytes(b"")
    assert counted(path) == 0
    path.write_bytes(struct.pack("=8Q", 12, 3, 0, 0, 0, 0, 0, 0))
    assert counted(path) == 12


def test_a_name_with_blanks_and_brackets_does_not_shift_the_fields_of_a_stat_line() -> None:
    line = "7 (a) b (c) S 1 7 7 0 -1 4194304 1 2 3 4 150 50 7 8 20 0"
    assert stat_fields(line)[:3] == ["S", "1", "7"]
    assert stat_fields(line)[11:15] == ["150", "50", "7", "8"]


def test_a_field_that_a_status_lacks_is_nothing() -> None:
    status = "Name:\tpython\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n"
    assert [field_kib(status, name) for name in ("VmRSS", "VmHWM", "VmSwap")] == [1024, 2048, 0]
