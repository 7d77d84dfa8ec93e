"""Files that are dropped: read in pieces, told in files, as the shape asks of a dialect."""

from chappe.dialects.highsms.files.read import ENDINGS, identify, read_pieces
from chappe.dialects.highsms.files.told import write_lines, write_refused, write_sums, write_taken
from chappe.dialects.highsms.tables.paths import NAME
from chappe.dialects.shape import FILE, Files, action

FILES = Files(
    NAME,
    ENDINGS,
    {FILE: action(read_pieces, write_taken)},
    identify,
    write_refused,
    write_lines,
    write_sums,
)

__all__ = ["FILES"]
