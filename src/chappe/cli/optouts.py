"""`chappe optout ...`: numbers that are not to be written to; all of them out as CSV, and in again.

In: what was typed, and a file. Out: what the hand shows, or the CSV. Promise: a file is looked
through before any of it is kept, so that a mistake leaves nothing half done; however long it is, no
more than some thousand lines of it are held at a time.
"""

import csv
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO, cast

import click
from click.core import ParameterSource

from chappe.cli.typed import Where, by_hands, do, hand, sentence, show
from chappe.hands import optouts as hands
from chappe.hands.reach import Hold
from chappe.hands.shown import CannotDo, Shown, number_of
from chappe.words.order import Lists

_whose = click.option("--account", "login", default="", help="Else: for every account.")
_LISTS = click.Choice(list(Lists.__members__))
_on_list = click.option(
    "--list",
    "list_",
    type=_LISTS,
    default=Lists.stop.name,
    show_default=True,
    help="START takes a number off `stop` alone.",
)
_FIELD = re.compile("[;,\t]")
_AT_ONCE = 4_000  # lines of a file; a hand is asked in less than 1 MiB
_LETTERS_AT_ONCE = 50_000  # of their sources, which JSON may write with six octets each
_LINES_MOST = 5_000_000
_LINE_MOST = 10_000
_LOGINS_AT_ONCE = 1_000
_COLUMNS = hands.OptOutLine._fields
_Line = tuple[int, hands.OptOutLine]  # which one it is, and what it says


@click.group()
def optout() -> None:
    """Opt-outs: numbers that are not to be written to."""


@optout.command("list")
@click.option("--account", "login", default="", help="Its own lists alone; else: everybody's too.")
@click.option("--list", "list_", type=_LISTS, help="This one alone; else: every one.")
@hand
def list_optouts(where: Where, login: str, list_: str | None) -> None:
    """Who is not to be written to."""
    do(where, "optout list", hands.OptOutList(login=login, list=list_ or ""))


@optout.command("add")
@click.argument("numbers", nargs=-1, required=True)
@_whose
@_on_list
@hand
def add_optout(where: Where, numbers: tuple[str, ...], login: str, list_: str) -> None:
    """Opt numbers out."""
    do(where, "optout add", hands.OptOutChange(numbers=list(numbers), login=login, list=list_))


@optout.command("remove")
@click.argument("numbers", nargs=-1, required=True)
@_whose
@_on_list
@hand
def remove_optout(where: Where, numbers: tuple[str, ...], login: str, list_: str) -> None:
    """Take numbers off the list."""
    do(where, "optout remove", hands.OptOutChange(numbers=list(numbers), login=login, list=list_))


@optout.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--account", "login", default="", help="Its own lists alone; else: everybody's too.")
@click.option("--list", "list_", type=_LISTS, help="This one alone; else: every one.")
@hand
def export_optouts(where: Where, file: Path, login: str, list_: str | None) -> None:
    """Write them to a CSV file, which `import` takes; - writes to stdout."""
    asked = hands.OptOutPage(login=login, list=list_ or "")
    if str(file) == "-":
        stdout: TextIO = sys.stdout
        by_hands(where, lambda hold: _write(hold, asked, stdout))
        return
    with _whole(file) as out:
        count = by_hands(where, lambda hold: _write(hold, asked, out))
    show(where, Shown({"numbers": count}, f"Written to {file}: {count} opt-outs."))


async def _write(hold: Hold, asked: hands.OptOutPage, out: TextIO) -> int:
    """Page after page, each written before the next one is asked for."""
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(_COLUMNS)
    count = 0
    while (page := (await hold.do("optout export", asked)).value)["lines"]:
        lines.writerows(page["lines"])
        count += len(page["lines"])
        asked = hands.OptOutPage(login=asked.login, list=asked.list, behind=tuple(page["end"]))
    out.flush()
    return count


@contextmanager
def _whole(file: Path) -> Iterator[TextIO]:
    """A file that has its name once all of it is written; what is no plain file is written to."""
    try:
        if file.exists() and not file.is_file():
            with file.open("w", encoding="utf-8", newline="") as out:
                yield out
            return
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=file.parent, prefix=".", delete=False
        ) as made:
            try:
                yield cast(TextIO, made)
                made.flush()
                os.replace(made.name, file)
            except BaseException:  # whatever it was, no half of a file stays
                os.unlink(made.name)
                raise
    except OSError as fault:
        raise sentence(f"{file} can't be written: {fault.strerror}.") from fault


@optout.command("import")
@click.argument("file", type=click.File("rb"))
@_whose
@_on_list
@hand
@click.pass_context
def import_optouts(
    context: click.Context, where: Where, file: BinaryIO, login: str, list_: str
) -> None:
    """Opt out the numbers of a file, one at the start of each line; or keep what `export` wrote,
    with its lists, dates and sources. - reads stdin."""
    with _twice_readable(file) as held:
        if not _is_exported(held):
            count, fresh = by_hands(where, lambda hold: _import_plain(hold, held, login, list_))
        else:
            given = context.get_parameter_source("list_")
            if login or given is not ParameterSource.DEFAULT:
                raise sentence("Each line says whose it is: leave --account and --list out.")
            count, fresh = by_hands(where, lambda hold: _import_exported(hold, held))
    shown = {"numbers": count, "new": fresh}
    show(where, Shown(shown, f"Opted out: {fresh} more numbers."))


async def _import_plain(hold: Hold, file: TextIO, login: str, list_: str) -> tuple[int, int]:
    for _ in _numbers(file):
        pass
    count = fresh = 0
    numbers = _numbers(file)
    while some := list(islice(numbers, _AT_ONCE)):
        asked = hands.OptOutChange(numbers=some, login=login, list=list_)
        fresh += (await hold.do("optout import", asked)).value["new"]
        count += len(some)
    return count, fresh


async def _import_exported(hold: Hold, file: TextIO) -> tuple[int, int]:
    logins: dict[str, int] = {}
    for no, line in _exported(file):
        logins.setdefault(line.account, no)
        if len(logins) == _LOGINS_AT_ONCE:
            await hold.do("optout owners", hands.OptOutOwners(logins=logins))
            logins = {}
    await hold.do("optout owners", hands.OptOutOwners(logins=logins))
    count = fresh = 0
    for some in _some(_exported(file)):
        fresh += (await hold.do("optout put", hands.OptOutLines(lines=some))).value["new"]
        count += len(some)
    return count, fresh


def _some(lines: Iterator[_Line]) -> Iterator[list[_Line]]:
    """So many at a time as a hand is asked at once."""
    some: list[_Line] = []
    letters = 0
    for no, line in lines:
        some.append((no, line))
        letters += len(line.source)
        if len(some) == _AT_ONCE or letters >= _LETTERS_AT_ONCE:
            yield some
            some, letters = [], 0
    if some:
        yield some


@contextmanager
def _twice_readable(file: BinaryIO) -> Iterator[TextIO]:
    """The same file, or what comes by a pipe in one that has no name: it is read more than once."""
    with tempfile.TemporaryFile() as held:
        if not file.seekable():
            shutil.copyfileobj(file, held)
        text = io.TextIOWrapper(file if file.seekable() else held, "utf-8-sig", newline="")
        try:
            yield text
        finally:
            text.detach()


def _is_exported(file: TextIO) -> bool:
    """Whether it begins as `export` does."""
    first = next(_lines(file), "")
    return first.strip() == ",".join(_COLUMNS)


def _numbers(file: TextIO) -> Iterator[str]:
    """What stands at the start of each line."""
    for no, line in enumerate(_lines(file), 1):
        text = _FIELD.split(line, maxsplit=1)[0].strip()
        if text:
            with _at_line(no):
                number = str(number_of(text))
            yield number


def _exported(file: TextIO) -> Iterator[_Line]:
    """Each line behind the first."""
    rows = csv.reader(_lines(file), strict=True)
    next(rows)
    while True:
        no = rows.line_num + 1
        with _at_line(no):
            row = next(rows, None)
            if row is None:
                return
            if not row:
                continue
            if len(row) != len(_COLUMNS):
                raise CannotDo(f"it has {len(row)} fields, not {', '.join(_COLUMNS)}.")
            line = hands.OptOutLine(*row)
            hands.check_line(line)
        yield no, line


@contextmanager
def _at_line(no: int) -> Iterator[None]:
    try:
        yield
    except csv.Error as fault:
        raise sentence(f"line {no}: it is no CSV: {fault}.") from fault
    except CannotDo as why:
        raise sentence(f"line {no}: {why}") from why


def _lines(file: TextIO) -> Iterator[str]:
    """From the first one on."""
    file.seek(0)
    no = 0
    try:
        while line := file.readline(_LINE_MOST + 1):
            no += 1
            if no > _LINES_MOST + 1:
                raise sentence(f"The file has more than {_LINES_MOST} lines: split it.")
            if len(line) > _LINE_MOST:
                raise sentence(f"line {no}: it has more than {_LINE_MOST} characters.")
            yield line
    except UnicodeDecodeError as fault:
        raise sentence("The file is not UTF-8 text.") from fault
