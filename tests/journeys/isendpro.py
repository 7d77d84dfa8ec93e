"""Customers of iSendPro in a house: their keys, their calls, and what is said to them."""

from typing import Any

from chappe.config import AccountConfig, Secret
from tests.journeys.house import House, account

TOP = '<?xml version="1.0" encoding="ISO-8859-1"?><etat>'
SENT = "Votre message a bien été envoyé"
ADDED = "Votre donnee a ete ajoutee dans le repertoire!"
REMOVED = "Votre donnee a ete supprimee du repertoire!"
_FORM = "Content-Type: application/x-www-form-urlencoded"


def customer(login: str, **facts: Any) -> AccountConfig:
    """Whoever may send at any hour."""
    return account(login, **{"hours": "any", "api_keys": (Secret(f"key-of-{login}"),), **facts})


async def said(house: House, query: str, login: str = "fred") -> str:
    """What a call is answered with."""
    answer = await reported(house, query, login)
    return answer.decode("iso-8859-1")


async def reported(house: House, query: str, login: str = "fred") -> bytes:
    """The octets of an answer, to a client of HTTP/1.0: it comes without chunks."""
    body = f"keyid=key-of-{login}&{query}"
    head = f"POST /cgi-bin/ HTTP/1.0\r\n{_FORM}\r\nContent-Length: {len(body)}"
    answer = await house.ask(head, body.encode())
    assert answer is not None
    assert answer[0] == 200
    return answer[1]


def flat(code: int, sentence: str, **more: str) -> str:
    """An answer of one message, or a refusal of all."""
    between = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    return f"{TOP}<code>{code}</code>{between}<message>{sentence}</message></etat>"


async def directory(house: House, login: str = "fred", *numbers: str) -> str:
    """A new one with these in it: its id."""
    made = await said(house, "repertoireEdit=create&repertoireNom=Amis", login)
    group = made.partition("<repertoireId>")[2].partition("</repertoireId>")[0]
    assert made == flat(100, "Votre repertoire a ete cree!", repertoireId=group)
    for number in numbers:
        added = await said(house, f"repertoireEdit=add&repertoireId={group}&num={number}", login)
        assert added == flat(103, ADDED, repertoireId=group, tel=number)
    return group
