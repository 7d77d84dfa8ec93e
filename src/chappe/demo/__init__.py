"""The demo: one configuration, written as a user would write it, that opens every door there is.

In: its ports, its dialects. Out: a Config. Promise: it is checked like any file, sends at night and
on Sundays, and nothing of it leaves this machine.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chappe.config import Config, read_config
from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect, mailboxes_of

HOST = "127.0.0.1"


class Ports(NamedTuple):
    """Where its doors are; 0 is any free port."""

    http: int = 8025
    page: int = 8026  # for callbacks
    files: int = 2222
    mail: int = 2525
    console: int = 8027


PORTS = Ports()
# Everybody who read the card knows these: the doctor looks for them where they do not belong.
LOGIN = "demo"
EMAIL = f"{LOGIN}@example.org"
PASSWORD = "demo-password"
KEY = "demo-key"
OPERATOR = "operator"  # of the console, with the same password

_FILE = """
[http]
listen = "{host}:{http}"

[sftp]
listen = "{host}:{files}"

[metrics]
listen = "{host}:0"

[console]
listen = "{host}:{console}"

[callbacks]
allow_private = true

[[account]]
login = "{login}"
email = "{email}"
password = "{password}"
api_keys = ["{key}"]
balance = "1000.00"
hlr_credit = 1000
hours = "any"
callbacks = "http://{host}:{page}/callbacks"
"""
_MAIL = """
[smtp]
listen = "{host}:{mail}"
names = [{names}]
"""


def demo_config(ports: Ports = PORTS, dialects: Sequence[Dialect] = DIALECTS) -> Config:
    """What `make run` serves: mail as well, where one of its dialects takes it."""
    known = {"login": LOGIN, "email": EMAIL, "password": PASSWORD, "key": KEY}
    file = _FILE.format(host=HOST, **ports._asdict(), **known)
    if names := ", ".join(f'"{name}"' for name in dict.fromkeys(mailboxes_of(dialects))):
        file += _MAIL.format(host=HOST, mail=ports.mail, names=names)
    for dialect in dialects:
        if said := dialect.SAMPLE.account:
            file += f"\n[account.{dialect.NAME}]\n{said.format(**known)}"
    return read_config(file, "demo.toml", dialects)
