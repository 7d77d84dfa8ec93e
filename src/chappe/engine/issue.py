"""Issuing keys: whoever is proved gets one more way to be proved.

In: an account. Out: a key, shown this once. Promise: it works at once, and costs one insert; no
other key, and nobody's remembered proof, is touched.
"""

import secrets
import string

from chappe.engine.decline import closed_for_now, or_not_now
from chappe.engine.desk import Desk
from chappe.store.contract.family import KeptKey
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.family import KEY_LENGTH, KEYS_MOST, MadeKey, MakeKey

_LETTERS = string.ascii_letters + string.digits
_ID_BYTES = 8


@or_not_now
async def make_key(
    desk: Desk, account: Account, dialect: str, wanted: MakeKey
) -> MadeKey | Refusal:
    """A key beside all that there are."""
    accounts, now = desk.accounts, desk.clock.now()
    if trouble := closed_for_now(desk):
        return Refusal((trouble,))
    if accounts.keyring.count(account.id) >= KEYS_MOST:
        return Refusal((Trouble.queue_full,))
    plain = "".join([secrets.choice(_LETTERS) for _ in range(KEY_LENGTH)])
    digest = accounts.key_digest(wanted.kind, plain)
    made = MadeKey(secrets.token_hex(_ID_BYTES), plain, now, wanted.ends)
    kept = KeptKey(digest, made.id, account.id, wanted.kind, now, wanted.ends)
    await accounts.keyring.add(kept)
    if accounts.is_closed(account.id):  # it was meanwhile
        await accounts.keyring.drop([kept])
        return Refusal((Trouble.account_closed,))
    return made
