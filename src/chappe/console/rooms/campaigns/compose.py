"""Composing a campaign: for whom, what it would come to, whether it is meant so, and sending it.

In: a visit with what was typed. Out: pages; an order. Promise: nothing is sent but from the page
that shows all figures, and from one such page once; what was typed is never lost for a mistake.
"""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from chappe.console.form import Form
from chappe.console.rooms.campaigns.figures import SAMPLE, Forecast, figures_of
from chappe.console.rooms.campaigns.people import composed, people_of
from chappe.console.rooms.campaigns.shelf import owner_of, shelf_of
from chappe.console.rooms.campaigns.wish import FIELDS, CampaignWish, account_of, logins, wish_of
from chappe.console.shape import Away, Outcome, View, Visit
from chappe.engine.accept import accept
from chappe.hands.deeds import note
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.book import Group
from chappe.words.order import CONSOLE

_GROUPS_MOST: Final = 500
_LOGINS_MOST: Final = 500
_START: Final = "%Y-%m-%dT%H:%M"

# What refuses a campaign as a whole -> the field that it stands beside, and what is said there.
REFUSED: Final[Mapping[Trouble, tuple[str, str]]] = {
    Trouble.no_stop: ("text", "An advertisement has to say how to stop it: {wording}."),
    Trouble.outside_hours: ("hours", "It would leave outside legal hours."),
    Trouble.no_credit: ("", "The credit does not suffice."),
    Trouble.sender_not_allowed: ("sender", "This account may not send by that name."),
    Trouble.no_recipient: ("numbers", "There is nobody to send it to."),
    Trouble.queue_full: ("", "Too many messages of this account wait already."),
    Trouble.too_often: ("", "This account sends too often: try again in a moment."),
    Trouble.too_long: ("text", "The text is too long."),
    Trouble.bad_number: ("numbers", "None of the recipients can get it."),
    Trouble.not_served: ("numbers", "None of the recipients can get it."),
    Trouble.no_quality: ("numbers", "None of the recipients can get it."),
    Trouble.no_route: ("numbers", "No link leads to any of the recipients."),
    Trouble.opted_out: ("numbers", "All of the recipients opted out."),
}
_NOT_NOW: Final = "Nothing can be sent now: try again in a moment."


async def choose(visit: Visit) -> Outcome:
    """For which account."""
    return choosing(visit, visit.query)


def choosing(visit: Visit, form: Form) -> Outcome:
    """The page that asks, with what is wrong with what was chosen."""
    offered = logins(visit)
    if visit.seen is None:
        active = [one.login for one in visit.node.accounts.all() if one.state == "active"]
        offered = sorted(active)[:_LOGINS_MOST]
    facts = {"title": visit.say("For which account?"), "form": form, "offered": offered}
    return View("rooms/campaigns/choose.html", facts, 200 if form.is_right else 422)


async def new(visit: Visit) -> Outcome:
    """An empty page; or with what was typed before a file was brought."""
    form = visit.query
    token = form.text("file")
    brought = await shelf_of(visit.node).brought(token, owner_of(visit)) if token else None
    if brought is not None:
        form.typed.update(brought.typed)
        form.typed["file"] = token
    for name in FIELDS:
        if name in form and name not in form.typed:
            form.text(name, most=1_600, lines=name in ("text", "numbers"))
    if visit.account is None and "account" not in form.typed:
        return choosing(visit, form)
    if brought is not None:
        account = visit.node.accounts.by_id(brought.account)
        form.typed["account"] = account.login if account is not None else ""
        return await _counted(visit, _typed_again(visit, form), status=200)
    account = account_of(visit, form)
    if account is None or not form.is_right:
        return choosing(visit, form)
    return await compose_page(visit, form, account, None, None)


def _typed_again(visit: Visit, form: Form) -> Form:
    """What was typed, as if it were typed now."""
    pairs = [(name.encode(), value.encode()) for name, value in form.typed.items() if value]
    return Form(pairs, visit.say)


async def count(visit: Visit) -> Outcome:
    """What it would come to: a piece of the page where scripts ask, else the page."""
    is_asked_by_script = "hx-request" in visit.request.headers
    form = visit.form
    if "leave_file" in form:
        form = _without_file(visit)
    if not is_asked_by_script:
        return await _counted(visit, form)
    wish = await wish_of(visit, form)
    figures = None
    if wish is not None and wish.text:
        figures, _ = await figures_of(visit, wish, SAMPLE)
    facts = {"form": form, **_shown(visit, wish, figures), "is_piece": True}
    return View("rooms/campaigns/count.html", facts)


def _without_file(visit: Visit) -> Form:
    for name in FIELDS:
        visit.form.text(name, most=200_000, lines=True)
    visit.form.typed.pop("file", None)
    return _typed_again(visit, visit.form)


async def _counted(visit: Visit, form: Form, status: int | None = None) -> Outcome:
    """The page with what it would come to, as far as it is known."""
    wish = await wish_of(visit, form)
    if wish is None:
        return choosing(visit, form)
    figures = None
    if wish.text:
        figures, _ = await figures_of(visit, wish, SAMPLE)
    elif status is not None:
        form.mistakes.pop("text", None)
    return await compose_page(visit, form, wish.account, wish, figures, status)


async def check(visit: Visit) -> Outcome:
    """Before it is sent: all figures, or what is wrong."""
    form = visit.form
    wish = await wish_of(visit, form)
    if wish is None:
        return choosing(visit, form)
    if not form.is_right:
        return await compose_page(visit, form, wish.account, wish, None)
    figures, _ = await figures_of(visit, wish)
    _judge(visit, form, wish, figures)
    if not form.is_right:
        return await compose_page(visit, form, wish.account, wish, figures)
    return _confirm(visit, form, wish, figures)


def _confirm(visit: Visit, form: Form, wish: CampaignWish, figures: Forecast) -> View:
    facts = {
        "title": visit.say("Check and send"),
        "form": form,
        "typed": {name: form.typed.get(name, "") for name in FIELDS},
        "request_id": secrets.token_urlsafe(16),
        **_shown(visit, wish, figures),
    }
    return View("rooms/campaigns/confirm.html", facts)


def _judge(visit: Visit, form: Form, wish: CampaignWish, figures: Forecast) -> None:
    """What of the figures forbids sending."""
    if not figures.people.numbers:
        _refuse(visit, form, wish, Trouble.no_recipient)
    if figures.lacks_stop:
        _refuse(visit, form, wish, Trouble.no_stop)
    if figures.is_outside:
        _refuse(visit, form, wish, Trouble.outside_hours)
    for trouble in figures.troubles:
        _refuse(visit, form, wish, trouble)
    if figures.receipt is not None and not figures.served:
        _refuse(visit, form, wish, Trouble.bad_number)
    if figures.is_short:
        _refuse(visit, form, wish, Trouble.no_credit)


def _refuse(visit: Visit, form: Form, wish: CampaignWish, trouble: Trouble) -> None:
    field, sentence = REFUSED.get(trouble, ("", _NOT_NOW))
    form.wrong(field, visit.say(sentence, wording=f"STOP {wish.code}"))


async def send(visit: Visit) -> Outcome:
    """What was shown with all its figures."""
    form, node = visit.form, visit.node
    wish = await wish_of(visit, form)
    request_id = form.text("request_id")
    total = form.whole("total", 0, 10_000_000, 0)
    if wish is None or len(request_id) != 22:
        return choosing(visit, form)
    if not form.is_right:
        return await compose_page(visit, form, wish.account, wish, None)
    if before := await _sent_before(visit, wish.account, request_id):
        return before
    people = await people_of(node.desk, shelf_of(node), wish)
    if len(people.numbers) != total:
        form.wrong("", visit.say("The recipients changed meanwhile: look at it again."))
        return await check_again(visit, form, wish)
    made = await composed(wish, people, request_id)
    order = msgspec.structs.replace(made.order, origin=f"console {visit.request.peer}")
    said = await accept(node.desk, wish.account, order)
    if isinstance(said, Refusal):
        return await _refused(visit, form, wish, said, request_id)
    return await _sent(visit, wish, said)


async def check_again(visit: Visit, form: Form, wish: CampaignWish) -> Outcome:
    """The page with all figures once more, with what is wrong."""
    figures, _ = await figures_of(visit, wish)
    return _confirm(visit, form, wish, figures)._replace(status=422)


async def _sent(visit: Visit, wish: CampaignWish, said: Receipt) -> Outcome:
    deed = {"order": said.order, "total": said.total}
    await note(visit.node, visit.visitor.login, "campaign send", deed, wish.account.id)
    if wish.token:
        await shelf_of(visit.node).drop(wish.token)
    is_later = said.begins > visit.node.clock.now()
    sentence = visit.say("It is scheduled.") if is_later else visit.say("It is on its way.")
    return Away(f"/campaigns/{said.order}", sentence)


async def _sent_before(visit: Visit, account: Account, request_id: str) -> Outcome | None:
    """Where the same page was sent before: its order."""
    found = await visit.node.store.orders_by_ref(account.id, CONSOLE, request_id, 1)
    if not found:
        return None
    return Away(f"/campaigns/{found[0]['id']}", visit.say("It was sent before, and not again."))


async def _refused(
    visit: Visit, form: Form, wish: CampaignWish, said: Refusal, request_id: str
) -> Outcome:
    if Trouble.duplicate in said.troubles:
        before = await _sent_before(visit, wish.account, request_id)
        return before or Away("/campaigns", visit.say("It was sent before, and not again."))
    visit.node.measures.turned_away(CONSOLE, said, wish.account)
    for trouble in said.troubles:
        _refuse(visit, form, wish, trouble)
    return await compose_page(visit, form, wish.account, wish, None)


# the page


async def compose_page(
    visit: Visit,
    form: Form,
    account: Account,
    wish: CampaignWish | None,
    figures: Forecast | None,
    status: int | None = None,
) -> View:
    """The page with what was typed, what is wrong with it, and what it would come to."""
    form.typed["account"] = account.login
    groups = await visit.node.store.groups(account.id, 0, _GROUPS_MOST)
    facts: Mapping[str, Any] = {
        "title": visit.say("New campaign"),
        "form": form,
        "account": account,
        "may_choose": visit.seen is None or len(visit.seen) > 1,
        "groups": [("", visit.say("none")), *map(_option, groups)] if groups else (),
        "senders": [("", visit.say("the short code")), *((one, one) for one in account.senders)],
        "earliest": paris.stamp(visit.node.clock.now(), _START),
        **_shown(visit, wish, figures),
    }
    return View("rooms/campaigns/new.html", facts, status or (200 if form.is_right else 422))


def _shown(visit: Visit, wish: CampaignWish | None, figures: Forecast | None) -> Mapping[str, Any]:
    code = wish.code if wish is not None else ""
    troubles = figures.troubles if figures is not None else ()
    said = [REFUSED.get(one, ("", _NOT_NOW))[1] for one in troubles]
    return {
        "wish": wish,
        "figures": figures,
        "code": code,
        "refused": [visit.say(one, wording=f"STOP {code}") for one in dict.fromkeys(said)],
        "is_piece": False,
    }


def _option(group: Group) -> tuple[str, str]:
    return str(group.id), f"{group.name} ({group.size})"
