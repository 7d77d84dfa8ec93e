"""What phones are shown by: how messages travel, and what numbers wrote; on every database."""

from chappe.store.contract.handsets import Carrying
from chappe.words.alphabet import Alphabet
from chappe.words.calls import write_speech
from chappe.words.order import Speech
from chappe.words.report import Arrival
from tests.store.office import CODE, NOW, NUMBER, Office


async def write(office: Office, text: str, number: int = NUMBER) -> None:
    await office.happen(arrivals=[Arrival(number, CODE, text, NOW, "20801")])


async def test_how_messages_travel_is_known_of_those_that_are_asked_about(office: Office) -> None:
    speech = write_speech(Speech("Bonjour", "fr-FR", (5,)))
    flash = await office.send(flash=True)
    push = await office.send(udh="0605040B8423F0", alphabet=Alphabet.binary, text="C0FFEE")
    call = await office.send(speech=speech)
    found = await office.store.carrying([call, 77, flash, push])
    assert sorted(found, key=lambda one: one.message) == [
        Carrying(flash, Alphabet.gsm, 1, "", ""),
        Carrying(push, Alphabet.binary, 0, "0605040B8423F0", ""),
        Carrying(call, Alphabet.gsm, 0, "", speech),
    ]
    assert await office.store.carrying([]) == []


async def test_the_last_that_a_number_wrote_is_found_the_newest_first(office: Office) -> None:
    """To whomever, or to some accounts alone; of another number nothing."""
    first = office.customer.account
    await office.send()
    await write(office, "one")
    office.customer = await office.enrol("other")
    await office.send()
    await write(office, "two")
    await write(office, "three")
    await write(office, "elsewhere", NUMBER + 1)

    async def texts(accounts: list[int] | None, most: int = 9) -> list[str]:
        return [one.text for one in await office.store.last_written(NUMBER, accounts, most)]

    assert await texts(None) == ["three", "two", "one"]
    assert await texts(None, 2) == ["three", "two"]
    assert await texts([first]) == ["one"]
    assert await texts([office.customer.account, first], 2) == ["three", "two"]
    assert await texts([]) == []
