"""`chappe doctor`: it finds what is wrong, says what to do, and leaves all as it was."""

import hashlib
import json
import random
import resource
import shutil
import signal
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from chappe.config import (
    Config,
    LookupConfig,
    Secret,
    SmtpConfig,
    TlsConfig,
    VoiceConfig,
    read_config,
)
from chappe.hands import premises
from chappe.hands.finding import NOTE, OK, WARNING, WRONG
from chappe.hands.premises import (
    Premises,
    examine,
    expat_finding,
    native_finding,
    python_finding,
    sqlite_finding,
)
from chappe.speech.speaking import Program
from tests.cli.certified import certificate
from tests.cli.running import run, running, typed

REAL = '[[link]]\nname = "real"\nkind = "smpp"\nhost = "127.0.0.1"\nport = 1\n'
DOOR = '[http]\nlisten = "127.0.0.1:0"\n'


def rows(folder: Path, *args: str) -> list[tuple[str, str, str]]:
    found = typed(folder, "doctor", "--json", *args)
    listed = [(row["check"], row["how"], row["says"]) for row in json.loads(found.stdout)]
    assert found.exit_code == int(any(how == WRONG for _, how, _ in listed)), listed
    return listed


def says(folder: Path, check: str, *args: str) -> list[tuple[str, str]]:
    return [(how, text) for name, how, text in rows(folder, *args) if name == check]


def written(folder: Path, text: str) -> tuple[str, str]:
    file = folder / "chappe.toml"
    file.write_text(text)
    file.chmod(0o600)
    return "--config", str(file)


def state_of(folder: Path) -> Mapping[str, tuple[int, str]]:
    """Everything that is there: mode and content."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


def test_a_healthy_installation_is_healthy(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir(mode=0o700)
    typed(tmp_path, "account", "add", "fred")
    hows = {check: how for check, how, _ in rows(tmp_path)}
    # How old the libraries of this machine are is not ours to say.
    del hows["sqlite"], hows["expat"], hows["open files"], hows["python"], hows["native"]
    assert hows == {
        "configuration": "note",
        "links": "note",
        "voice": "ok",
        "disk": "ok",
        "permissions": "ok",
        "store": "ok",
        "damage": "ok",
        "ledger": "ok",
        "clock": "ok",
        "key file": "ok",
    }


def test_it_begins_nothing(tmp_path: Path) -> None:
    assert says(tmp_path, "directory") == [
        ("note", f"There is no {tmp_path}/kept yet: the first start makes it.")
    ]
    assert not (tmp_path / "kept").exists()
    (tmp_path / "kept").mkdir()
    args = written(tmp_path, '[[account]]\nlogin = "fred"\nbalance = "10"\npassword = "word-of"\n')
    assert says(tmp_path, "store", *args) == [
        ("note", "There is no database yet: the first start makes it.")
    ]
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_it_changes_nothing_of_what_a_server_left(tmp_path: Path, how: signal.Signals) -> None:
    """Also where that was killed, and what it wrote stands in the log still."""
    args = written(tmp_path, DOOR + '[[account]]\nlogin = "fred"\nbalance = "10"\n')
    with running(tmp_path, "serve", "--data", "kept", *args) as server:
        assert server.port
        server.signal(how)
        server.ends()
    more = written(tmp_path, DOOR + '[[account]]\nlogin = "anna"\nbalance = "10"\n')
    before = state_of(tmp_path / "kept")
    [(_, words)] = says(tmp_path, "store", *more)
    assert "it holds 1 accounts" in words
    after = state_of(tmp_path / "kept")
    # The index over the log is made anew by whoever reads it after a kill; it holds no content.
    for found in (before, after):
        dict(found).pop("chappe.db-shm", None)
    assert {n: v for n, v in after.items() if n != "chappe.db-shm"} == {
        n: v for n, v in before.items() if n != "chappe.db-shm"
    }
    assert set(after) == set(before)


def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    """E51: and nothing else is looked at."""
    args = written(tmp_path, "[http]\nlisten = 5\n")
    [(check, how, words)] = rows(tmp_path, *args)
    assert (check, how) == ("configuration", WRONG)
    assert words.startswith("chappe.toml, line 2: [http] listen: ")


def test_included_files_and_files_of_secrets_are_looked_at_too(tmp_path: Path) -> None:
    """E53"""
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "fred.toml").write_text(
        '[[account]]\nlogin = "fred"\npassword_file = "word"\n'
    )
    for number in range(6):
        (tmp_path / f"key{number}").write_text(f"key-{number}")
        text = f'[[account]]\nlogin = "{number}"\napi_keys_file = "key{number}"\n'
        (tmp_path / "conf.d" / f"{number}.toml").write_text(text)
    args = written(tmp_path, f'include = "conf.d"\n{DOOR}')
    [(how, words)] = says(tmp_path, "configuration", *args)
    assert (how, words.startswith("conf.d/fred.toml, line 3: [[account]] password_file: ")) == (
        WRONG,
        True,
    )
    (tmp_path / "real").write_text("word-of-fred\n")
    (tmp_path / "word").symlink_to("real")
    for path in (*tmp_path.glob("key*"), *tmp_path.glob("conf.d/*"), tmp_path / "real"):
        path.chmod(0o640)
    (tmp_path / "conf.d").chmod(0o750)
    whole = (OK, f"{args[1]} and what it includes (7) hold no mistake.")
    assert says(tmp_path, "configuration", *args) == [whole]
    for path in (*tmp_path.glob("key*"), tmp_path / "conf.d" / "fred.toml", tmp_path / "real"):
        path.chmod(0o644)
    (tmp_path / "conf.d").chmod(0o777)
    remedy = "chmod 600 it, or 640 with the server's group."
    read = "can be read by everybody on this machine (mode 644), and"
    assert says(tmp_path, "configuration", *args) == [
        whole,
        (WARNING, f"{tmp_path}/conf.d/fred.toml {read} may hold passwords: {remedy}"),
        *[(WARNING, f"{tmp_path}/key{n} {read} holds a secret: {remedy}") for n in range(5)],
        (WARNING, "So can 2 more of these files."),
        (WRONG, f"Everybody may add settings to {tmp_path}/conf.d (mode 777): chmod o-w it."),
    ]


def test_a_settings_file_that_everybody_can_read_is_told(tmp_path: Path) -> None:
    written(tmp_path, DOOR)
    (tmp_path / "chappe.toml").chmod(0o644)
    file = str(tmp_path / "chappe.toml")
    assert says(tmp_path, "configuration", "--config", file)[1] == (
        WARNING,
        f"{file} can be read by everybody on this machine (mode 644), and may hold passwords: "
        "chmod 600 it, or 640 with the server's group.",
    )


def test_what_others_can_open_is_told_and_left_to_the_next_start(tmp_path: Path) -> None:
    """E55: the key seals the keys of customers, the database holds their texts."""
    (tmp_path / "kept").mkdir(mode=0o700)
    typed(tmp_path, "account", "add", "fred")
    kept = tmp_path / "kept"
    (kept / "chappe.key").chmod(0o640)
    (kept / "chappe.db").chmod(0o644)
    assert says(tmp_path, "permissions") == [
        (
            WRONG,
            f"Others can open {kept}/chappe.db (mode 644), {kept}/chappe.key (mode 640): "
            "chmod go= them; the next start does it too.",
        )
    ]
    assert (kept / "chappe.db").stat().st_mode & 0o777 == 0o644


def test_a_directory_that_others_may_write_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept").chmod(0o777)
    assert says(tmp_path, "directory") == [
        (
            WRONG,
            f"Others may put files into {tmp_path}/kept and take some away (mode 777): "
            "chmod 700 it.",
        )
    ]


# codes, accounts, keys


def test_built_in_codes_on_a_real_link_are_told(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    args = written(tmp_path, f'{DOOR}{REAL}[[account]]\nlogin = "fred"\n')
    typed(tmp_path, "account", "list", *args)
    assert says(tmp_path, "links", *args) == [(OK, "Real ones: real.")]
    assert says(tmp_path, "short codes", *args) == [
        (
            WARNING,
            "A real link is declared, but fred would send from a built-in short code: set "
            "short_code.",
        )
    ]


def test_one_code_of_two_accounts_on_a_real_link_is_told(tmp_path: Path) -> None:
    two = "".join(f'[[account]]\nlogin = "{n}"\nshort_code = "38123"\n' for n in ("fred", "anna"))
    args = written(tmp_path, DOOR + REAL + two)
    (tmp_path / "kept").mkdir()
    typed(tmp_path, "account", "list", *args)
    assert says(tmp_path, "short codes", *args) == [
        (
            WARNING,
            "38123 is the short code of fred, anna: a reply reaches whoever wrote to that number "
            "last. Give each its own.",
        )
    ]


def test_what_the_demo_prints_is_told_where_it_opens_an_account(tmp_path: Path) -> None:
    text = (
        '[[account]]\nlogin = "demo"\npassword = "demo-password"\n'
        '[[account]]\nlogin = "fred"\napi_keys = ["demo-key"]\n'
    )
    (tmp_path / "kept").mkdir()
    args = written(tmp_path, DOOR + text)
    typed(tmp_path, "account", "list", *args)
    found = says(tmp_path, "known secrets", *args)
    assert [(how, words.split(" ")[0]) for how, words in found] == [
        (WRONG, "demo"),
        (WRONG, "fred"),
    ]


def test_accounts_that_the_file_declares_no_more_are_told(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    text = '[[account]]\nlogin = "{}"\npassword = "word-of-{}"\n'
    args = written(tmp_path, text.format("fred", "fred") + text.format("anna", "anna"))
    typed(tmp_path, "account", "list", *args)
    typed(tmp_path, "account", "add", "hand", *args)
    assert says(tmp_path, "undeclared", *args) == []
    args = written(tmp_path, text.format("anna", "anna"))
    assert says(tmp_path, "undeclared", *args) == [
        (
            WARNING,
            "The file no longer declares fred, and they may still send: "
            "`chappe account close LOGIN` ends that.",
        )
    ]


def test_a_lost_key_is_told_and_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir(mode=0o700)
    typed(tmp_path, "account", "add", "fred")
    key = tmp_path / "kept" / "chappe.key"
    kept = key.read_bytes()
    key.unlink()
    lost = (
        f"{key} is gone, and 1 accounts have API keys, tokens or secrets that it alone opens: put "
        "it back from a backup. If there is none, make another with "
        f"`head -c 32 /dev/urandom > {key}`, and give those accounts new ones."
    )
    assert says(tmp_path, "key file") == [(WRONG, lost)]
    args = written(tmp_path, DOOR)
    for command in (("serve", *args), ("account", "list")):
        ended = run(tmp_path, *command, "--data", str(tmp_path / "kept"))
        assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", f"Error: {lost}\n")
    assert not key.exists()
    key.write_bytes(kept)
    assert typed(tmp_path, "account", "list").exit_code == 0


def test_a_key_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir(mode=0o700)
    typed(tmp_path, "account", "add", "fred")
    (tmp_path / "kept" / "chappe.key").write_bytes(b"short")
    [(how, words)] = says(tmp_path, "key file")
    assert (how, words.endswith("put it back from a backup.")) == (WRONG, True)


# TLS


def tls(folder: Path, cert: Path, key: Path) -> tuple[str, str]:
    text = f'{DOOR}listen_tls = "127.0.0.1:0"\n[tls]\ncert = "{cert}"\nkey = "{key}"\n'
    [found] = says(folder, "tls", *written(folder, text))
    return found


def test_unfit_certificates_and_keys_are_told_apart(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "good", 100)
    old, old_key = certificate(tmp_path, "old", -1)
    soon, soon_key = certificate(tmp_path, "soon", 3)
    missing, odd = tmp_path / "none.pem", tmp_path / "odd.pem"
    odd.write_text("no PEM")
    day = {n: (datetime.now(UTC) + timedelta(days=n)).date() for n in (100, -1, 3)}
    assert [
        tls(tmp_path, cert, key),
        tls(tmp_path, old, old_key),
        tls(tmp_path, soon, soon_key),
        tls(tmp_path, cert, old_key),
        tls(tmp_path, missing, key),
        tls(tmp_path, cert, missing),
    ] == [
        (OK, f"{cert} is valid until {day[100]}."),
        (WRONG, f"{old} is no longer valid since {day[-1]}: renew it."),
        (WARNING, f"{soon} is valid until {day[3]} only: renew it."),
        (WRONG, f"{old_key} does not belong to {cert}: name its own key."),
        (WRONG, f"{missing} can't be read: No such file or directory."),
        (WRONG, f"{missing} can't be read: No such file or directory."),
    ]
    assert tls(tmp_path, odd, key)[0] == WRONG


# what it stands on


@pytest.mark.parametrize(
    ("version", "how"),
    [
        ((3, 6, 23), OK),
        ((3, 7, 0), WARNING),
        ((3, 40, 1), WARNING),
        ((3, 44, 6), OK),
        ((3, 50, 6), WARNING),
        ((3, 50, 7), OK),
        ((3, 51, 2), WARNING),
        ((3, 51, 3), OK),
    ],
)
def test_versions_of_sqlite_that_may_lose_a_log_are_known(
    version: tuple[int, ...], how: str
) -> None:
    assert sqlite_finding(version).how == how


@pytest.mark.parametrize(
    ("version", "how"), [((2, 5, 0), WARNING), ((2, 7, 1), WARNING), ((2, 7, 2), OK)]
)
def test_old_versions_of_expat_are_known(version: tuple[int, ...], how: str) -> None:
    assert expat_finding(version).how == how


@pytest.mark.parametrize(
    ("built_with", "prefix", "how"),
    [
        ("'--enable-shared'", "/opt/python", NOTE),
        ("'--enable-shared' '--enable-optimizations'", "/opt/python", OK),
        ("'--enable-shared'", "/usr", OK),
        ("'--enable-shared'", "/usr/local", NOTE),
    ],
)
def test_a_plain_build_of_python_is_known(built_with: str, prefix: str, how: str) -> None:
    assert python_finding(built_with, prefix).how == how


def test_what_is_not_in_c_is_named() -> None:
    assert native_finding([]).how == OK
    found = native_finding(["sockets", "codecs"])
    assert (found.how, found.says.partition(":")[0]) == (NOTE, "sockets and codecs are not in C")


def found(folder: Path, check: str) -> tuple[str, str]:
    looked = examine(Premises(None, read_config("", "x.toml"), folder))
    [finding] = [one for one in looked if one.check == check]
    return finding.how, finding.says


def test_mails_that_come_in_clear_are_told(tmp_path: Path) -> None:
    """Who sends stands in the mail itself."""

    def found_with(config: Config) -> list[tuple[str, str]]:
        looked = examine(Premises(None, config, tmp_path))
        return [(one.how, one.says) for one in looked if one.check == "mail"]

    bare = Config(smtp=SmtpConfig())
    tls = TlsConfig(cert=str(tmp_path / "a"), key=str(tmp_path / "b"))
    assert found_with(Config()) == []
    assert found_with(bare) == [
        (
            NOTE,
            "Mails, and the passwords and keys in them, come in clear: add [tls] for STARTTLS.",
        )
    ]
    assert found_with(Config(smtp=SmtpConfig(), tls=tls)) == [(OK, "Mails may come over TLS.")]


@pytest.mark.parametrize(
    ("scheme", "how", "more"),
    [
        ("https", OK, "."),
        ("http", NOTE, ", and its key travels in clear: https hides it."),
    ],
)
def test_who_is_asked_for_look_ups_is_told_without_its_key(
    tmp_path: Path, scheme: str, how: str, more: str
) -> None:
    said = LookupConfig(url=f"{scheme}://lookup.example.org/x?key=k", key=Secret("lookup-key"))
    looked = examine(Premises(None, Config(lookup=said), tmp_path))
    [told] = [(one.how, one.says) for one in looked if one.check == "look-ups"]
    assert told == (how, f"Look-ups are asked of lookup.example.org{more}")
    assert "look-ups" not in [one.check for one in examine(Premises(None, Config(), tmp_path))]


def test_whether_texts_can_be_spoken_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E35: no engine, and no way to place calls, are no faults; voice is refused, all else goes."""

    def told(config: Config) -> list[tuple[str, str]]:
        looked = examine(Premises(None, config, tmp_path))
        return [(one.how, one.says) for one in looked if one.check == "voice"]

    refused = "Voice messages are refused"
    assert told(Config()) == [(OK, "espeak-ng speaks de-DE, en-GB, es-ES, fr-FR.")]
    assert told(Config(links=())) == [(NOTE, f'{refused}: no link has kind = "calls".')]
    none = Config(voice=VoiceConfig(engine="none"))
    assert told(none) == [(NOTE, f"{refused}: [voice] wants no engine.")]
    monkeypatch.setattr(premises, "Program", partial(Program, "tests.speech.no_such_engine"))
    [(how, says)] = told(Config())
    assert (how, says.partition(":")[0]) == (NOTE, refused)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 999_999_999

    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage)
    how, words = found(tmp_path, "disk")
    assert (how, words.startswith("1.0 GB are free below ")) == (WRONG, True)


def test_too_few_open_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1024, 4096))
    assert found(tmp_path, "open files") == (
        WARNING,
        "4096 files may be open at a time, where full use of the doors takes "
        f"{premises._FILES_WANTED}: raise it (LimitNOFILE= of systemd, ulimit -Hn).",
    )


# a server that runs


def test_links_that_are_all_down_are_told_by_the_server(tmp_path: Path) -> None:
    args = written(tmp_path, DOOR + REAL)
    with running(tmp_path, "serve", "--data", str(tmp_path / "kept"), *args) as server:
        assert server.port
        links = says(tmp_path, "links", *args)
    assert (links[0], links[-1]) == (
        (OK, "Real ones: real."),
        (WRONG, "No link is up: what is taken waits in the queue."),
    )
    assert links[1][1].startswith("real is down")
    assert not any(how == WRONG for how, _ in says(tmp_path, "links", *args))


# damage

PATTERN = b"Text-of-fred"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with something in it."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "kept").mkdir(mode=0o700)
    args = written(folder, DOOR + '[[account]]\nlogin = "fred"\npassword = "Text-of-fred"\n')
    for n in range(12):
        typed(folder, "account", "add", f"Text-of-fred-{n}", "--balance", "5", *args)
        typed(folder, "optout", "add", f"06399800{n:02}", "--account", f"Text-of-fred-{n}", *args)
    return folder


def damaged(whole: Path, folder: Path, seed: int) -> Path:
    """A copy with many octets changed, in many places."""
    chance = random.Random(seed)
    kept = folder / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(whole / "kept", kept)
    file = kept / "chappe.db"
    octets = bytearray(file.read_bytes())
    for _ in range(200):
        start = chance.randrange(len(octets) - 30)
        octets[start : start + 30] = chance.randbytes(30)
    file.write_bytes(octets)
    return kept


def test_a_damaged_database_is_one_sentence_and_none_of_its_rows(
    whole: Path, tmp_path: Path
) -> None:
    """Of a start, of a hand, and of the doctor, wherever the damage lies."""
    before = (whole / "kept" / "chappe.db").stat()
    for seed in range(30):
        damaged(whole, tmp_path, seed)
        looked = typed(tmp_path, "doctor")
        assert (looked.exit_code, "Traceback" in looked.output) == (1, False), seed
        listed = typed(tmp_path, "account", "list")
        if listed.exit_code:
            assert listed.stderr.startswith("Error: "), (seed, listed.stderr)
            assert listed.stderr.count("\n") == 1, (seed, listed.stderr)
        assert PATTERN.decode() not in looked.output + listed.stderr, seed
    assert (whole / "kept" / "chappe.db").stat().st_mtime == before.st_mtime


@pytest.mark.parametrize("seed", [10, 11, 12])
def test_a_start_on_a_damaged_database_ends_in_one_sentence(
    whole: Path, tmp_path: Path, seed: int
) -> None:
    damaged(whole, tmp_path, seed)
    args = written(tmp_path, DOOR)
    ended = run(tmp_path, "serve", "--data", "kept", *args)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1), ended.stderr
    assert ended.stderr.startswith("Error: ")
    assert PATTERN.decode() not in ended.stderr
