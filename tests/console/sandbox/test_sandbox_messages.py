"""The sandbox looked at by a program: list, wait, assert, clear."""

import asyncio
import json

import pytest

from chappe.console.sandbox.asked import BODY_MOST
from chappe.console.sandbox.door import RATE_MOST
from chappe.console.sandbox.waiting import OF_ACCOUNT_MOST
from chappe.hands import perform
from tests.console.sandbox.program import Program
from tests.console.site import PASSWORD, Site
from tests.journeys.house import to

TO = f"%2B{to(1)}"
TOO_MANY = "Too many wait already: let some of them end."


async def test_the_newest_are_listed_with_all_that_is_known(site: Site) -> None:
    """E64"""
    message, *_ = await site.sent(
        "fred", "Votre code : 4711", [to(1)], sender="ACME", reference="o1"
    )
    await site.let(5)
    assert await Program(site).get("/messages") == {
        "messages": [
            {
                "id": message,
                "order": 1,
                "api": "plain",
                "to": f"+{to(1)}",
                "from": "ACME",
                "code": "36105",
                "text": "Votre code : 4711",
                "state": "delivered",
                "reason": "",
                "parts": 1,
                "price": "0.0400",
                "operator": "20801",
                "reference": "",
                "order_reference": "o1",
                "accepted": "2026-11-24T09:00:00.000Z",
                "sent": "2026-11-24T09:00:00.000Z",
                "changed": "2026-11-24T09:00:00.050Z",
            }
        ]
    }


async def test_filters_stand_in_the_query(site: Site) -> None:
    await site.sent("fred", "One", [to(1)])
    await site.let(60)
    await site.sent("fred", "Two", [to(11)], sender="ACME")
    await site.let(5)
    program = Program(site)
    assert await program.texts() == ["Two", "One"]
    assert await program.texts(f"?to={TO}") == ["One"]
    assert await program.texts("?to=0639980011") == ["Two"]
    assert await program.texts("?from=acme") == ["Two"]
    assert await program.texts("?contains=w") == ["Two"]
    assert await program.texts("?state=undelivered,expired") == ["Two"]
    assert await program.texts("?since=30s") == ["Two"]
    assert await program.texts("?since=2026-11-24T10:00:30%2B01:00") == ["Two"]
    assert await program.texts("?since=2026-11-24T09:00:00Z") == ["Two", "One"]
    assert await program.texts("?limit=1") == ["Two"]


async def test_one_message_is_told_with_its_steps_and_callbacks(site: Site) -> None:
    message, *_ = await site.sent("fred", "Bonjour", [to(11)])
    await site.let(5)
    told = await Program(site).get(f"/messages/{message}")
    assert (told["id"], told["state"], told["reason"]) == (message, "undelivered", "npai")
    assert [step["step"] for step in told["steps"]] == ["accepted", "sent", "undelivered"]
    assert told["callbacks"] == []


@pytest.mark.parametrize("login", ["zoe", "lea"])
async def test_others_see_nothing_of_it(site: Site, login: str) -> None:
    """Neither a stranger nor a child; nor a parent, who reads no texts of a child's."""
    message, *_ = await site.sent("fred", "Secret", [to(1)])
    other = Program(site, login)
    assert await other.texts() == []
    assert (await other.ask("GET", f"/messages/{message}"))[0] == 404
    status, told = await other.ask("GET", "/messages/wait?timeout=0")
    assert (status, told["seen"]) == (408, [])
    await site.sent("lea", "A child's", [to(1)])
    assert await Program(site).texts() == ["Secret"]


async def test_a_wait_ends_when_a_message_that_fits_comes(site: Site) -> None:
    """E64: within its time, woken by the commit; not by one that does not fit."""
    program = Program(site)
    waiting = asyncio.create_task(program.get(f"/messages/wait?to={TO}&contains=code&timeout=50"))
    await site.sent("fred", "Bonjour", [to(1)])
    await site.sent("fred", "code 1", [to(11)])
    assert not waiting.done()
    await site.sent("fred", "code 4711", [to(1)])
    assert (await waiting)["text"] == "code 4711"


async def test_a_wait_for_a_state_ends_when_it_is_reached(site: Site) -> None:
    """E64"""
    message, *_ = await site.sent("fred", "Bonjour", [to(1)])
    waiting = asyncio.create_task(
        Program(site).get(f"/messages/wait?to={TO}&state=delivered&timeout=50")
    )
    await site.let(5)
    told = await waiting
    assert (told["id"], told["state"]) == (message, "delivered")


async def test_a_wait_finds_the_newest_that_came_before_it(site: Site) -> None:
    """As far back as is said: five minutes where nothing is."""
    await site.sent("fred", "Old", [to(1)])
    await site.let(299)
    await site.sent("fred", "New", [to(1)])
    program = Program(site)
    assert (await program.get("/messages/wait?timeout=0"))["text"] == "New"
    await site.let(2)
    status, _ = await program.ask("GET", "/messages/wait?contains=Old&timeout=0")
    assert status == 408
    told = await program.get("/messages/wait?contains=Old&timeout=0&since=400s")
    assert told["text"] == "Old"


async def test_a_wait_in_vain_tells_what_was_there(site: Site) -> None:
    await site.sent("fred", "Bonjour", [to(1)])
    status, told = await Program(site).ask("GET", "/messages/wait?contains=code&timeout=0.05")
    assert (status, told["error"]) == (408, "No message that fits came within 0.05 s.")
    assert [one["text"] for one in told["seen"]] == ["Bonjour"]


async def test_what_is_expected_holds(site: Site) -> None:
    """E64"""
    message, *_ = await site.sent("fred", "Votre code : 4711", [to(1)], sender="ACME")
    await site.let(5)
    told = await Program(site).post(
        "/assert",
        to=f"+{to(1)}",
        expect={
            "text": "Votre code : 4711",
            "contains": "4711",
            "state": "delivered",
            "from": "ACME",
            "to": "0639980001",
            "parts": 1,
            "count": 1,
            "reason": "",
        },
    )
    assert (told["holds"], told["count"], told["message"]["id"]) == (True, 1, message)
    told = await Program(site).post("/assert", contains="never", expect={"count": 0})
    assert told == {"holds": True, "count": 0, "message": None}


async def test_what_is_not_as_expected_is_told_in_words(site: Site) -> None:
    """E64"""
    await site.sent("fred", "Votre code : 4711", [to(11)])
    await site.let(5)
    expect = {"text": "Votre mot : 4711", "state": "delivered", "count": 2, "parts": 2}
    status, told = await Program(site).ask("POST", "/assert", {"expect": expect})
    assert status == 422
    assert told["differences"] == [
        "count: expected 2, was 1",
        'text: expected "Votre mot : 4711", was "Votre code : 4711"; they part at letter 7',
        'state: expected "delivered", was "undelivered" (npai)',
        "parts: expected 2, was 1",
    ]
    assert told["error"] == f"Not as expected: {'; '.join(told['differences'])}."
    assert told["message"]["text"] == "Votre code : 4711"
    asked = {"contains": "mot", "expect": {"state": "delivered"}}
    status, told = await Program(site).ask("POST", "/assert", asked)
    assert (status, told["error"], len(told["seen"])) == (422, "No message fits.", 1)


async def test_what_is_expected_may_be_waited_for(site: Site) -> None:
    asked = asyncio.create_task(
        Program(site).post("/assert", timeout=50, expect={"state": "delivered", "count": 2})
    )
    await site.sent("fred", "Bonjour", [to(1)])
    await site.sent("fred", "Bonjour", [to(2)])
    await site.let(5)
    assert (await asked)["count"] == 2


async def test_what_was_cleared_is_not_seen_and_not_gone(site: Site) -> None:
    """E64: what came in the same millisecond is told apart; nobody else's is cleared."""
    for login in ("fred", "zoe"):
        await site.sent(login, "Before", [to(1)])
    program = Program(site)
    assert (await program.ask("DELETE", "/messages"))[1] == {"cleared": "2026-11-24T09:00:00.000Z"}
    assert await program.texts() == []
    await site.sent("fred", "After", [to(1)])
    assert await program.texts() == ["After"]
    assert await program.texts("?since=9999s") == ["After"]
    assert await Program(site, "zoe").texts() == ["Before"]
    shown = await perform(site.node, "message list", {"account": "fred"})
    assert len(shown.value["messages"]) == 2


# whoever asks wrongly


@pytest.mark.parametrize(
    ("key", "path", "status", "sentence"),
    [
        ("", "/messages", 401, "Give a key of an account"),
        ("wrong", "/messages", 401, "That is no key of an account."),
        ("x" * 501, "/messages", 401, "Give a key of an account"),
        (PASSWORD, "/messages", 401, "That is no key of an account."),
        ("key-of-fred", "/messages?key=key-of-zoe", 401, "Give a key of an account"),
        ("", "/messages?key=wrong", 401, "That is no key of an account."),
    ],
)
async def test_whoever_has_no_key_sees_nothing(
    site: Site, key: str, path: str, status: int, sentence: str
) -> None:
    answered, told = await Program(site, key=key).ask("GET", path)
    assert (answered, told["error"].startswith(sentence)) == (status, True)
    assert key in ("", "wrong") or key not in json.dumps(told)


async def test_a_key_may_stand_in_the_query(site: Site) -> None:
    await site.sent("fred", "Bonjour", [to(1)])
    assert await Program(site, key="").texts("?key=key-of-fred") == ["Bonjour"]


async def test_wrong_keys_slow_down_as_elsewhere(site: Site) -> None:
    for _ in range(3):
        await Program(site, key="wrong").ask("GET", "/messages")
    assert site.node.prove.suspect.tries("127.0.0.1", "").of_address == 3


async def test_who_is_shut_out_is_so_here(site: Site) -> None:
    await perform(site.node, "account suspend", {"login": "fred"})
    assert (await Program(site).ask("GET", "/messages"))[0] == 403
    await perform(site.node, "account close", {"login": "zoe"})
    assert (await Program(site, "zoe").ask("GET", "/messages"))[0] == 401


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("?to=abc", "to", "This is no phone number such as +33639980001 or 0639980001."),
        ("?state=gone", "state", "There is no state 'gone', but scheduled"),
        ("?limit=0", "limit", "This is to be a whole number from 1 to 200."),
        ("?limit=201", "limit", "This is to be a whole number from 1 to 200."),
        ("?limit=x", "limit", "This is to be a whole number from 1 to 200."),
        ("?since=yesterday", "since", "This is to be like 30s or 2026-05-12T10:00:00Z."),
        ("?since=2026-05-12T10:00:00", "since", "This is to be like 30s or"),
        ("?to=1&to=2", "to", "This was given twice."),
        ("?contians=x", "contians", "There is no such field here; those are: contains"),
        (f"?contains={'x' * 1601}", "contains", "This is too long: at most 1600 letters."),
        ("?contains=%ff", "", "The query is not text in UTF-8."),
    ],
)
async def test_a_wrong_query_is_said_with_its_field(
    site: Site, query: str, field: str, sentence: str
) -> None:
    status, told = await Program(site).ask("GET", f"/messages{query}")
    assert (status, told.get("field", "")) == (400, field)
    assert told["error"].startswith(sentence)


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        (b"{", "", "The body is no JSON."),
        (b"[1]", "", "The body is to be a JSON object."),
        (b"\xff", "", "The body is no JSON."),
        (b"[" * 5_000, "", "The body is no JSON."),
        (b"x" * (BODY_MOST + 1), "", f"The body is too large: at most {BODY_MOST} octets."),
        (b'{"expect": 1}', "expect", "This is to be an object."),
        (b"{}", "expect", "Nothing is expected"),
        (b'{"expect": {}}', "expect", "Nothing is expected"),
        (b'{"expect": {"state": 1, "txt": "a"}}', "expect.txt", "There is no such field here"),
        (b'{"expect": {"text": ["a"]}}', "expect.text", "This is to be a text."),
        (b'{"expect": {"count": -1}}', "expect.count", "This is to be a whole number"),
        (b'{"timeout": 61, "expect": {"count": 1}}', "timeout", "This is to be a number from 0"),
        (b'{"timeout": true, "expect": {"count": 1}}', "timeout", "This is to be a text."),
    ],
)
async def test_a_wrong_body_is_said_with_its_field(
    site: Site, body: bytes, field: str, sentence: str
) -> None:
    status, told = await Program(site).ask("POST", "/assert", body)
    assert (status, told.get("field", "")) == (400, field)
    assert told["error"].startswith(sentence)


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/nowhere", 404, "There is no /sandbox/nowhere; there are /sandbox/messages"),
        ("GET", "/messages/x", 404, "There is no /sandbox/messages/x"),
        ("GET", "/messages/ID", 404, "ID is the number of a message."),
        ("GET", "/messages/999999999999999999", 404, "There is no message 999999999999999999"),
        ("POST", "/messages", 405, "/sandbox/messages takes GET, DELETE."),
        ("GET", "/assert", 405, "/sandbox/assert takes POST."),
    ],
)
async def test_what_is_not_there_is_said(
    site: Site, method: str, path: str, status: int, sentence: str
) -> None:
    answered, told = await Program(site).ask(method, path)
    assert (answered, told["error"].startswith(sentence)) == (status, True)


async def test_only_so_many_wait(site: Site) -> None:
    """Of one account; nobody else is kept out."""
    head = "GET /sandbox/messages/wait?contains=end&timeout=50&key=key-of-fred HTTP/1.1"
    asked = [site.ask(head, at=site.console.address) for _ in range(OF_ACCOUNT_MOST + 3)]
    waiting = {asyncio.create_task(one) for one in asked}
    while len(waiting) > OF_ACCOUNT_MOST:
        over, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert {json.loads((one.result() or (0, b"{}"))[1])["error"] for one in over} == {TOO_MANY}
    assert (await Program(site, "zoe").ask("GET", "/messages/wait?timeout=0"))[0] == 408
    await site.sent("fred", "end", [to(1)])
    ends = [json.loads(one[1])["text"] for one in await asyncio.gather(*waiting) if one]
    assert ends == ["end"] * OF_ACCOUNT_MOST


async def test_only_so_many_requests_a_second_are_answered(site: Site) -> None:
    """The clock of the site stands still."""
    program = Program(site)
    for _ in range(RATE_MOST):
        assert (await program.ask("GET", "/messages?limit=1"))[0] == 200
    assert (await program.ask("GET", "/messages"))[0] == 429
    await site.let(1)
    assert (await program.ask("GET", "/messages"))[0] == 200


async def test_who_waits_is_answered_where_the_node_stops(site: Site) -> None:
    """And not cut off once the door has waited in vain."""
    head = "GET /sandbox/messages/wait?timeout=60&key=key-of-fred HTTP/1.1"
    waiting = asyncio.create_task(site.ask(head, at=site.console.address))
    await asyncio.wait({waiting}, timeout=0.3)
    assert not waiting.done()
    await site.stop()
    answered = await waiting
    assert answered is not None
    assert answered[0] == 408
