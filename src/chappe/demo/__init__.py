"""The demo: one configuration, written as a user would write it, that opens every door there is.

In: its ports. Out: a Config. Promise: it is checked like any file, sends at night and on Sundays,
and nothing of it leaves this machine.
"""

from chappe.config import Config, read_config

HOST = "127.0.0.1"
PORT = 8025
LISTEN_PORT = 8026
SFTP_PORT = 2222
# Everybody who read the card knows these: the doctor looks for them where they do not belong.
LOGIN = "demo"
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
email = "{login}@example.org"
password = "{password}"
api_keys = ["{key}"]
balance = "1000.00"
hours = "any"
callbacks = "http://{host}:{listen_port}/callbacks"

[account.highsms]
token = "{key}"
routes = ["B", "S", "G", "P"]
"""


def demo_config(
    port: int = PORT, listen_port: int = LISTEN_PORT, sftp_port: int = SFTP_PORT
) -> Config:
    """What `make run` serves."""
    ports = {"port": port, "listen_port": listen_port, "sftp_port": sftp_port}
    secrets = {"login": LOGIN, "password": PASSWORD, "key": KEY}
    return read_config(_FILE.format(host=HOST, **ports, **secrets), "demo.toml")
