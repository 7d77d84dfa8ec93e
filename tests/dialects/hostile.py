"""Documents that nobody would send, at any size: what parsers hold whole, count, or never forget.

In: a size in octets, who claims to send it. Out: bodies, by the path and the type that they come
under. Each is about as large as it was asked for, and never larger by more than a few hundred.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

Make = Callable[[int, str, str], bytes]  # octets, login, password


class Hostile(NamedTuple):
    """One shape, and where it is sent."""

    path: str
    type: str
    make: Make


def filled(size: int, unit: bytes) -> bytes:
    """As many of these as fit."""
    return unit * max(1, size // len(unit))


def numbered(size: int, unit: str) -> bytes:
    """As many of these as fit, each with a number of its own."""
    most = max(1, size // (len(unit) + 6))
    return "".join([unit.replace("#", f"{index:07}") for index in range(most)]).encode()


def _push(inner: Callable[[int], bytes], end: bytes = b"</push>") -> Make:
    return lambda size, login, password: (
        f'<push accountid="{login}" password="{password}">'.encode() + inner(size) + end
    )


def _message(inner: Callable[[int], bytes], more: bytes = b"<text>A</text>") -> Make:
    return _push(lambda size: b"<message>" + more + inner(size) + b"</message>")


def _root(inner: Callable[[int], bytes], end: bytes = b"/>") -> Make:
    return lambda size, login, password: (
        f'<push accountid="{login}" password="{password}" '.encode() + inner(size) + end
    )


# Without a text, so that whoever sends it for a customer has not sent a million messages.
def _sms(inner: Callable[[int], bytes], end: bytes = b"</recipients></sms>") -> Make:
    return lambda size, login, password: (
        f"<sms><authentification><username>{login}</username><password>{password}</password>"
        "</authentification><message><sender>ACME</sender></message>"
        "<recipients>".encode()
        + inner(size)
        + end
    )


def _form(inner: Callable[[int], bytes]) -> Make:
    """Without a text, for the same reason. A key is one account's alone, so it names the login."""
    return lambda size, login, password: (
        f"user_login={login}&api_key={password}-{login}&sms_type=XXX&".encode() + inner(size)
    )


def _call(inner: Callable[[int], bytes]) -> Make:
    """Without a text; it is known by a key alone."""
    return lambda size, login, password: f"keyid={password}-{login}&".encode() + inner(size)


def _token(inner: Callable[[int], bytes]) -> Make:
    """The same by another name."""
    return lambda size, login, password: f"accessToken={password}-{login}&".encode() + inner(size)


def _file(inner: Callable[[int], bytes], end: bytes = b"\r\n--b--\r\n") -> Make:
    """A file, of which no line has both a number and a text, but for one at the most."""
    return lambda size, login, password: (
        b"--b\r\n"
        + _part("accessToken", f"{password}-{login}")
        + b'Content-Disposition: form-data; name="fichier"; filename="a.csv"\r\n\r\n'
        + inner(size)
        + end
    )


def _parts(unit: bytes) -> Make:
    """A form in parts, closed at its end."""
    return lambda size, login, password: (
        b"--b\r\n"
        + _part("user_login", login)
        + _part("api_key", f"{password}-{login}")
        + filled(size, unit)
        + b'Content-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'
    )


def _part(name: str, value: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--b\r\n'.encode()


def _campaign(inner: Callable[[int], bytes], end: bytes = b"}}") -> Make:
    return lambda size, login, password: (
        f'{{"push":{{"accountid":"{login}","password":"{password}",'.encode() + inner(size) + end
    )


def _list(name: str, unit: bytes, last: bytes) -> Make:
    """A list of many small things."""
    head = f'"{name}":['.encode()
    return _campaign(lambda size: head + filled(size, unit + b",") + last + b"]")


def _to(unit: bytes) -> Make:
    head = b'"message":[{"text":"A","to":['
    return _campaign(lambda size: head + filled(size, unit + b",") + unit + b"]}]")


_ATTRIBUTES = b" ".join([b'a%d=""' % index for index in range(99)])
_WORDS = b"no number at all"

_XML: Mapping[str, Make] = {
    "one tag of attributes": _root(lambda size: numbered(size, 'a#="" ')),
    "tags of attributes": _push(lambda size: filled(size, b"<to " + _ATTRIBUTES + b"/>")),
    "names": _push(lambda size: numbered(size, "<a#/>")),
    "names of attributes": _push(lambda size: numbered(size, '<to a#=""/>')),
    "long names": _push(lambda size: numbered(size, f"<a{'n' * 5_000}#/>")),
    "depth": _push(lambda size: filled(size, b"<a>"), b""),
    "elements": _push(lambda size: filled(size, b"<a/>")),
    "messages": _push(lambda size: filled(size, b"<message/>")),
    "recipients": _message(lambda size: filled(size, b"<to>0639980001</to>")),
    "numbers that are none": _message(lambda size: filled(size, b"<to>" + _WORDS + b"</to>")),
    "variables": _message(
        lambda size: b"<to>0639980001" + numbered(size, '<param var="#" value=""/>') + b"</to>"
    ),
    "one attribute": _root(lambda size: b'name="' + filled(size, b"x") + b'"'),
    "one name": _push(lambda size: b"<" + filled(size, b"x") + b"/>"),
    "one comment": _push(lambda size: b"<!--" + filled(size, b"x") + b"-->"),
    "an open comment": _push(lambda size: b"<!--" + filled(size, b"x"), b""),
    "comments before all": lambda size, login, password: (
        filled(size, b"<!---->") + _push(lambda _: b"")(0, login, password)
    ),
    "instructions": _push(lambda size: filled(size, b"<?a b?>")),
    "one text": _push(lambda size: b"<message><text>" + filled(size, b"x"), b"</text></message>"),
    "one text of references": _message(
        lambda size: b"<text>" + filled(size, b"&#233;") + b"</text>", b""
    ),
    "one text of sections": _message(
        lambda size: b"<text>" + filled(size, b"<![CDATA[x]]>") + b"</text>", b""
    ),
    "text that nobody asked for": _push(lambda size: filled(size, b"x\n")),
    "blanks": _push(lambda size: filled(size, b" ")),
    "blanks before all": lambda size, login, password: (
        filled(size, b" ") + _push(lambda _: b"")(0, login, password)
    ),
    "a declaration of blanks": lambda size, _, __: (
        b"<?xml version" + filled(size, b" ") + b"?><a/>"
    ),
}
_JSON: Mapping[str, Make] = {
    "objects": _list("message", b"{}", b"{}"),
    "lists": _list("message", b"[]", b"[]"),
    "objects of no meaning": _list("x", b'{"a":{}}', b"{}"),
    "numbers": _list("x", b"1", b"1"),
    "fractions": _list("to", b"1.5e3", b"1"),
    "texts": _list("to", b'""', b'""'),
    "keys": _campaign(lambda size: numbered(size, '"#":1,') + b'"a":1'),
    "keys of one object": _campaign(
        lambda size: b'"message":{"to":{' + numbered(size, '"#":1,') + b'"a":1}}'
    ),
    "depth": _campaign(lambda size: b'"x":' + filled(size, b"["), b""),
    "depth of objects": _campaign(lambda size: b'"x":' + filled(size, b'{"a":'), b""),
    "ends": lambda size, _, __: b"{" + filled(size, b"]"),
    "one text": _campaign(lambda size: b'"text":"' + filled(size, b"x") + b'"'),
    "one text of escapes": _campaign(lambda size: b'"text":"' + filled(size, rb"\u00e9") + b'"'),
    "one text of strokes": _campaign(lambda size: b'"text":"' + filled(size, rb"\\") + b'"'),
    "an open text": _campaign(lambda size: b'"text":"' + filled(size, rb"\""), b""),
    "quotes": lambda size, _, __: b"{" + filled(size, b'"'),
    "one number": _campaign(lambda size: b'"text":' + filled(size, b"9")),
    "one fraction": _campaign(lambda size: b'"text":0.' + filled(size, b"9")),
    "recipients": _to(b'{"value":"0639980001","ret_id":"r"}'),
    "numbers that are none": _to(b'"' + _WORDS + b'"'),
    "variables": _campaign(
        lambda size: (
            b'"message":[{"text":"A","to":[{"value":"0639980001","param":['
            + numbered(size, '{"var":"#"},')
            + b'{"var":"a"}]}]}]'
        )
    ),
    "letters of two octets": _campaign(lambda size: b'"x":"' + filled(size, "é".encode()) + b'"'),
    "letters that are none": _campaign(lambda size: b'"x":"' + filled(size, b"\xe9\n") + b'"'),
    "blanks": _campaign(lambda size: filled(size, b" ") + b'"a":1'),
    "messages of one recipient": _list("message", b'{"to":"1"}', b"{}"),
}
_SMS: Mapping[str, Make] = {
    "one tag of attributes": _sms(lambda size: b"<gsm " + numbered(size, 'a#="" ') + b"/>"),
    "tags of attributes": _sms(lambda size: filled(size, b"<gsm " + _ATTRIBUTES + b"/>")),
    "names": _sms(lambda size: numbered(size, "<a#/>")),
    "depth": _sms(lambda size: filled(size, b"<a>"), b""),
    "elements": _sms(lambda size: filled(size, b"<a/>")),
    "empty recipients": _sms(lambda size: filled(size, b"<gsm/>")),
    "recipients": _sms(lambda size: filled(size, b"<gsm>33639980001</gsm>")),
    "recipients abroad": _sms(lambda size: numbered(size, "<gsm>4915#12</gsm>")),
    "numbers that are none": _sms(lambda size: filled(size, b"<gsm>" + _WORDS + b"</gsm>")),
    "one text": _sms(lambda size: b"<gsm>" + filled(size, b"1") + b"</gsm>"),
    "one comment": _sms(lambda size: b"<!--" + filled(size, b"x") + b"-->"),
    "one text of sections": _sms(
        lambda size: b"<gsm>" + filled(size, b"<![CDATA[1]]>") + b"</gsm>"
    ),
    "nobody's": lambda size, _, __: b"<sms><recipients>" + filled(size, b"<gsm/>"),
}
_TO = b"sms_recipients="
_FORM: Mapping[str, Make] = {
    "parameters": _form(lambda size: filled(size, b"a=1&")),
    "names": _form(lambda size: numbered(size, "a#=1&")),
    "empty pairs": _form(lambda size: filled(size, b"&")),
    "names without a value": _form(lambda size: filled(size, b"a&")),
    "one name": _form(lambda size: filled(size, b"x")),
    "one value": _form(lambda size: b"sms_sender=" + filled(size, b"x")),
    "one text": _form(lambda size: b"sms_text=" + filled(size, b"x")),
    "one text of escapes": _form(lambda size: b"sms_text=" + filled(size, b"%C3%A9")),
    "one text of octets": _form(lambda size: b"sms_text=" + filled(size, b"\xe9")),
    "one text of signs": _form(lambda size: b"sms_text=" + filled(size, b"%")),
    "blanks": _form(lambda size: b"sms_text=" + filled(size, b"+")),
    "recipients": _form(lambda size: _TO + filled(size, b"%2B33639980001,")),
    "recipients abroad": _form(lambda size: _TO + numbered(size, "%2B4915#12,")),
    "numbers that are none": _form(lambda size: _TO + filled(size, _WORDS + b",")),
    "commas": _form(lambda size: _TO + filled(size, b",")),
    "one number": _form(lambda size: _TO + filled(size, b"9")),
    "values": _form(
        lambda size: (
            b"sms_text=%7Bnom%7D&recipients_first_names="
            + filled(size // 2, b",")
            + b"&"
            + _TO
            + filled(size // 2, b",")
            + b"1"
        )
    ),
    "keys of a digest": _form(
        lambda size: b"request_sha1=0&request_keys=" + filled(size // 2, b"T") + b"&sms_text=a"
    ),
}
_CALL: Mapping[str, Make] = {
    "parameters": _call(lambda size: filled(size, b"a=1&")),
    "names": _call(lambda size: numbered(size, "a#=1&")),
    "names of octets": _call(lambda size: filled(size, b"%E9=1&")),
    "names without a value": _call(lambda size: filled(size, b"num&")),
    "one name": _call(lambda size: filled(size, b"num1")),
    "one value": _call(lambda size: b"emetteur=" + filled(size, b"x")),
    "one value of digits": _call(lambda size: b"smslong=" + filled(size, b"9")),
    "numbers": _call(lambda size: numbered(size, "num#=0639980001&")),
    "numbers that are none": _call(lambda size: numbered(size, "num1#=no+number&")),
    "one number": _call(lambda size: b"num=" + filled(size, b"9")),
    "one number of blanks": _call(lambda size: b"num=" + filled(size, b"+")),
    "texts": _call(lambda size: numbered(size, "sms#=a&")),
    "one text of octets": _call(
        lambda size: b"num=0639980001&smslong=x&sms=" + filled(size, b"\xe9")
    ),
    "one text of escapes": _call(lambda size: b"num=12&smslong=6&sms=" + filled(size, b"%C3%A9")),
    "one text of breaks": _call(lambda size: b"num=12&smslong=6&sms=" + filled(size, b"%d5")),
    "one text of dear numbers": _call(lambda size: b"num=12&sms=" + filled(size, b"0899.0892+")),
    "one text of prices": _call(lambda size: b"num=12&sms=0899112233" + filled(size, b"1++++")),
    "one text in unicode": _call(
        lambda size: b"num=12&ucs2=1&sms=" + filled(size, "\U0001f600".encode())
    ),
    "own texts": _call(lambda size: b"sms1=" + filled(size, b"a") + b"&num1=12&num2=12&sms2=a"),
    "trackers": _call(lambda size: numbered(size, "tracker#=a&")),
    "one tracker": _call(lambda size: b"num=12&sms=a&tracker=" + filled(size, b"%A4")),
    "one date": _call(lambda size: b"num=12&sms=a&date_envoi=" + filled(size, b"2")),
}
_PARTS: Mapping[str, Make] = {
    "parts": _parts(b'Content-Disposition: form-data; name="a"\r\n\r\n1\r\n--b\r\n'),
    "parts without a head": _parts(b"--b\r\n"),
    "heads": _parts(b"a: b\r\n"),
    "attributes": _parts(b'Content-Disposition: form-data; a="b"; c=d; e="\\""; f; g\r\n--b\r\n'),
}
# Without a text, or to one at the most.
_LISTED = b"message=a&numero="
_SEND: Mapping[str, Make] = {
    "parameters": _token(lambda size: filled(size, b"a=1&")),
    "names": _token(lambda size: numbered(size, "a#=1&")),
    "names of octets": _token(lambda size: filled(size, b"%E9=1&")),
    "empty pairs": _token(lambda size: filled(size, b"&")),
    "one name": _token(lambda size: filled(size, b"x")),
    "one value": _token(lambda size: b"emetteur=" + filled(size, b"x")),
    "one value of digits": _token(lambda size: b"nbr_msg=" + filled(size, b"9")),
    "one date": _token(lambda size: b"date_envoi=" + filled(size, b"2")),
    "one URL": _token(lambda size: b"notification_url=http://a/" + filled(size, b"[")),
    "one reference": _token(lambda size: b"refClient=" + filled(size, b"%A4")),
    "recipients": _token(lambda size: _LISTED + filled(size, b"33639980001,")),
    "recipients abroad": _token(lambda size: b"numero=" + numbered(size, "4915#12,")),
    "numbers that are none": _token(lambda size: _LISTED + filled(size, _WORDS + b",")),
    "digits that are none": _token(lambda size: b"numero=" + numbered(size, "999#,")),
    "commas": _token(lambda size: _LISTED + filled(size, b",")),
    "blanks": _token(lambda size: _LISTED + filled(size, b"+")),
    "one number": _token(lambda size: _LISTED + filled(size, b"9")),
    "one group": _token(lambda size: b"message=a&groupe=" + filled(size, b"x")),
    "one text": _token(lambda size: b"numero=x&message=" + filled(size, b"x")),
    "one text of escapes": _token(lambda size: b"numero=x&message=" + filled(size, b"%A4")),
    "one text of octets": _token(lambda size: b"numero=x&message=" + filled(size, b"\xe9")),
    "one text of zeros": _token(lambda size: b"numero=x&message=" + filled(size, b"%00")),
    "one text that is read": _token(
        lambda size: b"numero=0639980001&stop=2&message=" + filled(size, b"%A4\xc3%A9[")
    ),
    "one text in unicode": _token(
        lambda size: (
            b"classe_msg=9&numero=0639980001&stop=2&message=" + filled(size, "\U0001f600".encode())
        )
    ),
    "one text that is no UTF-8": _token(
        lambda size: b"classe_msg=9&numero=x&message=" + filled(size, "é".encode()) + b"\xff"
    ),
}
_VOICE: Mapping[str, Make] = {
    "recipients": _token(lambda size: _LISTED + filled(size, b"33139980001,")),
    "commas": _token(lambda size: _LISTED + filled(size, b",")),
    "one text": _token(lambda size: b"numero=x&message=" + filled(size, b"%A4")),
    "one title": _token(lambda size: b"numero=0139980001&title=" + filled(size, b"x")),
    "one language": _token(lambda size: b"numero=0139980001&language=" + filled(size, b"X")),
}
_BOOK: Mapping[str, Make] = {
    "groups": _token(lambda size: b"nom=a&mobile=0639980001&groupes=" + numbered(size, "#,")),
    "commas": _token(lambda size: b"nom=a&mobile=0639980001&groupes=" + filled(size, b",")),
    "one number": _token(lambda size: b"nom=a&mobile=" + filled(size, b"6")),
}
_COLUMNS = b"numero,message,emetteur\n"
# No line of these can be sent, or there are too many senders.
_FILES: Mapping[str, Make] = {
    "one line": _file(lambda size: _COLUMNS + filled(size, b"x")),
    "one line of commas": _file(lambda size: _COLUMNS + filled(size, b",")),
    "one line of columns": _file(lambda size: b"numero," + filled(size, b"a,")),
    "one line of zeros": _file(lambda size: _COLUMNS + filled(size, b"\0")),
    "one field": _file(lambda size: _COLUMNS + b'1,"' + filled(size, b"x")),
    "one field of lines": _file(lambda size: _COLUMNS + b'1,"' + filled(size, b"x\n")),
    "one field of quotes": _file(lambda size: _COLUMNS + b'1,"' + filled(size, b'"')),
    "fields without an end": _file(lambda size: _COLUMNS + filled(size, b'a","b\n')),
    "lines without an end": _file(lambda size: _COLUMNS + filled(size, b"\r")),
    "blank lines": _file(lambda size: _COLUMNS + filled(size, b"\n")),
    "lines of commas": _file(lambda size: _COLUMNS + filled(size, b"," * 1_000 + b"\n")),
    "nothing but commas": _file(lambda size: _COLUMNS + filled(size, b",,\n")),
    "numbers that are none": _file(lambda size: _COLUMNS + filled(size, _WORDS + b",a\n")),
    "numbers without a text": _file(lambda size: _COLUMNS + numbered(size, "06#\n")),
    "senders": _file(lambda size: _COLUMNS + numbered(size, "1,a,S#\n")),
    "texts of octets": _file(
        lambda size: _COLUMNS + numbered(size, f"1,{'a' * 800},S#\n").replace(b"aa", b"\x80\xe9")
    ),
    "letters that are none": _file(
        lambda size: b"\xef\xbb\xbf" + _COLUMNS + filled(size, b"\xe9\n")
    ),
    "borders": _file(lambda size: _COLUMNS + filled(size, b"\n--")),
    "octets": _file(lambda size: b"numero;message\n" + filled(size, b"\xe9;\n")),
    "no end": _file(lambda size: _COLUMNS + filled(size, b"\r\n--b"), b""),
    "a border of blanks": _file(lambda size: _COLUMNS + b"\n--b" + filled(size, b"\t")),
}

XML, JSON = "text/xml", "application/json"
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
HOSTILE: Mapping[str, Hostile] = {
    **{f"highsms xml: {name}": Hostile("/api", XML, make) for name, make in _XML.items()},
    **{f"highsms json: {name}": Hostile("/campaign", JSON, make) for name, make in _JSON.items()},
    **{
        f"smsfactor xml: {name}": Hostile("/API/apiV2.php", XML, make)
        for name, make in _SMS.items()
    },
    **{f"octopush form: {name}": Hostile("/api/sms", FORM, make) for name, make in _FORM.items()},
    **{f"isendpro call: {name}": Hostile("/cgi-bin", FORM, make) for name, make in _CALL.items()},
    **{
        f"smsmode file: {name}": Hostile("/http/1.6/sendSMSBatch.do", PARTS, make)
        for name, make in _FILES.items()
    },
    **{
        f"octopush parts: {name}": Hostile("/api/sms", PARTS, make) for name, make in _PARTS.items()
    },
    **{
        f"smsmode {what}: {name}": Hostile(f"/http/1.6/{path}.do", form, make)
        for what, path, form, shapes in (
            ("send", "sendSMS", FORM, _SEND),
            ("voice", "sendVoiceMessage", FORM, _VOICE),
            ("contact", "addContact", FORM, _BOOK),
        )
        for name, make in shapes.items()
    },
}
