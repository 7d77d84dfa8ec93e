"""`chappe restore` of what is no backup, or no more: one sentence, and nothing in the directory."""

import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chappe.cli import main
from chappe.hands import pack
from tests.cli.running import typed

BLOCK = 512
_Files = list[tuple[str, bytes]]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The octets of a backup, with a file of a customer's in it."""
    folder = tmp_path_factory.mktemp("sound")
    (folder / "kept").mkdir(mode=0o700)
    assert typed(folder, "account", "add", "fred", "--balance", "5.00").exit_code == 0
    (folder / "kept" / "files" / "fred" / "archive").mkdir(parents=True)
    (folder / "kept" / "files" / "fred" / "archive" / "Été-230427153000.xml").write_text("<push/>")
    (folder / "kept" / "files" / "fred" / "archive" / ".hidden").write_text("none of ours")
    assert typed(folder, "backup", str(folder / "of.tar")).exit_code == 0
    return (folder / "of.tar").read_bytes()


def refused(folder: Path, archive: bytes, **options: str) -> str:
    """Why it is not put back."""
    (folder / "of.tar").write_bytes(archive)
    args = [part for name, value in options.items() for part in (f"--{name}", value)]
    done = typed(folder, "restore", str(folder / "of.tar"), *args)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert not (folder / "kept").exists()
    return done.stderr.removeprefix(f"Error: {folder}/of.tar can't be put back: ").rstrip(".\n")


def files_of(archive: bytes) -> _Files:
    with tarfile.open(fileobj=io.BytesIO(archive)) as found:
        return [(one.name, _said(found, one)) for one in found]


def _said(archive: tarfile.TarFile, one: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(one)
    assert file is not None
    return file.read()


def written(files: Sequence[tuple[str, bytes]]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, said in files:
            one = tarfile.TarInfo(name)
            one.size, one.mode = len(said), 0o600
            archive.addfile(one, io.BytesIO(said))
    return bytes(made.getvalue()[: _end(files)])


def _end(files: Sequence[tuple[str, bytes]]) -> int:
    return sum(BLOCK + -(-len(said) // BLOCK) * BLOCK for _, said in files) + 2 * BLOCK


def forged(archive: bytes, change: Callable[[list[dict[str, Any]], _Files], None]) -> bytes:
    """One whose list agrees with what was done to it, digests and all."""
    *files, (name, said) = files_of(archive)
    lines = [json.loads(line) for line in said.splitlines()][:-1]
    change(lines, files)
    text = "".join(json.dumps(line) + "\n" for line in lines)
    end = json.dumps({"sha256": hashlib.sha256(text.encode()).hexdigest()})
    return written([*files, (name, f"{text}{end}\n".encode())])


def test_what_is_put_back_is_what_was_there(tmp_path: Path, sound: bytes) -> None:
    """E56: a customer's files with their names and times, but nothing that is none of ours."""
    (tmp_path / "of.tar").write_bytes(sound)
    (tmp_path / "kept").mkdir()
    done = typed(tmp_path, "restore", str(tmp_path / "of.tar"), "--json")
    shown = json.loads(done.stdout)
    assert (done.exit_code, shown["accounts"], shown["messages"], shown["files"]) == (0, 1, 0, 3)
    archive = tmp_path / "kept" / "files" / "fred" / "archive"
    assert [path.name for path in archive.iterdir()] == ["Été-230427153000.xml"]
    assert (archive / "Été-230427153000.xml").read_text() == "<push/>"
    assert "5.0000" in typed(tmp_path, "account", "list").stdout
    doctor = typed(tmp_path, "doctor").stdout
    assert ("is a backup of" in doctor, "\nwrong" in doctor) == (True, False)
    second = typed(tmp_path, "restore", str(tmp_path / "of.tar"))
    assert second.stderr == (
        f"Error: {tmp_path}/kept is not empty: name a directory that is, or that is not there "
        "yet.\n"
    )


def test_an_archive_that_is_cut_off_anywhere_is_refused(tmp_path: Path, sound: bytes) -> None:
    for end in (0, 100, BLOCK, 70_000, len(sound) - 3 * BLOCK, len(sound) - BLOCK, len(sound) - 1):
        why = refused(tmp_path, sound[:end])
        assert why in ("it is cut off", "it does not end as a backup does"), (end, why)
    assert refused(tmp_path, sound + b"\0") == "it does not end as a backup does"
    assert refused(tmp_path, b"PK\3\4" * 200) == "it is no backup of Chappe's, or was altered"


def test_an_octet_that_changed_anywhere_is_noticed(tmp_path: Path, sound: bytes) -> None:
    step = len(sound) // 23
    for place in [*range(0, len(sound), step), len(sound) - 2 * BLOCK - 1, len(sound) - 1]:
        altered = bytearray(sound)
        altered[place] ^= 1
        assert refused(tmp_path, bytes(altered)), place


def _renamed(path: str) -> Callable[[list[dict[str, Any]], _Files], None]:
    """The file of a customer is to stand somewhere else."""

    def change(lines: list[dict[str, Any]], files: _Files) -> None:
        lines[-1]["path"] = path

    return change


def _put_twice(lines: list[dict[str, Any]], files: _Files) -> None:
    files.append(("chappe.key", files[1][1]))
    lines.append(dict(lines[2]))


def _without_database(lines: list[dict[str, Any]], files: _Files) -> None:
    del files[0], lines[1]
    lines[-1]["name"] = "files/0000002"
    files[-1] = ("files/0000002", files[-1][1])


def _of_tomorrow(lines: list[dict[str, Any]], files: _Files) -> None:
    lines[0]["form"] = 2


def _damaged(lines: list[dict[str, Any]], files: _Files) -> None:
    said = files[0][1][:8192] + bytes(len(files[0][1]) - 8192)
    files[0] = ("chappe.db", said)
    lines[1]["sha256"] = hashlib.sha256(said).hexdigest()


NOWHERE = "it holds a file that no data directory has"
FORGED = {
    "a way up": (_renamed("../../evil"), NOWHERE),
    "a way up within": (_renamed("files/fred/in/../../../evil"), NOWHERE),
    "an absolute path": (_renamed("/etc/cron.d/evil"), NOWHERE),
    "a name of nothing": (_renamed("files/fred/in/.."), NOWHERE),
    "a socket of ours": (_renamed("control.sock"), NOWHERE),
    "a mark of ours": (_renamed("chappe.restored"), NOWHERE),
    "a log of SQLite's": (_renamed("chappe.db-wal"), NOWHERE),
    "a file twice": (_put_twice, "it holds a file twice"),
    "no database": (_without_database, "its list and its database contradict each other"),
    "another form": (_of_tomorrow, "it was written by another version of Chappe"),
    "a damaged database": (_damaged, "its database "),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_list_leads_nowhere(tmp_path: Path, sound: bytes, what: str) -> None:
    change, why = FORGED[what]
    assert refused(tmp_path, forged(sound, change)).startswith(why)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["of.tar"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, b"S", b"x"])
def test_nothing_but_plain_files_is_taken(tmp_path: Path, sound: bytes, kind: bytes) -> None:
    """A link, a folder, a sparse file that would grow, a header of another format."""
    one = tarfile.TarInfo("chappe.key")
    one.type, one.linkname, one.mode = kind, "/etc/passwd", 0o600
    head = one.tobuf(tarfile.GNU_FORMAT)
    expected = ("it holds what no backup of Chappe's does", "it is no backup of Chappe's")
    assert refused(tmp_path, head + sound).startswith(expected)


def test_an_archive_that_says_more_than_it_has_takes_no_room(tmp_path: Path, sound: bytes) -> None:
    one = tarfile.TarInfo("chappe.db")
    one.size, one.mode = 1 << 50, 0o600
    head = one.tobuf(tarfile.GNU_FORMAT)
    assert refused(tmp_path, head + sound[BLOCK:]) == "it is cut off"


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path, sound: bytes) -> None:
    newer = tmp_path / "newer.db"

    def change(lines: list[dict[str, Any]], files: _Files) -> None:
        newer.write_bytes(files[0][1])
        with closing(sqlite3.connect(newer, isolation_level=None)) as found:
            found.execute("PRAGMA journal_mode = DELETE")
            found.execute("PRAGMA user_version = 9999")
        said = newer.read_bytes()
        files[0] = ("chappe.db", said)
        lines[1]["size"], lines[1]["sha256"] = len(said), hashlib.sha256(said).hexdigest()

    assert refused(tmp_path, forged(sound, change)) == (
        "its database can't be opened: this database was written by a newer version of Chappe"
    )


def test_settings_that_name_another_kind_of_database_are_told(tmp_path: Path, sound: bytes) -> None:
    (tmp_path / "chappe.toml").write_text('[store]\nurl = "postgresql://chappe@127.0.0.1/none"\n')
    assert refused(tmp_path, sound, config=str(tmp_path / "chappe.toml")) == (
        "it holds a SQLite database, and the settings name a PostgreSQL"
    )


def test_a_restore_that_broke_off_is_no_installation(tmp_path: Path) -> None:
    (tmp_path / "kept" / "chappe.part").mkdir(parents=True)
    refused = CliRunner().invoke(main, ["account", "list", "--data", str(tmp_path / "kept")])
    assert refused.stderr == (
        f"Error: a restore to {tmp_path}/kept is at work or broke off: if none is at work, empty "
        "the directory and restore again.\n"
    )


def test_a_backup_leaves_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk takes no message. What was written of it is gone."""
    (tmp_path / "kept").mkdir(mode=0o700)
    typed(tmp_path, "account", "add", "fred")
    (tmp_path / "kept" / "operator.log").write_bytes(bytes(9 * pack.PIECE))
    monkeypatch.setattr(pack, "SPARED", 1 << 60)
    made = typed(tmp_path, "backup", str(tmp_path / "of.tar"))
    assert (made.exit_code, made.stderr.startswith("Error: There is no room for it in")) == (
        1,
        True,
    )
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
