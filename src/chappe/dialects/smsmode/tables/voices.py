"""What sMsmode speaks.

In: nothing. Out: data.
"""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Mapping[str, str] = {
    spelled.lower(): spelled for spelled in ("fr-FR", "en-GB", "de-DE", "es-ES")
}
# What is said before a message that has no title of its own.
TITLES: Mapping[str, str] = {
    "fr-FR": "Ceci est un message de sMsmode",
    "en-GB": "This is a message from sMsmode",
    "de-DE": "Dies ist eine Nachricht von sMsmode",
    "es-ES": "Este es un mensaje de sMsmode",
}
AGAIN_MIN: Final = (5, 15)
