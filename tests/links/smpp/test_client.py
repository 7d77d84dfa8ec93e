"""The client's side of a conversation, without a socket and without a clock."""

import pytest
from msgspec.structs import replace

from chappe.links.smpp.conversation import session
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
from chappe.links.smpp.pdus.octets import Broken, pack, unpack
from chappe.links.smpp.pdus.stream import Splitter
from chappe.links.smpp.pdus.tables import (
    AlertNotification,
    Bind,
    BindReceiver,
    BindTransceiver,
    BindTransceiverResp,
    BindTransmitter,
    DataSm,
    DataSmResp,
    DeliverSm,
    DeliverSmResp,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    Outbind,
    Pdu,
    SubmitSm,
    SubmitSmResp,
    Unbind,
    UnbindResp,
)

LIMITS = SessionLimits(
    window=3, answer_ms=5_000, bind_ms=1_000, enquire_ms=10_000, alive_ms=2_000, unheard_max=2
)
WHO = Bind(system_id="chappe", password="secret")
SUBMIT = SubmitSm(source_addr="CHAPPE", destination_addr="33639980001", short_message=b"Bonjour")
RECEIPT = DeliverSm(70, 0, (), esm_class=4, short_message=b"id:7 stat:DELIVRD")


def sent(client: SmppSession) -> list[Pdu]:
    """What the client wants to send now, as the other side reads it."""
    pdus = [unpack(frame) for frame in Splitter().feed(client.take())]
    assert all(isinstance(pdu, Pdu) for pdu in pdus)
    return [pdu for pdu in pdus if isinstance(pdu, Pdu)]


def feed(client: SmppSession, *pdus: Pdu, now: int = 0) -> list[Event]:
    return client.feed(b"".join(pack(pdu) for pdu in pdus), now)


def bound(mode: Mode = Mode.transceiver, limits: SessionLimits = LIMITS) -> SmppSession:
    client = SmppSession(CLIENT, limits, 0)
    bind(client, mode, WHO, 0)
    client.take()
    feed(client, BindTransceiverResp(1, 0, (), "smsc"))
    return client


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        (Mode.transmitter, BindTransmitter),
        (Mode.receiver, BindReceiver),
        (Mode.transceiver, BindTransceiver),
    ],
)
def test_a_bind_says_who_we_are_and_which_way_we_speak(mode: Mode, kind: type[Bind]) -> None:
    """E30: transceiver, or transmitter + receiver."""
    client = SmppSession(CLIENT, LIMITS, 0)
    bind(client, mode, WHO, 0)
    assert sent(client) == [kind(1, system_id="chappe", password="secret")]
    assert (client.state, client.room) == (SessionState.binding, 0)
    assert feed(client, BindTransceiverResp(1, 0, (), "smsc")) == [Bound(mode, "smsc")]
    assert client.state is SessionState.bound
    assert client.room == (0 if mode is Mode.receiver else 3)


@pytest.mark.parametrize("answer", [BindTransceiverResp(1, 14), GenericNack(1, 14)])
def test_a_refused_bind_is_the_end(answer: Pdu) -> None:
    client = SmppSession(CLIENT, LIMITS, 0)
    bind(client, Mode.transceiver, WHO, 0)
    assert feed(client, answer) == [Ended(Why.refused, 14)]
    assert feed(client, RECEIPT) == []


def test_a_bind_that_is_not_answered_is_the_end() -> None:
    client = SmppSession(CLIENT, LIMITS, 0)
    bind(client, Mode.transceiver, WHO, 100)
    assert (client.wake_at, client.tick(1_099)) == (1_100, [])
    assert client.tick(1_100) == [Ended(Why.silent)]
    assert client.wake_at is None


def test_submits_leave_in_one_piece_and_never_more_than_the_window() -> None:
    """E24 and E30: the window."""
    client = bound()
    assert client.request([(key, SUBMIT) for key in "abcde"], 0) == 3
    assert sent(client) == [replace(SUBMIT, sequence=number) for number in (2, 3, 4)]
    assert client.room == 0
    assert feed(client, SubmitSmResp(3, 0, (), "x1"), SubmitSmResp(2, 0x58)) == [
        Responded("b", SubmitSmResp(3, 0, (), "x1")),
        Responded("a", SubmitSmResp(2, 0x58)),
    ]
    assert client.request([("d", SUBMIT)], 0) == 1
    assert client.room == 1


def test_a_submit_that_is_not_answered_in_time_is_told_so_once() -> None:
    """E1 and E24: left us and went unanswered."""
    client = bound()
    client.request([("a", SUBMIT)], 0)
    client.request([("b", SUBMIT)], 1_000)
    assert client.wake_at == 5_000
    assert client.tick(4_999) == []
    assert client.tick(5_000) == [Unanswered("a")]
    assert client.room == 2
    assert feed(client, SubmitSmResp(2, 0, (), "x1"), SubmitSmResp(3, 0, (), "x2"), now=5_001) == [
        Responded("b", SubmitSmResp(3, 0, (), "x2"))
    ]
    assert client.oddities == Oddities(strays=1)


def test_a_generic_nack_is_an_answer() -> None:
    client = bound()
    client.request([("a", SUBMIT)], 0)
    assert feed(client, GenericNack(2, 3), GenericNack(0, 2)) == [Responded("a", GenericNack(2, 3))]
    assert client.oddities.strays == 1


def test_an_answer_that_cannot_be_read_still_answers() -> None:
    client = bound()
    client.request([("a", SUBMIT)], 0)
    frame = b"\0\0\0\x13" + b"\x80\0\0\4" + b"\0\0\0\0" + b"\0\0\0\2" + b"no0"
    assert client.feed(frame, 0) == [Responded("a", SubmitSmResp(2))]
    assert client.oddities == Oddities(broken=1)


def test_a_lost_connection_leaves_what_was_unanswered_so() -> None:
    """E1: what left and was not answered is told as such, each once."""
    client = bound()
    client.request([("a", SUBMIT), ("b", SUBMIT)], 0)
    assert client.lost() == [Unanswered("a"), Unanswered("b"), Ended(Why.closed)]
    assert client.lost() == []
    assert (client.request([("c", SUBMIT)], 0), client.room) == (0, 0)


# What comes from the other side.


def test_a_receipt_is_answered_only_once_it_is_on_disk() -> None:
    """E31: deliver_sm_resp only when the receipt is on disk."""
    client = bound()
    events = feed(client, RECEIPT, DataSm(71))
    assert events == [Requested(RECEIPT), Requested(DataSm(71))]
    assert client.take() == b""
    client.answer(acknowledgements([RECEIPT, DataSm(71)], kept=True))
    assert sent(client) == [DeliverSmResp(70), DataSmResp(71)]


def test_a_receipt_that_could_not_be_kept_is_asked_for_again() -> None:
    """E31: never a yes for what is not on disk."""
    client = bound()
    feed(client, RECEIPT)
    client.answer(acknowledgements([RECEIPT], kept=False))
    assert sent(client) == [DeliverSmResp(70, 0x64)]


def test_a_receipt_may_come_before_the_answer_to_its_submit() -> None:
    """E31: a receipt that comes before its submit_sm_resp."""
    client = bound()
    client.request([("a", SUBMIT)], 0)
    assert feed(client, RECEIPT, SubmitSmResp(2, 0, (), "7")) == [
        Requested(RECEIPT),
        Responded("a", SubmitSmResp(2, 0, (), "7")),
    ]


def test_receipts_beyond_what_we_keep_are_sent_back() -> None:
    client = bound()
    third = replace(RECEIPT, sequence=72)
    assert feed(client, RECEIPT, RECEIPT, third) == [Requested(RECEIPT), Requested(RECEIPT)]
    assert sent(client) == [DeliverSmResp(72, 0x14)]
    client.answer(acknowledgements([RECEIPT], kept=True))
    assert feed(client, third) == [Requested(third)]
    assert client.oddities == Oddities(crowded=1)


def test_an_alert_wants_no_answer() -> None:
    client = bound()
    assert feed(client, AlertNotification(9)) == [Announced(AlertNotification(9))]
    assert client.take() == b""


def test_an_outbind_is_told_before_we_are_bound() -> None:
    client = SmppSession(CLIENT, LIMITS, 0)
    outbind = Outbind(1, 0, (), "smsc", "pwd")
    assert feed(client, outbind) == [Announced(outbind)]
    bind(client, Mode.receiver, WHO, 0)
    assert sent(client) == [BindReceiver(1, system_id="chappe", password="secret")]


def test_the_other_side_may_ask_whether_we_live() -> None:
    """E30: enquire_link."""
    client = bound()
    assert feed(client, EnquireLink(900)) == []
    assert sent(client) == [EnquireLinkResp(900)]


def test_after_a_silence_we_ask_whether_the_other_side_lives() -> None:
    """E30: enquire_link."""
    client = bound()
    assert client.wake_at == 10_000
    assert client.tick(9_999) == []
    assert client.take() == b""
    assert client.tick(10_000) == []
    assert sent(client) == [EnquireLink(2)]
    assert client.wake_at == 12_000
    assert feed(client, EnquireLinkResp(2), now=11_000) == []
    assert (client.wake_at, client.tick(12_000)) == (21_000, [])
    client.tick(21_000)
    client.request([("a", SUBMIT)], 21_500)
    assert client.tick(23_000) == [Unanswered("a"), Ended(Why.silent)]


def test_whoever_says_anything_lives() -> None:
    client = bound()
    client.tick(10_000)
    feed(client, RECEIPT, now=11_000)
    assert client.tick(12_000) == []


def test_an_unbind_from_the_other_side_is_agreed_to() -> None:
    """E30: unbind from the other side."""
    client = bound()
    client.request([("a", SUBMIT)], 0)
    client.take()
    assert feed(client, Unbind(8), RECEIPT) == [Unanswered("a"), Ended(Why.left)]
    assert sent(client) == [UnbindResp(8)]
    client.answer(acknowledgements([RECEIPT], kept=True))
    assert client.take() == b""


def test_our_own_unbind_waits_for_the_answers_that_are_out() -> None:
    client = bound()
    client.request([("a", SUBMIT), ("b", SUBMIT)], 0)
    client.take()
    client.unbind(0)
    assert sent(client) == [Unbind(4)]
    assert client.room == 0
    assert feed(client, SubmitSmResp(2, 0, (), "x"), UnbindResp(4)) == [
        Responded("a", SubmitSmResp(2, 0, (), "x")),
        Unanswered("b"),
        Ended(Why.unbound),
    ]


def test_an_unbind_that_is_not_answered_ends_as_well() -> None:
    client = bound()
    client.unbind(500)
    assert client.wake_at == 1_500
    assert client.tick(1_500) == [Ended(Why.silent)]


def test_an_unknown_command_is_told_that_it_is_none() -> None:
    """E30: generic_nack with ESME_RINVCMDID."""
    client = bound()
    frame = b"\0\0\0\x12" + b"\0\1\2\3" + b"\0\0\0\0" + b"\0\0\0\x09" + b"??"
    assert client.feed(frame, 0) == []
    assert sent(client) == [GenericNack(9, 3)]
    unknown_answer = b"\0\0\0\x10" + b"\x80\1\2\3" + b"\0\0\0\0" + b"\0\0\0\x09"
    assert client.feed(unknown_answer, 0) == []
    assert (client.take(), client.oddities) == (b"", Oddities(unknown=2))


def test_a_broken_receipt_is_refused_with_what_is_wrong() -> None:
    client = bound()
    frame = b"\0\0\0\x17" + b"\0\0\0\5" + b"\0\0\0\0" + b"\0\0\0\x09" + b"toolong"
    assert client.feed(frame, 0) == []
    assert sent(client) == [DeliverSmResp(9, 0x15)]
    assert client.oddities == Oddities(broken=1)


@pytest.mark.parametrize(
    ("mode", "pdu"), [(Mode.transmitter, RECEIPT), (Mode.transceiver, replace(SUBMIT, sequence=70))]
)
def test_a_request_that_does_not_belong_there_is_refused(mode: Mode, pdu: Pdu) -> None:
    client = bound(mode)
    assert feed(client, pdu) == []
    (told,) = sent(client)
    assert (told.command, told.sequence, told.status) == (pdu.command | 0x80000000, 70, 4)
    assert client.oddities == Oddities(misplaced=1)


def test_nothing_is_delivered_before_the_bind_is_agreed_on() -> None:
    client = SmppSession(CLIENT, LIMITS, 0)
    assert feed(client, RECEIPT) == []
    assert sent(client) == [DeliverSmResp(70, 4)]


def test_a_pdu_of_four_gigabytes_ends_the_conversation() -> None:
    """E30: a length that cannot be ends it at once."""
    client = bound()
    client.request([("a", SUBMIT)], 0)
    client.take()
    receipt = pack(RECEIPT)
    assert client.feed(receipt + b"\xff\xff\xff\xff", 0) == [
        Requested(RECEIPT),
        Unanswered("a"),
        Ended(Why.broken),
    ]
    assert sent(client) == [GenericNack(0, 2)]
    assert client.feed(receipt, 0) == []


def test_sequence_numbers_come_round() -> None:
    client = bound(limits=SessionLimits(window=4))
    client._sequence = 0x7FFFFFFE
    client.request([("a", SUBMIT), ("b", SUBMIT)], 0)
    assert [pdu.sequence for pdu in sent(client)] == [0x7FFFFFFF, 1]


def test_a_submit_that_cannot_be_written_harms_no_other() -> None:
    client = bound()
    with pytest.raises(ValueError, match="source_addr"):
        client.request([("a", SUBMIT), ("b", replace(SUBMIT, source_addr="x" * 21))], 0)
    assert sent(client) == [replace(SUBMIT, sequence=2)]
    client.request([("c", SUBMIT)], 0)
    assert feed(client, SubmitSmResp(2), SubmitSmResp(3)) == [
        Responded("a", SubmitSmResp(2)),
        Responded("c", SubmitSmResp(3)),
    ]


# --- what nobody asked for ---


def noise(count: int) -> list[Pdu]:
    kinds = (SubmitSmResp(9), EnquireLink(9), EnquireLinkResp(9), GenericNack(9), Outbind(9))
    return [kinds[n % len(kinds)] for n in range(count)]


def test_too_much_of_what_nobody_asked_for_is_the_end() -> None:
    """E55: what is unanswered then is told so, like at any other end."""
    client = bound()
    client.request([("a", SUBMIT)], 0)
    most = LIMITS.noise_max + LIMITS.window
    assert feed(client, *noise(most)) == []
    assert feed(client, EnquireLink(9)) == [Unanswered("a"), Ended(Why.noisy)]
    assert feed(client, *noise(9)) == []


def test_as_much_in_each_second_is_borne() -> None:
    client = bound()
    for second in range(3):
        assert (
            feed(client, *noise(LIMITS.noise_max + LIMITS.window), now=1_000 * (second + 1)) == []
        )
    assert client.state is SessionState.bound


def test_a_whole_window_of_late_answers_is_no_flood() -> None:
    """E24: a centre that was slow comes back with all of them at once."""
    limits = replace(LIMITS, window=5_000, noise_max=10)
    client = bound(limits=limits)
    client.request([(n, SUBMIT) for n in range(5_000)], 0)
    assert len(client.tick(limits.answer_ms)) == 5_000
    late = [SubmitSmResp(2 + n, 0, (), f"x{n}") for n in range(5_000)]
    assert feed(client, *late, now=limits.answer_ms) == []
    assert (client.state, client.oddities.strays) == (SessionState.bound, 5_000)


def test_what_we_answer_is_no_noise() -> None:
    """E55: receipts, those that are sent back among them, are bounded otherwise."""
    client = bound()
    receipts = [replace(RECEIPT, sequence=n) for n in range(2_000)]
    assert len(feed(client, *receipts)) == LIMITS.unheard_max
    assert client.state is SessionState.bound


# --- no more at a time than others can wait for ---


def test_what_is_left_is_looked_at_later_and_nothing_is_judged_before() -> None:
    """E55: an answer that has come is no missing one; and what is broken comes after it."""
    client = bound()
    client.request([("a", SUBMIT), ("b", SUBMIT), ("c", SUBMIT)], 0)
    answers = [SubmitSmResp(2 + n, 0, (), f"x{n}") for n in range(3)]
    octets = b"".join(pack(one) for one in answers) + b"\0\0\0\1rest"
    assert client.feed(octets, 0, 2) == [Responded("a", answers[0]), Responded("b", answers[1])]
    assert (client.behind, client.sated) == (True, True)
    assert client.tick(60_000) == []
    told = client.feed(b"", 0, 2)
    assert told == [Responded("c", answers[2]), Ended(Why.broken)]
    assert (client.behind, client.sated) == (False, False)


def test_a_receipt_takes_the_turn_of_several_answers() -> None:
    """E55: who sends them without end would else hold the loop several times as long."""
    client = bound(limits=replace(LIMITS, unheard_max=9))
    client.request([("a", SUBMIT)], 0)
    receipts = [replace(RECEIPT, sequence=n) for n in (70, 71, 72)]
    answer = SubmitSmResp(2, 0, (), "x0")
    octets = b"".join(map(pack, [*receipts, answer]))
    first, second, third = map(Requested, receipts)
    assert client.feed(octets, 0, 8) == [first, second]
    assert client.feed(b"", 0, 8) == [third, Responded("a", answer)]
    assert client.behind is False


def test_a_lost_connection_leaves_nothing_unread() -> None:
    """E31: what was answered is not in doubt because we did not come to it."""
    client = bound()
    client.request([("a", SUBMIT), ("b", SUBMIT)], 0)
    answers = [SubmitSmResp(2, 0, (), "x0"), SubmitSmResp(3, 0, (), "x1")]
    client.feed(b"".join(map(pack, answers)), 0, 1)
    assert client.lost() == [Responded("b", answers[1]), Ended(Why.closed)]


def test_a_slip_of_ours_costs_the_connection_and_nothing_that_was_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E55: whatever a centre sends, the requests are all told of."""

    def slips(raw: bytes) -> Pdu | Broken:
        if raw.endswith(b"poison\0"):
            raise ValueError("more digits than a number may have")
        return unpack(raw)

    monkeypatch.setattr(session, "unpack", slips)
    client = bound()
    client.request([("a", SUBMIT), ("b", SUBMIT)], 0)
    told = feed(client, SubmitSmResp(2, 0, (), "x0"), SubmitSmResp(3, 0, (), "poison"))
    assert told == [
        Responded("a", SubmitSmResp(2, 0, (), "x0")),
        Unanswered("b"),
        Ended(Why.broken),
    ]
