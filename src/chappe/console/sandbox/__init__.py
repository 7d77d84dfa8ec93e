"""The sandbox: an API for those who test their own software against this installation.

In: requests of programs, with a key of an account. Out: JSON. Promise: it sees and touches that
account alone.
"""

from typing import Final

PATH: Final = "/sandbox/"
