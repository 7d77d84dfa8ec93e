"""The forms of answers: JSON, CSV, XML.

In: values. Out: responses. CSV and XML are in the account's charset, ISO-8859-1 by default.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from chappe.dialects.highsms.names import LATIN, encoded
from chappe.dialects.highsms.tables.paths import NAME
from chappe.words.account import Account
from chappe.words.exchange import Response

JSON_TYPE = "application/json"

_ENCODER = msgspec.json.Encoder()


def json(value: Any, status: int = 200) -> Response:
    return Response(_ENCODER.encode(value), JSON_TYPE, status)


def success(value: Any) -> Response:
    """What a REST door answers where nothing went wrong."""
    return json({"status": "success", "data": value})


def row(values: Iterable[str]) -> str:
    """One line of CSV, its end included: quoted, `"` doubled, a line break is a blank."""
    line = '";"'.join([value.replace('"', '""') if '"' in value else value for value in values])
    if "\n" in line or "\r" in line:
        line = line.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
    return f'"{line}"\n'


def csv(rows: Iterable[str], account: Account) -> Response:
    charset = charset_of(account)
    return Response(lines(rows, charset), csv_type(charset))


def csv_type(charset: str) -> str:
    return f"text/csv; charset={charset}"


def lines(rows: Iterable[str], charset: str) -> bytes:
    """CSV as it is sent, or stands in a file."""
    return encoded("".join(rows), charset, quote='""')


def xml(elements: str, account: Account) -> Response:
    charset = charset_of(account)
    document = f'<?xml version="1.0" encoding="{charset}"?>{elements}'
    return Response(encoded(document, charset), f"text/xml; charset={charset}")


def charset_of(account: Account) -> str:
    charset: str = account.wish(NAME, "csv_charset", LATIN)
    return charset
