"""Nobody of a family of sMsmode, or of none, reaches what is another's by any call."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest

from chappe.doors.pipeline import verb_of
from chappe.words.book import ContactsWanted, GroupsWanted
from tests.journeys.families import PEOPLE, SHORT, UNKNOWN, called, done, known, made_key, sent
from tests.journeys.house import House, config

MISSING = "35 | Paramètre obligatoire manquant\n"
GONE = "61 | SMS n'existant pas ou plus\n"
TOMORROW = "25112026-10:00"


class Asked(NamedTuple):
    """A call that names what is another's, and what is told of it."""

    call: str
    fields: Mapping[str, str]
    answer: str


async def _belongings(house: House, login: str) -> Mapping[str, str]:
    """A sending that was answered, another for later, and a contact in a group, all of them of one
    account."""
    fields = {"numero": "0639980041", "classe_msg": "4"}
    was = await sent(house, login, **fields)
    await house.let(3)
    assert (await called(house, "responseList", login)).count("\n") == 1
    later = await sent(house, login, numero="0639980002", date_envoi=TOMORROW)
    await done(house, "addContact", login, nom="Dupond", mobile="0639980003", groupes="amis")
    return {"was": was, "later": later}


def _by_others(login: str, hers: Mapping[str, str]) -> Sequence[Asked]:
    """Every call but the key, which names nobody."""
    return (
        Asked("sendSMS", {"message": "x", "groupe": "amis"}, MISSING),
        Asked("sendSMS", {"message": "x", "groupe": "amis", "classe_msg": "9"}, MISSING),
        Asked("sendVoiceMessage", {"message": "x", "groupe": "amis"}, MISSING),
        Asked("sendSMSBatch", {"groupe": "amis", "message": "x"}, MISSING),
        Asked("compteRendu", {"smsID": hers["was"]}, GONE),
        Asked("compteRendu", {"smsID": hers["later"]}, GONE),
        Asked("smsStatus", {"smsID": hers["was"]}, "61 | smsID invalide\n"),
        Asked("deleteSMS", {"smsID": hers["was"]}, "61 | SMS non trouvé\n"),
        Asked("deleteSMS", {"smsID": hers["later"]}, "61 | SMS non trouvé\n"),
        Asked("deleteSMS", {"numero": "0639980041"}, "61 | SMS non trouvé\n"),
        Asked("deleteSMS", {"numero": "0639980002"}, "61 | SMS non trouvé\n"),
        Asked("smsList", {"offset": "1000"}, "\n"),
        Asked("responseList", {}, "\n"),
        Asked("responseList", {"startDate": "01012020", "endDate": "31122026"}, "\n"),
        Asked("credit", {}, "25000.0\n"),
        Asked("createSubAccount", {"newPseudo": login, "newPass": "x"}, ""),
        Asked("deleteSubAccount", {"pseudoToDelete": login}, UNKNOWN),
        Asked("creditTransfert", {"targetPseudo": login, "creditAmount": "99999"}, ""),
    )


def _answer(asked: Asked, asker: str, whose: str) -> str:
    """What depends on who asks: a child makes no children, and a stranger finds nobody."""
    if asked.call == "createSubAccount":
        is_child = asker in ("anna", "paul")
        return "35 | Paramètres incorrects\n" if is_child else "41 | Identifiant déjà existant\n"
    if asked.call == "creditTransfert":
        return UNKNOWN if "zoe" in (asker, whose) else SHORT
    return asked.answer


@pytest.mark.parametrize("whose", ["fred", "paul", "zoe"])
async def test_nobody_reaches_another_s_by_any_call(house: House, whose: str) -> None:
    """S9 S10 S11: neither child nor sibling, parent nor stranger: messages, replies, contacts, keys
    and credit stay as they are. A parent may close its child, and that is all it may."""
    await house.open(config(accounts=PEOPLE))
    hers = await _belongings(house, whose)
    await made_key(house, accessToken=f"key-of-{whose}")
    before = await _seen(house, whose, hers)
    calls = _by_others(whose, hers)
    assert {one.call for one in calls} | {"addContact"} == _every_call(house)
    for asker in ("anna", "paul", "fred", "zoe"):
        if asker == whose:
            continue
        for asked in calls:
            if asked.call == "deleteSubAccount" and (asker, whose) == ("fred", "paul"):
                continue
            said = await called(house, asked.call, asker, **asked.fields)
            assert said == _answer(asked, asker, whose), (asker, asked)
        status, its = await made_key(house, accessToken=f"key-of-{asker}", account=whose)
        assert (status, json.loads(its)["account"]) == (200, asker)
        await done(house, "addContact", asker, nom="X", mobile="0639980003", groupes="autres")
    await house.settle()
    assert await _seen(house, whose, hers) == before
    assert house.node.accounts.keyring.count(known(house, whose).id) == 1


def _every_call(house: House) -> set[str]:
    """By their names, as a client writes them; without the key."""
    (dialect,) = [one for one in house.node.dialects if one.NAME == "smsmode"]
    paths = {path for _, path in dialect.ROUTES}
    return {path.rpartition("/")[2].removesuffix(".do") for path in paths} - {"createAuthorisation"}


class Seen(NamedTuple):
    """All that an account sees of itself."""

    credit: str
    listed: str
    replies: str
    stands: str
    later: str
    proved: str
    groups: object
    contacts: object


async def _seen(house: House, whose: str, hers: Mapping[str, str]) -> Seen:
    desk, account = house.node.desk, known(house, whose)
    groups, contacts = GroupsWanted(), ContactsWanted()
    return Seen(
        await called(house, "credit", whose),
        await called(house, "smsList", whose),
        await called(house, "responseList", whose),
        await called(house, "compteRendu", whose, smsID=hers["was"]),
        await called(house, "smsStatus", whose, smsID=hers["later"]),
        await called(house, "credit", pseudo=whose, **{"pass": f"word-of-{whose}"}),
        await verb_of(groups)(desk, account, "smsmode", groups),
        await verb_of(contacts)(desk, account, "smsmode", contacts),
    )
