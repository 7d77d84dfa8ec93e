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
    staff,
    triggers,
    usage,
    waiting,
    ways,
)
from chappe.hands.deeds import BY_COMMAND, note
from chappe.hands.shown import CannotDo, NothingMore, Shown
from chappe.node import Node

__all__ = ["HANDS", "CannotDo", "Hand", "Shown", "perform"]


class Hand(NamedTuple):
    """What one hand is asked, which function does it, whether a server must run, and whether it
    may take long: then it keeps no other hand waiting, and is waited for without end. What one does
    that is a deed is written down."""

    asked: type[msgspec.Struct]
    act: Callable[[Node, Any], Awaitable[Shown]]
    needs_server: bool = False
    is_long: bool = False
    is_deed: bool = False


HANDS: Mapping[str, Hand] = {
    "account add": Hand(accounts.NewAccount, accounts.add, is_deed=True),
    "account list": Hand(NothingMore, accounts.listing),
    "account show": Hand(accounts.NamedAccount, sheet.show),
    "account set": Hand(settings.NewSettings, settings.change, is_deed=True),
    "account key": Hand(accounts.NewKey, accounts.key, is_deed=True),
    "account keys": Hand(accounts.NamedAccount, accounts.keys),
    "account revoke": Hand(accounts.NamedKey, accounts.revoke, is_deed=True),
    "account credit": Hand(accounts.Booking, accounts.credit, is_deed=True),
    "account password": Hand(accounts.Password, accounts.password, is_deed=True),
    "account suspend": Hand(accounts.NamedAccount, accounts.suspend, is_deed=True),
    "account close": Hand(accounts.NamedAccount, accounts.close, is_deed=True),
    "account activate": Hand(accounts.NamedAccount, accounts.activate, is_deed=True),
    "message list": Hand(search.MessageList, search.listing),
    "ledger": Hand(ledger.LedgerPage, ledger.listing),
    "message show": Hand(messages.OneMessage, messages.show),
    "number show": Hand(messages.OneNumber, messages.number_show),
    "number erase": Hand(messages.OneNumber, messages.number_erase, is_deed=True),
    "callbacks list": Hand(callbacks.CallbackList, callbacks.listing),
    "callbacks endpoints": Hand(NothingMore, waiting.endpoints),
    "callbacks replay": Hand(callbacks.Replay, callbacks.replay, is_deed=True),
    "callbacks count": Hand(replays.ReplayStretch, replays.count),
    "callbacks replay some": Hand(replays.ReplayStretch, replays.some),
    "optout list": Hand(optouts.OptOutList, optouts.listing),
    "optout add": Hand(optouts.OptOutChange, optouts.add, is_deed=True),
    "optout import": Hand(optouts.OptOutChange, optouts.import_, is_deed=True),
    "optout export": Hand(optouts.OptOutPage, optouts.export),
    "optout owners": Hand(optouts.OptOutOwners, optouts.owners),
    "optout put": Hand(optouts.OptOutLines, optouts.put, is_deed=True),
    "optout remove": Hand(optouts.OptOutChange, optouts.remove, is_deed=True),
    "call list": Hand(calls.CallList, calls.listing, needs_server=True),
    "call answer": Hand(calls.CallAnswer, calls.answer, needs_server=True),
    "call play": Hand(calls.OneCall, calls.play, needs_server=True),
    "call handset": Hand(calls.HandsetSetting, calls.set_handset, needs_server=True, is_deed=True),
    "nodes": Hand(NothingMore, nodes.listing, needs_server=True),
    "links": Hand(NothingMore, ways.listing),
    "links pause": Hand(ways.OneLink, ways.pause_link, needs_server=True, is_deed=True),
    "links resume": Hand(ways.OneLink, ways.resume_link, needs_server=True, is_deed=True),
    "queue": Hand(NothingMore, waiting.queue),
    "doubt list": Hand(NothingMore, doubts.listing),
    "doubt resend": Hand(doubts.Decision, doubts.resend, is_deed=True),
    "doubt drop": Hand(doubts.Decision, doubts.drop, is_deed=True),
    "usage": Hand(usage.UsageAsked, usage.show),
    "reply": Hand(ways.PretendedReply, ways.reply, needs_server=True),
    "trigger receipt": Hand(triggers.TriggeredReceipt, triggers.receipt, needs_server=True),
    "trigger reply": Hand(triggers.TriggeredReply, triggers.reply, needs_server=True),
    "trigger stop": Hand(triggers.TriggeredMessage, triggers.stop, needs_server=True),
    "trigger click": Hand(triggers.TriggeredMessage, triggers.click, needs_server=True),
    "pause": Hand(NothingMore, ways.pause, needs_server=True, is_deed=True),
    "resume": Hand(resuming.Resuming, resuming.resume, needs_server=True, is_deed=True),
    "console add": Hand(staff.NewStaff, staff.add, is_deed=True),
    "console list": Hand(NothingMore, staff.listing),
    "console remove": Hand(staff.NamedStaff, staff.remove, is_deed=True),
    "console password": Hand(staff.StaffPassword, staff.password, is_deed=True),
    "console log": Hand(staff.DeedList, staff.deeds),
    "backup": Hand(backup.NewBackup, backup.backup, is_long=True, is_deed=True),
    "doctor": Hand(NothingMore, health.listing, needs_server=True),
}


async def perform(node: Node, name: str, asked: Any, who: str = BY_COMMAND) -> Shown:
    """Do what a hand is asked. `asked` is the hand's own struct, or what JSON made of it."""
    hand = HANDS.get(name)
    if hand is None:
        raise CannotDo(f"This server does not know {name[:40]!r}: is it another version?")
    try:
        wanted = msgspec.convert(msgspec.to_builtins(asked), hand.asked)
    except msgspec.ValidationError as fault:
        raise CannotDo(f"{name}: {fault}.") from fault
    shown = await hand.act(node, wanted)
    if hand.is_deed:
        await note(node, who, name, msgspec.to_builtins(wanted))
    return shown
