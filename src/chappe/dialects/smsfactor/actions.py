"""What can be asked of SMSFactor: each action with its reader and its writer."""

from collections.abc import Mapping

from chappe.dialects.shape import Action, action
from chappe.dialects.smsfactor.read import purchased, read_report, read_send, reads_on
from chappe.dialects.smsfactor.tables import REPORT, SEND
from chappe.dialects.smsfactor.write import write_report, write_send

ACTIONS: Mapping[str, Action] = {
    SEND: action(reads_on(read_send), write_send, purchased),
    REPORT: action(reads_on(read_report), write_report),
}
