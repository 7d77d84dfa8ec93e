"""The demo: one configuration, written as a user would write it, that opens every door there is.

In: its ports, its dialects. Out: a Config. Promise: it is checked like any file, sends at night and
on Sundays, and nothing of it leaves this machine.
"""

from collections.abc import Sequence

from chappe.config import Config, read_config
from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect

HOST = "127.0.0.1"
PORT = 8025
LISTEN_PORT = 8026
SFTP_PORT = 2222
# Everybody who read the card knows these: the doctor looks for them where they do not belong.
LOGIN = "demo"
EMAIL = f"{LOGIN}@example.org"
PASSWORD = "demo-password"
KEY = "demo-key"

_FILE = """
[http]
listen = "{host}:{port}"

[sftp]
listen = "{host}:{sftp_port}"

[metrics]
listen = "{host}:0"

[callbacks]
allow_private = true

[[account]]
login = "{login}"
email = "{email}"
password = "{password}"
api_keys = ["{key}"]
balance = "1000.00"
hours = "any"
callbacks = "http://{host}:{listen_port}/callbacks"
"""


def demo_config(
    port: int = PORT,
    listen_port: int = LISTEN_PORT,
    sftp_port: int = SFTP_PORT,
    dialects: Sequence[Dialect] = DIALECTS,
) -> Config:
    """What `make run` serves."""
    ports = {"port": port, "listen_port": listen_port, "sftp_port": sftp_port}
    known = {"login": LOGIN, "email": EMAIL, "password": PASSWORD, "key": KEY}
    file = _FILE.format(host=HOST, **ports, **known)
    for dialect in dialects:
        if said := dialect.SAMPLE.account:
            file += f"\n[account.{dialect.NAME}]\n{said.format(**known)}"
    return read_config(file, "demo.toml", dialects)
