"""What a settings file takes from elsewhere: variables, secrets in files of their own, more files.

In: names and paths as the file has them. Out: what is there. Promise: what can't be had is a
`Wrong` that quotes nothing of it; nothing is waited for, and everything has a bound.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from chappe.config.mistake import Wrong, shown

FILES_MOST = 1_000
OCTETS_MOST = 4_000_000
_SECRET_MOST = 65_536
_AT_ONCE = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_BEGINS = "A relative path begins in the folder of the settings file."


class Included(NamedTuple):
    """One more settings file, under the name that a mistake gives it."""

    source: str
    content: bytes


class Outside:
    """The surroundings of a settings file, which remember what was looked at; of a text that is in
    no file there are none."""

    def __init__(
        self, file: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> None:
        self.folders: list[Path] = []
        self.files: list[Path] = []
        self.secrets: list[Path] = []
        self._folder = None if file is None else file.parent
        self._seen = set() if file is None else {file.resolve()}
        self._variables = variables or {}
        self._room = OCTETS_MOST

    def variable(self, name: str) -> str:
        value = self._variables.get(name)
        if value is None:
            what = f"the environment has no variable {name}"
            raise Wrong(what, "Set it for the server, or write $${ for ${ itself.")
        if not value:
            raise Wrong(f"the variable {name} is empty", "Give it a value.")
        if any(_is_odd(letter) for letter in value):
            raise Wrong(f"the variable {name} is not UTF-8", "Set it to a text in UTF-8.")
        return value

    def secret(self, name: str) -> str:
        """What a secret's file holds, without its last line break. Its name is never quoted: the
        secret itself may stand there by mistake."""
        path = self._path(name)
        content = _octets(path, _SECRET_MOST, "its file")
        self.secrets.append(path)
        if len(content) > _SECRET_MOST:
            what = f"its file has more than {_SECRET_MOST} octets"
            raise Wrong(what, "Name the one that holds the secret and nothing else.")
        text = content.decode(errors="surrogateescape")
        if any(_is_odd(letter) for letter in text):
            raise Wrong("its file is not UTF-8", "Save the file as UTF-8.")
        text = text.removesuffix("\n").removesuffix("\r")
        if not text:
            raise Wrong("its file is empty", "Write the secret into it, or remove the key.")
        return text

    def included(self, name: str) -> Iterator[Included]:
        """The file of this name; or those of the folder of this name, in the order of theirs."""
        path = self._path(name)
        try:
            found = _settings_in(path)
        except NotADirectoryError:
            yield self._include(path, name)
            return
        except OSError as fault:
            raise Wrong(f"{shown(name)} can't be read: {fault.strerror}", _BEGINS) from fault
        self.folders.append(path)
        for file in found:
            yield self._include(path / file, f"{name.rstrip('/')}/{file}")

    def _include(self, path: Path, source: str) -> Included:
        real = path.resolve()
        if real in self._seen:
            raise Wrong(f"{shown(source)} would be read twice", "Name it once.")
        if len(self.files) == FILES_MOST:
            raise Wrong(f"it brings more than {FILES_MOST} files", "Put several into one.")
        content = _octets(path, self._room, shown(source))
        if len(content) > self._room:
            what = f"its files have more than {OCTETS_MOST} octets together"
            raise Wrong(what, "Add accounts by the command line.")
        self._room -= len(content)
        self._seen.add(real)
        self.files.append(path)
        return Included(source, content)

    def _path(self, name: str) -> Path:
        if self._folder is None:
            raise Wrong("no other file can be read here", "Write it in the file itself.")
        return self._folder / name


def _settings_in(folder: Path) -> list[str]:
    """Names that begin with a dot are what editors leave behind."""
    with os.scandir(folder) as found:
        names = [one.name for one in found if one.name.endswith(".toml")]
    return sorted(name for name in names if not name.startswith("."))


def _octets(path: Path, most: int, what: str) -> bytes:
    """The content of a plain file, as a pipe would be waited for; one octet more where it has more
    than `most`."""
    try:
        with open(os.open(path, _AT_ONCE), "rb") as opened:
            if stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                return opened.read(most + 1)
        why = "it is no plain file"
    except OSError as fault:
        # Its own text has the path, in whose place the secret may stand.
        why = os.strerror(fault.errno) if fault.errno else "it is unreadable"
    raise Wrong(f"{what} can't be read: {why}", _BEGINS)


def _is_odd(letter: str) -> bool:
    """Whether Python wrote it for an octet that is no UTF-8."""
    return "\ud800" <= letter <= "\udfff"
