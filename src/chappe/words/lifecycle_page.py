"""docs/lifecycle.md, drawn from the table: `python -m chappe.words.lifecycle_page`.

In: TABLE. Out: the page. Promise: a test holds the page in docs equal to it.
"""

from chappe.words.lifecycle import FINAL, TABLE, Event, Happening, Money, Reason, State

_HEAD = """\
# The life of a message

Drawn from the table in `chappe/words/lifecycle.py` by `python -m chappe.words.lifecycle_page`;
a test holds this page equal to it. What is not in the table does not happen: it is refused and
counted. `money` is what becomes of the reserved price, `told` the kind of event that a customer
hears of, where the order asks for it. A message that was told *silent* is told *late* from then on.
"""


def lifecycle_page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, _diagram(), _table(), _reasons()])


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    for (state, happening), step in TABLE.items():
        if step.to != state:
            start = "[*]" if state is State.new else state.name
            lines.append(f"    {start} --> {step.to.name}: {_plain(happening)}")
    lines += [f"    {state.name} --> [*]" for state in sorted(FINAL)]
    return "\n".join([*lines, "```", ""])


def _table() -> str:
    lines = ["| from | happening | to | money | told |", "|---|---|---|---|---|"]
    for (state, happening), step in TABLE.items():
        start = "" if state is State.new else state.name
        money = "" if step.money is Money.stays else step.money.name
        told = "" if step.told is Event.nothing else step.told.name
        lines.append(f"| {start} | {_plain(happening)} | {step.to.name} | {money} | {told} |")
    return "\n".join([*lines, ""])


def _reasons() -> str:
    names = ", ".join(reason.name.replace("_", " ") for reason in Reason if reason)
    return f"Reasons, the second axis: {names}.\n"


def _plain(happening: Happening) -> str:
    return happening.name.replace("_", " ")


if __name__ == "__main__":
    print(lifecycle_page(), end="")
