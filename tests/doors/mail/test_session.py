"""What is said to whom, and when: the mail door over lines without sockets."""

from collections.abc import Sequence

import pytest

from chappe.doors.mail.limits import MailLimits
from chappe.doors.turn import Turn
from chappe.words.answer import Refusal, Trouble
from chappe.words.exchange import Request, Response
from tests.doors.mail.line import Door, Line, lines, settle, spoken

HELLO = b"EHLO client.example"
TO_US = (HELLO, b"MAIL FROM:<a@client.example>", b"RCPT TO:<sms@ours.example>")
TAKEN = ["250 2.0.0 Taken"]
OFFERED = [
    "250-chappe",
    "250-PIPELINING",
    "250-8BITMIME",
    "250-SMTPUTF8",
    "250-ENHANCEDSTATUSCODES",
    "250 SIZE 10485760",
]
HEARD = [*OFFERED, "250 2.1.0 OK", "250 2.1.5 OK"]
GO_AHEAD = "354 End it with a dot on a line of its own"
NOT_OURS = "550 5.7.1 Not ours, and nothing is sent on from here"
WRONG = "501 5.5.4 Wrong syntax"


async def said(*commands: bytes, names: tuple[str, ...] = ("sms",)) -> list[str]:
    """What is answered after a hello."""
    line = Door(names=names).line()
    line.say(spoken(b"HELO client.example", *commands))
    await settle()
    return lines(line.heard)[1:]


async def test_a_mail_becomes_a_request_with_its_octets_as_they_were_written() -> None:
    """A real SMTP server takes mail for sms@."""
    door = Door()
    line = door.line()
    body = b"Subject: a\r\n\r\n\xe9\x00.\n.\r..\r\n"
    line.say(spoken(*TO_US, b"DATA"), body, b".\r\n", b"QUIT\r\n")
    await settle()
    assert lines(line.heard) == [*HEARD, GO_AHEAD, *TAKEN, "221 2.0.0 Goodbye"]
    assert door.asked == [Request("MAIL", "sms@", body=body, peer="192.0.2.7")]
    assert (line.over, line.cut) == (True, False)


async def test_all_of_it_at_once_or_octet_by_octet_is_the_same() -> None:
    mail = b"A: b\r\n\r\n..one\r\n...\r\n"
    whole = spoken(*TO_US, b"DATA") + mail + spoken(b".", *TO_US[1:], b"DATA", b".", b"NOOP")
    bodies = [b"A: b\r\n\r\n.one\r\n..\r\n", b""]
    heard = []
    for size in (1, 2, 3, 7, len(whole)):
        door = Door()
        line = door.line()
        line.say(*(whole[at : at + size] for at in range(0, len(whole), size)))
        await settle()
        assert [request.body for request in door.asked] == bodies
        heard.append(lines(line.heard))
    again = ["250 2.1.0 OK", "250 2.1.5 OK", GO_AHEAD, *TAKEN]
    assert heard == [[*HEARD, GO_AHEAD, *TAKEN, *again, "250 2.0.0 OK"]] * 5


# No mail goes on from here.


@pytest.mark.parametrize(
    "address",
    [
        *("<a@ours.example>", "<sms>", "<sms@>", "<@ours.example>", "<>", "<postmaster>"),
        *("<sms%other.example@ours.example>", '<"sms@x"@y>', '<"sms"@ours.example>'),
        *("<@relay.example:sms@ours.example>", "<@a,@b:sms@c>", "<sms@other.example@ours.example>"),
        *("<other.example!sms@ours.example>", "<sms@ours.example!x>", "<sms+a@ours.example>"),
        *("<sms@ours example>", "<sms.@ours.example>", "<smsé@ours.example>", "<sms@oürs>"),
    ],
)
async def test_nothing_is_taken_for_anybody_else(address: str) -> None:
    """Whatever form a recipient has, what is not ours is sent on to nobody."""
    wanted = WRONG if " " in address else NOT_OURS
    heard = await said(b"MAIL FROM:<a@b>", f"RCPT TO:{address}".encode(), b"DATA")
    assert heard == ["250 2.1.0 OK", wanted, "554 5.5.1 No recipient is ours"]


@pytest.mark.parametrize(
    "address", ["<sms@ours.example>", "<SMS@x>", "<Sms@[192.0.2.1]>", "<sms@[IPv6:2001:db8::1]>"]
)
async def test_any_domain_is_ours(address: str) -> None:
    """Any sms@ address."""
    heard = await said(b"MAIL FROM:<>", f"rcpt to: {address}".encode())
    assert heard == ["250 2.1.0 OK", "250 2.1.5 OK"]


async def test_each_name_is_one_request_however_often_it_is_named() -> None:
    door = Door(names=("sms", "fax"))
    line = door.line()
    to = [f"RCPT TO:<{one}>".encode() for one in ("fax@a", "sms@b", "SMS@c", "sms@b", "fax@b")]
    line.say(spoken(*TO_US[:2], *to, b"DATA", b"x", b"."))
    await settle()
    assert [(one.path, one.body) for one in door.asked] == [("fax@", b"x\r\n"), ("sms@", b"x\r\n")]
    assert lines(line.heard)[-1:] == TAKEN


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("AUTH PLAIN AGEAYg==", "502 5.5.1 Not offered here"),
        ("VRFY sms", "502 5.5.1 Not offered here"),
        ("EXPN sms", "502 5.5.1 Not offered here"),
        ("BDAT 5 LAST", "502 5.5.1 Not offered here"),
        ("STARTTLS", "502 5.5.1 Not offered here"),
        ("XCLIENT ADDR=127.0.0.1", "500 5.5.2 Unknown command"),
        ("", "500 5.5.2 Unknown command"),
        (" NOOP", "500 5.5.2 Unknown command"),
        ("EHLO", WRONG),
        ("DATA", "503 5.5.1 MAIL first"),
        ("RCPT TO:<sms@a>", "503 5.5.1 MAIL first"),
        ("MAIL", WRONG),
        ("MAIL FROM:a@b", WRONG),
        ("MAIL FROM:<a@b", WRONG),
        ('MAIL FROM:<"a b>"@c> SIZE=1 BODY=8BITMIME SMTPUTF8', "250 2.1.0 OK"),
        ("MAIL FROM:<é@b>", "250 2.1.0 OK"),
        ("mail from: <a@b> body=7bit", "250 2.1.0 OK"),
        ("MAIL FROM:<a@b> SIZE=10485760", "250 2.1.0 OK"),
        ("MAIL FROM:<a@b> SIZE=10485761", "552 5.3.4 Too large"),
        ("MAIL FROM:<a@b> SIZE=99999999999999999999", "552 5.3.4 Too large"),
        ("MAIL FROM:<a@b> SIZE=-1", "555 5.5.4 Unknown parameter"),
        ("MAIL FROM:<a@b> AUTH=<>", "555 5.5.4 Unknown parameter"),
        ("MAIL FROM:<a@b> BODY=BINARYMIME", "555 5.5.4 Unknown parameter"),
        ("NOOP\0", "500 5.5.2 Lines end in CR LF"),
    ],
)
async def test_a_command_by_itself(command: str, wanted: str) -> None:
    assert await said(command.encode()) == [wanted]


async def test_order_matters() -> None:
    line = Door().line()
    line.say(spoken(*TO_US[1:], HELLO, b"MAIL FROM:<a@b>", b"MAIL FROM:<c@d>"))
    line.say(spoken(b"RCPT TO:<sms@a> NOTIFY=NEVER", b"RCPT TO:<sms@a>", b"DATA now", b"RSET"))
    line.say(spoken(b"DATA", b"MAIL FROM:<a@b>", b"DATA", b"EHLO again", b"RCPT TO:<sms@a>"))
    await settle()
    assert lines(line.heard) == [
        *("503 5.5.1 Say hello first", "503 5.5.1 MAIL first", *OFFERED),
        *("250 2.1.0 OK", "503 5.5.1 There was one already", "555 5.5.4 Unknown parameter"),
        *("250 2.1.5 OK", WRONG, "250 2.0.0 OK", "503 5.5.1 MAIL first", "250 2.1.0 OK"),
        *("554 5.5.1 No recipient is ours", *OFFERED, "503 5.5.1 MAIL first"),
    ]


# Where a mail ends.


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n.\r", b"\r\n\x00.\r\n"]
)
async def test_a_mail_ends_at_one_end_alone(end: bytes) -> None:
    """E55: two readers of the same octets must not see two mails: no other end is one, and what
    stands behind it is no command."""
    door = Door()
    line = door.line()
    hidden = spoken(b"MAIL FROM:<evil@b>", b"RCPT TO:<sms@b>", b"DATA", b"evil")
    line.say(spoken(*TO_US, b"DATA"), b"a", end, hidden, b".\r\n")
    await settle()
    # A dot that begins a line is doubled by whoever writes one, so this one is nobody's.
    kept = (b"a" + end + hidden).replace(b"\r\n.", b"\r\n")
    assert [request.body for request in door.asked] == [kept]
    assert lines(line.heard) == [*HEARD, GO_AHEAD, *TAKEN]


@pytest.mark.parametrize("command", [b"NOOP\n", b"NOOP\rQUIT\r\n", b"NOOP\r\r\n", b"\n"])
async def test_a_command_ends_at_one_end_alone(command: bytes) -> None:
    line = Door().line()
    line.say(command)
    assert lines(line.heard) == ["500 5.5.2 Lines end in CR LF"]


async def test_what_a_browser_was_made_to_say_is_no_mail() -> None:
    """E55: a form that is posted to this port may hold commands."""
    door = Door()
    line = door.line()
    line.say(spoken(b"POST / HTTP/1.1", b"Host: a", b"", *TO_US, b"DATA", b"x", b"."))
    await settle()
    assert (lines(line.heard), door.asked) == (["554 5.5.2 This is SMTP"], [])
    assert line.over


# Bounds.


async def test_a_mail_may_be_as_large_as_it_may_and_no_larger() -> None:
    """E55: beyond: 552, and the next one is heard."""
    door = Door(limits=MailLimits(body=1_000))
    line = door.line()
    line.say(spoken(*TO_US, b"DATA"), b"." * 999 + b"\r\n", b".\r\n")
    line.say(spoken(*TO_US[1:], b"DATA"), b"x" * 999 + b"\r\n", b".\r\n", b"NOOP\r\n")
    await settle()
    assert [len(request.body) for request in door.asked] == [1_000]
    assert lines(line.heard)[-3:] == [GO_AHEAD, "552 5.3.4 Too large", "250 2.0.0 OK"]
    assert door.hall.bodies.held == 0


async def test_what_never_ends_is_cut() -> None:
    door = Door(limits=MailLimits(body=1_000))
    line = door.line()
    line.say(spoken(*TO_US, b"DATA"))
    for _ in range(5):
        line.say(b"x" * 500)
    assert lines(line.heard)[-1] == "552 5.3.4 Too large"
    assert (line.over, door.hall.bodies.held) == (True, 0)


async def test_mails_under_way_have_a_bound_together_and_for_each_address() -> None:
    """E55: no memory growth."""
    door = Door(limits=MailLimits(body=1_000, bodies=3, bodies_each=2, shares=2))

    def mail(peer: str) -> None:
        line = door.line(peer)
        line.say(spoken(*TO_US, b"DATA"), b"x" * 900)
        under_way.append(line)

    under_way: list[Line] = []
    for peer in ("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3"):
        mail(peer)
    assert door.hall.bodies.held == 2_700 + 6  # each with the break before it
    heard = []
    for line in under_way:
        line.say(b"\r\n.\r\n")
        await settle()
        heard.append(lines(line.heard)[-1])
    no_room = "452 4.3.1 No room, try again later"
    assert heard == [*TAKEN, *TAKEN, no_room, *TAKEN, no_room]
    assert door.hall.bodies.held == 0


@pytest.mark.parametrize(
    ("commands", "wanted"),
    [
        (b"NOOP\r\n" * 12, "421 4.7.0 Too much for one session, come again"),
        (b"FOO\r\n" * 12, "421 4.7.0 Too much for one session, come again"),
        (b"x" * 101, "500 5.5.2 Line too long"),
        (b"NOOP " + b"x" * 101 + b"\r\n", "500 5.5.2 Line too long"),
    ],
)
async def test_a_session_has_bounds(commands: bytes, wanted: str) -> None:
    line = Door(limits=MailLimits(line=100, commands=10, mistakes=5)).line()
    line.say(commands)
    assert lines(line.heard)[-1] == wanted
    assert line.over


async def test_a_mail_has_a_bound_of_recipients() -> None:
    line = Door(limits=MailLimits(recipients=2)).line()
    line.say(spoken(*TO_US, b"RCPT TO:<sms@b>", b"RCPT TO:<sms@c>"))
    assert lines(line.heard)[-2:] == ["250 2.1.5 OK", "452 4.5.3 Too many recipients"]


# What became of it.


REFUSED = Refusal((Trouble.bad_credentials, Trouble.no_credit), wrong={"101": ""})
AGAIN = ["451 4.3.0 Not taken, try again later"]


@pytest.mark.parametrize(
    ("response", "wanted"),
    [
        (Response(b""), TAKEN),
        (Response(b"", status=403, refusal=REFUSED), TAKEN),
        (Response(b"", status=503, refusal=Refusal((Trouble.too_often,))), TAKEN),
        *(
            (Response(b"", refusal=Refusal((Trouble.no_recipient, passing))), AGAIN)
            for passing in (Trouble.not_now, Trouble.draining, Trouble.fault)
        ),
        (Response(b"", status=500), AGAIN),
        (Response(b"", status=404), AGAIN),
    ],
)
async def test_only_what_could_not_be_kept_is_to_come_again(
    response: Response, wanted: list[str]
) -> None:
    """250 also to what is refused, which the log tells; nothing is mailed back."""

    async def answer(request: Request) -> Response:
        return response

    line = Door(answer).line()
    line.say(spoken(*TO_US, b"DATA", b"x", b"."))
    await settle()
    assert lines(line.heard)[-1:] == wanted


async def test_one_bad_mail_never_stops_the_next() -> None:
    """E55: no input gives a traceback to whoever sent it."""

    async def answer(request: Request) -> Response:
        if b"bad" in request.body:
            raise RuntimeError("a fault of ours")
        return Response(b"")

    door = Door(answer)
    line = door.line()
    mails = [spoken(*TO_US[1:], b"DATA", one, b".") for one in (b"good", b"bad", b"good")]
    line.say(spoken(HELLO), *mails)
    await settle(60)
    heard = [one for one in lines(line.heard) if one in (*TAKEN, *AGAIN)]
    assert heard == [*TAKEN, *AGAIN, *TAKEN]


async def test_who_answers_may_fail_at_once() -> None:
    class Failing(Door):
        def take(self, turns: Sequence[Turn]) -> None:
            raise RuntimeError("a fault of ours")

    line = Failing().line()
    line.say(spoken(*TO_US, b"DATA", b"x", b"."))
    await settle()
    assert lines(line.heard)[-1:] == AGAIN


async def test_who_is_told_to_come_again_was_not_taken_by_the_names_that_follow() -> None:
    asked = []

    async def answer(request: Request) -> Response:
        asked.append(request.path)
        return Response(b"", status=503)

    line = Door(answer, names=("sms", "fax")).line()
    line.say(spoken(*TO_US, b"RCPT TO:<fax@b>", b"DATA", b"x", b"."))
    await settle()
    assert (asked, lines(line.heard)[-1:]) == (["sms@"], AGAIN)
