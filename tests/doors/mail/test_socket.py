"""The mail door over real sockets, on both event loops, with the client that Python brings."""

import asyncio
import contextlib
import smtplib
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import uvloop

from chappe.doors.mail.door import MailDoor, MailLimits
from tests.doors.http.line import Gate
from tests.doors.http.test_socket import until
from tests.doors.mail.line import Door, spoken

Run = Callable[[Awaitable[None]], None]
CERTIFICATE = Path(__file__).parents[1] / "localhost.pem"
TO_US = (b"EHLO c", b"MAIL FROM:<a@b>", b"RCPT TO:<sms@c>", b"DATA")
INSIDE = spoken(*TO_US, b"injected", b".")


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """One loop per case; a fault that reaches it is a failure, and so is a case that hangs."""
    faults: list[object] = []
    with asyncio.Runner(loop_factory=request.param) as runner:
        runner.get_loop().set_exception_handler(lambda _, fault: faults.append(fault))

        def run_one(awaited: Awaitable[None]) -> None:
            async def one() -> None:
                async with asyncio.timeout(10):
                    await awaited

            runner.run(one())
            assert faults == []

        yield run_one


def certified() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATE)


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "user_login=a&api_key=k"
    mail["From"], mail["To"] = "a@client.example", "sms@ours.example"
    mail.set_content("start=start&sms_text=déjà\n.\n..&end=end\n", cte="8bit")
    return mail


def sent(host: str, port: int, *, secure: bool) -> tuple[bool, object]:
    """What Python's own client makes of it."""
    with smtplib.SMTP(host, port, timeout=5) as client:
        client.ehlo()
        offers = client.has_extn("starttls")
        if secure:
            client.starttls(context=trusting())
            client.ehlo()
            assert not client.has_extn("starttls")
        refused = client.send_message(letter(), mail_options=["BODY=8BITMIME"])
        return offers, refused


@pytest.mark.parametrize("secure", [False, True])
def test_a_client_that_nobody_here_wrote_is_understood(run: Run, secure: bool) -> None:
    """A real SMTP server, with STARTTLS where there is a certificate."""

    async def case() -> None:
        asked = Door()
        door = MailDoor(asked, ["sms"], Counter(), show=certified if secure else None)
        _, port = await door.listen("localhost", 0)
        assert await asyncio.to_thread(sent, "localhost", port, secure=secure) == (secure, {})
        (request,) = asked.asked
        body = letter().as_bytes().replace(b"\n", b"\r\n")
        assert (request.method, request.path, request.body) == ("MAIL", "sms@", body)
        await door.drain(1)
        assert (door._hall.counts, door._hall.seats) == ({"mails kept": 1}, set())

    run(case())


def test_nothing_that_was_said_in_clear_is_heard_after_the_handshake(run: Run) -> None:
    """E55: whoever stands between may speak before TLS, and never for the client."""

    async def case() -> None:
        asked = Door()
        door = MailDoor(asked, ["sms"], Counter(), show=certified)
        _, port = await door.listen("localhost", 0)
        reader, writer = await asyncio.open_connection("localhost", port)
        await reader.readline()
        writer.write(spoken(b"EHLO c", b"STARTTLS") + INSIDE)
        heard = await reader.read()
        last = heard.splitlines()[-1]
        assert last == b"554 5.5.1 Nothing may follow before the handshake"
        writer.close()
        assert asked.asked == []
        await door.drain(1)

    run(case())


def test_what_was_said_before_the_handshake_is_forgotten(run: Run) -> None:
    async def case() -> None:
        asked = Door()
        door = MailDoor(asked, ["sms"], Counter(), show=certified)
        _, port = await door.listen("localhost", 0)
        reader, writer = await asyncio.open_connection("localhost", port)
        await reader.readline()
        writer.write(spoken(b"HELO evil", b"MAIL FROM:<evil@b>", b"RCPT TO:<sms@b>", b"STARTTLS"))
        while (await reader.readline())[:3] != b"220":
            pass
        await writer.start_tls(trusting(), server_hostname="localhost")
        writer.write(spoken(b"DATA", b"MAIL FROM:<a@b>", b"QUIT"))
        heard = await reader.read()
        assert heard.splitlines() == [
            b"503 5.5.1 MAIL first",
            b"503 5.5.1 Say hello first",
            b"221 2.0.0 Goodbye",
        ]
        writer.close()
        assert asked.asked == []
        await door.drain(1)

    run(case())


def test_a_handshake_that_does_not_come_ends_its_session_alone(run: Run) -> None:
    async def case() -> None:
        limits = MailLimits(handshake_s=0.05, connections=8, shares=1)
        door = MailDoor(Door(), ["sms"], Counter(), limits=limits, show=certified)
        _, port = await door.listen("localhost", 0)
        for words in (b"", b"this is no TLS\r\n" * 40):
            reader, writer = await asyncio.open_connection("localhost", port)
            await reader.readline()
            writer.write(spoken(b"STARTTLS"))
            await reader.readline()
            writer.write(words)
            with contextlib.suppress(ConnectionError):
                await reader.read()
            writer.close()
        await until(lambda: not door._hall.seats)
        assert (await asyncio.to_thread(sent, "localhost", port, secure=True))[0]
        await door.drain(1)

    run(case())


def test_pipelined_mails_are_taken_in_order(run: Run) -> None:
    async def case() -> None:
        asked = Door()
        door = MailDoor(asked, ["sms"], Counter())
        host, port = await door.listen("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(host, port)
        mails = [spoken(*TO_US[1:], b"%d" % number, b".") for number in range(200)]
        writer.write(spoken(TO_US[0]) + b"".join(mails) + b"QUIT\r\n")
        heard = await reader.read()
        assert heard.count(b"250 2.0.0 Taken\r\n") == 200
        assert heard.endswith(b"221 2.0.0 Goodbye\r\n")
        assert [request.body for request in asked.asked] == [b"%d\r\n" % n for n in range(200)]
        writer.close()
        await door.drain(1)

    run(case())


def test_a_mail_of_full_size_is_taken_whole(run: Run) -> None:
    async def case() -> None:
        asked = Door()
        door = MailDoor(asked, ["sms"], Counter())
        host, port = await door.listen("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(host, port)
        body = b".\r\n" * (10 * 1024 * 1024 // 3)
        writer.write(spoken(*TO_US) + body.replace(b".", b"..") + spoken(b".", b"QUIT"))
        heard = await reader.read()
        assert heard.splitlines()[-2:] == [b"250 2.0.0 Taken", b"221 2.0.0 Goodbye"]
        assert [request.body == body for request in asked.asked] == [True]
        writer.close()
        await door.drain(1)

    run(case())


def test_a_door_that_drains_answers_what_it_was_given(run: Run) -> None:
    """E54: no submission in flight is lost; the others are told to come again."""

    async def case() -> None:
        gate = Gate()
        asked = Door(gate)
        door = MailDoor(asked, ["sms"], Counter())
        host, port = await door.listen("127.0.0.1", 0)
        idle, idle_writer = await asyncio.open_connection(host, port)
        busy, busy_writer = await asyncio.open_connection(host, port)
        busy_writer.write(spoken(*TO_US, b"x", b"."))
        await until(lambda: bool(asked.asked) and len(door._hall.seats) == 2)
        draining = asyncio.create_task(door.drain(5))
        heard = await idle.read()
        assert heard.splitlines()[1:] == [b"421 4.3.2 Stopping, come again soon"]
        idle_writer.close()
        gate.open()
        assert (await busy.read()).splitlines()[-2:] == [
            b"250 2.0.0 Taken",
            b"421 4.3.2 Stopping, come again soon",
        ]
        busy_writer.close()
        await draining
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, port)

    run(case())


def test_a_door_that_drains_waits_so_long_and_no_longer(run: Run) -> None:
    async def case() -> None:
        asked = Door(Gate())
        door = MailDoor(asked, ["sms"], Counter())
        host, port = await door.listen("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(spoken(*TO_US, b"x", b"."))
        await until(lambda: bool(asked.asked))
        await door.drain(0.05)
        heard = await reader.read()
        assert b"Taken" not in heard
        writer.close()
        assert (door._hall.counts, door._hall.seats) == ({"mails put off": 1}, set())

    run(case())
