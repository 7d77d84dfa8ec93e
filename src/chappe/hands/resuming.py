"""Resuming: after a pause by hand; or where a backup was put back, with what somebody decides.

In: what becomes of messages that were to leave when the backup was made, and of callbacks that were
owed. Out: what is shown. Promise: where a state is old nothing leaves before that is said; what was
said is on disk before the node begins.
"""

from typing import Literal

import msgspec

from chappe.doors.files.disown import disown
from chappe.engine.recover import forgo, leap, recover
from chappe.hands.shown import CannotDo, Shown
from chappe.node import CannotStart, Node
from chappe.node.restored import MARK, Restored, unmark

_GIVEN_UP = "put back from a backup"


class Resuming(msgspec.Struct, kw_only=True):
    """What becomes of what was under way in a state that is old; '' where none is."""

    messages: Literal["", "doubt", "send"] = ""
    callbacks: Literal["", "tell", "drop"] = ""


async def resume(node: Node, asked: Resuming) -> Shown:
    state = node.restored
    if state is not None:
        return await _resume_old(node, asked, state)
    if asked.messages or asked.callbacks:
        raise CannotDo("This directory is not put back from a backup: `chappe resume` alone does.")
    node.desk.resume()
    return Shown({"paused": False}, "Customers may send again.")


async def _resume_old(node: Node, asked: Resuming, state: Restored) -> Shown:
    found = await node.store.under_way(node.clock.now())
    if not asked.messages:
        raise CannotDo(
            f"This is a backup of {state.says}: {found.messages} messages may have been sent since "
            f"and {found.news} callbacks told. Say what becomes of them: `--messages doubt` holds "
            "those messages in doubt, `--messages send` sends them; `--callbacks drop` gives those "
            "callbacks up, otherwise they are told."
        )
    files = held = forgone = 0
    if asked.messages == "doubt":
        before = (node.data / MARK).stat().st_mtime
        place, drop = node.data / "files", node.drop
        files = await disown(node.desk, place, node.dialects, before, drop)
        held = await recover(node.desk, node.doubt, node.pieces)
    if asked.callbacks == "drop":
        forgone = await forgo(node.desk, _GIVEN_UP)
    await leap(node.desk)
    unmark(node.data)
    try:
        await node.begin()
    except CannotStart as why:
        raise CannotDo(f"{why} Start the server again: what you said is done.") from why
    shown = {"paused": False, "in_doubt": held, "files": files, "callbacks_given_up": forgone}
    return Shown(
        shown,
        f"Customers may send again. {held} messages are in doubt (`chappe doubt list`), {files} "
        f"files wait for another .ack, {forgone} callbacks are given up.",
    )
