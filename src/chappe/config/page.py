"""The settings page: docs/settings.md, drawn from the tables.

In: the dialects that are spoken. Out: Markdown; `python -m chappe.config` prints it. Promise: every
key of the tables stands on it, with its form, its default and its meaning.
"""

from collections.abc import Iterator, Mapping, Sequence

from chappe.config.outside import FILES_MOST, OCTETS_MOST
from chappe.config.schema import REQUIRED, Key, Sections, file_keys
from chappe.config.tables import sections
from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect

_HEAD = """\
# Settings

`chappe serve --config chappe.toml --data DIR` reads one TOML file. Everything in it is optional: \
without a file
there is one simulated link, and no account. A mistake is answered with its line and the remedy, \
and then nothing
of the file is applied. SIGHUP reads it again, and the certificate; listen addresses, the store \
and `[lookup]` wait for the
next start. `chappe.toml.example` shows every key at work.

Three rules hold for all of it:

* `${NAME}` in a text is the variable of that name in the server's environment, `$${` is `${` \
itself.
* Every secret may stand in a file of its own: `NAME_file = "PATH"` in place of `NAME`. What the \
file holds counts, without
  its last line break; of a list, each line. The secrets are
  SECRETS.
* `include = "conf.d"`, above all sections, reads every `*.toml` of that folder in the order of \
their names, as if they stood
  behind the file; so does a file's name, or a list of both. What may stand once stands in one of \
the files only, and who is
  included includes nothing. There may be FILES files of OCTETS octets together.

A relative PATH, of a secret or to include, begins in the folder of `chappe.toml`.

This page is written by `python -m chappe.config`.
"""

_TABLE = """\
| key | what may stand there | default | meaning |
|---|---|---|---|
"""


def settings_page(dialects: Sequence[Dialect] = DIALECTS) -> str:
    return "\n".join(_pieces(dialects))


def _pieces(dialects: Sequence[Dialect]) -> Iterator[str]:
    known = sections(dialects)
    head = _HEAD.replace("SECRETS", ",\n  ".join(_secrets(known)))
    yield head.replace("FILES", f"{FILES_MOST:,}").replace("OCTETS", f"{OCTETS_MOST:,}")
    for section in known.values():
        yield f"## {section.header}\n"
        many = f" It may stand {section.most:,} times." if section.most > 1 else ""
        yield f"{section.meaning}{many}\n"
        yield _TABLE + _rows(section.keys)
        for name, keys in (section.tables or {}).items():
            yield f"### [{section.name}.{name}]\n"
            yield f"Settings of the {section.header} above it, on the dialect `{name}`.\n"
            yield _TABLE + _rows(keys)


def _secrets(known: Sections) -> Iterator[str]:
    """All that may stand in a file of its own."""
    for section in known.values():
        tables = {f"[{section.name}.{name}]": keys for name, keys in (section.tables or {}).items()}
        for header, keys in {section.header: section.keys, **tables}.items():
            yield from (f"`{header} {one.secret}`" for one in file_keys(keys).values())


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
