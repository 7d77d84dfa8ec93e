"""SIGHUP reads again what the file draws on: the certificate, secrets in files, included files."""

import http.client
import signal
import smtplib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chappe.node.certificate import Certificate, NoCertificate, end_of, load
from tests.cli.certified import certificate
from tests.cli.running import DEADLINE_S, Running, fetch, running

FILE = """
include = "conf.d"

[http]
listen = "127.0.0.1:0"
listen_tls = "127.0.0.1:0"

[smtp]
listen = "127.0.0.1:0"

[tls]
cert = "tls.crt"
key = "tls.key"
"""
FRED = '[[account]]\nlogin = "fred"\npassword_file = "word"\n'
ANNA = '[[account]]\nlogin = "anna"\npassword = "word-of-anna"\n'
CREDIT = "/api?accountid=fred&password={}&action=credit"


def trusting() -> ssl.SSLContext:
    """Whatever is shown."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Clients:
    """One over HTTPS and one of mail by STARTTLS, who have come and stay."""

    def __init__(self, server: Running) -> None:
        def port(before: str) -> int:
            server.prints(before)
            return int(server.out.partition(before)[2].split()[0].rpartition(":")[2])

        self.https = http.client.HTTPSConnection(
            "127.0.0.1", port("https://"), timeout=DEADLINE_S, context=trusting()
        )
        self.https.connect()
        self.mail = smtplib.SMTP("127.0.0.1", port("smtp://"), timeout=DEADLINE_S)
        self.mail.starttls(context=trusting())

    def shown(self) -> list[bytes | None]:
        """The certificates that they saw as they came."""
        sockets = [self.https.sock, self.mail.sock]
        return [one.getpeercert(True) for one in sockets if isinstance(one, ssl.SSLSocket)]

    def answered(self) -> tuple[int, bytes, int]:
        self.https.request("GET", "/healthz")
        answer = self.https.getresponse()
        return answer.status, answer.read(), self.mail.noop()[0]

    def leave(self) -> None:
        self.https.close()
        self.mail.close()


def seen(server: Running) -> list[bytes | None]:
    """What whoever comes now is shown."""
    clients = Clients(server)
    try:
        return clients.shown()
    finally:
        clients.leave()


def der(cert: Path) -> list[bytes]:
    return [ssl.PEM_cert_to_DER_cert(cert.read_text())] * 2


def test_a_certificate_is_renewed_and_who_is_in_stays_in(tmp_path: Path) -> None:
    """E51: one that does not fit is told, and the old one is shown on."""
    old, old_key = certificate(tmp_path, "tls", 10)
    new, new_key = certificate(tmp_path, "new", 100)
    past, past_key = certificate(tmp_path, "past", -10)
    first, second = der(old), der(new)
    (tmp_path / "chappe.toml").write_text(FILE)
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "fred.toml").write_text(FRED)
    (tmp_path / "word").write_text("word-of-fred\n")
    with running(tmp_path, "serve", "--config", "chappe.toml", "--data", "kept") as server:
        standing = Clients(server)
        assert standing.shown() == first

        old.write_bytes(new.read_bytes())
        server.signal(signal.SIGHUP)
        server.prints(
            "Error: Nothing was applied: [tls]: tls.key does not belong to tls.crt: name its own "
            "key.\n"
        )
        assert (seen(server), standing.answered()) == (first, (200, b"ok\n", 250))

        old_key.write_bytes(new_key.read_bytes())
        server.signal(signal.SIGHUP)
        day = (datetime.now(UTC) + timedelta(days=100)).date()
        server.prints(f"Reloaded: certificate renewed: it is valid until {day}\n")
        assert (seen(server), standing.answered()) == (second, (200, b"ok\n", 250))
        assert standing.shown() == first

        old.write_bytes(past.read_bytes())
        old_key.write_bytes(past_key.read_bytes())
        server.signal(signal.SIGHUP)
        server.prints("Reloaded: certificate renewed, but this one is no longer valid since ")
        _reads_again_what_it_draws_on(server)
        assert standing.answered() == (200, b"ok\n", 250)
        standing.leave()
        server.signal(signal.SIGTERM)
        assert server.ends() == 0


def _reads_again_what_it_draws_on(server: Running) -> None:
    """E51 E53: files of secrets and included ones, whole or not at all, and no secret is told."""
    folder, url = server.folder, f"http://127.0.0.1:{server.port}"
    (folder / "word").write_text("another-word\n")
    (folder / "conf.d" / "anna.toml").write_text(ANNA + FRED)
    server.signal(signal.SIGHUP)
    server.prints(
        "Error: Nothing was applied: conf.d/fred.toml, line 2: [[account]] login: 'fred' names "
        "another account, whatever its case (conf.d/anna.toml, line 5). "
    )
    assert fetch(url + CREDIT.format("another-word"))[1] == "BAD PASSWORD"

    (folder / "conf.d" / "anna.toml").write_text(ANNA)
    server.signal(signal.SIGHUP)
    server.prints("Reloaded: account anna applied\nReloaded: account fred applied\n")
    assert fetch(url + CREDIT.format("word-of-fred"))[1] == "BAD PASSWORD"
    assert fetch(url + CREDIT.format("another-word"))[1] != "BAD PASSWORD"

    (folder / "word").unlink()
    server.signal(signal.SIGHUP)
    server.prints("Nothing was applied: conf.d/fred.toml, line 3: [[account]] password_file: ")
    (folder / "conf.d" / "fred.toml").unlink()
    server.signal(signal.SIGHUP)
    server.prints("Reloaded: nothing has changed\n")
    assert [one for one in ("word-of", "another-word") if one in server.out + server.err] == []


def test_what_does_not_fit_leaves_the_certificate_as_it_is(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "one", 10)
    locked = tmp_path / "locked.key"
    locked.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAo=\n-----END ENCRYPTED PRIVATE KEY")
    odd, large = tmp_path / "odd.pem", tmp_path / "large.pem"
    odd.write_text("no PEM")
    large.write_text("x" * 1_000_001)
    shown = Certificate(load(cert, key))
    context = shown.context()
    for one, other, why in (
        (tmp_path / "none.pem", key, "none.pem can't be read: No such file or directory."),
        (odd, key, "odd.pem and .*one.key can't be used: "),
        (large, key, "large.pem can't be used: it has more than 1000000 octets."),
        (cert, locked, "one.crt and .*locked.key can't be used: "),
        (cert, certificate(tmp_path, "two", 10)[1], "two.key does not belong to .*one.crt: "),
    ):
        with pytest.raises(NoCertificate, match=why):
            shown.renew(load(one, other))
    assert shown.context() is context


@pytest.mark.parametrize("days", [-300, -1, 20, 8_000, 14_800, 90_000])
def test_the_end_of_a_certificate_is_the_one_that_it_says(tmp_path: Path, days: int) -> None:
    """Its year has four digits from 2050 on."""
    cert, key = certificate(tmp_path, "one", days)
    cert.write_bytes(key.read_bytes() + b"a word\n" + cert.read_bytes())
    assert abs(end_of(cert) - datetime.now(UTC) - timedelta(days=days)) < timedelta(minutes=5)
    assert load(cert, cert).ends == end_of(cert)
