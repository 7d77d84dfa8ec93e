"""Sequences of calls to one dialect, of which many differ in nothing but a number and a text.

In: a dialect's name. Out: stories: frames of calls, what is filled into them, and whatever else may
happen between two calls.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from chappe.words.clock import HOUR, MINUTE, SECOND
from tests.conformance.scenes import NOW
from tests.properties.askers import VARIANTS
from tests.properties.documents import document_frames
from tests.properties.filling import ENDS, STOPPERS, Fill, Frame, fills, mostly, weighed
from tests.properties.parameters import parameter_frames


class Call(NamedTuple):
    """A frame, and what is filled in."""

    frame: int
    fill: Fill


class Wait(NamedTuple):
    ms: int


class Stop(NamedTuple):
    """A handset opts out, or in again."""

    number: int
    code: str
    text: str


class Reload(NamedTuple):
    variant: int


class Pause(NamedTuple):
    """The link goes away, or comes back."""

    is_over: bool


Step = Call | Wait | Stop | Reload | Pause


class Story(NamedTuple):
    """What happens at each of the two nodes."""

    frames: Sequence[Frame]
    steps: Sequence[Step]
    variant: int
    now: int


# Paris: a Friday at ten; half a minute before marketing must rest, and before midnight; a Sunday.
_CLOSING, _MIDNIGHT = NOW + 10 * HOUR, NOW + 14 * HOUR
_BEGINNINGS = (*(NOW,) * 12, *(_CLOSING - MINUTE // 2,) * 4, _MIDNIGHT - MINUTE, NOW + 48 * HOUR)
_CHARSETS: Mapping[str, str] = {"smsmode": "iso-8859-15"}
_waits: st.SearchStrategy[Step] = st.builds(
    Wait,
    st.sampled_from(
        (
            *(300, 1_000, 31 * SECOND) * 8,
            61 * SECOND,
            3 * MINUTE,
            6 * MINUTE,
            130 * MINUTE,
            720 * MINUTE,
        )
    ),
)
_stops: st.SearchStrategy[Step] = st.builds(
    Stop,
    st.sampled_from(STOPPERS),
    st.sampled_from(("36105", "36034", "38000")),
    st.sampled_from(("STOP", "STOP", "START", "Bonjour")),
)
_others = weighed(
    (4, _waits),
    (2, _stops),
    (1, st.builds(Reload, st.sampled_from(VARIANTS))),
    (1, st.builds(Pause, st.booleans())),
)


@st.composite
def stories(draw: st.DrawFn, dialect: str, most: int = 40) -> Story:
    """Two calls after one another are often of the same kind."""
    is_sound = draw(mostly)
    made = document_frames if dialect == "smsfactor" else parameter_frames
    frames = draw(st.lists(made(dialect, is_sound), min_size=1, max_size=3))
    mention = (" STOP au XXXXX",) * 8 * (dialect == "octopush")
    end = draw(
        st.sampled_from(mention or ("", "", " STOP au 36105") if is_sound else mention + ENDS)
    )
    fill = fills(end, _CHARSETS.get(dialect, "utf-8"))
    calls: st.SearchStrategy[Step] = st.builds(Call, st.integers(0, len(frames) - 1), fill)
    step = weighed((8, calls), (1, _others))
    steps = draw(st.lists(step, min_size=most // 2, max_size=most))
    return Story(
        frames,
        steps,
        draw(st.sampled_from((0, 0, 0, *VARIANTS))),
        draw(st.sampled_from(_BEGINNINGS)),
    )
