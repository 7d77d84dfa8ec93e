"""What comes of a customer's sending over Octopush: texts as handsets see them, fine prices, and a
list as long as it may be. Its answers are held by pages, under tests/conformance."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chappe.config import Config, Secret
from chappe.config.values import PRICES, TariffRow
from chappe.words.order import Channel
from tests.journeys.house import House, account, at, config

_WHO = {"user_login": "fred@example.org", "api_key": "key-of-fred"}
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<octopush><error_code>000</error_code>'
_CROWD = 100_000
_EURO = 10_000


def _config(balance: int = 100 * _EURO, **facts: Any) -> Config:
    known = account(
        "fred",
        email="fred@example.org",
        api_keys=(Secret("key-of-fred"),),
        short_code="38200",
        balance=balance,
    )
    return config(accounts=(known,), **facts)


async def _ask(house: House, fields: Mapping[str, str]) -> str:
    body = urlencode({**_WHO, **fields}).encode()
    kind = "Content-Type: application/x-www-form-urlencoded"
    head = f"POST /api/sms HTTP/1.1\r\n{kind}\r\nContent-Length: {len(body)}"
    said = await house.ask(head, body)
    assert said is not None
    return said[1].decode()


async def _seen(house: House, **fields: str) -> list[tuple[int, str, str]]:
    """What one more sending brings to handsets: number, sender and text of each part."""
    before = len(house.submits())
    said = await _ask(house, fields)
    assert said.startswith(_HEAD), said
    await house.let(1)
    return sorted((one.number, one.sender, one.text) for one in house.submits()[before:])


async def test_a_handset_sees_the_short_code_where_the_mention_has_its_marks(house: House) -> None:
    """O8: wherever the mention stands, on every type, and nowhere else."""
    await house.open(_config())
    to = {"sms_recipients": "+33612000001", "sms_sender": "ACME"}
    premium = {**to, "sms_type": "FR"}
    for text, shown in (
        ("Bonjour STOP au XXXXX", "Bonjour STOP au 38200"),
        ("STOP au XXXXX, merci", "STOP au 38200, merci"),
        ("XXXXX STOP au XXXXX", "XXXXX STOP au 38200"),
    ):
        assert await _seen(house, **premium, sms_text=text) == [(33612000001, "ACME", shown)]
    for others in ({"sms_type": "WWW"}, {"sms_type": "FR", "transactional": "1"}):
        seen = await _seen(house, **to, **others, sms_text="Bonjour STOP au XXXXX")
        assert seen == [(33612000001, "ACME", "Bonjour STOP au 38200")]
        unmarked = await _seen(house, **to, **others, sms_text="Bonjour XXXXX")
        assert unmarked == [(33612000001, "ACME", "Bonjour XXXXX")]


async def test_each_handset_sees_its_own_values(house: House) -> None:
    """O6: by their places, wrong numbers counted; a mark without its field stays."""
    await house.open(_config())
    assert await _seen(
        house,
        sms_type="WWW",
        sms_sender="ACME",
        sms_recipients="+33612000001,+334,+33612000002,+33612000003",
        sms_text="{prenom} {nom}{ch1}, {ch2}{ch3} {nom}",
        recipients_first_names="Dupont,nobody,Zoë,",
        recipients_last_names="Jean,nobody,Anne Marie,Éva",
        sms_fields_1="1,2,3,4",
        sms_fields_2="a,b,c,d",
    ) == [
        (33612000001, "ACME", "Jean Dupont1, a{ch3} Dupont"),
        (33612000002, "ACME", "Anne Marie Zoë3, c{ch3} Zoë"),
        (33612000003, "ACME", "Éva 4, d{ch3} "),
    ]


async def test_a_handset_sees_the_sender_where_it_is_sound_and_else_the_code(house: House) -> None:
    """O9 O17: LowCost shows what Premium would; with replies it is the code."""
    await house.open(_config())
    to = {"sms_recipients": "+33612000001", "sms_text": "Bonjour"}
    shown: list[str] = []
    for fields in (
        {"sms_type": "XXX"},
        {"sms_type": "XXX", "sms_sender": "ACME"},
        {"sms_type": "XXX", "sms_sender": "Octopush sdk"},
        {"sms_type": "XXX", "sms_sender": "+33601020304"},
        {"sms_type": "XXX", "sms_sender": "ACME", "with_replies": "1"},
        {"sms_type": "WWW", "sms_sender": "ACME"},
        {"sms_type": "WWW", "sms_sender": "ACME", "with_replies": "0"},
        {"sms_type": "WWW", "sms_sender": "ACME", "with_replies": "1"},
        {"sms_type": "WWW", "sms_sender": "+33601020304", "msisdn_sender": "1"},
    ):
        [(_, sender, _)] = await _seen(house, **to, **fields)
        shown.append(sender)
    assert shown == [
        *("38200", "ACME", "38200", "38200", "38200"),
        *("ACME", "ACME", "38200", "+33601020304"),
    ]


async def test_amounts_have_as_many_decimals_as_the_document_shows(house: House) -> None:
    """O2: a campaign's cost three and a fourth where it is not 0, a recipient's four, the balance
    two, rounded down."""
    fine = TariffRow(Channel.international, "FR", "", 1_055)
    prices = tuple(one for one in PRICES if one[:3] != fine[:3])
    await house.open(_config(prices=(*prices, fine)))
    fields = {"sms_type": "WWW", "sms_sender": "ACME", "sms_text": "Bonjour"}
    begins = str(at("2026-11-24 10:00:00") // 1_000)
    one, two = "+33612000001", "+33612000002"
    for ticket, numbers, cost, balance in (
        ("api000000000001", [one], "0.1055", "99.89"),  # 99.8945
        ("api000000000002", [one, two], "0.211", "99.68"),  # 99.6835
    ):
        answer = await _ask(house, {**fields, "sms_recipients": ",".join(numbers)})
        assert answer == _answer(cost, balance, ticket, begins, numbers, "0.1055")


async def test_a_hundred_thousand_recipients_fit_into_one_post(house: House) -> None:
    """O19: all stand in the answer, in their order."""
    await house.open(_config(balance=4_000 * _EURO))
    later = str(at("2026-11-24 15:00:00") // 1_000)
    numbers = [f"+{33_612_000_000 + place}" for place in range(_CROWD)]
    fields = {"sms_type": "XXX", "sms_text": "Bonjour", "sms_recipients": ",".join(numbers)}
    answer = await _ask(house, {**fields, "sms_mode": "2", "sending_date": later})
    expected = _answer("3000.000", "1000.00", "api000000000001", later, numbers, "0.0300")
    assert answer == expected
    assert await house.balance() == 1_000 * _EURO


def _answer(
    cost: str, balance: str, ticket: str, begins: str, numbers: list[str], each: str
) -> str:
    rows = [
        f"<success><recipient>{number}</recipient><country_code>FR</country_code>"
        f"<cost>{each}</cost><sms_needed>1</sms_needed></success>"
        for number in numbers
    ]
    return (
        f"{_HEAD}<cost>{cost}</cost><balance>{balance}</balance><ticket>{ticket}</ticket>"
        f"<sending_date>{begins}</sending_date>"
        f"<number_of_sendings>{len(numbers)}</number_of_sendings>"
        "<currency_code>€</currency_code>"
        f"<successs>{''.join(rows)}</successs><failures/></octopush>"
    )
