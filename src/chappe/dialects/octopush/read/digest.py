"""The digest of some fields, by which a sender sees that nothing was changed on the way.

In: the fields. Out: what is wrong with it, None where it is right or none is asked for.
"""

from collections.abc import Mapping
from hashlib import sha1
from hmac import compare_digest

from chappe.dialects.octopush.tables import DATE_KEY, DIGESTED, LIMITS, Error


def digest_error(fields: Mapping[str, str]) -> Error | None:
    """Many clients let the date add nothing: either digest is right."""
    keys = fields.get("request_keys", "")
    if not keys:
        return None
    given = fields.get("request_sha1", "").strip().lower()
    if not given:
        return Error.no_digest
    if len(keys) > LIMITS["keys"]:
        return Error.wrong_digest
    rights = {_digest(fields, keys), _digest(fields, keys.replace(DATE_KEY, ""))}
    said = given.encode("utf-8", "replace")
    matches = [compare_digest(right.encode(), said) for right in rights]
    return None if any(matches) else Error.wrong_digest


def _digest(fields: Mapping[str, str], keys: str) -> str:
    """Of the values in the keys' order; a letter that is no key adds nothing."""
    digest = sha1(usedforsecurity=False)
    for key in keys:
        digest.update(fields.get(DIGESTED.get(key, ""), "").encode("utf-8", "replace"))
    return digest.hexdigest()
