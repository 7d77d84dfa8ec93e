"""Every attack. In: nothing. Out: data. Promise: what stands here is what is run, nothing else is.

`full` and `short` are the sizes: how many attackers there are, for how many seconds at most, how
many of whatever it is each of them does or holds, and from how many addresses.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from tests.torture.attack.newcomer import Door

Part = Literal["heads", "documents", "peers"]


class Size(NamedTuple):
    """How large an attack is."""

    crowd: int
    seconds: float
    many: int  # for each of the crowd
    addresses: int = 8


class Attack(NamedTuple):
    """One attack: who does it, how much of it, and the door by which a new customer comes."""

    part: Part
    hands: str
    full: Size
    short: Size
    what: str = ""  # one of several, where the hands can do several things
    door: Door = "http"
    evil: bool = False  # the server is linked to the attackers' centre


def _vast(what: str) -> Attack:
    # Each of the eight is sent three times, so that the memory of one meets the next.
    return Attack("documents", "vast.hurl_vast", Size(1, 240, 24), Size(1, 8, 4, 4), what)


def _flood(what: str) -> Attack:
    many = 100_000_000
    return Attack(
        "peers", "centre.flood", Size(1, 20, many), Size(1, 2, many), what, "http", evil=True
    )


_DRIP, _HOLD = Size(2, 45, 1_000), Size(1, 2, 300)

ATTACKS: Final[Mapping[str, Attack]] = {
    "heads": Attack("heads", "heads.pelt_heads", Size(2, 7_200, 2_500_000), Size(1, 4, 16_000)),
    "documents": Attack(
        "documents", "documents.pelt_documents", Size(2, 7_200, 500_000), Size(1, 2, 5_000)
    ),
    "vast attributes": _vast("attributes"),
    "vast same attributes": _vast("same attributes"),
    "vast names": _vast("names"),
    "vast deep elements": _vast("deep elements"),
    "vast one token": _vast("one token"),
    "vast comment": _vast("comment"),
    "vast one text": _vast("one text"),
    "vast objects": _vast("objects"),
    "vast filled objects": _vast("filled objects"),
    "vast deep lists": _vast("deep lists"),
    "vast one string": _vast("one string"),
    "vast proved objects": _vast("proved objects"),
    "vast pairs": _vast("pairs"),
    "vast escapes": _vast("escapes"),
    "vast numbers": _vast("numbers"),
    "vast parts": _vast("parts"),
    "vast foreign numbers": _vast("foreign numbers"),
    "drip heads": Attack("peers", "slow.drip_heads", _DRIP, _HOLD),
    "drip bodies": Attack("peers", "slow.drip_bodies", _DRIP, _HOLD),
    "read nothing": Attack("peers", "slow.read_nothing", Size(2, 45, 200), Size(1, 3, 50)),
    "greedy connections": Attack(
        "peers", "slow.drip_bodies", Size(1, 30, 4_200, 1), Size(1, 4, 1_200, 1)
    ),
    "greedy pipelining": Attack("peers", "slow.pipeline", Size(2, 30, 16), Size(1, 3, 4)),
    "silent http": Attack("peers", "slow.say_nothing", Size(2, 45, 1_000), _HOLD, "http"),
    "silent tls": Attack("peers", "slow.say_nothing", Size(2, 45, 3_000), _HOLD, "tls", "tls"),
    "silent sftp": Attack(
        "peers", "slow.say_nothing", Size(1, 45, 200, 1), Size(1, 3, 150, 1), "sftp", "sftp"
    ),
    "silent smpp": Attack("peers", "slow.say_nothing", Size(1, 30, 400), _HOLD, "smsc"),
    "knocks at tls": Attack(
        "peers", "slow.knock", Size(2, 20, 100_000), Size(1, 2, 10_000), "tls", "tls"
    ),
    "callbacks to tarpits": Attack(
        "peers", "tarpits.push_to_tarpits", Size(1, 30, 100), Size(1, 5, 1)
    ),
    "sftp listings": Attack(
        "peers", "folders.list_and_create", Size(2, 30, 3_600), Size(1, 3, 200), "", "sftp"
    ),
    "sftp stamps": Attack(
        "peers", "folders.name_as_clocks", Size(1, 90, 9_900), Size(1, 6, 1_000), "", "sftp"
    ),
    "sftp filling": Attack(
        "peers", "folders.fill", Size(1, 90, 14), Size(1, 3, 1), "", "sftp"
    ),
    "smpp strays": _flood("strays"),
    "smpp enquiries": _flood("enquiries"),
    "smpp garbage receipts": _flood("garbage receipts"),
    "smpp big ids": _flood("big ids"),
    "smpp noise": _flood("noise"),
    "smpp silence": _flood("silent"),
    # The last ones, since guesses are answered late, and their connections stay as long.
    "guesses from 1 address": Attack(
        "peers", "guesses.guess", Size(1, 30, 20_000, 1), Size(1, 3, 500, 1)
    ),
    "guesses from 100 addresses": Attack(
        "peers", "guesses.guess", Size(1, 30, 20_000, 100), Size(1, 3, 500, 100)
    ),
}  # fmt: skip


def of_part(part: Part | None) -> Sequence[str]:
    """The names of those that belong to a part, or of all."""
    return [name for name, attack in ATTACKS.items() if part in (None, attack.part)]
