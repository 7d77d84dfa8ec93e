"""The simulated operator: its mind (`script`), and the body that lives inside the node (`link`).

In: parts. Out: what a real operator would send back, as the number, the weather or a handset wills.
"""

from chappe.links.operator.link import OperatorLink
from chappe.links.operator.script import Mind, Weather

__all__ = ["Mind", "OperatorLink", "Weather"]
