"""Calls as sMsmode's customers order them: what is said in them, who calls, and how often."""

import pytest

from chappe.config import Secret
from chappe.links.operator.mind.records import Submitted, fields_of, read_submitted
from chappe.speech.recordings import lasts_ms
from chappe.words.clock import HOUR, MINUTE
from tests.journeys.house import House, account, config

KEY, OTHER = "FredFredFred0001", "AnnaAnnaAnna0001"
TITLES = {
    "fr-FR": "Ceci est un message de sMsmode",
    "en-GB": "This is a message from sMsmode",
    "de-DE": "Dies ist eine Nachricht von sMsmode",
    "es-ES": "Este es un mensaje de sMsmode",
}


async def opened(house: House, **wishes: object) -> None:
    fred = account("fred", api_keys=(Secret(KEY),), dialects={"smsmode": wishes})
    anna = account("anna", api_keys=(Secret(OTHER),), short_code="38123")
    await house.open(config(accounts=(fred, anna)))


async def order(house: House, fields: str, key: str = KEY) -> None:
    answer = await house.ask(
        f"GET /http/1.6/sendVoiceMessage.do?accessToken={key}&{fields} HTTP/1.1"
    )
    assert answer is not None
    assert (answer[0], answer[1].startswith("0 | Accepté | ".encode("latin-1"))) == (200, True)
    await house.settle()


def placed(house: House) -> list[Submitted]:
    lines = (house.folder / "calls.log").read_bytes().splitlines(keepends=True)
    return [read_submitted(fields_of(line)) for line in lines if line.startswith(b"S\t")]


def said(house: House, title: str, text: str, language: str) -> int:
    """How long it lasts, in ms; an error where it was not spoken."""
    return lasts_ms(house.having("calls").recordings.place(title, text, language))


@pytest.mark.parametrize("language", TITLES)
async def test_a_title_is_said_first_whether_one_is_given_or_not(
    house: House, language: str
) -> None:
    """S18, S30: the default one in the call's language; an empty one is not given."""
    await opened(house)
    await order(house, f"message=Taxi+21&numero=0639980050&language={language.upper()}")
    await order(house, f"message=Taxi+21&numero=0639980050&language={language}&title=21")
    await order(house, f"message=Taxi+21&numero=0639980050&language={language}&title=")
    usual = said(house, TITLES[language], "Taxi 21", language)
    assert usual > said(house, "21", "Taxi 21", language)
    assert len(list((house.folder / "speech").iterdir())) == 2


async def test_what_is_said_is_what_was_written(house: House) -> None:
    """S30: all of ISO-8859-15, at most 800 characters, and French where no language is given."""
    await opened(house)
    await order(
        house, "message=gar%E7on+pr%EAt+%BDuf+10+%A4+%BE+%60%5B%7C%5D&numero=0639980050&title=%E7"
    )
    assert said(house, "ç", "garçon prêt œuf 10 € Ÿ `[|]", "fr-FR")
    await order(house, f"message={'a+' * 500}&numero=0639980050")
    assert said(house, TITLES["fr-FR"], "a " * 400, "fr-FR")


async def test_the_caller_and_the_tries_are_settings(house: House) -> None:
    """S30, S31: the short code calls where none is set, whatever `emetteur` says."""
    await opened(house, caller="33123456789", call_again_min=(1,))
    began = house.clock.now()
    await order(house, "message=Bonjour&numero=0639980052&emetteur=ACME")
    await house.leap(began + HOUR, stride_ms=MINUTE // 2)
    first, second = placed(house)
    assert (first.sender, second.sender) == ("33123456789", "33123456789")
    assert 0 <= second.at - began - MINUTE < MINUTE
    await order(house, "message=Bonjour&numero=0639980050&emetteur=ACME", OTHER)
    assert placed(house)[-1].sender == "38123"
