"""What stands in `deploy/compose`: services, what they are given, and what they are built from.

In: a copy of that folder, with its secrets drawn. Out: services, files, ports. Promise: what a
service is given is looked for where a container would have it from.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from chappe.config import Config, Outside, read_config
from tests.deploy.plain_yaml import read_yaml
from tests.tidy.tree import ROOT

FOLDER: Final = ROOT / "deploy" / "compose"
COMPOSED: Final = ("one", "three")
SETTINGS: Final = "/etc/chappe/chappe.toml"

_COPY: Final = re.compile(r"^COPY (?!--from)(?:--\S+ )*(.+) \S+$", re.MULTILINE)
_URL: Final = re.compile(r"http://[^\s'\"]+")


class Container(NamedTuple):
    """One of a file's services, as it would be run."""

    name: str
    said: dict[str, Any]

    @property
    def mounted(self) -> dict[str, str]:
        """What is mounted where: a file of ours, or a volume's name."""
        pairs = (one.split(":")[:2] for one in self.said.get("volumes", ()))
        return {inside: outside for outside, inside in pairs}

    @property
    def dockerfile(self) -> Path | None:
        build = self.said.get("build")
        if build is None:
            return None
        found: Path = (FOLDER / build["context"]).resolve() / build["dockerfile"]
        return found

    @property
    def checked(self) -> SplitResult:
        """The URL that its health is asked at."""
        (found,) = _URL.findall(" ".join(self.said["healthcheck"]["test"]))
        return urlsplit(str(found))


class Composed:
    """One compose file, and the folder that it lies in."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self.said: dict[str, Any] = read_yaml((folder / f"{name}.yaml").read_text("utf-8"))
        self.services = [Container(*one) for one in self.said["services"].items()]

    def of(self, image: str) -> list[Container]:
        return [one for one in self.services if one.said["image"] == image]

    def settings(self) -> Config:
        """As Chappe itself reads them, with the secrets where a container has them."""
        file = self.folder / self.name / "chappe.toml"
        outside = Outside(file, {"CREDENTIALS_DIRECTORY": str(self.folder / "secrets")})
        return read_config(file.read_bytes(), str(file), outside=outside)


def copied(place: Path) -> Path:
    """The folder with its secrets drawn, as whoever begins has it."""
    folder = place / "compose"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("secrets"))
    draw(folder)
    return folder


def draw(folder: Path) -> None:
    subprocess.run([folder / "secrets.sh"], check=True, env={"PATH": os.environ["PATH"]})


def sources(dockerfile: Path) -> Iterator[str]:
    """What an image takes from the project, as paths below its root."""
    for found in _COPY.findall(dockerfile.read_text("utf-8")):
        yield from found.split()
