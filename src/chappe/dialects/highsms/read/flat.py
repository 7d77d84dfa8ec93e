"""Parameters in query and form, and the flat call in them: a push with one text to one number.

In: a request, or pairs of bytes. Out: its parameters as bytes; a Push. Text is UTF-8, or ISO-8859-1
where the bytes are not valid UTF-8.
"""

from collections.abc import Mapping

from chappe.dialects.highsms.read.call import Push, Said
from chappe.words.exchange import Request
from chappe.words.parameters import Pairs, form_pairs, query_pairs


def parameters_of(request: Request) -> Pairs:
    """All parameters, empty ones too, those of the query first."""
    pairs = query_pairs(request.query)
    return pairs + form_pairs(request) if request.body else pairs


def letters_of(raw: bytes) -> str:
    """UTF-8 where it can be that, else ISO-8859-1, which anything can be."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


def read_fields(given: Mapping[bytes, bytes]) -> dict[str, str]:
    """All parameters, trimmed; an empty one is not given."""
    try:
        return {name.decode(): value.decode().strip() for name, value in given.items()}
    except UnicodeDecodeError:
        return {letters_of(name): letters_of(value).strip() for name, value in given.items()}


def read_flat(given: dict[bytes, bytes]) -> Push:
    """One message to one recipient, taken out of `given`; what is missing is found later."""
    said = Said(text=letters_of(given.pop(b"text", b"")))
    number = letters_of(given.pop(b"to", b""))
    if number.strip():
        said.numbers = [number]
        said.refs = [""]
        said.params = [None]
    fields = read_fields(given)
    if "user_data" in fields:
        fields.setdefault("userdata", fields["user_data"])
    return Push(fields, [said], len(said.numbers), in_query=True)
