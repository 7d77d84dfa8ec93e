"""`deploy/compose`, as far as it can be held without Docker: what is named is there, and fits."""

import os
import re
import stat
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.deploy.compose import (
    COMPOSED,
    FOLDER,
    SETTINGS,
    Composed,
    copied,
    draw,
    sources,
)
from tests.deploy.plain_yaml import read_yaml
from tests.tidy.tree import ROOT
from tests.torture.members import AGREED

READYZ = "/readyz"
FRONT = "three/haproxy.cfg"
DOCKERFILES = sorted(FOLDER.glob("*.Dockerfile"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.fixture
def three(folder: Path) -> Composed:
    return Composed(folder, "three")


@pytest.mark.parametrize("name", COMPOSED)
def test_all_that_a_service_is_given_is_there(folder: Path, name: str) -> None:
    """Files, volumes, networks, secrets, those that it waits for, and what its image is made of."""
    file = Composed(folder, name)
    given = {key: {*file.said.get(key, ())} for key in ("volumes", "networks", "secrets")}
    for service in file.services:
        for outside in service.mounted.values():
            is_file = outside.startswith("./")
            assert (folder / outside).is_file() if is_file else outside in given["volumes"]
        assert {*service.said.get("networks", ())} <= given["networks"]
        assert {*service.said.get("secrets", ())} <= given["secrets"]
        assert {*service.said.get("depends_on", ())} <= {one.name for one in file.services}
        assert service.dockerfile is None or service.dockerfile in DOCKERFILES
    for secret in file.said.get("secrets", {}).values():
        assert (folder / secret["file"]).stat().st_size


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.stem)
def test_an_image_is_sent_what_it_takes_and_runs_as_nobody_who_may_do_all(dockerfile: Path) -> None:
    ignored = dockerfile.with_name(f"{dockerfile.name}.dockerignore").read_text("utf-8")
    rules = [line for line in ignored.splitlines() if not line.startswith("#")]
    for source in sources(dockerfile):
        assert (ROOT / source).exists()
        (last,) = [rule for rule in rules if fnmatch(source, rule.removeprefix("!"))][-1:]
        assert last == f"!{source}"
    last_stage = dockerfile.read_text("utf-8").rpartition("\nFROM ")[2]
    (user,) = re.findall(r"^USER (\S+)$", last_stage, re.MULTILINE)
    assert user not in ("root", "0")


@pytest.mark.parametrize("name", COMPOSED)
def test_the_settings_are_accepted(folder: Path, name: str) -> None:
    """By Chappe itself; and a service has them where its image looks for them."""
    file = Composed(folder, name)
    file.settings()
    (dockerfile,) = {one.dockerfile for one in file.of("chappe")}
    assert dockerfile is not None
    image = dockerfile.read_text("utf-8")
    assert f"CHAPPE_CONFIG={SETTINGS} " in image
    (data,) = re.findall(r"CHAPPE_DATA=(\S+)", image)
    for service in file.of("chappe"):
        assert service.mounted[SETTINGS] == f"./{name}/chappe.toml"
        assert data in service.mounted


@pytest.mark.parametrize("name", COMPOSED)
def test_health_is_asked_where_a_node_answers(folder: Path, name: str) -> None:
    file = Composed(folder, name)
    listen = file.settings().http.listen
    assert listen.host == "0.0.0.0"
    for service in file.of("chappe"):
        assert (service.checked.port, service.checked.path) == (listen.port, READYZ)


@pytest.mark.parametrize("name", COMPOSED)
def test_whatever_is_run_writes_to_its_volumes_alone(folder: Path, name: str) -> None:
    """And nothing is published but one port, to this machine."""
    file = Composed(folder, name)
    for service in file.services:
        assert service.said["read_only"] is True
        assert service.said["cap_drop"] == ["ALL"]
        assert service.said["security_opt"] == ["no-new-privileges:true"]
    port = file.settings().http.listen.port
    ports = [port for service in file.services for port in service.said.get("ports", ())]
    assert ports == [f"127.0.0.1:{port}:{port}"]


def test_the_front_sends_to_each_node_in_turn(three: Composed) -> None:
    """It asks each whether it may be used, and is the one that may say who calls."""
    said = (three.folder / FRONT).read_text("utf-8")
    port = three.settings().http.listen.port
    servers = re.findall(r"^    server (\S+) (\S+)$", said, re.MULTILINE)
    assert servers == [(one.name, f"{one.name}:{port}") for one in three.of("chappe")]
    assert "\n    balance roundrobin\n" in said
    assert f"\n    option httpchk GET {READYZ}\n" in said
    assert f"\n    bind :{port}\n" in said
    assert "\n    http-request set-header X-Forwarded-For %[src]\n" in said
    (front,) = three.of("haproxy:3.0")
    address = front.said["networks"]["front"]["ipv4_address"]
    assert [str(one) for one in three.settings().http.trusted_proxies] == [address]


def test_no_url_is_in_the_log_of_the_front(three: Composed) -> None:
    """Passwords stand in them: the forms that would write a request's first line are left out."""
    said = (three.folder / FRONT).read_text("utf-8")
    (form,) = re.findall(r'^    log-format "(.+)"$', said, re.MULTILINE)
    assert re.findall(r"%(?:HU|HP|HQ|HPO|r|\[|\{)", form) == []
    assert "option httplog" not in said


def test_three_nodes_have_one_key_and_no_directory_in_common(three: Composed) -> None:
    nodes = three.of("chappe")
    assert len(nodes) == 3
    assert all("chappe_key" in one.said["secrets"] for one in nodes)
    for services in (nodes, three.of("chappe-patroni"), three.of("chappe-etcd")):
        volumes = [
            outside
            for one in services
            for outside in one.mounted.values()
            if not outside.startswith("./")
        ]
        assert sorted(volumes) == sorted(one.name for one in services)


def test_the_store_names_all_members(three: Composed) -> None:
    url = urlsplit(three.settings().store.url)
    hosts = url.netloc.rpartition("@")[2].split(",")
    members = three.of("chappe-patroni")
    assert hosts == [one.name for one in members]
    for one in members:
        environment = one.said["environment"]
        assert environment["PATRONI_NAME"] == one.name
        assert environment["PATRONI_POSTGRESQL_CONNECT_ADDRESS"] == f"{one.name}:5432"
        assert environment["PATRONI_RESTAPI_CONNECT_ADDRESS"] == f"{one.name}:8008"
        assert (one.checked.port, one.checked.path) == (8008, "/health")


def test_a_commit_waits_for_a_standby_as_it_does_under_torture(three: Composed) -> None:
    said = read_yaml((three.folder / "three/patroni.yaml").read_text("utf-8"))
    assert AGREED["synchronous_mode"] == "quorum"
    held = {key: value for key, value in AGREED.items() if key != "postgresql"}
    assert {key: said["bootstrap"]["dcs"].get(key) for key in held} == held
    assert said["bootstrap"]["dcs"]["postgresql"]["use_pg_rewind"] is True
    for key, port in (("restapi", 8008), ("postgresql", 5432)):
        assert said[key]["listen"] == f"0.0.0.0:{port}"


def test_the_members_ask_every_etcd(three: Composed) -> None:
    said = read_yaml((three.folder / "three/patroni.yaml").read_text("utf-8"))
    peers = [one.name for one in three.of("chappe-etcd")]
    assert said["etcd3"]["hosts"] == ",".join(f"{name}:2379" for name in peers)
    for one in three.of("chappe-etcd"):
        environment = one.said["environment"]
        assert environment["ETCD_NAME"] == one.name
        assert environment["ETCD_INITIAL_CLUSTER"] == ",".join(
            f"{name}=http://{name}:2380" for name in peers
        )
        assert environment["ETCD_INITIAL_ADVERTISE_PEER_URLS"] == f"http://{one.name}:2380"
        assert environment["ETCD_ADVERTISE_CLIENT_URLS"] == f"http://{one.name}:2379"
        (place,) = one.mounted
        assert environment["ETCD_DATA_DIR"].startswith(f"{place}/")


def test_secrets_are_drawn_once_and_are_in_nobody_elses_reach(folder: Path) -> None:
    secrets = folder / "secrets"
    drawn = {path.name: path.read_bytes() for path in secrets.iterdir()}
    named = Composed(folder, "three").said["secrets"]
    assert named == {name: {"file": f"./secrets/{name}"} for name in named}
    assert drawn.keys() == named.keys()
    assert len({*drawn.values()}) == len(drawn)
    assert len(drawn["chappe_key"]) == 32
    assert all(len(one) >= 32 for one in drawn.values())
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    # A container's user is another one than the folder's owner.
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()} == {0o644}
    draw(folder)
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == drawn
    assert "/deploy/compose/secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def ran(script: str, *command: str, **environment: str) -> str:
    """What is printed by what a script becomes in the end."""
    given = {"PATH": os.environ["PATH"], **environment}
    done = subprocess.run(
        [FOLDER / script, *command], env=given, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_patroni_has_its_passwords_in_its_environment(folder: Path) -> None:
    printed = ran("patroni.sh", "env", CREDENTIALS_DIRECTORY=str(folder / "secrets"))
    found = dict(line.split("=", 1) for line in printed.splitlines() if "=" in line)
    for name in ("superuser", "replication", "restapi"):
        secret = (folder / "secrets" / f"{name}_password").read_text("ascii")
        assert found[f"PATRONI_{name.upper()}_PASSWORD"] == secret


def test_a_node_takes_the_key_that_it_is_given_and_keeps_its_own(
    folder: Path, tmp_path: Path
) -> None:
    (data := tmp_path / "kept").mkdir()
    given = {"CREDENTIALS_DIRECTORY": str(folder / "secrets"), "CHAPPE_DATA": str(data)}
    assert ran("chappe.sh", "echo", "served", **given) == "served\n"
    assert (data / "chappe.key").read_bytes() == (folder / "secrets/chappe_key").read_bytes()
    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in data.iterdir()] == [
        ("chappe.key", 0o600)
    ]
    (data / "chappe.key").write_bytes(own := bytes(32))
    ran("chappe.sh", "true", **given)
    assert (data / "chappe.key").read_bytes() == own
    (data / "chappe.key").unlink()
    ran("chappe.sh", "true", **{**given, "CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert [*data.iterdir()] == []


@pytest.mark.parametrize("text", ["a: 1\na: 2", "a: 1\n  b: 2", "a: {b: 1}", "a", "a: *b"])
def test_what_the_small_reader_does_not_know_it_refuses(text: str) -> None:
    with pytest.raises(ValueError, match=r"line|list"):
        read_yaml(text)


def test_the_small_reader_reads_what_the_files_have() -> None:
    text = 'x: &x\n  a: [b, "c, d"]  # \n  f: true\ny:\n  <<: *x\n  f: 3\nz:\n  - g: h i\n  - "j"'
    assert read_yaml(text) == {
        "x": {"a": ["b", "c, d"], "f": True},
        "y": {"a": ["b", "c, d"], "f": 3},
        "z": [{"g": "h i"}, "j"],
    }
