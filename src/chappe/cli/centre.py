"""`chappe smsc`: an operator's SMPP port that is not one, for trying software with.

In: what was typed; lines on stdin. Out: an exit code. Promise: what can't start says why in one
sentence; one card line tells where it listens and that nothing leaves this machine.
"""

import fcntl
import os
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, get_args

import click
import uvloop

from chappe import logs
from chappe.cli.handset import Lines, obey
from chappe.cli.serving import stop_on_signals
from chappe.cli.typed import sentence
from chappe.links.operator.centre.deliver.pdus import IdNotation, ReceiptForm
from chappe.links.operator.centre.settings import SmscSettings
from chappe.links.operator.centre.smsc import Smsc
from chappe.links.operator.mind.judgement import Weather
from chappe.words.clock import SECOND, Clock

PORT: Final = 2775
_NAME_MAX, _PASSWORD_MAX = 15, 8  # of a bind (4.1.1)

_ms = click.IntRange(0, 3_600_000)
_few = click.IntRange(1, 10_000)


class OutcomeShare(click.ParamType[tuple[int, float]]):
    """`ROW=SHARE`: an outcome of the table, and how many of all messages it befalls."""

    name = "ROW=SHARE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, float]:
        row, _, share = str(value).partition("=")
        try:
            return int(row), float(share)
        except ValueError:
            self.fail(f"{value!r} is nothing like 11=0.05.", param, ctx)


_OPTIONS = (
    click.option("--host", default="127.0.0.1", show_default=True),
    click.option("--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True),
    click.option(
        "--data",
        type=click.Path(path_type=Path),
        default=Path("chappe-smsc"),
        show_default=True,
        help="Where its log is kept: what was submitted, what is still owed.",
    ),
    click.option("--system-id", help="The only login there is; else any may bind."),
    click.option(
        "--password",
        envvar="CHAPPE_SMSC_PASSWORD",
        show_envvar=True,
        help="The only password there is; else any will do. It guards nothing but a trial.",
    ),
    click.option("--tls-cert", type=click.Path(path_type=Path), help="Speak TLS; with --tls-key."),
    click.option("--tls-key", type=click.Path(path_type=Path)),
    click.option(
        "--outcome",
        "outcomes",
        type=OutcomeShare(),
        multiple=True,
        help="Let a row of the table befall a share of all messages: 35=0.1. May be repeated.",
    ),
    click.option("--seed", type=int, help="Makes what chance decides come out the same again."),
    click.option("--latency-ms", type=_ms, default=0, show_default=True, help="Of every answer."),
    click.option("--receipt-ms", type=_ms, default=50, show_default=True),
    click.option("--dead-s", type=click.IntRange(0, 86_400), default=0, help="At first, no line."),
    click.option(
        "--rate", type=click.FloatRange(0), default=0.0, help="Submits a second; more: throttled."
    ),
    click.option(
        "--window",
        type=_few,
        default=1_000,
        show_default=True,
        help="Submits of a connection that may wait for their answer; more: queue full.",
    ),
    click.option(
        "--deliver-window",
        type=_few,
        default=500,
        show_default=True,
        help="Receipts and replies that a connection may leave unanswered.",
    ),
    click.option("--connections", "connections_max", type=_few, default=100, show_default=True),
    click.option(
        "--id-form", type=click.Choice(get_args(IdNotation)), default="decimal", show_default=True
    ),
    click.option(
        "--receipt-id-form",
        type=click.Choice(get_args(IdNotation)),
        help="How receipts write ids, where it is not how answers do.",
    ),
    click.option(
        "--receipts",
        "receipt_form",
        type=click.Choice(get_args(ReceiptForm)),
        default="both",
        show_default=True,
        help="As a text, as optional parameters, or both.",
    ),
)


def _with_options(command: Any) -> Any:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@_with_options
def smsc(
    host: str,
    port: int,
    data: Path,
    tls_cert: Path | None,
    tls_key: Path | None,
    outcomes: Sequence[tuple[int, float]],
    seed: int | None,
    latency_ms: int,
    dead_s: int,
    **chosen: Any,
) -> None:
    """Stand in for an operator: an SMPP 3.4 port with the simulated network behind it."""
    _check_login(chosen["system_id"], chosen["password"])
    clock = Clock()
    until = clock.now() + dead_s * SECOND if dead_s else None
    try:
        weather = Weather(dict(outcomes), latency_ms, dead_s > 0, until, seed)
    except ValueError as fault:
        raise click.BadParameter(f"{fault}.", param_hint="--outcome") from fault
    if dead_s and (outcomes or latency_ms):
        raise click.UsageError("--dead-s is weather of its own: it goes with no other.")
    settings = SmscSettings(seed=seed, weather=weather, **chosen)
    logs.set_up()
    tls = _tls(tls_cert, tls_key)
    lock = _lock(data)
    try:
        uvloop.run(_until_stopped(Smsc(clock, data / "operator.log", settings), host, port, tls))
    finally:
        os.close(lock)


def _check_login(system_id: str | None, password: str | None) -> None:
    for option, value, most in (
        ("--system-id", system_id, _NAME_MAX),
        ("--password", password, _PASSWORD_MAX),
    ):
        if value is not None and not (len(value) <= most and value.isascii()):
            raise click.BadParameter(
                f"a bind has room for {most} plain characters.", param_hint=option
            )


def _tls(cert: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise click.UsageError("--tls-cert and --tls-key go together.")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(cert, key)
    except OSError as fault:
        raise sentence(f"The certificate {cert} and its key can't be used: {fault}.") from fault
    return context


def _lock(data: Path) -> int:
    """Hold the directory, as a server does: both write a log of the same name."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        file = os.open(data / "chappe.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as fault:
        raise sentence(f"The directory {data} can't be written: {fault.strerror}.") from fault
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        os.close(file)
        raise sentence(
            f"Another Chappe already works on {data}: give this one its own --data."
        ) from fault
    return file


async def _until_stopped(centre: Smsc, host: str, port: int, tls: ssl.SSLContext | None) -> None:
    stop = stop_on_signals()
    try:
        where = await centre.start(host, port, tls)
    except OSError as fault:
        why = os.strerror(fault.errno) if fault.errno and fault.errno > 0 else str(fault)
        raise sentence(f"The centre can't listen at {host}:{port}: {why}.") from fault
    lines = Lines(lambda line: obey(centre, line))
    click.echo(_card(centre.settings, *where, tls is not None))
    if lines.open(sys.stdin):
        click.echo("Write as a handset: FROM TO TEXT, one a line; `help` tells what else there is.")
    await stop.wait()
    lines.close()
    await centre.stop()
    click.echo(f"{centre.submits} submits, {centre.told} receipts and replies taken.")


def _card(settings: SmscSettings, host: str, port: int, secure: bool) -> str:
    name = "any login" if settings.system_id is None else f"login {settings.system_id}"
    password = "any password" if settings.password is None else "its password"
    over = " over TLS" if secure else ""
    return (
        f"SMPP 3.4{over} is ready at {host}:{port}, {name}, {password}."
        " Nothing leaves this machine: no message reaches a phone."
    )
