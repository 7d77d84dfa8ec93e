"""The flat call: a push with one text to one number, in query or form parameters.

In: pairs of bytes. Out: a Push. Text is UTF-8, or ISO-8859-1 where the bytes are not valid UTF-8.
"""

from collections.abc import Mapping

from chappe.dialects.highsms.read.call import Push, Said


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
