"""The settings of an account that belong to one dialect: [account.highsms] and the like.

In: nothing. Out: dialect -> key -> (reader, default, meaning). Promise: a default does what the
provider does. `callbacks` of the account stands in for each URL that is not set here.
"""

from collections.abc import Mapping

from chappe.config.forms import digits, url
from chappe.config.readers import amount, by_name, choice, flag, many, secret, whole
from chappe.config.schema import Key

ROUTES = ("B", "S", "G", "P")
EVENTS = ("MT", "DLR", "MO", "CLICK")

_URL = url("https://example.org/sms")
_CHARSETS = choice("iso-8859-1", "utf-8")
_INSTEAD = "the account's `callbacks`"

_HIGHSMS = {
    "answers": Key(choice("text", "json"), "text", "Form of the answers on the legacy doors."),
    "token": Key(secret(), None, "What the header `X-AUTH-TOKEN` must hold."),
    "token_needs_hmac": Key(flag(), False, "A token counts only together with a right HMAC."),
    "hmac": Key(
        choice("off", "optional", "required", quotes=False),
        "off",
        "Whether an HMAC is not looked at, checked where there is one, or demanded.",
    ),
    "hmac_algo": Key(
        choice("sha256", "md5"), "sha256", "Algorithm of the deprecated form of the HMAC."
    ),
    "hmac_key": Key(secret(), None, "Key of the recommended form of the HMAC."),
    "api_key": Key(secret(), None, "Key of the deprecated form of the HMAC (APIKEY)."),
    "webhook_url": Key(
        _URL, None, "Where events are posted, unless the call says otherwise.", _INSTEAD
    ),
    "webhook_events": Key(
        many(choice(*EVENTS)), EVENTS, "Which kinds of event the webhook is told."
    ),
    "ret_url": Key(
        _URL, None, "Where status changes are told, unless the call says otherwise.", _INSTEAD
    ),
    "ret_mo_url": Key(
        _URL, None, "Where replies are told, unless the call says otherwise.", _INSTEAD
    ),
    "mo_method": Key(choice("GET", "POST"), "GET", "Method of the call to `ret_mo_url`."),
    "mo_status": Key(
        choice("INCOMING", "RECEIVED"), "INCOMING", "Status word of a reply on the webhook."
    ),
    "charset": Key(
        _CHARSETS, "iso-8859-1", "Encoding of the values sent to `ret_url` and `ret_mo_url`."
    ),
    "csv_charset": Key(_CHARSETS, "iso-8859-1", "Encoding of the CSV answers."),
    "defer_receipts": Key(
        flag(), False, "Status calls are held back and made in batches ('SR en différé')."
    ),
    "route": Key(
        choice(*ROUTES),
        "S",
        "The route of a call without `route_type`: B marketing, S notification, G international, "
        "P overseas.",
    ),
    "routes": Key(many(choice(*ROUTES)), None, "The routes the account has.", "`route` alone"),
    "route_balances": Key(
        by_name(ROUTES, amount()),
        {},
        "Opening credit of routes with a purse of their own, in euros; booked once.",
        "all routes draw on the account's purse",
    ),
    "add_stop": Key(
        flag(),
        False,
        "A marketing text under a custom sender gets its STOP mention instead of a refusal.",
    ),
}

_OCTOPUSH = {
    "receipts_url": Key(_URL, None, "Where receipts are pushed.", _INSTEAD),
    "stops_url": Key(_URL, None, "Where opt-outs are pushed.", _INSTEAD),
    "replies_url": Key(_URL, None, "Where replies are pushed.", _INSTEAD),
    "parts_of_137": Key(
        flag(), False, "Parts of a long text hold 137 characters, as old clients count."
    ),
    "lowcost_mention": Key(
        flag(), False, "Type XXX needs its STOP mention; without one: error 122."
    ),
    "lowcost_one_part": Key(
        flag(), False, "Type XXX is bound to a single SMS; a longer text: error 119."
    ),
    "lowcost_receipts": Key(flag(), False, "Receipts of type XXX are pushed as well."),
}

_SMSMODE = {
    "notification_url": Key(
        _URL, None, "Where statuses are told, unless the call says otherwise.", _INSTEAD
    ),
    "reply_url": Key(_URL, None, "Where replies are told, unless the call says.", _INSTEAD),
    "charset": Key(
        choice("iso-8859-15", "utf-8"), "iso-8859-15", "Encoding of what callbacks tell."
    ),
    "tell_cost": Key(flag(), False, "Status notifications carry `cost`, as later editions do."),
    "marketing_sender": Key(
        choice("custom", "short-code"),
        "custom",
        "Sender of a marketing text with an `emetteur`: that one, or the short code instead.",
    ),
    "caller": Key(
        digits(3, 15, "a phone number"),
        None,
        "The number that voice calls come from, in international form without `+`.",
        "the short code",
    ),
    "call_again_min": Key(
        many(whole(1, 1440, "minutes"), 10),
        (5, 15),
        "Minutes to wait before each further try of a call that nobody took.",
    ),
}

_ISENDPRO = {
    "receipts_url": Key(_URL, None, "Where receipts are told.", _INSTEAD),
    "replies_url": Key(_URL, None, "Where replies are told.", _INSTEAD),
    "may_drop_stop": Key(flag(), False, "`nostop=1` is allowed; else it is refused with 36."),
    "may_look_up": Key(flag(), True, "`getHLR=1` is allowed; else it is refused with 41."),
    "azur": Key(
        digits(3, 15, "a phone number"),
        None,
        "The SMS Azur number that `numAzur=1` sends from.",
        "the short code",
    ),
}

_SMSFACTOR = {
    "inbox_url": Key(_URL, None, "Where replies are pushed.", _INSTEAD),
}

DIALECTS: Mapping[str, Mapping[str, Key]] = {
    "highsms": _HIGHSMS,
    "octopush": _OCTOPUSH,
    "smsmode": _SMSMODE,
    "isendpro": _ISENDPRO,
    "smsfactor": _SMSFACTOR,
}
