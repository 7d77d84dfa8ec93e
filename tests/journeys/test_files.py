"""Files by SFTP: taken once and whole, told in files, and never seen half."""

from collections.abc import Callable
from typing import Any

import asyncssh
import msgspec
import pytest

from chappe.config import Secret
from chappe.store.contract import StoreAway
from chappe.words.clock import DAY, HOUR, MINUTE
from chappe.words.lifecycle import Event
from tests.journeys.files import (
    PASSWORD,
    STAMP,
    TAKEN_UP,
    client,
    drop,
    put,
    seen,
    with_files,
    xml,
)
from tests.journeys.house import CREDIT, House, account

OK, NOK, RET, RUN = (f"Push-{STAMP}.{ending}" for ending in ("ok", "nok", "ret", "run"))
GOOD = [f"+3363998{at:04d}" for at in range(5)]


async def opened(house: House) -> None:
    await house.open(with_files(), now=TAKEN_UP)


async def kept(house: House) -> list[tuple[int, int]]:
    """(first, total) of every order there is."""
    known = house.node.accounts.by_login("fred")
    assert known is not None
    found = await house.node.store.orders_by_ref(known.id, "highsms", "C", 100)
    return [(row["first"], row["total"]) for row in found]


async def test_nothing_happens_without_an_ack(house: House) -> None:
    """H40: the file just lies there."""
    await opened(house)
    async with client(house) as sftp:
        await put(sftp, "Push.xml", xml(GOOD))
    await house.let(120)
    assert await seen(house) == {"Push.xml": xml(GOOD).encode()}
    assert await kept(house) == []


async def test_a_file_with_its_ack_becomes_a_campaign(house: House) -> None:
    """H40 H41: .ok is empty, under the time in Paris; the file is out of reach."""
    await opened(house)
    await drop(house, "Push.xml", xml(GOOD))
    assert await seen(house) == {OK: b""}
    archive = house.folder / "files" / "fred" / "archive"
    assert {one.name: one.read_bytes() for one in archive.iterdir()} == {
        f"Push-{STAMP}.xml": xml(GOOD).encode(),
        f"Push-{STAMP}.ack": b"",
    }
    await house.let(5)
    assert [f"+{one.number}" for one in house.submits()] == GOOD
    assert await house.balance() == CREDIT - 5 * 400
    assert await house.booked() == [("credit", CREDIT, 0), ("held", -2_000, 1)]


async def test_a_file_of_json_does_as_well(house: House) -> None:
    """H40 H44: texts and variables in their own order, and a reference each."""
    await opened(house)
    to = [
        {"value": number, "ret_id": f"r{at}", "param": [{"var": "%N%", "value": str(at)}]}
        for at, number in enumerate(GOOD)
    ]
    push = {"accountid": "fred", "password": PASSWORD, "ret_id": "C"}
    message = {"to": to, "text": "Bonjour %N%"}
    await drop(house, "Push.json", msgspec.json.encode({"push": {"message": [message], **push}}))
    assert await seen(house) == {OK: b""}
    await house.let(5)
    assert [one.text for one in house.submits()] == [f"Bonjour {at}" for at in range(5)]


async def test_one_recipient_and_no_schedule_is_a_oneshot(house: House) -> None:
    """H43 H26: told by `one_id`, as by any other door."""
    await opened(house)
    await drop(house, "Push.xml", xml(GOOD[:1]))
    await house.let(5)
    (submitted,) = house.submits()
    (message,) = await house.node.store.messages(submitted.message, submitted.message, 1)
    assert message.order_facts == '{"one":"1"}'


async def test_the_same_name_later_is_another_campaign(house: House) -> None:
    """H41: each under the time at which it was taken up."""
    await opened(house)
    await drop(house, "Push.xml", xml(GOOD))
    await house.let(5)
    await drop(house, "Push.xml", xml(GOOD))
    assert sorted(await seen(house)) == [OK, "Push-230427153000.ret", "Push-230427153005.ok"]
    assert await kept(house) == [(6, 5), (1, 5)]


REFUSED = {
    "another account's credentials": (
        "Push.xml",
        xml(GOOD, login="jean"),
        b"ERROR_BADPASSWORD",
    ),
    "a wrong password": ("Push.xml", xml(GOOD).replace("xp", "yp"), b"ERROR_BADPASSWORD"),
    "no credentials": ("Push.xml", "<push><message/></push>", b"ERROR_BADPASSWORD"),
    "a file that breaks off": (
        "Push.xml",
        xml(GOOD)[:-10],
        b"ERROR_PARSING_XML XML_ERROR_UNCLOSED_TOKEN line 1",
    ),
    "JSON under the ending of XML": (
        "Push.xml",
        '{"push":{}}',
        b"ERROR_PARSING_XML XML_ERROR_INVALID_TOKEN line 1",
    ),
    "XML under the ending of JSON": ("Push.json", xml(GOOD), b"ERROR_PARSING_JSON"),
    "no recipient": ("Push.xml", xml([]), b"ERROR_MISSING_PARAM to"),
    "no message": (
        "Push.xml",
        f"<push accountid='fred' password='{PASSWORD}'/>",
        b"ERROR_MISSING_PARAM message",
    ),
    "a sender that can't be": (
        "Push.xml",
        xml(GOOD, attributes='sender="1FOE"'),
        b"ERROR_SENDER",
    ),
    "too little credit for all of it": (
        "Push.xml",
        xml(GOOD * 2, text="m" * 39_000),
        b"ERROR_NOCREDIT",
    ),
}
"""Why -> the file, its text, what its .nok says."""


@pytest.mark.parametrize(("name", "said", "word"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_can_t_be_taken_is_refused_whole(
    house: House, name: str, said: str, word: bytes
) -> None:
    """H31 H40 H42: the word and its hint are in .nok; nothing is made, nothing is paid."""
    people = [account(n, password=with_files().accounts[0].password) for n in ("fred", "jean")]
    people[0] = msgspec.structs.replace(people[0], balance=100_000)
    await house.open(with_files(accounts=tuple(people)), now=TAKEN_UP)
    await drop(house, name, said)
    assert await seen(house) == {NOK: word}
    assert await kept(house) == []
    assert await house.balance() == 100_000
    assert await house.node.store.messages(0, 1 << 40, 100) == []
    assert await house.node.store.dropped() == []


async def test_a_bad_number_is_a_message_in_error(house: House) -> None:
    """H28 H44: it does not stop the others, and .ret says so in full."""
    await opened(house)
    await drop(house, "Push.xml", xml([*GOOD[:1], "abc"], attributes='userdata="u"'))
    await house.let(20)
    assert (await seen(house))[RET] == (
        b'"2023-04-27 15:30:00";"2";"";"";"";"";"1";"1"\n'
        b'"2023-04-27 15:30:00";"+33639980000";"RECEIVED";"2023-04-27 15:30:00";"1";"";"Bonjour";'
        b'"";"u"\n'
        b'"2023-04-27 15:30:00";"abc";"ERROR";"2023-04-27 15:30:00";"1";"";"Bonjour";'
        b'"ERROR_INVOP";"u"\n'
    )


async def test_the_ret_is_refreshed_every_hour_until_silence_is_over(house: House) -> None:
    """H44 H45: what has no receipt after 72 hours counts as expired, and then it rests."""
    await opened(house)
    silent, slow = "+33639980033", "+33639980030"  # no receipt ever; delivered after 30 s
    await drop(house, "Push.xml", xml([silent, slow]))
    await house.let(15)
    first = (await seen(house))[RET].splitlines()
    assert first[0] == b'"2023-04-27 15:30:00";"2";"";"2";"";"";"";""'
    assert [line.split(b";")[2] for line in first[1:]] == [b'"SENT"', b'"SENT"']
    await house.leap(house.clock.now() + 50 * MINUTE)
    assert (await seen(house))[RET].splitlines() == first
    await house.leap(house.clock.now() + 11 * MINUTE)
    later = (await seen(house))[RET].splitlines()
    assert later[0] == b'"2023-04-27 15:30:00";"2";"";"1";"";"";"";"1"'
    await house.leap(house.clock.now() + 73 * HOUR, HOUR)
    last = (await seen(house))[RET].splitlines()
    assert last[0] == b'"2023-04-27 15:30:00";"2";"";"";"";"1";"";"1"'
    assert last[1].split(b";")[2::5] == [b'"ERROR"', b'"ERROR_EXPIRED"']
    assert await house.node.store.dropped() == []


async def test_whoever_reads_a_ret_never_sees_half_of_two(house: House) -> None:
    """H45: it is another file that takes its place, whole, in one move."""
    await opened(house)
    await drop(house, "Push.xml", xml(["+33639980030"]))  # delivered after 30 seconds
    await house.let(15)
    before = (await seen(house))[RET]
    assert b'"SENT"' in before
    async with client(house) as sftp, sftp.open(RET, "rb") as file:
        pieces: list[object] = [await file.read(20)]
        await house.leap(house.clock.now() + 61 * MINUTE, MINUTE)
        pieces.append(await file.read())
    assert pieces == [before[:20], before[20:]]
    assert b'"RECEIVED"' in (await seen(house))[RET]


async def test_the_archive_forgets_when_texts_are_forgotten(house: House) -> None:
    """E44 H41: texts, numbers and a password lie in it."""
    await opened(house)
    await drop(house, "Push.xml", xml(GOOD))
    archive = house.folder / "files" / "fred" / "archive"
    began = house.clock.now()
    await house.leap(began + 89 * DAY, DAY)
    assert len([*archive.iterdir()]) == 2
    await drop(house, "Later.xml", xml(GOOD))
    await house.leap(began + 91 * DAY, DAY)
    assert sorted(one.name.partition("-")[0] for one in archive.iterdir()) == ["Later", "Later"]


async def test_a_scheduled_file_waits_for_its_time(house: House) -> None:
    """H19 H40: it is taken at once, leaves when it says, and can be called off."""
    await opened(house)
    later = 'start_date="2023-04-28" start_time="09:00"'
    await drop(house, "Push.xml", xml(GOOD, attributes=later))
    await house.let(5)
    assert house.submits() == []
    await house.leap(house.clock.now() + 18 * HOUR, 30 * MINUTE)
    assert len(house.submits()) == 5


async def test_births_of_a_file_are_told_as_all_others(house: House) -> None:
    """H54: CREATED first, and an error at once for whoever can't be served."""
    await opened(house)
    url = f'webhook_url="{house.ears.url("/fred")}"'
    await drop(house, "Push.xml", xml([*GOOD[:1], "abc"], attributes=url))
    await house.let(20)
    assert house.ears.calls["/fred"] == 4  # CREATED, SENT, RECEIVED; and the one in error
    found = await house.node.store.calls(1, 10)
    assert sorted([*row[:3]] for row in found) == [
        [1, 1, Event.created],
        [1, 2, Event.sent],
        [1, 3, Event.final],
        [2, 1, Event.final],
    ]


async def test_births_of_a_file_are_held_back_where_all_statuses_are(house: House) -> None:
    """H8 H54: until the next full quarter of an hour, with whatever follows them."""
    held = {"highsms": {"defer_receipts": True}}
    people = (account("fred", password=Secret(PASSWORD), dialects=held),)
    await house.open(with_files(accounts=people), now=TAKEN_UP)
    url = f'webhook_url="{house.ears.url("/fred")}"'
    await drop(house, "Push.xml", xml([*GOOD[:1], "abc"], attributes=url))
    await house.let(60)
    assert house.ears.calls["/fred"] == 0
    await house.leap(house.clock.now() + 15 * MINUTE, MINUTE)
    assert house.ears.calls["/fred"] == 4


async def test_a_store_that_goes_away_in_the_middle_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H42: the file waits, and is taken once when the store is back."""
    await opened(house)

    async def away(*_: object) -> None:
        raise StoreAway("database or disk is full")

    with monkeypatch.context() as meanwhile:
        house.step_in(meanwhile, "decide", lambda _: away)
        await drop(house, "Push.xml", xml(GOOD))
        assert sorted(await seen(house)) == [RUN, "Push.ack", "Push.xml"]
        assert await kept(house) == []
    await house.let(30)
    assert sorted(await seen(house)) == [OK, RET]
    assert [f"+{one.number}" for one in house.submits()] == GOOD
    assert await house.balance() == CREDIT - 5 * 400


@pytest.mark.parametrize("step", ["attempt", "keep_piece", "decide", "note_shown", "let_go"])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
async def test_a_kill_at_any_step_neither_loses_nor_doubles(
    house: House, monkeypatch: pytest.MonkeyPatch, step: str, done: bool
) -> None:
    """H42 E40: whatever was reached, the campaign is there once, whole, and paid once."""
    await opened(house)

    def killing(reached: Callable[..., Any]) -> Callable[..., Any]:
        async def killed(*given: object) -> None:
            if done:
                await reached(*given)
            raise StoreAway("killed here")

        return killed

    house.step_in(monkeypatch, step, killing)
    await drop(house, "Push.xml", xml(GOOD))
    await house.crash(1_000)
    await house.let(60)
    assert sorted(await seen(house)) == [OK, RET]
    assert [f"+{one.number}" for one in house.submits()] == GOOD
    assert [total for _, total in await kept(house)] == [5]
    assert await house.balance() == CREDIT - 5 * 400


async def test_while_it_is_being_taken_a_file_can_t_be_touched(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H41: neither replaced nor removed; another name may come meanwhile."""
    await opened(house)

    async def away(*_: object) -> None:
        raise StoreAway("not now")

    house.step_in(monkeypatch, "decide", lambda _: away)
    await drop(house, "Push.xml", xml(GOOD))
    async with client(house) as sftp:
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await sftp.remove("Push.xml")
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await sftp.posix_rename("Push.ack", "Other.ack")
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await put(sftp, "Push.xml", "")
        await put(sftp, "Other.xml", "")
