"""The doctor's look at what a server stands on: settings, TLS files, libraries, disk, permissions.

In: a settings file as it was read, and a directory. Out: findings. Promise: it needs no server and
no database, and only looks: it makes no file, not even the directory.
"""

import asyncio
import platform
import pyexpat
import resource
import shutil
import sqlite3
import ssl
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from chappe.config import Config, Outside
from chappe.config.values import SIMULATED_KINDS
from chappe.doors.http.limits import Limits
from chappe.hands.finding import NOTE, OK, WARNING, WRONG, Finding, named
from chappe.native import missing
from chappe.node.certificate import NoCertificate, end_of, load
from chappe.node.directory import database, is_demos, mode_of, other_store, wide
from chappe.node.restored import broke_off, restored
from chappe.node.tracing import wanting
from chappe.speech.speaking import Program
from chappe.words.calls import CannotSpeak

_GB = 1_000_000_000
_SOON = timedelta(days=14)
_EVERYBODY = 0o007
_EVERYBODY_WRITES = 0o002
_TOLD_MOST = 5
_OTHERS_WRITE = 0o022
# One for each customer's connection, and one for what it causes: a callback, a log, a database.
_FILES_WANTED = 2 * Limits().connections
_EXPAT_SOUND = (2, 7, 2)
# The first and the last version whose log may lose a commit while two connections checkpoint, and
# those between that are mended. Only one connection of ours checkpoints, so that the loss takes
# another program on the same file.
_WAL_RESET: Final = ((3, 7, 0), (3, 51, 2), frozenset({(3, 44, 6), (3, 50, 7)}))


class Premises(NamedTuple):
    """What the doctor looks at. `file` is None where everything has its default; `outside` is what
    else was read for it."""

    file: Path | None
    config: Config
    data: Path
    outside: Outside = Outside()


def examine(premises: Premises) -> list[Finding]:
    return [finding for look in _EXAMINATIONS for finding in look(premises)]


def _settings(premises: Premises) -> Iterator[Finding]:
    if premises.file is None:
        yield Finding("configuration", NOTE, "No file is given: everything has its default.")
        return
    outside = premises.outside
    holds = "holds no mistake"
    if outside.files:
        holds = f"and what it includes ({len(outside.files)}) hold no mistake"
    yield Finding("configuration", OK, f"{premises.file} {holds}.")
    yield from _open_files([premises.file, *outside.files], "may hold passwords")
    yield from _open_files(outside.secrets, "holds a secret")
    for folder in outside.folders:
        if (mode := mode_of(folder.resolve())) & _EVERYBODY_WRITES:
            says = f"Everybody may add settings to {folder} (mode {mode:o}): chmod o-w it."
            yield Finding("configuration", WRONG, says)


def _open_files(files: Sequence[Path], why: str) -> Iterator[Finding]:
    modes = {file: mode_of(file.resolve()) for file in files}
    found = [file for file, mode in modes.items() if mode & _EVERYBODY]
    for file in found[:_TOLD_MOST]:
        yield Finding(
            "configuration",
            WARNING,
            f"{file} can be read by everybody on this machine (mode {modes[file]:o}), and {why}: "
            "chmod 600 it, or 640 with the server's group.",
        )
    if len(found) > _TOLD_MOST:
        says = f"So can {len(found) - _TOLD_MOST} more of these files."
        yield Finding("configuration", WARNING, says)


def _links(premises: Premises) -> Iterator[Finding]:
    real = [link.name for link in premises.config.links if link.kind not in SIMULATED_KINDS]
    if real:
        yield Finding("links", OK, f"Real ones: {', '.join(real)}.")
    else:
        says = "Nothing leaves this machine: only the simulated network sends."
        yield Finding("links", NOTE, says)


def _tls(premises: Premises) -> Iterator[Finding]:
    config = premises.config
    if config.tls is not None:
        yield _pair(Path(config.tls.cert), Path(config.tls.key))
    for link in config.links:
        if link.tls_ca:
            yield _authority(link.name, Path(link.tls_ca))


def _mail(premises: Premises) -> Iterator[Finding]:
    """Mails say who sends them: there is no other way to prove it."""
    config = premises.config
    if config.smtp is None:
        return
    if config.tls is None:
        says = "Mails, and the passwords and keys in them, come in clear: add [tls] for STARTTLS."
        yield Finding("mail", NOTE, says)
    else:
        yield Finding("mail", OK, "Mails may come over TLS.")


def _lookup(premises: Premises) -> Iterator[Finding]:
    """The service that look-ups ask hears of every number."""
    said = premises.config.lookup
    if said is None:
        return
    parts = urlsplit(said.url)
    says = f"Look-ups are asked of {parts.hostname}"
    if parts.scheme == "http" and said.key.reveal():
        yield Finding("look-ups", NOTE, f"{says}, and its key travels in clear: https hides it.")
    else:
        yield Finding("look-ups", OK, f"{says}.")


def _tracing(premises: Premises) -> Iterator[Finding]:
    """Whether what becomes of orders can be told, and who hears it."""
    said = premises.config.tracing
    if said is None:
        return
    if wrong := wanting():
        yield Finding("tracing", WRONG, f"{wrong}.")
    else:
        says = f"Spans go to {urlsplit(said.endpoint).hostname}."
        yield Finding("tracing", OK, says)


def _voice(premises: Premises) -> Iterator[Finding]:
    """Whether texts can be spoken, which takes a package and something that places calls."""
    config = premises.config
    refused = "Voice messages are refused"
    if config.voice.engine == "none":
        yield Finding("voice", NOTE, f"{refused}: [voice] wants no engine.")
        return
    try:
        spoken = asyncio.run(Program().languages())
    except CannotSpeak as why:
        yield Finding("voice", NOTE, f"{refused}: {why}.")
        return
    if not any(link.kind == "calls" for link in config.links):
        yield Finding("voice", NOTE, f'{refused}: no link has kind = "calls".')
        return
    yield Finding("voice", OK, f"{config.voice.engine} speaks {', '.join(sorted(spoken))}.")


def _pair(cert: Path, key: Path) -> Finding:
    """Whether the certificate of the doors can be used with its key, and for how long."""
    try:
        return _lasting("tls", cert, load(cert, key).ends)
    except NoCertificate as why:
        return Finding("tls", WRONG, str(why))


def _authority(link: str, path: Path) -> Finding:
    """Whether the certificate that a link trusts can be used, and for how long."""
    try:
        path.read_bytes()
    except OSError as fault:
        says = f"{path} of link {link} can't be read: {fault.strerror or 'unreadable'}."
        return Finding("tls", WRONG, says)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
        ends = end_of(path)
    except (OSError, ValueError):
        return Finding("tls", WRONG, f"{path} of link {link} is no certificate in PEM form.")
    return _lasting("tls", path, ends)


def _lasting(check: str, cert: Path, ends: datetime) -> Finding:
    left, day = ends - datetime.now(UTC), ends.date()
    if left < timedelta():
        return Finding(check, WRONG, f"{cert} is no longer valid since {day}: renew it.")
    if left < _SOON:
        return Finding(check, WARNING, f"{cert} is valid until {day} only: renew it.")
    return Finding(check, OK, f"{cert} is valid until {day}.")


def _libraries(premises: Premises) -> Iterator[Finding]:
    if database(premises.data, premises.config.store) is not None:
        yield sqlite_finding(sqlite3.sqlite_version_info)
    yield expat_finding(pyexpat.version_info)
    yield python_finding(sysconfig.get_config_var("CONFIG_ARGS") or "", sys.base_prefix)
    yield native_finding(missing())


def python_finding(built_with: str, prefix: str) -> Finding:
    """Whether the interpreter was built with a profile. Distributions' own are, and do not say."""
    shown = f"Python {platform.python_version()}"
    if "--enable-optimizations" in built_with or prefix == "/usr":
        return Finding("python", OK, f"{shown}, built with a profile.")
    says = (
        f"{shown} is a plain build: one with a profile (PGO), as distributions have, is 5 to 10 %"
    )
    return Finding("python", NOTE, f"{says} faster. make PYTHON=/path/to/python3 takes another.")


def native_finding(lost: Sequence[str]) -> Finding:
    """Whether what may be in C is."""
    if not lost:
        return Finding("native", OK, "sockets, operators' PDUs and SQLite are handled in C.")
    return Finding(
        "native",
        NOTE,
        f"{' and '.join(lost)} are not in C: all works, a quarter slower. They are built where a C "
        "compiler and Python's headers (Debian: gcc and python3-dev) are found at installation.",
    )


def sqlite_finding(version: tuple[int, ...]) -> Finding:
    first, last, mended = _WAL_RESET
    shown = "SQLite " + ".".join(map(str, version))
    if first <= version <= last and version not in mended:
        return Finding(
            "sqlite",
            WARNING,
            f"{shown} may damage a database whose log two connections reset at once. Chappe has "
            "one that does, so keep other programs off the file while it runs; SQLite 3.51.3, "
            "3.50.7 or 3.44.6 have it mended.",
        )
    return Finding("sqlite", OK, f"{shown}.")


def expat_finding(version: tuple[int, ...]) -> Finding:
    shown = "expat " + ".".join(map(str, version))
    if version < _EXPAT_SOUND:
        return Finding(
            "expat",
            WARNING,
            f"{shown} takes very long over some XML that anybody may send: Chappe bounds what it "
            "is given; update Python, or its expat, to 2.7.2.",
        )
    return Finding("expat", OK, f"{shown}.")


def _limits(premises: Premises) -> Iterator[Finding]:
    """Whether a server may open enough files. It raises its own bound as far as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < _FILES_WANTED:
        yield Finding(
            "open files",
            WARNING,
            f"{most} files may be open at a time, where full use of the doors takes "
            f"{_FILES_WANTED}: raise it (LimitNOFILE= of systemd, ulimit -Hn).",
        )
    else:
        yield Finding("open files", OK, f"{most} may be open at a time.")


def _directory(premises: Premises) -> Iterator[Finding]:
    data = premises.data
    if not data.is_dir():
        yield Finding("directory", NOTE, f"There is no {data} yet: the first start makes it.")
        return
    if is_demos(data):
        says = f"{data} is the demo's, whose password everybody knows: `chappe serve` refuses it."
        yield Finding("directory", NOTE, says)
    if (state := restored(data)) is not None:
        says = f"{data} is a backup of {state.says}: nothing is sent before `chappe resume`."
        yield Finding("directory", WARNING, says)
    if wrong := broke_off(data) or other_store(data, premises.config.store):
        yield Finding("directory", WRONG, f"{wrong}.")
    if (mode := mode_of(data.resolve())) & _OTHERS_WRITE:
        says = f"Others may put files into {data} and take some away (mode {mode:o}): chmod 700 it."
        yield Finding("directory", WRONG, says)
    free = shutil.disk_usage(data).free
    says = f"{free / _GB:.1f} GB are free below {data}"
    if free < _GB:
        yield Finding("disk", WRONG, f"{says}: make room, a full disk takes no message.")
    else:
        yield Finding("disk", OK, f"{says}.")


def _open_to_others(premises: Premises) -> Iterator[Finding]:
    found = [f"{path} (mode {mode:o})" for path, mode in wide(premises.data)]
    if found:
        says = f"Others can open {named(found)}: chmod go= them; the next start does it too."
        yield Finding("permissions", WRONG, says)
    elif premises.data.is_dir():
        yield Finding("permissions", OK, "What is kept is its owner's alone.")


_EXAMINATIONS: tuple[Callable[[Premises], Iterator[Finding]], ...] = (
    _settings,
    _links,
    _tls,
    _mail,
    _lookup,
    _tracing,
    _voice,
    _libraries,
    _limits,
    _directory,
    _open_to_others,
)
