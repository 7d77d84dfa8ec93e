"""From faults to the one sentence that is told.

In: what is wrong, and the files that it is in. Out: a Mistake. Promise: it names the place where
somebody wrote what is wrong, whichever file that is, and what else they wrote if the two clash.
"""

from collections.abc import Mapping, Sequence

from chappe.config.mistake import Fault, Mistake, Path, named
from chappe.config.schema import Sections
from chappe.config.sheets import Sheets


def first(
    faults: Sequence[Fault], sheets: Sheets, filed: Mapping[Path, Path], known: Sections
) -> Mistake:
    """The fault that stands first in the first file that has one."""
    written = [_as_written(fault, filed) for fault in faults]
    homes = [sheets.home(fault.path, fault.sheet) for fault in written]
    number = min(home[0] for home in homes)
    line, fault = min(
        (
            (sheets.line(home), fault)
            for home, fault in zip(homes, written, strict=True)
            if home[0] == number
        ),
        key=lambda pair: pair[0],
    )
    what = f"{fault.place or place_of(fault.path, known)}: {fault.what}"
    other = sheets.home(_written(fault.other, filed))
    if fault.other and other[0] != number:
        what += f" ({sheets.source(other[0])}, line {sheets.line(other)})"
    return Mistake(line, what, fault.remedy, sheets.source(number))


def _as_written(fault: Fault, filed: Mapping[Path, Path]) -> Fault:
    """The same of what somebody wrote: a secret may have come from a file that another key names,
    a list of them with one on each line."""
    path = _written(fault.path, filed)
    item = path[-1]
    what = fault.what
    if path != fault.path and isinstance(item, int):
        what = f"line {item + 1} of its file: {what}"
    return fault._replace(path=path, what=what)


def _written(path: Path, filed: Mapping[Path, Path]) -> Path:
    for size in range(len(path), 0, -1):
        if path[:size] in filed:
            return filed[path[:size]] + path[size:]
    return path


def place_of(path: Path, known: Sections) -> str:
    """A path as people write it: `[http] listen`, `[[link]]`, `[account.highsms] route`."""
    names = [step for step in path if isinstance(step, str)]
    section = known.get(names[0])
    if section is None:
        return ".".join(map(named, names))
    header, names = section.header, names[1:]
    if names and names[0] in (section.tables or {}):
        header, names = f"[{section.name}.{names[0]}]", names[1:]
    return " ".join((header, ".".join(map(named, names)))).rstrip()
