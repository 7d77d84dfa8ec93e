"""Signing: whether a request was signed with a key that its account shares with us.

In: an account, what it claims to have signed. Out: yes or no. Promise: keys are in plain only here,
in memory; digests are compared in constant time.
"""

import hmac

from chappe.engine.declare import unseal
from chappe.engine.desk import Desk
from chappe.words.account import Account, Proof

_ALGORITHMS = ("sha256", "md5")


class Signatures:
    """Checks signatures, and keeps in memory the plain keys that were needed so far."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._plain: dict[tuple[int, str], tuple[int, bytes]] = {}  # with the account's version

    def holds(self, account: Account, proof: Proof) -> bool:
        """Whether one of the texts, signed with the account's key, gives the signature."""
        key = self._key(account, proof.key)
        if not key or proof.algorithm not in _ALGORITHMS:
            return False
        given = proof.given.strip().lower().encode("utf-8", "replace")
        held = False
        for text in proof.texts:
            signed = text + key if proof.ends_in_key else text
            right = hmac.new(key, signed, proof.algorithm).hexdigest().encode()
            held |= hmac.compare_digest(right, given)
        return held

    def _key(self, account: Account, name: str) -> bytes:
        accounts = self._desk.accounts
        place, version = (account.id, name), accounts.version(account.id)
        known = self._plain.get(place)
        if known is None or known[0] != version:
            sealed = accounts.secrets(account.id).sealed.get(name, "")
            plain = unseal(self._desk, sealed).encode() if sealed else b""
            known = self._plain[place] = (version, plain)
        return known[1]
