"""Files that browsers keep: styles, scripts, icons.

In: a name. Out: the file, and the address that changes with it. Promise: only files of this folder,
read once; a browser asks for each again only when it has changed.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from chappe.words.exchange import Response

PATH: Final = "/static/"
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}
_FOREVER = (("Cache-Control", "public, max-age=31536000, immutable"),)
_ONCE = (("Cache-Control", "no-cache"),)


class _Kept(NamedTuple):
    octets: bytes
    type: str
    mark: str


@cache
def _files() -> Mapping[str, _Kept]:
    found = {}
    for entry in resources.files(__package__).joinpath("static").iterdir():
        kind = _TYPES.get(entry.name.rpartition(".")[2])
        if kind is not None:
            octets = entry.read_bytes()
            mark = hashlib.sha256(octets).hexdigest()[:12]
            found[entry.name] = _Kept(octets, kind, mark)
    return found


def address(name: str) -> str:
    """Where a page finds it. KeyError where there is no such file."""
    return f"{PATH}{name}?{_files()[name].mark}"


def served(path: str, query: bytes) -> Response | None:
    """The file of a path; None: there is none."""
    kept = _files().get(path.removeprefix(PATH))
    if kept is None:
        return None
    headers = _FOREVER if query == kept.mark.encode() else _ONCE
    return Response(kept.octets, kept.type, headers=(*headers, *_NO_SNIFF))


_NO_SNIFF = (("X-Content-Type-Options", "nosniff"),)
