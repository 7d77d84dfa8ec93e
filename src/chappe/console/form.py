"""What somebody typed: fields read one by one, each mistake kept beside its field.

In: pairs of a form or of a query. Out: values; sentences by field. Promise: nothing here raises; a
field that was given twice, is too long or holds what no keyboard writes is a mistake of that field;
what was typed is kept to be shown again, but never a secret.
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

from chappe.console.tongue import Tongue
from chappe.words.parameters import Pairs

TEXT_MOST: Final = 200
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WHOLE = re.compile(r"-?[0-9]{1,15}")


class Form:
    """The fields of one request. Reading one notes what is wrong with it."""

    def __init__(self, pairs: Pairs, say: Tongue) -> None:
        self._pairs: dict[str, list[bytes]] = {}
        for name, value in pairs:
            self._pairs.setdefault(name.decode("utf-8", "replace")[:TEXT_MOST], []).append(value)
        self._say = say
        self.mistakes: dict[str, str] = {}  # field -> sentence; '' is of the whole form
        self.typed: dict[str, str] = {}  # what is shown again

    def __contains__(self, name: str) -> bool:
        return name in self._pairs

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong with what was read so far."""
        return not self.mistakes

    def wrong(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field; the first mistake stays."""
        self.mistakes.setdefault(name, sentence)

    def text(
        self, name: str, *, most: int = TEXT_MOST, needed: bool = False, lines: bool = False
    ) -> str:
        """A text without blanks around it; '' where none was given."""
        value = self._one(name, most)
        if not lines and ("\n" in value or "\r" in value):
            self.wrong(name, self._say("Write it on one line."))
        value = value.replace("\r\n", "\n").strip() if lines else value.strip()
        self.typed[name] = value[:most]
        if needed and not value:
            self.wrong(name, self._say("Fill this in."))
        return value

    def secret(self, name: str, *, most: int = TEXT_MOST, needed: bool = True) -> str:
        """The same of what is never shown again, as it was typed."""
        value = self._one(name, most)
        if needed and not value:
            self.wrong(name, self._say("Fill this in."))
        return value

    def whole(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number between two bounds."""
        value = self.text(name)
        if not value and default is not None:
            return default
        if not value:
            self.wrong(name, self._say("Fill this in."))
            return least
        if not _WHOLE.fullmatch(value) or not least <= int(value) <= most:
            self.wrong(
                name,
                self._say("Write a whole number from {least} to {most}.", least=least, most=most),
            )
            return least
        return int(value)

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of some words."""
        value = self.text(name)
        if not value and default is not None:
            return default
        if value not in allowed:
            self.wrong(name, self._say("Choose one of those that are offered."))
            return default or ""
        return value

    def some(self, name: str, allowed: Collection[str]) -> Sequence[str]:
        """As many of them as were ticked."""
        values = [one.decode("utf-8", "replace") for one in self._pairs.get(name, ()) if one]
        if len(values) > len(allowed) or any(value not in allowed for value in values):
            self.wrong(name, self._say("Choose one of those that are offered."))
            return ()
        return values

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        is_on = self._one(name, TEXT_MOST) not in ("", "0")
        self.typed[name] = "1" if is_on else ""
        return is_on

    def octets(self, name: str, most: int) -> bytes:
        """A file as it was sent; b'' where none was."""
        values = self._pairs.get(name, [b""])
        if len(values) > 1:
            self.wrong(name, self._say("This was given twice."))
        if len(values[0]) > most:
            self.wrong(name, self._say("This file is too large: at most {most} octets.", most=most))
            return b""
        return values[0]

    def _one(self, name: str, most: int) -> str:
        values = self._pairs.get(name, [])
        if len(values) > 1:
            self.wrong(name, self._say("This was given twice."))
        raw = values[0] if values else b""
        if len(raw) > 4 * most:
            self.wrong(name, self._say("This is too long: at most {most} characters.", most=most))
            return ""
        try:
            value = raw.decode("utf-8")
        except UnicodeDecodeError:
            self.wrong(name, self._say("This is not text in UTF-8."))
            return ""
        if len(value) > most:
            self.wrong(name, self._say("This is too long: at most {most} characters.", most=most))
        if _UNFIT.search(value):
            self.wrong(name, self._say("There is a character in it that can't be written."))
            return _UNFIT.sub("", value)
        return value


FRENCH: Final = {
    "Write it on one line.": "Écrivez-le sur une seule ligne.",
    "Fill this in.": "Remplissez ce champ.",
    "Write a whole number from {least} to {most}.": "Écrivez un nombre entier de {least} à {most}.",
    "Choose one of those that are offered.": "Choisissez parmi les valeurs proposées.",
    "This was given twice.": "Cette valeur a été donnée deux fois.",
    "This file is too large: at most {most} octets.": (
        "Ce fichier est trop grand : {most} octets au plus."
    ),
    "This is too long: at most {most} characters.": "C’est trop long : {most} caractères au plus.",
    "This is not text in UTF-8.": "Ce n’est pas du texte en UTF-8.",
    "There is a character in it that can't be written.": (
        "Il contient un caractère qui ne s’écrit pas."
    ),
}
