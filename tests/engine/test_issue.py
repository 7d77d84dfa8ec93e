"""Keys made by asking: they work at once, end when they are to, and cost others nothing."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chappe.config import Secret, StoreConfig
from chappe.engine import issue
from chappe.engine.family import make_child
from chappe.engine.issue import make_key
from chappe.hands import perform
from chappe.hands.accounts import NamedAccount, NamedKey, NewKey
from chappe.hands.shown import CannotDo, Shown
from chappe.store.contract.family import KeptKey
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from chappe.words.clock import MINUTE
from chappe.words.family import MadeKey, MakeChild, MakeKey
from tests.journeys.house import House, account, config

HERE = "127.0.0.1"
WRONG = Refusal((Trouble.bad_credentials,))
PEOPLE = (account("fred"), account("anna", password=Secret("word-of-anna")))


@pytest.fixture(params=["sqlite", "postgres"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    facts: dict[str, Any] = {"accounts": PEOPLE}
    if request.param == "postgres":
        facts["store"] = StoreConfig(url=request.getfixturevalue("postgres").fresh())
    house = House(tmp_path)
    await house.open(config(**facts))
    yield house
    await house.close()


@pytest.fixture
async def one_house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    await house.open(config(accounts=PEOPLE))
    yield house
    await house.close()


def known(house: House, login: str = "fred") -> Account:
    found = house.node.accounts.by_login(login)
    assert found is not None
    return found


async def made(house: House, login: str = "fred", **wishes: Any) -> MadeKey:
    answer = await make_key(house.node.desk, known(house, login), "plain", MakeKey(**wishes))
    assert isinstance(answer, MadeKey)
    return answer


async def proved(house: House, **claim: str) -> Any:
    return await house.node.prove.prove(Claim(**claim), HERE)


async def hand(house: House, name: str, asked: Any) -> Shown:
    return await perform(house.node, name, asked)


async def test_a_key_works_at_once_and_all_others_go_on(house: House) -> None:
    """Also after a restart; it is no key of another kind, and its text is nowhere kept."""
    keys = [await made(house) for _ in range(3)]
    token = await made(house, kind="token")
    assert all(re.fullmatch("[A-Za-z0-9]{32}", key.key) for key in keys)
    assert len({key.key for key in keys} | {key.id for key in keys}) == 6
    assert {(key.at, key.ends) for key in keys} == {(house.clock.now(), 0)}
    for _ in range(2):
        for key in keys:
            assert await proved(house, key=key.key) == known(house)
            assert await proved(house, login="fred", key=key.key) == known(house)
            assert await proved(house, login="anna", key=key.key) == WRONG
            assert await proved(house, key=key.key, key_kind="token") == WRONG
        assert await proved(house, key=token.key, key_kind="token") == known(house)
        await house.restart()
    kept = await house.node.store.made_keys("", 9)
    assert all(key.key not in repr(kept) for key in keys)


async def test_a_key_is_wrong_from_its_end_on(house: House) -> None:
    """By the engine's clock."""
    end = house.clock.now() + MINUTE
    key = await made(house, ends=end)
    await house.until(end - 1)
    assert await proved(house, key=key.key) == known(house)
    await house.until(end)
    assert await proved(house, key=key.key) == WRONG
    (row,) = (await hand(house, "account keys", NamedAccount(login="fred"))).value
    assert (row["id"], row["state"]) == (key.id, "ended")


async def test_a_key_is_listed_and_revoked_by_hand(house: House) -> None:
    """By the id that was told with it; the others go on, and no key itself is shown."""
    first, second = await made(house), await made(house)
    shown = await hand(house, "account keys", NamedAccount(login="fred"))
    assert [row["id"] for row in shown.value] == [first.id, second.id]
    assert first.key not in repr(shown)
    assert (await hand(house, "account keys", NamedAccount(login="anna"))).value == []
    for login, ident in (("anna", first.id), ("fred", "x")):
        with pytest.raises(CannotDo, match="has no key"):
            await hand(house, "account revoke", NamedKey(login=login, id=ident))
    await hand(house, "account revoke", NamedKey(login="fred", id=first.id))
    for _ in range(2):
        assert await proved(house, key=first.key) == WRONG
        assert await proved(house, key=second.key) == known(house)
        await house.restart()


@pytest.mark.parametrize("ending", ["close", "replace"])
async def test_closing_an_account_or_replacing_its_keys_ends_those_that_it_made(
    one_house: House, ending: str
) -> None:
    house = one_house
    key, other = await made(house), await made(house, "anna")
    if ending == "close":
        await hand(house, "account close", NamedAccount(login="fred"))
        assert await proved(house, key=key.key) == WRONG
        await hand(house, "account activate", NamedAccount(login="fred"))
    else:
        await hand(house, "account key", NewKey(login="fred", replace=True))
    assert await proved(house, key=key.key) == WRONG
    assert await proved(house, key=other.key) == known(house, "anna")
    await house.restart()
    assert await proved(house, key=key.key) == WRONG


async def test_keys_are_bounded(one_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another account has room all the same."""
    monkeypatch.setattr(issue, "KEYS_MOST", 2)
    await made(one_house), await made(one_house)
    full = await make_key(one_house.node.desk, known(one_house), "plain", MakeKey())
    assert full == Refusal((Trouble.queue_full,))
    await made(one_house, "anna")


async def test_a_thousand_keys_cost_one_insert_each_and_nobody_else_anything(
    one_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is read, no account is written, no remembered proof falls, no lock is held."""
    house, node = one_house, one_house.node
    claim = Claim(login="anna", secret="word-of-anna")
    assert await node.prove.prove(claim, HERE) == known(house, "anna")
    remembered, version = node.prove.remembered, node.accounts.version(known(house, "anna").id)
    put, inserted = node.store.put_key, list[str]()

    async def noted(key: KeptKey) -> None:
        inserted.append(key.id)
        await put(key)

    async def never(*_: Any) -> Any:
        raise AssertionError("a key touches nothing but its own row")

    monkeypatch.setattr(node.store, "put_key", noted)
    for name in ("accounts", "put_account", "purses", "made_keys", "drop_keys", "book"):
        monkeypatch.setattr(node.store, name, never)
    async with node.accounts.changing:
        keys = await asyncio.gather(*(made(house) for _ in range(1_000)))
    assert inserted == [key.id for key in keys]
    assert node.prove.at_hand(claim, HERE) == known(house, "anna")
    assert node.prove.remembered == remembered
    assert node.accounts.version(known(house, "anna").id) == version
    assert await proved(house, key=keys[0].key) == known(house)
    monkeypatch.undo()


async def test_children_and_keys_of_one_leave_others_remembered(one_house: House) -> None:
    """No cache of everybody falls for one customer's child or key: nobody is hashed again."""
    house, node = one_house, one_house.node
    claim = Claim(login="anna", secret="word-of-anna")
    assert await node.prove.prove(claim, HERE) == known(house, "anna")
    for n in range(3):
        await make_child(node.desk, known(house), "plain", MakeChild(f"child-{n}", "word"))
        await made(house)
        assert node.prove.at_hand(claim, HERE) == known(house, "anna")


async def test_a_key_that_is_made_while_its_account_is_closed_opens_nothing(
    one_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, node = one_house, one_house.node
    fred, put = known(house), node.store.put_key

    async def closing(key: KeptKey) -> None:
        await put(key)
        await hand(house, "account close", NamedAccount(login="fred"))

    monkeypatch.setattr(node.store, "put_key", closing)
    answer = await make_key(node.desk, fred, "plain", MakeKey())
    assert answer == Refusal((Trouble.account_closed,))
    assert await node.store.made_keys("", 9) == []
