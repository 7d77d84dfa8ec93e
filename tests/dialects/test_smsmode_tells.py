"""sMsmode: what is told of a message in every state, and what any text becomes on its way."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects.smsmode.tell import tell
from chappe.words.account import Account
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import Message, News, Reply, answers_nothing

# Friday, 20 November 2026, 10:00:00 in Paris.
NOW = 1_795_165_200_000
URL = "http://customer/r.php"
REPLY = Reply(
    id=5,
    at=NOW,
    number=33_639_980_000,
    code="36034",
    text="Oui",
    operator="20801",
    account=1,
    message=0,
    stop=0,
)
MESSAGE = msgspec.structs.replace(
    answers_nothing(REPLY), id=7, order=3, price=400, dialect="smsmode"
)
NEWS = News(
    subject=7,
    seq=1,
    event=Event.final,
    state=State.delivered,
    reason=Reason.none,
    at=NOW,
    operator="",
    dialect="smsmode",
    account=1,
    url=URL,
    form="",
)
SETTINGS: Mapping[str, Mapping[str, object]] = {
    "latin-9": {},
    "UTF-8": {"charset": "utf-8"},
    "cost": {"tell_cost": True},
}


def camille(settings: Mapping[str, object]) -> Account:
    return Account(id=1, login="camille", dialects={"smsmode": settings})


def told(news: News, **settings: object) -> dict[str, str] | None:
    """The parameters of the call, in their order; None where there is none."""
    call = tell(news, camille(settings))
    if call is None:
        return None
    assert (call.method, call.body, call.url.isascii()) == ("GET", b"", True)
    encoding = str(settings.get("charset", "iso-8859-15"))
    return dict(parse_qsl(urlsplit(call.url).query, True, True, encoding))


def of_status(
    state: State, reason: Reason, message: Message = MESSAGE, **settings: object
) -> dict[str, str]:
    news = msgspec.structs.replace(NEWS, state=state, reason=reason, message=message)
    return told(news, **settings) or {}


@pytest.mark.parametrize(
    ("state", "reason", "status"),
    [
        (State.scheduled, Reason.none, None),
        (State.queued, Reason.none, None),
        (State.sending, Reason.none, None),
        (State.sent, Reason.none, None),
        (State.sent, Reason.ringing, None),
        (State.sent, Reason.buffered, "13"),
        (State.sent, Reason.absent, "3502"),
        (State.sent, Reason.network, "3501"),
        (State.unknown, Reason.buffered, "13"),  # in doubt, and heard of: that is no silence
        (State.unknown, Reason.absent, "3502"),
        (State.unknown, Reason.silent, "999"),
        (State.delivered, Reason.none, "11"),
        (State.delivered, Reason.heard, "16"),
        (State.delivered, Reason.machine, "14"),
        (State.refused, Reason.bad_number, "3998"),
        (State.refused, Reason.opted_out, "3999"),
        (State.refused, Reason.no_route, "3560"),
        (State.cancelled, Reason.none, "21"),
        (State.failed, Reason.in_doubt, "2"),
    ],
)
def test_every_status_is_told_but_those_of_what_is_on_its_way(
    state: State, reason: Reason, status: str | None
) -> None:
    """S15 S27 S28"""
    assert of_status(state, reason).get("statut") == status


@pytest.mark.parametrize(
    ("state", "reason", "sent_at", "cost"),
    [
        (State.delivered, Reason.none, NOW, "0.0400"),
        (State.undelivered, Reason.none, NOW, "0.0400"),
        (State.unknown, Reason.silent, 0, "0.0400"),
        (State.failed, Reason.none, 0, "0.0400"),
        (State.expired, Reason.none, NOW, "0.0400"),
        (State.expired, Reason.none, 0, "0.0000"),  # it waited in vain for a link
        (State.refused, Reason.none, 0, "0.0000"),
        (State.cancelled, Reason.none, 0, "0.0000"),
    ],
)
def test_what_was_given_back_cost_nothing(
    state: State, reason: Reason, sent_at: int, cost: str
) -> None:
    """S28"""
    message = msgspec.structs.replace(MESSAGE, sent_at=sent_at)
    assert of_status(state, reason, message, tell_cost=True)["cost"] == cost
    assert "cost" not in of_status(state, reason, message)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@given(text=st.text(max_size=40), ref=st.text(max_size=40).map(lambda one: one.replace("\0", "")))
def test_any_text_comes_whole_or_with_a_question_mark_for_each_letter_it_lacks(
    settings: Mapping[str, object], text: str, ref: str
) -> None:
    """S16 S28: whatever it is, it stays in its parameter, and the others are what they were."""
    encoding = str(settings.get("charset", "iso-8859-15"))
    ids = camille(settings).ids
    message = msgspec.structs.replace(MESSAGE, ref=ref)
    reply = msgspec.structs.replace(REPLY, text=text)
    found = told(msgspec.structs.replace(NEWS, message=message, reply=reply), **settings)

    def seen(said: str) -> str:
        return said.encode(encoding, "replace").decode(encoding)

    assert list((found or {}).items()) == [
        ("numero", "36034"),
        ("message", seen(text)),
        ("emetteur", "33639980000"),
        ("date_reception", "20112026-100000"),
        ("smsID", ids.order.code(3)),
        *([("refClient", seen(ref))] if ref else []),
        ("responseID", ids.reply.code(5)),
    ]


def test_what_answers_nothing_has_no_sms_id() -> None:
    """S16 S28"""
    for message in (None, answers_nothing(REPLY)):
        found = told(msgspec.structs.replace(NEWS, message=message, reply=REPLY))
        assert list(found or ()) == [
            "numero",
            "message",
            "emetteur",
            "date_reception",
            "responseID",
        ]


def test_a_click_is_nothing_that_is_told() -> None:
    assert told(NEWS) is None
