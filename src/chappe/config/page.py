"""The settings page: docs/settings.md, drawn from the tables.

In: the dialects that are spoken. Out: Markdown; `python -m chappe.config` prints it. Promise: every
key of the tables stands on it, with its form, its default and its meaning.
"""

from collections.abc import Iterator, Mapping, Sequence

from chappe.config.schema import REQUIRED, Key
from chappe.config.tables import sections
from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect

_HEAD = """\
# Settings

`chappe serve --config chappe.toml --data DIR` reads one TOML file. Everything in it is optional: \
without a file
there is one simulated link, and no account. A mistake is answered with its line and the remedy, \
and then nothing
of the file is applied. SIGHUP reads it again; listen addresses, the store, the certificate and \
`[lookup]` wait for the next
start. `chappe.toml.example` shows every key at work.

This page is written by `python -m chappe.config`.
"""

_TABLE = """\
| key | what may stand there | default | meaning |
|---|---|---|---|
"""


def settings_page(dialects: Sequence[Dialect] = DIALECTS) -> str:
    return "\n".join(_pieces(dialects))


def _pieces(dialects: Sequence[Dialect]) -> Iterator[str]:
    yield _HEAD
    for section in sections(dialects).values():
        yield f"## {section.header}\n"
        many = f" It may stand {section.most:,} times." if section.most > 1 else ""
        yield f"{section.meaning}{many}\n"
        yield _TABLE + _rows(section.keys)
        for name, keys in (section.tables or {}).items():
            yield f"### [{section.name}.{name}]\n"
            yield f"Settings of the {section.header} above it, on the dialect `{name}`.\n"
            yield _TABLE + _rows(keys)


def _rows(keys: Mapping[str, Key]) -> str:
    return "".join(
        f"| `{name}` | {key.reader.form} | {_default(key)} | {key.meaning} |\n"
        for name, key in keys.items()
    )


def _default(key: Key) -> str:
    if key.unset:
        return key.unset
    if key.default is REQUIRED:
        return "must be given"
    if key.default in (None, ""):
        return "none"
    return f"`{key.reader.write(key.default)}`"
