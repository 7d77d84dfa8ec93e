"""The tables of SMSFactor, gathered: paths, elements, limits, statuses, refusals, letters.

In: nothing. Out: data. A file each says what it promises.
"""

from chappe.dialects.smsfactor.tables.bookmark import (
    END,
    HREFS,
    INDICATION,
    OPENING,
    PORTS,
    PUSH,
    SCHEME,
    SI,
    TEXT,
)
from chappe.dialects.smsfactor.tables.letters import SENDER_LETTERS, SENDER_NEEDS
from chappe.dialects.smsfactor.tables.paths import (
    BOOKMARK,
    BOUNDS,
    CHOICE,
    ELEMENTS,
    FLASHES,
    LIMITS,
    LOGINS,
    LONG_SMS,
    NAME,
    NUMBER,
    REFERENCE,
    REFERRED,
    REPORT,
    ROOTS,
    ROUTES,
    SCHEMAS,
    SEND,
    SHORT_CODE,
    UNDEVELOPED,
    VARIABLE,
)
from chappe.dialects.smsfactor.tables.refusals import DONE, ERRORS, REFUSALS, Error, Word
from chappe.dialects.smsfactor.tables.statuses import STATUS
from chappe.dialects.smsfactor.tables.waits import HEARD, RETRY_FOR

__all__ = [
    "BOOKMARK",
    "BOUNDS",
    "CHOICE",
    "DONE",
    "ELEMENTS",
    "END",
    "ERRORS",
    "FLASHES",
    "HEARD",
    "HREFS",
    "INDICATION",
    "LIMITS",
    "LOGINS",
    "LONG_SMS",
    "NAME",
    "NUMBER",
    "OPENING",
    "PORTS",
    "PUSH",
    "REFERENCE",
    "REFERRED",
    "REFUSALS",
    "REPORT",
    "RETRY_FOR",
    "ROOTS",
    "ROUTES",
    "SCHEMAS",
    "SCHEME",
    "SEND",
    "SENDER_LETTERS",
    "SENDER_NEEDS",
    "SHORT_CODE",
    "SI",
    "STATUS",
    "TEXT",
    "UNDEVELOPED",
    "VARIABLE",
    "Error",
    "Word",
]
