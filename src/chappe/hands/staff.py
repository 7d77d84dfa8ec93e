"""The console's people by hand: who may come in besides accounts, and what was done.

In: what was asked. Out: what is shown; a password that was made up here is shown this once.
Promise: whoever is removed, or has another password or role, is out at once.
"""

import asyncio
import secrets
from typing import Literal

import msgspec

from chappe.engine.accounts import HASHER
from chappe.hands.accounts import account_of
from chappe.hands.shown import CannotDo, NothingMore, Shown, moment
from chappe.node import Node
from chappe.store.contract import NEVER
from chappe.store.contract.staff import StaffMember
from chappe.words.visitor import Role

LOGIN_MOST = 40
PASSWORD_LEAST, _PASSWORD_MOST = 8, 200
_MADE_UP_BYTES = 12
_DEEDS_MOST = 1_000


class NewStaff(msgspec.Struct, kw_only=True):
    login: str
    role: Literal["operator", "support", "reader"] = "operator"
    account: str = ""  # whose things alone they see; '': all
    password: str = ""  # '': make one up


class NamedStaff(msgspec.Struct, kw_only=True):
    login: str


class StaffPassword(msgspec.Struct, kw_only=True):
    login: str
    password: str = ""


class DeedList(msgspec.Struct, kw_only=True):
    account: str = ""
    limit: int = 50
    before: int = 0


async def add(node: Node, asked: NewStaff) -> Shown:
    login = asked.login.strip()
    if not login or len(login) > LOGIN_MOST or not login.isprintable() or " " in login:
        raise CannotDo(f"A login has 1 to {LOGIN_MOST} letters and no blank.")
    if node.accounts.by_login(login) is not None:
        raise CannotDo(f"{login} names an account, which comes in by its own password.")
    if asked.account and asked.role == "operator":
        raise CannotDo("An operator sees all accounts; with --account, choose support or reader.")
    account = account_of(node, asked.account).id if asked.account else 0
    if await node.store.staff(login.casefold()):
        raise CannotDo(f"There is a {login} already.")
    password = _chosen(asked.password)
    await _put(node, StaffMember(login.casefold(), Role[asked.role], account, "", 0), password)
    shown = {"login": login.casefold(), "role": asked.role}
    if not asked.password:
        shown["password"] = password
    return Shown(shown, f"{login} may come into the console.", more=True)


async def listing(node: Node, asked: NothingMore) -> Shown:
    return Shown(
        [
            {
                "login": one.login,
                "role": Role(one.role).name,
                "account": node.accounts.login_of(one.account),
                "since": moment(one.at),
            }
            for one in await node.store.staff()
        ]
    )


async def remove(node: Node, asked: NamedStaff) -> Shown:
    if not await node.store.drop_staff(asked.login.casefold()):
        raise _nobody(asked.login)
    return Shown({"login": asked.login}, f"{asked.login} may come in no more, and is out.")


async def password(node: Node, asked: StaffPassword) -> Shown:
    found = await node.store.staff(asked.login.casefold())
    if not found:
        raise _nobody(asked.login)
    chosen = _chosen(asked.password)
    await _put(node, found[0], chosen)
    shown = {"login": found[0].login}
    if not asked.password:
        shown["password"] = chosen
    return Shown(shown, "The password is set; whoever was in by the old one is out.", more=True)


async def deeds(node: Node, asked: DeedList) -> Shown:
    """What was done by hand, the newest first."""
    if not 0 < asked.limit <= _DEEDS_MOST:
        raise CannotDo(f"A page has 1 to {_DEEDS_MOST} rows.")
    account = account_of(node, asked.account).id if asked.account else 0
    found = await node.store.deeds(account, asked.before or NEVER, asked.limit)
    return Shown(
        [
            {
                "deed": one.id,
                "at": moment(one.at),
                "who": one.who,
                "account": node.accounts.login_of(one.account),
                "what": one.what,
                **msgspec.json.decode(one.facts, type=dict[str, str]),
            }
            for one in found
        ]
    )


async def _put(node: Node, member: StaffMember, plain: str) -> None:
    hashed = await asyncio.to_thread(HASHER.hash, plain)
    await node.store.put_staff(
        msgspec.structs.replace(member, password=hashed, at=member.at or node.clock.now())
    )


def _chosen(plain: str) -> str:
    if plain and not PASSWORD_LEAST <= len(plain) <= _PASSWORD_MOST:
        raise CannotDo(f"A password has {PASSWORD_LEAST} to {_PASSWORD_MOST} characters.")
    return plain or secrets.token_urlsafe(_MADE_UP_BYTES)


def _nobody(login: str) -> CannotDo:
    return CannotDo(f"There is no {login[:LOGIN_MOST]!r}; `chappe console list` shows all.")
