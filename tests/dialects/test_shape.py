"""One shape for all dialects: who has read one has read all, and no case is forgotten."""

import inspect
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from chappe.dialects import DIALECTS
from chappe.dialects.shape import FILE, Dialect, chosen, files_of, first_error, pages_of
from chappe.doors.pipeline import is_question
from chappe.words.answer import Refusal, Trouble
from chappe.words.lifecycle import Reason, State
from tests.spoken import SPOKEN
from tests.tidy.imports import imported
from tests.tidy.tree import Source, sources

_SHARED = ("src/chappe/dialects/craft/", "src/chappe/dialects/shape.py")
ARITY = {
    "identify": 2,
    "write_refused": 5,
    "tell": 2,
    "was_heard": 2,
    "next_try": 4,
    "replies_to": 1,
}

# What a part of a dialect may import of its own dialect, beside itself: who reads, who writes and
# who tells never meet but in what all of them spell.
SPELLED = ("tables", "names")
LAW: Mapping[str, tuple[str, ...]] = {
    "tables": (),
    "names": ("tables",),
    "settings": ("tables",),
    "sample": ("tables",),
    "pages": ("tables",),
    "read": SPELLED,
    "write": SPELLED,
    "tell": SPELLED,
    "actions": (*SPELLED, "read", "write"),
    "repeated": (*SPELLED, "read"),
    "files": (*SPELLED, "read", "write"),
}
# What a dialect may weigh: files of Python, and lines in them. Who needs more first joins what is
# one thought, and then asks for it here.
BUDGET: Mapping[str, tuple[int, int]] = {
    "highsms": (38, 4_030),
    "smsfactor": (22, 1_450),
    "octopush": (17, 1_700),
    "isendpro": (28, 2_000),
    "smsmode": (32, 2_100),
}

every_dialect = pytest.mark.parametrize("dialect", SPOKEN, ids=[d.NAME for d in SPOKEN])
every_provider = pytest.mark.parametrize("dialect", DIALECTS, ids=[d.NAME for d in DIALECTS])


def folder_of(dialect: Dialect) -> Path:
    return Path(inspect.getfile(cast(ModuleType, dialect))).parent


@every_dialect
def test_every_action_has_a_reader_and_a_writer(dialect: Dialect) -> None:
    named = set(dialect.ROUTES.values())
    chosen = {other for choice in dialect.CHOICE.values() for _, other in choice}
    assert set(dialect.ACTIONS) == (named | chosen) - dialect.UNDEVELOPED
    assert named >= dialect.UNDEVELOPED | set(dialect.CHOICE)


def test_the_first_parameter_that_is_given_chooses_the_action() -> None:
    choice = {"send": (("credit", "credit"), ("getHLR", "look_up"), ("action=stop", "stop"))}
    for given, meant in (
        ({"num": "1", "getHLR": "1", "credit": "0"}, "credit"),
        ({"num": "1", "getHLR": "1"}, "look_up"),
        ({"num": "1", "action": "go"}, "send"),
        ({"num": "1", "action": "stop"}, "stop"),
        ({}, "send"),
    ):
        assert chosen("send", choice, given) == meant
    assert chosen("other", choice, {"credit": "1"}) == "other"


@every_dialect
def test_every_state_and_reason_has_a_status(dialect: Dialect) -> None:
    states = [state for state in State if state is not State.new]
    assert set(dialect.STATUS) == {(state, reason) for state in states for reason in Reason}


@every_dialect
def test_no_status_stands_for_what_nobody_thought_of(dialect: Dialect) -> None:
    """A reason that is added must be given a word, so none has one by default."""
    for page in sorted(folder_of(dialect).glob("tables*/statuses.py")) or [
        folder_of(dialect) / "tables.py"
    ]:
        assert ".get(" not in page.read_text("utf-8")


@every_dialect
def test_every_trouble_is_one_of_the_providers_errors(dialect: Dialect) -> None:
    assert set(dialect.REFUSALS) == set(Trouble)
    assert set(dialect.REFUSALS.values()) <= set(dialect.ERRORS)


@every_dialect
def test_the_first_of_all_errors_is_the_first_of_the_table(dialect: Dialect) -> None:
    """Whoever found them: the engine, the reader, or the reader of one recipient."""
    ours = Refusal(tuple(reversed(Trouble)), "ours")
    wanted = next(error for error in dialect.ERRORS if error in dialect.REFUSALS.values())
    assert first_error(ours, dialect.ERRORS, dialect.REFUSALS) == (wanted, "ours")
    every = {error: f"about {error}" for error in reversed([*dialect.ERRORS])}
    first = next(iter(dialect.ERRORS))
    whole = Refusal(ours.troubles, "ours", wrong=every)
    assert first_error(whole, dialect.ERRORS, dialect.REFUSALS) == (first, f"about {first}")
    apart = Refusal(recipients_wrong=dict(enumerate(every)))
    assert first_error(apart, dialect.ERRORS, dialect.REFUSALS) == (first, "")


@every_dialect
def test_every_function_takes_what_the_shape_says(dialect: Dialect) -> None:
    functions = {name: getattr(dialect, name) for name in ARITY}
    arities = {name: len(inspect.signature(f).parameters) for name, f in functions.items()}
    assert arities == ARITY
    for one in dialect.ACTIONS.values():
        assert {len(inspect.signature(each).parameters) for each in one[:2]} == {3}


@every_dialect
def test_a_path_of_questions_is_a_path_of_no_orders(dialect: Dialect) -> None:
    """HEAD is answered there; the type checker sees to it that `question` takes no other reader."""
    sends = {name for name, one in dialect.ACTIONS.items() if one.changes}
    for action in set(dialect.ROUTES.values()) - dialect.UNDEVELOPED:
        every = {action, *(other for _, other in dialect.CHOICE.get(action, ()))}
        assert is_question(dialect, action) == sends.isdisjoint(every)
    assert not any(is_question(dialect, action) for action in dialect.UNDEVELOPED)
    assert 0 < len(sends) < len(dialect.ACTIONS)


@every_dialect
def test_a_path_is_an_http_path_or_a_mails_local_part(dialect: Dialect) -> None:
    for method, path in dialect.ROUTES:
        assert path.endswith("@") if method == "MAIL" else path.startswith("/"), (method, path)


@every_dialect
def test_files_are_asked_for_like_anything_else(dialect: Dialect) -> None:
    files = files_of(dialect)
    if files is not None:
        assert (files.NAME, set(files.ACTIONS)) == (dialect.NAME, {FILE})
        assert files.ACTIONS[FILE].changes
        assert all(ending.startswith(".") for ending in files.endings)


@every_dialect
def test_every_limit_is_a_number(dialect: Dialect) -> None:
    assert dialect.LIMITS
    assert all(limit > 0 for limit in dialect.LIMITS.values())


@every_dialect
def test_every_folder_bears_the_name_and_has_its_page(dialect: Dialect) -> None:
    folder = folder_of(dialect)
    assert (folder.name, (folder / "README.md").is_file()) == (dialect.NAME, True)


@every_provider
def test_reading_writing_and_telling_meet_in_what_they_spell_alone(dialect: Dialect) -> None:
    """Each can be read and replaced by itself; no dialect knows of another."""
    assert [stray for source in parts_of(dialect) for stray in strays(source)] == []


@pytest.mark.parametrize(
    ("path", "imports", "is_stray"),
    [
        ("write/forms", "chappe.dialects.highsms.read.flat", True),
        ("read/flat", "chappe.dialects.highsms.tell", True),
        ("tell/calls", "chappe.dialects.highsms.write.forms", True),
        ("tell/calls", "chappe.dialects.highsms", True),
        ("tell/calls", "chappe.dialects.smsfactor.tables", True),
        ("names", "chappe.dialects.highsms.read", True),
        ("tables/paths", "chappe.dialects.highsms.names", True),
        ("tell/calls", "chappe.dialects.highsms.tell.webhook", False),
        ("write/forms", "chappe.dialects.highsms.names", False),
        ("read/flat", "chappe.dialects.craft.octets", False),
        ("actions", "chappe.dialects.highsms.write.forms", False),
        ("__init__", "chappe.dialects.highsms.tell", False),
    ],
)
def test_the_law_bites(path: str, imports: str, is_stray: bool) -> None:
    source = Source(f"src/chappe/dialects/highsms/{path}.py", f"from {imports} import one\n")
    assert bool(strays(source)) == is_stray


def test_what_dialects_have_in_common_knows_none_of_them() -> None:
    names = tuple(f"chappe.dialects.{dialect.NAME}" for dialect in DIALECTS)
    shared = [one for one in sources() if one.path.startswith(_SHARED)]
    assert len(shared) > 2
    met = [target for source in shared for _, target in imported(source)]
    assert [target for target in met if target.startswith(names)] == []


@every_provider
def test_a_dialect_stays_within_its_budget(dialect: Dialect) -> None:
    """A reader finds their way in what they can hold in mind."""
    files, lines = BUDGET[dialect.NAME]
    found = parts_of(dialect)
    assert len(found) <= files
    assert sum([source.text.count("\n") for source in found]) <= lines
    assert set(BUDGET) == {one.NAME for one in DIALECTS}


def strays(source: Source) -> list[str]:
    """What a file of a dialect imports that its part may not."""
    _, _, name, *rest = source.module
    home, part = f"chappe.dialects.{name}", rest[0] if rest else ""
    granted = [f"{home}.{one}" for one in (part, *LAW[part])] if part else [home]
    granted += ["chappe.dialects.shape", "chappe.dialects.craft"]
    return [
        f"{source.path}:{line} imports {target}"
        for line, target in imported(source)
        if target.startswith("chappe.dialects.")
        and not any(f"{target}.".startswith(f"{one}.") for one in granted)
    ]


def parts_of(dialect: Dialect) -> list[Source]:
    """Its files of Python."""
    home = f"src/chappe/dialects/{dialect.NAME}/"
    return [one for one in sources() if one.path.startswith(home) and one.path.endswith(".py")]


def test_no_two_dialects_claim_one_path() -> None:
    claims = Counter(
        path
        for dialect in SPOKEN
        for path in [*{path for _, path in dialect.ROUTES}, *pages_of(dialect)]
    )
    assert [path for path, count in claims.items() if count > 1] == []


def test_no_path_ends_in_a_slash() -> None:
    assert [p for dialect in SPOKEN for _, p in dialect.ROUTES if p.endswith("/")] == []
