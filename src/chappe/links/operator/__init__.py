"""The simulated operator: its mind, and its two bodies.

In: parts. Out: what a real operator would send back, as the number, the weather or a handset wills.
`mind` decides, and keeps the log; `inside` is the body that lives in the node, one for texts and
one for calls; `centre` stands
behind a port and speaks SMPP with whoever comes. Both bodies wait by `timed`.
"""

from chappe.links.operator.inside.calls import CallsLink
from chappe.links.operator.inside.link import OperatorLink
from chappe.links.operator.inside.settings import OperatorSettings
from chappe.links.operator.mind.judgement import Mind, Weather

__all__ = ["CallsLink", "Mind", "OperatorLink", "OperatorSettings", "Weather"]
