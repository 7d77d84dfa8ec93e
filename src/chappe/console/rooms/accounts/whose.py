"""What all pages of accounts need: which account is meant, where its pages are, its state's badge.

In: a visit. Out: values. Promise: an account that a visitor may not see is as one that is not
there.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from markupsafe import Markup

from chappe.console.routes import segment
from chappe.console.shape import Visit
from chappe.console.tongue import Tongue
from chappe.engine import look
from chappe.store.contract import NEVER
from chappe.words.account import Account
from chappe.words.money import COUNTED, HLR, mills, quotient
from chappe.words.visitor import Right, Role

STATES: Final[Mapping[str, str]] = {
    "active": "good",
    "pending": "waits",
    "suspended": "bad",
    "closed": "odd",
}
_BADGE: Final = Markup('<span class="badge {tone}">{word}</span>')


def address(login: str, *more: str) -> str:
    """Where an account's page is, whatever letters its login has."""
    return "/".join(["/accounts", *[segment(one) for one in (login, *more)]])


def meant(visit: Visit) -> Account | None:
    """The account in the path; None where there is none to be seen."""
    return look.account_seen(visit.node.desk, visit.args[0], visit.seen)


def state_badge(say: Tongue, account: Account) -> Markup:
    return _BADGE.format(tone=STATES[account.state], word=say(account.state))


def in_purse(say: Tongue, purse: str, amount: int) -> str:
    """What is in a purse: euros, or how many where it holds what is counted."""
    if purse != HLR:
        return say.euros(amount)
    return say("{count} look-ups", count=quotient(amount, COUNTED, 0))


def amount_of(text: str) -> int | None:
    """Mills of an amount as people write it, with a point or a comma; None: it is none."""
    plain = "".join(text.replace("€", "").split()).replace(",", ".").removeprefix("+")
    try:
        return mills(plain)
    except ValueError:
        return None


class Powers(NamedTuple):
    """What this visitor may do to one account."""

    runs: bool  # whatever the installation may
    is_own: bool  # it is theirs
    is_child: bool  # it is a child of theirs

    @property
    def keeps_keys(self) -> bool:
        return self.runs or self.is_own


def powers(visit: Visit, account: Account) -> Powers:
    runs = visit.may(Right.run) and not visit.visitor.account
    own = visit.account if visit.visitor.role is Role.owner and visit.may(Right.act) else None
    if own is None:
        return Powers(runs, False, False)
    children = visit.node.accounts.children(own)
    return Powers(runs, account.id == own.id, account.id in children)


async def last_deed(visit: Visit, account: Account) -> int:
    """What was done to it last; a form that books holds this, so that it books once."""
    found = await visit.node.store.deeds(account.id, NEVER, 1)
    return found[0].id if found else 0


async def see_it_is_the_first(visit: Visit, account: Account) -> None:
    """Whether nothing was done since the form was shown; else that is what is wrong with it."""
    if visit.form.text("last") != str(await last_deed(visit, account)):
        visit.form.wrong(
            "",
            visit.say("Something was done to this account meanwhile. Look at it, and send again."),
        )
