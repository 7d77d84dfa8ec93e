"""Files that are dropped: read in pieces, told in files, as the shape asks of a dialect."""

from chappe.dialects.highsms.files.read import ENDINGS, read_pieces, survey
from chappe.dialects.highsms.files.told import write_lines, write_refused, write_sums
from chappe.dialects.shape import Files

FILES = Files(ENDINGS, survey, read_pieces, write_refused, write_lines, write_sums)

__all__ = ["FILES"]
