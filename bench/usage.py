"""What a process group has used: CPU time and memory, from /proc.

In: the id of a group. Out: seconds of CPU, user and system, of all its processes and threads; and
resident memory in MiB, now and at its highest.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_KIB_PER_MIB = 1024


class Memory(NamedTuple):
    """Resident memory in MiB."""

    now: float
    peak: float


def cpu_s(group: int) -> float:
    """CPU time of the group so far. Resolution: a tick, usually 10 ms."""
    return sum(_ticks(fields) for fields in _members(group).values()) / _TICKS_PER_S


def cpu_of_family_s(process: int) -> float:
    """CPU time of a process, of its children, and of those that ended."""
    ticks = 0
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):  # it ended while we looked
                fields = stat_fields((entry / "stat").read_text())
                if process in (int(entry.name), int(fields[1])):
                    ticks += _ticks(fields)
    return ticks / _TICKS_PER_S


def cpu_of_all_s() -> float:
    """CPU time of whatever runs on this machine: not what was idle, or waited for the disk."""
    fields = (_PROC / "stat").read_text().splitlines()[0].split()[1:]
    used = [*map(int, fields[:3]), *map(int, fields[5:7])]
    return sum(used) / _TICKS_PER_S


def cpu_of_main_s(process: int) -> float:
    """CPU time of a process's first thread so far."""
    fields = stat_fields((_PROC / f"{process}/task/{process}/stat").read_text())
    return sum(map(int, fields[11:13])) / _TICKS_PER_S


def memory(group: int) -> Memory:
    texts = [(_PROC / str(member) / "status").read_text() for member in _members(group)]
    return Memory(
        sum(field_kib(text, "VmRSS") for text in texts) / _KIB_PER_MIB,
        sum(field_kib(text, "VmHWM") for text in texts) / _KIB_PER_MIB,
    )


def stat_fields(line: str) -> list[str]:
    """The fields of a `stat` line from the state on; a name may hold blanks and brackets."""
    return line.rpartition(")")[2].split()


def field_kib(status: str, name: str) -> int:
    """A field of a `status` file; 0 where there is none, as for a process that has just ended."""
    for line in status.splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0


def _members(group: int) -> dict[int, list[str]]:
    members = {}
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            try:
                fields = stat_fields((entry / "stat").read_text())
            except OSError:
                continue  # It ended while we looked.
            if int(fields[2]) == group:
                members[int(entry.name)] = fields
    return members


def _ticks(fields: list[str]) -> int:
    """User and system time, its own and that of children that ended."""
    return sum(map(int, fields[11:15]))
