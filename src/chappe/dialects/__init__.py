"""The dialects, in reading order: the one visible list of what the doors speak."""

from chappe.dialects import highsms, isendpro, octopush, smsfactor, smsmode
from chappe.dialects.shape import Dialect

DIALECTS: tuple[Dialect, ...] = (highsms, octopush, smsmode, isendpro, smsfactor)
