"""The sandbox: an API for those who test their own software against this installation."""

from typing import Final

PATH: Final = "/sandbox/"
