"""Calls of SMSFactor: a document, bare or in a variable.

In: nothing. Out: frames, which are calls without number and text. Promise: where a frame need not
be sound, its document is in another order or encoding, doubled, commented, or none at all.
"""

from collections.abc import Callable, Sequence
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from tests.properties.askers import SOUND, logins_of
from tests.properties.filling import FORM, Fill, Frame, posted


def _as_it_is(raw: bytes) -> bytes:
    return raw


_IN_XML: Sequence[Callable[[bytes], bytes]] = (
    lambda raw: raw.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;"),
    lambda raw: raw.replace(b"&", b"&amp;").replace(b"<", b"&lt;"),
    lambda raw: b"<![CDATA[%s]]>" % raw,
    lambda raw: b"".join([b"&#%d;" % octet for octet in raw]),
    _as_it_is,
    lambda raw: b" %s\n" % raw,
    lambda raw: b"%s<!-- x -->" % raw,
)
_OPENINGS = (
    *(b"", b"", b'<?xml version="1.0" encoding="UTF-8"?>') * 3,
    b"\n ",
    *(b'<?xml version="1.0" encoding="ISO-8859-1"?>\n', b"\xef\xbb\xbf", b"<!-- <gsm>1</gsm> -->"),
)
_NUMBERED = (
    *(b"<gsm>%s</gsm>",) * 6,
    *(
        b'<gsm gsmsmsid="a1">%s</gsm>',
        b'<gsm x="a>b">%s</gsm>',
        b"<gsm >%s</gsm >",
        b"<GSM>%s</GSM>",
    ),
    *(b"<gsm>%s</gsm><gsm>33639980011</gsm>", b"<gsm>%s</gsm><gsm/>", b"<gsms>%s</gsms>"),
    *(b"<gsm>33639980011</gsm><!-- <gsm>%s</gsm> -->",),
)
_TEXTED = (
    *(b"<text>%s</text>",) * 6,
    *(b'<text lang="fr">%s</text>', b"<text>%s</text><text>b</text>", b"<text\n>%s</text>"),
    *(b"<Text>%s</Text>", b"<text><b>%s</b></text>", b"<!-- <text>a</text> --><text>%s</text>"),
)
_ELEMENTS = (
    *(b"<sender>ACME</sender>",) * 4,
    *(
        b"<sender>Bob</sender>",
        b"<sender>36105</sender>",
        b"<sender/>",
        b"",
        b"<sender>A&amp;</sender>",
    ),
)
_MORE = (
    *(b"",) * 12,
    *(b"<isFlash>1</isFlash>", b"<isFlash>x</isFlash>", b"<type>longSMS</type>"),
    *(
        b"<delay>2026-11-20T09:00:00</delay>",
        b"<delay>2026-11-20T10:01:00</delay>",
        b"<delay>x</delay>",
    ),
    *(b"<type>bookmark</type><bookmark>http://example.org</bookmark>", b"<unknown>x</unknown>"),
)
_TYPES = (b"", FORM, b"text/xml", b"text/xml; charset=iso-8859-1", b"application/xml")


@st.composite
def document_frames(draw: st.DrawFn, dialect: str, is_sound: bool) -> Frame:
    """A call of SMSFactor: a document, bare or in a variable."""
    login = draw(st.sampled_from(SOUND if is_sound else logins_of(dialect))).encode()
    name = draw(st.sampled_from((b"authentication", b"authentification")))
    who = b"<%s><username>%s@example.org</username><password>word-%s</password></%s>"
    said = [who % (name, login, login, name)]
    text = _TEXTED[0] if is_sound else draw(st.sampled_from(_TEXTED))
    number = _NUMBERED[0] if is_sound else draw(st.sampled_from(_NUMBERED))
    sender = _ELEMENTS[0] if is_sound else draw(st.sampled_from(_ELEMENTS))
    message = draw(st.permutations((sender, text, draw(st.sampled_from(_MORE)))))
    said += [
        b"<message>%s</message>" % b"".join(message),
        b"<recipients>%s</recipients>" % number,
    ]
    said = draw(st.sampled_from((said, said, said, said[::-1], [said[0], said[2], said[1]])))
    opening, variable = draw(st.sampled_from(_OPENINGS)), draw(st.booleans())
    in_text = _IN_XML[0] if is_sound else draw(st.sampled_from(_IN_XML))
    in_number = _as_it_is if is_sound else draw(st.sampled_from((*(_as_it_is,) * 9, *_IN_XML)))
    ending = b"" if is_sound else draw(st.sampled_from((b"", b"\n", b"&x=1", b"&XML=<sms/>")))
    paths = (b"/API/apiV2.php", b"/apiV2.php") + (b"/API/apiV2.php?x=1",) * (not is_sound)
    path = draw(st.sampled_from(paths))
    kind = draw(st.sampled_from(_TYPES))
    escaped = not is_sound and draw(st.booleans())

    def frame(fill: Fill) -> bytes:
        one, other = in_text(fill.text), in_number(fill.number)
        between = b"".join(said)
        first = between.find(b"%s")
        is_text_first = between.find(text) + text.find(b"%s") == first
        filled = between % ((one, other) if is_text_first else (other, one))
        document = opening + b"<sms>%s</sms>" % filled
        if variable:
            document = b"XML=" + (quote_from_bytes(document).encode() if escaped else document)
        headers = b"Content-Type: %s\r\n" % kind if kind else b""
        return posted(path, document + ending, headers)

    return frame
