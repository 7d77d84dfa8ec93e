"""The file, read: `read_config`.

In: the text of a TOML file. Out: a Config, or a Mistake. Promise: every mistake is found before
anything is returned, the one that stands first in the file is told, and no secret is in it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from chappe.config.check import check, check_mail
from chappe.config.lines import line_index, line_of
from chappe.config.mistake import Fault, Mistake, Path, Wrong, kind, named
from chappe.config.schema import REQUIRED, Draft, Drafts, Key, Section
from chappe.config.syntax import parse
from chappe.config.tables import SECTIONS, UNBUILT
from chappe.config.values import Config

_ALIKE = 0.7


def read_config(
    text: str | bytes, source: str = "chappe.toml", mailboxes: Collection[str] | None = None
) -> Config:
    """The Config that a file holds; `source` is its name for the Mistake that is raised.
    `mailboxes` are the names that the dialects take mail for, where that is known."""
    text, tables = parse(text, source)
    faults: list[Fault] = []
    drafts = _read_sections(tables, faults)
    faults.extend(check(tables, drafts))
    if mailboxes is not None:
        faults.extend(check_mail(drafts, mailboxes))
    if faults:
        index = line_index(text)
        line, fault = min(
            ((line_of(index, one.path), one) for one in faults), key=lambda pair: pair[0]
        )
        where = fault.place or place(fault.path)
        raise Mistake(line, f"{where}: {fault.what}", fault.remedy, source)
    return _built(drafts)


def place(path: Path) -> str:
    """A path as people write it: `[http] listen`, `[[link]]`, `[account.highsms] route`."""
    names = [step for step in path if isinstance(step, str)]
    section = SECTIONS[names[0]]
    header, names = section.header, names[1:]
    if names and names[0] in section.tables:
        header, names = f"[{section.name}.{names[0]}]", names[1:]
    return " ".join((header, ".".join(map(named, names)))).rstrip()


def _read_sections(tables: Mapping[str, Any], faults: list[Fault]) -> dict[str, list[Draft]]:
    drafts: dict[str, list[Draft]] = {}
    for name, given in tables.items():
        section = SECTIONS.get(name)
        if section is None:
            faults.append(_unknown_section(name, given))
        else:
            drafts[name] = [
                _read_section(section, one, path, faults)
                for path, one in _occurrences(section, given, faults)
            ]
    return drafts


def _occurrences(
    section: Section, given: Any, faults: list[Fault]
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The tables of a section, each with its path."""
    path: Path = (section.name,)
    if section.most == 1:
        if isinstance(given, dict):
            yield path, given
        else:
            what = f"{kind(given)} is not one table"
            faults.append(Fault(path, what, f"Write {section.header} on a line of its own, once."))
        return
    remedy = f"Write {section.header} on a line of its own for each."
    if not isinstance(given, list):
        what = f"{kind(given)} is not a list of tables, each with two brackets"
        faults.append(Fault(path, what, remedy))
        return
    if len(given) > section.most:
        what = f"there are {len(given)} of them"
        faults.append(Fault((*path, section.most), what, f"At most {section.most} will do."))
    for number, one in enumerate(given):
        if isinstance(one, dict):
            yield (*path, number), one
        else:
            faults.append(Fault((*path, number), f"{kind(one)} is not a table", remedy))


def _read_section(
    section: Section, given: Mapping[str, Any], path: Path, faults: list[Fault]
) -> Draft:
    plain = {key: value for key, value in given.items() if key not in section.tables}
    values = _read_keys(section.keys, plain, path, faults, (*section.keys, *section.tables))
    for key, row in section.keys.items():
        if row.default is REQUIRED and key not in given:
            faults.append(Fault(path, f"it has no {key}", f"Add {key} = ..., {row.reader.form}."))
    if section.tables:
        values["declared"] = frozenset(plain)
        values["dialects"] = {
            name: _read_inner(section.tables[name], one, (*path, name), faults)
            for name, one in given.items()
            if name in section.tables
        }
    return Draft(path, values, given)


def _read_inner(
    keys: Mapping[str, Key], given: Any, path: Path, faults: list[Fault]
) -> dict[str, Any]:
    if isinstance(given, dict):
        return _read_keys(keys, given, path, faults, tuple(keys))
    what = f"{kind(given)} is not a table"
    faults.append(Fault(path, what, f"Write {place(path)} on a line of its own."))
    return {}


def _read_keys(
    keys: Mapping[str, Key],
    given: Mapping[str, Any],
    path: Path,
    faults: list[Fault],
    known: Sequence[str],
) -> dict[str, Any]:
    values = {}
    for key, value in given.items():
        row = keys.get(key)
        if row is None and key in UNBUILT:
            what = f"{UNBUILT[key]} are not built yet, so it would do nothing"
            faults.append(Fault((*path, key), what, "Remove it."))
            continue
        if row is None:
            faults.append(Fault((*path, key), "this key is unknown", _key_meant(key, known)))
            continue
        try:
            values[key] = row.reader.read(value)
        except Wrong as wrong:
            faults.append(Fault((*path, key, *wrong.at), wrong.what, wrong.remedy))
    return values


def _key_meant(key: str, known: Sequence[str]) -> str:
    alike = get_close_matches(key[:60], known, 1, _ALIKE)
    if alike:
        return f"Did you mean {alike[0]}?"
    owners = [header for header, owned in _headers() if key in owned]
    if owners:
        return f"It belongs below {' or '.join(owners)}."
    return f"Known here: {', '.join(known)}."


def _unknown_section(name: str, given: Any) -> Fault:
    if isinstance(given, dict | list):
        alike = get_close_matches(name[:60], SECTIONS, 1, _ALIKE)
        known = ", ".join(section.header for section in SECTIONS.values())
        remedy = f"Did you mean {SECTIONS[alike[0]].header}?" if alike else f"Known are {known}."
        return Fault((name,), "this section is unknown", remedy, f"[{named(name)}]")
    owners = [header for header, owned in _headers() if name in owned]
    below = " or ".join(owners) if owners else "the header of its section"
    remedy = f"Write it below {below}."
    return Fault((name,), "this key stands above all sections", remedy, named(name))


def _headers() -> Iterator[tuple[str, Mapping[str, Key]]]:
    """Every header that may stand in a file, with its keys."""
    for section in SECTIONS.values():
        yield section.header, section.keys
        for table, keys in section.tables.items():
            yield f"[{section.name}.{table}]", keys


def _built(drafts: Drafts) -> Config:
    fields: dict[str, Any] = {}
    for name, found in drafts.items():
        section = SECTIONS[name]
        made = tuple(section.struct(**draft.values) for draft in found)
        if section.most == 1:
            fields[section.field] = made[0]
        elif made:
            fields[section.field] = made
    if "prices" in fields:
        fields["prices"] = tuple(row for price in fields["prices"] for row in price.tariffs())
    return Config(**fields)
