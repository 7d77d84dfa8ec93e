"""What may be set of an account for Octopush: [account.octopush].

In: nothing. Out: data. Promise: a default does what the provider does.
"""

from chappe.words.setting import Flag, Setting, SettingsOfDialect, Url

_INSTEAD = "the account's `callbacks`"

SETTINGS = SettingsOfDialect(
    {
        "receipts_url": Setting(Url(), None, "Where receipts are pushed.", _INSTEAD),
        "stops_url": Setting(Url(), None, "Where opt-outs are pushed.", _INSTEAD),
        "replies_url": Setting(Url(), None, "Where replies are pushed.", _INSTEAD),
        "parts_of_137": Setting(
            Flag(), False, "Parts of a long text hold 137 characters, as old clients count."
        ),
        "lowcost_mention": Setting(
            Flag(), False, "Type XXX needs its STOP mention; without one: error 122."
        ),
        "lowcost_one_part": Setting(
            Flag(), False, "Type XXX is bound to a single SMS; a longer text: error 119."
        ),
        "lowcost_receipts": Setting(Flag(), False, "Receipts of type XXX are pushed as well."),
    },
    asks=frozenset({"topup_pending"}),
)
