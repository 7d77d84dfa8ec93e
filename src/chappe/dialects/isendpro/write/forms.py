"""The XML of iSendPro: no line break anywhere, in the encoding that its declaration names.

In: names with what they hold. Out: elements, and whole answers.
"""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape

from chappe.dialects.craft.xml_out import UNFIT
from chappe.dialects.isendpro.tables.errors import Coded
from chappe.dialects.isendpro.tables.paths import LIMITS
from chappe.words.exchange import Response

_ENCODING, _OF_CREDIT = "ISO-8859-1", "ISO-8859-15"
_BREAKS = re.compile(r"[\r\n]")


def answer(inside: str, encoding: str = _ENCODING) -> Response:
    """All that is said, in `<etat>`. Letters that the encoding lacks are written by their
    numbers."""
    document = f'<?xml version="1.0" encoding="{encoding}"?><etat>{inside}</etat>'
    return Response(document.encode(encoding, "xmlcharrefreplace"), f"text/xml; charset={encoding}")


def credit(inside: str) -> Response:
    return answer(inside, _OF_CREDIT)


def told(said: Coded, place: str = "", tel: str | None = None, *between: str) -> str:
    """A code, what it is about, and its sentence."""
    about = "".join(between) + (f"<tel{place}>{tel}</tel{place}>" if tel is not None else "")
    return (
        f"<code{place}>{said.code}</code{place}>{about}<message{place}>{said.sentence}"
        f"</message{place}>"
    )


def shown(given: str) -> str:
    """A number as it was given, but for line breaks: no answer has any."""
    return escape(_BREAKS.sub("", UNFIT.sub("", given[: LIMITS["told"]])))


def listed(places: Iterable[str], ones: Iterable[str]) -> str:
    """What is said of each of several numbers, which all bear their X."""
    return "".join(
        [f"<etat{place}>{one}</etat{place}>" for place, one in zip(places, ones, strict=True)]
    )
