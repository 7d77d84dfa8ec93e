"""HighSMS, the filter script as a URL: what is read out of it, and what it lets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects import highsms
from chappe.dialects.highsms.read.tells import (
    Filter,
    bad_url,
    is_callable,
    is_script,
    read_filter,
    read_tell,
)
from chappe.words.account import Account
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import Message, News, Reply
from chappe.words.order import Tell, Urls

SCRIPT = "https://x.hcnx.eu/RetrieveFilterStatus.php"
TARGET = "http://customer.example/sr"
FINAL = Event.final | Event.silent | Event.late


@pytest.mark.parametrize(
    ("url", "target", "statuses"),
    [
        (f"{SCRIPT}?target_ret_url={TARGET}& status=11,13", TARGET, ("11", "13")),
        (f"{SCRIPT}?target_ret_url={TARGET}&%20status=%2011%2C%2013", TARGET, ("11", "13")),
        (f"{SCRIPT}?status=6&target_ret_url={TARGET}", TARGET, ("6",)),
        (f"{SCRIPT}?target_ret_url={TARGET}&status=6,6,4", TARGET, ("6", "4")),
        (
            "http://localhost/old/retrievefilterstatus.PHP"
            "?target_ret_url=http%3A%2F%2Fcustomer.example%2Fsr%3Fa%3D1%26b%3D%2520&status=6",
            f"{TARGET}?a=1&b=%20",
            ("6",),
        ),
        (f"{SCRIPT}?target_ret_url={TARGET}?a=%20&b=2&status=6&c=", f"{TARGET}?a=%20&b=2&c=", "6"),
        (f"{SCRIPT}?k=1&target_ret_url={TARGET}&status=6&c=3", f"{TARGET}?k=1&c=3", ("6",)),
        (f"{SCRIPT}?target_ret_url={TARGET}?d=__DATE__&status=6", f"{TARGET}?d=__DATE__", "6"),
    ],
)
def test_the_scripts_own_two_parameters_are_taken_out(
    url: str, target: str, statuses: tuple[str, ...] | str
) -> None:
    """H51"""
    assert read_filter(url) == Filter(target, tuple(statuses))
    assert (is_script(url), is_callable(url)) == (True, True)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        f"?target_ret_url={TARGET}",
        f"?target_ret_url={TARGET}&status=",
        f"?target_ret_url={TARGET}&status=11,ERROR_NPAI",
        f"?target_ret_url={TARGET}&status=11,",
        f"?target_ret_url={TARGET}&status=-1",
        f"?target_ret_url={TARGET}&status=1111",
        f"?target_ret_url={TARGET}&status={'6,' * 32}6",
        f"?target_ret_url={TARGET}&status=6&status=11",
        f"?target_ret_url={TARGET}&target_ret_url={TARGET}&status=6",
        "?target_ret_url=&status=6",
        "?status=6",
        "?target_ret_url=customer.example/sr&status=6",
        "?target_ret_url=ftp://customer.example/sr&status=6",
        "?target_ret_url=file:///etc/passwd&status=6",
        "?target_ret_url=javascript:alert(1)&status=6",
        "?target_ret_url=http%253A%252F%252Fcustomer.example%252Fsr&status=6",
        "?target_ret_url=http://customer.example:99999/&status=6",
        "?target_ret_url=http://a b.example/&status=6",
        "?target_ret_url=http%3A%2F%2Fc.example%2F%0D%0AHost%3A%20evil&status=6",
        f"?target_ret_url=http://c.example/{'a' * 4_000}&status=6",
        f"?target_ret_url={SCRIPT}?target_ret_url={TARGET}&status=6",
        f"?target_ret_url={SCRIPT}%3Ftarget_ret_url%3D{TARGET}%26status%3D4&status=6",
        f"?target_ret_url={SCRIPT.replace('.php', '%2Ephp')}&status=6",
    ],
)
def test_a_filter_that_nobody_can_make_out_is_refused(query: str) -> None:
    """H51"""
    assert not is_callable(SCRIPT + query)
    assert bad_url({"webhook_url": SCRIPT + query}) == "webhook_url"
    assert bad_url({"ret_url": SCRIPT + query}) == "ret_url"


@pytest.mark.parametrize(
    ("url", "script"),
    [
        ("https://x.hcnx.eu/myRetrieveFilterStatus.php", False),
        ("https://x.hcnx.eu/RetrieveStatus.php?u=/RetrieveFilterStatus.php", False),
        ("https://x.hcnx.eu/RetrieveFilterStatus.php/more", False),
        ("https://x.hcnx.eu/a/RETRIEVEFILTERSTATUS.PHP", True),
        ("http://[", False),
    ],
)
def test_the_script_is_known_by_its_path(url: str, script: bool) -> None:
    """H51"""
    assert is_script(url) is script


def test_a_reply_has_no_status_to_be_filtered_by() -> None:
    """H51"""
    url = f"{SCRIPT}?target_ret_url={TARGET}&status=6"
    assert bad_url({"ret_mo_url": url}) == "ret_mo_url"
    assert bad_url({"ret_url": "ftp://x.hcnx.eu/RetrieveFilterStatus.php" + url[42:]}) == "ret_url"


@pytest.mark.parametrize(
    ("wishes", "tell"),
    [
        (
            {"ret_url": f"{SCRIPT}?target_ret_url={TARGET}& status=11,13"},
            Tell(Urls(TARGET, "http://a/w"), FINAL | Event.reply, "cw11,13"),
        ),
        (
            {"ret_url": f"{SCRIPT}?target_ret_url={TARGET}&status=4,6"},
            Tell(Urls(TARGET, "http://a/w"), FINAL | Event.sent | Event.reply, "cw4,6"),
        ),
        (
            {"webhook_url": f"{SCRIPT}?target_ret_url={TARGET}&status=1,6"},
            Tell(Urls(TARGET, TARGET), FINAL | Event.created | Event.reply | Event.click, "ww1,6"),
        ),
    ],
)
def test_only_what_can_pass_is_asked_for(wishes: dict[str, str], tell: Tell) -> None:
    """H51: an account's own webhook keeps the replies"""
    assert read_tell(wishes, {"webhook_url": "http://a/w"}, "") == tell


def test_an_accounts_own_url_may_be_a_filter_and_one_that_is_broken_is_not_called() -> None:
    """H51"""
    settings = {"webhook_url": f"{SCRIPT}?target_ret_url={TARGET}&status=6"}
    assert read_tell({}, settings, "").urls.status == TARGET
    assert read_tell({}, {"webhook_url": SCRIPT}, "") == Tell(form="ww")


def message() -> Message:
    return Message(
        id=1, order=1, account=1, dialect="highsms", order_ref="", order_at=0, order_facts="{}",
        trace="", letter=1, letter_facts="{}", number=33639980000, given="", ref="", text="a",
        sender="", code="36105", state=State.delivered, reason=Reason.none, at=0, sent_at=0, due=0,
        parts=1, price=1, operator="20801",
    )  # fmt: skip


@pytest.mark.parametrize("form", ["c", "w"])
@pytest.mark.parametrize(
    ("event", "state", "reason", "status"),
    [
        (Event.final, State.delivered, Reason.none, "6"),
        (Event.final, State.undelivered, Reason.npai, "11"),
        (Event.final, State.refused, Reason.bad_number, "13"),
        (Event.silent, State.unknown, Reason.validity, "12"),
        (Event.late, State.delivered, Reason.none, "6"),
    ],
)
def test_an_end_passes_by_its_number_alone(
    form: str, event: Event, state: State, reason: Reason, status: str
) -> None:
    """H51, H64"""

    def told(statuses: str) -> bool:
        wanted = form * 2 + statuses
        news = News(
            1, 1, event, state, reason, 0, "", "highsms", 1, TARGET, wanted, 0, 0, message()
        )
        return highsms.tell(news, Account(id=1, login="fred")) is not None

    assert [told(""), told(status), told(f"99,{status}"), told("99"), told(f"1{status}")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_reply_passes_every_filter() -> None:
    """H51"""
    said = Reply(
        id=1, at=0, number=33639980000, code="36105", text="OUI", operator="", account=1,
        message=1, stop=0,
    )  # fmt: skip
    news = News(
        1, 1, Event.reply, State.new, Reason.none, 0, "", "highsms", 1, TARGET, "ww11", 0, 0,
        message(), said,
    )  # fmt: skip
    assert highsms.tell(news, Account(id=1, login="fred")) is not None


@given(st.text(alphabet="ahttp:/&=?% .status_url136,%2F", max_size=60))
def test_any_url_is_answered_with_a_value(rest: str) -> None:
    """H51"""
    for url in (rest, SCRIPT + rest, f"{SCRIPT}?target_ret_url={rest}&status=6"):
        assert is_callable(url) in (True, False)
