"""What can be asked of Kiosk: each action with its reader and its writer."""

from chappe.dialects.shape import Actions, action, question
from tests.conformance.kiosk.read import read_rehearse, read_send
from tests.conformance.kiosk.write import write_send

ACTIONS: Actions = {
    "send": action(read_send, write_send),
    "rehearse": question(read_rehearse, write_send),
    "mail": action(read_send, write_send),
}
