"""Looking for messages by what is known of them, with the rights of whoever asks.

In: what is sought, and the accounts that may be seen. Out: a page, the newest first. Promise: of
other accounts nothing is seen, whatever is asked for. Raises StoreAway.
"""

from chappe.engine.desk import Desk
from chappe.engine.look.seen import Seen
from chappe.store.contract.search import Sightings, Sought


async def search(desk: Desk, seen: Seen, sought: Sought) -> Sightings | None:
    """A page; None where it is to begin at a place that another question led to. `seen` None: all
    may be seen, also what their own accounts have deleted."""
    if sought.place is not None and not sought.place.order and not sought.is_indexed:
        return None
    if seen is not None:
        asked = seen if sought.accounts is None else set(seen).intersection(sought.accounts)
        sought = sought._replace(accounts=sorted(asked), deleted=False)
    return await desk.store.search(sought)
