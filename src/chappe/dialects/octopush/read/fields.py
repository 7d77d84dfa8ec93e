"""The fields of a call, or of a mail.

In: a request. Out: its fields as text; what is empty is not given. Text is UTF-8; where it can't
be, it is what Windows writes in the west.
"""

import re

from chappe.dialects.octopush.read.mail import subject_and_text
from chappe.words.exchange import Request
from chappe.words.parameters import parameters, query_pairs

_START, _END = "start=start", "&end=end"
_ASKS = ("user_login", "api_key")
_AT = re.compile(r"(?:^|(?<=&))user_login@")  # as the document prints it
_PARAGRAPH_ENDS = re.compile(r"\n(?:[ \t\r]*\n|-- ?\r?\n)")


def fields_of(request: Request) -> dict[str, str]:
    """Query and body as one; the body wins, and of doubled ones the last."""
    try:
        return parameters(request, decode=bytes.decode)
    except UnicodeDecodeError:
        return parameters(request, decode=_text)


def mailed_fields(raw: bytes) -> dict[str, str]:
    """The body's fields, and who asks by the subject."""
    subject, text = subject_and_text(raw)
    fields = _pairs(_form(text))
    asks = _pairs(_AT.sub("user_login=", subject))
    return fields | {name: asks[name] for name in _ASKS if name in asks}


def _form(text: str) -> str:
    """What stands between its two marks; where one is missing, the paragraph that begins with the
    first of them, or the first of all. Line breaks come from whoever carried the mail."""
    joined = _joined(text)
    begin = joined.find(_START)
    end = joined.find(_END, begin) if begin >= 0 else -1
    if end >= 0:
        return joined[begin:end]
    paragraph = text[max(text.find(_START), 0) :].lstrip()
    over = _PARAGRAPH_ENDS.search(paragraph)
    return _joined(paragraph[: over.start()] if over else paragraph).partition(_END)[0]


def _joined(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def _pairs(form: str) -> dict[str, str]:
    pairs = query_pairs(form.encode("utf-8", "replace"))
    return {_text(name): _text(value) for name, value in pairs if value}


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
