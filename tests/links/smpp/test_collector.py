"""Long messages on their way in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.links.smpp.texts import collector as collecting
from chappe.links.smpp.texts.collector import AGAIN_MS, WAIT_MS, Again, Bit, Collector, Done, Whole
from chappe.links.smpp.texts.pieces import Piece
from chappe.words.report import Fragment

TEXT = ["Un, ", "deux, ", "trois"]
FROM_TO = ("33639980001", "36105")


def piece(no: int, text: str = "", total: int = 3, reference: int = 7) -> Piece:
    octets = (text or TEXT[no - 1]).encode()
    return Piece(*FROM_TO, octets, 0, ("udh8", reference), total, no)


def collector(**bounds: int) -> Collector[str]:
    return Collector("gsm", **bounds)


def shown(done: list[Done[str]] | list[Whole[str]]) -> list[str]:
    """`a kept`, `text from a, b`, `a again`."""
    return [_shown(one) for one in done]


def _shown(one: Done[str]) -> str:
    match one:
        case Bit(_, token):
            return f"{token} kept"
        case Again(token):
            return f"{token} again"
        case Whole(_, _, text, tokens):
            return f"{text!r} from {', '.join(tokens) or 'nobody'}"
    raise AssertionError(one)


def keys(done: list[Done[str]] | list[Whole[str]]) -> list[str]:
    return [one.key for one in done if isinstance(one, Whole)]


def test_a_short_text_is_given_at_once() -> None:
    assert collector().add(Piece(*FROM_TO, b"Oui", 0), "a", 0, 0) == [
        Whole(*FROM_TO, "Oui", ("a",))
    ]


def test_pieces_in_any_order_and_doubled_are_one_text() -> None:
    """E32: concatenated ones put together; each piece is kept as it comes, the last with all."""
    inbox = collector()
    assert shown(inbox.add(piece(3), "c", 0, 0)) == ["c kept"]
    assert shown(inbox.add(piece(1), "a", 1, 1)) == ["a kept"]
    assert shown(inbox.add(piece(3), "c2", 2, 2)) == ["c2 kept"]
    assert shown(inbox.add(piece(2), "b", 3, 3)) == ["'Un, deux, trois' from b"]


def test_all_pieces_of_a_message_are_kept_under_a_key_of_its_own() -> None:
    """E32: references come round, keys do not."""
    inbox = collector()
    found = [inbox.add(piece(no, ref), ref, 0, 0) for ref in ("x", "y") for no in (1, 2, 3)]
    bits = [one.fragment.pieces for done in found for one in done if isinstance(one, Bit)]
    assert bits[:2] == [bits[0]] * 2
    assert bits[2:] == [bits[2]] * 2
    assert bits[0] != bits[2]
    assert [keys(done) for done in found if keys(done)] == [[bits[0]], [bits[2]]]


def test_what_comes_again_after_its_text_is_no_second_text() -> None:
    """E31: an acknowledgement that was lost makes the centre send once more."""
    inbox = collector()
    for no in (1, 2):
        inbox.add(piece(no), "", 0, 0)
    (key,) = keys(inbox.add(piece(3), "c", 0, 0))
    assert inbox.add(piece(2), "b2", 1, 1) == []
    assert inbox.settled(key, True, 2) == ["b2"]
    assert inbox.add(piece(2), "b3", 3, 3) == [Again("b3")]
    assert inbox.tick(WAIT_MS) == []
    assert inbox.wake_at is None


def test_a_text_that_could_not_be_kept_is_given_again() -> None:
    """E31: its last piece comes again, and hears what became of the second try."""
    inbox = collector()
    for no in (1, 2):
        inbox.add(piece(no), "", 0, 0)
    (key,) = keys(inbox.add(piece(3), "c", 0, 0))
    assert inbox.settled(key, False, 1) == []
    assert inbox.add(piece(3), "c2", 2, 2) == []
    assert inbox.wake_at == 1 + AGAIN_MS
    assert shown(inbox.tick(AGAIN_MS)) == []
    assert shown(inbox.tick(1 + AGAIN_MS)) == ["'Un, deux, trois' from nobody"]
    assert inbox.settled(key, True, 9_000) == ["c2"]


def test_after_a_while_what_came_is_given_with_its_gaps() -> None:
    """E32: a piece that never comes."""
    inbox = collector()
    inbox.add(piece(2), "b", 1_000, 1_000)
    assert inbox.wake_at == 1_000 + WAIT_MS
    assert inbox.tick(999 + WAIT_MS) == []
    (given,) = inbox.tick(1_000 + WAIT_MS)
    assert (given.text, given.tokens, given.missing) == ("[...]deux, [...]", (), 2)
    assert inbox.wake_at is None
    assert inbox.settled(given.key, False, 400_000) == []
    assert shown(inbox.tick(400_000 + AGAIN_MS)) == ["'[...]deux, [...]' from nobody"]


def test_texts_of_other_people_references_or_sizes_stay_apart() -> None:
    inbox = collector()
    others = (
        piece(2, reference=8),
        piece(3)._replace(source="33639980002"),
        piece(2)._replace(reference=("udh16", 7)),
        piece(3, total=4),
    )
    for one in (piece(1), *others):
        assert shown(inbox.add(one, "a", 0, 0)) == ["a kept"]
    assert len(inbox.tick(WAIT_MS)) == 5


def test_a_reference_that_comes_round_begins_another_text() -> None:
    inbox = collector()
    inbox.add(piece(1), "a", 0, 0)
    assert shown(inbox.add(piece(1, "Sept, "), "x", 1, 1)) == ["'Un, [...]' from nobody", "x kept"]
    inbox.add(piece(2, "huit, "), "y", 2, 2)
    assert shown(inbox.add(piece(3, "neuf"), "z", 3, 3)) == ["'Sept, huit, neuf' from z"]
    assert shown(inbox.add(piece(1), "a", 4, 4)) == ["a kept"]  # round again, after a whole text


def test_the_oldest_text_makes_room() -> None:
    inbox = collector(open_max=2)
    inbox.add(piece(1, reference=1), "a", 0, 0)
    inbox.add(piece(1, reference=2), "b", 1, 1)
    done = inbox.add(piece(1, reference=3), "c", 2, 2)
    assert shown(done) == ["'Un, [...]' from nobody", "c kept"]
    assert inbox.wake_at == 1 + WAIT_MS


def test_what_was_kept_before_a_restart_is_taken_up() -> None:
    """E32: two pieces are on disk, the third comes to another life."""
    before = collector()
    found = [*before.add(piece(3), "c", 1_000, 1_000), *before.add(piece(1), "a", 2_000, 2_000)]
    kept = [one.fragment for one in found if isinstance(one, Bit)]
    after = collector()
    after.take_up(kept, 3_000, 3_000)
    assert after.wake_at == 1_000 + WAIT_MS
    done = after.add(piece(2), "b", 3_000, 3_000)
    assert shown(done) == ["'Un, deux, trois' from b"]
    assert keys(done) == [kept[0].pieces]


def test_what_lay_too_long_is_given_at_once_after_a_restart() -> None:
    """E32: with its gaps, and what nobody can read is passed over."""
    (bit,) = collector().add(piece(1), "a", 0, 0)
    assert isinstance(bit, Bit)
    after = collector()
    after.take_up([bit.fragment, Fragment("odd", 1, 0, "no piece")], 10 * WAIT_MS, 10 * WAIT_MS)
    assert shown(after.tick(10 * WAIT_MS)) == ["'Un, [...]' from nobody"]


def test_what_was_whole_before_a_restart_is_given_at_once() -> None:
    """E31: the last piece came twice, so that it was kept as a piece as well."""
    fragments = []
    for no in (1, 2, 3):
        (bit,) = collector().add(piece(no), "", 0, 0)
        assert isinstance(bit, Bit)
        fragments.append(Fragment("key", no, 0, bit.fragment.body))
    after = collector()
    after.take_up(fragments, 5, 5)
    assert shown(after.tick(5)) == ["'Un, deux, trois' from nobody"]
    assert after.tick(5) == []


pieces = st.builds(
    Piece,
    st.sampled_from(["33639980001", "33639980002"]),
    st.just("36105"),
    st.sampled_from([b"x", b"y"]),
    st.sampled_from([0, 3, 8]),
    st.tuples(st.just("udh8"), st.integers(0, 1)),
    st.integers(2, 3),
    st.integers(1, 2),
)


@given(st.lists(st.tuples(pieces, st.integers(0, 400), st.booleans()), max_size=40))
def test_every_token_comes_back_exactly_once(
    arriving: list[tuple[Piece, int, bool]],
) -> None:
    """E31: nothing that came is forgotten, and nothing is acknowledged twice."""
    inbox: Collector[int] = Collector("gsm", wait_ms=1_000, open_max=3)
    now, got, open_keys = 0, list[int](), list[str]()

    def note(done: list[Done[int]]) -> None:
        for one in done:
            if isinstance(one, Whole):
                got.extend(one.tokens)
                open_keys.append(one.key)
            else:
                got.append(one.token)

    for token, (one, later, kept) in enumerate(arriving):
        now += later
        note(inbox.add(one, token, now, now))
        note([*inbox.tick(now)])
        if open_keys and later % 2:
            got += inbox.settled(open_keys.pop(0), kept, now)
    while open_keys or inbox.wake_at is not None:
        got += [token for key in open_keys for token in inbox.settled(key, True, now)]
        open_keys.clear()
        now = max(now, inbox.wake_at or 0)
        note([*inbox.tick(now)])
    assert sorted(got) == list(range(len(arriving)))


def test_of_too_many_pieces_the_oldest_text_is_given_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E55: 1,000 texts of 255 pieces each would be a hundred megabytes."""
    monkeypatch.setattr(collecting, "PIECES_MAX", 4)
    inbox = collector()
    for reference in (1, 2):
        for no in (1, 3):
            inbox.add(piece(no, reference=reference), "", 0, 0)
    done = inbox.add(piece(1, reference=3), "c", 1, 1)
    assert shown(done) == ["'Un, [...]trois' from nobody", "c kept"]
    assert shown(inbox.add(piece(2, reference=2), "b", 2, 2)) == ["'Un, deux, trois' from b"]


def test_a_date_that_is_set_makes_no_text_wait_longer() -> None:
    """E32: what was kept in the future, or long ago, waits as long as all others at the most."""
    (bit,) = collector().add(piece(1), "a", 0, 10 * WAIT_MS)
    assert isinstance(bit, Bit)
    after = collector()
    after.take_up([bit.fragment], 5, 0)
    assert after.wake_at == 5 + WAIT_MS
    assert shown(after.tick(5 + WAIT_MS)) == ["'Un, [...]' from nobody"]
