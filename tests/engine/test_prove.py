"""Proving who asks: one hash for all who ask the same, none per message, guesses slowed."""

import asyncio
import time
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest

from chappe.engine import prove, suspect, verify
from chappe.engine.accounts import HASHER, Accounts, Secrets
from chappe.engine.prove import Prove
from chappe.words.account import Account, Claim
from chappe.words.answer import NotAdmitted, Refusal, Trouble
from chappe.words.clock import HOUR, MINUTE, HandClock

FRED = Account(id=1, login="fred", email="Fred@example.org", ips=("10.0.0.0/8", "127.0.0.1"))
MARIE = Account(id=2, login="marie")
SECRETS = {1: "xpasswordx", 2: "word-of-marie"}
HASHES = {HASHER.hash(secret): secret for secret in SECRETS.values()}
HASH = next(iter(HASHES))
WRONG, NOT_NOW = Refusal((Trouble.bad_credentials,)), Refusal((Trouble.not_now,))
HOME = "10.0.0.1"
RIGHT = Claim(login="fred", secret="xpasswordx")


class Books:
    """What a door-keeper asks of the accounts."""

    def __init__(self) -> None:
        self.versions = {1: 1, 2: 1}
        self.passwords = dict(zip((1, 2), HASHES, strict=True))
        self.known = {"fred": FRED, "fred@example.org": FRED, "marie": MARIE}

    def by_login(self, login: str) -> Account | None:
        return self.known.get(login.casefold())

    def by_id(self, ident: int) -> Account | None:
        return {1: FRED, 2: MARIE}.get(ident)

    def by_key(self, kind: str, key: str, now: int) -> Account | None:
        return FRED if (kind, key) == ("token", "t") else None

    def version(self, ident: int) -> int:
        return self.versions.get(ident, 0)

    def secrets(self, ident: int) -> Secrets:
        return Secrets(password=self.passwords.get(ident, ""))

    def change(self, ident: int, secret: str) -> None:
        self.passwords[ident] = HASHER.hash(secret)
        self.versions[ident] += 1


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every secret that was hashed."""
    seen: list[str] = []
    is_right = verify.is_right

    def noted(kept: str, secret: str) -> bool:
        seen.append(secret)
        return is_right(kept, secret)

    monkeypatch.setattr(verify, "is_right", noted)
    return seen


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The same, where a hash takes a millisecond."""
    seen: list[str] = []

    def noted(kept: str, secret: str) -> bool:
        seen.append(secret)
        time.sleep(0.001)
        return HASHES.get(kept) == secret

    monkeypatch.setattr(verify, "is_right", noted)
    return seen


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long answers were kept back; nobody waits for it."""
    seen: list[float] = []

    async def sleep(seconds: float) -> None:
        seen.append(seconds)

    monkeypatch.setattr(prove, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))
    return seen


def keeper() -> tuple[Prove, Books, HandClock]:
    books, clock = Books(), HandClock(1_000_000)
    return Prove(cast(Accounts, books), clock), books, clock


def guess(number: int, login: str = "fred") -> Claim:
    return Claim(login=login, secret=f"guess {number}")


# what is remembered


async def test_many_who_ask_the_same_at_once_cost_one_hash(hashed: list[str]) -> None:
    """E55: hashing costs nothing per message."""
    door, _, _ = keeper()
    answers = await asyncio.gather(*[door.prove(RIGHT, "127.0.0.1") for _ in range(64)])
    assert answers == [FRED] * 64
    assert await door.prove(RIGHT, "127.0.0.1") == FRED
    assert hashed == ["xpasswordx"]


async def test_a_changed_password_works_at_once_and_the_old_one_no_more(hashed: list[str]) -> None:
    """E55: what was right is forgotten, and what was wrong."""
    door, books, _ = keeper()
    new = Claim(login="fred", secret="new")
    assert [await door.prove(claim, HOME) for claim in (RIGHT, new)] == [FRED, WRONG]
    books.change(1, "new")
    assert [await door.prove(claim, HOME) for claim in (RIGHT, new)] == [WRONG, FRED]
    assert hashed == ["xpasswordx", "new"] * 2


async def test_a_change_of_one_account_makes_no_other_be_hashed_again(hashed: list[str]) -> None:
    """E55: an account that changes often costs its own hashes alone."""
    door, books, _ = keeper()
    marie = Claim(login="marie", secret="word-of-marie")
    assert await door.prove(marie, HOME) == MARIE
    books.change(1, "new")
    assert door.at_hand(marie, HOME) == MARIE
    assert hashed == ["word-of-marie"]


async def test_a_credential_that_is_used_is_never_hashed_again(hashed: list[str]) -> None:
    """E55: a client that calls every few minutes is known for good, one that rests is forgotten."""
    door, _, clock = keeper()
    assert await door.prove(RIGHT, HOME) == FRED
    for _ in range(20):
        clock.advance(clock.now() + 4 * MINUTE)
        assert door.at_hand(RIGHT, HOME) == FRED
    assert hashed == ["xpasswordx"]
    clock.advance(clock.now() + 6 * MINUTE)
    assert door.at_hand(RIGHT, HOME) is None


async def test_an_account_that_comes_into_being_is_proved_at_once(hashed: list[str]) -> None:
    """E51: though the same was asked, and wrong, a moment before."""
    door, books, _ = keeper()
    books.known.pop("fred")
    assert await door.prove(RIGHT, HOME) == WRONG
    books.known["fred"] = FRED
    assert await door.prove(RIGHT, HOME) == FRED


async def test_a_password_that_changes_while_it_is_looked_at_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E55: neither is the old one taken, nor the new one called wrong."""
    door, books, _ = keeper()

    async def change(kept: str, secret: str) -> bool:
        books.versions[1] += 1
        return True

    monkeypatch.setattr(prove, "verify", change)
    assert await door.prove(RIGHT, HOME) == NOT_NOW


async def test_logins_and_mail_addresses_are_the_same_in_any_case(hashed: list[str]) -> None:
    """E55: and a password that is right is remembered once for all of them."""
    door, _, _ = keeper()
    for login in ("fred", "FRED", "Fred"):
        assert await door.prove(Claim(login=login, secret="xpasswordx"), HOME) == FRED
    mail = Claim(login="FRED@Example.org", secret="xpasswordx")
    assert await door.prove(mail, HOME) == FRED
    assert await door.prove(Claim(login="Fred", key="t", key_kind="token"), HOME) == FRED
    assert hashed == ["xpasswordx"] * 2


# guesses


async def test_guessing_slows_wrong_tries_only(hashed: list[str], waits: list[float]) -> None:
    """E55: after ten wrong tries in a minute each further one waits longer."""
    door, _, clock = keeper()
    same = Claim(login="fred", secret="guess")
    assert [await door.prove(same, "10.1.2.3") for _ in range(13)] == [WRONG] * 13
    assert waits == [0.0] * 10 + [0.5, 1.0, 1.5]
    assert await door.prove(RIGHT, "10.1.2.3") == FRED
    assert len(waits) == 13
    assert hashed == ["guess", "xpasswordx"]
    clock.advance(clock.now() + MINUTE)
    await door.prove(same, "10.1.2.3")
    assert waits[13:] == [0.0]


async def test_a_login_that_is_attacked_from_everywhere_is_slowed_there_alone(
    quick: list[str], waits: list[float]
) -> None:
    """E55: the owner mistypes once, and waits for nobody's tries."""
    door, _, _ = keeper()
    for number in range(200):
        await door.prove(guess(number % 20), f"192.0.2.{number % 10}")
    assert max(waits) == 5.0
    waits.clear()
    await door.prove(guess(777), HOME)
    assert waits == [0.0]


async def test_an_address_that_tries_many_logins_is_slowed(
    quick: list[str], waits: list[float]
) -> None:
    """E55: after thirty in a minute, as it may speak for many."""
    door, _, _ = keeper()
    for number in range(33):
        await door.prove(Claim(login=f"l{number}", secret="x"), "192.0.2.1")
    assert waits == [0.0] * 30 + [0.5, 1.0, 1.5]


async def test_a_network_of_the_new_kind_is_one_address(
    quick: list[str], waits: list[float]
) -> None:
    """E55: whoever has one IPv6 address has 2**64 of them; the old kind may come mapped."""
    door, _, _ = keeper()
    for number in range(11):
        await door.prove(guess(1), f"2001:db8::{number:x}:1")
    assert waits[10:] == [0.5]
    await door.prove(guess(1), "2001:db8:0:1::1")
    assert waits[11:] == [0.0]
    assert [suspect.address_of(one) for one in ("::ffff:192.0.2.7", "192.0.2.7", "odd")] == [
        "192.0.2.7",
        "192.0.2.7",
        "odd",
    ]


async def test_what_is_remembered_of_guesses_is_bounded_and_drives_out_nothing(
    quick: list[str], waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: neither what is right, nor who guesses most."""
    monkeypatch.setattr(suspect, "_COUNTED_MAX", 200)
    monkeypatch.setattr(prove, "_REMEMBERED_MAX", 200)
    door, _, _ = keeper()
    assert await door.prove(RIGHT, HOME) == FRED
    for number in range(400):
        await door.prove(Claim(login=f"{number}", secret="x"), "192.0.2.66")
    for number in range(400):
        await door.prove(Claim(login="fred", secret="x"), f"198.51.{number // 200}.{number % 200}")
    assert door.at_hand(RIGHT, HOME) == FRED
    assert door.suspect.tries("192.0.2.66", "x").of_address == 400
    assert door.suspect.counted <= 200
    assert door.remembered <= 200 + 1


async def test_a_claim_of_megabytes_is_nobodys_and_is_forgotten(hashed: list[str]) -> None:
    """E55: what is remembered of wrong tries is a few letters each, whatever was claimed."""
    door, _, _ = keeper()
    for claim in (
        Claim(login="x" * 1_000_000, secret="y"),
        Claim(login="fred", secret="y" * 9_999),
    ):
        assert await door.prove(claim, HOME) == WRONG
    assert hashed == []
    assert door.suspect.tries(HOME, "x" * 256).of_login == 1  # no more of it is known


# whose turn it is


@pytest.mark.parametrize("addresses", [1, 100])
async def test_a_stranger_never_locks_the_owner_out(
    quick: list[str], waits: list[float], addresses: int
) -> None:
    """E55: under a thousand guesses at once the right password is heard after one turn of each
    address that has not guessed yet, and at once when all of them have."""
    door, _, _ = keeper()
    peers = [f"192.0.2.{number}" for number in range(addresses)]
    flood = [
        asyncio.create_task(door.prove(guess(number), peers[number % addresses]))
        for number in range(1_000)
    ]
    await asyncio.sleep(0)
    assert await door.prove(RIGHT, HOME) == FRED
    assert quick.index("xpasswordx") <= addresses + 2
    answers = await asyncio.gather(*flood)
    assert set(map(str, answers)) <= {str(WRONG), str(NOT_NOW)}

    again = [
        asyncio.create_task(door.prove(guess(number + 1_000), peers[number % addresses]))
        for number in range(1_000)
    ]
    await asyncio.sleep(0)
    before = len(quick)
    marie = Claim(login="marie", secret="word-of-marie")
    assert await door.prove(marie, HOME) == MARIE
    assert quick.index("word-of-marie") <= before + 2
    await asyncio.gather(*again)


async def test_an_address_that_was_right_lately_goes_first(
    quick: list[str], waits: list[float]
) -> None:
    """E55: its owner called an hour ago, and strangers from everywhere fill the queue."""
    door, _, clock = keeper()
    assert await door.prove(RIGHT, HOME) == FRED
    clock.advance(clock.now() + HOUR)
    flood = [
        asyncio.create_task(door.prove(guess(number), f"192.0.{number // 250}.{number % 250}"))
        for number in range(1_000)
    ]
    await asyncio.sleep(0)
    assert await door.prove(RIGHT, HOME) == FRED
    assert quick.index("xpasswordx", 1) <= 3
    await asyncio.gather(*flood)


async def test_what_there_was_no_time_for_is_not_called_wrong(
    quick: list[str], waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: the right password among the flood of its own address, and one that waits too long."""
    door, _, _ = keeper()
    flood = [asyncio.create_task(door.prove(guess(number), HOME)) for number in range(500)]
    await asyncio.sleep(0)
    answer = await door.prove(RIGHT, HOME)
    assert answer in (FRED, NOT_NOW)
    marie = await door.prove(Claim(login="marie", secret="word-of-marie"), HOME)
    assert marie == MARIE  # at the same address another login has its turn
    answers = await asyncio.gather(*flood)
    assert answers.count(NOT_NOW) >= 400
    monkeypatch.setattr(verify, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(verify, "_AT_ONCE", 0)
    assert await door.prove(Claim(login="fred", secret="late"), "127.0.0.1") == NOT_NOW
    assert "late" not in quick
    assert door.waiting_room.crowd == (0, 0, 0)


async def test_those_who_guess_leave_a_place_to_the_others(
    monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    """E55: however many they are, one hash of theirs is made at a time."""
    door, _, _ = keeper()
    under_way, most = 0, 0

    async def slow(kept: str, secret: str) -> bool:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.0005)
        under_way -= 1
        return False

    monkeypatch.setattr(prove, "verify", slow)
    for number in range(11):
        await door.prove(guess(number), "192.0.2.1")
    most = 0
    await asyncio.gather(*[door.prove(guess(number + 11), "192.0.2.1") for number in range(30)])
    assert most == 1
    await asyncio.gather(
        *[door.prove(guess(number + 50), f"198.51.100.{number}") for number in range(30)]
    )
    assert most == 2


async def test_a_caller_that_goes_away_leaves_no_place_taken(
    quick: list[str], waits: list[float]
) -> None:
    """E55: neither while it waits nor while it is looked at."""
    turns = verify.WaitingRoom()
    tries = suspect.Tries(0, 0)

    async def stay(address: str) -> None:
        async with turns.turn(address, "", tries, is_known=False):
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(stay(f"192.0.2.{number}")) for number in range(6)]
    await asyncio.sleep(0.01)
    assert turns.crowd == (2, 4, 4)
    for task in reversed(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert turns.crowd == (0, 0, 0)


async def test_a_wrong_try_is_told_with_the_way_it_came_and_without_its_secret(
    quick: list[str], waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    """E55: by password, by key, and within a file; what was right is not told."""
    door, _, _ = keeper()
    await door.prove(Claim(login="fred", secret="hidden-word"), "192.0.2.7", "highsms")
    await door.prove(Claim(login="fred", key="hidden-word"), "2001:db8::7", "sftp")
    assert await door.prove_within(Claim(login="marie", secret="hidden-word"), FRED) == WRONG
    assert await door.prove(RIGHT, HOME, "highsms") == FRED
    assert [(one.levelname, one.name, one.getMessage()) for one in caplog.records] == [
        ("WARNING", "chappe.logins", f"refused from {place}: 1 try, as '{login}' by {by}")
        for place, login, by in (
            ("192.0.2.7", "fred", "highsms"),
            ("2001:db8::/64", "fred", "sftp"),
            ("a file of fred", "marie", "file"),
        )
    ]


# addresses and keys


async def test_an_address_outside_the_list_is_refused(hashed: list[str]) -> None:
    """E55: the list holds addresses of both kinds, and ranges."""
    door, _, _ = keeper()
    refused = NotAdmitted((Trouble.bad_address,), account=FRED)
    assert [await door.prove(RIGHT, "192.0.2.1"), door.at_hand(RIGHT, "192.0.2.1")] == [refused] * 2
    assert await door.prove(RIGHT, "::ffff:10.9.8.7") == FRED


@pytest.mark.parametrize("state", ["pending", "suspended"])
async def test_who_may_not_ask_and_not_from_there_hears_what_their_provider_tells_first(
    state: str, hashed: list[str]
) -> None:
    """O20: both are told, as providers differ in which of them wins; who is closed is nobody."""
    trouble = {"pending": Trouble.account_pending, "suspended": Trouble.account_suspended}[state]
    door, _, _ = keeper()
    for peer, troubles in (("192.0.2.1", (trouble, Trouble.bad_address)), (HOME, (trouble,))):
        fred = msgspec.structs.replace(FRED, state=state)
        assert door.admit(fred, peer) == NotAdmitted(troubles, account=fred)
    closed = msgspec.structs.replace(FRED, state="closed")
    assert door.admit(closed, "192.0.2.1") == Refusal((Trouble.account_closed,))


async def test_a_token_stands_alone_but_not_beside_another_login(hashed: list[str]) -> None:
    """E55: keys are found by index, without a hash of a password."""
    door, _, _ = keeper()
    token = Claim(key="t", key_kind="token")
    assert await door.prove(token, "127.0.0.1") == FRED
    other = Claim(login="marie", key="t", key_kind="token")
    assert await door.prove(other, "127.0.0.1") == WRONG
    assert hashed == []
