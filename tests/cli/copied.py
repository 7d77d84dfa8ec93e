"""Lines to copy, done as a shell with curl would do them: the demo's card and the pages show such.

In: a line. Out: what it asks for, and what came back. Promise: no line goes through a shell, but
for the `printf` that writes a mail.
"""

import re
import shlex
import smtplib
import subprocess
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from tests.cli.running import DEADLINE_S, fetch

_WRITES = "printf "
_CARRIES = re.compile(r"\s\|\s+(?=curl smtp:)")
_EDGE = "----the-edge-of-a-part"
_FORM = {"Content-Type": f"multipart/form-data; boundary={_EDGE}"}


class Call(NamedTuple):
    """What curl would ask for."""

    method: str
    url: str
    headers: dict[str, str]
    body: str


class Mailed(NamedTuple):
    """What curl would hand over, and to whom."""

    url: str
    sender: str
    recipient: str
    text: str


def is_mail(line: str) -> bool:
    return line.startswith(_WRITES)


def call_of(line: str) -> Call:
    """A curl line: one URL, and of the options those that are used."""
    first, *words = shlex.split(line.replace("\\\n", " "))
    assert first == "curl"
    url, headers, bodies, parts = "", {}, [], []
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            bodies.append(words.pop(0))
        elif word == "--data-urlencode":
            name, _, value = words.pop(0).partition("=")
            bodies.append(f"{name}={quote(value, safe='')}")
        elif word == "-F":
            parts.append(words.pop(0))
        else:
            assert not word.startswith("-"), f"no line uses {word}"
            assert not url, "one URL a call"
            url = word
    if parts:
        assert not bodies, "a form of one kind"
        return Call("POST", url, _FORM | headers, "".join(map(_part, parts)) + f"--{_EDGE}--\r\n")
    if bodies:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    return Call("POST" if bodies else "GET", url, headers, "&".join(bodies))


def _part(given: str) -> str:
    """A field of a form as curl would send it; none is a file on disk."""
    name, _, value = given.partition("=")
    assert not re.search("^[@<]|;", value), "a value that stands in the line"
    return f'--{_EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


def perform(line: str) -> tuple[int, str]:
    """The call as it goes over the wire, and the status and body that came back."""
    method, url, headers, body = call_of(line)
    return fetch(url, method, body or None, headers)


def mail_of(line: str) -> Mailed:
    """A mail that is written by `printf` and handed over by curl."""
    assert is_mail(line)
    written, carried = _CARRIES.split(line)
    said = subprocess.run(["/bin/sh", "-c", written], capture_output=True, check=True)
    assert said.stderr == b""
    match shlex.split(carried):
        case ["curl", url, "--mail-from", sender, "--mail-rcpt", recipient, "-T", "-"]:
            return Mailed(url, sender, recipient, said.stdout.decode())
    raise AssertionError(f"no line carries a mail like this: {carried}")


def hand_over(line: str) -> tuple[int, str]:
    """The mail as it goes over the wire, and what was said to it."""
    mail = mail_of(line)
    parts = urlsplit(mail.url)
    assert (parts.scheme, parts.path) == ("smtp", "")
    with smtplib.SMTP(parts.hostname or "", parts.port or 0, timeout=DEADLINE_S) as client:
        client.ehlo()
        for step in (client.mail(mail.sender), client.rcpt(mail.recipient)):
            assert step[0] == 250, step
        code, said = client.data(mail.text)
    return code, said.decode()
