"""The desk at which requests are served: what the verbs work at that a customer asks for.

In: built by the node, on the office and on the verbs that carry on what is begun here. Out: handed
to the verbs. It decides nothing itself.
"""

from collections.abc import Callable, Set

from chappe.engine.admit import Backlog
from chappe.engine.blocks import Blocks
from chappe.engine.dispatch import Dispatch
from chappe.engine.empty import Emptying
from chappe.engine.enquire import Enquire
from chappe.engine.harden import Hardening
from chappe.engine.indulge import Leeway
from chappe.engine.limit import Rates
from chappe.engine.notify import Notify
from chappe.engine.office import Office
from chappe.engine.price import Tariff
from chappe.engine.shorten import Tinies


class Desk:
    """What the office holds, the prices, whoever carries on what was taken here, and whoever knows
    which operator serves a number."""

    def __init__(
        self,
        office: Office,
        dispatch: Dispatch,
        emptying: Emptying,
        notify: Notify,
        tariff: Tariff,
        tinies: Tinies,
        enquire: Enquire,
        expect: Callable[[int], None],
        languages: Set[str] = frozenset(),
    ) -> None:
        self.store = office.store
        self.clock = office.clock
        self.accounts = office.accounts
        self.routes = office.routes
        self.commits = office.commits
        self.counts = office.counts
        self.measures = office.measures
        self.trace = office.trace
        self.disturbing = office.disturbing
        self.background = office.background
        self.dispatch = dispatch
        self.emptying = emptying
        self.notify = notify
        self.tariff = tariff
        self.tinies = tinies
        self.enquire = enquire
        self.expect = expect  # tells the schedule when something is due
        self.languages = languages  # that somebody here speaks
        self.blocks = Blocks(office.store)
        self.hardening = Hardening()
        self.rates = Rates()
        self.backlog = Backlog(office.store, office.clock)
        self.leeway = Leeway(office.clock)
        self.draining = False
        self.paused = False  # by hand: nothing is taken from customers until resumed
        office.commits.listen(self.leeway)

    def apply(self, tariff: Tariff, tinies: Tinies) -> None:
        """What the file says now of prices and short URLs; orders that are being made ready keep
        the short URLs that they began with. Chaos ends: links may be real from now on."""
        self.disturbing.end_all()
        self.tariff, self.tinies = tariff, tinies

    def pause(self) -> None:
        """Take nothing from customers until resumed; what was taken goes on."""
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def drain(self) -> None:
        """Take nothing more: the node is about to stop."""
        self.draining = True
