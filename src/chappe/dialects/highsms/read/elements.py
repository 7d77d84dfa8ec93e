"""The elements of a call as XML: `push` > `message` > `text` or `binary`, `param`, `to`.

In: what a parser hears. Out: a Push that grows, whole or a few recipients at a time. Promise: no
more is held than a call may have, however much is in it.
"""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from chappe.dialects.craft.xml_in import Enough, Excess, NotTaken
from chappe.dialects.highsms.read.call import URL_MARK, Push, Said
from chappe.dialects.highsms.tables import FIELDS, LIMITS


class Chunk(NamedTuple):
    """Some recipients of a message, in the order in which they stand."""

    place: int  # of the message in the call
    said: Said  # of one that goes on, only the recipients are sure to be as they stand
    ends: bool  # no more of this message follows


class Elements:
    """Hears one document, until there are more than `most` recipients, or `params`."""

    def __init__(
        self, most: int = LIMITS["recipients"], params: int = LIMITS["params_in_all"]
    ) -> None:
        self.push = Push()
        self._most = most
        self._most_params = params
        self._place = 0  # of the first message that is held
        self._taken = 0  # recipients
        self.root = ""
        self.depth = 0
        self._said = Said()
        self._said_is_open = False
        self._words: list[str] | None = None
        self._held = 0  # letters of these
        self._inner = ""  # the element within `message` that is open

    # a few at a time

    @property
    def held(self) -> int:
        """Recipients that were not taken yet."""
        return self.push.recipients - self._taken

    def take(self) -> list[Chunk]:
        """What is complete by now; the rest stays, and goes on growing."""
        said = self.push.messages
        going_on = said.pop() if self._said_is_open and said else None
        chunks = [Chunk(self._place + at, one, True) for at, one in enumerate(said)]
        self._place += len(said)
        self.push.messages = []
        if going_on is not None:
            self.push.messages.append(going_on)
            # The number of an open `to` is not yet known whole.
            count = len(going_on.numbers) - (self._inner == "to")
            if count > 0:
                chunks.append(Chunk(self._place, _cut(going_on, count), False))
        self._taken += sum([len(chunk.said.numbers) for chunk in chunks])
        return chunks

    # what is heard

    def start(self, name: str, given: dict[str, str]) -> None:
        depth = self.depth = self.depth + 1
        if depth == 3:
            if self._said_is_open:
                self._start_inner(name, given)
        elif depth == 4 and name == "param" and self._inner == "to":
            if self._words is not None:
                own = self._said.params[-1] = self._said.params[-1] or {}
                self._add_param(own, given)
        elif depth == 2:
            self._said_is_open = name == "message" and self.root == "push"
            if self._said_is_open:
                self._start_message(given)
        elif depth == 1:
            self.root = name
            if name == "push":
                self.push.fields = fields_of(given)

    def _start_message(self, given: dict[str, str]) -> None:
        self._said = Said(fields_of(given), "", "", [], [], [], {})
        if len(self.push.messages) < self._most:
            self.push.messages.append(self._said)
        else:
            # Each needs a recipient, so these are too many whether they have one or not.
            self.push.recipients += self._most + 1
            raise Enough

    def _start_inner(self, name: str, given: dict[str, str]) -> None:
        self._inner = name
        if name == "to":
            self._start_to(given)
        elif name in ("text", "binary"):
            self._words, self._held = [], 0
        elif name == "param":
            self._add_param(self._said.shared, given)

    def _start_to(self, given: dict[str, str]) -> None:
        self.push.recipients += 1
        if self.push.recipients > self._most:
            raise Enough  # the call will be refused, whatever else is in it
        said = self._said
        said.numbers.append(given.get("value", "").strip())
        said.refs.append(given.get("ret_id", "").strip())
        said.params.append(None)
        self._words, self._held = [], 0

    def _add_param(self, params: dict[str, str], given: Mapping[str, str]) -> None:
        self.push.params += 1
        if self.push.params > self._most_params:
            raise Enough
        name = given.get("var", "").strip()
        if name and name != URL_MARK:
            params[name] = given.get("value", "").strip()

    def letters(self, letters: str) -> None:
        if self._words is not None:
            self._held += len(letters)
            if self._held > LIMITS["value_octets"]:
                raise NotTaken(Excess.token)
            self._words.append(letters)

    def end(self, name: str) -> None:
        depth = self.depth
        self.depth = depth - 1
        if depth != 3:
            if depth == 2:
                self._said_is_open = False
            return
        self._inner = ""
        if self._words is None:
            return
        words, self._words = "".join(self._words).strip(), None
        if name == "text":
            self._said.text = words
        elif name == "binary":
            self._said.binary = words
        elif name == "to" and words and not self._said.numbers[-1]:
            self._said.numbers[-1] = words


def _cut(said: Said, count: int) -> Said:
    """The first recipients of a message; it keeps the others."""
    first = replace(
        said,
        numbers=said.numbers[:count],
        refs=said.refs[:count],
        params=said.params[:count],
    )
    del said.numbers[:count], said.refs[:count], said.params[:count]
    return first


def fields_of(given: Mapping[str, str]) -> dict[str, str]:
    """What means something; the rest would be carried from message to message for nothing."""
    return {
        name: stripped
        for name, value in given.items()
        if name in FIELDS and (stripped := value.strip())
    }
