"""Look-ups of iSendPro, many at once: what they cost. What each answers is held by a page."""

import asyncio

import pytest

from chappe.config import StoreConfig
from chappe.words.money import COUNTED, HLR
from tests.journeys.house import CREDIT, House, config
from tests.journeys.isendpro import TOP, customer, flat, said
from tests.store.server import Server

USED_UP = flat(35, "Votre crédit de HLR est épuisé !")
_AT_ONCE = 200


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> StoreConfig:
    if request.param == "sqlite":
        return StoreConfig()
    server: Server = request.getfixturevalue("postgres")
    return StoreConfig(url=server.fresh())


async def test_two_hundred_calls_at_once_are_paid_to_the_last_number(
    house: House, store: StoreConfig
) -> None:
    """I13: not one more is answered than there is credit for, and not one fewer; each is answered
    whole, and none costs anything of the credit for messages."""
    await house.open(config(accounts=(customer("fred", hlr_credit=100),), store=store))
    several = "getHLR=1&num1=0639982501&num2=12&num3=0639980011"
    found = "".join(
        f"<etat{at}><tel{at}>{tel}</tel{at}><operateur{at}>{operator}</operateur{at}>"
        f"<opérateur{at}>{operator}</opérateur{at}></etat{at}>"
        for at, (tel, operator) in enumerate(
            (("0639982501", "SFR"), ("12", "INVALIDE"), ("0639980011", "INVALIDE")), 1
        )
    )
    answers = await asyncio.gather(*(said(house, several) for _ in range(_AT_ONCE)))
    assert sorted(answers) == sorted([f"{TOP}{found}</etat>"] * 33 + [USED_UP] * 167)
    assert await _left(house) == 1
    one = f"{TOP}<tel>0639982501</tel><operateur>SFR</operateur><opérateur>SFR</opérateur></etat>"
    answers = await asyncio.gather(
        *(said(house, "getHLR=1&num=0639982501") for _ in range(_AT_ONCE))
    )
    assert sorted(answers) == sorted([one] + [USED_UP] * 199)
    assert await _left(house) == 0


async def _left(house: House) -> int:
    assert await house.node.store.audit() == []
    assert await house.balance() == CREDIT
    return await house.balance(purse=HLR) // COUNTED
