"""The helpers of docs/sandbox.md: each is run as it stands there, against the demo.

pytest is the one that runs here; Jest and PHP come from npm. PHPUnit comes from no index that tests
may ask: clients/run.php stands in for as much of it as the page uses.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.running import running
from tests.links.foreign import node
from tests.tidy.tree import ROOT

PAGE = (ROOT / "docs" / "sandbox.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
CLIENTS = Path(__file__).with_name("clients")
PORTS = ("--port", "0", "--listen-port", "0", "--sftp-port", "0", "--smtp-port", "0")

SHOP_PY = """
import os
from urllib.parse import urlencode
from urllib.request import urlopen


def send_code(number, code):
    asked = {"keyid": "demo-key", "num": number, "sms": f"Votre code : {code}"}
    with urlopen(f"{os.environ['DOOR_URL']}/cgi-bin/?{urlencode(asked)}") as answer:
        return b"<code>0</code>" in answer.read()
"""
SHOP_JS = """
exports.sendCode = (number, code) => {
  const sms = `Votre code : ${code}`;
  const asked = new URLSearchParams({ keyid: 'demo-key', num: number, sms });
  return fetch(`${process.env.DOOR_URL}/cgi-bin/?${asked}`);
};
"""


class Demo(NamedTuple):
    """Where a demo is."""

    door: str
    console: str

    @property
    def environment(self) -> Mapping[str, str]:
        own = {"DOOR_URL": self.door, "SANDBOX_URL": self.console, "SANDBOX_KEY": "demo-key"}
        return {**os.environ, **own, "NO_PROXY": "*", "no_proxy": "*"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with running(folder, "demo", *PORTS, "--console-port", "0", "--data", "kept") as server:
        server.prints("/api?accountid")
        door = re.search(r"(http://127.0.0.1:\d+)/api", server.out)
        console = re.search(r"See it in a browser: (http://127.0.0.1:\d+)", server.out)
        assert door is not None, server.out
        assert console is not None, server.out
        yield Demo(door[1], console[1])


def laid(folder: Path, *names: str, **more: str) -> None:
    """Files of the page, as they stand there, and more."""
    for name in names:
        (folder / name).write_text(BLOCKS[name])
    for name, text in more.items():
        (folder / name.replace("_", ".")).write_text(text)


def ran(demo: Demo, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {**demo.environment, "NODE_PATH": str(node.modules(CLIENTS))}
    return subprocess.run(
        args,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def in_pytest(demo: Demo, folder: Path) -> subprocess.CompletedProcess[str]:
    alone = ("-p", "no:cacheprovider", "-q", "--rootdir", ".", "-c", os.devnull, "-rA")
    return ran(demo, folder, sys.executable, "-m", "pytest", *alone)


def test_the_fixture_of_pytest(demo: Demo, tmp_path: Path) -> None:
    """E64"""
    laid(tmp_path, "conftest.py", "test_shop.py", shop_py=SHOP_PY)
    done = in_pytest(demo, tmp_path)
    assert (done.returncode, done.stdout.count("PASSED")) == (0, 3), done.stdout + done.stderr


def test_the_fixture_of_pytest_tells_what_is_wrong(demo: Demo, tmp_path: Path) -> None:
    laid(tmp_path, "conftest.py", "test_shop.py", shop_py=SHOP_PY.replace("code :", "mot :"))
    done = in_pytest(demo, tmp_path)
    assert (done.returncode, done.stdout.count("FAILED")) == (1, 1), done.stdout + done.stderr


def test_the_trait_of_php(demo: Demo, tmp_path: Path) -> None:
    """E64"""
    laid(tmp_path, "Sandbox.php", "ShopTest.php", run_php=(CLIENTS / "run.php").read_text())
    done = in_php(demo, tmp_path)
    assert done.stdout == "testACodeArrives passed\ntestANumberThatNobodyHas passed\n", done.stderr


def test_the_trait_of_php_tells_what_is_wrong(demo: Demo, tmp_path: Path) -> None:
    runner = (CLIENTS / "run.php").read_text().replace("'num' => $number", "'num' => '0639980034'")
    text = BLOCKS["ShopTest.php"].replace("'state' => 'delivered'", "'timeout' => 0")
    laid(tmp_path, "Sandbox.php", "ShopTest.php", run_php=runner)
    (tmp_path / "ShopTest.php").write_text(text)
    trait = BLOCKS["Sandbox.php"].replace("'timeout' => 10", "'timeout' => 0")
    (tmp_path / "Sandbox.php").write_text(trait)
    done = in_php(demo, tmp_path)
    said = "testACodeArrives failed: No message that fits came within 0 s.\n"
    assert done.stdout.startswith(said), done.stdout + done.stderr


def in_php(demo: Demo, folder: Path) -> subprocess.CompletedProcess[str]:
    modules, runner = str(node.modules(CLIENTS)), str(CLIENTS / "php.mjs")
    return ran(demo, folder, *node.program(), runner, modules, str(folder), "run.php")


def test_the_module_of_jest(demo: Demo, tmp_path: Path) -> None:
    """E64"""
    laid(tmp_path, "sandbox.js", "shop.test.js", shop_js=SHOP_JS, package_json="{}")
    jest = node.modules(CLIENTS) / "jest" / "bin" / "jest.js"
    done = ran(demo, tmp_path, *node.program(), str(jest), "--rootDir", ".", "--cache=false")
    assert (done.returncode, "2 passed, 2 total" in done.stderr) == (0, True), done.stderr


def test_its_first_example_stands_at_its_top(demo: Demo, tmp_path: Path) -> None:
    """E64: and does what is said of it."""
    head = PAGE.split("\n")[:10]
    assert sum(line.startswith("```") for line in head) == 2
    command = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert command is not None
    line = (
        command[1].replace("http://127.0.0.1:8027", demo.console).replace("timeout=10", "timeout=0")
    )
    done = ran(demo, tmp_path, "sh", "-c", f"curl -s {line.removeprefix('curl')}")
    assert '"error":"No message that fits came within 0 s."' in done.stdout, done.stderr
