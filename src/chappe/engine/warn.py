"""Warning: an account's balance passed below what its owner set.

In: what each commit brought. Out: a line in the log and a count, once until it is above again.
"""

import logging

from chappe.engine.office import Office
from chappe.store.contract import Batch, Settled
from chappe.words.answer import Receipt
from chappe.words.money import euros

log = logging.getLogger("chappe.engine")


class Warn:
    """Watches the balances of all accounts."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._warned: set[int] = set()
        office.commits.listen(self)

    def settled(self, batch: Batch, settled: Settled) -> None:
        """Look at the balances that orders left behind."""
        floors = self._office.accounts.floors
        if not floors:
            return
        for draft, answer in zip(batch.drafts, settled.answers, strict=False):
            floor = floors.get(draft.account)
            if floor is not None and isinstance(answer, Receipt):
                self._look(draft.account, answer.balance, floor)

    def _look(self, account: int, balance: int, floor: int) -> None:
        if balance >= floor:
            self._warned.discard(account)
        elif account not in self._warned:
            self._warned.add(account)
            self._office.counts["low_balances"] += 1
            login = self._office.accounts.login_of(account)
            log.warning(
                "account %s has %s euros left: less than its warn_below", login, euros(balance)
            )
