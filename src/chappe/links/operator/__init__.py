"""The simulated operator: its mind (`script`), and its two bodies.

In: parts. Out: what a real operator would send back, as the number, the weather or a handset wills.
`link` lives inside the node; `smsc` stands behind a port and speaks SMPP with whoever comes.
"""

from chappe.links.operator.link import OperatorLink
from chappe.links.operator.script import Mind, Weather

__all__ = ["Mind", "OperatorLink", "Weather"]
