"""The centre's side of a conversation, and both sides against each other."""

from hypothesis import given
from hypothesis import strategies as st

from chappe.links.smpp.conversation.centre import CENTRE, admit, alert, outbind
from chappe.links.smpp.conversation.client import CLIENT, acknowledgements, bind
from chappe.links.smpp.conversation.events import (
    Announced,
    Bound,
    Ended,
    Event,
    Mode,
    Oddities,
    Requested,
    Responded,
    SessionLimits,
    SessionState,
    Unanswered,
    Why,
)
from chappe.links.smpp.conversation.session import SmppSession
from chappe.links.smpp.pdus.octets import pack, unpack
from chappe.links.smpp.pdus.stream import Splitter
from chappe.links.smpp.pdus.tables import (
    AlertNotification,
    Bind,
    BindReceiver,
    BindTransceiver,
    BindTransceiverResp,
    DeliverSm,
    DeliverSmResp,
    GenericNack,
    Outbind,
    Pdu,
    QuerySm,
    QuerySmResp,
    SubmitMulti,
    SubmitMultiResp,
    SubmitSm,
    SubmitSmResp,
)

LIMITS = SessionLimits(window=2, unheard_max=4)
WHO = Bind(system_id="chappe", password="secret")
BIND = BindTransceiver(1, 0, (), "chappe", "secret")
SUBMIT = SubmitSm(5, destination_addr="33639980001", short_message=b"Bonjour")


def sent(session: SmppSession) -> list[Pdu]:
    pdus = [unpack(frame) for frame in Splitter().feed(session.take())]
    assert all(isinstance(pdu, Pdu) for pdu in pdus)
    return [pdu for pdu in pdus if isinstance(pdu, Pdu)]


def feed(session: SmppSession, *pdus: Pdu) -> list[Event]:
    return session.feed(b"".join(pack(pdu) for pdu in pdus), 0)


def bound(asked: Bind = BIND) -> SmppSession:
    centre = SmppSession(CENTRE, LIMITS, 0)
    feed(centre, asked)
    admit(centre, asked, "chappe-smsc")
    centre.take()
    return centre


def test_a_bind_is_admitted_when_we_say_so() -> None:
    """E33: a real SMPP server form."""
    centre = SmppSession(CENTRE, LIMITS, 0)
    assert feed(centre, BIND) == [Requested(BIND)]
    assert centre.take() == b""
    assert admit(centre, BIND, "chappe-smsc") == [Bound(Mode.transceiver, "chappe")]
    assert sent(centre) == [BindTransceiverResp(1, 0, ((0x0210, 0x34),), "chappe-smsc")]
    assert (centre.state, centre.room) == (SessionState.bound, 2)


def test_a_refused_bind_may_be_tried_again() -> None:
    centre = SmppSession(CENTRE, LIMITS, 0)
    feed(centre, BIND)
    assert admit(centre, BIND, "chappe-smsc", 0x0E) == []
    assert sent(centre) == [BindTransceiverResp(1, 0x0E)]
    assert feed(centre, BIND) == [Requested(BIND)]


def test_who_does_not_bind_in_time_goes() -> None:
    centre = SmppSession(CENTRE, LIMITS, 0)
    assert centre.wake_at == 10_000
    assert centre.tick(10_000) == [Ended(Why.silent)]


def test_binds_that_are_refused_win_no_time() -> None:
    """Who guesses passwords has as long for all of them as others have for one."""
    centre = SmppSession(CENTRE, LIMITS, 0)
    for now in range(0, 10_000, 1_000):
        assert centre.feed(pack(BIND), now) == [Requested(BIND)]
        admit(centre, BIND, "chappe-smsc", 0x0E)
    assert centre.wake_at == 10_000
    assert centre.tick(10_000) == [Ended(Why.silent)]


def test_a_second_bind_is_refused() -> None:
    centre = bound()
    assert feed(centre, BIND) == []
    assert sent(centre) == [BindTransceiverResp(1, 5)]


def test_nothing_is_taken_before_a_bind() -> None:
    centre = SmppSession(CENTRE, LIMITS, 0)
    assert feed(centre, SUBMIT) == []
    assert sent(centre) == [SubmitSmResp(5, 4)]
    assert centre.oddities == Oddities(misplaced=1)


def test_submits_queries_and_lists_are_answered_as_we_wish() -> None:
    """E33: a real SMPP server form."""
    centre = bound()
    query, many = QuerySm(6, message_id="7"), SubmitMulti(7)
    assert feed(centre, SUBMIT, query, many) == [
        Requested(SUBMIT),
        Requested(query),
        Requested(many),
    ]
    answers = [SubmitSmResp(5, 0, (), "a1"), QuerySmResp(6, 0x67), SubmitMultiResp(7, 0x45)]
    centre.answer(answers)
    assert sent(centre) == answers


def test_a_receiver_may_not_submit_and_is_delivered_to() -> None:
    centre = bound(BindReceiver(1, 0, (), "chappe"))
    feed(centre, SUBMIT)
    assert sent(centre) == [SubmitSmResp(5, 4)]
    assert centre.request([("r", DeliverSm())], 0) == 1
    assert sent(centre) == [DeliverSm(1)]
    assert feed(centre, DeliverSmResp(1)) == [Responded("r", DeliverSmResp(1))]


def test_deliveries_keep_to_a_window_and_run_out() -> None:
    centre = bound()
    assert centre.request([(key, DeliverSm()) for key in "abc"], 0) == 2
    assert centre.tick(30_000) == [Unanswered("a"), Unanswered("b")]


def test_an_outbind_and_an_alert_want_no_answer() -> None:
    centre = SmppSession(CENTRE, LIMITS, 0)
    outbind(centre, "smsc", "pwd")
    assert sent(centre) == [Outbind(1, 0, (), "smsc", "pwd")]
    centre = bound()
    alert(centre, AlertNotification(source_addr="33639980001"))
    assert sent(centre) == [AlertNotification(1, source_addr="33639980001")]


def test_octets_that_are_no_smpp_end_it() -> None:
    """E55: a door that is spoken to in another language."""
    centre = SmppSession(CENTRE, LIMITS, 0)
    assert centre.feed(b"GET / HTTP/1.1\r\n\r\n", 0) == [Ended(Why.broken)]
    (nack,) = sent(centre)
    assert (type(nack), nack.status) == (GenericNack, 2)


def talk(
    one: SmppSession, other: SmppSession, cut: int, now: int
) -> tuple[list[Event], list[Event]]:
    """What each side hears when all that is to be sent arrives, in pieces of `cut` octets."""
    heard: tuple[list[Event], list[Event]] = [], []
    for speaker, listener, ears in ((one, other, heard[1]), (other, one, heard[0])):
        octets = speaker.take()
        for at in range(0, len(octets), cut):
            ears.extend(listener.feed(octets[at : at + cut], now))
    return heard


def test_both_sides_understand_each_other() -> None:
    """E33: the link is tested against the server form."""
    client, centre = SmppSession(CLIENT, LIMITS, 0), SmppSession(CENTRE, LIMITS, 0)
    bind(client, Mode.transceiver, WHO, 0)
    _, asked = talk(client, centre, 7, 0)
    assert isinstance(asked[0], Requested)
    assert isinstance(asked[0].pdu, Bind)
    admit(centre, asked[0].pdu, "smsc")
    assert talk(client, centre, 7, 0) == ([Bound(Mode.transceiver, "smsc")], [])
    client.request([("a", SUBMIT)], 0)
    (_, events) = talk(client, centre, 7, 0)
    assert isinstance(events[0], Requested)
    number = events[0].pdu.sequence
    centre.answer([SubmitSmResp(number, 0, (), "x1")])
    centre.request([("r", DeliverSm(esm_class=4))], 0)
    heard, _ = talk(client, centre, 7, 0)
    assert heard[0] == Responded("a", SubmitSmResp(number, 0, (), "x1"))
    client.answer(
        acknowledgements([event.pdu for event in heard if isinstance(event, Requested)], kept=True)
    )
    assert talk(client, centre, 7, 0) == ([], [Responded("r", DeliverSmResp(1))])
    client.unbind(0)
    talk(client, centre, 7, 0)
    assert talk(client, centre, 7, 0) == ([], [])
    assert (client.state, centre.state) == (SessionState.ended, SessionState.ended)


STEPS = st.sampled_from(["submit", "deliver", "talk", "answer", "wait", "unbind", "lose"])


@given(st.lists(STEPS, max_size=40), st.integers(1, 60))
def test_every_request_is_told_of_exactly_once(steps: list[str], cut: int) -> None:
    """E1 and E30: answered, or unanswered, whatever happens to the conversation."""
    client, centre = SmppSession(CLIENT, LIMITS, 0), SmppSession(CENTRE, LIMITS, 0)
    bind(client, Mode.transceiver, WHO, 0)
    talk(client, centre, cut, 0)
    admit(centre, BIND, "smsc")
    talk(client, centre, cut, 0)
    made, told, asked, now = 0, list[int](), list[Pdu](), 0
    for step in [*steps, "lose"]:
        events: list[Event] = []
        if step == "submit":
            made += client.request([(made, SUBMIT), (made + 1, SUBMIT)], now)
        elif step == "deliver":
            centre.request([("r", DeliverSm())], now)
        elif step == "talk":
            events, theirs = talk(client, centre, cut, now)
            asked += [event.pdu for event in theirs if isinstance(event, Requested)]
        elif step == "answer" and asked:
            centre.answer([SubmitSmResp(asked.pop().sequence, 0, (), "x")])
        elif step == "wait":
            now += 9_000
            events = client.tick(now)
            centre.tick(now)
        elif step == "unbind":
            client.unbind(now)
        elif step == "lose":
            events = client.lost()
        told += [event.key for event in events if isinstance(event, Responded | Unanswered)]
        assert not any(isinstance(event, Announced) for event in events)
        assert client.room <= LIMITS.window
    assert sorted(told) == list(range(made))
