"""How a centre behaves: what its operator chose, and its bounds.

In: nothing. Out: `SmscSettings`. Promise: everything has a bound, and a default that suits tests.
"""

from typing import Final

import msgspec

from chappe.links.operator.centre.deliver.pdus import IdNotation, ReceiptForm
from chappe.links.operator.mind.journal import LOG_MAX
from chappe.links.operator.mind.judgement import FAIR, Weather
from chappe.links.smpp.pdus.stream import PDU_MAX
from chappe.words.clock import SECOND

OWED_MAX: Final = 200_000
"""How many receipts and replies may be owed before the centre throttles everybody."""


class SmscSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that may be chosen. Times are milliseconds."""

    name: str = "chappe-smsc"  # its own system_id
    system_id: str | None = None  # None: any
    password: str | None = None  # None: any
    answer_ms: int = 0
    receipt_ms: int = 50
    retry_ms: int = 500  # after a receipt was not taken; twice as long each time
    deliver_ms: int = 10 * SECOND  # for the answer to a receipt or reply
    bind_ms: int = 10 * SECOND
    enquire_ms: int = 30 * SECOND
    id_form: IdNotation = "decimal"
    receipt_id_form: IdNotation | None = None  # None: that of the answers
    receipt_form: ReceiptForm = "both"
    rate: float = 0.0  # submits per second of a system_id before it is throttled; 0 is no bound
    window: int = 1_000  # submits of a connection that may wait for their answer
    deliver_window: int = 500  # receipts and replies that a connection may leave unanswered
    connections_max: int = 100
    pdu_max: int = PDU_MAX
    owed_max: int = OWED_MAX
    log_max: int = LOG_MAX
    seed: int | None = None
    weather: Weather = FAIR
