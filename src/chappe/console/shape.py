"""The shape of a room of the console: its pages, its places in the menu, its French.

In: a visit. Out: what is to be shown. Promise: a page says who may see it, and the door sees to
that before the page is asked.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from chappe.console.form import Form
from chappe.console.live import Live
from chappe.console.replaying import Replaying
from chappe.console.tongue import Tongue
from chappe.engine.look.seen import Seen
from chappe.node import Node
from chappe.words.account import Account
from chappe.words.exchange import Request, Response
from chappe.words.visitor import NONE, Right, Visitor


class View(NamedTuple):
    """A page: a template, relative to `console`, and what it shows."""

    template: str
    facts: Mapping[str, Any] = {}
    status: int = 200


class Away(NamedTuple):
    """On to another page, with a sentence that is shown there once."""

    path: str
    said: str = ""


class Missing(NamedTuple):
    """There is no such thing, or none that this visitor may see: nobody can tell which."""


Outcome = View | Away | Missing | Response


class Visit(NamedTuple):
    """A request to a page by somebody who is in. `args` stand in its path."""

    node: Node
    visitor: Visitor
    seen: Seen  # the accounts that they may see; None: all
    request: Request
    args: Sequence[str]
    query: Form
    form: Form  # of a POST; else nothing stands in it
    say: Tongue
    live: Live
    replaying: Replaying

    def may(self, right: Right) -> bool:
        return self.visitor.may(right)

    @property
    def account(self) -> Account | None:
        """Whose own visit it is; None where it is one of the staff who sees all."""
        ident = self.visitor.account
        return self.node.accounts.by_id(ident) if ident else None


Act = Callable[[Visit], Awaitable[Outcome]]


class WebPage(NamedTuple):
    """What answers a method and a path, in which `{}` stands for one segment of any text."""

    method: str
    path: str
    act: Act
    needs: Right = NONE
    for_all: bool = False  # only for those who may see all accounts


class MenuPlace(NamedTuple):
    """A line of the menu."""

    label: str  # in English
    path: str
    group: str = ""
    needs: Right = NONE
    for_all: bool = False


class ConsoleRoom(NamedTuple):
    """Pages that belong together. `french` translates every sentence that they show."""

    name: str
    pages: Sequence[WebPage]
    places: Sequence[MenuPlace]
    french: Mapping[str, str]
