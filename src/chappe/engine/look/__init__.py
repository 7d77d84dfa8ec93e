"""Looking: every read that a door, a hand or a page asks for.

In: a question in words. Out: words. It changes nothing.
"""

from chappe.engine.look.bookings import ledger
from chappe.engine.look.campaign import campaign, campaign_paged, message
from chappe.engine.look.credit import credit, left, left_by
from chappe.engine.look.deeds import deeds
from chappe.engine.look.endpoints import endpoints
from chappe.engine.look.handset import handset
from chappe.engine.look.lists import account_messages, messages, orders, replies
from chappe.engine.look.overview import order_seen, order_sums, orders_of, sums_of_some
from chappe.engine.look.queues import queues
from chappe.engine.look.quote import quote
from chappe.engine.look.reports import campaigns, left_messages
from chappe.engine.look.search import search
from chappe.engine.look.seen import account_seen, seen_by
from chappe.engine.look.sheet import sheet
from chappe.engine.look.talks import talk, talks
from chappe.engine.look.usage import usage

__all__ = [
    "account_messages",
    "account_seen",
    "campaign",
    "campaign_paged",
    "campaigns",
    "credit",
    "deeds",
    "endpoints",
    "handset",
    "ledger",
    "left",
    "left_by",
    "left_messages",
    "message",
    "messages",
    "order_seen",
    "order_sums",
    "orders",
    "orders_of",
    "queues",
    "quote",
    "replies",
    "search",
    "seen_by",
    "sheet",
    "sums_of_some",
    "talk",
    "talks",
    "usage",
]
