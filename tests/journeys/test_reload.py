"""A file that is read again: what changed is applied, what did not goes on undisturbed."""

from collections import Counter
from typing import Any

import pytest

from chappe.config import AccountConfig, Config, RouteConfig, Secret, TariffRow
from chappe.hands import accounts as hands
from chappe.links.operator.mind.judgement import Weather
from chappe.node import CannotStart
from chappe.node.accounts import undeclared
from chappe.words.account import Claim
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Reason, State
from chappe.words.order import Channel
from tests.journeys.house import CREDIT, House, account, config, link, many

TWO = (link("one", window=10), link("two", window=10))
BY_ACCOUNT = (
    RouteConfig(links=("one", "two"), account=("fred",)),
    RouteConfig(links=("two",), account=("anna",)),
)
BOTH = (account("fred"), account("anna"))


async def test_opening_credit_is_booked_once(house: House) -> None:
    """E51 E3: a changed account is applied; what it had is neither doubled nor replaced."""
    await house.open()
    await house.take(many(1))
    changed = account("fred", balance=2 * CREDIT, countries=("BE",))
    assert await house.reload(config(accounts=(changed, account("anna")))) == [
        "account fred applied",
        "account anna applied",
    ]
    assert await house.balance() == CREDIT - 400
    assert await house.balance("anna") == CREDIT
    assert await house.send(many(1)) == Refusal((Trouble.not_served,), "", {0: Trouble.not_served})
    await house.restart()
    assert await house.balance() == CREDIT - 400
    assert await house.node.store.audit() == []


async def test_an_account_that_left_the_file_stays(house: House) -> None:
    """E51: the file never removes anybody, nor what was set before and is not named now."""
    await house.open(config(accounts=(account("fred", in_doubt="hold"), account("anna"))))
    await house.reload(config(accounts=(account("fred"),)))
    fred, anna = (house.node.accounts.by_login(login) for login in ("fred", "anna"))
    assert fred is not None
    assert anna is not None
    assert fred.in_doubt == "hold"
    assert isinstance(await house.send(many(1), account="anna"), Receipt)


async def test_prices_and_routes_hold_from_the_reading_on(house: House) -> None:
    """E51: the next order pays the new price and takes the new way."""
    await house.open(config(links=TWO))
    first = await house.take(many(1))
    dearer = (TariffRow(Channel.notification, "FR", "", 900),)
    routes = (RouteConfig(links=("two",)),)
    await house.reload(config(links=TWO, prices=dearer, routes=routes))
    second = await house.take(many(1))
    assert (first.cost, second.cost) == (400, 900)
    assert [one.message for one in house.submits("one")] == [first.first]
    assert [one.message for one in house.submits("two")] == [second.first]


async def test_a_link_that_did_not_change_stays_bound(house: House) -> None:
    """E51: neither its window nor what flies over it notices."""
    await house.open(config(links=TWO, routes=BY_ACCOUNT, accounts=BOTH))
    other = house.link("two")
    other.set_weather(Weather(latency_ms=3_000))
    receipt = await house.take(many(5), account="anna")
    changed = (link("one", window=7), TWO[1], link("three"))
    said = config(links=changed, routes=BY_ACCOUNT, accounts=BOTH)
    assert await house.reload(said) == ["link one changed", "link three added"]
    assert house.link("two") is other
    assert house.link("one").window == 7
    await house.let(10)
    assert await house.tally(receipt) == {"delivered": 5}
    assert Counter(one.message for one in house.submits("two")).most_common(1)[0][1] == 1


@pytest.mark.parametrize("after", ["changed", "removed"])
async def test_what_flew_over_a_link_that_changed_is_not_forgotten(
    house: House, after: str
) -> None:
    """E51 E1: what it answers at its end is heard; the rest goes another way."""
    await house.open(config(links=TWO, routes=BY_ACCOUNT, accounts=BOTH))
    house.link("one").set_weather(Weather(latency_ms=3_000))
    receipt = await house.take(many(30), channel=Channel.marketing)
    assert await house.tally(receipt) == {"queued": 20, "sending": 10}
    links = (link("one", window=3), TWO[1]) if after == "changed" else TWO[1:]
    routes = BY_ACCOUNT if after == "changed" else (RouteConfig(links=("two",)),)
    await house.reload(config(links=links, routes=routes, accounts=BOTH))
    await house.let(30)
    # A link that is there no more brings no receipts.
    ten = {"delivered": 30} if after == "changed" else {"delivered": 20, "sent": 10}
    assert await house.tally(receipt) == ten


async def test_a_reload_in_the_middle_of_a_campaign_loses_nothing(house: House) -> None:
    """E51 E1: claims and launches that are under way at that moment find a link all the same."""
    await house.open(config(links=TWO, routes=BY_ACCOUNT, accounts=BOTH))
    house.link("one").pause()
    house.link("two").pause()
    receipt = await house.take(many(400), channel=Channel.marketing)
    house.link("one").resume()
    house.link("two").resume()
    for window in (11, 12, 13, 14, 15):
        links = (link("one", window=window), TWO[1])
        await house.reload(config(links=links, routes=BY_ACCOUNT, accounts=BOTH))
        house.clock.advance(house.clock.now() + 10)
    await house.let(60)
    assert await house.tally(receipt) == {"delivered": 400}
    sent = Counter(one.message for name in ("one", "two") for one in house.submits(name))
    assert sent == Counter(range(receipt.first, receipt.first + 400))
    assert await house.fates(receipt) == [(State.delivered, Reason.none)] * 400


# secrets


def fred(*keys: str, token: str = "", password: str = "", **facts: Any) -> AccountConfig:
    """What the file says of fred; what is empty does not stand there."""
    if keys:
        facts["api_keys"] = tuple(Secret(key) for key in keys)
    if token:
        facts["dialects"] = {"highsms": {"token": Secret(token)}}
    if password:
        facts["password"] = Secret(password)
    return account("fred", **facts)


def other(rate: int) -> Config:
    """The file, in which another account has changed."""
    return config(accounts=(fred("k1", token="t1", password="first"), account("anna", rate=rate)))


async def opens(house: House, *claims: Claim) -> list[bool]:
    answers = [await house.node.prove.prove(claim, "127.0.0.1") for claim in claims]
    return [not isinstance(answer, Refusal) for answer in answers]


def key(word: str, kind: str = "api") -> Claim:
    return Claim(key=word, key_kind=kind)


def word(secret: str) -> Claim:
    return Claim(login="fred", secret=secret)


async def test_a_secret_that_the_file_declares_no_more_is_taken_no_more(house: House) -> None:
    """E51: keys, tokens and the password; what was made by hand stays."""
    first = fred("k1", "k2", token="t1", password="first")
    await house.open(config(accounts=(first,)))
    made = (await hands.key(house.node, hands.NewKey(login="fred"))).value["key"]
    claims = (key("k1"), key("k2"), key("t1", "token"), word("first"), key(made))
    assert await opens(house, *claims) == [True] * 5

    second = fred("k2", "k3", token="t2", password="second")
    await house.reload(config(accounts=(second,)))
    assert await opens(house, *claims) == [False, True, False, False, True]
    news = (key("k3"), key("t2", "token"), word("second"))
    assert await opens(house, *news) == [True] * 3

    await house.reload(config(accounts=(fred(),)))
    assert await opens(house, *claims, *news) == [False] * 4 + [True] + [False] * 3
    await house.restart()
    assert await opens(house, *claims, *news) == [False] * 4 + [True] + [False] * 3


async def test_a_key_that_moves_from_one_account_to_another_is_the_others(house: House) -> None:
    """E51: in whichever order the two stand in the file."""
    await house.open(config(accounts=(account("anna"), fred("k1"))))
    anna = account("anna", api_keys=(Secret("k1"),))
    await house.reload(config(accounts=(anna, fred())))
    for _ in range(2):
        proved = await house.node.prove.prove(key("k1"), "127.0.0.1")
        assert not isinstance(proved, Refusal)
        assert proved.login == "anna"
        await house.restart()


async def test_a_key_to_sign_with_goes_with_its_line(house: House) -> None:
    """E51 E55: sealed keys and public keys are secrets of the file as well."""
    ssh = ("ssh-ed25519 AAAA fred",)
    sealed = {"highsms": {"hmac_key": Secret("h1")}}
    await house.open(config(accounts=(account("fred", dialects=sealed, sftp_keys=ssh),)))
    known = house.node.accounts.by_login("fred")
    assert known is not None
    assert (known.sftp_keys, [*house.node.accounts.secrets(known.id).sealed]) == (
        ssh,
        ["highsms.hmac_key"],
    )
    await house.reload(config())
    known = house.node.accounts.by_login("fred")
    assert known is not None
    assert (known.sftp_keys, house.node.accounts.secrets(known.id).sealed) == ((), {})


async def test_what_a_hand_replaced_does_not_come_back_with_the_file(house: House) -> None:
    """E51: neither at the next reading for another account's sake, nor at the next start."""
    await house.open(other(1))
    replaced = await hands.key(house.node, hands.NewKey(login="fred", replace=True))
    tokens = await hands.key(house.node, hands.NewKey(login="fred", kind="token", replace=True))
    changed = await hands.password(house.node, hands.Password(login="fred"))
    for shown in (replaced, tokens, changed):
        assert shown.said.endswith(
            "The file declares one as well; it is no longer taken: change it there, or remove it."
        )
    old = (key("k1"), key("t1", "token"), word("first"))
    new = (
        key(replaced.value["key"]),
        key(tokens.value["key"], "token"),
        word(changed.value["password"]),
    )
    assert await opens(house, *old, *new) == [False] * 3 + [True] * 3
    await house.reload(other(2))
    assert await opens(house, *old, *new) == [False] * 3 + [True] * 3
    await house.restart()
    assert await opens(house, *old, *new) == [False] * 3 + [True] * 3

    # What is no longer declared was not the hand's; what is declared anew holds.
    await house.reload(config(accounts=(fred(),)))
    assert await opens(house, *old, *new) == [False] * 3 + [True] * 3
    await house.reload(config(accounts=(fred("k1", password="first"),)))
    assert await opens(house, *old, *new) == [True, False, True, True, True, False]

    again = await hands.key(house.node, hands.NewKey(login="fred"))
    assert again.said == "A new key of fred, shown this once."


async def test_accounts_that_the_file_names_no_more_can_be_told(house: House) -> None:
    """E51: those that it declared and that may still send, not those of a hand."""
    await house.open(config(accounts=(account("fred"), account("Anna"), account("zoe"))))
    await hands.add(house.node, hands.NewAccount(login="mine"))
    await hands.suspend(house.node, hands.NamedAccount(login="zoe"))
    file = config(accounts=(account("fred"),))
    await house.reload(file)
    assert undeclared(house.node.accounts, file) == ["Anna"]
    await house.restart()
    assert undeclared(house.node.accounts, file) == ["Anna"]
    assert undeclared(house.node.accounts, config(accounts=(account("anna"),))) == ["fred"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            account("Mine"),
            "The account 'Mine' of the file is there as 'mine': logins that differ by case alone "
            "are the same. Write it as it is there.",
        ),
        (
            account("M@x.fr"),
            "'M@x.fr', which the file gives to the account 'M@x.fr', names the account 'mine' "
            "already. Change one of the two.",
        ),
        (
            account("fred", email="MINE"),
            "'MINE', which the file gives to the account 'fred', names the account 'mine' "
            "already. Change one of the two.",
        ),
    ],
)
async def test_a_name_that_is_a_hands_account_is_told_and_nothing_is_applied(
    house: House, said: AccountConfig, sentence: str
) -> None:
    """E51: in any case; the file changes no account that it does not mean."""
    await house.open()
    await hands.add(house.node, hands.NewAccount(login="mine", settings={"email": "m@x.fr"}))
    before = house.node.accounts.by_login("mine")
    with pytest.raises(CannotStart) as caught:
        await house.reload(config(accounts=(said,), links=TWO))
    assert str(caught.value) == sentence
    assert house.node.accounts.by_login("mine") == before
    assert [*house.node.links] == ["sim", "calls"]


async def test_a_mail_address_may_move_from_one_account_to_another(house: House) -> None:
    """E51: and is the first one's no more."""
    first = (account("fred", email="us@x.fr"), account("anna"))
    await house.open(config(accounts=first))
    for accounts in (
        (account("fred", email="f@x.fr"), account("anna", email="US@x.fr")),
        (account("anna", email="a@x.fr"), account("fred", email="us@x.fr")),
    ):
        await house.reload(config(accounts=accounts))
        owner = house.node.accounts.by_login("us@X.fr")
        assert owner is not None
        assert owner.login == accounts[1].login
