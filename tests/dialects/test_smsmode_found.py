"""sMsmode, what became of sendings: which one status several make, and how far lists go.

The tables are typed from the contract and the provider's document, and from nothing of ours.
"""

from collections.abc import Mapping, Sequence

import msgspec
import pytest

from chappe.dialects import smsmode
from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import GivenCall
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal
from chappe.words.asked import OrdersWanted
from chappe.words.exchange import Request
from chappe.words.found import Campaign
from chappe.words.lifecycle import Reason, State
from chappe.words.news import Message, Reply, answers_nothing

NOW = 1_795_165_200_000
SONIA = Account(id=1, login="sonia")
NOTHING = answers_nothing(
    Reply(
        id=0,
        at=NOW,
        number=33639980000,
        code="",
        text="",
        operator="",
        account=1,
        message=0,
        stop=0,
    )
)

# Each status of the annex that ours come to -> how one stands that has it.
STANDS = {
    0: (State.sent, Reason.none),
    1: (State.queued, Reason.none),
    2: (State.failed, Reason.in_doubt),
    10: (State.scheduled, Reason.none),
    11: (State.delivered, Reason.none),
    13: (State.sent, Reason.buffered),
    14: (State.delivered, Reason.hung_up),
    16: (State.delivered, Reason.heard),
    21: (State.undelivered, Reason.deleted),
    22: (State.undelivered, Reason.rejected),
    34: (State.undelivered, Reason.unknown_network),
    35: (State.undelivered, Reason.none),
    36: (State.undelivered, Reason.form),
    37: (State.expired, Reason.validity),
    38: (State.refused, Reason.too_long),
    999: (State.unknown, Reason.silent),
    3501: (State.sent, Reason.network),
    3502: (State.sent, Reason.absent),
    3503: (State.sent, Reason.memory_full),
    3504: (State.sent, Reason.ported),
    3521: (State.undelivered, Reason.network),
    3522: (State.undelivered, Reason.npai),
    3523: (State.undelivered, Reason.memory_full),
    3524: (State.undelivered, Reason.blocked),
    3525: (State.undelivered, Reason.content),
    3526: (State.undelivered, Reason.ported),
    3560: (State.refused, Reason.no_route),
    3599: (State.undelivered, Reason.operator_credit),
    3998: (State.refused, Reason.bad_number),
    3999: (State.refused, Reason.opted_out),
}
# What compteRendu has instead of a status that it does not write.
INSTEAD = {
    3560: 34,
    3998: 34,
    36: 2,
    38: 2,
    999: 0,
    **dict.fromkeys((3501, 3502, 3503, 3504), 13),
    **dict.fromkeys((21, 22, 37), 35),
    **dict.fromkeys((3521, 3522, 3523, 3524, 3525, 3526, 3599, 3999), 35),
}


def said(call: str, messages: Sequence[Message]) -> str:
    found = Campaign(id=1, at=NOW, reference="", facts={}, messages=messages)
    opened = Opened(Claim(), GivenCall({}, True), call)
    written = smsmode.ACTIONS[call].write(found, opened, SONIA)
    return written.body.decode("iso-8859-15")


def message(status: int, parts: str = "") -> Message:
    state, reason = STANDS[status]
    return msgspec.structs.replace(NOTHING, state=state, reason=reason, parts_known=parts)


def whole(*statuses: int) -> int:
    """What smsStatus says of recipients that stand so."""
    return int(said("status_of", [message(one) for one in statuses]).partition(" ")[0])


@pytest.mark.parametrize("status", STANDS)
def test_each_status_is_written_by_both_calls(status: int) -> None:
    """S27: smsStatus has 39 for 35, compteRendu ten of them."""
    assert whole(status) == whole(status, status) == (39 if status == 35 else status)
    shown = INSTEAD.get(status, status)
    assert said("report", [message(status)]) == f"33639980000 {shown}\n"


SEVERAL: Mapping[int, Sequence[tuple[int, ...]]] = {
    15: [(11, 0), (11, 1), (11, 10), (11, 13), (11, 3522), (11, 999), (16, 14), (16, 3523, 1)],
    12: [(13, 0), (13, 1), (13, 3522), (13, 3502), (14, 3523), (14, 13), (14, 1), (13, 999)],
    50: [(3521, 3522), (21, 37), (3998, 3560), (3999, 35, 3599), (36, 38), (2, 22), (34, 3524)],
    1: [(1, 0), (1, 3522), (10, 3998), (10, 1), (1, 999), (1, 3502, 35)],
    0: [(0, 3522), (0, 999), (999, 3522), (3502, 3522), (3501, 3503), (0, 3504, 35)],
}


@pytest.mark.parametrize(
    ("status", "stand"), [(status, stand) for status, rows in SEVERAL.items() for stand in rows]
)
def test_several_make_one_status_in_whatever_order(status: int, stand: Sequence[int]) -> None:
    """S27: some 11, some not; else some 13 or 14; all failed but differently; some wait; else 0."""
    assert whole(*stand) == whole(*reversed(stand)) == whole(*stand, *stand) == status


@pytest.mark.parametrize(
    ("parts", "status"), {"": 3522, "xx": 3522, "dx": 15, "x.": 3522, "xd": 15, ".d": 15}.items()
)
def test_parts_that_came_beside_others_that_did_not_are_partly(parts: str, status: int) -> None:
    """S27, S21: as several recipients are; in the report it failed."""
    lost = message(3522, parts)
    assert said("status_of", [lost]).startswith(f"{status} | ")
    assert said("report", [lost]) == "33639980000 35\n"
    assert said("status_of", [lost, message(3523)]).startswith(f"{15 if status == 15 else 50} | ")
    assert said("status_of", [message(11, "dd")]).startswith("11 | ")


def page(query: str) -> tuple[int, int] | None:
    """What a list is asked for: how many, and how many are passed over."""
    request = Request("GET", "/http/1.6/smsList.do", f"accessToken=k&{query}".encode(), {}, b"")
    opened = smsmode.identify(request, "list")
    assert isinstance(opened, Opened)
    wanted = smsmode.ACTIONS["list"].read(opened, SONIA, NOW)
    if isinstance(wanted, Refusal):
        return None
    assert isinstance(wanted, OrdersWanted)
    return wanted.page.most, wanted.page.skip


@pytest.mark.parametrize(
    ("query", "wanted"),
    {
        "": (50, 0),
        "offset=1": (1, 0),
        "offset=9999": (9_999, 0),
        "offset=10000": (10_000, 0),
        "offset=10001": (10_000, 0),
        "offset=999999999": (10_000, 0),
        "start=50&offset=150": (150, 50),
        "start=0&offset=00012": (12, 0),
        "offset=0": None,
        "offset=9999999999": None,
        f"start={'9' * 5000}": None,
        "offset=000": None,
        "offset=-1": None,
        "offset=1,5": None,
        "offset=%B2": None,
        "offset=+": None,
        "start=-1": None,
        "start=x&offset=5": None,
    }.items(),
)
def test_lists_show_ten_thousand_at_the_most(query: str, wanted: tuple[int, int] | None) -> None:
    """S13: 0, and what is no number, are refused; what is more than ever shown is the most."""
    assert page(query) == wanted
