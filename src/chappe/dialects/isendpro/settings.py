"""What may be set of an account for iSendPro: [account.isendpro].

In: nothing. Out: data. Promise: a default does what the provider does.
"""

from chappe.words.setting import Digits, Flag, Setting, SettingsOfDialect, Url

_INSTEAD = "the account's `callbacks`"

SETTINGS = SettingsOfDialect(
    {
        "receipts_url": Setting(Url(bare=True), None, "Where receipts are told.", _INSTEAD),
        "replies_url": Setting(Url(bare=True), None, "Where replies are told.", _INSTEAD),
        "may_drop_stop": Setting(
            Flag(), False, "`nostop=1` is allowed; else it is refused with 36."
        ),
        "may_look_up": Setting(Flag(), True, "`getHLR=1` is allowed; else it is refused with 41."),
        "azur": Setting(
            Digits(3, 15, "a phone number"),
            None,
            "The SMS Azur number that `numAzur=1` sends from.",
            "the short code",
        ),
    },
)
