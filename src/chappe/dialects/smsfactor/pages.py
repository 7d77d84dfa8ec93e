"""The schemas, as they are served to whoever asks.

In: the files beside this one. Out: path -> response.
"""

from collections.abc import Mapping
from importlib.resources import files

from chappe.dialects.smsfactor.tables import SCHEMAS
from chappe.words.exchange import Response

_TYPE = "text/xml; charset=UTF-8"


def _read(name: str) -> Response:
    return Response(files(__package__).joinpath(name).read_bytes(), _TYPE)


PAGES: Mapping[str, Response] = {path: _read(name) for path, name in SCHEMAS.items()}
