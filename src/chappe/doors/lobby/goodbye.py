"""The last word over a connection: nothing more is said, and the client may still read.

In: a transport that can be closed by halves. Out: nothing. Promise: a client that is gone already,
which the loop may not know yet, is no fault.
"""

import asyncio


def say_no_more(transport: asyncio.Transport) -> None:
    """To close with input unread would reset the line, before the client has read the answer."""
    try:
        transport.write_eof()
    except OSError:
        transport.abort()
