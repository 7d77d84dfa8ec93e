"""Telling. In: news. Out: nothing: Kiosk calls nobody."""

from chappe.words.account import Account
from chappe.words.exchange import Call, Heard
from chappe.words.news import News
from chappe.words.order import Tell


def tell(news: News, account: Account) -> Call | None:
    return None


def replies_to(account: Account) -> Tell:
    return Tell()


def was_heard(news: News, heard: Heard) -> bool:
    return True


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    return None
