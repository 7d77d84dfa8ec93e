"""What can be asked of Kiosk: each action with its reader and its writer."""

from collections.abc import Mapping

from chappe.dialects.shape import Action, action
from tests.conformance.kiosk.read import read_rehearse, read_send
from tests.conformance.kiosk.write import write_send

ACTIONS: Mapping[str, Action] = {
    "send": action(read_send, write_send),
    "rehearse": action(read_rehearse, write_send),
    "mail": action(read_send, write_send),
}
