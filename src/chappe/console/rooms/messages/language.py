"""The language of filters: words with a colon, as they stand in a box and in an address.

In: what was typed, in the box or in fields of their own. Out: what is sought, the same as it is
written, and every mistake as a sentence. Promise: nothing here raises; what was read and is written
again is read as the same.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from chappe.console.shape import Visit
from chappe.console.times import NO_TIME, time_of
from chappe.engine.look.seen import account_seen
from chappe.store.contract import NEVER
from chappe.store.contract.search import ANY, ANY_STATE, PageStart, Sought
from chappe.words.lifecycle import Reason, State
from chappe.words.number import USUAL, read
from chappe.words.order import CONSOLE, Channel

BOX_MOST: Final = 1_000
_SAID_MOST = 40  # letters of what is no word
_TERM = re.compile(r'([^\s:"]+):("[^"]*"|\S*)|(\S+)')
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_SHORT = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)  # such a number is no telephone's

STATES: Final = tuple(state.name for state in State if state)
REASONS: Final = tuple(reason.name for reason in Reason if reason)
CHANNEL_WORDS: Final[Mapping[Channel, str]] = {
    Channel.notification: "notification",
    Channel.voice: "voice",
    Channel.international: "international",
    Channel.marketing: "marketing",
}
CHANNELS: Final = tuple(channel.name for channel in Channel)
PLACE: Final = re.compile(r"(?:([1-9][0-9]{0,17})\.)?([0-9]{1,18})", re.ASCII)


class NotThat(Exception):
    """What a value of a word can't be: a sentence."""


class Term(NamedTuple):
    """A word's value: as it is written, and what it means."""

    said: str
    meant: Any


Terms = Mapping[str, Term]


class Known(NamedTuple):
    """What values may name."""

    visit: Visit
    links: Sequence[str]
    apis: Sequence[str]


async def known_to(visit: Visit) -> Known:
    """Links also that the file declares no more, as long as anything left by them."""
    node = visit.node
    routed = {link for links in (await node.store.routes()).values() for link in links}
    apis = [*(one.NAME for one in node.dialects), CONSOLE]
    return Known(visit, sorted(routed | set(node.links)), apis)


# values, word by word


def _to(known: Known, value: str) -> Term:
    number = read(value, USUAL)
    if not number:
        raise NotThat(known.visit.say("{value} is no phone number.", value=value[:_SAID_MOST]))
    return Term(f"+{number}", number)


def _state(known: Known, value: str) -> Term:
    names = [name for name in value.lower().split(",") if name]
    for name in names:
        _among(known, name, STATES, "There is no state {value}.")
    chosen = [name for name in STATES if name in names]
    return Term(",".join(chosen), sum(1 << State[name] for name in chosen) or ANY_STATE)


def _account(known: Known, value: str) -> Term:
    visit = known.visit
    account = account_seen(visit.node.desk, value, visit.seen)
    if account is None:
        raise NotThat(
            visit.say(
                "There is no account {value}, or none that you see.", value=value[:_SAID_MOST]
            )
        )
    return Term(account.login, account.id)


def _time(known: Known, value: str) -> Term:
    instant = time_of(value, known.visit.node.clock.now())
    if instant is None:
        raise NotThat(known.visit.say(NO_TIME, value=value[:_SAID_MOST]))
    return Term(value, instant)


def _link(known: Known, value: str) -> Term:
    return _among(known, value, known.links, "There is no link {value}.")


def _api(known: Known, value: str) -> Term:
    return _among(known, value.lower(), known.apis, "There is no API {value}.")


def _channel(known: Known, value: str) -> Term:
    term = _among(known, value.lower(), CHANNELS, "There is no channel {value}.")
    return Term(term.said, Channel[term.said])


def _reason(known: Known, value: str) -> Term:
    name = value.lower().replace("-", "_")
    return Term(_among(known, name, REASONS, "There is no reason {value}.").said, Reason[name])


def _ident(known: Known, value: str) -> Term:
    if not _NUMBER.fullmatch(value):
        raise NotThat(
            known.visit.say("{value} is no number of that kind.", value=value[:_SAID_MOST])
        )
    return Term(value, int(value))


def _among(known: Known, value: str, allowed: Sequence[str], sentence: str) -> Term:
    if value not in allowed:
        raise NotThat(known.visit.say(sentence, value=value[:_SAID_MOST]))
    return Term(value, value)


WORDS: Final[Mapping[str, Callable[[Known, str], Term]]] = {
    "to": _to,
    "state": _state,
    "account": _account,
    "since": _time,
    "until": _time,
    "link": _link,
    "api": _api,
    "channel": _channel,
    "reason": _reason,
    "order": _ident,
    "message": _ident,
}
"""Every word of the language, and who reads its value."""

MEANINGS: Final[Mapping[str, str]] = {
    "to": "The recipient’s number, in any usual spelling.",
    "state": "How it stands; several with commas between them.",
    "account": "Whose it is, by the login.",
    "since": "Accepted at that time or later, by Paris time.",
    "until": "Accepted before that time.",
    "link": "The link by which it left, or one that it waits for.",
    "api": "The API by which it came.",
    "channel": "What kind of message it is.",
    "reason": "Why it stands so.",
    "order": "The number of its order.",
    "message": "Its own number: leads to its page.",
}
EXAMPLES: Final[Mapping[str, str]] = {
    "to": "to:0639980001",
    "account": "account:fred",
    "order": "order:123",
    "message": "message:456",
}


# the box


def read_box(known: Known, text: str) -> tuple[dict[str, Term], list[str]]:
    """The terms of a box, and a sentence for each mistake."""
    terms: dict[str, Term] = {}
    mistakes = list[str]()
    for found in _TERM.finditer(text):
        word, value, bare = found[1], found[2], found[3]
        try:
            if word is None:
                word, value = _meant_by(known, bare)
            _add(known, terms, word.lower(), value.strip('"').strip())
        except NotThat as why:
            mistakes.append(str(why))
    mistakes += _in_vain(known, terms)
    return terms, mistakes


def _meant_by(known: Known, bare: str) -> tuple[str, str]:
    """What stands there without a word: somebody's number, or a message's."""
    if _SHORT.fullmatch(bare):
        return "message", bare
    if read(bare, USUAL):
        return "to", bare
    raise NotThat(
        known.visit.say(
            "{value} is neither a number nor a word with its colon.", value=bare[:_SAID_MOST]
        )
    )


def _add(known: Known, terms: dict[str, Term], word: str, value: str) -> None:
    say = known.visit.say
    if word not in WORDS:
        raise NotThat(say("{value} is no word of this search.", value=f"{word[:_SAID_MOST]}:"))
    if not value:
        raise NotThat(say("After {value} stands nothing.", value=f"{word}:"))
    term = WORDS[word](known, value)
    if word == "state" and word in terms:
        term = WORDS[word](known, f"{terms[word].said},{value}")
    elif word in terms:
        raise NotThat(say("{value} is said twice.", value=f"{word}:"))
    terms[word] = term


def _in_vain(known: Known, terms: Terms) -> list[str]:
    say = known.visit.say
    wrong = []
    if "since" in terms and "until" in terms and terms["until"].meant <= terms["since"].meant:
        wrong.append(say("That time is over before it begins."))
    if "message" in terms and len(terms) > 1:
        wrong.append(say("{value} stands alone.", value="message:"))
    return wrong


def written(terms: Terms) -> str:
    """The same as one line, in the order of the words."""
    return " ".join(
        f'{word}:"{terms[word].said}"' if " " in terms[word].said else f"{word}:{terms[word].said}"
        for word in WORDS
        if word in terms and terms[word].said
    )


# fields, for whoever does not speak it


def read_fields(known: Known) -> dict[str, Term]:
    """The terms of a form's fields; each mistake is beside its own."""
    form, terms = known.visit.query, dict[str, Term]()
    for word, reader in WORDS.items():
        value = ",".join(form.some("state", STATES)) if word == "state" else form.text(word)
        if not value or word == "message":
            continue
        try:
            terms[word] = reader(known, value)
        except NotThat as why:
            form.wrong(word, str(why))
    for sentence in _in_vain(known, terms):
        form.wrong("until", sentence)
    return terms


# what is sought


def sought_of(terms: Terms, most: int, place: PageStart | None = None) -> Sought:
    """The page of messages that these terms ask for."""

    def meant(word: str, default: Any) -> Any:
        return terms[word].meant if word in terms else default

    return Sought(
        most=most,
        accounts=[terms["account"].meant] if "account" in terms else None,
        states=meant("state", ANY_STATE),
        reason=meant("reason", ANY),
        channel=meant("channel", ANY),
        number=meant("to", 0),
        link=meant("link", ""),
        dialect=meant("api", ""),
        since=meant("since", 0),
        until=meant("until", NEVER),
        order=meant("order", 0),
        place=place,
    )


def place_of(text: str) -> PageStart | None:
    """Where a page is to begin; None: that is none."""
    found = PLACE.fullmatch(text)
    return PageStart(int(found[1] or 0), int(found[2])) if found else None


def said_of(place: PageStart | None) -> str:
    """The same in an address; '' where nothing is left."""
    if place is None:
        return ""
    return f"{place.order}.{place.message}" if place.order else f"{place.message}"
