"""The demo as `make run` starts it, and what its customers did before anybody looks.

In: a running process. Out: where its doors are. Promise: there is something on every page.
"""

import re
import urllib.request
from typing import Final
from urllib.parse import urlencode

from playwright.sync_api import Page

from tests.cli.running import Running, until

PORTS = ("port", "listen-port", "sftp-port", "smtp-port", "console-port")
ARGS = ("demo", "--data", "kept", *[word for name in PORTS for word in (f"--{name}", "0")])
_PEOPLE = ("0639980001", "0639980011", "0639980040", "0612345678")
_LONG = (
    "Votre colis 482139 est arrivé au relais de la rue des Lilas. Il vous y attend jusqu'au samedi "
    "5 décembre à 18 h ; passé ce jour, il repart chez son expéditeur. Munissez-vous d'une pièce "
    "d'identité et de ce message."
)
_TEXTS = ("Bonjour", "Votre code est 4711", "Rendez-vous à 9 h ✓", _LONG)


_PASSWORD: Final = "demo-password"


def come_in(page: Page, login: str) -> None:
    """To the start page, as one of the demo's."""
    page.goto("/login")
    page.fill("#login", login)
    page.fill("#password", _PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/")


class Demo:
    """One running demo."""

    def __init__(self, process: Running) -> None:
        self._process = process
        found = re.search(r"in a browser: (http://[^ ]+)", process.out)
        assert found is not None, process.out
        self.console = found[1]
        self.door = f"http://127.0.0.1:{process.port}"

    @property
    def out(self) -> str:
        return self._process.out

    def prints(self, text: str) -> None:
        self._process.prints(text)

    def prints_again(self, text: str, before: int) -> None:
        """Wait until it was printed once more than so often."""
        until(lambda: self.out.count(text) > before, lambda: f"{text!r} once more in:\n{self.out}")

    def order(self, number: str, text: str) -> int:
        """One SMS by HighSMS; its number."""
        own = {"accountid": "demo", "password": "demo-password", "to": number, "text": text}
        with urllib.request.urlopen(f"{self.door}/api?{urlencode(own)}") as answer:
            return int(answer.read())

    def befriend(self, number: str, name: str, group: str) -> None:
        """A contact in a group, by sMsmode."""
        asked = {"accessToken": "demo-key", "mobile": number, "nom": name, "groupes": group}
        path = f"{self.door}/http/1.6/addContact.do?{urlencode(asked)}"
        with urllib.request.urlopen(path) as answer:
            assert answer.read().startswith(b"0"), path

    def beget(self, login: str) -> None:
        """A child account, by sMsmode."""
        asked = {"accessToken": "demo-key", "newPseudo": login, "newPass": "a-good-password"}
        path = f"{self.door}/http/1.6/createSubAccount.do?{urlencode(asked)}"
        with urllib.request.urlopen(path) as answer:
            assert answer.read().startswith(b"0"), path

    def fill(self) -> None:
        self.beget("branch")
        self.befriend(_PEOPLE[2], "Durand", "Amis")
        for number, text in zip(_PEOPLE, _TEXTS, strict=True):
            self.order(number, text)
        self.prints("delivered")
        self.prints("STOP")
