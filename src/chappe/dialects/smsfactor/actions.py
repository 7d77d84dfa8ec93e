"""What can be asked of SMSFactor: each action with its reader and its writer."""

from chappe.dialects.shape import Actions, action, question
from chappe.dialects.smsfactor.read import purchased, read_report, read_send, reads_on
from chappe.dialects.smsfactor.tables import REPORT, SEND
from chappe.dialects.smsfactor.write import write_report, write_send

ACTIONS: Actions = {
    SEND: action(reads_on(read_send), write_send, purchased),
    REPORT: question(reads_on(read_report), write_report),
}
