"""Families of sMsmode in a house: their keys, their calls, and what is said to them."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from chappe.config import AccountConfig, Secret
from chappe.words.account import Account
from tests.journeys.house import House, account

DONE = {
    "createSubAccount": "0 | Création effectuée\n",
    "deleteSubAccount": "0 | Suppression effectuée\n",
    "creditTransfert": "0 | Transfert effectué\n",
    "addContact": "0 | Contact ajouté\n",
}
UNKNOWN = "41 | Identifiant inexistant\n"
SHORT = "33 | Crédits insuffisants\n"
LATER = "50 | Temporairement inaccessible\n"
STRANGER = "32 | Erreur d'authentification\n"
_FORM = "Content-Type: application/x-www-form-urlencoded"
_KEY = "/http/2.0/createAuthorisation.do"


def member(login: str, parent: str = "", **facts: Any) -> AccountConfig:
    """Whoever has a key and a password."""
    secrets = {"api_keys": (key_of(login),), "password": Secret(f"word-of-{login}")}
    above = {"parent": parent} if parent else {}
    return account(login, **{**secrets, **above, **facts})


def key_of(login: str) -> Secret:
    return Secret(f"key-of-{login}")


PEOPLE = (
    member("fred", email="fred@example.org"),
    member("anna", "fred"),
    member("paul", "fred"),
    member("zoe"),
)


async def called(house: House, call: str, login: str = "fred", **fields: object) -> str:
    """What a call of `/http/1.6/` is answered with; by the key of that login, unless the fields say
    who asks."""
    who = {} if {"accessToken", "pseudo"} & fields.keys() else {"accessToken": f"key-of-{login}"}
    status, said = await posted(house, f"/http/1.6/{call}.do", {**who, **fields})
    assert status == 200
    return said.decode("iso-8859-15")


async def made_key(house: House, **who: str) -> tuple[int, bytes]:
    """Status and body."""
    return await posted(house, _KEY, who)


async def posted(house: House, path: str, fields: dict[str, Any]) -> tuple[int, bytes]:
    body = urlencode(fields, encoding="iso-8859-15").encode()
    head = f"POST {path} HTTP/1.1\r\n{_FORM}\r\nContent-Length: {len(body)}"
    answer = await house.ask(head, body)
    assert answer is not None
    return answer


async def done(house: House, call: str, login: str = "fred", **fields: object) -> None:
    """It is done."""
    assert await called(house, call, login, **fields) == DONE[call]


async def sent(house: House, login: str = "fred", **fields: object) -> str:
    """The id of an SMS that was taken."""
    given = {"message": "Bonjour", **fields}
    code, _, sms = (await called(house, "sendSMS", login, **given)).rstrip("\n").partition(" | ")
    assert code == "0", sms
    return sms.partition(" | ")[2]


def known(house: House, login: str) -> Account:
    found = house.node.accounts.by_login(login)
    assert found is not None
    return found


async def all_have(house: House) -> int:
    """What all accounts have together; the books are in order."""
    assert await house.node.store.audit() == []
    each = [house.balance(one.login) for one in house.node.accounts.all()]
    return sum(await asyncio.gather(*each))
