"""The hands: what a person may do to everything that is kept, each one async function over a Node.

In: a hand's name and what is asked. Out: what is shown, or CannotDo. Promise: the same whether a
server runs (it is asked through its control socket) or not (the store is opened for a moment).
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from chappe.hands import (
    accounts,
    backup,
    callbacks,
    calls,
    doubts,
    health,
    ledger,
    messages,
    nodes,
    optouts,
    replays,
    resuming,
    search,
    settings,
    sheet,
    usage,
    waiting,
    ways,
)
from chappe.hands.shown import CannotDo, NothingMore, Shown
from chappe.node import Node

__all__ = ["HANDS", "CannotDo", "Hand", "Shown", "perform"]


class Hand(NamedTuple):
    """What one hand is asked, which function does it, whether a server must run, and whether it
    may take long: then it keeps no other hand waiting, and is waited for without end."""

    asked: type[msgspec.Struct]
    act: Callable[[Node, Any], Awaitable[Shown]]
    needs_server: bool = False
    is_long: bool = False


HANDS: Mapping[str, Hand] = {
    "account add": Hand(accounts.NewAccount, accounts.add),
    "account list": Hand(NothingMore, accounts.listing),
    "account show": Hand(accounts.NamedAccount, sheet.show),
    "account set": Hand(settings.NewSettings, settings.change),
    "account key": Hand(accounts.NewKey, accounts.key),
    "account keys": Hand(accounts.NamedAccount, accounts.keys),
    "account revoke": Hand(accounts.NamedKey, accounts.revoke),
    "account credit": Hand(accounts.Booking, accounts.credit),
    "account password": Hand(accounts.Password, accounts.password),
    "account suspend": Hand(accounts.NamedAccount, accounts.suspend),
    "account close": Hand(accounts.NamedAccount, accounts.close),
    "account activate": Hand(accounts.NamedAccount, accounts.activate),
    "message list": Hand(search.MessageList, search.listing),
    "ledger": Hand(ledger.LedgerPage, ledger.listing),
    "message show": Hand(messages.OneMessage, messages.show),
    "number show": Hand(messages.OneNumber, messages.number_show),
    "number erase": Hand(messages.OneNumber, messages.number_erase),
    "callbacks list": Hand(callbacks.CallbackList, callbacks.listing),
    "callbacks endpoints": Hand(NothingMore, waiting.endpoints),
    "callbacks replay": Hand(callbacks.Replay, callbacks.replay),
    "callbacks count": Hand(replays.ReplayStretch, replays.count),
    "callbacks replay some": Hand(replays.ReplayStretch, replays.some),
    "optout list": Hand(optouts.OptOutList, optouts.listing),
    "optout add": Hand(optouts.OptOutChange, optouts.add),
    "optout import": Hand(optouts.OptOutChange, optouts.import_),
    "optout export": Hand(optouts.OptOutPage, optouts.export),
    "optout owners": Hand(optouts.OptOutOwners, optouts.owners),
    "optout put": Hand(optouts.OptOutLines, optouts.put),
    "optout remove": Hand(optouts.OptOutChange, optouts.remove),
    "call list": Hand(calls.CallList, calls.listing, needs_server=True),
    "call answer": Hand(calls.CallAnswer, calls.answer, needs_server=True),
    "call play": Hand(calls.OneCall, calls.play, needs_server=True),
    "call handset": Hand(calls.HandsetSetting, calls.set_handset, needs_server=True),
    "nodes": Hand(NothingMore, nodes.listing, needs_server=True),
    "links": Hand(NothingMore, ways.listing),
    "links pause": Hand(ways.OneLink, ways.pause_link, needs_server=True),
    "links resume": Hand(ways.OneLink, ways.resume_link, needs_server=True),
    "queue": Hand(NothingMore, waiting.queue),
    "doubt list": Hand(NothingMore, doubts.listing),
    "doubt resend": Hand(doubts.Decision, doubts.resend),
    "doubt drop": Hand(doubts.Decision, doubts.drop),
    "usage": Hand(usage.UsageAsked, usage.show),
    "reply": Hand(ways.PretendedReply, ways.reply, needs_server=True),
    "pause": Hand(NothingMore, ways.pause, needs_server=True),
    "resume": Hand(resuming.Resuming, resuming.resume, needs_server=True),
    "backup": Hand(backup.NewBackup, backup.backup, is_long=True),
    "doctor": Hand(NothingMore, health.listing, needs_server=True),
}


async def perform(node: Node, name: str, asked: Any) -> Shown:
    """Do what a hand is asked. `asked` is the hand's own struct, or what JSON made of it."""
    hand = HANDS.get(name)
    if hand is None:
        raise CannotDo(f"This server does not know {name[:40]!r}: is it another version?")
    try:
        wanted = msgspec.convert(msgspec.to_builtins(asked), hand.asked)
    except msgspec.ValidationError as fault:
        raise CannotDo(f"{name}: {fault}.") from fault
    return await hand.act(node, wanted)
