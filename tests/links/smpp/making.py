"""PDUs that Hypothesis makes, of every kind and of any content that fits."""

from typing import Any

from hypothesis import strategies as st

from chappe.links.smpp.pdus.fields import LAYOUTS
from chappe.links.smpp.pdus.tables import (
    PDUS,
    TLVS,
    Address,
    COctetString,
    Counted,
    Failure,
    ListName,
    Number,
    Pdu,
    Wire,
)

LATIN = st.characters(min_codepoint=1, max_codepoint=255)
octet = st.integers(0, 255)


def texts(size: int) -> st.SearchStrategy[str]:
    return st.text(LATIN, max_size=size - 1) | st.text("0123456789", max_size=min(size - 1, 11))


def numbers(size: int) -> st.SearchStrategy[int]:
    return st.integers(0, (1 << 8 * size) - 1)


address = st.builds(Address, octet, octet, texts(21))
failure = st.builds(Failure, octet, octet, texts(21), numbers(4))
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "destinations": st.lists(address | st.builds(ListName, texts(21)), max_size=4).map(tuple),
    "failures": st.lists(failure, max_size=4).map(tuple),
}


def values(name: str, wire: Wire) -> st.SearchStrategy[Any]:
    match wire:
        case COctetString(size):
            return texts(size)
        case Number(size):
            return numbers(size)
        case Counted(size):
            return st.binary(max_size=size)
    return FIELDS[name]


@st.composite
def tlvs(draw: st.DrawFn) -> tuple[int, int | str | bytes]:
    tag = draw(st.sampled_from(sorted(TLVS)) | st.integers(0, 0xFFFF))
    match TLVS.get(tag):
        case Number(size):
            return tag, draw(numbers(size))
        case COctetString(size):
            return tag, draw(texts(size))
    return tag, draw(st.binary(max_size=40))


def of_kind(kind: type[Pdu]) -> st.SearchStrategy[Pdu]:
    return st.builds(
        kind,
        st.integers(0, 0xFFFFFFFF),
        st.just(0) | st.integers(0, 0xFFFFFFFF),
        st.lists(tlvs(), max_size=4).map(tuple),
        *[values(name, wire) for name, wire in LAYOUTS[kind.command]],
    )


def of_kinds(*kinds: type[Pdu]) -> st.SearchStrategy[Pdu]:
    return st.sampled_from(kinds).flatmap(of_kind)


pdus = of_kinds(*PDUS)
