"""The dialects that the tests speak: those of the product, and one that was made to be read.

In: nothing. Out: the list. A dialect is added here by its line, and nothing else need know of it.
"""

from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect
from tests.conformance import kiosk

SPOKEN: tuple[Dialect, ...] = (*DIALECTS, kiosk)
