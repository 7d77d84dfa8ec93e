"""Calls whose parameters stand in query and form, for four of the dialects.

In: a dialect's name. Out: frames, which are calls without number and text. Promise: parameters come
in any order; where a frame need not be sound they are doubled, empty, in another case, or wrong.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha1
from urllib.parse import quote_from_bytes, unquote_to_bytes

from hypothesis import strategies as st

from chappe.dialects.highsms.read.signed import build_flat_query
from tests.properties.askers import SOUND, logins_of
from tests.properties.filling import FORM, Fill, Frame, Pair, Signing, Slot, Value, posted


def _digest(keys: str) -> Signing:
    """What Octopush's `request_sha1` must be."""

    def made(pairs: Sequence[Pair]) -> bytes:
        said = dict(pairs)
        return sha1(b"".join([said.get(_KEYS[key], b"") for key in keys])).hexdigest().encode()

    return made


def _signature(pairs: Sequence[Pair]) -> bytes:
    """HighSMS's recommended HMAC."""
    return hmac.digest(b"key-to-sign", build_flat_query(dict(pairs)), "sha256").hex().encode()


_KEYS: Mapping[str, bytes] = {
    "T": b"sms_text",
    "R": b"sms_recipients",
    "S": b"sms_sender",
    "Y": b"sms_type",
}

# What a parameter may be, beside the two and who asks; the first stands for 'often'.
_OPTIONS: Mapping[str, Mapping[bytes, Sequence[Value]]] = {
    "highsms": {
        b"ret_id": (b"r1", b"", b"x" * 300, b"\xe9"),
        b"sender": (b"ACME", b"Bob", b"1BAD", b"36105", b"", b"\xe9t\xe9"),
        b"route_type": (b"B", b"S", b"G", b"P", b"x", b"s"),
        b"nb_sms": (b"1", b"3", b"0", b"x"),
        b"truncature": (b"1", b"0", b"maybe"),
        b"class_type": (b"0", b"1"),
        b"datacoding": (b"8", b"0"),
        b"start_date": (b"2020-01-01", b"2026-11-20", b"2026-11-21", b"x"),
        b"start_time": (b"09:30", b"10:00", b"23:00", b"08:00", b"x"),
        b"stop_time": (b"18:00", b"x"),
        b"webhook_url": (b"http://127.0.0.1:9/w", b"ftp://x"),
        b"ret_url": (b"http://127.0.0.1:9/r", b"x"),
        b"userdata": (b"u", b"x" * 300),
        b"user_data": (b"v",),
        b"name": (b"n",),
        b"noone": (b"1", b"0", b"x"),
        b"target_url": (b"http://example.org/",),
        b"hmac": (_signature, _signature, b"0" * 64, b""),
        b"action": (b"cancel_campaign", b"x"),
        b"json": (b'{"push":{"accountid":"plain"}}',),
        b"xml": (b"<push/>", b""),
    },
    "octopush": {
        b"sms_type": (b"FR", b"FR", b"FR", b"WWW", b"XXX", b"fr"),
        b"sms_sender": (b"ACME", b"ACME", b"Bob", b"A", b"+33612345678"),
        b"sms_mode": (b"1", b"2", b"3"),
        b"sending_date": (b"1795165100", b"1795168800", b"1795165210.5", b"x"),
        b"sending_time": (b"1795165100", b"1795165260"),
        b"sending_period": (b"0", b"60", b"x"),
        b"with_replies": (b"1", b"0", b"2"),
        b"transactional": (b"1", b"0"),
        b"msisdn_sender": (b"1", b"0"),
        b"request_mode": (b"real", b"simu", b"x"),
        b"request_id": (b"one", b"", b"x" * 256),
        b"recipients_first_names": (b"Zoe", b"a,b", b"x" * 31),
        b"sms_fields_1": (b"f", b"{nom}"),
    },
    "isendpro": {
        b"emetteur": (b"ACME", b"Bob", b"", b"123456", b"A-CME", b"38000"),
        b"nostop": (b"1", b"0"),
        b"smslong": (b"1", b"2", b"999", b"x"),
        b"ucs2": (b"1", b"0"),
        b"numAzur": (b"1",),
        b"date_envoi": (b"2026-11-20 09:00", b"2026-11-20 10:01", b"2030-01-01 10:00", b"x"),
        b"tracker": (b"t", b"x" * 1_100),
        b"num1": (b"0639980001", b"", b"x"),
        b"sms1": (b"Autre", b""),
        b"tracker1": (b"t",),
        b"repertoireId": (b"1", b"x"),
        b"comptage": (b"1", b"0"),
        b"credit": (b"1",),
    },
    "smsmode": {
        b"classe_msg": (b"2", b"4", b"9", b"3"),
        b"date_envoi": (b"20112026-09:00", b"20112026-10:01", b"21112026", b"x"),
        b"refClient": (b"ref", b"x" * 256),
        b"emetteur": (b"ACME", b"Bob", b"123456", b"trop long pour cela"),
        b"nbr_msg": (b"1", b"2", b"9", b"0"),
        b"stop": (b"1", b"1", b"2", b"0"),
        b"groupe": (b"amis",),
        b"notification_url": (b"http://127.0.0.1:9/n", b"x"),
        b"notification_url_reponse": (b"http://127.0.0.1:9/o",),
    },
}
# No story is sound with one of these: nothing is sent, or each call is another.
_ODD = frozenset((b"hmac", b"action", b"json", b"xml", b"stop_time", b"start_time", b"target_url"))
_ODD |= {b"request_id", b"num1", b"sms1", b"tracker1", b"repertoireId", b"comptage", b"credit"}
# What most calls have.
_USUAL: Mapping[str, Sequence[bytes]] = {
    "octopush": (b"sms_type", b"sms_sender"),
    "smsmode": (b"stop",),
}
_TWO: Mapping[str, tuple[bytes, bytes]] = {
    "highsms": (b"to", b"text"),
    "octopush": (b"sms_recipients", b"sms_text"),
    "isendpro": (b"num", b"sms"),
    "smsmode": (b"numero", b"message"),
}
_WHO = frozenset((b"user_login", b"api_key", b"keyid", b"accessToken", b"pseudo", b"pass"))
_WHO |= {b"accountid", b"password"}
_PATHS: Mapping[str, Sequence[bytes]] = {
    "highsms": (b"/api",),
    "octopush": (b"/api/sms", b"/api/sms/json", b"/api/sms/"),
    "isendpro": (b"/cgi-bin", b"/cgi-bin/"),
    "smsmode": (b"/http/1.6/sendSMS.do",) * 5 + (b"/http:1.6/sendSMS.do",),
}


def _who(draw: st.DrawFn, dialect: str, login: str) -> tuple[dict[bytes, bytes], bytes]:
    """The parameters by which somebody asks, and the headers."""
    key, word, name = f"key-{login}".encode(), f"word-{login}".encode(), login.encode()
    if dialect == "octopush":
        return {
            b"user_login": draw(st.sampled_from((name, name + b"@Example.org"))),
            b"api_key": key,
        }, b""
    if dialect == "isendpro":
        return {b"keyid": key}, b""
    if dialect == "smsmode":
        by_key = draw(st.booleans())
        return ({b"accessToken": key} if by_key else {b"pseudo": name, b"pass": word}), b""
    if login in ("token", "signs") and draw(st.booleans()):
        return {b"accountid": name}, b"X-AUTH-TOKEN: token-of-%s\r\n" % name
    return {b"accountid": name, b"password": word}, b""


_ESCAPES: Sequence[Callable[[bytes], bytes]] = (
    lambda raw: quote_from_bytes(raw, safe=" ").replace(" ", "+").encode(),
    lambda raw: quote_from_bytes(raw, safe="").encode(),
    lambda raw: quote_from_bytes(raw, safe="!$'()*,/:;?@[]^{}|~`\"\\%").encode(),
    lambda raw: quote_from_bytes(raw, safe="+,%=").encode(),
    lambda raw: b"".join([b"%%%02x" % octet for octet in raw]),
)


@st.composite
def parameter_frames(draw: st.DrawFn, dialect: str, is_sound: bool) -> Frame:
    """A call whose parameters stand in query and form. Where it is sound, nothing odd is in it."""
    login = draw(st.sampled_from(SOUND if is_sound else logins_of(dialect)))
    who, headers = _who(draw, dialect, login)
    number, text = _TWO[dialect]
    said: list[tuple[bytes, Value]] = [(number, Slot.number), (text, Slot.text)]
    said += who.items()
    options = _OPTIONS[dialect]
    names = [name for name in options if not (is_sound and name in _ODD)]
    some = draw(st.lists(st.sampled_from(names), max_size=2 if is_sound else 3, unique=True))
    some = [*_USUAL.get(dialect, ()), *some]
    for name in dict.fromkeys(some):
        choices: list[Value] = [options[name][0]] * (20 if is_sound else 3) + [*options[name]]
        said.append((name, draw(st.sampled_from(choices))))
    if dialect == "octopush" and draw(st.integers(0, 5)) == 5:
        keys = draw(st.sampled_from(("TRSY", "SY", "Y", "TR", "S")))
        rights: list[Value] = [_digest(keys), b"0" * 40, b""]
        said += [(b"request_keys", keys.encode()), (b"request_sha1", draw(st.sampled_from(rights)))]
    if login == "signs":
        said.append((b"hmac", _signature))
    said = draw(st.permutations(said))
    if not is_sound and draw(st.booleans()):
        said = _spoilt(draw, said, (number, text))
    escape = draw(st.sampled_from(_ESCAPES[:4] if is_sound else _ESCAPES))
    ways, odd = ("GET", "POST", "bare", "typed"), ("both", "length")
    where = draw(st.sampled_from(ways if is_sound else ways + odd))
    path = draw(st.sampled_from(_PATHS[dialect]))

    def frame(fill: Fill) -> bytes:
        filled = [
            (name, fill[value.value] if isinstance(value, Slot) else value) for name, value in said
        ]
        plain = [
            (unquote_to_bytes(name), value) for name, value in filled if isinstance(value, bytes)
        ]
        last = [
            b"%s=%s" % (name, escape(value if isinstance(value, bytes) else value(plain)))
            for name, value in filled
        ]
        return _request(where, path, b"&".join(last), headers)

    return frame


def _spoilt(
    draw: st.DrawFn, said: list[tuple[bytes, Value]], two: tuple[bytes, bytes]
) -> list[tuple[bytes, Value]]:
    """With a name doubled, in another case, escaped, or with blanks around it."""
    at = draw(st.sampled_from([nth for nth, one in enumerate(said) if one[0] not in _WHO]))
    name, value = said[at]
    other = draw(
        st.sampled_from(
            (
                name,
                name.upper(),
                b"%%%02X%s" % (name[0], name[1:]),
                b"+" + name,
                name + b"%20",
                two[0],
                two[1],
            )
        )
    )
    values: list[Value] = [b"", b"0639980011", b"Autre", value]
    again = (other, draw(st.sampled_from(values)))
    place = draw(st.sampled_from((at, at, at + 1, 0)))
    keeps = draw(st.booleans())
    rest = said if keeps else [one for nth, one in enumerate(said) if nth != at]
    return [*rest[:place], again, *rest[place:]]


def _request(where: str, path: bytes, said: bytes, headers: bytes) -> bytes:
    query = said.replace(b" ", b"+").replace(b"\n", b"%0A")
    if where == "GET":
        return b"GET %s?%s HTTP/1.1\r\nHost: h\r\n%s\r\n" % (path, query, headers)
    if where == "bare":
        return posted(path + b"?" + query, b"", headers)
    typed = b"%sContent-Type: %s\r\n"
    if where == "both":
        first, _, rest = query.partition(b"&")
        return posted(path + b"?" + first, rest, typed % (headers, FORM))
    if where == "typed":
        return posted(path, said, typed % (headers, FORM + b"; charset=iso-8859-1"))
    return posted(path, said, headers if where == "length" else typed % (headers, FORM))
