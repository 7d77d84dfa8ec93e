"""Families of sMsmode over the door: credit under a crowd, what nobody reaches, and what one
customer's keys and children cost another. What each call answers is held by pages, under
tests/conformance; kills by tests/faults."""

import asyncio
import json
import logging
import threading
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chappe.config import StoreConfig
from chappe.doors.pipeline import verb_of
from chappe.engine import harden, verify
from chappe.engine.accounts import HASHER
from chappe.hands import perform
from chappe.hands.accounts import NamedAccount, NamedKey
from chappe.words.account import Claim
from chappe.words.book import Contacts, ContactsWanted
from chappe.words.clock import DAY
from tests.journeys.families import (
    LATER,
    PEOPLE,
    SHORT,
    STRANGER,
    UNKNOWN,
    all_have,
    called,
    done,
    key_of,
    known,
    made_key,
    member,
    posted,
    sent,
)
from tests.journeys.house import CREDIT, House, config

A_CREDIT = 400
FAMILY = ("fred", *(f"child-{n}" for n in range(9)))
TOMORROW = "25112026-10:00"


@pytest.fixture(params=["sqlite", "postgres"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A family of ten, some of whom have less than they give."""
    heirs = [member(login, "fred", balance=12 * A_CREDIT) for login in FAMILY[1:]]
    facts: dict[str, Any] = {"accounts": (member("fred", balance=12 * A_CREDIT), *heirs)}
    if request.param == "postgres":
        facts["store"] = StoreConfig(url=request.getfixturevalue("postgres").fresh())
    house = House(tmp_path)
    await house.open(config(**facts))
    yield house
    await house.close()


# credit


class Gift(NamedTuple):
    giver: str
    taker: str
    credits: int
    reference: str


async def test_two_hundred_transfers_at_once_make_and_lose_nothing(either: House) -> None:
    """S10: in all directions of a family of ten, over the door: each that is answered 0 stands in
    both ledgers once, each that is answered 33 in none, and nobody falls below zero."""
    pairs = [(n % 10, (n * 7 + 1 + n // 10) % 10) for n in range(260)]
    pairs = [(giver, taker) for giver, taker in pairs if giver != taker][:200]
    gifts = [
        Gift(FAMILY[giver], FAMILY[taker], 3 + n % 7, f"gift-{n}")
        for n, (giver, taker) in enumerate(pairs)
    ]
    assert len(gifts) == 200
    before = await all_have(either)
    answers = await asyncio.gather(*(_given(either, gift) for gift in gifts))
    assert set(answers) == {"0 | Transfert effectué\n", SHORT}
    expected = dict.fromkeys(FAMILY, 12 * A_CREDIT)
    booked: list[tuple[str, int, str]] = []
    for gift, answer in zip(gifts, answers, strict=True):
        if answer != SHORT:
            amount = gift.credits * A_CREDIT
            expected[gift.giver] -= amount
            expected[gift.taker] += amount
            booked.append((gift.giver, -amount, f"to {gift.taker}: {gift.reference}"))
            booked.append((gift.taker, amount, f"from {gift.giver}: {gift.reference}"))
    assert {login: await either.balance(login) for login in FAMILY} == expected
    assert min(expected.values()) >= 0
    assert await all_have(either) == before
    ledgers = {
        login: await either.node.store.ledger(known(either, login).id, 999) for login in FAMILY
    }
    moved = [
        (login, row[2], row[5])
        for login, rows in ledgers.items()
        for row in rows
        if row[3] == "moved"
    ]
    assert sorted(moved) == sorted(booked)


async def _given(house: House, gift: Gift) -> str:
    fields = {"targetPseudo": gift.taker, "creditAmount": gift.credits}
    return await called(house, "creditTransfert", gift.giver, reference=gift.reference, **fields)


async def test_a_child_that_is_closed_while_it_sends_leaves_all_it_had(either: House) -> None:
    """S9: whatever of forty sendings for later was taken is called off, and its credit is the
    parent's; it is closed once, however many ask."""
    fields = {"message": "Bonjour", "numero": "0639980001", "date_envoi": TOMORROW}
    sending = [called(either, "sendSMS", "child-0", **fields) for _ in range(10)]
    closing = [called(either, "deleteSubAccount", pseudoToDelete="child-0") for _ in range(5)]
    later = [called(either, "sendSMS", "child-0", **fields) for _ in range(30)]
    answers = await asyncio.gather(*sending, *closing, *later)
    await either.settle()
    assert sorted(answers[10:15]) == ["0 | Suppression effectuée\n", *[UNKNOWN] * 4]
    taken = [one for one in (*answers[:10], *answers[15:]) if one.startswith("0 | ")]
    refused = Counter(one for one in (*answers[:10], *answers[15:]) if not one.startswith("0 | "))
    assert refused.keys() <= {STRANGER, SHORT}
    assert len(taken) + refused.total() == 40
    assert (await either.balance("child-0"), await either.balance()) == (0, 24 * A_CREDIT)
    assert await all_have(either) == 120 * A_CREDIT
    await either.leap(either.clock.now() + 2 * DAY)
    assert either.submits() == []


# what is answered is kept


async def test_what_was_answered_outlives_a_crash(house: House) -> None:
    """S8 S10 S11: a child, its details, its credit, its key and its contacts; and their end."""
    await house.open(config(accounts=PEOPLE))
    details = {"nom": "Léa", "prenom": "€", "date": "29021904", "email": "lea@example.org"}
    await done(house, "createSubAccount", newPseudo="Léa", newPass="motdelea", **details)
    await done(house, "creditTransfert", targetPseudo="LÉA", creditAmount=12, reference="r é")
    who = {"pseudo": "Léa", "pass": "motdelea"}
    status, body = await made_key(house, **who)
    assert status == 200
    key = {"accessToken": json.loads(body)["accessToken"]}
    first = {"nom": "Dupond", "prenom": "Jacques", "date": "01011950", "other": "x"}
    await done(house, "addContact", mobile="0639980001", groupes="amis", **first, **key)
    await done(house, "addContact", mobile="+33639980001", nom="Durand", groupes="foot", **key)
    await house.crash()
    for claim in (who, key):
        assert await called(house, "credit", **claim) == "12.0\n"
    lea = known(house, "léa")
    assert (lea.login, lea.parent, dict(lea.details)) == ("Léa", "fred", details)
    ledger = await house.node.store.ledger(known(house, "fred").id, 1)
    assert [(row[2], row[3], row[5]) for row in ledger] == [
        (-12 * A_CREDIT, "moved", "to Léa: r é")
    ]
    asked = ContactsWanted()
    found = await verb_of(asked)(house.node.desk, lea, "smsmode", asked)
    assert isinstance(found, Contacts)
    assert [(one.number, dict(one.fields)) for one in found.contacts] == [
        (33639980001, {**first, "nom": "Durand"})
    ]
    await done(house, "deleteSubAccount", pseudoToDelete="léa")
    await house.crash()
    for claim in (who, key):
        assert await called(house, "credit", **claim) == STRANGER
    assert dict(known(house, "léa").details) == {}
    assert await house.balance() == CREDIT


async def test_contacts_that_come_together_are_all_in_their_group(house: House) -> None:
    """S11: who brings many at once gets one group, and reaches all of them."""
    await house.open(config(accounts=PEOPLE))
    numbers = [f"06399800{n:02}" for n in range(10)] + [f"06399801{n:02}" for n in range(10)]
    together = {"nom": "x", "groupes": "amis,clients"}
    await asyncio.gather(
        *(done(house, "addContact", mobile=number, **together) for number in numbers)
    )
    for group in ("amis", "clients"):
        sms = await sent(house, groupe=group)
        await house.let(2)
        said = await called(house, "compteRendu", smsID=sms)
        assert said == " | ".join(f"33{number[1:]} 11" for number in sorted(numbers)) + "\n"


# keys


async def test_a_key_is_shown_by_its_id_and_revoked_at_once(house: House) -> None:
    """S1: `chappe account keys` and `chappe account revoke`; the others go on, also after a
    restart, over which an end that is set stays as well."""
    accounts = (member("fred", dialects={"smsmode": {"key_days": 3}}), member("zoe"))
    await house.open(config(accounts=accounts))
    first, second = [
        json.loads((await made_key(house, accessToken="key-of-fred"))[1]) for _ in range(2)
    ]
    assert first["expiration"] == "27112026"
    shown = await perform(house.node, "account keys", NamedAccount(login="fred"))
    assert [row["id"] for row in shown.value] == [first["id"], second["id"]]
    await perform(house.node, "account revoke", NamedKey(login="fred", id=first["id"]))
    for _ in range(2):
        refused = await made_key(house, accessToken=first["accessToken"])
        assert (refused[0], "accessToken" in json.loads(refused[1])) == (401, False)
        assert await called(house, "credit", accessToken=first["accessToken"]) == STRANGER
        for key in (second["accessToken"], "key-of-fred"):
            assert await called(house, "credit", accessToken=key) == "25000.0\n"
        await house.restart()
    made = house.clock.now()
    await house.leap(made + 3 * DAY - 1)
    assert await called(house, "credit", accessToken=second["accessToken"]) == "25000.0\n"
    await house.let(1)
    assert await called(house, "credit", accessToken=second["accessToken"]) == STRANGER


async def test_a_thousand_keys_of_one_cost_another_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S1: over the door; another's call asks the store for as much as before, hashes nothing, and
    nobody whose proof was remembered is proved anew."""
    await house.open(config(accounts=PEOPLE))
    node, who = house.node, {"pseudo": "zoe", "pass": "word-of-zoe"}
    assert await called(house, "credit", **who) == "25000.0\n"
    asked, hashed = _counted(house, monkeypatch)
    assert await called(house, "credit", **who) == "25000.0\n"
    alone, remembered = dict(asked), node.prove.remembered
    assert alone["purses"] == 1
    version = node.accounts.version(known(house, "zoe").id)
    asked.clear()
    who_makes = {"accessToken": "key-of-fred"}
    for _ in range(20):
        made = await asyncio.gather(*(made_key(house, **who_makes) for _ in range(50)))
        assert {status for status, _ in made} == {200}
    assert dict(asked) == {"put_key": 1_000}
    assert house.node.accounts.keyring.count(known(house, "fred").id) == 1_000
    asked.clear()
    assert await called(house, "credit", **who) == "25000.0\n"
    assert dict(asked) == alone
    assert node.prove.remembered == remembered
    assert node.accounts.version(known(house, "zoe").id) == version
    assert hashed == []
    assert node.prove.at_hand(Claim(login="zoe", secret="word-of-zoe"), "127.0.0.1") is not None


def _counted(house: House, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[str], list[str]]:
    """How often the store is asked for what, and whose password is hashed."""
    asked, hashed, store = Counter[str](), list[str](), house.node.store

    def noting(name: str, verb: Any) -> Any:
        def note(*args: Any, **named: Any) -> Any:
            asked[name] += 1
            return verb(*args, **named)

        return note

    for name in dir(store):
        verb = getattr(store, name)
        if not name.startswith("_") and asyncio.iscoroutinefunction(verb):
            monkeypatch.setattr(store, name, noting(name, verb))

    def hash_noted(kept: str, secret: str) -> bool:
        hashed.append(secret)
        return bool(HASHER.verify(kept, secret))

    monkeypatch.setattr(verify, "is_right", hash_noted)
    return asked, hashed


# children


async def test_who_makes_many_children_holds_nobody_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S8: while a password is hashed, which here takes for ever, others are proved and answered;
    too many of one account are told to come again, and another's has its turn before the rest."""
    await house.open(config(accounts=PEOPLE))
    go_on, order, once = threading.Event(), list[str](), HASHER.hash("word")

    class Slow:
        @staticmethod
        def hash(password: str) -> str:
            assert go_on.wait(60)
            return once

    async def made(login: str, name: str) -> str:
        fields = {"newPseudo": name, "newPass": "word"}
        answer = await called(house, "createSubAccount", login, **fields)
        order.append(login if answer.startswith("0") else LATER)
        if len(order) == 6:
            too_many.set()
        return answer

    hardening, too_many = house.node.desk.hardening, asyncio.Event()
    waiting = defaultdict[int, asyncio.Event](asyncio.Event)
    hashed = hardening.hashed

    async def noted(ident: int, password: str) -> str | None:
        waiting[ident].set()
        return await hashed(ident, password)

    monkeypatch.setattr(hardening, "hashed", noted)
    monkeypatch.setattr(harden, "HASHER", Slow)
    crowd = [asyncio.create_task(made("fred", f"child-{n}")) for n in range(70)]
    await too_many.wait()
    assert order == [LATER] * 6
    who = {"pseudo": "zoe", "pass": "word-of-zoe"}
    assert await called(house, "credit", **who) == "25000.0\n"
    wrong = {**who, "pass": "word-of-fred"}
    assert await called(house, "credit", **wrong) == STRANGER
    assert (await sent(house, "anna", numero="0639980001")) != ""
    other = asyncio.create_task(made("zoe", "zoe-junior"))
    await waiting[known(house, "zoe").id].wait()
    go_on.set()
    assert await other == "0 | Création effectuée\n"
    assert order.index("zoe") < 6 + 8  # answers come nearly in the order of their turns
    answers = Counter(await asyncio.gather(*crowd))
    assert answers == {"0 | Création effectuée\n": 64, LATER: 6}


async def test_nothing_secret_is_logged_or_kept_in_plain(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """S1 S8: neither a key nor a password, whether it is right or wrong."""
    with caplog.at_level(logging.DEBUG):
        await house.open(config(accounts=PEOPLE))
        await done(house, "createSubAccount", newPseudo="nina", newPass="word-of-nina")
        _, body = await made_key(house, pseudo="nina", **{"pass": "word-of-nina"})
        key = json.loads(body)["accessToken"]
        assert await called(house, "credit", accessToken=key) == "0.0\n"
        for fields in ({"accessToken": "wrong-key-x"}, {"pseudo": "nina", "pass": "wrong-word-x"}):
            assert await called(house, "credit", **fields) == STRANGER
        taken = {"newPseudo": "nina", "newPass": "other-word-x", "accessToken": "key-of-fred"}
        await posted(house, "/http/1.6/createSubAccount.do", taken)
        await house.stop()
    kept = b"".join([file.read_bytes() for file in house.folder.rglob("*") if file.is_file()])
    assert b"nina" in kept
    assert "made the account nina" in caplog.text
    for secret in ("word-of-nina", key, "wrong-key-x", "wrong-word-x", "other-word-x"):
        assert secret.encode() not in kept
        assert secret not in caplog.text
    await house.start(house.node.config)
    assert key_of("fred") != key
