"""Names of expat's errors, and of the encodings that a document may declare.

In: nothing. Out: data.
"""

from collections.abc import Mapping
from xml.parsers import expat

XML_ERRORS: Mapping[int, str] = {
    expat.errors.codes[message]: name
    for name, message in vars(expat.errors).items()
    if name.startswith("XML_ERROR_")
}
XML_ENCODINGS: Mapping[str, str] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "us-ascii": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
}
