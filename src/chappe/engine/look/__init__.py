"""Looking: every read that a door, a hand or a page asks for.

In: a question in words. Out: words. It changes nothing.
"""

from chappe.engine.look.campaign import campaign, campaign_paged, message
from chappe.engine.look.credit import credit, left
from chappe.engine.look.endpoints import endpoints
from chappe.engine.look.lists import account_messages, messages, orders, replies
from chappe.engine.look.queues import queues
from chappe.engine.look.reports import campaigns, left_messages
from chappe.engine.look.search import search

__all__ = [
    "account_messages",
    "campaign",
    "campaign_paged",
    "campaigns",
    "credit",
    "endpoints",
    "left",
    "left_messages",
    "message",
    "messages",
    "orders",
    "queues",
    "replies",
    "search",
]
