"""The door of the sandbox: JSON, for programs, on the console's address.

In: requests with a key of an account. Out: JSON.
"""

import msgspec

from chappe.node import Node
from chappe.words.exchange import Request, Response

_NO_SUCH = Response(msgspec.json.encode({"error": "no such path"}), "application/json", 404)


class SandboxDoor:
    """Answers what begins with /sandbox/."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def answer(self, request: Request) -> Response:
        return _NO_SUCH
