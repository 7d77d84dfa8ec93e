"""Who asks in the properties of kinds: an account for each thing that an account may be.

In: a dialect's name. Out: the accounts as a file has them, and that file's variants: other prices,
other routes, other limits of the same accounts. Promise: each login has the password `word-LOGIN`
and the key `key-LOGIN`, and all but those that are meant to be poor can pay.
"""

from collections.abc import Mapping, Sequence

from tests.conformance.runner import CUSTOMER

# By login, what the file says of it beside its secrets and its credit.
COMMON: Mapping[str, str] = {
    "plain": "",
    "any": 'hours = "any"',
    "legal": 'hours = "legal"\nchannel = "marketing"',
    "note": 'channel = "notification"',
    "market": 'channel = "marketing"\nshort_code = "38000"',
    "rated": "rate = 2",
    "child": 'parent = "rated"\npays_from = "plain"',
    "senders": 'senders = ["ACME", "Bob"]',
    "queued": "queue_max = 3",
    "free": "post_paid = true",
    "poor": "topup_pending = true",
    "belge": 'countries = ["BE", "DE"]',
    "told": f'callbacks = "http://{CUSTOMER}/told"',
    "away": 'ips = ["192.0.2.0/24"]',
    "shut": 'state = "suspended"',
}
BALANCES: Mapping[str, str] = {"poor": "0.30", "free": "0.00"}

OWN: Mapping[str, Mapping[str, str]] = {
    "highsms": {
        "own": f'routes = ["S", "B", "G"]\nroute = "B"\nadd_stop = true\n'
        f'webhook_url = "http://{CUSTOMER}/hook"',
        "bare": 'route = "B"\nanswers = "json"\nroute_balances = { B = "0.50" }',
        "signed": 'hmac = "optional"\nhmac_key = "key-to-sign"',
        "signs": 'hmac = "required"\nhmac_key = "key-to-sign"\ntoken = "token-of-signs"',
        "token": 'token = "token-of-token"\ntoken_needs_hmac = false\nroutes = ["S", "G"]',
    },
    "octopush": {
        "own": "parts_of_137 = true\nlowcost_mention = true\nlowcost_one_part = true\n"
        f'receipts_url = "http://{CUSTOMER}/receipts"',
        "stops": f'stops_url = "http://{CUSTOMER}/stops"\nlowcost_receipts = true',
    },
    "isendpro": {
        "own": f'may_drop_stop = true\nazur = "33170000000"\n'
        f'receipts_url = "http://{CUSTOMER}/receipts"',
    },
    "smsmode": {
        "own": f'marketing_sender = "short-code"\nnotification_url = "http://{CUSTOMER}/own"',
    },
    "smsfactor": {"own": f'inbox_url = "http://{CUSTOMER}/inbox"'},
}

_LINKS = '\n[[link]]\nname = "other"\nkind = "operator"\nrate = 3\n'
_CHEAP = (
    '\n[[price]]\nchannel = ["marketing", "notification"]\ncountry = "FR"\nprice = "0.01"\n'
    '[[price]]\nchannel = "international"\ncountry = ["france", "near"]\nprice = "0.07"\n'
)
_BY_NUMBER = (
    '\n[[route]]\nlinks = ["other", "sim"]\noperator = ["20801", "20815"]\n'
    '[[route]]\nlinks = ["sim"]\nchannel = ["notification", "marketing"]\n'
)
_BY_SENDER = (
    '\n[[route]]\nlinks = ["other"]\nsender = ["ACME"]\n'
    '[[route]]\nlinks = ["sim", "other"]\naccount = ["plain", "any", "told", "own", "poor"]\n'
    '[[route]]\nlinks = ["sim"]\nchannel = "notification"\n'
)
# What the accounts say otherwise, and what stands behind them.
_OTHERWISE: Sequence[tuple[Mapping[str, str], str]] = (
    ({}, ""),
    ({}, _CHEAP),
    ({}, _BY_NUMBER),
    ({"plain": "rate = 1", "any": 'senders = ["Bob"]'}, _BY_SENDER),
    ({"plain": 'state = "suspended"', "rated": 'state = "suspended"', "own": 'hours = "any"'}, ""),
    ({"told": f'callbacks = "http://{CUSTOMER}/again"', "plain": "queue_max = 2"}, _CHEAP),
)
VARIANTS = range(len(_OTHERWISE))


# Those of sound stories.
SOUND = ("plain", "any", "own", "legal", "told", "rated", "child", "poor", "free", "senders")


def logins_of(dialect: str) -> list[str]:
    return [*COMMON, *OWN[dialect]]


def file_of(dialect: str, variant: int = 0) -> str:
    """What stands behind the settings that all share."""
    otherwise, more = _OTHERWISE[variant]
    said = [
        _account(login, otherwise.get(login, COMMON.get(login, "")), dialect)
        for login in logins_of(dialect)
    ]
    return "".join((_LINKS, *said, more))


def _account(login: str, facts: str, dialect: str) -> str:
    own = OWN[dialect].get(login, "")
    table = f"[account.{dialect}]\n{own}\n" if own else ""
    return (
        f'\n[[account]]\nlogin = "{login}"\nemail = "{login}@example.org"\n'
        f'password = "word-{login}"\napi_keys = ["key-{login}"]\n'
        f'balance = "{BALANCES.get(login, "1000.00")}"\n{facts}\n{table}'
    )
