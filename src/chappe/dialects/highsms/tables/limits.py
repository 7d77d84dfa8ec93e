"""Limits of HighSMS. In: nothing. Out: numbers."""

from collections.abc import Mapping

LIMITS: Mapping[str, int] = {
    "recipients": 10_000,
    "parts": 255,  # what a concatenation header can count
    "nb_sms": 10,
    "sender": 11,
    "field": 1_000,
    "url": 4_000,
    "given": 64,
    "depth": 32,
    "values": 2_000_000,  # of a JSON document: each takes many times its size in memory
    "xml_octets": 100_000_000,  # of a file that is dropped
    "json_octets": 40_000_000,
    "value_octets": 1 << 20,  # of anything in it that must be held whole
    "days": 40,  # how far back replies and clicks are looked for
}
