"""The service that knows which operator serves a number, where the file names one.

In: what the file says of it. Out: whom to ask; None where nobody is named. Promise: it is closed
with the node.
"""

from contextlib import AsyncExitStack

from chappe.config import LookupConfig
from chappe.doors.calls.enquirer import Enquirer, EnquirySheet
from chappe.engine.enquire import Enquire
from chappe.node.directory import CannotStart
from chappe.words.clock import Clock


def enquiring(said: LookupConfig | None, clock: Clock, opened: AsyncExitStack) -> Enquire | None:
    """Whom to ask."""
    if said is None:
        return None
    sheet = EnquirySheet(said.url, said.key.reveal(), said.timeout_s, said.cache_h)
    try:
        enquirer = Enquirer(clock, sheet)
    except ValueError as fault:
        raise CannotStart(f"The service of [lookup]: {fault}.") from fault
    opened.push_async_callback(enquirer.close)
    return enquirer.enquire
