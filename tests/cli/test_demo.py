"""The demo as its first user meets it: the card's lines work, and what they cause is printed."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from chappe.config import Listen, SmtpConfig
from chappe.demo import HOST, Ports, demo_config
from chappe.demo.card import Addresses, card
from chappe.dialects import DIALECTS
from chappe.dialects.shape import mailboxes_of
from tests.cli.copied import hand_over, is_mail, perform
from tests.cli.running import Running, fetch, run, running, typed

_PORTS = ("port", "sftp-port", "smtp-port", "console-port", "listen-port")
_FREE = tuple(word for name in _PORTS for word in (f"--{name}", "0"))
ARGS = ("demo", "--data", "kept", *_FREE)
_LINE = re.compile(r"^  ((?:curl|printf) .*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("demo"), *ARGS) as one:
        one.prints("Ctrl-C")
        yield one


def lines_of(demo: Running) -> list[str]:
    return _LINE.findall(demo.out)


def test_the_card_has_lines_for_every_dialect_there_is() -> None:
    """E50: none may be forgotten."""
    samples = [dialect.SAMPLE for dialect in DIALECTS]
    text = card(Addresses("http://h:0", "http://h:1", "http://h:2", "http://h:3"), samples)
    assert len(_LINE.findall(text)) == sum(len(sample.lines) for sample in samples)
    assert all(sample.lines and f"\n{sample.heading}\n" in text for sample in samples)


def test_the_demo_takes_mail_where_one_of_its_dialects_does() -> None:
    """E50: every door there is, and none that would take for nobody."""
    deaf = [dialect for dialect in DIALECTS if not mailboxes_of([dialect])]
    assert demo_config(Ports(mail=25)).smtp == SmtpConfig(listen=Listen(HOST, 25), names=("sms",))
    assert demo_config(dialects=deaf).smtp is None


def test_the_demos_account_has_look_ups() -> None:
    """E50: whoever tries them needs some."""
    assert demo_config().accounts[0].hlr_credit == 1_000


def test_it_says_that_nothing_leaves_this_machine(demo: Running) -> None:
    """E50: at start-up, plainly."""
    assert "Nothing leaves this machine: only the simulated network sends.\n" in demo.out


def test_every_line_of_the_card_works_as_it_stands(demo: Running) -> None:
    """E50: the copied line brings about a delivery, and the callback page prints it."""
    flat, campaign, status, called, mailed, *others = lines_of(demo)
    plain, answered, coded, several, document, asking = others
    assert perform(flat) == (200, "1")
    demo.prints("message   1  +33639980001  delivered")
    demo.prints("callback  highsms DLR  +33639980001  RECEIVED  Bonjour")

    code, answer = perform(campaign)
    assert (code, json.loads(answer)) == (200, {"status": "success", "data": {"id": 2}})
    demo.prints("message   3  +33639980011  undelivered (npai)")
    demo.prints("callback  highsms DLR  +33639980011  ERROR_NPAI  Bonjour")

    code, answer = perform(status)
    words = [message["status"] for message in json.loads(answer)["data"]["message"]]
    assert (code, words) == (200, ["RECEIVED", "ERROR"])

    code, answer = perform(document)
    assert (code, answer) == (200, taken(3, 24996))
    demo.prints("message   4  +33639980001  delivered")

    code, answer = perform(asking)
    assert (code, answer) == (200, taken(4, 24995))
    demo.prints("callback  smsfactor inbox  33639980041  to 36105  OUI")

    code, answer = perform(called)
    assert (code, "<error_code>000</error_code>" in answer) == (200, True)
    demo.prints("callback  octopush receipt  +33639980001  DELIVERED")

    assert is_mail(mailed)
    assert hand_over(mailed) == (250, "2.0.0 Taken")
    demo.prints("message   7  +33639980002  delivered")
    demo.prints("callback  octopush receipt  +33639980002  DELIVERED")

    code, answer = perform(plain)
    assert (code, answer.startswith("0 | Accepté | ")) == (200, True)
    demo.prints("callback  smsmode receipt  33639980001  11")

    code, answer = perform(answered)
    assert (code, answer.startswith("0 | Accepté | ")) == (200, True)
    demo.prints("callback  smsmode reply  33639980041  reply  OUI")

    code, answer = perform(coded)
    assert (code, "<code>0</code><tel>0639980001</tel>" in answer) == (200, True)
    demo.prints("callback  isendpro receipt  0639980001  0 (000)")

    code, answer = perform(several)
    assert (code, "<code1>0</code1>" in answer, "<code2>0</code2>" in answer) == (200, True, True)
    demo.prints("callback  isendpro receipt  0639980011  2 (101)")
    demo.prints("callback  isendpro reply  0639980041  reply  OUI")


def taken(ticket: int, left: int) -> str:
    return (
        "<response><status>1</status><message>Message envoyé</message>"
        f"<ticket>{ticket}</ticket><credits>{left}</credits></response>"
    )


def test_each_change_of_a_message_prints_one_line_in_order(demo: Running) -> None:
    # No line of the card is for this number.
    assert perform(lines_of(demo)[0].replace("0639980001", "0639980009"))[0] == 200
    demo.prints("+33639980009  delivered")
    changes = re.findall(r"^\S+  message   \d+  \+33639980009  (\S+)$", demo.out, re.MULTILINE)
    life = ["queued", "sending", "sent", "delivered"]
    assert changes == [state for state in life if state in changes]
    assert changes[-2:] == ["sent", "delivered"]


def test_the_number_that_replies_stop_does(demo: Running) -> None:
    """E33, E42: `40` replies STOP, and the opt-out is there."""
    assert perform(lines_of(demo)[0].replace("0639980001", "0639980040"))[0] == 200
    demo.prints("callback  highsms MO  +33639980040  INCOMING  STOP")
    listed = typed(demo.folder, "optout", "list", "--account", "demo")
    assert "+33639980040" in listed.stdout


def test_what_is_turned_away_is_told_with_its_login(demo: Running) -> None:
    """E53: who tries the demo sees why nothing comes."""
    flat = lines_of(demo)[0]
    assert perform(flat.replace("demo-password", "wrong-word"))[0] == 200
    demo.prints("refused   highsms submit by somebody as demo from 127.0.0.1: bad_credentials")
    assert perform(flat.replace("Bonjour", ""))[0] == 200
    demo.prints("refused   highsms submit by demo from 127.0.0.1: ")
    assert perform(flat.replace("/api", "/apy"))[0] == 404
    demo.prints("unknown   path GET /apy from 127.0.0.1")
    [mailed] = filter(is_mail, lines_of(demo))
    assert hand_over(mailed.replace("demo-key", "wrong-word")) == (250, "2.0.0 Taken")
    demo.prints("refused   octopush mailed by somebody as demo@example.org from 127.0.0.1: ")
    assert "wrong-word" not in demo.out + demo.err


def test_its_figures_are_where_the_card_says(demo: Running) -> None:
    """E53: Prometheus' format."""
    found = re.search(r"Figures: (\S+)", demo.out)
    assert found is not None
    status, text = fetch(found[1])
    assert (status, "# TYPE chappe_connections gauge" in text) == (200, True)


def test_a_second_run_keeps_what_the_first_one_had(tmp_path: Path) -> None:
    """E51: the opening balance is booked once."""
    for text in ("999.9600", "999.9200"):
        with running(tmp_path, *ARGS) as one:
            one.prints("Ctrl-C")
            assert perform(lines_of(one)[0])[0] == 200
            one.prints("delivered")
            one.signal(signal.SIGINT)
            assert (one.ends(), one.err) == (0, "")
        listed = typed(tmp_path, "account", "list", "--json")
        assert [row["balance"] for row in json.loads(listed.stdout)] == [text]


def test_a_port_in_use_is_one_sentence(demo: Running, tmp_path: Path) -> None:
    port = str(demo.port)
    taken = run(tmp_path, *ARGS[:4], port, *ARGS[5:])
    assert (taken.returncode, taken.stdout, taken.stderr) == (
        1,
        "",
        f"Error: The HTTP door can't be opened at 127.0.0.1:{port}: Address already in use. "
        "Stop what holds it, or set another [http] listen.\n",
    )
    taken = run(tmp_path, *ARGS[:-1], port)
    assert (taken.returncode, taken.stderr) == (
        1,
        f"Error: The callback page can't be opened at port {port}: Address already in use. "
        "Choose another: --listen-port.\n",
    )


def test_a_card_without_dialects_is_still_a_card() -> None:
    console, url, page, figures = [f"http://127.0.0.1:{port}" for port in range(4)]
    where = Addresses(console, url, page, figures)
    text = card(where, [])
    assert ("curl" in text, "http://127.0.0.1:3/metrics" in text) == (False, True)
