"""SMPP 3.4 as tables: each PDU with the wire form of its fields, TLVs, commands and statuses.

In: nothing. Out: a Struct for each command, whose annotations are the layout (section 4), and
TLVS (section 5.3). Promise: the order of the fields is the order on the wire, and what is not
here is not spoken. `tlvs` holds (tag, value) in the order of the wire; a known tag has the
value's type, an unknown one or one of a wrong size has its octets.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Annotated, ClassVar, Final, NamedTuple

import msgspec

HEADER: Final = 16
"""command_length, command_id, command_status and sequence_number, four octets each (3.2)."""

SEQUENCE_MAX: Final = 0x7FFFFFFF
RESPONSE: Final = 0x80000000
"""The bit of command_id that says: this is an answer."""


class CommandStatus(IntEnum):
    """command_status, and error_status_code (5.1.3)."""

    ok = 0x00
    bad_message_length = 0x01
    bad_command_length = 0x02
    bad_command = 0x03
    wrong_bind = 0x04
    already_bound = 0x05
    bad_priority = 0x06
    bad_registered_delivery = 0x07
    system_error = 0x08
    bad_source = 0x0A
    bad_destination = 0x0B
    bad_message_id = 0x0C
    bind_failed = 0x0D
    bad_password = 0x0E
    bad_system_id = 0x0F
    cancel_failed = 0x11
    replace_failed = 0x13
    queue_full = 0x14
    bad_service_type = 0x15
    bad_destination_count = 0x33
    bad_list_name = 0x34
    bad_destination_flag = 0x40
    bad_submit_replace = 0x42
    bad_esm_class = 0x43
    no_submit_to_list = 0x44
    submit_failed = 0x45
    bad_source_ton = 0x48
    bad_source_npi = 0x49
    bad_destination_ton = 0x50
    bad_destination_npi = 0x51
    bad_system_type = 0x53
    bad_replace_flag = 0x54
    bad_message_count = 0x55
    throttled = 0x58
    bad_schedule = 0x61
    bad_validity = 0x62
    bad_default_message = 0x63
    later = 0x64  # ESME_RX_T_APPN: the receiver cannot now
    never = 0x65  # ESME_RX_P_APPN: the receiver never will
    rejected = 0x66  # ESME_RX_R_APPN
    query_failed = 0x67
    bad_tlvs = 0xC0
    tlv_not_allowed = 0xC1
    bad_tlv_length = 0xC2
    tlv_missing = 0xC3
    bad_tlv_value = 0xC4
    delivery_failure = 0xFE
    unknown = 0xFF


# --- how a field is written ---


class COctetString(NamedTuple):
    """A C-octet string: at most `size` octets with the zero that ends it."""

    size: int
    wrong: CommandStatus


class Number(NamedTuple):
    """An unsigned integer, most significant octet first."""

    size: int


class Counted(NamedTuple):
    """Octets after a length of one octet."""

    size: int
    wrong: CommandStatus


class Destinations(NamedTuple):
    """number_of_dests, and as many dest_address: a flag, then an address or a list's name."""

    size: int


class Failures(NamedTuple):
    """no_unsuccess, and as many unsuccess_sme."""

    size: int


Wire = COctetString | Number | Counted | Destinations | Failures


class Address(NamedTuple):
    """dest_flag 1: a recipient's number."""

    ton: int
    npi: int
    address: str


class ListName(NamedTuple):
    """dest_flag 2: a list of recipients that the centre keeps."""

    name: str


class Failure(NamedTuple):
    """A recipient of a submit_multi that was not taken."""

    ton: int
    npi: int
    address: str
    status: int


Octet = Annotated[int, Number(1)]
SystemId = Annotated[str, COctetString(16, CommandStatus.bad_system_id)]
Password = Annotated[str, COctetString(9, CommandStatus.bad_password)]
SystemType = Annotated[str, COctetString(13, CommandStatus.bad_system_type)]
AddressRange = Annotated[str, COctetString(41, CommandStatus.bad_command_length)]
ServiceType = Annotated[str, COctetString(6, CommandStatus.bad_service_type)]
Source = Annotated[str, COctetString(21, CommandStatus.bad_source)]
Destination = Annotated[str, COctetString(21, CommandStatus.bad_destination)]
LongSource = Annotated[str, COctetString(65, CommandStatus.bad_source)]
LongDestination = Annotated[str, COctetString(65, CommandStatus.bad_destination)]
MessageId = Annotated[str, COctetString(65, CommandStatus.bad_message_id)]
Schedule = Annotated[str, COctetString(17, CommandStatus.bad_schedule)]
Validity = Annotated[str, COctetString(17, CommandStatus.bad_validity)]
ShortMessage = Annotated[bytes, Counted(254, CommandStatus.bad_message_length)]
ListText = COctetString(21, CommandStatus.bad_list_name)
DestinationText = COctetString(21, CommandStatus.bad_destination)

Value = int | str | bytes
Tlvs = tuple[tuple[int, Value], ...]


# --- the PDUs (section 4) ---


class Pdu(msgspec.Struct, frozen=True, gc=False):
    """What every PDU has. Texts are Latin-1, so that no octet is an error."""

    command: ClassVar[int] = 0
    sequence: int = 0
    status: int = 0
    tlvs: Tlvs = ()


class Bind(Pdu, frozen=True, gc=False):
    """The three binds; each of them is one way of speaking."""

    system_id: SystemId = ""
    password: Password = ""
    system_type: SystemType = ""
    interface_version: Octet = 0x34
    addr_ton: Octet = 0
    addr_npi: Octet = 0
    address_range: AddressRange = ""

    def __repr__(self) -> str:
        """Without the password: a bind may be logged."""
        return f"{type(self).__name__}(sequence={self.sequence}, system_id={self.system_id!r})"


class BindReceiver(Bind, frozen=True, gc=False):
    command = 0x00000001


class BindTransmitter(Bind, frozen=True, gc=False):
    command = 0x00000002


class BindTransceiver(Bind, frozen=True, gc=False):
    command = 0x00000009


class BindResp(Pdu, frozen=True, gc=False):
    system_id: SystemId = ""


class BindReceiverResp(BindResp, frozen=True, gc=False):
    command = 0x80000001


class BindTransmitterResp(BindResp, frozen=True, gc=False):
    command = 0x80000002


class BindTransceiverResp(BindResp, frozen=True, gc=False):
    command = 0x80000009


class Outbind(Pdu, frozen=True, gc=False):
    command = 0x0000000B
    system_id: SystemId = ""
    password: Password = ""

    def __repr__(self) -> str:
        return f"Outbind(sequence={self.sequence}, system_id={self.system_id!r})"


class Unbind(Pdu, frozen=True, gc=False):
    command = 0x00000006


class UnbindResp(Pdu, frozen=True, gc=False):
    command = 0x80000006


class GenericNack(Pdu, frozen=True, gc=False):
    command = 0x80000000


class MessagePdu(Pdu, frozen=True, gc=False):
    """submit_sm and deliver_sm have one layout."""

    service_type: ServiceType = ""
    source_addr_ton: Octet = 0
    source_addr_npi: Octet = 0
    source_addr: Source = ""
    dest_addr_ton: Octet = 0
    dest_addr_npi: Octet = 0
    destination_addr: Destination = ""
    esm_class: Octet = 0
    protocol_id: Octet = 0
    priority_flag: Octet = 0
    schedule_delivery_time: Schedule = ""
    validity_period: Validity = ""
    registered_delivery: Octet = 0
    replace_if_present_flag: Octet = 0
    data_coding: Octet = 0
    sm_default_msg_id: Octet = 0
    short_message: ShortMessage = b""


class SubmitSm(MessagePdu, frozen=True, gc=False):
    command = 0x00000004


class DeliverSm(MessagePdu, frozen=True, gc=False):
    command = 0x00000005


class MessageResp(Pdu, frozen=True, gc=False):
    message_id: MessageId = ""


class SubmitSmResp(MessageResp, frozen=True, gc=False):
    command = 0x80000004


class DeliverSmResp(MessageResp, frozen=True, gc=False):
    command = 0x80000005


class DataSm(Pdu, frozen=True, gc=False):
    command = 0x00000103
    service_type: ServiceType = ""
    source_addr_ton: Octet = 0
    source_addr_npi: Octet = 0
    source_addr: LongSource = ""
    dest_addr_ton: Octet = 0
    dest_addr_npi: Octet = 0
    destination_addr: LongDestination = ""
    esm_class: Octet = 0
    registered_delivery: Octet = 0
    data_coding: Octet = 0


class DataSmResp(MessageResp, frozen=True, gc=False):
    command = 0x80000103


class SubmitMulti(Pdu, frozen=True, gc=False):
    command = 0x00000021
    service_type: ServiceType = ""
    source_addr_ton: Octet = 0
    source_addr_npi: Octet = 0
    source_addr: Source = ""
    destinations: Annotated[tuple[Address | ListName, ...], Destinations(254)] = ()
    esm_class: Octet = 0
    protocol_id: Octet = 0
    priority_flag: Octet = 0
    schedule_delivery_time: Schedule = ""
    validity_period: Validity = ""
    registered_delivery: Octet = 0
    replace_if_present_flag: Octet = 0
    data_coding: Octet = 0
    sm_default_msg_id: Octet = 0
    short_message: ShortMessage = b""


class SubmitMultiResp(Pdu, frozen=True, gc=False):
    command = 0x80000021
    message_id: MessageId = ""
    failures: Annotated[tuple[Failure, ...], Failures(254)] = ()


class QuerySm(Pdu, frozen=True, gc=False):
    command = 0x00000003
    message_id: MessageId = ""
    source_addr_ton: Octet = 0
    source_addr_npi: Octet = 0
    source_addr: Source = ""


class QuerySmResp(Pdu, frozen=True, gc=False):
    command = 0x80000003
    message_id: MessageId = ""
    final_date: Schedule = ""
    message_state: Octet = 0
    error_code: Octet = 0


class CancelSm(Pdu, frozen=True, gc=False):
    command = 0x00000008
    service_type: ServiceType = ""
    message_id: MessageId = ""
    source_addr_ton: Octet = 0
    source_addr_npi: Octet = 0
    source_addr: Source = ""
    dest_addr_ton: Octet = 0
    dest_addr_npi: Octet = 0
    destination_addr: Destination = ""


class CancelSmResp(Pdu, frozen=True, gc=False):
    command = 0x80000008


class ReplaceSm(Pdu, frozen=True, gc=False):
    command = 0x00000007
    message_id: MessageId = ""
    source_addr_ton: Octet = 0
    source_addr_npi: Octet = 0
    source_addr: Source = ""
    schedule_delivery_time: Schedule = ""
    validity_period: Validity = ""
    registered_delivery: Octet = 0
    sm_default_msg_id: Octet = 0
    short_message: ShortMessage = b""


class ReplaceSmResp(Pdu, frozen=True, gc=False):
    command = 0x80000007


class EnquireLink(Pdu, frozen=True, gc=False):
    command = 0x00000015


class EnquireLinkResp(Pdu, frozen=True, gc=False):
    command = 0x80000015


class AlertNotification(Pdu, frozen=True, gc=False):
    command = 0x00000102
    source_addr_ton: Octet = 0
    source_addr_npi: Octet = 0
    source_addr: LongSource = ""
    esme_addr_ton: Octet = 0
    esme_addr_npi: Octet = 0
    esme_addr: LongDestination = ""


PDUS: Final[tuple[type[Pdu], ...]] = (
    *(BindReceiver, BindReceiverResp, BindTransmitter, BindTransmitterResp),
    *(BindTransceiver, BindTransceiverResp, Outbind, Unbind, UnbindResp, GenericNack),
    *(SubmitSm, SubmitSmResp, DeliverSm, DeliverSmResp, DataSm, DataSmResp),
    *(SubmitMulti, SubmitMultiResp, QuerySm, QuerySmResp, CancelSm, CancelSmResp),
    *(ReplaceSm, ReplaceSmResp, EnquireLink, EnquireLinkResp, AlertNotification),
)

COMMANDS: Final[Mapping[int, type[Pdu]]] = {pdu.command: pdu for pdu in PDUS}

RESPONSES: Final[Mapping[int, type[Pdu]]] = {
    pdu.command: COMMANDS[pdu.command | RESPONSE]
    for pdu in PDUS
    if not pdu.command & RESPONSE and pdu.command | RESPONSE in COMMANDS
}
"""Request -> the Struct of its answer. An outbind and an alert_notification have none."""


# --- optional parameters (section 5.3) ---


class Tag(IntEnum):
    """The optional parameters by name."""

    dest_addr_subunit = 0x0005
    dest_network_type = 0x0006
    dest_bearer_type = 0x0007
    dest_telematics_id = 0x0008
    source_addr_subunit = 0x000D
    source_network_type = 0x000E
    source_bearer_type = 0x000F
    source_telematics_id = 0x0010
    qos_time_to_live = 0x0017
    payload_type = 0x0019
    additional_status_info_text = 0x001D
    receipted_message_id = 0x001E
    ms_msg_wait_facilities = 0x0030
    privacy_indicator = 0x0201
    source_subaddress = 0x0202
    dest_subaddress = 0x0203
    user_message_reference = 0x0204
    user_response_code = 0x0205
    source_port = 0x020A
    destination_port = 0x020B
    sar_msg_ref_num = 0x020C
    language_indicator = 0x020D
    sar_total_segments = 0x020E
    sar_segment_seqnum = 0x020F
    sc_interface_version = 0x0210
    callback_num_pres_ind = 0x0302
    callback_num_atag = 0x0303
    number_of_messages = 0x0304
    callback_num = 0x0381
    dpf_result = 0x0420
    set_dpf = 0x0421
    ms_availability_status = 0x0422
    network_error_code = 0x0423
    message_payload = 0x0424
    delivery_failure_reason = 0x0425
    more_messages_to_send = 0x0426
    message_state = 0x0427
    ussd_service_op = 0x0501
    display_time = 0x1201
    sms_signal = 0x1203
    ms_validity = 0x1204
    alert_on_message_delivery = 0x130C
    its_reply_type = 0x1380
    its_session_info = 0x1383


class Octets(NamedTuple):
    """As they are."""


TlvForm = Number | COctetString | Octets
_B = Number(1)

TLVS: Final[Mapping[int, TlvForm]] = {
    Tag.dest_addr_subunit: _B,
    Tag.dest_network_type: _B,
    Tag.dest_bearer_type: _B,
    Tag.dest_telematics_id: Number(2),
    Tag.source_addr_subunit: _B,
    Tag.source_network_type: _B,
    Tag.source_bearer_type: _B,
    Tag.source_telematics_id: _B,
    Tag.qos_time_to_live: Number(4),
    Tag.payload_type: _B,
    Tag.additional_status_info_text: COctetString(256, CommandStatus.bad_tlv_length),
    Tag.receipted_message_id: COctetString(65, CommandStatus.bad_tlv_length),
    Tag.ms_msg_wait_facilities: _B,
    Tag.privacy_indicator: _B,
    Tag.source_subaddress: Octets(),
    Tag.dest_subaddress: Octets(),
    Tag.user_message_reference: Number(2),
    Tag.user_response_code: _B,
    Tag.source_port: Number(2),
    Tag.destination_port: Number(2),
    Tag.sar_msg_ref_num: Number(2),
    Tag.language_indicator: _B,
    Tag.sar_total_segments: _B,
    Tag.sar_segment_seqnum: _B,
    Tag.sc_interface_version: _B,
    Tag.callback_num_pres_ind: _B,
    Tag.callback_num_atag: Octets(),
    Tag.number_of_messages: _B,
    Tag.callback_num: Octets(),
    Tag.dpf_result: _B,
    Tag.set_dpf: _B,
    Tag.ms_availability_status: _B,
    Tag.network_error_code: Octets(),
    Tag.message_payload: Octets(),
    Tag.delivery_failure_reason: _B,
    Tag.more_messages_to_send: _B,
    Tag.message_state: _B,
    Tag.ussd_service_op: _B,
    Tag.display_time: _B,
    Tag.sms_signal: Number(2),
    Tag.ms_validity: _B,
    Tag.alert_on_message_delivery: Octets(),
    Tag.its_reply_type: _B,
    Tag.its_session_info: Octets(),
}
