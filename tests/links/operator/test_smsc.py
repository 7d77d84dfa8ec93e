"""The simulated operator behind a port: what its clients are answered, and what they are told."""

import ssl
from pathlib import Path

import pytest
from msgspec.structs import replace

from chappe.links.operator.mind.judgement import Weather
from chappe.links.smpp.conversation.events import Mode
from chappe.links.smpp.pdus.tables import (
    Address,
    CancelSm,
    CancelSmResp,
    CommandStatus,
    DataSm,
    DataSmResp,
    Failure,
    ListName,
    QuerySm,
    QuerySmResp,
    ReplaceSm,
    SubmitMulti,
    SubmitMultiResp,
    SubmitSm,
    SubmitSmResp,
    Tag,
)
from chappe.words.clock import MINUTE, SECOND, HandClock
from tests.links.esme import CODE, FICTION, bound, connected, sms, texts
from tests.links.smsc import centre, settle
from tests.tidy.tree import ROOT

S = CommandStatus

DELIVERED = "DELIVRD 0"
START = 1_795_000_000_000
LONG = "Bonjour. " * 30
PEM = ROOT / "tests" / "doors" / "localhost.pem"


async def test_a_submit_is_answered_and_its_receipt_comes(tmp_path: Path) -> None:
    """E33: a real SMPP server form; E31: receipts by text and by TLV."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        (answer,) = await esme.submit(sms())
        assert isinstance(answer, SubmitSmResp)
        (receipt,) = await esme.told(1)
        assert (receipt.state, receipt.error, receipt.text) == ("DELIVRD", "0", "Bonjour")
        assert receipt.ids == (answer.message_id,)
        (told,) = esme.delivered
        assert (told.source_addr, told.destination_addr) == (str(FICTION), CODE)
        assert (told.source_addr_ton, told.dest_addr_ton, told.esm_class) == (1, 3, 4)
        assert [submit.number for submit in smsc.submits()] == [FICTION]
        await settle(lambda: smsc.smsc.owed == 0)


ROWS = {
    11: "UNDELIV 1",
    12: "EXPIRED 0",
    13: "UNDELIV 902",
    14: "UNDELIV 21",
    15: "UNDELIV 903",
    16: "UNDELIV 0",
    17: "ENROUTE 0, DELIVRD 0",
    18: "ENROUTE 0, EXPIRED 0",
    19: "DELETED 0",
    20: "REJECTD 0",
    21: "UNDELIV 32",
    22: "UNDELIV 8",
    23: "UNDELIV 904",
    24: "UNDELIV 905",
    25: "UNDELIV 901",
    26: "UNDELIV 906",
    27: "ENROUTE 6, DELIVRD 0",
    28: "ENROUTE 6, UNDELIV 6",
    29: "UNDELIV 907",
    31: "DELIVRD 0, DELIVRD 0",
    33: "",
}


@pytest.mark.parametrize("row", [0, 9, 10, 30, 37, 40, 50, 99, *ROWS])
async def test_the_number_decides_what_the_receipts_say(tmp_path: Path, row: int) -> None:
    """E33: every row that is taken, with all the time it needs."""
    clock = HandClock(START)
    async with centre(tmp_path, clock) as smsc, bound(smsc.port) as esme:
        await esme.submit(sms(row))
        wanted = ROWS.get(row, DELIVERED)
        expected = wanted.split(", ") if wanted else []
        for at in (50, 10_000, 20_000, 30_000):
            clock.advance(START + at)
            await esme.enquire()
        await esme.told(len(expected))
        assert [f"{one.state} {one.error}" for one in esme.receipts] == expected


async def test_a_receipt_may_come_before_its_answer(tmp_path: Path) -> None:
    """E31."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        (answer,) = await esme.submit(sms(32))
        assert isinstance(answer, SubmitSmResp)
        (receipt,) = esme.receipts
        assert receipt.ids == (answer.message_id,)
        assert esme.order.index(answer) == 1


async def test_it_comes_first_on_another_connection_as_well(tmp_path: Path) -> None:
    async with (
        centre(tmp_path) as smsc,
        bound(smsc.port, Mode.receiver) as receiver,
        bound(smsc.port, Mode.transmitter) as transmitter,
    ):
        receiver.says = lambda _: None
        (key,) = transmitter.post(sms(32))
        await receiver.told(1)
        await transmitter.enquire()
        assert key not in transmitter.answers
    async with centre(tmp_path) as smsc, bound(smsc.port, Mode.transmitter) as transmitter:
        (answer,) = await transmitter.submit(sms(32))
        assert answer.status == S.ok, "nobody can be told, so nothing is waited for"


async def test_a_refused_submit_is_refused_for_good(tmp_path: Path) -> None:
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        answers = await esme.submit(sms(34), sms(34))
        assert [answer.status for answer in answers] == [S.submit_failed] * 2
        assert smsc.smsc.owed == 0


async def test_a_throttled_message_is_taken_the_fourth_time(tmp_path: Path) -> None:
    """E33."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        said = [(await esme.submit(sms(35)))[0].status for _ in range(4)]
        assert said == [
            S.throttled,
            S.throttled,
            S.throttled,
            S.ok,
        ]
        await esme.told(1)


async def test_a_submit_that_is_never_answered_holds_up_no_other(tmp_path: Path) -> None:
    async with centre(tmp_path, window=2) as smsc, bound(smsc.port) as esme:
        keys: list[int] = []
        for _ in range(3):
            keys += esme.post(sms(36))
            await esme.enquire()
        (answer,) = await esme.submit(sms())
        assert answer.status == S.ok
        assert not esme.answers.keys() & set(keys)
        assert [submit.outcome for submit in smsc.submits()] == [36, 36, 36, 0]


# --- long messages ---


def parts(row: int, way: str, text: str = LONG, sender: str = CODE) -> list[SubmitSm]:
    """A long text in two parts, or in one payload, joined one way or the other."""
    half = len(text) // 2
    whole = sms(row, "", sender)
    if way == "payload":
        return [replace(whole, tlvs=((Tag.message_payload, text.encode("latin-1")),))]
    made = []
    for no, piece in enumerate((text[:half], text[half:]), 1):
        octets = piece.encode("latin-1")
        if way == "sar":
            tlvs = (
                (Tag.sar_msg_ref_num, 700),
                (Tag.sar_total_segments, 2),
                (Tag.sar_segment_seqnum, no),
            )
            made.append(replace(whole, short_message=octets, tlvs=tlvs))
        else:
            header = {"udh8": (5, 0, 3, 7, 2, no), "udh16": (6, 8, 4, 1, 7, 2, no)}[way]
            made.append(replace(whole, esm_class=0x40, short_message=bytes(header) + octets))
    return made


WAYS = ("udh8", "udh16", "sar", "payload")


@pytest.mark.parametrize("way", WAYS)
async def test_one_part_of_a_long_message_fails_whichever_way_it_is_joined(
    tmp_path: Path, way: str
) -> None:
    """E33: row 37; E30: long messages by header, by SAR and as a payload."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        made = parts(37, way)
        answers = await esme.submit(*made)
        receipts = await esme.told(len(made))
        states = {one.ids[0]: one.state for one in receipts}
        told = [states[one.message_id] for one in answers if isinstance(one, SubmitSmResp)]
        assert told == (["UNDELIV"] if way == "payload" else ["DELIVRD", "UNDELIV"])
        submits = smsc.submits()
        assert "".join(one.text for one in submits) == LONG
        assert len({one.message for one in submits}) == 1


@pytest.mark.parametrize("way", WAYS)
async def test_a_handset_replies_once_to_a_long_message(tmp_path: Path, way: str) -> None:
    """E33: rows 40 to 42 look at whole messages."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        text = LONG[:135] + "STOP au 36034. " + LONG[135:]
        assert text.index("STOP") < len(text) // 2 < text.index("36034") + 5, "across the border"
        made = parts(40, way, text, "BOUTIQUE")
        await esme.submit(*made)
        await esme.until(lambda: len(esme.replies) == 1, "the reply")
        await esme.told(len(made))
        (reply,) = esme.replies
        assert (reply.short_message, reply.destination_addr) == (b"STOP", "36034")
        assert reply.source_addr == str(FICTION + 40)


async def test_parts_are_told_apart_by_who_sent_them(tmp_path: Path) -> None:
    """The same small reference of two senders is not one message."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        first, second = parts(1, "udh8")
        other, _ = parts(1, "udh8", sender="36200")
        await esme.submit(first, other, second)
        messages = [submit.message for submit in smsc.submits()]
        assert messages[0] == messages[2] != messages[1]


# --- handsets ---


@pytest.mark.parametrize(
    ("text", "coding", "count"),
    [
        ("Où êtes-vous ?", 8, 1),
        ("Ou etes-vous {ici} ? 10 €", 0, 1),
        ("a" * 160, 0, 1),
        ("a" * 152 + "€" + "b" * 9, 0, 2),
        ("はい" * 50, 8, 2),
        ("😀" * 36, 8, 2),
    ],
)
async def test_a_handset_writes_in_gsm_or_ucs2_and_in_parts(
    tmp_path: Path, text: str, coding: int, count: int
) -> None:
    """E32: replies in either alphabet; concatenated ones have a header."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        smsc.hand_in(33_612_345_678, CODE, text)
        await esme.until(lambda: texts(esme) == [text], text)
        assert len(esme.replies) == count
        assert {pdu.data_coding for pdu in esme.replies} == {coding}
        assert {pdu.esm_class for pdu in esme.replies} == {0x40 if count > 1 else 0}
        await settle(lambda: smsc.smsc.owed == 0)


async def test_a_reply_in_japanese_goes_to_who_asked(tmp_path: Path) -> None:
    """E33: row 42."""
    async with (
        centre(tmp_path) as smsc,
        bound(smsc.port, system_id="other") as other,
        bound(smsc.port) as esme,
    ):
        await esme.submit(sms(42))
        await esme.until(lambda: texts(esme) == ["はい、お願いします"], "the reply")
        smsc.hand_in(33_612_345_678, CODE, "Bonjour")
        await esme.until(lambda: len(texts(esme)) == 2, "what is written to the same code")
        assert other.delivered == []


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (0, CODE, "a"),
        (10**20, CODE, "a"),
        (336, "", "a"),
        (336, "é", "a"),
        (336, CODE, "a" * 40_000),
    ],
)
async def test_what_no_handset_could_write_is_said_to_be_so(
    tmp_path: Path, number: int, code: str, text: str
) -> None:
    async with centre(tmp_path) as smsc:
        with pytest.raises(ValueError, match=r"\w"):
            smsc.hand_in(number, code, text)
        assert smsc.smsc.owed == 0


# --- the other commands ---


async def test_each_destination_of_a_submit_multi_has_its_own_fate(tmp_path: Path) -> None:
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        to = [Address(1, 1, str(FICTION + row)) for row in (1, 11, 34)]
        multi = SubmitMulti(
            source_addr=CODE,
            destinations=(*to, Address(1, 1, "none")),
            registered_delivery=1,
            short_message=b"Bonjour",
        )
        (answer,) = await esme.submit(multi)
        assert isinstance(answer, SubmitMultiResp)
        assert answer.failures == (
            Failure(1, 1, to[2].address, S.submit_failed),
            Failure(1, 1, "none", S.bad_destination),
        )
        receipts = await esme.told(2)
        assert {one.ids for one in receipts} == {(answer.message_id,)}
        said = {
            pdu.source_addr: one.state for pdu, one in zip(esme.delivered, receipts, strict=True)
        }
        assert said == {to[0].address: "DELIVRD", to[1].address: "UNDELIV"}
        assert [submit.number % 100 for submit in smsc.submits()] == [1, 11, 34]
        listed = replace(multi, destinations=(ListName("all"),))
        (refused,) = await esme.submit(listed)
        assert refused.status == S.no_submit_to_list


async def test_a_data_sm_is_a_submit(tmp_path: Path) -> None:
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        asked = DataSm(
            source_addr=CODE,
            destination_addr=str(FICTION + 11),
            registered_delivery=1,
            tlvs=((Tag.message_payload, b"Bonjour"),),
        )
        answer, refused = await esme.submit(asked, replace(asked, source_addr="1" * 30))
        assert isinstance(answer, DataSmResp)
        assert refused.status == S.bad_source
        (receipt,) = await esme.told(1)
        assert (receipt.ids, receipt.state) == ((answer.message_id,), "UNDELIV")


async def test_a_message_may_be_asked_after(tmp_path: Path) -> None:
    clock = HandClock(START)
    async with (
        centre(tmp_path, clock) as smsc,
        bound(smsc.port) as esme,
        bound(smsc.port, system_id="other") as other,
    ):
        (answer,) = await esme.submit(sms(30))
        assert isinstance(answer, SubmitSmResp)
        query = QuerySm(message_id=answer.message_id, source_addr=CODE)
        (waits,) = await esme.submit(query)
        assert waits == QuerySmResp(waits.sequence, 0, (), answer.message_id, "", 1, 0)
        clock.advance(START + 30 * SECOND)
        (over,) = await esme.submit(query)
        assert isinstance(over, QuerySmResp)
        assert (over.message_state, len(over.final_date)) == (2, 16)
        for asker, wrong in (
            (other, query),
            (esme, replace(query, message_id="7")),
            (esme, replace(query, message_id="no id")),
            (esme, replace(query, source_addr="36200")),
        ):
            (none,) = await asker.submit(wrong)
            assert none.status == S.query_failed


async def test_a_message_that_is_not_there_yet_may_be_called_off(tmp_path: Path) -> None:
    clock = HandClock(START)
    async with centre(tmp_path, clock) as smsc, bound(smsc.port) as esme:
        (answer,) = await esme.submit(sms(30))
        assert isinstance(answer, SubmitSmResp)
        cancel = CancelSm(message_id=answer.message_id, source_addr=CODE)
        replaced = ReplaceSm(message_id=answer.message_id, source_addr=CODE, short_message=b"Salut")
        said = await esme.submit(replaced, cancel, cancel, replaced)
        assert [one.status for one in said] == [
            *(
                S.ok,
                S.ok,
                S.cancel_failed,
                S.replace_failed,
            )
        ]
        assert isinstance(said[1], CancelSmResp)
        clock.advance(START + MINUTE)
        (receipt,) = await esme.told(1)
        assert (receipt.ids, receipt.state) == ((answer.message_id,), "DELETED")
        await esme.enquire()
        assert len(esme.receipts) == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"destination_addr": ""}, S.bad_destination),
        ({"destination_addr": "Orange"}, S.bad_destination),
        ({"schedule_delivery_time": "000000010000000R"}, S.bad_schedule),
    ],
)
async def test_what_cannot_be_sent_is_refused(
    tmp_path: Path, wrong: dict[str, str], status: CommandStatus
) -> None:
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        (answer,) = await esme.submit(replace(sms(), **wrong))
        assert answer.status == status
        assert smsc.submits() == []


@pytest.mark.parametrize(
    ("written", "ton"),
    [("0639980011", 0), ("0639980011", 2), ("+33639980011", 1), ("0033639980011", 0)],
)
async def test_numbers_may_be_written_as_people_do(tmp_path: Path, written: str, ton: int) -> None:
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        await esme.submit(replace(sms(), destination_addr=written, dest_addr_ton=ton))
        (receipt,) = await esme.told(1)
        assert (receipt.state, esme.delivered[0].source_addr) == ("UNDELIV", "33639980011")


# --- who may bind ---


@pytest.mark.parametrize(
    ("name", "password", "status"),
    [
        ("other", "secret", S.bad_system_id),
        ("chappe", "wrong", S.bad_password),
    ],
)
async def test_a_wrong_login_is_refused_and_may_be_tried_again(
    tmp_path: Path, name: str, password: str, status: CommandStatus
) -> None:
    async with centre(tmp_path, system_id="chappe", password="secret") as smsc:
        async with connected(smsc.port) as esme:
            await esme.bind(Mode.transceiver, name, password)
            assert esme.ended is not None
            assert esme.ended.status == status
        async with bound(smsc.port, password="secret") as esme:
            await esme.submit(sms())
            await esme.unbind()


async def test_it_speaks_tls(tmp_path: Path) -> None:
    """E30: TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    trust = ssl.create_default_context(cafile=str(PEM))
    trust.check_hostname = False
    async with centre(tmp_path, tls=context) as smsc, bound(smsc.port, tls=trust) as esme:
        await esme.submit(sms())
        await esme.told(1)


# --- the weather ---


async def test_a_dead_link_takes_nobody_until_it_is_over(tmp_path: Path) -> None:
    clock = HandClock(START)
    async with centre(tmp_path, clock) as smsc:
        async with bound(smsc.port) as esme:
            smsc.set_weather(Weather(dead=True, until=START + SECOND))
            await esme.until(lambda: esme.ended is not None, "the end")
        async with connected(smsc.port) as esme:
            await esme.until(lambda: esme.ended is not None, "no answer")
        clock.advance(START + SECOND)
        async with bound(smsc.port) as esme:
            await esme.submit(sms())


async def test_a_slow_network_answers_late(tmp_path: Path) -> None:
    clock = HandClock(START)
    weather = Weather(latency_ms=500)
    async with centre(tmp_path, clock, weather=weather) as smsc, bound(smsc.port) as esme:
        (key,) = esme.post(sms())
        await settle(lambda: len(smsc.submits()) == 1)
        clock.advance(START + 499)
        await esme.enquire()
        assert key not in esme.answers
        clock.advance(START + 550)
        await esme.told(1)
        assert [type(one).__name__ for one in esme.order] == ["SubmitSmResp", "DeliverSm"]


async def test_chance_is_the_same_under_the_same_seed(tmp_path: Path) -> None:
    weather = Weather(rates={11: 0.3, 34: 0.3}, seed=7)
    for _ in range(2):
        async with centre(tmp_path, weather=weather) as smsc, bound(smsc.port) as esme:
            await esme.submit(*[sms(text=str(n)) for n in range(100)])
    outcomes = [submit.outcome for submit in smsc.submits()]
    assert outcomes[:100] == outcomes[100:]
    assert set(outcomes) == {0, 11, 34}
