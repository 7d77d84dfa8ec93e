"""What may be set of an account for HighSMS: [account.highsms].

In: nothing. Out: data, and what of it does not go together. Promise: a default does what the
provider does.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from chappe.dialects.highsms.tables.routes import DEFAULT_ROUTE, ROUTE_TYPES
from chappe.dialects.highsms.tables.webhooks import KINDS
from chappe.words.setting import (
    Amount,
    Choice,
    Clash,
    Flag,
    Hidden,
    Many,
    Named,
    Setting,
    SettingsOfDialect,
    Url,
)

_ROUTES: Final = tuple(ROUTE_TYPES)
_CHARSETS: Final = Choice(("iso-8859-1", "utf-8"))
_INSTEAD: Final = "the account's `callbacks`"

_KEYS: Mapping[str, Setting] = {
    "answers": Setting(
        Choice(("text", "json")), "text", "Form of the answers on the legacy doors."
    ),
    "token": Setting(Hidden(identifies=True), None, "What the header `X-AUTH-TOKEN` must hold."),
    "token_needs_hmac": Setting(Flag(), False, "A token counts only together with a right HMAC."),
    "hmac": Setting(
        Choice(("off", "optional", "required"), is_quoted=False),
        "off",
        "Whether an HMAC is not looked at, checked where there is one, or demanded.",
    ),
    "hmac_algo": Setting(
        Choice(("sha256", "md5")), "sha256", "Algorithm of the deprecated form of the HMAC."
    ),
    "hmac_key": Setting(Hidden(), None, "Key of the recommended form of the HMAC."),
    "api_key": Setting(Hidden(), None, "Key of the deprecated form of the HMAC (APIKEY)."),
    "webhook_url": Setting(
        Url(), None, "Where events are posted, unless the call says otherwise.", _INSTEAD
    ),
    "webhook_events": Setting(
        Many(Choice(KINDS)), KINDS, "Which kinds of event the webhook is told."
    ),
    "ret_url": Setting(
        Url(), None, "Where status changes are told, unless the call says otherwise.", _INSTEAD
    ),
    "ret_mo_url": Setting(
        Url(), None, "Where replies are told, unless the call says otherwise.", _INSTEAD
    ),
    "mo_method": Setting(Choice(("GET", "POST")), "GET", "Method of the call to `ret_mo_url`."),
    "mo_status": Setting(
        Choice(("INCOMING", "RECEIVED")), "INCOMING", "Status word of a reply on the webhook."
    ),
    "charset": Setting(
        _CHARSETS, "iso-8859-1", "Encoding of the values sent to `ret_url` and `ret_mo_url`."
    ),
    "csv_charset": Setting(_CHARSETS, "iso-8859-1", "Encoding of the CSV answers."),
    "defer_receipts": Setting(
        Flag(), False, "Status calls are held back and made in batches ('SR en différé')."
    ),
    "route": Setting(
        Choice(_ROUTES),
        DEFAULT_ROUTE,
        "The route of a call without `route_type`: B marketing, S notification, G international, "
        "P overseas.",
    ),
    "routes": Setting(Many(Choice(_ROUTES)), None, "The routes the account has.", "`route` alone"),
    "route_balances": Setting(
        Named(_ROUTES, Amount()),
        {},
        "Opening credit of routes with a purse of their own, in euros; booked once.",
        "all routes draw on the account's purse",
    ),
    "add_stop": Setting(
        Flag(),
        False,
        "A marketing text under a custom sender gets its STOP mention instead of a refusal.",
    ),
}


def _check(values: Mapping[str, Any], given: Collection[str]) -> Iterator[Clash]:
    if values.get("hmac") == "required" and not {"hmac_key", "api_key"}.intersection(given):
        remedy = "Add hmac_key (or api_key for the old form)."
        yield Clash(("hmac",), "'required' needs a key", remedy)
    if "routes" not in values:
        return
    places: dict[tuple[str, ...], str] = {
        ("route_balances", route): route for route in values.get("route_balances", ())
    }
    if "route" in values:
        places["route",] = values["route"]
    for at, route in places.items():
        if route not in values["routes"]:
            yield Clash(at, f"{route!r} is not in routes", "Add it there.")


SETTINGS = SettingsOfDialect(_KEYS, _check)
