"""Directories of iSendPro: whose they are, and when they may change. What each call answers is held
by pages, under tests/conformance; the largest one by tests/torture."""

import contextlib
import sqlite3

import pytest

from chappe.words.clock import DAY, HOUR, MINUTE
from tests.journeys.house import House, config
from tests.journeys.isendpro import ADDED, REMOVED, SENT, customer, directory, flat, said

UNKNOWN = flat(102, "Votre identifiant de répertoire ne correspond à aucune donnée!")
BUSY = flat(104, "Ce répertoire ne peut pas être modifié car une campagne est programmée dessus!")
ONE, TWO, THREE = "0639980001", "0639980002", "0639980003"

# Every call that names a directory, and one that is to write to somebody else as well.
CALLS = (
    f"repertoireEdit=add&repertoireId={{}}&num={THREE}",
    f"repertoireEdit=add&repertoireId={{}}&num1={ONE}&num2={THREE}&champ1_1=Martin",
    f"repertoireEdit=del&repertoireId={{}}&num={ONE}",
    f"repertoireEdit=del&repertoireId={{}}&num1={ONE}&num2={TWO}",
    "sms=Salut&repertoireId={}",
    "sms=Salut&repertoireId={}&emetteur=ACME&smslong=999&tracker=a",
    "sms=Salut&repertoireId={}&date_envoi=2026-11-25+10:00",
    f"sms=Salut&repertoireId={{}}&num={THREE}",
    "sms=Salut&repertoireId={}&comptage=1",
)
# Ids that nobody has, beside one that another has.
NOBODY_S = ("9", "0", "00", "-1", "9223372036854775807", "9223372036854775808", "9" * 400)
STRANGE = ("abc", "{}.0", "{}+1", "%A0{}", "{}%B2", "0x{}", "{}%00", "{}-")


async def test_nobody_reaches_another_s_directory_by_any_call(house: House) -> None:
    """I5 I8: each is answered octet by octet as it is for an id that nobody has, and changes
    nothing."""
    await house.open(config(accounts=(customer("fred"), customer("eve"))))
    hers = await directory(house, "eve")
    mine = await directory(house, "fred", ONE, TWO)
    before = _kept(house)
    for call in CALLS:
        for given in (mine, *NOBODY_S, *STRANGE):
            answer = await said(house, call.format(given.format(mine)), "eve")
            assert answer == UNKNOWN, (call, given)
    assert _kept(house) == before
    assert house.submits() == []
    gone = f"repertoireEdit=del&repertoireId={hers}&num={ONE}"
    not_in = flat(
        107, "La donnée n'est pas présente dans le répertoire!", repertoireId=hers, tel=ONE
    )
    assert await said(house, gone, "eve") == not_in
    assert await said(house, f"sms=Salut&repertoireId={mine}") == flat(0, SENT)
    await house.settle()
    assert sorted(one.number for one in house.submits()) == [33639980001, 33639980002]


def _kept(house: House) -> list[list[tuple[object, ...]]]:
    """All that a call may change: directories, who is in them, orders, and money."""
    with contextlib.closing(sqlite3.connect(house.folder / "chappe.db")) as reader:
        return [
            reader.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("book_group", "member", "ordr", "letter", "message", "ledger")
        ]


@pytest.mark.parametrize("away", ["stays", "restarts", "crashes"])
async def test_a_directory_that_a_campaign_is_scheduled_on_does_not_change(
    house: House, away: str
) -> None:
    """I8: until it leaves, over whatever becomes of the server; and it leaves to those in it."""
    await house.open(config(accounts=(customer("fred"),)))
    mine, other = await directory(house, "fred", ONE), await directory(house, "fred", ONE)
    when = "date_envoi=2026-11-25+10:00"
    assert await said(house, f"sms=Salut&repertoireId={mine}&{when}") == flat(0, SENT)
    if away == "restarts":
        await house.restart(HOUR)
    elif away == "crashes":
        await house.crash(HOUR)
    add, gone = (f"repertoireEdit={what}&repertoireId=" for what in ("add", "del"))
    both = f"&num1={ONE}&num2={TWO}"
    for call in (f"&num={TWO}", both, "&num1=12", f"&num={ONE}"):
        assert [await said(house, f"{edit}{mine}{call}") for edit in (add, gone)] == [BUSY, BUSY]
    assert await said(house, f"{add}{other}&num={TWO}") == flat(
        103, ADDED, repertoireId=other, tel=TWO
    )
    await house.leap(house.clock.now() + DAY - MINUTE - (HOUR if away != "stays" else 0))
    assert await said(house, f"{add}{mine}&num={TWO}") == BUSY
    await house.leap(house.clock.now() + MINUTE)
    assert [one.number for one in house.submits()] == [33639980001]
    assert await said(house, f"{gone}{mine}&num={ONE}") == flat(
        106, REMOVED, repertoireId=mine, tel=ONE
    )
