"""A backup that is put back: an old state, of which nothing leaves before somebody decides."""

from pathlib import Path

from chappe.config import StoreConfig
from chappe.hands import perform
from chappe.hands.backup import NewBackup, dump_command
from chappe.hands.resuming import Resuming
from chappe.links.operator.mind.judgement import Weather
from chappe.words.alphabet import Alphabet
from chappe.words.answer import Receipt, Trouble
from chappe.words.clock import HOUR, MINUTE, SECOND
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.order import Channel, Speech
from tests.journeys.files import TAKEN_UP, client, put, seen, with_files, xml
from tests.journeys.house import CREDIT, House, account, config, many, to
from tests.store.server import Server

DELIVERED = (State.delivered, Reason.none)
IN_DOUBT = (State.unknown, Reason.in_doubt)
QUEUED = (State.queued, Reason.none)
SCHEDULED = (State.scheduled, Reason.none)
FILE = xml(["+33639980001"])
NOK = "Push-230427203005.nok"


async def busy(house: House, folder: Path) -> tuple[Path, list[Receipt]]:
    """A backup of a house in which something of everything is under way; then all of it goes on."""
    await house.open(with_files(), now=TAKEN_UP)
    house.ears.status["/fred"] = 500
    done = await house.take(many(1), tell=house.tell(Event.final))
    await house.let(5)
    house.link().pause()
    queued = await house.take(many(3, 33_612_000_100))
    due = await house.take(many(1, 33_612_000_200), start=house.clock.now() + HOUR)
    later = await house.take(many(1, 33_612_000_300), start=house.clock.now() + 9 * HOUR)
    house.node.desk.pause()  # a file then waits
    async with client(house) as sftp:
        await put(sftp, "Push.xml", FILE)
        await put(sftp, "Push.ack", "")
    await house.settle()
    archive = folder / "of.tar"
    shown = await perform(house.node, "backup", NewBackup(file=str(archive)))
    assert shown.value["files"] == 7  # database, keys, logs, the customer's two
    house.link().resume()
    house.node.desk.resume()
    house.node.dispatch.wake_all()
    house.ears.status["/fred"] = 204
    await house.leap(house.clock.now() + 5 * HOUR)
    assert len(house.submits()) == 6
    assert house.ears.calls["/fred"] >= 2
    house.ears.calls.clear()
    await house.put_back(archive)
    return archive, [done, queued, due, later]


async def test_of_an_old_state_nothing_leaves_by_itself(house: House, tmp_path: Path) -> None:
    """E56: no message, no callback, no file, for as long as nobody decides, over restarts too; and
    nothing is taken."""
    _, (done, queued, due, later) = await busy(house, tmp_path)
    for _ in range(2):
        await house.leap(house.clock.now() + MINUTE, 10 * SECOND)
        assert await house.fates(done) == [DELIVERED]
        assert await house.fates(queued) == [QUEUED] * 3
        assert await house.fates(due) == await house.fates(later) == [SCHEDULED]
        assert (len(house.submits()), house.ears.calls["/fred"]) == (1, 0)
        assert await seen(house) == {"Push.ack": b"", "Push.xml": FILE.encode()}
        refused = await house.send(many(1))
        assert not isinstance(refused, Receipt)
        assert refused.troubles == (Trouble.not_now,)
        await house.restart()


async def test_what_was_under_way_goes_into_doubt(house: House, tmp_path: Path) -> None:
    """E56: what was due by now is held for a hand, paid once; what is due later leaves then; a file
    is told to its customer. A message that is new has a number that nobody had."""
    _, (done, queued, due, later) = await busy(house, tmp_path)
    shown = await perform(house.node, "resume", Resuming(messages="doubt", callbacks="drop"))
    assert shown.value == {
        "paused": False,
        "in_doubt": 4,
        "files": 1,
        "callbacks_given_up": 1,
    }
    await house.settle()
    await house.leap(house.clock.now() + MINUTE, 10 * SECOND)
    assert await house.fates(queued) == [IN_DOUBT] * 3
    assert await house.fates(due) == [IN_DOUBT]
    assert await house.fates(later) == [SCHEDULED]
    assert await house.balance() == CREDIT - 6 * 400
    assert await house.node.store.audit() == []
    assert (len(house.submits()), house.ears.calls["/fred"]) == (1, 0)
    folder = await seen(house)
    assert sorted(folder) == [NOK, "Push.xml"]
    assert b"put the .ack again" in folder[NOK]
    new = await house.take(many(1, 33_612_000_900))
    assert new.first > later.first + 10_000_000
    await house.node.doubt.resend([queued.first])
    house.node.dispatch.wake_all()
    await house.leap(house.clock.now() + 5 * HOUR)
    assert [one.number for one in house.submits()] == [
        33_612_000_000,
        33_612_000_900,
        33_612_000_100,
        33_612_000_300,
    ]
    await house.restart()  # and it stays decided
    assert (await house.fates(queued))[1:] == [IN_DOUBT] * 2
    assert await house.fates(done) == [DELIVERED]


async def test_who_knows_that_nothing_was_sent_since_lets_all_of_it_go(
    house: House, tmp_path: Path
) -> None:
    """E56: as after a move to another machine, where the old one never started again."""
    _, receipts = await busy(house, tmp_path)
    await perform(house.node, "resume", Resuming(messages="send"))
    await house.settle()
    await house.leap(house.clock.now() + 5 * HOUR)
    assert [await house.fates(one) for one in receipts] == [
        [DELIVERED],
        [DELIVERED] * 3,
        [DELIVERED],
        [DELIVERED],
    ]
    assert len(house.submits()) == 7
    assert house.ears.calls["/fred"] == 1


async def test_what_was_on_its_way_is_held_whatever_its_account_would_choose(
    house: House, tmp_path: Path
) -> None:
    """E56 E1: after a kill a window's worth is in doubt, which a customer may want to be sent
    again; here it is all that was sent since the backup."""
    await house.open(config(accounts=(account("fred", in_doubt="resend"),)))
    house.link().set_weather(Weather(rates={36: 1.0}))
    receipt = await house.take(many(2))
    await perform(house.node, "backup", NewBackup(file=str(tmp_path / "of.tar")))
    await house.put_back(tmp_path / "of.tar")
    given = len(house.submits())
    await perform(house.node, "resume", Resuming(messages="doubt"))
    await house.leap(house.clock.now() + MINUTE, 10 * SECOND)
    assert await house.fates(receipt) == [IN_DOUBT] * 2
    assert [row[2] for row in await house.node.store.doubts(10)] == ["held"] * 2
    assert len(house.submits()) == given


async def test_a_file_that_was_being_taken_is_refused_and_told(
    house: House, tmp_path: Path
) -> None:
    """E56: its order was taken since; who wants it once more drops it once more."""
    await house.open(with_files(), now=TAKEN_UP)
    house.node.desk.pause()
    async with client(house) as sftp:
        await put(sftp, "Push.xml", FILE)
        await put(sftp, "Push.ack", "")
    await house.settle()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    await house.node.store.take_up(fred.id, "Push.xml", house.clock.now(), len(FILE))
    await perform(house.node, "backup", NewBackup(file=str(tmp_path / "of.tar")))
    await house.put_back(tmp_path / "of.tar")
    await perform(house.node, "resume", Resuming(messages="doubt"))
    await house.leap(house.clock.now() + MINUTE, 10 * SECOND)
    assert list(await seen(house)) == ["Push-230427153000.nok"]
    refused = house.folder / "files" / "fred" / "refused"
    assert sorted(one.name for one in refused.iterdir()) == [
        "Push-230427153000.ack",
        "Push-230427153000.xml",
    ]
    assert (await house.node.store.dropped(), house.submits()) == ([], [])


async def test_a_call_that_was_to_be_made_again_is_held_as_well(
    house: House, tmp_path: Path
) -> None:
    """E56: nobody took the first one; the second was made since, by the state that is lost."""
    await house.open()
    receipt = await called(house, to(53))
    await house.leap(house.clock.now() + MINUTE, 10 * SECOND)
    assert await house.fates(receipt) == [(State.sent, Reason.no_answer)]
    await perform(house.node, "backup", NewBackup(file=str(tmp_path / "of.tar")))
    await house.put_back(tmp_path / "of.tar", away_ms=HOUR)
    assert (await house.node.store.under_way(house.clock.now())).messages == 1
    await perform(house.node, "resume", Resuming(messages="doubt"))
    await house.leap(house.clock.now() + HOUR)
    assert await house.fates(receipt) == [IN_DOUBT]
    assert (house.folder / "calls.log").read_bytes().count(b"S\t") == 1


async def test_with_postgresql_the_directory_is_kept_and_its_mark_holds(
    house: House, tmp_path: Path, postgres: Server
) -> None:
    """E56: its own tool dumps the database; a dump that is put back is an old state as well."""
    url = postgres.fresh()
    await house.open(config(store=StoreConfig(url=url)))
    house.link().pause()
    receipt = await house.take(many(3), tell=house.tell(Event.final))
    shown = await perform(house.node, "backup", NewBackup(file=str(tmp_path / "of.tar")))
    assert shown.value["dump"] == dump_command(url, f"{tmp_path}/of.tar.pgdump")
    await house.put_back(tmp_path / "of.tar")
    await house.leap(house.clock.now() + MINUTE, 10 * SECOND)
    assert (await house.fates(receipt), house.submits()) == ([QUEUED] * 3, [])
    resumed = await perform(house.node, "resume", Resuming(messages="doubt", callbacks="drop"))
    assert resumed.value["in_doubt"] == 3
    await house.leap(house.clock.now() + MINUTE, 10 * SECOND)
    assert (await house.fates(receipt), house.submits()) == ([IN_DOUBT] * 3, [])
    assert await house.node.store.audit() == []


async def called(house: House, number: int) -> Receipt:
    return await house.take(
        [number],
        speech=Speech("Bonjour", "fr-FR", (30,)),
        channel=Channel.voice,
        alphabet=Alphabet.ucs2,
        mobiles=False,
    )
