"""What is remembered is worked out once, until all of it is forgotten."""

from chappe.words.lane import lane_of
from chappe.words.remembered import forget_all, remembered


def test_what_is_remembered_is_worked_out_once_until_it_is_forgotten() -> None:
    """E23: no more of it than was said."""
    worked_out: list[int] = []

    @remembered(2)
    def doubled(number: int) -> int:
        worked_out.append(number)
        return 2 * number

    assert [doubled(n) for n in (1, 1, 2, 3, 1)] == [2, 2, 4, 6, 2]
    assert worked_out == [1, 2, 3, 1]
    before = lane_of("https://fred.example.org/", 7)
    forget_all()
    assert (doubled(1), lane_of("https://fred.example.org/", 7)) == (2, before)
    assert worked_out == [1, 2, 3, 1, 1]
