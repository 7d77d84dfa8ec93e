"""The operator's log: what it keeps, how it reads, and what a kill can do to it."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.links.contract import Part, Verdict
from chappe.links.operator import OperatorLink
from chappe.links.operator.inside.backlog import read_backlog
from chappe.links.operator.mind.journal import Journal, logs, read_submits
from chappe.links.operator.mind.records import (
    Submitted,
    encode,
    fields_of,
    read_submitted,
    submitted,
)
from chappe.words.alphabet import Alphabet
from chappe.words.lifecycle import Happening
from chappe.words.report import Arrival, Report
from tests.links.exercise import FICTION, Listener, part
from tests.links.ground import START, OperatorGround

REF = START * 1_000
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_comes_back_from_the_log(sender: str, text: str) -> None:
    sent = Part(8, 2, 3, 33_612_345_678, sender, text, Alphabet.ucs2, "", False, 24)
    line = encode(submitted(START, ["9"], [sent], [17]))
    assert line.endswith(b"\n")
    assert (line.count(b"\n"), line.count(b"\r"), line.count(b"\t")) == (1, 0, 8)
    assert read_submitted(fields_of(line)) == Submitted(
        START, "9", 33_612_345_678, sender, 2, 3, 8, 17, text
    )


async def _start(ground: OperatorGround) -> tuple[OperatorLink, Listener]:
    listener = Listener(ground.clock.now)
    link = ground.make_link()
    await link.start(listener)
    return link, listener


async def test_the_log_reads_like_a_story(tmp_path: Path) -> None:
    """E33: every line of a log that saw each kind of record but a carried one."""
    ground = OperatorGround(tmp_path)
    link, _ = await _start(ground)
    link.submit([part(1, 41, text="Prêt ?\tOui\\Non\n"), part(2, 34, 2, 3)])
    await ground.let_pass(5_000)
    link.hand_in(FICTION, "36034", "Allo")
    await link.stop()
    told = [
        f"B\t{START}\t{REF}",
        f"S\t{START}\t{REF}\t{FICTION + 41}\t36105\t1/1\t1\t41\tPrêt ?\\tOui\\\\Non\\n",
        f"S\t{START}\t{REF + 2}\t{FICTION + 34}\t36105\t2/3\t2\t34\tBonjour",
        f"H\t{START + 1050}\t{REF + 1}\t{FICTION + 41}\t36105\tOUI",
        f"R\t{START + 50}\t{REF}\t0",
        f"A\t{START + 1050}\t{REF + 1}",
        f"H\t{START + 5000}\t{REF + 3}\t{FICTION}\t36034\tAllo",
    ]
    assert ground.log.read_text().splitlines() == told
    assert [(sent.message, sent.verdict) for sent in read_submits([ground.log])] == [
        (1, Verdict.taken),
        (2, Verdict.refused),
    ]


async def test_a_part_is_in_the_log_before_it_is_answered(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path)
    link, listener = await _start(ground)
    link.submit([part(message) for message in range(3)])
    assert listener.heard == []
    assert [sent.message for sent in read_submits([ground.log])] == [0, 1, 2]
    await link.stop()


async def test_a_kill_loses_no_receipt_and_no_reply(tmp_path: Path) -> None:
    """E33: a new operator on the same log gives what was not taken, and nothing that was."""
    killed = OperatorGround(tmp_path)
    link, before = await _start(killed)
    rows = (0, 17, 30, 31, 32, 33, 34, 36, 40, 41)
    link.submit([part(row, row) for row in rows])
    await killed.let_pass(50)
    before.holds = []
    await killed.let_pass(1_000)  # the replies are handed over, and not taken
    link.submit([part(100)])
    link.hand_in(FICTION, "36034", "Allo")

    reborn = OperatorGround(tmp_path, START + 15_000)
    link, after = await _start(reborn)
    await reborn.until(lambda: len(after.heard) == 5)
    await reborn.let_pass(60_000)
    await link.stop()
    refs = {sent.ref: sent.message for sent in read_submits([reborn.log])}
    assert [(refs[told.ref], told.happening, told.at - START) for told in after.reports] == [
        (100, Happening.was_delivered, 1_100),
        (17, Happening.was_delivered, 10_000),
        (30, Happening.was_delivered, 30_000),
    ]
    assert after.arrivals == [
        Arrival(FICTION + 40, "36105", "STOP", START + 1_050, "20801"),
        Arrival(FICTION + 41, "36105", "OUI", START + 1_050, "20801"),
        Arrival(FICTION, "36034", "Allo", START + 1_050, "20801"),
    ]
    given_at = [heard.at - START for heard in after.heard if isinstance(heard.what, Report)]
    assert given_at == [15_000, 15_000, 30_000]


async def test_references_stay_unique_and_ascend_over_restarts(tmp_path: Path) -> None:
    """Even where the clock says the same, or goes back."""
    refs = []
    for start in (START, START, START - 3_600_000, START + 1):
        ground = OperatorGround(tmp_path, start)
        link, listener = await _start(ground)
        link.submit([part(message) for message in range(3)])
        await ground.let_pass(0)
        await link.stop()
        refs += [int(answer.ref) for answer in listener.answers]
    assert refs == sorted(set(refs))
    assert len(refs) == 12


async def _write_log(folder: Path) -> bytes:
    ground = OperatorGround(folder)
    link, _ = await _start(ground)
    link.submit([part(1, text="é" * 10), part(2, 17), part(3, 40)])
    await ground.let_pass(50)
    await link.stop()
    return ground.log.read_bytes()


async def test_a_log_cut_anywhere_is_read_up_to_the_cut(tmp_path: Path) -> None:
    whole = await _write_log(tmp_path)
    submits = list(read_submits([tmp_path / "operator.log"]))
    cut_log = tmp_path / "cut.log"
    for cut in range(len(whole) + 1):
        cut_log.write_bytes(whole[:cut])
        lines = whole[:cut].split(b"\n")[:-1]
        sent = sum(line.startswith(b"S") for line in lines)
        assert list(read_submits([cut_log])) == submits[:sent]
        outstanding, size = read_backlog(cut_log, 50)
        assert size == len(b"".join(line + b"\n" for line in lines))
        owed = [0, 1, 3, 4][sent] - sum(line.startswith(b"R") for line in lines)
        assert len(outstanding.reports) == owed


async def test_a_new_log_begins_where_a_kill_broke_the_old_one(tmp_path: Path) -> None:
    whole = await _write_log(tmp_path)
    ground = OperatorGround(tmp_path)
    ground.log.write_bytes(whole[:-1])
    link, listener = await _start(ground)
    await ground.let_pass(60_000)
    await link.stop()
    assert ground.log.read_bytes().startswith(whole[: whole[:-1].rindex(b"\n") + 1] + b"B\t")
    assert len(listener.reports) == 2  # the broken line said that one of them was taken


@pytest.mark.parametrize(
    "line",
    [
        b"\0" * 80,
        b"",
        b"S\t1\t2",
        b"S\tx\t2\t33612345678\t36105\t1/1\t1\t00\tBonjour",
        b"S\t1\t2\t33612345678\t36105\t1/1\t1\t99\tBonjour",
        b"S\t1\t2\t33612345678\t36105\t1/1\t1\t00\t\xff",
        b"C\t1\t2\t7\t33612345678\t00",
        b"R\t1",
        b"Z\t1\t2",
    ],
)
async def test_a_damaged_line_is_skipped(tmp_path: Path, line: bytes) -> None:
    log = tmp_path / "operator.log"
    sound = encode(submitted(START, ["7"], [part(1)], [0]))
    log.write_bytes(line + b"\n" + sound + line + b"\n")
    assert [sent.ref for sent in read_submits([log])] == ["7"]
    outstanding, size = read_backlog(log, 50)
    assert outstanding.reports == [(START + 50, 7, 0, FICTION, 0)]
    assert size == log.stat().st_size


async def test_a_full_log_gets_a_number_and_nothing_is_counted_twice(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path, receipt_ms=1_000, log_max=1_000)
    link, before = await _start(ground)
    before.holds = []
    link.hand_in(FICTION, "36034", "Allo\tallo")
    for message in range(30):
        link.submit([part(message)])
        await ground.let_pass(100)
    paths = logs(ground.log)
    assert len(paths) > 2
    assert paths[0].name == "operator.log.1"
    assert [sent.message for sent in read_submits(paths)] == list(range(30))

    reborn = OperatorGround(tmp_path, START + 60_000, log_max=1_000)
    link, after = await _start(reborn)
    await reborn.let_pass(60_000)
    await link.stop()
    assert sorted(told.ref for told in after.reports) == [
        sent.ref for sent in read_submits(logs(reborn.log))
    ]
    assert [said.text for said in after.arrivals] == ["Allo\tallo"]
    link, silence = await _start(reborn)
    await reborn.let_pass(60_000)
    await link.stop()
    assert silence.heard == []


async def test_a_log_that_is_too_long_is_turned_over_at_the_start(tmp_path: Path) -> None:
    await _write_log(tmp_path)
    ground = OperatorGround(tmp_path, START + 100, log_max=100)
    link, _ = await _start(ground)
    await link.stop()
    names = [path.name for path in logs(ground.log)]
    assert names == ["operator.log.1", "operator.log"]
    kinds = [line[0] for line in ground.log.read_text().splitlines()]
    assert kinds == ["B", "C", "H"]


@pytest.mark.parametrize("renamed", [False, True])
async def test_a_kill_while_turning_over_loses_nothing(tmp_path: Path, renamed: bool) -> None:
    await _write_log(tmp_path)
    log, fresh = tmp_path / "operator.log", tmp_path / "operator.log.new"
    if renamed:
        outstanding, _ = read_backlog(log, 50)
        journal = Journal(log)
        journal.open(partial(read_backlog, receipt_ms=50))
        due, ref, n, number, outcome = outstanding.reports[0]
        journal.turn_over([f"C\t{due}\t{ref}\t{n}\t{number}\t{outcome}\n"])
        journal.close()
        log.rename(fresh)
    else:
        fresh.write_text("C\t1\t2\t0\t3361")
    ground = OperatorGround(tmp_path)
    link, listener = await _start(ground)
    await ground.let_pass(60_000)
    await link.stop()
    assert [told.at - START for told in listener.reports] == [10_000]
    assert not fresh.exists()
    assert [sent.message for sent in read_submits(logs(log))] == [1, 2, 3]


@contextmanager
def _full_disk(octets: int) -> Iterator[None]:
    """Files may not grow beyond this size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_what_cannot_be_logged_is_not_taken(tmp_path: Path) -> None:
    """The disk fills in the middle of a batch; afterwards everything goes on."""
    ground = OperatorGround(tmp_path)
    link, listener = await _start(ground)
    size = ground.log.stat().st_size
    with _full_disk(size + 100):
        link.submit([part(1), part(2)])
        with pytest.raises(OSError, match="large"):
            link.hand_in(FICTION, "36105", "x" * 200)
    assert ground.log.stat().st_size == size
    link.submit([part(3)])
    await ground.let_pass(0)
    with _full_disk(ground.log.stat().st_size):
        await ground.let_pass(1_000)
    await link.stop()
    assert [(told.message, told.verdict) for told in listener.answers] == [
        (1, Verdict.later),
        (2, Verdict.later),
        (3, Verdict.taken),
    ]
    assert len(listener.reports) == 1
    assert [sent.message for sent in read_submits([ground.log])] == [3]
    reborn = OperatorGround(tmp_path, START + 60_000)
    link, again = await _start(reborn)
    await reborn.let_pass(0)
    await link.stop()
    assert again.reports == listener.reports


async def test_a_link_that_cannot_turn_over_goes_on(tmp_path: Path) -> None:
    ground = OperatorGround(tmp_path, log_max=300)
    link, listener = await _start(ground)
    (tmp_path / "operator.log.new").mkdir()
    for message in range(10):
        link.submit([part(message)])
        await ground.let_pass(100)
    await link.stop()
    assert len(listener.reports) == 10
    assert len(list(read_submits(logs(ground.log)))) == 10
