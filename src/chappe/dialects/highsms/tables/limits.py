"""Limits of HighSMS, what its documents may be made of, and the names that its calls know.

In: nothing. Out: data.
"""

from collections.abc import Mapping
from xml.parsers import expat

from chappe.dialects.craft import json_in, xml_in

# What a push or a message may say of itself; all else is looked over and forgotten.
FIELDS: frozenset[str] = frozenset(
    (
        "accountid",
        "action",
        "class_type",
        "datacoding",
        "ext_id",
        "hmac",
        "name",
        "nb_sms",
        "noone",
        "password",
        "Ref_model",
        "ret_id",
        "ret_mo_url",
        "ret_url",
        "route_type",
        "sender",
        "start_date",
        "start_time",
        "stop_time",
        "target_url",
        "truncature",
        "user_data",
        "userdata",
        "webhook_url",
    )
)
LIMITS: Mapping[str, int] = {
    "recipients": 10_000,
    "parts": 255,  # what a concatenation header can count
    "nb_sms": 10,
    "sender": 11,
    "field": 1_000,
    "params": 1_000,  # of a recipient, and of a message for all of them
    "params_in_all": 200_000,  # of a call
    "url": 4_000,
    "given": 64,
    "vast": 1 << 20,  # octets; of a larger document the head is read first, for who sends it
    "piecewise": 4 << 20,  # octets; larger JSON is decoded some recipients at a time
    "look": 1 << 20,  # how far that head may be from the beginning, in XML
    "xml_octets": 100_000_000,  # of a file that is dropped
    "json_octets": 40_000_000,
    "value_octets": 1 << 20,  # of anything in it that must be held whole
    "days": 40,  # how far back replies and clicks are looked for
}
# Of whatever is decoded whole.
JSON_BOUNDS = json_in.JsonBounds(depth=32, containers=250_000, values=1_000_000)

# Names of expat's errors.
XML_ERRORS: Mapping[int, str] = {
    expat.errors.codes[message]: name
    for name, message in vars(expat.errors).items()
    if name.startswith("XML_ERROR_")
}
_KNOWN = FIELDS | {"push", "message", "text", "binary", "to", "param", "var", "value"}
# 10,000 recipients with a score of variables each are half of it.
CALL_BOUNDS = xml_in.XmlBounds(nodes=1_500_000, known=_KNOWN, doctype=True)
FILE_BOUNDS = xml_in.XmlBounds(nodes=25_000_000, known=_KNOWN, doctype=True)
# Where a document is no UTF-8. Whoever declares ASCII, or nothing, and sends more means this one.
AS_ANOTHER: Mapping[str, str] = {"": "iso-8859-1", "us-ascii": "iso-8859-1"}
