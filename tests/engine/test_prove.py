"""Proving who asks: one hash for all who ask the same, none per message, guesses slowed."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chappe.engine import prove
from chappe.engine.accounts import HASHER, Accounts, Secrets
from chappe.engine.prove import Prove
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from chappe.words.clock import HandClock

FRED = Account(id=1, login="fred", ips=("10.0.0.0/8", "127.0.0.1"))
HASH = HASHER.hash("xpasswordx")


class Books:
    """What a door-keeper asks of the accounts."""

    def __init__(self) -> None:
        self.version = 1
        self.password = HASH

    def by_login(self, login: str) -> Account | None:
        return FRED if login == "fred" else None

    def by_id(self, ident: int) -> Account | None:
        return FRED

    def by_key(self, kind: str, key: str) -> Account | None:
        return FRED if (kind, key) == ("token", "t") else None

    def secrets(self, ident: int) -> Secrets:
        return Secrets(password=self.password)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every secret that was hashed."""
    seen: list[str] = []
    verify = prove._verify

    def noted(kept: str, secret: str) -> bool:
        seen.append(secret)
        return verify(kept, secret)

    monkeypatch.setattr(prove, "_verify", noted)
    return seen


def keeper() -> tuple[Prove, Books]:
    books = Books()
    return Prove(cast(Accounts, books), HandClock(1_000_000)), books


RIGHT = Claim(login="fred", secret="xpasswordx")


async def test_many_who_ask_the_same_at_once_cost_one_hash(hashed: list[str]) -> None:
    """E55: hashing costs nothing per message."""
    prover, _ = keeper()
    answers = await asyncio.gather(*[prover.prove(RIGHT, "127.0.0.1") for _ in range(64)])
    assert answers == [FRED] * 64
    assert await prover.prove(RIGHT, "127.0.0.1") == FRED
    assert hashed == ["xpasswordx"]


async def test_a_change_of_accounts_drops_what_was_remembered(hashed: list[str]) -> None:
    """E55: a changed password works at once, the old one no more."""
    prover, books = keeper()
    assert await prover.prove(RIGHT, "127.0.0.1") == FRED
    books.password, books.version = HASHER.hash("new"), 2
    assert await prover.prove(RIGHT, "127.0.0.1") == Refusal((Trouble.bad_credentials,))
    assert await prover.prove(Claim(login="fred", secret="new"), "127.0.0.1") == FRED
    assert hashed == ["xpasswordx", "xpasswordx", "new"]


async def test_guessing_slows_wrong_tries_only(
    hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: after ten wrong tries in a minute each further one waits longer."""
    prover, _ = keeper()
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(prove, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))
    for _ in range(13):
        wrong: Any = await prover.prove(Claim(login="fred", secret="guess"), "10.1.2.3")
        assert wrong == Refusal((Trouble.bad_credentials,))
    assert waits == [0.5, 1.0, 1.5]
    assert await prover.prove(RIGHT, "10.1.2.3") == FRED
    assert len(waits) == 3
    assert hashed == ["guess", "xpasswordx"]


async def test_an_address_outside_the_list_is_refused(hashed: list[str]) -> None:
    """E55: the list holds addresses of both kinds, and ranges."""
    prover, _ = keeper()
    assert await prover.prove(RIGHT, "192.0.2.1") == Refusal((Trouble.bad_address,))
    assert await prover.prove(RIGHT, "::ffff:10.9.8.7") == FRED


async def test_a_token_stands_alone_but_not_beside_another_login(hashed: list[str]) -> None:
    """E55: keys are found by index, without a hash of a password."""
    prover, _ = keeper()
    token = Claim(key="t", key_kind="token")
    assert await prover.prove(token, "127.0.0.1") == FRED
    other = Claim(login="marie", key="t", key_kind="token")
    assert await prover.prove(other, "127.0.0.1") == Refusal((Trouble.bad_credentials,))
    assert hashed == []


async def test_a_claim_of_megabytes_is_nobodys_and_is_forgotten(hashed: list[str]) -> None:
    """E55: what is remembered of wrong tries is a few letters each, whatever was claimed."""
    door, _ = keeper()
    for claim in (
        Claim(login="x" * 1_000_000, secret="y"),
        Claim(login="fred", secret="y" * 9_999),
    ):
        assert await door.prove(claim, "10.0.0.1") == Refusal((Trouble.bad_credentials,))
    assert hashed == []
    assert max(len(who) for who in door._tries) < 300
