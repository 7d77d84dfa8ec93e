"""HighSMS over the real door: what the log tells of those who are turned away, and what never."""

import logging
from pathlib import Path

import pytest

from tests.conformance.grounds import Grounds
from tests.conformance.house import Reached, open_house
from tests.conformance.pages import PAGES, cases_of, everybody

EVERYBODY = everybody(case for page in PAGES for case in cases_of(page))
SECRETS = ("xpasswordx", "wrong-password", "azerty", "c02362f913ba3b25f94040c583fc5e01", "Secret")
WRONG = [
    "GET /api?accountid=fred&password=wrong-password&text=Secret&to=0619896895",
    "GET /api?accountid=fred&password=xpasswordx&text=Secret&to=0619896895&sender=1FOE",
    "GET /api?accountid=fred&password=xpasswordx&text=Secret&to=0619896895&ret_url=xpasswordx",
    "GET /api?accountid=olga&password=xpasswordx&hmac=c02362f913ba3b25f94040c583fc5e01",
    "GET /api?accountid=jean&text=Secret&to=0619896895\r\nX-AUTH-TOKEN: azerty",
    "POST /campaign?password=xpasswordx",
    "GET /api?xml=%3Cpush%20accountid=%22fred%22%20password=%22xpasswordx%22%3E%3C%26Secret",
    "GET /campaign/status?accountid=fred&password=xpasswordx&push_id=1",
]


async def log_of(heads: list[str], folder: Path, caplog: pytest.LogCaptureFixture) -> str:
    """All that is logged while requests are answered."""
    grounds = Grounds(folder)
    with caplog.at_level(logging.DEBUG, logger="chappe"):
        async with grounds.lay(EVERYBODY) as ground, open_house(ground, "", Reached()) as house:
            for head in heads:
                line, _, headers = head.partition("\r\n")
                raw = f"{line} HTTP/1.1\r\nHost: sms\r\nConnection: close\r\n{headers}"
                await house.ask(f"{raw.rstrip()}\r\n\r\n".encode(), b"", pieces=False)
    return caplog.text


async def test_a_caller_outside_the_accounts_addresses_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """H3"""
    head = "GET /api?accountid=isolde&password=xpasswordx&text=Secret&to=0619896895"
    log = await log_of([head], tmp_path, caplog)
    assert "refused highsms submit by isolde from 127.0.0.1: bad_address" in log


async def test_the_log_tells_of_every_wrong_call_and_none_of_its_secrets(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """H7, H31"""
    log = await log_of(WRONG, tmp_path, caplog)
    assert log.count("refused highsms ") == len(WRONG)
    assert [secret for secret in SECRETS if secret in log] == []
