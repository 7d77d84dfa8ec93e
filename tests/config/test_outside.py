"""What the file takes from elsewhere: variables, secrets in files of their own, more files."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from chappe.config import Config, Mistake, Outside, Secret, read_config
from chappe.config.schema import file_keys
from chappe.config.tables import sections
from chappe.config.values import AccountConfig, LinkConfig, LookupConfig
from chappe.dialects import DIALECTS
from chappe.words.setting import Hidden
from tests.config.cases import ACCOUNT, LINK
from tests.config.test_example import EXAMPLE, EXPECTED

HIDDEN = "xpasswordx"
VARIABLES = {"PW": HIDDEN, "EMPTY": "", "ODD": "a\udcff", "LONG": "x" * 3_999, "HOST": "h.example"}
UNFOUND = "A relative path begins in the folder of the settings file."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "chappe.toml"


def read(file: Path, text: str, variables: Mapping[str, str] = VARIABLES) -> Config:
    return read_config(text, file.name, outside=Outside(file, variables))


def wrong(file: Path, text: str) -> str:
    with pytest.raises(Mistake) as caught:
        read(file, text)
    told = caught.value
    assert (told.__cause__, told.__context__) == (None, None)
    assert HIDDEN not in str(told)
    return str(told)


def put(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


# Variables.


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "${NONE}",
            "the environment has no variable NONE. Set it for the server, or write $${ for ${ "
            "itself.",
        ),
        ("a${EMPTY}", "the variable EMPTY is empty. Give it a value."),
        ("${ODD}", "the variable ODD is not UTF-8. Set it to a text in UTF-8."),
        ("a${", "${ begins no variable here. Write ${NAME}, or $${ for ${ itself."),
        ("${1}", "${ begins no variable here. Write ${NAME}, or $${ for ${ itself."),
        (
            "${LONG}ab",
            "with its variables it has more than 4000 characters. No setting needs that.",
        ),
    ],
)
def test_a_variable_that_is_not_there_is_a_mistake(file: Path, text: str, sentence: str) -> None:
    """E51 E53"""
    said = wrong(file, f'{ACCOUNT}api_keys = [\n"{HIDDEN}",\n"{text}"]')
    assert said == f"chappe.toml, line 5: [[account]] api_keys: {sentence}"
    assert wrong(file, f'\nodd = "{text}"').startswith("chappe.toml, line 2: odd: ")


def test_what_a_variable_holds_is_never_quoted(file: Path) -> None:
    """E53: whichever key it was put into by mistake."""
    said = wrong(file, '[http]\nlisten = "${PW}"')
    assert said == (
        "chappe.toml, line 2: [http] listen: with its variables it will not do. "
        'Form: text "host:port"; port 0 is any free one.'
    )
    wrong(file, '[[link]]\nname = "sim"\nkind = "${PW}"')
    wrong(file, f'{ACCOUNT}ips = ["192.0.2.1", "${{PW}}/24"]')
    wrong(file, f'{ACCOUNT}password_file = "${{PW}}"')
    assert wrong(file, f'{ACCOUNT}password = "\\u0007${{PW}}"') == (
        "chappe.toml, line 3: [[account]] password: it holds a control character or is too long. "
        "Keep to at most 200 printable characters."
    )


def test_a_variable_may_stand_anywhere_in_a_text(file: Path) -> None:
    text = (
        '[store]\nurl = "postgresql://chappe:${PW}@${HOST}/chappe"\n'
        f'{ACCOUNT}password = "$${{PW}}$PW$"\napi_keys = ["${{PW}}"]\n'
        '[account.highsms]\nhmac_key = "<${PW}>"\n'
    )
    config = read(file, text)
    assert config.store.url == f"postgresql://chappe:{HIDDEN}@h.example/chappe"
    assert config.accounts == (
        AccountConfig(
            login="fred",
            password=Secret("${PW}$PW$"),
            api_keys=(Secret(HIDDEN),),
            declared=frozenset({"login", "password", "api_keys"}),
            dialects={"highsms": {"hmac_key": Secret(f"<{HIDDEN}>")}},
        ),
    )


# Secrets in files of their own.


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, f"its file can't be read: No such file or directory. {UNFOUND}"),
        (b"", "its file is empty. Write the secret into it, or remove the key."),
        (b"\r\n", "its file is empty. Write the secret into it, or remove the key."),
        (b"\xffx", "its file is not UTF-8. Save the file as UTF-8."),
        (
            b"x" * 65_537,
            "its file has more than 65536 octets. Name the one that holds the secret and nothing "
            "else.",
        ),
        (
            f"{HIDDEN}\n{HIDDEN}\n".encode(),
            "it holds a control character or is too long. Keep to at most 200 printable "
            "characters.",
        ),
    ],
)
def test_a_secrets_file_that_is_none_is_a_mistake(
    file: Path, content: bytes | None, sentence: str
) -> None:
    """E51 E53"""
    if content is not None:
        put(file.parent, {"pw": content})
    said = wrong(file, f'{ACCOUNT}\npassword_file = "pw"')
    assert said == f"chappe.toml, line 4: [[account]] password_file: {sentence}"


def test_the_name_of_a_secrets_file_is_never_quoted(file: Path) -> None:
    """E53: the secret itself may stand in its place; and nothing is waited for."""
    os.mkfifo(file.parent / "pipe")
    (file.parent / "folder").mkdir()
    key = "line 3: [[account]] password_file:"
    lines = [
        f'"{HIDDEN}"',
        f'"/{HIDDEN * 200}"',
        f'"{HIDDEN}\\u0000"',
        f'["{HIDDEN}"]',
        '"pipe"',
        '"folder"',
    ]
    assert [wrong(file, f"{ACCOUNT}password_file = {line}") for line in lines] == [
        f"chappe.toml, {key} {sentence}"
        for sentence in (
            f"its file can't be read: No such file or directory. {UNFOUND}",
            "it holds a control character or is too long. Keep to at most 1000 printable "
            "characters.",
            "it holds a control character or is too long. Keep to at most 1000 printable "
            "characters.",
            "a list is not a text. Write the secret in quotes.",
            f"its file can't be read: it is no plain file. {UNFOUND}",
            f"its file can't be read: Is a directory. {UNFOUND}",
        )
    ]


def test_a_secret_and_its_file_exclude_each_other(file: Path) -> None:
    put(file.parent, {"pw": HIDDEN})
    said = wrong(file, f'{ACCOUNT}password_file = "pw"\npassword = "{HIDDEN}"')
    assert said == (
        "chappe.toml, line 3: [[account]] password_file: password stands here as well. "
        "Keep one of the two."
    )


def test_a_mistake_in_a_list_of_secrets_names_the_line_of_its_file(file: Path) -> None:
    put(file.parent, {"keys": f"{HIDDEN}\n\nb\n", "again": f"a\n{HIDDEN}"})
    key = "[[account]] api_keys_file:"
    assert wrong(file, f'{ACCOUNT}api_keys_file = "keys"') == (
        f"chappe.toml, line 3: {key} line 2 of its file: it is empty. Give it at least one "
        "character, or remove the key."
    )
    more = f'[[account]]\nlogin = "g"\napi_keys = ["{HIDDEN}"]\n'
    assert wrong(file, f'{more}{ACCOUNT}api_keys_file = "again"') == (
        f"chappe.toml, line 6: {key} line 2 of its file: this key stands in the file twice. "
        "Each must be unique: change or remove one of the two."
    )


def test_what_is_no_secret_has_no_file(file: Path) -> None:
    assert wrong(file, f'{ACCOUNT}email_file = "pw"').endswith(
        "this key is unknown. Only what is secret may stand in a file; write email."
    )
    assert wrong(file, f'{ACCOUNT}pasword_file = "pw"').endswith("Did you mean password_file?")
    assert wrong(file, '[http]\nhmac_key_file = "pw"').endswith("below [account.highsms].")
    assert "no other file can be read here" in str(_bare(f'{ACCOUNT}password_file = "pw"'))


def _bare(text: str) -> Mistake:
    """What a text that is in no file is answered with."""
    with pytest.raises(Mistake) as caught:
        read_config(text)
    return caught.value


def test_a_secret_may_stand_in_a_file_of_its_own(file: Path) -> None:
    put(
        file.parent,
        {
            "s/url": "sqlite:///other.db\n",
            "s/key": f"{HIDDEN}\r\n",
            "s/keys": "a\r\nb ${PW}\r\n",
            "s/pw": f" {HIDDEN} ",
        },
    )
    text = (
        '[store]\nurl_file = "s/url"\n[lookup]\nurl = "https://h/x"\nkey_file = "s/key"\n'
        f'{LINK}password = "smppword"\n{ACCOUNT}password_file = "{file.parent}/s/pw"\n'
        'api_keys_file = "s/${KEYS}"\n[account.highsms]\ntoken_file = "s/key"\n'
    )
    outside = Outside(file, {"KEYS": "keys"})
    config = read_config(text, outside=outside)
    assert config.store.url == "sqlite:///other.db"
    assert config.lookup == LookupConfig(url="https://h/x", key=Secret(HIDDEN))
    assert config.accounts == (
        AccountConfig(
            login="fred",
            password=Secret(f" {HIDDEN} "),
            api_keys=(Secret("a"), Secret("b ${PW}")),
            declared=frozenset({"login", "password", "api_keys"}),
            dialects={"highsms": {"token": Secret(HIDDEN)}},
        ),
    )
    names = {str(path.relative_to(file.parent)) for path in outside.secrets}
    assert names == {"s/url", "s/key", "s/keys", "s/pw"}


def test_every_secret_may_stand_in_a_file_and_nothing_else() -> None:
    """E53: of the structs that the file becomes, and of all dialects."""
    known = sections(DIALECTS)
    files = {
        (section.name, one.secret)
        for section in known.values()
        for one in file_keys(section.keys).values()
    }
    secrets = {
        (section.name, name)
        for section in known.values()
        for name, kind in section.struct.__annotations__.items()
        if "Secret" in str(kind)
    }
    assert files == {*secrets, ("store", "url")}
    inner = known["account"].tables or {}
    for dialect in DIALECTS:
        keys = dialect.SETTINGS.keys
        hidden = {f"{key}_file" for key, one in keys.items() if isinstance(one.kind, Hidden)}
        assert file_keys(inner[dialect.NAME]).keys() == hidden
        assert not hidden & keys.keys()


# More files.


def test_a_mistake_in_an_included_file_names_that_file(file: Path) -> None:
    """E51: of several, the first in the order of reading."""
    put(
        file.parent,
        {
            "conf.d/10.toml": ACCOUNT,
            "conf.d/20.toml": '\n[[account]]\nlogin = "anna"\nrate = -1\n',
            "conf.d/30.toml": "[http\n",
        },
    )
    text = 'include = "conf.d"\n'
    assert wrong(file, text).startswith("conf.d/30.toml, line 1: the header of a table is not ")
    (file.parent / "conf.d/30.toml").write_text("\n\n[[route]]\nlinks = []")
    assert wrong(file, text).startswith("conf.d/20.toml, line 4: [[account]] rate: -1 ")
    (file.parent / "conf.d/20.toml").unlink()
    assert wrong(file, text).startswith("conf.d/30.toml, line 4: [[route]] links: the list is ")
    assert wrong(file, f"{text}[tls]").startswith("chappe.toml, line 2: [tls]: ")


def test_what_stands_twice_is_told_with_both_places(file: Path) -> None:
    put(
        file.parent,
        {
            "conf.d/a.toml": f"{ACCOUNT}{LINK}",
            "conf.d/b.toml": '\n[[account]]\nlogin = "Fred"\n',
        },
    )
    text = 'include = ["conf.d"]\n[http]\nlisten = "127.0.0.1:1"\n'
    unique = "Each must be unique: change or remove one of the two."
    assert wrong(file, text) == (
        "conf.d/b.toml, line 3: [[account]] login: 'Fred' names another account, whatever its "
        f"case (conf.d/a.toml, line 2). {unique}"
    )
    put(file.parent, {"conf.d/b.toml": f"#\n{LINK}"})
    assert wrong(file, text) == (
        "conf.d/b.toml, line 3: [[link]] name: 'orange' is the name of another link "
        f"(conf.d/a.toml, line 4). {unique}"
    )
    put(file.parent, {"conf.d/b.toml": '#\n[http]\nlisten_tls = "h:1"\n'})
    assert wrong(file, text) == (
        "conf.d/b.toml, line 2: [http]: it may stand in one file only (chappe.toml, line 2). "
        "Put all its keys into one of the two."
    )
    put(file.parent, {"conf.d/b.toml": '[account]\nlogin = "anna"\n'})
    assert wrong(file, text) == (
        "conf.d/b.toml, line 1: [[account]]: a table is not a list of tables, each with two "
        "brackets. Write [[account]] on a line of its own for each."
    )
    put(file.parent, {"conf.d/a.toml": "[odd]\n", "conf.d/b.toml": "[odd]\nx = '${NONE}'"})
    assert wrong(file, text).startswith("conf.d/a.toml, line 1: [odd]: this section is unknown")


INCLUDES = [
    ('"none"', f"'none' can't be read: No such file or directory. {UNFOUND}"),
    ('["empty.d", "pipe"]', f"'pipe' can't be read: it is no plain file. {UNFOUND}"),
    ('"folder.d"', f"'folder.d/x.toml' can't be read: Is a directory. {UNFOUND}"),
    ('"."', "'./chappe.toml' would be read twice. Name it once."),
    ('["a.toml", "a.toml"]', "'a.toml' would be read twice. Name it once."),
    ("[]", "the list is empty. Name at least one."),
    ("5", '5 is not a text. Write it in quotes, such as "5".'),
    (
        '"${NONE}"',
        "the environment has no variable NONE. Set it for the server, or write $${ for ${ itself.",
    ),
    ('"many"', "it brings more than 1000 files. Put several into one."),
    (
        '["large", "a.toml"]',
        "its files have more than 4000000 octets together. Add accounts by the command line.",
    ),
]


@pytest.mark.parametrize(("names", "sentence"), INCLUDES)
def test_what_can_not_be_included_is_a_mistake(file: Path, names: str, sentence: str) -> None:
    """E51"""
    file.touch()
    for folder in ("empty.d", "folder.d", "folder.d/x.toml"):
        (file.parent / folder).mkdir()
    os.mkfifo(file.parent / "pipe")
    put(file.parent, {"a.toml": "#"})
    if names == '"many"':
        put(file.parent, {f"many/{number:04}.toml": "" for number in range(1_001)})
    if names.startswith('["large'):
        put(file.parent, {"large": f"#{'x' * 3_998}\n" * 1_000})
    assert wrong(file, f"include = {names}") == f"chappe.toml, line 1: include: {sentence}"


def test_who_is_included_includes_nothing(file: Path) -> None:
    put(file.parent, {"a.toml": '\ninclude = "b.toml"\n', "b.toml": ""})
    assert wrong(file, 'include = "a.toml"') == (
        "a.toml, line 2: include: an included file includes no other. Name that one in chappe.toml."
    )
    assert wrong(file, '[http]\ninclude = "a.toml"') == (
        "chappe.toml, line 2: [http] include: this key is unknown. Write it above all sections."
    )
    assert "no other file can be read here" in str(_bare('include = "a.toml"'))


def test_included_files_are_read_in_the_order_of_their_names(file: Path) -> None:
    """E51: as if they stood behind the file, whose folder all paths begin in."""
    put(
        file.parent,
        {
            "pw": HIDDEN,
            "conf.d/20.toml": '[[link]]\nname = "b"\nkind = "operator"\n',
            "conf.d/10.toml": f'[tiny]\ndomain = "s.example"\n{ACCOUNT}password_file = "pw"\n',
            "conf.d/.30.toml": "what an editor left",
            "conf.d/40.toml~": "likewise",
            "z.toml": '[[link]]\nname = "a"\nkind = "operator"\n[[route]]\nlinks = ["c", "b"]\n',
        },
    )
    (file.parent / "empty.d").mkdir()
    text = (
        'include = ["z.toml", "empty.d/", "conf.d/"]\n'
        '[[link]]\nname = "c"\nkind = "operator"\n[optout]\neverywhere = true\n'
    )
    outside = Outside(file, VARIABLES)
    config = read_config(text, outside=outside)
    whole = (
        text.partition("\n")[2]
        + (file.parent / "z.toml").read_text()
        + (file.parent / "conf.d/10.toml").read_text()
        + (file.parent / "conf.d/20.toml").read_text()
    )
    assert config == read(file, whole)
    assert config.links == tuple(LinkConfig(name=one, kind="operator") for one in "cab")
    assert [str(path.relative_to(file.parent)) for path in outside.files] == [
        "z.toml",
        "conf.d/10.toml",
        "conf.d/20.toml",
    ]
    assert [path.name for path in outside.folders] == ["empty.d", "conf.d"]


def test_the_example_in_pieces_means_the_same(file: Path) -> None:
    """E51: with every table in a file of its own."""
    pieces = EXAMPLE.split("\n[")
    first, *rest = pieces
    text, number = "", 0
    put(file.parent, {"c/0.toml": f"{first}\n"})
    for piece in rest:
        if not piece.startswith("account."):
            number += 1
            text = ""
        text += f"[{piece}\n"
        put(file.parent, {f"c/{number:02}.toml": text})
    assert read(file, 'include = "c"') == EXPECTED
