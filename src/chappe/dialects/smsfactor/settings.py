"""What may be set of an account for SMSFactor: [account.smsfactor].

In: nothing. Out: data. Promise: a default does what the provider does.
"""

from chappe.words.setting import Setting, SettingsOfDialect, Url

SETTINGS = SettingsOfDialect(
    {
        "inbox_url": Setting(Url(), None, "Where replies are pushed.", "the account's `callbacks`"),
    },
    asks=frozenset({"channel"}),
)
