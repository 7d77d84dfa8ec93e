"""Names of expat's errors, what a document may be made of, and encodings that mean another one.

In: nothing. Out: data.
"""

from collections.abc import Mapping
from xml.parsers import expat

from chappe.dialects.craft.xml_in import Bounds
from chappe.dialects.highsms.tables.limits import FIELDS

XML_ERRORS: Mapping[int, str] = {
    expat.errors.codes[message]: name
    for name, message in vars(expat.errors).items()
    if name.startswith("XML_ERROR_")
}
_KNOWN = FIELDS | {"push", "message", "text", "binary", "to", "param", "var", "value"}
# 10,000 recipients with a score of variables each are half of it.
CALL_BOUNDS = Bounds(nodes=1_500_000, known=_KNOWN, doctype=True)
FILE_BOUNDS = Bounds(nodes=25_000_000, known=_KNOWN, doctype=True)
# Where a document is no UTF-8. Whoever declares ASCII, or nothing, and sends more means this one.
AS_ANOTHER: Mapping[str, str] = {"": "iso-8859-1", "us-ascii": "iso-8859-1"}
