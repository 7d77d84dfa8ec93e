"""What is asked before something that can't be undone.

In: a form, which comes back once more with `sure`. Out: the page that asks. Promise: it works
without scripts, and carries over what was asked for.
"""

from collections.abc import Iterable
from typing import Final

from chappe.console.routes import again
from chappe.console.shape import View, Visit

SURE: Final = "sure"


def is_sure(visit: Visit) -> bool:
    """Whether they were asked already, and said yes."""
    return visit.form.flag(SURE)


def ask(
    visit: Visit,
    question: str,
    means: str,
    yes: str,
    back: str,
    kept: Iterable[tuple[str, str]] = (),
) -> View:
    """`means` says what follows from it, `yes` is the word on the button, `kept` are fields that
    come again."""
    facts = {
        "title": question,
        "means": means,
        "yes": yes,
        "back": back,
        "kept": [*kept, (SURE, "1")],
        "action": again(visit.request.path),
    }
    return View("frame/sure.html", facts)
