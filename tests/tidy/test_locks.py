"""The lock files: every package pinned and hashed, and they agree on every version."""

import re

import pytest

from tests.tidy.tree import ROOT

PIN = re.compile(r"^([a-z0-9-]+)==(\S+)[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}\b", re.MULTILINE)
RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"
VOICE, TRACING = "requirements-voice.lock", "requirements-tracing.lock"
PATRONI = "requirements-patroni.lock"


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", [RUNTIME, DEVELOPMENT, VOICE, TRACING, PATRONI])
def test_every_package_has_its_hash(name: str) -> None:
    """Without them an index could hand us another file under the same version."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert sorted(pins(name)) == re.findall(r"^[A-Za-z][^=\s]*", text, re.MULTILINE)


@pytest.mark.parametrize("name", [RUNTIME, TRACING])
def test_what_is_served_is_what_was_tested(name: str) -> None:
    """What `make check` has proved is then what `make run` serves. Mend with `make lock`."""
    tested = pins(DEVELOPMENT)
    assert pins(name) == {package: tested.get(package) for package in pins(name)}


def test_what_nobody_asked_for_is_not_served() -> None:
    """`make run` installs no extra but speech."""
    assert [name for name in pins(RUNTIME) if name.startswith(("opentelemetry", "protobuf"))] == []
