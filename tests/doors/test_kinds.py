"""Kinds of calls: when one is known, what ends it, and what is held of it.

Two nodes are asked the same, of which one knows no kinds: their answers and their rows are alike.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from chappe.dialects import highsms, octopush
from chappe.dialects.highsms.tables.paths import SUBMIT
from chappe.dialects.octopush.tables import SMS
from chappe.dialects.shape import Cut
from chappe.doors.kinds import CutPath, Kinds
from chappe.engine.declare import Declared, declare
from chappe.engine.repeat import drafted
from chappe.words.clock import HOUR, MINUTE, SECOND
from chappe.words.exchange import Request, Response
from tests.conformance.grounds import Grounds
from tests.conformance.scenes import NOW, PREPARE
from tests.properties.askers import file_of
from tests.properties.twins import Twins, open_twins

PEER = "127.0.0.1"
Then = Callable[[Twins], Awaitable[object]]


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return Grounds(tmp_path_factory.mktemp("kinds"))


@pytest.fixture(autouse=True)
def planned(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each call of a kind that was known, whether it went by its plan."""
    found: list[bool] = []

    def noting(*given: Any) -> Any:
        draft = drafted(*given)
        found.append(draft is not None)
        return draft

    monkeypatch.setattr("chappe.doors.kinds.drafted", noting)
    return found


def by_password(text: str, login: str = "plain", more: str = "", to: str = "0639980001") -> bytes:
    """Of HighSMS."""
    said = f"accountid={login}&password=word-{login}&to={to}&text={text}{more}"
    return f"GET /api?{said} HTTP/1.1\r\nHost: h\r\n\r\n".encode()


def by_key(text: str, login: str = "plain") -> bytes:
    """Of Octopush."""
    body = (
        f"user_login={login}&api_key=key-{login}&sms_type=FR&sms_sender=ACME"
        f"&sms_recipients=%2B33639980001&sms_text={text}+STOP+au+XXXXX"
    )
    head = "POST /api/sms HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded"
    return f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def in_document(number: bytes) -> bytes:
    """Of SMSFactor."""
    body = (
        b"<sms><authentication><username>plain@example.org</username>"
        b"<password>word-plain</password></authentication>"
        b"<message><sender>ACME</sender><text>Bonjour</text></message>"
        b"<recipients><gsm>%s</gsm></recipients></sms>" % number
    )
    head = b"POST /API/apiV2.php HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


async def same(twins: Twins, request: bytes) -> bytes:
    """The body of the answer of both."""
    quick, full = await twins.ask(request)
    assert quick == full
    return quick.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("call", [by_password, by_key])
async def test_a_kind_is_met_at_its_second_coming(
    call: Callable[[str], bytes], grounds: Grounds, planned: list[bool]
) -> None:
    name = "highsms" if call is by_password else "octopush"
    async with open_twins(grounds, file_of(name), file_of(name), NOW) as twins:
        counts = []
        for text in ("un", "deux", "trois"):
            await same(twins, call(text))
            counts.append(len(planned))
        assert counts == [0, 1, 2]
        assert all(planned)
        twins.alike()


def _declared(**said: Any) -> Then:
    async def declares(twins: Twins) -> None:
        for side in twins.sides:
            await declare(side.node.desk, Declared(login="plain", **said))

    return declares


async def _other_prices(twins: Twins) -> None:
    await twins.reload(file_of("octopush", 1))


ENDS: dict[str, tuple[Callable[[str], bytes], Then, bytes]] = {
    "another password": (by_password, _declared(password="another"), b"BAD PASSWORD"),
    "a key that is revoked": (by_key, _declared(ends="api"), b"<error_code>101</error_code>"),
    "suspended": (by_key, _declared(facts={"state": "suspended"}), b"<error_code>114</error_code>"),
    "not from there": (
        by_key,
        _declared(facts={"ips": ("192.0.2.0/24",)}),
        b"<error_code>101</error_code>",
    ),
    "other prices": (by_key, _other_prices, b"<cost>0.010</cost>"),
}


@pytest.mark.parametrize("what", ENDS)
async def test_a_kind_ends_at_once_where_its_call_would_be_answered_otherwise(
    what: str, grounds: Grounds, planned: list[bool]
) -> None:
    call, then, answer = ENDS[what]
    name = "highsms" if call is by_password else "octopush"
    async with open_twins(grounds, file_of(name), file_of(name), NOW) as twins:
        before = [await same(twins, call("un")) for _ in range(3)]
        assert planned == [True, True]
        await then(twins)
        said = await same(twins, call("un"))
        assert True not in planned[2:]
        assert answer in said
        assert said not in before
        twins.alike(but="account")  # whose passwords are salted


async def test_a_call_of_a_known_kind_counts_once_against_its_accounts_rate(
    grounds: Grounds, planned: list[bool]
) -> None:
    """`rated` may do two a second."""
    async with open_twins(grounds, file_of("octopush"), file_of("octopush"), NOW) as twins:
        for _ in range(2):
            await same(twins, by_key("un", "rated"))
        for _ in range(2):
            await twins.go_by(SECOND)
            said = [await same(twins, by_key("un", "rated")) for _ in range(3)]
            codes = [one.partition(b"<error_code>")[2][:3] for one in said]
            assert codes == [b"000", b"000", b"128"]
        assert planned == [True] * 7
        twins.alike()


async def test_a_fault_of_ours_is_worded_by_the_dialect(
    grounds: Grounds, planned: list[bool]
) -> None:
    async with open_twins(grounds, file_of("highsms"), file_of("highsms"), NOW) as twins:
        for _ in range(2):
            await same(twins, by_password("un"))
        for side in twins.sides:
            PREPARE["something of ours is broken"](side.node)
        assert await same(twins, by_password("un")) == b"ERROR_UNKNOWN"
        assert planned == [True]
        twins.alike()


async def test_a_time_of_day_is_read_each_time(grounds: Grounds) -> None:
    """At a minute to midnight nine o'clock is past, and a minute later it is not."""
    before_midnight = NOW + 14 * HOUR - MINUTE
    said = file_of("highsms")
    async with open_twins(grounds, said, said, before_midnight) as twins:
        for _ in range(3):
            await same(twins, by_password("un", more="&start_time=09:00"))
        await twins.go_by(MINUTE + SECOND)
        await same(twins, by_password("un", more="&start_time=09:00"))
        twins.alike()


async def test_the_legal_hours_are_asked_each_time(grounds: Grounds, planned: list[bool]) -> None:
    """Half a minute before eight in the evening a kind is known, and then it is too late."""
    said = file_of("octopush")
    async with open_twins(grounds, said, said, NOW + 10 * HOUR - MINUTE // 2) as twins:
        for _ in range(3):
            await same(twins, by_key("un"))
        await twins.go_by(MINUTE)
        await same(twins, by_key("un"))
        assert planned == [True, True, False]
        twins.alike()


async def test_a_number_that_is_given_twice_is_no_kinds(
    grounds: Grounds, planned: list[bool]
) -> None:
    """sMsmode takes the first of two."""
    said = "pseudo=plain&pass=word-plain&message=un&numero=0639980001"
    call = "GET /http/1.6/sendSMS.do?numero={}&{} HTTP/1.1\r\nHost: h\r\n\r\n"
    async with open_twins(grounds, file_of("smsmode"), file_of("smsmode"), NOW) as twins:
        for first in ("0639980011", "0639980011", "0639980011", "%2B33612345678"):
            await same(twins, call.format(first, said).encode())
        assert planned == []
        twins.alike()


async def test_a_number_that_no_document_may_hold_is_none(
    grounds: Grounds, planned: list[bool]
) -> None:
    async with open_twins(grounds, file_of("smsfactor"), file_of("smsfactor"), NOW) as twins:
        for _ in range(3):
            assert b"<status>1</status>" in await same(twins, in_document(b"33639980001"))
        assert planned == [True, True]
        assert b"<status>-2</status>" in await same(twins, in_document(b"33639\x0c980001"))
        twins.alike()


async def test_a_wrong_number_says_nothing_of_its_kind(
    grounds: Grounds, planned: list[bool]
) -> None:
    async with open_twins(grounds, file_of("highsms"), file_of("highsms"), NOW) as twins:
        for to in ("wrong", "0145000000", "0639980001"):
            await same(twins, by_password("un", to=to))
        assert planned == [True]
        twins.alike()


# What is held.


class Turn:
    """A call, as a door hands it over."""

    is_left = False

    def __init__(self, query: bytes, path: str = "/api") -> None:
        self.request = Request("GET", path, query, peer=PEER)
        self.responses: list[Response] = []

    def answer(self, response: Response) -> None:
        self.responses.append(response)

    def answer_later(self, work: Awaitable[Response]) -> None:
        raise AssertionError("it is answered at once")


SUBMITTED = CutPath(highsms, SUBMIT, highsms.REPEATED[SUBMIT])
SENT = CutPath(octopush, SMS, octopush.REPEATED[SMS])
WHO = b"accountid=plain&password=word-plain"


async def kinds_of(twins: Twins) -> Kinds:
    """The kinds of the node that has none of its own, once it knows who asks and has numbers."""
    await same(twins, by_password("un"))
    return Kinds(twins.full.node.desk, twins.full.node.prove)


async def asked(twins: Twins, known: Kinds, way: CutPath, query: bytes) -> bool:
    """Whether it is taken care of."""
    turn = Turn(query)
    is_taken = known.take(way, turn, twins.full.node.clock.now())
    known.keep()
    await twins.full.house.go_by(0)
    assert len(turn.responses) == is_taken
    return is_taken


async def test_what_is_remembered_of_kinds_is_bounded(
    grounds: Grounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest go; what came lately is known."""
    monkeypatch.setattr("chappe.doors.kinds._SEEN_MOST", 50)
    monkeypatch.setattr("chappe.doors.kinds._KNOWN_MOST", 20)
    async with open_twins(grounds, file_of("highsms"), file_of("highsms"), NOW) as twins:
        known = await kinds_of(twins)
        query = WHO + b"&to=0639980001&text=un&ret_id=%d"
        for nth in range(200):
            assert not await asked(twins, known, SUBMITTED, query % nth)
        assert len(known._seen) <= 50
        for nth in range(200, 300):
            taken = [await asked(twins, known, SUBMITTED, query % nth) for _ in range(2)]
            assert taken == [False, True]
            assert len(known._known) <= 20
            assert len(known._seen) <= 50
        assert await asked(twins, known, SUBMITTED, query % 299)


async def test_two_kinds_of_the_same_octets_are_told_apart(grounds: Grounds) -> None:
    """Where one is cut a little further on, or one piece has what another lacks."""
    async with open_twins(grounds, file_of("highsms"), file_of("highsms"), NOW) as twins:
        known = Kinds(twins.full.node.desk, twins.full.node.prove)
        request = Request("GET", "/api", peer=PEER)
        pieces = [
            *((b"ab", b"c", b"d"), (b"a", b"bc", b"d"), (b"a", b"b", b"cd"), (b"", b"abc", b"d")),
            *((b"abcd", b"", b""), (b"ab", b"cd", b""), (b"ab", b"c", b"d", b"")),
        ]
        digests = {known._digest(SUBMITTED, request, Cut(one, b"", b"")) for one in pieces}
        others = [
            Request("POST", "/api", peer=PEER),
            Request("GET", "/api", peer="127.0.0.11"),
            Request("GET", "/api", headers={"content-type": "a"}, peer=PEER),
            Request("GET", "/api", headers={"x-auth-token": "a"}, peer=PEER),
        ]
        digests |= {known._digest(SUBMITTED, one, Cut(pieces[0], b"", b"")) for one in others}
        digests.add(known._digest(SENT, request, Cut(pieces[0], b"", b"")))
        assert len(digests) == len(pieces) + len(others) + 1


def _held(*begin: object) -> Iterator[str]:
    """Every text that hangs on something, but for code."""
    seen: dict[int, object] = {}
    open_ = list(begin)
    while open_:
        one = open_.pop()
        if id(one) in seen or isinstance(one, type) or callable(one):
            continue
        seen[id(one)] = one
        if isinstance(one, str | bytes):
            yield one if isinstance(one, str) else one.decode("latin-1")
        open_ += gc.get_referents(one)


async def test_no_secret_is_held(grounds: Grounds, planned: list[bool]) -> None:
    async with open_twins(grounds, file_of("highsms"), file_of("highsms"), NOW) as twins:
        known = await kinds_of(twins)
        sent = b"user_login=plain&api_key=key-plain&sms_type=FR&sms_sender=ACME"
        sent += b"&sms_recipients=%2B33639980001&sms_text=un+STOP+au+XXXXX"
        for _ in range(3):
            await asked(twins, known, SUBMITTED, WHO + b"&to=0639980001&text=un")
            await asked(twins, known, SENT, sent)
        assert planned == [True] * 4
        texts = set(_held(known._known, known._seen, known._open))
        assert "plain" in texts  # so that it is sure that something was looked through
        assert not [one for one in texts if "word-plain" in one or "key-plain" in one]


async def test_calls_that_come_together_are_each_answered(
    grounds: Grounds, planned: list[bool]
) -> None:
    """Over connections of their own, and of several kinds."""
    async with open_twins(grounds, file_of("highsms"), file_of("highsms"), NOW) as twins:
        for login in ("plain", "any"):
            for _ in range(2):
                await same(twins, by_password("un", login))
        place = twins.quick.node.doors.http
        lines = await asyncio.gather(*[asyncio.open_connection(*place) for _ in range(12)])
        for nth, (_, writer) in enumerate(lines):
            writer.write(by_password(f"texte {nth}".replace(" ", "+"), ("plain", "any")[nth % 2]))
        answers = [await reader.readuntil(b"\r\n\r\n") for reader, _ in lines]
        numbers = {await reader.read(10) for reader, _ in lines}
        for _, writer in lines:
            writer.close()
        assert {one.partition(b"\r\n")[0] for one in answers} == {b"HTTP/1.1 200 OK"}
        assert numbers == {b"%d" % nth for nth in range(5, 17)}
        assert planned == [True] * 14
