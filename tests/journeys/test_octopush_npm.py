"""A client of Octopush that nobody of us wrote: npm's `octopush`, against a node.

octopush_client.js does what its users do. Of the package nothing is changed, but the name of the
provider's host leads to the node.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.conformance.grounds import Grounds
from tests.conformance.house import Reached, open_house
from tests.conformance.scenes import NOW
from tests.links.foreign import node

LOGIN, KEY = "oscar@example.org", "octopus-key"
ACCOUNTS = f"""
[[account]]
login = "oscar"
email = "{LOGIN}"
api_keys = ["{KEY}"]
balance = "100.00"
short_code = "38100"
hours = "any"
"""
CLIENT = Path(__file__).with_name("octopush_client.js")
# What the package prints for the errors 101 and 120.
STRANGER = "Incorrect login details."
AGAIN = "A SMS with the same request_id has already been sent."


async def test_npm_octopush_sends_and_asks_its_balance(tmp_path: Path) -> None:
    """O1 and O11, as a client of the provider's time speaks and reads them; O10 beside them."""
    async with (
        Grounds(tmp_path).lay(ACCOUNTS) as ground,
        open_house(ground, "", Reached()) as house,
    ):
        told = await in_node(house.node.doors.http[1])
    assert told == {
        "before": balance("2500.00", "3333.33"),
        "simulated": sent("0.080", "100.00", "XXXSIMULATIONXXX", TWO),
        "stranger": STRANGER,
        "premium": sent("0.080", "99.92", "api000000000001", TWO),
        "again": AGAIN,
        # The sending that was refused has used up a ticket.
        "merged": sent(
            "0.060",
            "99.86",
            "api000000000003",
            [
                success("+33639980003", "FR", "0.0300"),
                success("+33639980004", "FR", "0.0300"),
            ],
            failures=[{"failure": [{"error_code": ["150"], "recipient": ["+334"]}]}],
            begins=1_796_117_400,  # Tuesday, 1 December 2026, 10:30 in Paris
        ),
        "abroad": sent(
            "0.080", "99.78", "api000000000004", [success("+4915112345678", "DE", "0.0800")]
        ),
        "after": balance("2494.50", "3326.00"),
    }


async def in_node(port: int) -> dict[str, Any]:
    options = json.dumps({"port": port, "login": LOGIN, "key": KEY})
    # The zone is the one in which the client's user writes a date; no proxy of the machine's.
    outer = {"TZ": "Europe/Paris", "NO_PROXY": "*", "no_proxy": "*"}
    process = await asyncio.create_subprocess_exec(
        *node.command(str(CLIENT), options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=node.environment() | outer,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    told: dict[str, Any] = json.loads(out)
    return told


# What the package makes of an answer in XML: each element a list of what stands in it.


def balance(premium: str, lowcost: str) -> dict[str, Any]:
    return {"error_code": ["000"], "balance": {"FR": premium, "XXX": lowcost}}


def success(recipient: str, country: str, cost: str) -> dict[str, list[str]]:
    return {
        "recipient": [recipient],
        "country_code": [country],
        "cost": [cost],
        "sms_needed": ["1"],
    }


TWO = [success("+33639980001", "FR", "0.0400"), success("+33639980002", "FR", "0.0400")]


def sent(
    cost: str,
    left: str,
    ticket: str,
    successes: list[dict[str, list[str]]],
    *,
    failures: list[Any] | None = None,
    begins: int = NOW // 1_000,
) -> dict[str, Any]:
    return {
        "error_code": ["000"],
        "cost": [cost],
        "balance": [left],
        "ticket": [ticket],
        "sending_date": [str(begins)],
        "number_of_sendings": [str(len(successes))],
        "currency_code": ["€"],
        "successs": [{"success": successes}],
        "failures": failures or [""],
    }
