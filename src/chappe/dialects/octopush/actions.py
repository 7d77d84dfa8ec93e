"""What can be asked of Octopush: each action with its reader and its writer."""

from chappe.dialects.octopush.read import read_balance, read_credit, read_sms, rehearsed
from chappe.dialects.octopush.tables import (
    BALANCE,
    BALANCE_JSON,
    CREDIT,
    CREDIT_JSON,
    MAILED,
    SIMULATED,
    SIMULATED_JSON,
    SIMULATED_MAIL,
    SMS,
    SMS_JSON,
)
from chappe.dialects.octopush.write import write_balance, write_credit, write_sms
from chappe.dialects.shape import Actions, action, question

_SEND = action(read_sms, write_sms)
_SIMULATE = question(rehearsed, write_sms)

ACTIONS: Actions = {
    SMS: _SEND,
    SMS_JSON: _SEND,
    MAILED: _SEND,
    SIMULATED: _SIMULATE,
    SIMULATED_JSON: _SIMULATE,
    SIMULATED_MAIL: _SIMULATE,
    BALANCE: question(read_balance, write_balance),
    BALANCE_JSON: question(read_balance, write_balance),
    CREDIT: question(read_credit, write_credit),
    CREDIT_JSON: question(read_credit, write_credit),
}
