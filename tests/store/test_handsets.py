"""What handsets write: kept always, tied to what it answers, and heeded when it says STOP."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from chappe.store.contract import Confirmation, Move, ReplyTell, Settled
from chappe.words.clock import DAY
from chappe.words.lane import lane_of
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.news import Reply
from chappe.words.order import OURS, Lists
from chappe.words.report import Arrival, Fragment
from tests.store.office import CODE, LINK, NOW, NUMBER, Office, news

REPLIES = int(Event.reply | Event.stop)


async def write(
    office: Office, text: str = "OUI", code: str = CODE, at: int = NOW, number: int = NUMBER
) -> Settled:
    return await office.happen(arrivals=[Arrival(number, code, text, at, "20801")])


async def barred(office: Office) -> list[bool]:
    """Whether each account, in the order enrolled, may write to the number no more."""
    accounts = [account.id for account, _ in await office.store.accounts()]
    return [
        await office.store.opted_out(account, [NUMBER], Lists.stop) == [NUMBER]
        for account in accounts
    ]


async def test_a_reply_belongs_to_the_last_message_under_its_code(office: Office) -> None:
    await office.send(events=REPLIES)
    last = await office.send(events=REPLIES)
    await office.send(events=REPLIES, code="99999")
    await office.send(events=REPLIES, numbers=[NUMBER + 1])
    settled = await write(office)
    reply = Reply(
        id=1,
        at=NOW,
        number=NUMBER,
        code=CODE,
        text="OUI",
        operator="20801",
        account=office.customer.account,
        message=last,
        stop=0,
    )
    (one,) = settled.news
    assert (one.subject, one.event, one.reply, one.url) == (
        last,
        Event.reply,
        reply,
        "http://customer/replies",
    )
    assert one.message == await office.message(last)
    assert await office.store.replies(office.customer.account, NOW, 9) == [reply]


async def test_a_reply_to_a_sender_of_digits_is_tied_by_it(office: Office) -> None:
    mine = await office.send(events=REPLIES, sender="33700000001")
    await office.send(events=REPLIES, sender="ACME", code="99999")
    assert news(await write(office, code="33700000001")) == [(mine, 1, Event.reply)]


async def test_what_never_reached_the_handset_is_not_answered(office: Office) -> None:
    sent = await office.send(events=REPLIES)
    await office.send(events=REPLIES, happening=Happening.accepted)
    refused = await office.send(events=REPLIES)
    await office.happen(Move(refused, Happening.turned_down, Reason.rejected, NOW))
    assert news(await write(office)) == [(sent, 1, Event.reply)]


async def test_what_we_send_by_ourselves_is_not_answered(office: Office) -> None:
    """E32: whoever writes again after a STOP was confirmed means what they had before."""
    asked = await office.send(events=REPLIES)
    await office.send(request_id=f"{OURS}stop 1")
    assert news(await write(office)) == [(asked, 1, Event.reply)]


async def test_a_message_is_answered_for_forty_days(office: Office) -> None:
    """E43: and found though later messages to others fill the stretches after it."""
    first = await office.send(events=REPLIES)
    office.customer = await office.enrol("rich", 10**10)
    await office.send(numbers=range(NUMBER + 1, NUMBER + 9001))
    assert news(await write(office, at=NOW + 40 * DAY)) == [(first, 1, Event.reply)]
    assert news(await write(office, at=NOW + 40 * DAY + 1)) == []


async def test_a_reply_waits_its_turn_among_the_messages_news(office: Office) -> None:
    """E40: one row of events per message, whoever caused them."""
    first = await office.send(events=REPLIES | Event.created)
    assert news(await write(office)) == []
    calls = await office.store.calls(office.customer.account, 9)
    assert [(call[1], call[2]) for call in calls] == [(2, Event.reply), (1, Event.created)]
    assert (await office.message(first)).state is State.sending


async def test_a_reply_that_answers_nothing_is_kept_all_the_same(office: Office) -> None:
    settled = await write(office, "hello?", "77777")
    assert settled.news == []
    story = await office.store.number_story(NUMBER)
    assert [(reply.account, reply.message, reply.text) for reply in story["replies"]] == [
        (0, 0, "hello?")
    ]


async def test_a_reply_to_an_accounts_own_code_is_that_accounts(office: Office) -> None:
    owner = await office.enrol("owner", short_code="38038")
    await write(office, code="38038")
    await write(office, code="")
    replies = await office.store.replies(owner.account, 0, 9)
    assert [(reply.code, reply.message) for reply in replies] == [("38038", 0)]


async def test_replies_of_one_commit_are_all_kept(office: Office) -> None:
    await office.happen(arrivals=[Arrival(NUMBER + n, CODE, str(n), NOW) for n in range(5)])
    found = [(await office.store.number_story(NUMBER + n))["replies"] for n in range(5)]
    assert [[reply.text for reply in replies] for replies in found] == [
        ["0"],
        ["1"],
        ["2"],
        ["3"],
        ["4"],
    ]


@pytest.mark.parametrize("text", ["STOP", "stop 36105", "Arrêt !", "StopSMS."])
async def test_stop_opts_out_of_the_account_it_answers(office: Office, text: str) -> None:
    """E42: at once, in its usual spellings, and of no other account."""
    await office.enrol("other")
    first = await office.send(events=REPLIES)
    settled = await write(office, text)
    assert news(settled) == [(first, 1, Event.stop)]
    assert await barred(office) == [True, False]
    assert await office.store.opt_outs(office.customer.account, Lists.stop, 9) == [
        [NUMBER, NOW, f"reply to {CODE}", Lists.stop]
    ]


async def test_a_text_that_merely_speaks_of_stopping_opts_nobody_out(office: Office) -> None:
    await office.send(events=REPLIES)
    await write(office, "on ne stoppe pas")
    assert await barred(office) == [False]


async def test_whoever_does_not_ask_for_stops_gets_them_as_replies(office: Office) -> None:
    first = await office.send(events=int(Event.reply))
    assert news(await write(office, "STOP")) == [(first, 1, Event.reply)]


RECEIPTS, REPLIED, STOPPED = (f"http://customer/{path}" for path in ("receipts", "replies", "stop"))


@pytest.mark.parametrize(
    ("text", "asked", "told"),
    [
        ("STOP", {"stop_url": STOPPED}, (Event.stop, STOPPED)),
        ("OUI", {"stop_url": STOPPED}, (Event.reply, REPLIED)),
        ("STOP", {}, (Event.stop, REPLIED)),
        ("STOP", {"reply_url": ""}, (Event.stop, RECEIPTS)),
        ("STOP", {"stop_url": STOPPED, "events": Event.reply}, (Event.reply, STOPPED)),
        ("STOP", {"stop_url": STOPPED, "events": Event.stop}, (Event.stop, STOPPED)),
        ("OUI", {"stop_url": STOPPED, "events": Event.stop}, None),
    ],
)
async def test_a_stop_is_told_at_its_own_url_and_else_where_replies_are(
    office: Office, text: str, asked: dict[str, Any], told: tuple[Event, str] | None
) -> None:
    """Decided once, when it comes; a restart tells it there as well."""
    await office.send(**{"events": REPLIES, **asked})
    settled = await write(office, text)
    assert [(one.event, one.url) for one in settled.news] == ([told] if told else [])
    await office.reopen()
    await office.succeed()
    lanes = [lane_of(told[1], office.customer.account)] if told else []
    assert list(await office.store.claim_news(lanes, NOW, 9)) == settled.news


async def test_a_stop_that_answers_nothing_stops_all_senders_of_ninety_days(
    office: Office,
) -> None:
    """E42: whoever wrote to that number under that code so long ago may not any more."""
    for login, age, code in (
        ("long ago", 91, CODE),
        ("once", 90, CODE),
        ("lately", 41, CODE),
        ("under another code", 41, "99999"),
    ):
        office.customer = await office.enrol(login)
        letter = office.letter(code=code)
        await office.keep(office.draft(letter, at=NOW - age * DAY))
    await write(office, "STOP")
    assert await barred(office) == [False, False, True, True, False]


async def test_a_stop_may_be_for_everybody(office: Office) -> None:
    """E42: where it is set so, no account writes marketing to the number any more."""
    office.stop_everywhere = True
    await office.enrol("other")
    await office.send()
    await write(office, "STOP")
    assert await barred(office) == [True, True]
    await write(office, "START")
    assert await barred(office) == [False, False]


async def test_start_opts_in_again(office: Office) -> None:
    """E42: in the account that it answers."""
    mine = office.customer
    await office.store.opt_out(mine.account, [NUMBER], NOW, "by hand")
    other = await office.enrol("other")
    await office.store.opt_out(other.account, [NUMBER], NOW, "by hand")
    await office.send()
    await write(office, "start")
    assert await barred(office) == [False, True]


async def test_start_takes_nobody_off_a_list_that_a_customer_keeps(office: Office) -> None:
    """E42: a STOP and the customer's own list are two rows, and START undoes the one."""
    account = office.customer.account
    await office.store.opt_out(account, [NUMBER], NOW, "mine", Lists.black)
    await office.send()
    await write(office, "STOP")
    assert await office.store.opt_outs(account, Lists.stop | Lists.black, 9) == [
        [NUMBER, NOW, f"reply to {CODE}", Lists.stop],
        [NUMBER, NOW, "mine", Lists.black],
    ]
    await write(office, "START")
    every = Lists.stop | Lists.black
    found = [await office.store.opted_out(account, [NUMBER], one) for one in (*Lists, every)]
    assert found == [[], [NUMBER], [NUMBER]]
    assert await office.store.opt_in(account, [NUMBER], Lists.stop) == 0
    assert await office.store.opt_in(account, [NUMBER, NUMBER + 1], Lists.black) == 1


async def test_a_number_is_put_on_a_list_once(office: Office) -> None:
    """Who is told how many were new is told the truth."""
    put = office.store.opt_out
    assert await put(0, range(NUMBER, NUMBER + 3000), NOW, "file", Lists.black) == 3000
    assert await put(0, range(NUMBER + 2999, NUMBER + 3001), NOW, "again", Lists.black) == 1


async def test_the_list_of_opt_outs_is_kept_by_hand_too(office: Office) -> None:
    account = office.customer.account
    for number, at in ((NUMBER + 1, NOW), (NUMBER, NOW), (NUMBER + 1, NOW + 5)):
        await office.store.opt_out(account, [number], at, "by hand")
    await office.reopen()
    assert await office.store.opt_outs(account, Lists.stop, 9) == [
        [NUMBER, NOW, "by hand", Lists.stop],
        [NUMBER + 1, NOW, "by hand", Lists.stop],
    ]
    asked = [NUMBER, NUMBER + 1, NUMBER + 2]
    assert sorted(await office.store.opted_out(account, asked, Lists.stop)) == [NUMBER, NUMBER + 1]
    assert await office.store.opt_in(account, [NUMBER])
    assert not await office.store.opt_in(account, [NUMBER])
    assert await office.store.opted_out(account, asked, Lists.stop) == [NUMBER + 1]


# pieces


def piece(no: int, of: str = "a", at: int = NOW, body: str = "x") -> Fragment:
    return Fragment(of, no, at, body)


async def test_pieces_are_kept_until_their_message_is_whole(office: Office) -> None:
    """E32: over a restart, each once, and those of other messages stay."""
    await office.happen(fragments=[piece(2), piece(1, at=NOW - 1), piece(1, "b")])
    await office.happen(fragments=[piece(2, body="again")])
    await office.reopen()
    assert await office.store.fragments(LINK) == [piece(1, at=NOW - 1), piece(2), piece(1, "b")]
    assert await office.store.fragments("other") == []
    await office.happen(arrivals=[Arrival(NUMBER, CODE, "OUI NON", NOW, pieces="a")])
    assert await office.store.fragments(LINK) == [piece(1, "b")]
    assert [one.text for one in await office.store.replies(0, NOW, 9)] == ["OUI NON"]


async def test_pieces_that_nobody_asks_about_are_forgotten(office: Office) -> None:
    """E44: with the records of their time."""
    await office.happen(fragments=[piece(1, at=NOW - DAY), piece(1, "b")])
    while await office.store.forget(NOW - DAY, NOW, NOW, 10):
        pass
    assert await office.store.fragments(LINK) == [piece(1, "b")]


# what answers nothing


def tells(*rows: ReplyTell) -> Callable[[int], Sequence[ReplyTell]]:
    return lambda account: rows


HIGH, OCTO, STOPS = (f"http://customer/{path}" for path in ("high", "octo", "stops"))
HIGHSMS = ReplyTell("highsms", HIGH, HIGH, "ww", int(Event.reply), int(Event.reply))
OCTOPUSH = ReplyTell("octopush", OCTO, STOPS, "", int(Event.reply), int(Event.stop))


async def test_what_answers_nothing_is_told_to_whoever_has_the_code(office: Office) -> None:
    """E32: in each of their dialects, as news of its own; and told again after a restart."""
    owner = await office.enrol("own", short_code="38000")
    office.reply_tells = tells(HIGHSMS, OCTOPUSH)
    settled = await write(office, "Allo", "38000")
    (reply,) = await office.store.replies(owner.account, NOW, 9)
    told = [
        (one.subject, one.seq, one.event, one.dialect, one.url, one.form, one.account, one.message)
        for one in settled.news
    ]
    mine = owner.account
    assert told == [
        (-1, 1, Event.reply, "highsms", "http://customer/high", "ww", mine, None),
        (-1, 2, Event.reply, "octopush", "http://customer/octo", "", mine, None),
    ]
    assert {one.reply for one in settled.news} == {reply}
    await office.reopen()
    assert await office.succeed() == 2
    lane = lane_of("http://customer", mine)
    again = await office.store.claim_news([lane], NOW, 9)
    assert {one.seq: one for one in again} == {one.seq: one for one in settled.news}


async def test_a_stop_that_answers_nothing_is_told_as_one(office: Office) -> None:
    """E42: where a dialect has a call of its own for it."""
    await office.enrol("own", short_code="38000")
    office.reply_tells = tells(HIGHSMS, OCTOPUSH)
    settled = await write(office, "STOP", "38000")
    assert [(one.seq, one.event, one.url) for one in settled.news] == [
        (1, Event.reply, HIGH),
        (2, Event.stop, STOPS),
    ]


async def test_what_answers_nothing_is_not_told_where_there_is_no_url(office: Office) -> None:
    """Replies and STOPs have each their own."""
    await office.enrol("own", short_code="38000")
    office.reply_tells = tells(OCTOPUSH._replace(url=""))
    assert news(await write(office, "Allo", "38000")) == []
    assert news(await write(office, "STOP", "38000")) == [(-2, 1, Event.stop)]


async def test_what_answers_nothing_and_is_nobodys_is_kept(office: Office) -> None:
    """E32: unassigned, and shown."""
    office.reply_tells = tells(HIGHSMS)
    assert news(await write(office, "Allo", "38000")) == []
    assert [one.text for one in await office.store.replies(0, NOW, 9)] == ["Allo"]


async def test_what_was_told_of_a_reply_goes_with_it(office: Office) -> None:
    """E44: when the reply is forgotten."""
    owner = await office.enrol("own", short_code="38000")
    office.reply_tells = tells(HIGHSMS)
    await write(office, "Allo", "38000", at=NOW - DAY)
    while await office.store.forget(NOW, NOW, NOW, 10):
        pass
    assert await office.store.replies(owner.account, 0, 9) == []
    assert await office.store.calls(owner.account, 9) == []


async def test_a_stop_that_is_to_be_confirmed_is_kept_with_it(office: Office) -> None:
    """E42: once, in its own commit, in the words of that account and dialect; until it is done."""
    office.confirm_stop = lambda account, dialect: f"{account} {dialect}"
    first, account = await office.send(), office.customer.account
    assert first
    stop = Arrival(NUMBER, CODE, "STOP", NOW)
    settled = [await office.happen(arrivals=[stop]) for _ in range(2)]
    assert [one.to_confirm for one in settled] == [True, False]
    kept = Confirmation(1, account, "highsms", NUMBER, CODE, NOW, f"{account} highsms")
    await office.reopen()
    assert await office.store.confirmations(0, 9) == [kept]
    assert await office.store.confirmations(1, 9) == []
    await office.store.confirmed([1, 2])
    assert await office.store.confirmations(0, 9) == []


async def test_what_answers_nothing_or_is_no_stop_is_not_confirmed(office: Office) -> None:
    """E42: nor where nobody has words for it."""
    stop = Arrival(NUMBER, CODE, "STOP", NOW)
    assert not (await office.happen(arrivals=[stop])).to_confirm
    await office.send()
    assert not (await office.happen(arrivals=[stop])).to_confirm
    office.confirm_stop = lambda account, dialect: "Bien"
    for text in ("START", "Oui"):
        arrival = Arrival(NUMBER, CODE, text, NOW)
        assert not (await office.happen(arrivals=[arrival])).to_confirm
    assert (await office.happen(arrivals=[stop])).to_confirm
