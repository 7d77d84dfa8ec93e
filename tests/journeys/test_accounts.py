"""Accounts that change often: what one does costs the others nothing."""

import asyncio
import threading

import pytest

from chappe.config import Secret
from chappe.engine import declare, verify
from chappe.engine.accounts import HASHER
from chappe.engine.declare import Declared
from chappe.hands import accounts as hands
from chappe.links.operator.mind.judgement import Weather
from chappe.words.account import Claim
from chappe.words.answer import Refusal
from chappe.words.codes import ids_of
from chappe.words.money import EURO
from tests.journeys.house import House, account, config, many

KEYS = 1_000
ANNA = Claim(login="anna", secret="word-of-anna")


async def test_a_thousand_keys_of_one_account_cost_the_others_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: no other's password is hashed again, and no message under way is forgotten."""
    people = (account("fred"), account("anna", password=Secret("word-of-anna")))
    await house.open(config(accounts=people))
    house.link().set_weather(Weather(latency_ms=60_000))
    receipts = [await house.take(many(1), account="anna") for _ in range(5)]
    await house.node.prove.prove(ANNA, "127.0.0.1")
    hashed: list[str] = []
    monkeypatch.setattr(verify, "is_right", lambda kept, secret: hashed.append(secret))
    recent = house.node.store._recent
    idents = [receipt.first for receipt in receipts]
    known = set(recent.rows(idents))
    terms = dict(recent.terms)
    assert known == set(idents)

    for number in range(KEYS):
        await declare.declare(house.node.desk, Declared(login="fred", api_keys=[f"k{number}"]))
    await hands.credit(house.node, hands.Booking(login="fred", amount="1"))

    for secret in ("k0", f"k{KEYS - 1}"):
        proved = house.node.prove.at_hand(Claim(key=secret), "127.0.0.1")
        assert proved == house.node.accounts.by_login("fred")
    assert house.node.prove.at_hand(ANNA, "127.0.0.1") == house.node.accounts.by_login("anna")
    assert hashed == []
    assert (set(recent.rows(idents)), recent.terms) == (known, terms)
    await house.let(61)


async def test_a_password_is_never_hashed_on_the_loop(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: whoever sets one keeps nobody else waiting; one that stands is not hashed again."""
    hashed: list[tuple[str, bool]] = []

    class Noted:
        @staticmethod
        def hash(plain: str) -> str:
            on_loop = threading.current_thread() is threading.main_thread()
            hashed.append((plain, on_loop))
            return HASHER.hash(plain)

    monkeypatch.setattr("chappe.engine.declare.HASHER", Noted)
    said = config(accounts=(account("fred", password=Secret("first")),))
    await house.open(said)
    await house.reload(said)
    await hands.password(house.node, hands.Password(login="fred", password="second"))
    await house.reload(said)
    assert hashed == [("first", False), ("second", False)]


async def test_changes_of_one_account_at_the_same_time_are_all_kept(house: House) -> None:
    """E51: each begins with what the one before it left."""
    await house.open()
    changes = [Declared(login="fred", api_keys=[f"k{number}"]) for number in range(10)]
    changes.append(Declared(login="fred", password="word-of-fred"))
    changes.append(Declared(login="fred", facts={"warn_below": EURO}))
    await asyncio.gather(*[declare.declare(house.node.desk, change) for change in changes])
    known = house.node.accounts.by_login("fred")
    assert known is not None
    assert len(house.node.accounts.secrets(known.id).keys) == 10
    assert house.node.accounts.floors == {known.id: EURO}
    proved = await house.node.prove.prove(Claim(login="fred", secret="word-of-fred"), "127.0.0.1")
    assert not isinstance(proved, Refusal)
    await house.restart()
    assert len(house.node.accounts.secrets(known.id).keys) == 10


async def test_ids_are_the_installations_and_outlive_a_restart(house: House) -> None:
    """Nobody can tell them without its key file, which no row and no account that is shown
    tells anything of."""
    people = (account("fred"), account("anna"))
    await house.open(config(accounts=people))
    fred, anna = map(house.node.accounts.by_login, ("fred", "anna"))
    assert fred is not None
    assert anna is not None
    code = fred.ids.order.code(4711)
    assert anna.ids.order.number(code) == 4711
    assert code != ids_of(bytes(32)).order.code(4711)
    await house.reload(config(accounts=(account("fred", rate=9), account("anna"))))
    await house.restart()
    again = house.node.accounts.by_login("fred")
    assert again is not None
    assert (again.ids.order.code(4711), again.rate) == (code, 9)
    kept = b"".join(path.read_bytes() for path in house.folder.glob("chappe.db*"))
    assert b'"callback_hosts"' in kept
    assert b'"ids"' not in kept
