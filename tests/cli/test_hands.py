"""The hands: the same work and the same output, whether a server runs or not."""

import asyncio
import contextlib
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chappe.config import Config, read_config
from chappe.dialects import DIALECTS
from chappe.engine.accept import accept
from chappe.hands import HANDS, accounts, callbacks, calls, doubts, messages, optouts, ways
from chappe.hands.control import SOCKET, Control
from chappe.hands.reach import reach
from chappe.hands.shown import CannotDo, NothingMore, Shown
from chappe.node import Node
from chappe.store.contract import Move
from chappe.words.account import Claim
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.calls import Gesture
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.order import Channel, Letter, Order, Tell, Urls

CONFIG = read_config('[http]\nlisten = "127.0.0.1:0"\n')
DELIVERED, SILENT, UNANSWERED = 33639980001, 33639980033, 33639980036

Do = Callable[[str, msgspec.Struct], Awaitable[Shown]]


@contextlib.asynccontextmanager
async def serving(data: Path, config: Config = CONFIG) -> AsyncIterator[Node]:
    node = Node(config, data)
    node.beside.append(Control(node))
    await node.start()
    try:
        yield node
    finally:
        await node.stop()


def hands_on(data: Path, config: Config = CONFIG) -> Do:
    async def do(name: str, asked: msgspec.Struct) -> Shown:
        return await reach(data, lambda: config, name, asked)

    return do


@pytest.fixture(params=["of the server", "alone"])
async def do(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Do]:
    """A hand on a directory that a server holds, and on one that nobody holds."""
    data = tmp_path / "kept"
    if request.param == "alone":
        data.mkdir()
        yield hands_on(data)
    else:
        async with serving(data):
            yield hands_on(data)


def add(login: str = "fred", balance: str = "0", **settings: Any) -> accounts.NewAccount:
    return accounts.NewAccount(
        login=login, balance=balance, settings=settings, password="word-of-fred"
    )


async def wrong(work: Awaitable[Shown]) -> str:
    with pytest.raises(CannotDo) as caught:
        await work
    return str(caught.value)


# accounts


async def test_an_account_is_made_and_listed(do: Do) -> None:
    """E51: by command line, by the rules of the file."""
    made = await do("account add", add(balance="12.50", email="fred@example.org", countries=["FR"]))
    assert set(made.value) == {"login", "balance", "api_key"}
    assert (await do("account list", NothingMore())).value == [
        {
            "login": "fred",
            "state": "active",
            "balance": "12.5000",
            "purses": {},
            "post_paid": False,
            "parent": "",
            "pays_from": "",
            "warning": "",
            "keys": 1,
            "email": "fred@example.org",
            "callbacks": "",
        }
    ]


async def test_an_account_may_draw_on_anothers_balance(do: Do) -> None:
    """E51: on one that is there, and that has a balance of its own."""
    await do("account add", add(balance="12.50"))
    await do("account add", add("anna", pays_from="fred"))
    assert await wrong(do("account add", add("x", pays_from="nobody"))) == (
        "There is no account 'nobody'; `chappe account list` shows all."
    )
    assert await wrong(do("account add", add("x", pays_from="anna"))) == (
        "anna draws on another's balances itself."
    )


async def test_what_the_file_would_not_take_a_hand_does_not_take(do: Do) -> None:
    await do("account add", add())
    assert await wrong(do("account add", add())) == "fred names an account already."
    assert await wrong(do("account add", add("FRED"))) == "FRED names an account already."
    assert await wrong(do("account add", add("x", balance="-1"))) == (
        "balance: '-1' is out of bounds. Write 0 to 100000000 euros."
    )
    assert await wrong(do("account add", add("x", hours="never"))) == (
        'hours: \'never\' is not on its list. Write "legal" or "any".'
    )
    assert await wrong(do("account add", add("x", hlr_credit=-1))) == (
        "hlr_credit: -1 is out of bounds. Write 0 to 100000000 look-ups."
    )
    assert await wrong(do("account add", add("x", shoe=44))) == "An account has no setting 'shoe'."
    assert [row["login"] for row in (await do("account list", NothingMore())).value] == ["fred"]


async def test_credit_is_booked_and_never_taken_below_zero(do: Do) -> None:
    await do("account add", add(balance="10"))
    credit = accounts.Booking(login="fred", amount="2.5")
    assert (await do("account credit", credit)).value == {
        "login": "fred",
        "booked": "2.5000",
        "balance": "12.5000",
    }
    take = accounts.Booking(login="fred", amount="-13")
    assert await wrong(do("account credit", take)) == (
        "fred has 12.5000 euros: no more can be taken."
    )
    odd = accounts.Booking(login="fred", amount="much")
    assert await wrong(do("account credit", odd)) == (
        "'much' is no amount of euros such as 12.50 or -3."
    )
    nobody = accounts.Booking(login="anna", amount="1")
    assert await wrong(do("account credit", nobody)) == (
        "There is no account 'anna'; `chappe account list` shows all."
    )


async def test_look_ups_are_given_and_shown_one_by_one(do: Do) -> None:
    await do("account add", add(hlr_credit=5))
    credit = accounts.Booking(login="fred", amount="100", purse="hlr")
    shown = await do("account credit", credit)
    assert shown.value == {"login": "fred", "booked": "100", "balance": "105"}
    assert shown.said == "Booked: fred has 105 look-ups now."
    assert (await do("account list", NothingMore())).value[0]["purses"] == {"hlr": "105"}
    for amount, why in (
        ("1.5", "'1.5' is no amount of look-ups such as 100 or -3."),
        ("-106", "fred has 105 look-ups: no more can be taken."),
    ):
        taken = accounts.Booking(login="fred", amount=amount, purse="hlr")
        assert await wrong(do("account credit", taken)) == why


async def test_states_change(do: Do) -> None:
    await do("account add", add())
    for name, state in (("suspend", "suspended"), ("close", "closed"), ("activate", "active")):
        shown = await do(f"account {name}", accounts.NamedAccount(login="fred"))
        assert shown.value == {"login": "fred", "state": state}
        assert (await do("account list", NothingMore())).value[0]["state"] == state


async def test_secrets_hold_at_once_in_a_running_server(tmp_path: Path) -> None:
    """E51: an account made by hand may send a moment later, one suspended by hand may not."""
    do = hands_on(tmp_path)
    async with serving(tmp_path) as node:

        async def proves(**claim: str) -> bool:
            return not isinstance(await node.prove.prove(Claim(**claim), "::1"), Refusal)

        first = (await do("account add", add())).value["api_key"]
        assert await proves(login="fred", secret="word-of-fred")
        assert await proves(key=first)

        token = (await do("account key", accounts.NewKey(login="fred", kind="token"))).value["key"]
        second = (await do("account key", accounts.NewKey(login="fred", replace=True))).value["key"]
        assert [
            await proves(key=first),
            await proves(key=second),
            await proves(key=token),
            await proves(key=token, key_kind="token"),
        ] == [False, True, False, True]

        made = (await do("account password", accounts.Password(login="fred"))).value["password"]
        assert not await proves(login="fred", secret="word-of-fred")
        assert await proves(login="fred", secret=made)
        await do("account suspend", accounts.NamedAccount(login="fred"))
        assert not await proves(key=second)


# what is kept


async def offered(node: Node, *numbers: int, **wishes: Any) -> Receipt | Refusal:
    """An order, offered as a door would."""
    account = node.accounts.by_login("fred")
    assert account is not None
    letter = Letter(text="Bonjour", numbers=list(numbers), **wishes)
    return await accept(node.desk, account, Order(dialect=DIALECTS[0].NAME, letters=[letter]))


async def sent(node: Node, *numbers: int, **wishes: Any) -> Receipt:
    """One that is taken."""
    receipt = await offered(node, *numbers, **wishes)
    assert isinstance(receipt, Receipt)
    return receipt


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    end = asyncio.get_running_loop().time() + 10
    while not await condition():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.005)


async def state_of(node: Node, ident: int) -> State:
    [message] = await node.store.messages(ident, ident, 1)
    return message.state


async def becomes(node: Node, ident: int, state: State) -> None:
    async def is_so() -> bool:
        return await state_of(node, ident) is state

    await until(is_so)


async def kept(data: Path) -> Receipt:
    """A directory with one delivered message in it, and no server."""
    async with serving(data) as node:
        await hands_on(data)("account add", add(balance="10"))
        receipt = await sent(node, DELIVERED)
        await becomes(node, receipt.first, State.delivered)
    return receipt


async def test_one_message_is_shown_the_same_with_and_without_a_server(tmp_path: Path) -> None:
    receipt = await kept(tmp_path)
    do = hands_on(tmp_path)
    asked = messages.OneMessage(message=receipt.first)
    alone = await do("message show", asked)
    async with serving(tmp_path):
        assert await do("message show", asked) == alone
    facts = alone.value
    assert (facts["number"], facts["state"], facts["text"], facts["price"]) == (
        "+33639980001",
        "delivered",
        "Bonjour",
        "0.0400",
    )
    [part] = facts["ids"]
    assert (facts["given"], facts["channel"], facts["links"], part["part"], part["link"]) == (
        "",
        "notification",
        ["sim"],
        1,
        "sim",
    )
    assert part["operator_id"]
    assert [(step["step"], len(step["at"])) for step in facts["steps"]] == [
        ("accepted", 19),
        ("sent", 19),
        ("delivered", 19),
    ]
    missing = messages.OneMessage(message=77)
    assert await wrong(do("message show", missing)) == "There is no message 77."


async def test_all_that_is_known_of_a_number_is_shown_and_erased(tmp_path: Path) -> None:
    """E44: shown whole, then erased; counters and prices stay."""
    receipt = await kept(tmp_path)
    do = hands_on(tmp_path)
    asked = messages.OneNumber(number="06 39 98 00 01")
    shown = (await do("number show", asked)).value
    assert (shown["number"], shown["operator"]) == ("+33639980001", "20801")
    assert [row["text"] for row in shown["messages"]] == ["Bonjour"]

    erased = await do("number erase", asked)
    assert erased.value == {"number": "+33639980001", "erased": 1, "under_way": 0}
    after = (await do("number show", asked)).value
    assert (after["messages"], after["replies"]) == ([], [])
    left = (await do("message show", messages.OneMessage(message=receipt.first))).value
    assert (left["number"], left["text"], left["state"], left["price"]) == (
        "",
        "",
        "delivered",
        "0.0400",
    )
    odd = messages.OneNumber(number="twelve")
    assert await wrong(do("number show", odd)) == (
        "'twelve' is no phone number such as +33639980001 or 0639980001."
    )


async def test_opt_outs_are_added_listed_and_removed(do: Do) -> None:
    """E42: for one account, or for everybody."""
    await do("account add", add())
    two = optouts.OptOutChange(numbers=["0639980001", "+33639980002"], login="fred")
    await do("optout add", two)
    await do("optout add", optouts.OptOutChange(numbers=["0639980003"]))

    async def listed(login: str) -> list[tuple[str, str]]:
        shown = await do("optout list", optouts.OptOutList(login=login))
        return [(row["account"], row["number"]) for row in shown.value]

    freds = [("fred", "+33639980001"), ("fred", "+33639980002")]
    assert await listed("fred") == freds
    assert await listed("") == [("everybody", "+33639980003"), *freds]
    one = optouts.OptOutChange(numbers=["33639980001"], login="fred")
    assert (await do("optout remove", one)).value["numbers"] == ["+33639980001"]
    assert await wrong(do("optout remove", one)) == "None of these numbers was on that list."
    assert await listed("fred") == freds[1:]


async def test_opt_outs_have_lists(do: Do) -> None:
    """Each by its name; who is taken off one stays on the other."""
    await do("account add", add())
    for name in ("stop", "black"):
        await do(
            "optout add", optouts.OptOutChange(numbers=["0639980001"], login="fred", list=name)
        )
    gone = optouts.OptOutChange(numbers=["0639980001"], login="fred")
    assert (await do("optout remove", gone)).value == {
        "account": "fred",
        "list": "stop",
        "numbers": ["+33639980001"],
    }
    shown = await do("optout list", optouts.OptOutList())
    assert [(row["account"], row["list"]) for row in shown.value] == [("fred", "black")]
    assert (await do("optout list", optouts.OptOutList(list="stop"))).value == []
    story = await do("number show", messages.OneNumber(number="0639980001"))
    assert [row["list"] for row in story.value["opt_outs"]] == ["black"]
    odd = optouts.OptOutChange(numbers=["0639980001"], list="red")
    assert await wrong(do("optout add", odd)) == "There is no list 'red': write stop or black."


async def test_marketing_to_a_number_opted_out_by_hand_is_stopped_at_once(tmp_path: Path) -> None:
    """E42: the very next message of a running server."""
    do = hands_on(tmp_path)
    async with serving(tmp_path) as node:
        await do("account add", add(balance="10"))
        await do("optout add", optouts.OptOutChange(numbers=["0639980001"], login="fred"))
        refused = await offered(node, DELIVERED, channel=Channel.marketing)
        assert isinstance(refused, Refusal)
        assert refused.troubles == (Trouble.opted_out,)
        await do("optout remove", optouts.OptOutChange(numbers=["0639980001"], login="fred"))
        await sent(node, DELIVERED, channel=Channel.marketing)


# links and doubt


async def test_a_paused_link_takes_nothing_until_it_is_resumed(tmp_path: Path) -> None:
    do = hands_on(tmp_path)
    async with serving(tmp_path) as node:
        await do("account add", add(balance="10"))
        paused = await do("links pause", ways.OneLink(name="sim"))
        assert paused.value == {"link": "sim", "condition": "paused"}
        receipt = await sent(node, DELIVERED)
        assert await state_of(node, receipt.first) is State.queued
        rows = (await do("links", NothingMore())).value
        assert [(row["link"], row["condition"]) for row in rows] == [
            ("sim", "paused"),
            ("calls", "up"),
        ]

        await do("links resume", ways.OneLink(name="sim"))
        await becomes(node, receipt.first, State.delivered)
        odd = ways.OneLink(name="orange")
        assert await wrong(do("links pause", odd)) == (
            "There is no link 'orange'; `chappe links` shows all."
        )


async def test_a_paused_node_takes_nothing_from_customers(tmp_path: Path) -> None:
    do = hands_on(tmp_path)
    async with serving(tmp_path) as node:
        await do("account add", add(balance="10"))
        await do("pause", NothingMore())
        assert await offered(node, DELIVERED) == Refusal((Trouble.not_now,))
        await do("resume", NothingMore())
        await sent(node, DELIVERED)


async def test_a_handset_writes(tmp_path: Path) -> None:
    """E33: as the reply of a number of the table would come."""
    do = hands_on(tmp_path)
    async with serving(tmp_path):
        await do("reply", ways.PretendedReply(number="0639980001", code="36105", text="OUI"))
        asked = messages.OneNumber(number="0639980001")

        async def arrived() -> bool:
            replies = (await do("number show", asked)).value["replies"]
            return [(row["code"], row["text"]) for row in replies] == [("36105", "OUI")]

        await until(arrived)
        odd = ways.PretendedReply(number="0639980001", code="ACME", text="OUI")
        assert await wrong(do("reply", odd)) == "'ACME' is no short code such as 36105."


@pytest.mark.parametrize("name", sorted(name for name in HANDS if HANDS[name].needs_server))
async def test_what_needs_a_server_says_so(tmp_path: Path, name: str) -> None:
    asked: dict[str, msgspec.Struct] = {
        "reply": ways.PretendedReply(number="0639980001", code="36105", text="OUI"),
        "call list": calls.CallList(),
        "call answer": calls.CallAnswer(call=1, gesture=Gesture.take),
        "call play": calls.OneCall(call=1),
        "call handset": calls.HandsetSetting(number="0639980001", by_hand=True),
        "links pause": ways.OneLink(name="sim"),
        "links resume": ways.OneLink(name="sim"),
    }
    do = hands_on(tmp_path)
    assert await wrong(do(name, asked.get(name, NothingMore()))) == (
        f"No server runs on {tmp_path}: start `chappe serve` first."
    )


async def doubtful(data: Path, count: int) -> list[int]:
    """Messages that left and were never answered, held; and no server."""
    async with serving(data) as node:
        await hands_on(data)("account add", add(balance="10", in_doubt="hold"))
        receipt = await sent(node, *[UNANSWERED] * count)
        idents = list(range(receipt.first, receipt.first + count))
        for ident in idents:
            node.doubt.arose(ident, node.accounts.all()[0].id, int(Channel.marketing))
        await node.store.settled()
    return idents


async def test_doubt_is_listed_and_dropped(tmp_path: Path) -> None:
    """E1: every message in doubt is listed, and somebody decides."""
    first, second = await doubtful(tmp_path, 2)
    do = hands_on(tmp_path)
    rows = (await do("doubt list", NothingMore())).value
    assert sorted((row["message"], row["state"], row["choice"]) for row in rows) == [
        (first, "unknown", "held"),
        (second, "unknown", "held"),
    ]
    odd = doubts.Decision(messages=[second + 1])
    assert await wrong(do("doubt drop", odd)) == (
        f"Message {second + 1} is not in doubt; `chappe doubt list` shows what is."
    )
    dropped = await do("doubt drop", doubts.Decision(messages=[first]))
    assert dropped.value == {"dropped": [first]}
    resent = await do("doubt resend", doubts.Decision(all=True))
    assert resent.value == {"resent": [second]}
    assert await wrong(do("doubt resend", doubts.Decision(all=True))) == "Nothing is in doubt."
    states = [
        (await do("message show", messages.OneMessage(message=ident))).value["state"]
        for ident in (first, second)
    ]
    assert states == ["failed", "queued"]


async def test_a_message_that_is_only_silent_is_not_sent_again(tmp_path: Path) -> None:
    """E1: under `hold` none arrives twice."""
    do = hands_on(tmp_path)
    async with serving(tmp_path) as node:
        await do("account add", add(balance="10"))
        receipt = await sent(node, SILENT)
        now = node.clock.now()
        await becomes(node, receipt.first, State.sent)
        node.store.batch.moves.append(
            Move(receipt.first, Happening.fell_silent, Reason.silent, now)
        )
        node.store.flush(0)
        await node.store.settled()
        asked = doubts.Decision(messages=[receipt.first])
        assert (await wrong(do("doubt resend", asked))).startswith(
            f"Message {receipt.first} is not in doubt"
        )


# callbacks


async def test_callbacks_are_listed_with_their_tries_and_replayed(tmp_path: Path) -> None:
    """E40: every attempt can be seen and replayed."""
    calls = 0

    async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        await reader.readuntil(b"\r\n\r\n")
        calls += 1
        status = b"500 No" if calls == 1 else b"200 OK"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(heard, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    allowed = read_config('[http]\nlisten = "127.0.0.1:0"\n[callbacks]\nallow_private = true\n')
    do = hands_on(tmp_path)
    async with serving(tmp_path, allowed) as node:
        await do("account add", add(balance="10"))
        url = f"http://127.0.0.1:{port}/"
        await sent(node, DELIVERED, tell=Tell(urls=Urls(url), events=Event.final, form="w"))
        asked = callbacks.CallbackList(login="fred")

        async def missed() -> bool:
            rows = (await do("callbacks list", asked)).value
            return bool(rows) and bool(rows[0]["missed"])

        await until(missed)
        row = (await do("callbacks list", asked)).value[0]
        assert (row["end"], [one["answer"] for one in row["missed"]]) == ("owed", ["500"])

        replayed = await do("callbacks replay", callbacks.Replay(message=row["message"]))
        assert replayed.value == {"message": row["message"], "replayed": 1}

        async def told() -> bool:
            wanted = callbacks.CallbackList(login="fred", only="heard")
            return len((await do("callbacks list", wanted)).value) == 1

        await until(told)
        assert calls == 2
        nothing = callbacks.Replay(message=row["message"], seq=9)
        assert await wrong(do("callbacks replay", nothing)) == (
            f"Message {row['message']} has no callback 9; `chappe callbacks list LOGIN "
            f"--message {row['message']}` shows those that it has."
        )
    server.close()


async def test_callbacks_that_wait_behind_an_unheard_one_are_listed(tmp_path: Path) -> None:
    """E40: just while an endpoint is down; by any of the list's options."""
    allowed = read_config('[http]\nlisten = "127.0.0.1:0"\n[callbacks]\nallow_private = true\n')
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}/"
    do = hands_on(tmp_path)
    async with serving(tmp_path, allowed) as node:
        await do("account add", add(balance="10"))
        told = Tell(urls=Urls(url), events=Event.sent | Event.final, form="w")
        receipt = await sent(node, DELIVERED, tell=told)

        async def missed() -> bool:
            rows = (await do("callbacks list", callbacks.CallbackList(login="fred"))).value
            return len(rows) == 2 and bool(rows[1]["missed"])

        await until(missed)
        for options in ({}, {"only": "owed"}, {"message": receipt.first}, {"limit": 1}):
            asked = msgspec.convert({"login": "fred", **options}, callbacks.CallbackList)
            newest = (await do("callbacks list", asked)).value[0]
            assert (newest["seq"], newest["end"], newest["due"]) == (2, "owed", "waits")


# the socket


async def test_the_socket_is_its_owners_alone_and_goes_with_the_server(tmp_path: Path) -> None:
    async with serving(tmp_path):
        mode = stat.S_IMODE((tmp_path / SOCKET).stat().st_mode)
        assert mode == 0o600
    assert not (tmp_path / SOCKET).exists()


async def test_a_directory_with_a_long_name_has_a_socket_all_the_same(tmp_path: Path) -> None:
    data = tmp_path / ("a" * 100) / ("b" * 100)
    async with serving(data):
        shown = await hands_on(data)("links", NothingMore())
    assert [row["condition"] for row in shown.value] == ["up", "up"]


async def test_a_stale_socket_is_no_server(tmp_path: Path) -> None:
    """As a killed server leaves it."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / SOCKET))
    await hands_on(tmp_path)("account add", add())
    async with serving(tmp_path):
        rows = (await hands_on(tmp_path)("account list", NothingMore())).value
    assert [row["login"] for row in rows] == ["fred"]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (b"nonsense\n", "That is no line of a command."),
        (b'{"hand":"dance"}\n', "This server does not know 'dance': is it another version?"),
        (
            b'{"hand":"message show","asked":{"message":"x"}}\n',
            "message show: Expected `int`, got `str` - at `$.message`.",
        ),
    ],
)
async def test_odd_lines_on_the_socket_are_answered(
    tmp_path: Path, line: bytes, wrong: str
) -> None:
    async with serving(tmp_path):
        reader, writer = await asyncio.open_unix_connection(tmp_path / SOCKET)
        writer.write(line)
        assert msgspec.json.decode(await reader.readline()) == {"wrong": wrong}
        writer.close()


async def test_an_endless_line_ends_the_connection_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """E55: what comes in by the socket is bounded as well."""
    async with serving(tmp_path):
        reader, writer = await asyncio.open_unix_connection(tmp_path / SOCKET)
        writer.write(b"x" * (3 << 20))
        async with asyncio.timeout(10):
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        writer.close()
        assert (await hands_on(tmp_path)("links", NothingMore())).value
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    ("name", "asked"), [("account list", NothingMore()), ("account add", add())]
)
async def test_a_directory_that_is_not_there_is_said(
    tmp_path: Path, name: str, asked: msgspec.Struct
) -> None:
    """E51: no hand makes an installation where somebody mistyped."""
    data = tmp_path / "typo"
    assert await wrong(hands_on(data)(name, asked)) == (
        f"There is no directory {data}: give the server's own with --data."
    )
    assert not data.exists()
