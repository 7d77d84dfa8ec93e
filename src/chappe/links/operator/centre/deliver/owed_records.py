"""The lines of the log that the centre alone writes, beside those of mind/records.py.

    Q ms ref count login ton npi registered shared            who submitted these references by SMPP
    D due ref n number outcome at sender text ident login ton npi registered
                                                              a receipt by SMPP still owed

In: what is owed, and who asked. Out: lines, and the same again. Promise: that of mind/records.py.
"""

from collections.abc import Sequence

from chappe.links.operator.centre.deliver.owed import Asking, Owed, OwedReceipt, OwedReply
from chappe.links.operator.mind import records
from chappe.links.operator.mind.courses import COURSES
from chappe.links.operator.mind.records import ROWS, escape, unescape


def asked(at: int, ref: int, count: int, asking: Asking, shared: bool = False) -> str:
    """`count` references from `ref` on are of one who asked; `shared`: under one id."""
    return f"Q\t{at}\t{ref}\t{count}\t{_written(asking)}\t{int(shared)}\n"


def receipts_settled(at: int, owed: Sequence[Owed]) -> list[str]:
    head = f"R\t{at}\t"
    return [f"{head}{one.ref}\t{one.n}\n" for one in owed]


def reply_owed(owed: OwedReply) -> list[str]:
    """All of a reply, whichever part of it this is, and whom it is for."""
    whole = (owed.due, owed.ref, owed.number, owed.code, owed.text)
    return [records.arrival_owed(whole), asked(owed.due, owed.ref, 1, owed.asking)]


def receipt_owed(owed: OwedReceipt) -> str:
    return (
        f"D\t{owed.due}\t{owed.ref}\t{owed.n}\t{owed.number}\t{ROWS[owed.outcome]}\t{owed.at}"
        f"\t{escape(owed.sender)}\t{escape(owed.text)}\t{owed.ident}\t{_written(owed.asking)}\n"
    )


def read_asking(fields: Sequence[str]) -> Asking:
    """The four fields of an Asking. Raises ValueError if they are not."""
    login, ton, npi, registered = fields
    return Asking(unescape(login), int(ton), int(npi), int(registered))


def read_receipt_owed(due: int, ref: int, fields: Sequence[str]) -> OwedReceipt:
    """The fields of a D line after its reference. Raises ValueError or LookupError if not."""
    n, number, outcome, at, sender, text, ident, *asking = fields
    row, place = int(outcome), int(n)
    COURSES[row].reports[place]  # a place that there is not is no record of ours
    return OwedReceipt(
        due=due,
        ref=ref,
        n=place,
        number=int(number),
        asking=read_asking(asking),
        ident=int(ident),
        outcome=row,
        sender=unescape(sender),
        at=int(at),
        text=unescape(text),
    )


def _written(asking: Asking) -> str:
    return f"{escape(asking.system_id)}\t{asking.ton}\t{asking.npi}\t{asking.registered}"
