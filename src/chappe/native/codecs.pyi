"""PDUs and receipts to values and back, in C."""

from collections.abc import Mapping

from chappe.links.smpp.pdus.tables import MessagePdu, MessageResp, Pdu

class Frames:
    """By the sizes of what TLVs hold, and by the kinds of PDUs that have a layout known here."""

    def __new__(
        cls,
        numbers: Mapping[int, int],
        texts: Mapping[int, int],
        messages: Mapping[int, type[MessagePdu]],
        answers: Mapping[int, type[MessageResp]],
        written: Mapping[type[Pdu], bool],
    ) -> Frames: ...
    def read(self, frame: bytes, /) -> Pdu | None:
        """The PDU of a frame; None: the long way."""

    def write(self, pdu: Pdu, sequence: int, tlvs: bytes, /) -> bytes | None:
        """The frame of a PDU, with these octets of TLVs behind it; None: the long way."""

def receipt(octets: bytes, /) -> tuple[str, ...] | None:
    """The words of a receipt as appendix B has it, and what follows them."""
