"""NewSettings of an account by hand: read by the rules of the file, applied at once.

In: `key=value` as typed. Out: what was before, and what is now. Promise: all of it is applied, or
nothing; what the file will set again is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from chappe.config import AccountConfig
from chappe.config.mistake import Wrong
from chappe.config.schema import Key
from chappe.config.tables import sections
from chappe.engine.declare import Declared, declare
from chappe.hands.accounts import account_of, check_others
from chappe.hands.sheet import written
from chappe.hands.shown import CannotDo, Shown
from chappe.node import Node
from chappe.words.account import Account
from chappe.words.setting import Amount, Count, Flag, Hidden, Kind, Many, Named

_SETTINGS_MOST = 100
# Keys of the file that are no settings of an account which is there.
_ELSEWHERE: Mapping[str, str] = {
    "login": "an account keeps its login",
    "password": "it is a secret: use `chappe account password`",
    "api_keys": "they are secrets: use `chappe account key`",
    "balance": "it is booked once, when an account is made: use `chappe account credit`",
    "hlr_credit": "it is booked once: use `chappe account credit LOGIN 100 --purse hlr`",
}
_SECRET = "it is a secret, and no argument: set it in the file"
_ONCE = "it is opening credit, which is booked once: use `chappe account credit --purse`"


class NewSettings(msgspec.Struct, kw_only=True):
    """Each `key=value`; a list is what is parted by commas, or comes with the same key again."""

    login: str
    settings: list[str]


class _Wish(NamedTuple):
    """One setting that is to change; `value` None: back to the default."""

    dialect: str  # '': the account's own
    name: str
    key: Key
    value: Any

    @property
    def full_name(self) -> str:
        return f"{self.dialect}.{self.name}" if self.dialect else self.name


async def change(node: Node, asked: NewSettings) -> Shown:
    account = account_of(node, asked.login)
    wishes = [wish(node, name, typed) for name, typed in _typed(asked.settings).items()]
    dialects = _dialects(node, account, wishes)
    facts = {
        one.name: one.key.default if one.value is None else one.value
        for one in wishes
        if not one.dialect
    }
    check_others(node, account, facts)
    if any(one.dialect for one in wishes):
        facts["dialects"] = dialects
    after = await declare(node.desk, Declared(login=account.login, facts=facts))
    file = [one for one in node.config.accounts if one.login == account.login]
    rows = [_row(one, account, after, file) for one in wishes]
    return Shown(rows, _said(node, account, rows, file), more=True)


def _typed(settings: Sequence[str]) -> Mapping[str, list[str]]:
    """Key -> what was typed for it."""
    if len(settings) > _SETTINGS_MOST:
        raise CannotDo(f"That are {len(settings)} settings: at most {_SETTINGS_MOST} at a time.")
    found: dict[str, list[str]] = {}
    for text in settings:
        name, mark, value = text.partition("=")
        if not mark:
            raise CannotDo(f"{text[:40]!r} is no setting such as rate=5.")
        found.setdefault(name.strip(), []).append(value.strip())
    if not found:
        raise CannotDo("Name a setting, such as rate=5.")
    return found


def settable(node: Node, dialect: str) -> Mapping[str, Key]:
    """What can be set by hand: of an account (''), or of it for one dialect."""
    known = sections(node.dialects)["account"]
    keys = (known.tables or {}).get(dialect, {}) if dialect else known.keys
    return {
        name: key
        for name, key in keys.items()
        if not _why_not(_kind_of(node, dialect, name) if dialect else None, "" if dialect else name)
    }


def is_list(node: Node, dialect: str, name: str) -> bool:
    """Whether several values may stand there."""
    if dialect:
        return isinstance(_kind_of(node, dialect, name), Many)
    return isinstance(sections(node.dialects)["account"].keys[name].default, tuple)


def wish(node: Node, full_name: str, typed: Sequence[str]) -> _Wish:
    """One setting as it was typed, read by the rules of the file."""
    dialect, dot, name = full_name.rpartition(".")
    known = sections(node.dialects)["account"]
    keys = (known.tables or {}).get(dialect) if dot else known.keys
    if keys is None:
        named = ", ".join(known.tables or {})
        raise CannotDo(f"There is no dialect {dialect[:40]!r} here; there are {named}.")
    if not dot and name in known.idle:
        raise CannotDo(f"{name}: {known.idle[name]}, so it would do nothing.")
    if name not in keys:
        whose = f"An account of {dialect}" if dot else "An account"
        raise CannotDo(f"{whose} has no setting {name[:40]!r}.")
    kind = _kind_of(node, dialect, name) if dot else None
    if why := _why_not(kind, "" if dot else name):
        raise CannotDo(f"{full_name}: {why}.")
    is_several = is_list(node, dialect, name)
    if len(typed) > 1 and not is_several:
        raise CannotDo(f"{full_name} is no list: give it once.")
    value = _read(full_name, keys[name], kind, typed, is_several) if any(typed) else None
    return _Wish(dialect, name, keys[name], value)


def _kind_of(node: Node, dialect: str, name: str) -> Kind:
    (spoken,) = [one for one in node.dialects if dialect == one.NAME]
    kind: Kind = spoken.SETTINGS.keys[name].kind
    return kind


def _why_not(kind: Kind | None, name: str) -> str:
    """Why a hand can't set this; '' where it can."""
    if isinstance(kind, Hidden):
        return _SECRET
    if isinstance(kind, Named):
        return _ONCE
    return _ELSEWHERE.get(name, "")


def _read(
    full_name: str, key: Key, kind: Kind | None, typed: Sequence[str], is_several: bool
) -> Any:
    value: Any
    if is_several:
        item = kind.item if isinstance(kind, Many) else None
        texts = [text.strip() for some in typed for text in some.split(",")]
        value = [_as_in_file(text, item, None) for text in texts if text]
    else:
        value = _as_in_file(typed[0], kind, key.default)
    try:
        return key.reader.read(value)
    except Wrong as wrong:
        raise CannotDo(f"{full_name}: {wrong.what}. {wrong.remedy}") from wrong


def _as_in_file(text: str, kind: Kind | None, default: Any) -> Any:
    """What the file would hold in its place: true and whole numbers stand there without quotes."""
    is_flag = isinstance(kind, Flag) or (kind is None and isinstance(default, bool))
    if is_flag:
        return {"true": True, "false": False}.get(text, text)
    is_number = isinstance(kind, Count | Amount) or (kind is None and isinstance(default, int))
    if is_number and text.removeprefix("-").isdecimal() and text.isascii() and len(text) <= 18:
        return int(text)
    return text


def _dialects(
    node: Node, account: Account, wishes: Iterable[_Wish]
) -> Mapping[str, Mapping[str, Any]]:
    """The account's dialect settings with what is to change; what does not go together is told."""
    dialects = {name: dict(values) for name, values in account.dialects.items()}
    for one in wishes:
        if one.dialect:
            values = dialects.setdefault(one.dialect, {})
            values.pop(one.name, None)
            if one.value is not None:
                values[one.name] = one.value
    secrets = node.accounts.secrets(account.id)
    for spoken in node.dialects:
        changed = [one for one in wishes if one.dialect == spoken.NAME]
        if not changed:
            continue
        values = dialects[spoken.NAME]
        sealed = {name.partition(".")[2] for name in secrets.sealed if _is_of(name, spoken.NAME)}
        for clash in spoken.SETTINGS.check(values, {*values, *sealed}):
            raise CannotDo(f"{'.'.join((spoken.NAME, *clash.at))}: {clash.what}. {clash.remedy}")
    return dialects


def _is_of(sealed: str, dialect: str) -> bool:
    return sealed.startswith(f"{dialect}.")


def _row(
    one: _Wish, before: Account, after: Account, file: Sequence[AccountConfig]
) -> dict[str, str]:
    row = {
        "setting": one.full_name,
        "before": written(one.key, _value_of(before, one)),
        "now": written(one.key, _value_of(after, one)),
        "file": "",
    }
    for declared in file:
        if one.dialect and declared.dialects:
            said = declared.dialects.get(one.dialect, {}).get(one.name, one.key.default)
            row["file"] = written(one.key, said)
        elif not one.dialect and one.name in declared.declared:
            row["file"] = written(one.key, getattr(declared, one.name))
    return row


def _value_of(account: Account, one: _Wish) -> Any:
    if one.dialect:
        return account.wish(one.dialect, one.name, one.key.default)
    return getattr(account, one.name)


def _said(
    node: Node, account: Account, rows: Sequence[Mapping[str, str]], file: Sequence[AccountConfig]
) -> str:
    said = f"Applied: {account.login} has this from now on."
    again = [row["setting"] for row in rows if row["file"]]
    if again:
        said += (
            f" The file declares {', '.join(again)}: at the next SIGHUP or start it is as the file "
            "has it; change it there."
        )
    elif not file and node.accounts.secrets(account.id).by_file is not None:
        said += (
            " A file declared this account, and was not read here: what that says of it holds "
            "again at its next SIGHUP or start."
        )
    return said
