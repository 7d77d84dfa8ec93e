"""Whose certificate is shown may change while a door is open.

In: nothing. Out: `Show`. Promise: each handshake asks for itself, as it begins.
"""

import ssl
from collections.abc import Callable
from typing import TypeAlias

Show: TypeAlias = Callable[[], ssl.SSLContext]
