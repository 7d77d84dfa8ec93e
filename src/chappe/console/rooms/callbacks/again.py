"""Telling an account again what befell in some time: counted first, then at a pace.

In: what was typed; a press of a button. Out: how it goes on. Promise: nothing is told before it was
counted and somebody said so.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from chappe.console.replaying import ReplayProgress, asked_of
from chappe.console.rooms.callbacks.told import account_in
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.console.times import NO_TIME, time_of
from chappe.hands.replays import RATE_MOST
from chappe.hands.when import exact
from chappe.words.account import Account

PATH: Final = "/callbacks/replay"
RATE: Final = 50
SOON_S: Final = 0.2  # what is done so soon is seen at once
_ENDS = ("given-up", "heard", "both")


async def page(visit: Visit) -> Outcome:
    """The form, or how the replay of an account goes on."""
    account = account_in(visit, visit.query)
    return _view(visit, account, 200 if visit.query.is_right else 422)


def _view(visit: Visit, account: Account | None, status: int = 200) -> View:
    run = visit.replaying.of(account.id) if account is not None else None
    form = visit.form if visit.request.method == "POST" else visit.query
    facts: Mapping[str, Any] = {
        "title": visit.say("Tell again what befell in some time"),
        "form": form,
        "account": account,
        "ends": [
            ("given-up", visit.say("given up")),
            ("heard", visit.say("heard")),
            ("both", visit.say("given up and heard")),
        ],
        "rate_most": RATE_MOST,
        "with_account": visit.seen is None or len(visit.seen) > 1,
        **_progress(visit, run),
    }
    return View("rooms/callbacks/again.html", facts, status)


def _progress(visit: Visit, run: ReplayProgress | None) -> Mapping[str, Any]:
    if run is None:
        return {"run": None}
    minutes, seconds = divmod(-(-run.total // run.asked.rate), 60)
    return {
        "run": run,
        "lasts": visit.say("{minutes} min {seconds} s", minutes=minutes, seconds=seconds),
        "poll": f"{PATH}/part?{urlencode({'account': run.account.login})}",
    }


async def part(visit: Visit) -> Outcome:
    """The part of the page that says how far it is."""
    account = account_in(visit, visit.query)
    run = visit.replaying.of(account.id) if account is not None else None
    if run is None:
        return Missing()
    return View("rooms/callbacks/progress.html", _progress(visit, run))


async def count(visit: Visit) -> Outcome:
    """Count what would be told."""
    form = visit.form
    account = account_in(visit, form)
    if account is None:
        form.wrong("account", visit.say("Fill this in."))
    since = _time(visit, "since", needed=True)
    until = _time(visit, "until", needed=False)
    only = form.choice("only", _ENDS)
    rate = form.whole("rate", 1, RATE_MOST, default=RATE)
    if since and (until or visit.node.clock.now()) <= since:
        form.wrong("until", visit.say("That time is over before it begins."))
    if account is None or not form.is_right:
        return _view(visit, account, 422)
    asked = asked_of(
        account.login,
        exact(since),
        exact(until) if until else "",
        "" if only == "both" else only,
        rate,
    )
    if visit.replaying.count(account, asked, visit.visitor.login) is None:
        form.wrong("", visit.say("One replay of this account is under way."))
        return _view(visit, account, 422)
    await visit.replaying.settled(account.id, SOON_S)
    return _away(account)


def _time(visit: Visit, name: str, *, needed: bool) -> int:
    text = visit.form.text(name, needed=needed)
    instant = time_of(text, visit.node.clock.now()) if text else 0
    if instant is None or instant < 0:
        visit.form.wrong(name, visit.say(NO_TIME, value=text[:40]))
        return 0
    return instant


async def begin(visit: Visit) -> Outcome:
    account = account_in(visit, visit.form)
    if account is None:
        return Missing()
    if not visit.replaying.tell(account.id, visit.visitor.login):
        return _away(account, visit.say("Nothing is counted that waits to be told."))
    await visit.replaying.settled(account.id, SOON_S)
    return _away(account)


async def stop(visit: Visit) -> Outcome:
    account = account_in(visit, visit.form)
    if account is None:
        return Missing()
    if not visit.replaying.stop(account.id):
        return _away(account, visit.say("Nothing is under way."))
    await visit.replaying.settled(account.id, SOON_S)
    return _away(account)


def _away(account: Account, said: str = "") -> Away:
    return Away(f"{PATH}?{urlencode({'account': account.login})}", said=said)
