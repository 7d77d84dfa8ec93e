"""The demo's card: a line to copy per dialect, numbers to try, and where to look.

In: the addresses that the demo has. Out: a text. Promise: each line works as it stands.
"""

from collections.abc import Iterable, Mapping

# Dialect -> (what it does, the line). `{url}` is the door, `{page}` the callback page.
LINES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "highsms": (
        "HighSMS",
        (
            "curl '{url}/api?accountid=demo&password=demo-password&to=0639980001&text=Bonjour'",
            "curl {url}/campaign -H 'Content-Type: application/json' -d '"
            '{{"push":{{"accountid":"demo","password":"demo-password","ret_id":"hello",'
            '"webhook_url":"{page}/highsms",'
            '"message":[{{"text":"Bonjour","to":[{{"value":"0639980001"}},'
            '{{"value":"0639980011"}}]}}]}}}}\'',
            "curl '{url}/campaign/status?accountid=demo&password=demo-password&ret_id=hello'",
        ),
    ),
    "smsfactor": (
        "SMSFactor",
        (
            "curl {url}/API/apiV2.php -d 'XML=<sms><authentication>"
            "<username>demo@example.org</username><password>demo-password</password>"
            "</authentication><message><sender>ACME</sender><text>Bonjour</text></message>"
            '<recipients><gsm gsmsmsid="hello">33639980001</gsm></recipients></sms>\'',
            "curl {url}/API/apiV2.php -d 'XML=<sms><authentication>"
            "<username>demo@example.org</username><password>demo-password</password>"
            "</authentication><message><sender>36105</sender><text>Oui ou non ?</text></message>"
            "<recipients><gsm>33639980041</gsm></recipients></sms>'",
        ),
    ),
}

_NUMBERS = (
    ("0639980001", "delivered within a second"),
    ("0639980011", "unknown subscriber (NPAI)"),
    ("0639980030", "delivered after 30 seconds"),
    ("0639980040", "delivered, then the handset replies STOP"),
)


def card(
    url: str,
    page: str,
    dialects: Iterable[str],
    figures: str,
    files: tuple[str, int] | None = None,
) -> str:
    """What `make run` prints once it is ready."""
    lines = [
        f"Chappe is ready at {url}",
        "Nothing leaves this machine: only the simulated network sends.",
        "",
        "Account demo, demo@example.org; password demo-password; key and token demo-key.",
        f"Callbacks come to {page}, and each is printed below.",
    ]
    for dialect in dialects:
        if dialect in LINES:
            name, commands = LINES[dialect]
            lines += ["", name, *(f"  {line.format(url=url, page=page)}" for line in commands)]
    if files is not None:
        host, port = files
        lines += ["", "Files, with that password: NAME.xml or NAME.json, then an empty NAME.ack"]
        lines.append(f"  sftp -P {port} demo@{host}")
    lines += ["", "Numbers of the simulated network; README.md has all of them:"]
    lines += [f"  {number}  {fate}" for number, fate in _NUMBERS]
    lines += ["", f"Figures: {figures}/metrics   Stop: Ctrl-C", ""]
    return "\n".join(lines)
