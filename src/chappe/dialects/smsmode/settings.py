"""What may be set of an account for sMsmode: [account.smsmode].

In: nothing. Out: data. Promise: a default does what the provider does.
"""

from chappe.dialects.smsmode.tables.voices import AGAIN_MIN
from chappe.words.setting import Choice, Count, Digits, Flag, Many, Setting, SettingsOfDialect, Url

_INSTEAD = "the account's `callbacks`"

SETTINGS = SettingsOfDialect(
    {
        "notification_url": Setting(
            Url(), None, "Where statuses are told, unless the call says otherwise.", _INSTEAD
        ),
        "reply_url": Setting(
            Url(), None, "Where replies are told, unless the call says.", _INSTEAD
        ),
        "charset": Setting(
            Choice(("iso-8859-15", "utf-8")), "iso-8859-15", "Encoding of what callbacks tell."
        ),
        "tell_cost": Setting(
            Flag(), False, "Status notifications carry `cost`, in euros, as later editions do."
        ),
        "marketing_sender": Setting(
            Choice(("custom", "short-code")),
            "custom",
            "Sender of a marketing text with an `emetteur`: that one, or the short code instead.",
        ),
        "caller": Setting(
            Digits(3, 15, "a phone number"),
            None,
            "The number that voice calls come from, in international form without `+`.",
            "the short code",
        ),
        "key_days": Setting(
            Count(1, 3_650, "days"),
            None,
            "How long a key is taken that `createAuthorisation` made.",
            "until it is revoked",
        ),
        "call_again_min": Setting(
            Many(Count(1, 1440, "minutes"), 10),
            AGAIN_MIN,
            "Minutes to wait before each further try of a call that nobody took.",
        ),
    },
    asks=frozenset({"channel"}),
)
