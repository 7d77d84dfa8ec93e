"""Settings of an account, changed field by field: the rules, words and sentences are the file's.

In: a visit, with what was typed. Out: a page. Promise: what is wrong is said beside its field and
nothing is changed then; what somebody else changed meanwhile is not undone.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from chappe.config.schema import Key
from chappe.console.blame import blame, in_english
from chappe.console.rooms.accounts.sheet import typed, unset
from chappe.console.rooms.accounts.whose import address, meant
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.hands import CannotDo, perform
from chappe.hands.settings import is_list, settable, wish
from chappe.words.account import Account

_APART: Final = ("state",)  # has buttons of its own
_LONG: Final = 100_000
_FLAG: Final = "true or false"
_WORDS: Final = re.compile(r'"([^"]+)"')


class _Field(NamedTuple):
    """One setting as it is typed."""

    name: str
    key: Key
    typed: str  # what holds now; a list has a line for each
    is_several: bool

    def choices(self, visit: Visit) -> Sequence[tuple[str, str]]:
        """What may be chosen; nothing where it is written."""
        form, say = self.key.reader.form, visit.say
        if form == _FLAG:
            return [("true", say("yes")), ("false", say("no"))]
        if form.startswith('"') and not self.is_several:
            held = [] if self.key.default else [("", say("not set"))]
            return [*held, *[(one, one) for one in _WORDS.findall(form)]]
        return ()


async def page(visit: Visit) -> Outcome:
    account = meant(visit)
    dialect = visit.args[1] if len(visit.args) > 1 else ""
    names = [one.NAME for one in visit.node.dialects if settable(visit.node, one.NAME)]
    if account is None or (dialect and dialect not in names):
        return Missing()
    fields, form, say = _fields(visit, account, dialect), visit.form, visit.say
    if visit.request.method == "POST":
        said = await _changed(visit, account, dialect, fields)
        if said:
            return Away(_place(account, dialect), said)
    title = say("Settings of {login}", login=account.login)
    facts = {
        "title": f"{title}: {dialect}" if dialect else title,
        "account": account,
        "dialect": dialect,
        "tabs": [
            (one, _place(account, one), one == dialect) for one in ("", *names) if one or names
        ],
        "form": form,
        "mark": _mark(fields),
        "action": _place(account, dialect),
        "fields": [_shown(visit, one) for one in fields],
        "address": address,
    }
    return View("rooms/accounts/settings.html", facts, 200 if form.is_right else 422)


def _place(account: Account, dialect: str) -> str:
    return address(account.login, "settings", *([dialect] if dialect else []))


def _fields(visit: Visit, account: Account, dialect: str) -> Sequence[_Field]:
    node = visit.node
    return [
        _Field(name, key, typed(key, _value(account, dialect, name, key)), several)
        for name, key in settable(node, dialect).items()
        if dialect or name not in _APART
        for several in [is_list(node, dialect, name)]
    ]


def _value(account: Account, dialect: str, name: str, key: Key) -> Any:
    return account.wish(dialect, name, key.default) if dialect else getattr(account, name)


def _mark(fields: Sequence[_Field]) -> str:
    """Changes with any of what is set."""
    whole = "\0".join([f"{one.name}={one.typed}" for one in fields])
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _shown(visit: Visit, one: _Field) -> Mapping[str, Any]:
    say, key = visit.say, one.key
    return {
        "name": one.name,
        "typed": one.typed,
        "is_several": one.is_several,
        "choices": one.choices(visit),
        "meaning": in_english(say, key.meaning),
        "form": "" if one.choices(visit) else in_english(say, key.reader.form),
        "unset": unset(visit, key),
    }


async def _changed(visit: Visit, account: Account, dialect: str, fields: Sequence[_Field]) -> str:
    """What is to be said; '' where nothing was changed."""
    form, say = visit.form, visit.say
    begin = f"{dialect}." if dialect else ""
    wanted: list[str] = []
    for one in fields:
        given = form.text(one.name, most=_LONG, lines=one.is_several)
        if given == one.typed or one.name not in form:
            continue
        values = [line for line in given.splitlines() if line.strip()] or [""]
        try:
            wish(visit.node, f"{begin}{one.name}", values)
        except CannotDo as why:
            blame(form, say, CannotDo(str(why).removeprefix(begin)), [one.name])
        wanted.append(f"{begin}{one.name}={','.join(values)}")
    if form.text("mark") != _mark(fields):
        form.wrong("", say("Somebody changed these settings meanwhile: look at them again."))
    if not form.is_right:
        return ""
    if not wanted:
        form.wrong("", say("Nothing was changed."))
        return ""
    asked = {"login": account.login, "settings": wanted}
    try:
        shown = await perform(visit.node, "account set", asked, visit.visitor.login)
    except CannotDo as why:
        blame(form, say, CannotDo(str(why).removeprefix(begin)), [one.name for one in fields])
        return ""
    said = say("Applied: {login} has this from now on.", login=account.login)
    if again := [row["setting"] for row in shown.value if row["file"]]:
        said += " " + say(
            "The file declares {names}: at its next reading it is as the file has it.",
            names=", ".join(again),
        )
    return said
