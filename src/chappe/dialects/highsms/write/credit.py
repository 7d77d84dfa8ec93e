"""Credit: whole SMS per route of the account, -1 where it has no bound.

In: the counts, in the order in which they were asked for. Out: responses. Credit here is no
matter of months and years, so all three figures are the same.
"""

from collections.abc import Iterator

from chappe.dialects.highsms.read.questions import credit_routes
from chappe.dialects.highsms.tables import CREDITS_OF
from chappe.dialects.highsms.write.forms import success, xml
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.exchange import Response
from chappe.words.found import Credit


def write_credits(answer: Credit, opened: Opened[object], account: Account) -> Response:
    """The XML of the legacy door."""
    routes = "".join(
        f"<route><type>{name}</type><credit>{count}</credit>"
        f"<credit_month>{count}</credit_month><credit_year>{count}</credit_year></route>"
        for name, count in _routes(answer, account)
    )
    return xml(f"<credits>{routes}</credits>", account)


def write_campaign_credit(answer: Credit, opened: Opened[object], account: Account) -> Response:
    """The same as JSON."""
    return success(
        {
            "route": [
                {"type": name, "credits": n, "credits_month": n, "credits_year": n}
                for name, n in _routes(answer, account)
            ]
        }
    )


def _routes(answer: Credit, account: Account) -> Iterator[tuple[str, int]]:
    for letter, count in zip(credit_routes(account), answer.counts, strict=True):
        yield CREDITS_OF[letter].name, count
