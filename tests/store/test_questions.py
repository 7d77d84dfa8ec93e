"""Replies of a stretch of time, each with the message that it answers."""

from collections.abc import Sequence
from typing import Any

from chappe.store.contract import AnswersAsked
from chappe.words.report import Arrival
from tests.store.office import NOW, NUMBER, Office

ALL = AnswersAsked(0, 0, 0, NOW + 1_000, "highsms", "", "name", 100)


async def wrote(office: Office, *texts: str, number: int = NUMBER, at: int = NOW) -> None:
    """A handset, at one instant."""
    await office.happen(arrivals=[Arrival(number, "36105", text, at) for text in texts])


async def texts(office: Office, **asked: Any) -> list[str]:
    wanted = ALL._replace(account=office.customer.account)._replace(**asked)
    return [reply.text for reply, _ in await office.store.answers(wanted)]


async def test_replies_are_those_of_a_stretch_of_time_the_oldest_first(office: Office) -> None:
    """H57: its first instant is in it, its last is not."""
    await office.send()
    for at in (3, 1, 2, 0):
        await wrote(office, str(at), at=NOW + at)
    assert await texts(office) == ["0", "1", "2", "3"]
    assert await texts(office, since=NOW + 1, until=NOW + 3) == ["1", "2"]
    assert await texts(office, since=NOW + 4) == []


async def test_replies_are_read_in_pages_though_they_came_at_one_instant(office: Office) -> None:
    """H57: none is left out, none comes twice."""
    await office.send()
    await wrote(office, "a", "b", "c", "d")
    await wrote(office, "e", at=NOW + 1)
    pages: list[Sequence[str]] = []
    asked = ALL._replace(account=office.customer.account, limit=2)
    while page := await office.store.answers(asked):
        pages.append([reply.text for reply, _ in page])
        asked = asked._replace(since=page[-1][0].at, after=page[-1][0].id)
    assert pages == [["a", "b"], ["c", "d"], ["e"]]


async def test_replies_to_one_reference_are_those_to_its_orders(office: Office) -> None:
    """H57: a fact of the order may stand for its reference; other dialects' orders do not count."""
    orders = (
        ("x", "highsms", "{}"),
        ("", "highsms", '{"name":"x"}'),
        ("y", "highsms", '{"name":"z"}'),
        ("x", "octopush", "{}"),
        ("", "highsms", "{}"),
    )
    for n, (reference, dialect, facts) in enumerate(orders):
        letter = office.letter(numbers=[NUMBER + n])
        draft = office.draft(letter, reference=reference, dialect=dialect)
        draft.facts = facts
        await office.keep(draft)
    for n in range(len(orders) + 1):
        await wrote(office, str(n), number=NUMBER + n, at=NOW + n)
    assert await texts(office, ref="x") == ["0", "1"]
    assert await texts(office, ref="x", fact="") == ["0"]
    assert await texts(office, ref="z") == ["2"]
    assert await texts(office, ref="x", dialect="octopush") == ["3"]
    assert await texts(office, ref="name") == []
    assert await texts(office) == ["0", "1", "2", "3", "4"]


async def test_a_reply_comes_with_the_message_that_it_answers(office: Office) -> None:
    """H57: whole, as it is read elsewhere."""
    first = await office.send(reference="x", text="Bonjour", facts='{"a":"b"}')
    await wrote(office, "OUI")
    asked = ALL._replace(account=office.customer.account, ref="x")
    ((reply, message),) = await office.store.answers(asked)
    assert (reply.number, reply.code, reply.message, reply.stop) == (NUMBER, "36105", first, 0)
    assert message == await office.message(first)


async def test_nobody_reads_what_others_were_answered(office: Office) -> None:
    """H57: whatever the reference."""
    await office.send(reference="x")
    await wrote(office, "OUI")
    other = await office.enrol("other")
    asked = ALL._replace(account=other.account)
    assert await office.store.answers(asked) == []
    assert await office.store.answers(asked._replace(ref="x")) == []
