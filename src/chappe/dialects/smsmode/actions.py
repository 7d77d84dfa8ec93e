"""What can be asked of sMsmode: each action with its reader and its writer."""

from chappe.dialects.shape import Actions, action, question
from chappe.dialects.smsmode.read import read_send, read_unicode
from chappe.dialects.smsmode.read.batch import read_batch_of
from chappe.dialects.smsmode.read.book import read_contact
from chappe.dialects.smsmode.read.family import (
    read_authorise,
    read_child,
    read_no_child,
    read_transfer,
)
from chappe.dialects.smsmode.read.questions import (
    read_credit,
    read_delete,
    read_list,
    read_one,
    read_responses,
)
from chappe.dialects.smsmode.read.voice import read_voice
from chappe.dialects.smsmode.tables.paths import (
    AUTHORISE,
    BATCH,
    CHILD,
    CONTACT,
    CREDIT,
    DELETE,
    LIST,
    NO_CHILD,
    REPORT,
    RESPONSES,
    SEND,
    STATUS_OF,
    TRANSFER,
    UNICODE,
    VOICE,
)
from chappe.dialects.smsmode.write.answers import (
    write_child,
    write_contact,
    write_credit,
    write_deleted,
    write_no_child,
    write_sent,
    write_transfer,
)
from chappe.dialects.smsmode.write.authorised import write_key
from chappe.dialects.smsmode.write.found import (
    write_list,
    write_report,
    write_responses,
    write_status,
)

ACTIONS: Actions = {
    SEND: action(read_send, write_sent),
    UNICODE: action(read_unicode, write_sent),
    BATCH: action(read_batch_of, write_sent),
    VOICE: action(read_voice, write_sent),
    REPORT: question(read_one, write_report),
    STATUS_OF: question(read_one, write_status),
    CREDIT: question(read_credit, write_credit),
    LIST: question(read_list, write_list),
    RESPONSES: question(read_responses, write_responses),
    DELETE: action(read_delete, write_deleted),
    CONTACT: action(read_contact, write_contact),
    TRANSFER: action(read_transfer, write_transfer),
    CHILD: action(read_child, write_child),
    NO_CHILD: action(read_no_child, write_no_child),
    AUTHORISE: action(read_authorise, write_key),
}
