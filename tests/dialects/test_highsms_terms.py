"""Terms that are kept are those of the same account and the same choices, and of no other."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects.highsms import ACTIONS, identify
from chappe.dialects.highsms.read import terms
from chappe.dialects.highsms.read.call import Push, Said
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.exchange import Request
from chappe.words.order import Channel, Excess, Order

CHOICES: dict[str, list[str]] = {
    "route_type": ["S", "b", "X"],
    "sender": ["Chappe", "0", "36105"],
    "nb_sms": ["2", "two"],
    "truncature": ["1", "maybe"],
    "class_type": ["0"],
    "Ref_model": ["y"],
    "ret_url": ["http://example.org/a", "nowhere"],
    "webhook_url": ["http://example.org/b"],
    "userdata": ["a" * 2000],
}
SETTINGS: list[dict[str, Any]] = [
    {},
    {"routes": ("S", "B"), "webhook_url": "http://example.org/w"},
    {"route": "G", "route_balances": ("G",)},
]
PARTS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in CHOICES.items()}
)


def account(nth: int) -> Account:
    return Account(id=nth, login="fred", dialects={"highsms": SETTINGS[nth]})


ACCOUNTS = [account(nth) for nth in range(len(SETTINGS))]


@given(st.lists(st.tuples(PARTS, PARTS), min_size=2, max_size=4))
def test_kept_terms_are_those_that_would_be_read_anew(
    calls: list[tuple[dict[str, str], dict[str, str]]],
) -> None:
    calls.append((calls[0][0], calls[1][1]))  # the push of one, the message of another
    asked = [
        (Push(fields=fields), Said(fields=own), one) for fields, own in calls for one in ACCOUNTS
    ]
    anew = []
    for call in asked:
        terms._kept.clear()
        anew.append(terms.read_terms(*call))
    for _ in range(2):  # the first round keeps them, the second finds them
        assert [terms.read_terms(*call) for call in asked] == anew


def test_calls_of_the_same_terms_keep_their_own_words_and_numbers() -> None:
    orders = [ordered(text, to) for text, to in (("one", "0639980001"), ("two", "0639980002"))]
    letters = [order.letters[0] for order in orders]
    assert [(letter.text, list(letter.numbers)) for letter in letters] == [
        ("one", [33639980001]),
        ("two", [33639980002]),
    ]


def test_a_choice_of_one_call_is_none_of_the_next() -> None:
    cut, plain = ordered("a", "0639980001", "&nb_sms=1&truncature=1"), ordered("a", "0639980001")
    found = [(one.letters[0].excess, one.letters[0].parts_max) for one in (cut, plain)]
    assert found == [(Excess.cut, 1), (Excess.keep, 255)]
    assert plain.letters[0].channel is Channel.notification


def test_no_flood_of_choices_fills_the_memory() -> None:
    for nth in range(3000):
        terms.read_terms(Push(fields={"sender": f"S{nth}"}), Said(), ACCOUNTS[0])
    terms.read_terms(Push(fields={"sender": "S" * 100_000}), Said(), ACCOUNTS[0])
    assert len(terms._kept) <= 1024
    assert all(len(value) <= 1024 for key in terms._kept for _, value in key[1])


def ordered(text: str, to: str, more: str = "") -> Order:
    query = f"accountid=fred&password=x&text={text}&to={to}{more}".encode()
    opened = identify(Request("GET", "/api", query), "submit")
    assert isinstance(opened, Opened)
    order = ACTIONS["submit"].read(opened, ACCOUNTS[0], 0)
    assert isinstance(order, Order)
    return order
