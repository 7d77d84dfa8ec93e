"""Each house rule catches a small bad file, and lets a good one of the same kind pass."""

import textwrap
from pathlib import Path

import pytest

from tests.tidy import classes, imports, names, privacy, prose, sizes, wiring
from tests.tidy.rule import Rule, complaint, places
from tests.tidy.tree import Source, sources

ALL = (
    *classes.RULES,
    *imports.RULES,
    *sizes.RULES,
    *names.RULES,
    *prose.RULES,
    *privacy.RULES,
    *wiring.RULES,
)
RULES = {rule.name: rule for rule in ALL}


def faults(rule: str, path: str, text: str) -> list[tuple[int, str]]:
    source = Source(path, textwrap.dedent(text))
    return list(RULES[rule].find(source)) if RULES[rule].covers(path) else []


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("words/order.py", "import chappe.engine.accept", "words imports chappe.engine.accept"),
        ("words/order.py", "import sqlite3", "words imports sqlite3"),
        (
            "engine/accept.py",
            "from chappe.store import sqlite",
            "engine imports chappe.store.sqlite",
        ),
        ("engine/accept.py", "from chappe import doors", "engine imports chappe.doors"),
        ("engine/accept.py", "from ..doors import http", "engine imports chappe.doors.http"),
        ("engine/__init__.py", "from ..doors import http", "engine imports chappe.doors.http"),
        ("doors/http.py", "def f():\n import chappe.store", "doors imports chappe.store"),
        (
            "doors/http.py",
            "from chappe.links import contract",
            "doors imports chappe.links.contract",
        ),
        (
            "dialects/highsms/read.py",
            "if TYPE_CHECKING:\n    from chappe.engine.accept import accept",
            "dialects imports chappe.engine.accept.accept",
        ),
        (
            "store/sqlite.py",
            "importlib.import_module('chappe.links.contract')",
            "store imports chappe.links.contract",
        ),
        (
            "dialects/highsms/settings.py",
            "from chappe.config import Secret",
            "dialects imports chappe.config.Secret",
        ),
        ("__init__.py", "from chappe.words import money", "chappe imports chappe.words.money"),
        ("attic/box.py", "", "`attic` has no row in the table of rooms"),
    ],
)
def test_an_import_against_the_law_is_caught(path: str, text: str, what: str) -> None:
    assert [fault for _, fault in faults("imports", f"src/chappe/{path}", text)] == [what]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/chappe/words/order.py", "from chappe.words.money import Money"),
        ("src/chappe/engine/accept.py", "from chappe.store.contract import Store"),
        ("src/chappe/engine/accept.py", "from chappe.links import contract"),
        (
            "src/chappe/dialects/highsms/read.py",
            "from . import tables\nfrom http import HTTPStatus",
        ),
        ("src/chappe/doors/http.py", "from chappe import __version__\nimport asyncio, httptools"),
        ("src/chappe/node/node.py", "from chappe.store.sqlite import open_store"),
        ("src/chappe/cli.py", "from chappe.dialects import DIALECTS"),
        ("src/chappe/config/tables.py", "from chappe.dialects.shape import Dialect"),
        ("tests/engine/test_accept.py", "from chappe.doors import http"),
    ],
)
def test_an_import_within_the_law_passes(path: str, text: str) -> None:
    assert faults("imports", path, text) == []


def test_a_long_file_is_caught_unless_it_is_a_table_or_a_test() -> None:
    text = "x = 1\n" * 401
    assert faults("file size", "src/chappe/cli.py", text) == [(401, "401 lines")]
    assert faults("file size", "src/chappe/cli.py", "x = 1\n" * 400) == []
    for exempt in (
        "src/chappe/dialects/a/tables.py",
        "src/chappe/engine/gsm7.py",
        "tests/test_a.py",
    ):
        assert faults("file size", exempt, text) == []


def test_a_long_function_is_caught() -> None:
    body = "    x = 1\n"
    assert faults("function size", "bench/a.py", "async def f():\n" + body * 50) == [
        (1, "f has 51 lines")
    ]
    assert faults("function size", "bench/a.py", "def f():\n" + body * 49) == []


def test_a_long_line_is_caught_unless_a_comment_needs_it_for_a_url() -> None:
    assert faults("line length", "src/chappe/a.py", "é" * 101) == [(1, "101 characters")]
    assert faults("line length", "src/chappe/store/a.sql", "é" * 100) == []
    assert faults("line length", "src/chappe/a.py", "# https://example.org/" + "a" * 100) == []


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("src/chappe/engine/common.py", "", "`common` is named `common`"),
        ("src/chappe/utils/number.py", "", "`utils` is named `utils`"),
        ("src/chappe/a.py", "class LinkManager: ...", "`LinkManager` is named `manager`"),
        ("src/chappe/a.py", "class HTTPHandler: ...", "`HTTPHandler` is named `handler`"),
        ("src/chappe/a.py", "async def process_order(): ...", "`process_order` is named `process`"),
        ("tests/a.py", "def _data(): ...", "`_data` is named `data`"),
    ],
)
def test_an_empty_name_is_caught(path: str, text: str, what: str) -> None:
    assert faults("empty names", path, text) == [(1, what)]


@pytest.mark.parametrize(
    "text",
    [
        "def data_received(self, bytes): ...",
        "class DataCoding: ...",
        "def database_base62(): ...",
        "def test_two_processes_share_no_data(): ...",
        "data = 1",
    ],
)
def test_a_name_that_says_something_passes(text: str) -> None:
    assert faults("empty names", "src/chappe/a.py", text) == []


def test_a_class_name_that_stands_elsewhere_too_is_caught() -> None:
    text = "x = 1\nclass OperatorLink: ..."
    home = "src/chappe/links/operator/inside/link.py"
    what = f"`OperatorLink` is a class of {home} too"
    assert faults("class names", "src/chappe/engine/a.py", text) == [(2, what)]
    assert faults("class names", home, text) == []
    twice = "class Lonely[T]: ...\nif x:\n    class Lonely(A): ..."
    what = "`Lonely` is a class of src/chappe/a.py too"
    assert faults("class names", "src/chappe/a.py", twice) == [(3, what)]
    for good in ("class _OperatorLink: ...", "class Lonely: ...", "# class OperatorLink: ..."):
        assert faults("class names", "src/chappe/a.py", good) == []
    assert faults("class names", "tests/a.py", text) == []


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("cancel", "Calling off: orders.", "Calling"),
        ("cancel", "Cancel orders.", "Cancel"),
        ("tempo", "Pacing.", "Pacing"),
        ("take_turns", "Turning.", "Turning"),
        ("look/pages", "Pages of an order.", "Pages"),
        ("price", "", "nothing"),
    ],
)
def test_an_engine_module_that_is_no_verb_is_caught(path: str, text: str, said: str) -> None:
    what = f"`{path.partition('/')[0]}` begins with `{said}`"
    assert faults("verbs", f"src/chappe/engine/{path}.py", f'"""{text}"""') == [(1, what)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("engine/cancel.py", "Cancelling: orders."),
        ("engine/price.py", "Pricing parts."),
        ("engine/take_turns.py", "Taking turns."),
        ("engine/look/pages.py", "Looking at pages."),
        ("engine/desk.py", "The desk."),
        ("engine/__init__.py", "The product."),
        ("words/order.py", "An order."),
    ],
)
def test_a_verb_that_says_itself_passes(path: str, text: str) -> None:
    assert faults("verbs", f"src/chappe/{path}", f'"""{text}"""') == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('x = "SELECT id"', "SQL: SELECT ..."),
        ('x = f"INSERT INTO {t}"', "SQL: INSERT INTO ..."),
        ('x = "with a as (UPDATE a SET b = 1)"', "SQL: UPDATE a SET ..."),
        ('x = "select * from a"', "SQL: select * from ..."),
        ('x = "DELETE FROM a"', "SQL: DELETE FROM ..."),
    ],
)
def test_sql_outside_the_store_is_caught(text: str, what: str) -> None:
    assert faults("sql", "src/chappe/engine/look.py", text) == [(1, what)]
    assert faults("sql", "src/chappe/store/sqlite.py", text) == []


def test_an_sql_file_outside_the_store_is_caught() -> None:
    assert faults("sql", "src/chappe/engine/a.sql", "") == [(1, "an SQL file")]
    assert faults("sql", "src/chappe/store/sql/a.sql", "SELECT 1") == []


def test_prose_that_sounds_like_sql_passes() -> None:
    text = '"""Select what is due from the store."""\nx = "please select a link from the list"'
    assert faults("sql", "src/chappe/engine/look.py", text) == []


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("engine/accept.py", 'if dialect == "HighSMS": ...', "code names HighSMS"),
        ("engine/accept.py", "x = octopush.LIMITS", "code names octopush"),
        ("engine/accept.py", 'def f(x=b"smsmode"): ...', "code names smsmode"),
        ("doors/isendpro.py", "", "the path names a dialect"),
        ("config/tables.py", 'TABLES = ("highsms",)', "code names highsms"),
        ("demo/card.py", 'CARD = "octopush"', "code names octopush"),
    ],
)
def test_a_dialect_named_outside_its_room_is_caught(path: str, text: str, what: str) -> None:
    assert faults("dialect names", f"src/chappe/{path}", text) == [(1, what)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("engine/accept.py", '"""SMSFactor refuses all."""\n# iSendPro stands apart.'),
        ("dialects/__init__.py", "DIALECTS = (highsms,)"),
    ],
)
def test_a_dialect_may_be_named_where_it_belongs(path: str, text: str) -> None:
    assert faults("dialect names", f"src/chappe/{path}", text) == []


@pytest.mark.parametrize("text", ["", "x = 1", '""" """', "# A comment is no docstring."])
def test_a_module_without_docstring_is_caught(text: str) -> None:
    assert faults("docstrings", "tests/a.py", text) == [(1, "no docstring")]


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME"])
def test_unfinished_work_is_caught(word: str) -> None:
    assert faults("unfinished", "docs/a.md", f"a\n{word}: b") == [(2, f"`{word}`")]
    assert faults("unfinished", "docs/a.md", f"{word}S and {word.lower()}") == []


@pytest.mark.parametrize(
    "text",
    [
        "try: ...\nexcept Exception:\n    ...",
        "try: ...\nexcept (OSError, BaseException) as e:  # noqa: BLE001\n    ...",
        "try: ...\nexcept:  # no reason\n    ...",
        "x = 1  # A comment that is not its own line.\nwith contextlib.suppress(Exception): ...",
    ],
)
def test_a_broad_except_without_reason_is_caught(text: str) -> None:
    assert [line for line, _ in faults("broad excepts", "src/chappe/a.py", text)] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "try: ...\nexcept OSError:\n    ...",
        "try: ...\nexcept Exception:  # A link's fault must not end the loop.\n    ...",
        "try: ...\n# A link's fault must not end the loop.\nexcept Exception:\n    ...",
    ],
)
def test_a_broad_except_with_its_reason_passes(text: str) -> None:
    assert faults("broad excepts", "src/chappe/a.py", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "see /work" + "/main/a.py",
        "'../share" + "d/seeds'",
        "far" + "m-7",
        "--index-url https://pyp" + "i.org/simple",
        "https://files.pythonhoste" + "d.org/a.whl",
        "http://pyp" + "i-mirror.example:8080/",
        "https://registry.npmj" + "s.org",
    ],
)
def test_a_trace_of_the_workplace_is_caught(text: str) -> None:
    assert [line for line, _ in faults("leftovers", "docs/a.md", f"a\n{text}")] == [2]


def test_what_only_looks_like_a_trace_passes() -> None:
    text = "src/work/a, network/, shared/, https://api.example.org/simple/, a farm"
    assert faults("leftovers", "docs/a.md", text) == []


SET = "desk.launch = self.launch"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (f"def f(self, desk):\n    {SET}", 2, "sets desk.launch"),
        (f"class A:\n    def __init__(self, desk):\n        {SET}", 3, "sets desk.launch"),
        ("def f(self):\n    self.desk.paused = True", 2, "sets self.desk.paused"),
        ("def f(a):\n    def g():\n        a.n += 1", 3, "sets a.n"),
        ("def f(a):\n    _, (*a.n, b) = 1, (2, 3)", 2, "sets a.n"),
        ("def f(a):\n    for a.n in b: ...", 2, "sets a.n"),
        ("def f(a):\n    with b as a.n: ...", 2, "sets a.n"),
        ("def f(a):\n    a[0].n = 1", 2, "sets a[0].n"),
        ("def f(a):\n    setattr(a, b, 1)", 2, "sets setattr(a, b, 1)"),
        (
            "def __init__(self):\n    self.tell: Tell = lambda news: None",
            2,
            "`self.tell: Tell = lambda news: None` stands for what is set later",
        ),
    ],
)
def test_what_is_set_from_outside_is_caught(text: str, line: int, what: str) -> None:
    assert faults("set from outside", "src/chappe/engine/a.py", text) == [(line, what)]
    assert faults("set from outside", "tests/engine/a.py", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "def f(self, a):\n    self.n, b = 1, a.n\n    a[0] = a.n",
        "def f():\n    a = Landing()\n    a.parts = 1",
        "def f(b):\n    a = replace(b)\n    a.parts += 1",
        "def f(b):\n    a = copy(b)\n    a.parts += 1",
        "def f(store):\n    store.batch.moves += moves",
        "def f(self):\n    self.a = sorted(b, key=lambda one: one.n)",
        "def f(self):\n    return lambda: None",
    ],
)
def test_what_is_made_here_or_filled_by_all_passes(text: str) -> None:
    assert faults("set from outside", "src/chappe/engine/a.py", text) == []


def test_what_others_may_fill_is_filled_by_somebody() -> None:
    """A row that nothing needs any more would let the next mistake pass."""
    covered = [source for source in sources() if source.path.startswith("src/")]
    for path, names_here in wiring.OPEN.items():
        below = [source for source in covered if source.path.startswith(path)]
        set_here = {name for source in below for name in wiring.owners(source)}
        assert set(names_here) <= set_here, path


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("assert store._rows == []", "_rows"),
        ("assert (await house.node())._desk.tasks", "_desk"),
        ("from chappe.words.tiny import _read", "_read"),
        ("patch.setattr(post._Pool, '_dial', no)", "_dial"),
        ("monkeypatch.setattr('chappe.doors.calls.post._dial', no)", "_dial"),
    ],
)
def test_a_test_that_pries_is_caught(text: str, private: str) -> None:
    what = [what for _, what in faults("privacy", "tests/a.py", text)]
    assert what == [f"`{private}` is private"]
    assert faults("privacy", "src/chappe/a.py", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "self._rows = store.rows",
        "patch.setattr(post, '_CALLS_MAX', 2)",
        "class A:\n    @classmethod\n    def of(cls):\n        a = cls()\n        a._b()\n"
        "    def _b(self): ...",
        "row._asdict()",
        "from tests.tidy.rule import Rule",
    ],
)
def test_what_is_a_tests_own_or_a_bound_may_be_touched(text: str) -> None:
    assert faults("privacy", "tests/a.py", text) == []


def test_a_complaint_says_where_what_why_and_how() -> None:
    rule = Rule("r", str.isascii, RULES["docstrings"].find, "the law.", "the reason.", "the way.")
    good, bad = Source("good.py", '"""A."""'), [Source(f"{n}.py", "x = 1") for n in "aéb"]
    found = places([rule, RULES["unfinished"]], [good, *bad])
    assert found == {"r": ["a.py:1: no docstring", "b.py:1: no docstring"], "unfinished": []}
    assert complaint(rule, found["r"]) == (
        "\na.py:1: no docstring\nb.py:1: no docstring"
        "\nRule: the law.\nWhy:  the reason.\nMend: the way."
    )
    assert complaint(rule, []) == ""


def test_ignored_and_binary_files_are_not_the_projects_own(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("# Why.\n__pycache__/\n*.pyc\n/demo/\n")
    for path in ("src/demo/a.py", "demo/b.py", "src/__pycache__/c.py", "d.pyc", ".git/e"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("é")
    (tmp_path / "f.png").write_bytes(b"\x89PNG\0")
    (tmp_path / "g").write_bytes(b"a\0b")
    assert [source.path for source in sources(tmp_path)] == [".gitignore", "src/demo/a.py"]
