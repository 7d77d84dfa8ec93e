"""Pure translation: the one visible list of dialects, in reading order."""

from chappe.dialects.shape import Dialect

DIALECTS: tuple[Dialect, ...] = ()
