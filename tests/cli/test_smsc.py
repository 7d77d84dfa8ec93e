"""`chappe smsc`: a port to try software with, seen from outside."""

import asyncio
import re
import signal
import socket
from pathlib import Path

import pytest

from chappe.cli.handset import LINE_MAX, weather_of
from chappe.links.operator.mind.judgement import FAIR, Weather
from chappe.links.smpp.pdus.tables import SubmitSmResp
from tests.cli.running import DEADLINE_S, Running, command, environment, run, running
from tests.links.esme import CODE, bound, sms

CERT = Path(__file__).parents[1] / "doors" / "localhost.pem"


def port_of(smsc: Running) -> int:
    smsc.prints("is ready at")
    found = re.search(r"ready at 127\.0\.0\.1:(\d+)", smsc.out)
    assert found is not None, smsc.out
    return int(found[1])


async def test_it_says_where_it_listens_and_serves_until_stopped(tmp_path: Path) -> None:
    """E33: `chappe smsc` stands in for an operator."""
    with running(tmp_path, "smsc", "--port", "0") as smsc:
        port = port_of(smsc)
        assert smsc.out == (
            f"SMPP 3.4 is ready at 127.0.0.1:{port}, any login, any password."
            " Nothing leaves this machine: no message reaches a phone.\n"
        )
        async with bound(port) as esme:
            await esme.submit(sms())
            await esme.told(1)
            await esme.enquire()
            smsc.signal(signal.SIGTERM)
            await esme.until(lambda: esme.ended is not None, "its unbind")
        assert smsc.ends() == 0
        assert "1 submits, 1 receipts and replies taken." in smsc.out
        assert (tmp_path / "chappe-smsc" / "operator.log").stat().st_size > 0


async def test_its_options_rule(tmp_path: Path) -> None:
    args = (
        "--system-id",
        "fred",
        "--password",
        "secret",
        "--id-form",
        "upper",
        "--outcome",
        "34=1",
    )
    with running(tmp_path, "smsc", "--port", "0", *args) as smsc:
        port = port_of(smsc)
        assert "login fred, its password" in smsc.out
        assert "secret" not in smsc.out
        async with bound(port, system_id="fred", password="secret") as esme:
            (answer,) = await esme.submit(sms())
            assert answer.status == 0x45


async def test_a_handset_writes_through_a_pipe(tmp_path: Path) -> None:
    """E32: what is written by hand arrives as a reply."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command("smsc", "--port", "0", "--data", str(tmp_path / "kept")),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env=environment(),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    card = (await process.stdout.readline()).decode()
    found = re.search(r":(\d+),", card)
    assert found is not None, card
    async with bound(int(found[1])) as esme:
        process.stdin.write(b"33612345678 36105 Bonjour  a tous\nnonsense\nstate\nweather 7=x\n")
        process.stdin.write(b"\xff" * (LINE_MAX + 10) + b"\ndrop\n")
        await esme.until(lambda: esme.ended is not None, "the cut")
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), DEADLINE_S)
    assert process.returncode == 0
    assert re.match(rb"1 connected, [01] owed\n", out)
    assert err.decode().splitlines() == [
        "Error: a line is FROM TO TEXT; `help` tells what else.",
        "Error: '7=x' says nothing of the weather.",
        "Error: a line is FROM TO TEXT; `help` tells what else.",
    ]
    kept = (tmp_path / "kept" / "operator.log").read_text()
    assert f"33612345678\t{CODE}\tBonjour  a tous\n" in kept


async def test_the_end_of_a_pipe_is_not_the_end(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *command("smsc", "--port", "0", "--data", str(tmp_path / "kept")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment(),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    card = (await process.stdout.readline()).decode()
    process.stdin.close()
    async with bound(int(card.split(",")[0].rsplit(":", 1)[1])) as esme:
        await esme.submit(sms())
        await esme.told(1)
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), DEADLINE_S)
    assert process.returncode == 0


async def test_a_kill_loses_no_receipt(tmp_path: Path) -> None:
    """E33: what was answered is in the log, and a new start tells the rest."""
    args = ("smsc", "--port", "0", "--receipt-ms", "60000")
    with running(tmp_path, *args) as smsc:
        async with bound(port_of(smsc)) as esme:
            answers = await esme.submit(*[sms(text=str(n)) for n in range(100)])
        smsc.signal(signal.SIGKILL)
        smsc.ends()
    with running(tmp_path, "smsc", "--port", "0", "--receipt-ms", "10") as smsc:
        async with bound(port_of(smsc)) as esme:
            receipts = await esme.told(100)
    ids = [answer.message_id for answer in answers if isinstance(answer, SubmitSmResp)]
    assert sorted(one.ids[0] for one in receipts) == sorted(ids)
    assert sorted(one.text for one in receipts) == sorted(map(str, range(100)))


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(tmp_path, "smsc", "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error: The centre can't listen at 127.0.0.1:{port}: Address already in use.\n"
    )


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(tmp_path, "smsc", "--port", "0", "--data", "file/below")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: The directory file/below can't be written: Not a directory.\n"


def test_two_on_one_directory_is_one_sentence(tmp_path: Path) -> None:
    with running(tmp_path, "smsc", "--port", "0", "--data", "kept") as smsc:
        port_of(smsc)
        done = run(tmp_path, "smsc", "--port", "0", "--data", "kept")
        assert done.returncode == 1
        assert done.stderr == (
            "Error: Another Chappe already works on kept: give this one its own --data.\n"
        )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--outcome", "eleven"), "'eleven' is nothing like 11=0.05."),
        (("--outcome", "99=0.5"), "no such outcome: [99]."),
        (("--outcome", "11=0.9", "--outcome", "12=0.9"), "rates are shares of one"),
        (("--system-id", "a" * 16), "a bind has room for 15 plain characters."),
        (("--password", "a" * 9), "a bind has room for 8 plain characters."),
        (("--tls-cert", "a.pem"), "--tls-cert and --tls-key go together."),
        (("--dead-s", "5", "--latency-ms", "5"), "--dead-s is weather of its own"),
        (("--port", "70000"), "70000 is not in the range"),
        (("--rate", "-1"), "-1"),
    ],
)
def test_what_is_typed_wrongly_exits_with_2(
    tmp_path: Path, args: tuple[str, ...], words: str
) -> None:
    done = run(tmp_path, "smsc", *args)
    assert done.returncode == 2
    assert words in done.stderr
    assert not (tmp_path / "chappe-smsc").exists()


def test_a_certificate_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "smsc", "--tls-cert", "no.pem", "--tls-key", "no.pem")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The certificate no.pem and its key can't be used: ")
    assert done.stderr.count("\n") == 1


def test_it_says_that_it_speaks_tls(tmp_path: Path) -> None:
    args = ("--tls-cert", str(CERT), "--tls-key", str(CERT))
    with running(tmp_path, "smsc", "--port", "0", *args) as smsc:
        port_of(smsc)
        assert smsc.out.startswith("SMPP 3.4 over TLS is ready at ")


@pytest.mark.parametrize(
    ("words", "weather"),
    [
        ([], FAIR),
        (["11=0.05", "35=0.1"], Weather({11: 0.05, 35: 0.1})),
        (["dead", "for=10"], Weather(dead=True, until=11_000)),
        (["latency=500"], Weather(latency_ms=500)),
    ],
)
def test_the_weather_may_be_written(words: list[str], weather: Weather) -> None:
    assert weather_of(words, 1_000) == weather


@pytest.mark.parametrize("word", ["sunny", "11=much", "latency=-1", "for=inf", "99=0.1"])
def test_what_is_no_weather_is_said_to_be_none(word: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        weather_of([word], 0)
