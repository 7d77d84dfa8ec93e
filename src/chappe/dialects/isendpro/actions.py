"""What can be asked of iSendPro: each action with its reader and its writer."""

from chappe.dialects.isendpro.read import read_count, read_send
from chappe.dialects.isendpro.read.directories import read_add, read_create, read_remove
from chappe.dialects.isendpro.read.questions import (
    read_bar,
    read_campaigns,
    read_credit,
    read_look_up,
    read_report,
)
from chappe.dialects.isendpro.tables.paths import (
    ADD,
    BAR,
    CAMPAIGNS,
    COUNT,
    CREATE,
    CREDIT,
    LOOK_UP,
    REMOVE,
    REPORT,
    SEND,
)
from chappe.dialects.isendpro.write.answers import (
    write_added,
    write_barred,
    write_created,
    write_credit,
    write_looked_up,
    write_removed,
)
from chappe.dialects.isendpro.write.report import write_campaigns, write_report
from chappe.dialects.isendpro.write.sent import write_counted, write_sent
from chappe.dialects.shape import Actions, action, question

ACTIONS: Actions = {
    SEND: action(read_send, write_sent),
    COUNT: question(read_count, write_counted),
    CREDIT: question(read_credit, write_credit),
    CREATE: action(read_create, write_created),
    ADD: action(read_add, write_added),
    REMOVE: action(read_remove, write_removed),
    REPORT: question(read_report, write_report),
    CAMPAIGNS: question(read_campaigns, write_campaigns),
    LOOK_UP: action(read_look_up, write_looked_up),
    BAR: action(read_bar, write_barred),
}
