"""Readying an order: texts are filled and fitted, parts counted, recipients priced and routed.

In: an order in a dialect's wishes. Out: letters with every figure known, and every trouble found.
Pure but for what the desk holds in memory; runs beside the event loop for large orders.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from chappe.engine.bar import Barred, bars
from chappe.engine.desk import Desk
from chappe.engine.fit import Text, fitted
from chappe.engine.indulge import is_in_vain
from chappe.engine.postpone import Window, next_leave
from chappe.engine.shorten import Tinies
from chappe.store.contract import DraftLetter
from chappe.words.account import Account
from chappe.words.answer import TROUBLE_OF, Trouble
from chappe.words.calls import write_speech
from chappe.words.lane import lane_of
from chappe.words.lifecycle import Happening, Reason
from chappe.words.number import are_mainland_mobiles, country, is_mobile, operator, zone
from chappe.words.order import OURS, Channel, Hours, Letter, Order, Reach, Target, goes_to_group
from chappe.words.text import readable

_REASONS = {int(reason): reason for reason in Reason}
_BAD_NUMBER, _NOT_SERVED, _NO_ROUTE = Reason.bad_number, Reason.not_served, Reason.no_route
_NO_QUALITY = Reason.no_quality
# A member of an enum that is looked up costs as much as what it is compared with.
_ANY, _WAIT, _REFUSE = Hours.any, Hours.wait, Hours.refuse
_MARKETING = Channel.marketing
_POSTPONED, _ACCEPTED = Happening.postponed, Happening.accepted
_NOWHERE: Sequence[str] = ()
_HOME = "FR"
_ENCODER = msgspec.json.Encoder()
# All texts of an order together, where recipients have their own; an honest one has a thousandth.
_LETTERS_MOST = 32_000_000


class Ready(msgspec.Struct):
    """Letters made ready, or what refuses the order."""

    letters: list[DraftLetter] = []
    purses: list[str] = []  # of each letter
    troubles: list[Trouble] = []
    detail: str = ""
    count: int = 0  # recipients as given; all places below are among these
    recipients: dict[int, Trouble] = {}  # what is wrong with which of them
    wrong: dict[int, str] = {}  # the same by the dialect's own error
    apart: set[int] = set()  # those that are not kept
    tinies: Tinies | None = None  # the generator that knows the placeholder of each short URL

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the order can be kept."""
        return bool(self.troubles) or not self.letters


def make_ready(desk: Desk, account: Account, order: Order, now: int, barred: Barred) -> Ready:
    """All letters, with all their troubles."""
    ready = Ready()
    letters = everybody = kept = apart = 0
    for asked in order.letters:
        offset = ready.count
        ready.count += len(asked.numbers)
        letter, leads = asked, _NOWHERE
        if asked.target is not None:
            letter, leads = _shortened(desk, asked, asked.target, ready)
        due = due_of(account, letter, now)
        said = fitted(letter, _LETTERS_MOST - letters)
        troubles = _troubles(account, letter, due, said)
        if not _can_be_said(desk, account, letter):
            troubles.append(Trouble.no_speech)
        if letter.target is not None and not leads:
            troubles.append(Trouble.bad_url)
        if troubles or due is None:
            ready.troubles += troubles
            continue
        if said.texts:
            letters += sum(map(len, said.texts))
        figures = _figured(desk, account, letter, said, barred)
        if figures.unpaid or letter.wrong:
            aside, in_error = _unpaid(order, letter, figures)
            apart, kept = apart + aside, kept + in_error
            everybody = everybody or count_of(order)
            if is_in_vain(kept, apart, everybody - kept - apart):
                return _vain(ready, offset, figures)
        draft = _drafted(account, letter, said, figures, due, now)
        if letter.target is not None:
            tinies = _tinies(draft, leads, letter.shared[letter.target.mark])
            draft = replace(draft, tinies=tinies)
        standing: DraftLetter | None = draft
        if draft.bad or letter.wrong:
            standing = _standing(order, draft, ready, offset)
        if standing is not None:
            ready.letters.append(standing)
            ready.purses.append(letter.purse)
    if order.reach is not Reach.any:
        ready.troubles += _out_of_reach(order)
    if ready.is_refused:
        _explain(ready, order)
    return ready


def _out_of_reach(order: Order) -> list[Trouble]:
    numbers = [number for letter in order.letters for number in letter.numbers if number]
    if not numbers:
        return []
    countries = {_HOME} if are_mainland_mobiles(numbers) else {*map(country, numbers)}
    found = [Trouble.scattered] if len(countries) > 1 else []
    if order.reach is Reach.one_abroad and _HOME in countries:
        found.append(Trouble.at_home)
    return found


def count_of(order: Order) -> int:
    """How many recipients it has."""
    return sum([len(letter.numbers) for letter in order.letters])


def _explain(ready: Ready, order: Order) -> None:
    """Say what refuses the order, where its letters did not, and with what in it."""
    if not ready.troubles:
        ready.troubles += sorted(set(ready.recipients.values()))
    if ready.troubles == [Trouble.bad_url] and ready.tinies and not ready.tinies.domain:
        ready.detail = "no domain for short URLs"
    elif set(ready.troubles) == {Trouble.not_found}:
        ready.detail = "nobody is in the group"
    elif set(ready.troubles) == {Trouble.no_stop}:
        ready.detail = next(one.mention.wording for one in order.letters if one.mention)


def _shortened(
    desk: Desk, letter: Letter, target: Target, ready: Ready
) -> tuple[Letter, Sequence[str]]:
    """The letter with the placeholder of its short URLs among its variables, and where each of
    these leads; () where one leads to no place that is allowed."""
    tinies = ready.tinies = ready.tinies or desk.tinies
    shared = {**letter.shared, target.mark: tinies.stand_in}
    leads = tinies.leads(target, len(letter.numbers)) if tinies.domain else None
    return replace(letter, shared=shared), leads or ()


def _tinies(draft: DraftLetter, leads: Sequence[str], url: str) -> list[tuple[str, str]]:
    """The short URLs of a letter, each without its code and with its target: '' for recipients
    whose text holds none or does not leave. [] where no text holds one."""
    held = [url in text for text in draft.texts] or [url in draft.text] * len(draft.numbers)
    if not any(held):
        return []
    return [
        ("", lead if held[index] and index not in draft.bad else "")
        for index, lead in enumerate(leads)
    ]


def _troubles(account: Account, letter: Letter, due: int | None, said: Text) -> list[Trouble]:
    """All that refuses a letter whoever its recipients are. A group that nobody is in is none: it
    is told in the same words as one that is not there."""
    troubles = []
    if not letter.numbers:
        troubles.append(Trouble.not_found if goes_to_group(letter) else Trouble.no_recipient)
    if account.senders and letter.sender and letter.sender not in account.senders:
        troubles.append(Trouble.sender_not_allowed)
    if due is None:
        troubles.append(Trouble.outside_hours)
    if said.trouble is not None:
        troubles.append(said.trouble)
    return troubles


def due_of(account: Account, letter: Letter, now: int) -> int | None:
    """When a letter may leave first; None where its hours forbid that, or never come."""
    due = max(now, letter.start)
    window = Window(letter.opens, letter.closes) if letter.opens >= 0 else None
    hours = hours_of(account, letter)
    if hours is _ANY and window is None:
        return due
    leave = next_leave(due, legal=hours is not _ANY, window=window)
    if hours is _REFUSE and leave != due:
        return None
    return leave


def hours_of(account: Account, letter: Letter) -> Hours:
    """The hours that a letter keeps. Only marketing has any; what the account says goes before what
    the dialect says."""
    if letter.channel is not _MARKETING or account.hours == "any":
        return _ANY
    if account.hours == "legal" and letter.hours is _ANY:
        return _WAIT
    return letter.hours


def _can_be_said(desk: Desk, account: Account, letter: Letter) -> bool:
    """Whether a letter is a text, or a call that somebody here can speak and something here can
    place. One that says it is neither whole is a fault of its reader."""
    speech = letter.speech
    if (speech is None) is (letter.channel is Channel.voice):
        raise ValueError("a letter is spoken if and only if its channel is voice")
    if speech is None:
        return True
    return speech.language in desk.languages and desk.routes.has_calls


class _Figures(NamedTuple):
    """What each recipient of a letter costs and by which route it goes; and `amiss`, an octet for
    each: the reason for which it can't be served. That a million of them are in error is
    ordinary."""

    prices: list[int]
    routes: Sequence[int]
    amiss: bytearray
    unpaid: int  # how many there are of these


def _figured(desk: Desk, account: Account, letter: Letter, said: Text, barred: Barred) -> _Figures:
    amiss = bytearray(len(letter.numbers))
    prices = _prices(desk, account, letter, said.billed, amiss)
    routes = _routed(desk, account, letter, amiss)
    if said.too_long:
        _mark(amiss, said.too_long, Reason.too_long)
    if barred and (unwilling := barred.get(bars(letter))):
        hit = [i for i, number in enumerate(letter.numbers) if number in unwilling]
        _mark(amiss, hit, Reason.opted_out)
    return _Figures(prices, routes, amiss, len(amiss) - amiss.count(0))


def _mark(amiss: bytearray, places: Sequence[int], reason: Reason) -> None:
    """Note why the recipients at these places can't be served; the first reason of each stands."""
    for place in places:
        amiss[place] = amiss[place] or reason


def _unpaid(order: Order, letter: Letter, figures: _Figures) -> tuple[int, int]:
    """How many recipients of a letter stand apart, and how many are kept in error."""
    amiss = figures.amiss
    aside = sum(map(amiss.count, order.apart))
    read = [amiss[place] for place in letter.wrong if amiss[place] not in order.apart]
    return aside + len(read), figures.unpaid - aside - sum(map(bool, read))


def _vain(ready: Ready, offset: int, figures: _Figures) -> Ready:
    """Refuse an order of which so much can't be served that trying again later would not help; the
    rest of it is not looked at. The first of those recipients stands for all."""
    for place, reason in enumerate(figures.amiss):
        if reason:
            ready.recipients[offset + place] = Trouble.bad_number
            break
    ready.troubles.append(Trouble.bad_number)
    return ready


def _prices(
    desk: Desk, account: Account, letter: Letter, billed: Sequence[int], amiss: bytearray
) -> list[int]:
    """What each recipient costs; those without a number or a price are noted in `amiss`."""
    numbers = letter.numbers
    if are_mainland_mobiles(numbers):
        unit = _unit(desk, account, letter, "FR", letter.quality)
        if unit is not None:
            cost = {parts: unit * parts for parts in set(billed)}
            return [cost[parts] for parts in billed]
    prices, known = list[int](), dict[int, int]()  # a price that many pay is one object
    for index, number in enumerate(numbers):
        unit = _unit(desk, account, letter, country(number), letter.quality) if number else 0
        if number and unit is None:
            ordinary = _unit(desk, account, letter, country(number), "")
            amiss[index] = _NOT_SERVED if ordinary is None else _NO_QUALITY
        elif not number or (letter.mobiles and not is_mobile(number)):
            amiss[index] = _BAD_NUMBER
        price = (unit or 0) * billed[index]
        prices.append(known.setdefault(price, price))
    return prices


def _unit(desk: Desk, account: Account, letter: Letter, place: str, quality: str) -> int | None:
    """What one billed part costs there; None where it is not served."""
    if account.countries and place not in account.countries:
        return None
    if letter.zones and zone(place) not in letter.zones:
        return None
    return desk.tariff.price(letter.channel, place, quality)


def _routed(desk: Desk, account: Account, letter: Letter, amiss: bytearray) -> Sequence[int]:
    """One route for all, or one for each where rules look at the number."""
    routes = desk.routes
    sender = letter.sender or letter.code
    if not routes.by_number:
        route = routes.choose(account.login, letter.channel, sender)
        if not route:
            _mark(amiss, range(len(letter.numbers)), _NO_ROUTE)
        return (route,)
    found = [
        routes.choose(account.login, letter.channel, sender, country(n), operator(n)) if n else 0
        for n in letter.numbers
    ]
    _mark(amiss, [i for i, route in enumerate(found) if not route], _NO_ROUTE)
    return found if len(set(found)) > 1 else found[:1]


def _drafted(
    account: Account, letter: Letter, said: Text, figures: _Figures, due: int, now: int
) -> DraftLetter:
    """The letter as it is kept, with all its figures."""
    prices, routes, amiss, unpaid = figures
    urls = letter.tell.urls
    bad: dict[int, Reason] = {}
    if unpaid:
        bad = {place: _REASONS[reason] for place, reason in enumerate(amiss) if reason}
    if letter.price is not None:
        prices = [letter.price] * len(prices)
    for place in bad:
        prices[place] = 0
    return DraftLetter(
        asked=letter,
        first=0,
        text=said.shared,
        purse=0,
        hours=int(hours_of(account, letter)),
        bars=bars(letter),
        lane=lane_of(urls.status or urls.reply or urls.stop or urls.click, account.id),
        facts=written(letter.facts),
        route=routes[0],
        routes=routes if len(routes) > 1 else (),
        due=due,
        happening=_POSTPONED if due > now else _ACCEPTED,
        numbers=letter.numbers,
        given=letter.given,
        refs=letter.refs,
        texts=said.texts,
        parts=said.billed,
        sending=said.sending,
        prices=prices,
        bad=bad,
        speech=write_speech(letter.speech),
    )


def written(facts: Mapping[str, str]) -> str:
    """Facts as the store keeps them. U+0000 is replaced, which not every database can read in
    JSON."""
    if not facts:
        return "{}"
    text = _ENCODER.encode(facts).decode()
    if "\\u0000" not in text:
        return text
    return _ENCODER.encode({name: readable(fact) for name, fact in facts.items()}).decode()


def once(order: Order) -> str:
    """What no second order of its account may bear; '' where there is nothing."""
    if order.occasion:
        return OURS + order.occasion
    return readable(order.request_id).replace(OURS, "\ufffd") if order.request_id else ""


_COLUMNS = ("numbers", "given", "refs", "texts", "tinies", "parts", "sending", "prices", "routes")


def _standing(order: Order, draft: DraftLetter, ready: Ready, offset: int) -> DraftLetter | None:
    """A letter to recipients of whom some are wrong, as it goes on: these are noted, and set apart
    or kept in error; or None."""
    wrong = draft.asked.wrong
    ready.recipients |= {offset + i: TROUBLE_OF[reason] for i, reason in draft.bad.items()}
    ready.wrong |= {offset + i: error for i, error in wrong.items()}
    apart = {*wrong, *(index for index, reason in draft.bad.items() if reason in order.apart)}
    fatal = order.fatal.intersection(
        [reason for index, reason in draft.bad.items() if index not in apart]
    )
    if fatal:
        ready.troubles += sorted({TROUBLE_OF[reason] for reason in fatal})
        return None
    ready.apart |= {offset + index for index in apart}
    good = _without(draft, apart) if apart else draft
    return good if good.numbers else None


def _without(draft: DraftLetter, apart: Collection[int]) -> DraftLetter:
    """The same letter to the others alone."""
    good = [index for index in range(len(draft.numbers)) if index not in apart]
    columns = {name: column for name in _COLUMNS if (column := getattr(draft, name))}
    places = {index: place for place, index in enumerate(good)}
    return replace(
        draft,
        bad={places[i]: reason for i, reason in draft.bad.items() if i not in apart},
        **{name: [column[index] for index in good] for name, column in columns.items()},
    )
