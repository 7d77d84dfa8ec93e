"""A WAP push as octets: the ports, the push's own head, and the codes of a service indication.

In: nothing. Out: data, from WAP-167 (service indication), WAP-192 (WBXML), WAP-230 (WSP) and
WAP-259 (ports).
"""

from typing import Final

# A header of 6 octets: 16-bit ports (05), 4 octets of them: to 2948 (push), from 9200.
PORTS: Final = "0605040B8423F0"

# Transaction 1, a push (06), one octet of headers: application/vnd.wap.sic.
PUSH: Final = bytes((0x01, 0x06, 0x01, 0xAE))

# WBXML 1.2, the public id of SI 1.0, UTF-8, no table of strings.
OPENING: Final = bytes((0x02, 0x05, 0x6A, 0x00))
SI: Final = 0x45  # <si> with content
INDICATION: Final = 0xC6  # <indication> with attributes and content
END: Final = 0x01
TEXT: Final = 0x03  # a string follows, and a zero

# Attribute `href`, by how it begins; the longest first.
HREFS: Final = (
    ("https://www.", 0x0F),
    ("http://www.", 0x0D),
    ("https://", 0x0E),
    ("http://", 0x0C),
    ("", 0x0B),
)
SCHEME: Final = "http://"  # what a link without a scheme gets
