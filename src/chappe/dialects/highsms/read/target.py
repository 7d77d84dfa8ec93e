"""Where `%URL%` leads: `target_url`, with variables of its own.

In: what a message says and wishes. Out: a Target, None where the message has no short URL. Whether
an address may be led to is found out once its variables are filled in.
"""

from collections.abc import Mapping

from chappe.dialects.highsms.read.call import URL_MARK, Said
from chappe.dialects.highsms.read.words import unhexed
from chappe.words.order import Target

Params = Mapping[str, str]


def read_target(said: Said, wishes: Mapping[str, str], text: str) -> Target | None:
    """Only where the text has a place for the short URL."""
    url = wishes.get("target_url", "")
    if not url or URL_MARK not in text:
        return None
    params = [_own(one, said) for one in said.params] if any(said.params) else ()
    # However often it was escaped on its way: nobody means `&amp;` in an address.
    return Target(url.replace("&amp;", "&"), URL_MARK, params, _own(said.shared, said) or {})


def _own(params: Params | None, said: Said) -> Params | None:
    """Beside a `binary`, variables in hex belong to the text, those in letters to the address."""
    if not params or not said.binary:
        return params
    return {name: value for name, value in params.items() if not _is_hex(name, value)}


def _is_hex(name: str, value: str) -> bool:
    return bool(unhexed(name)) and (not value or unhexed(value) is not None)
