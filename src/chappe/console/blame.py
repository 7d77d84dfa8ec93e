"""Why something could not be done, said beside the field that is to blame.

In: what a hand said, or a refusal. Out: mistakes of a form. Promise: what is said in English alone
is marked as such, so that it is read aloud as what it is.
"""

from collections.abc import Collection

from markupsafe import Markup

from chappe.console.form import Form
from chappe.console.tongue import Tongue
from chappe.hands.shown import CannotDo

_ENGLISH = Markup('<bdi lang="en">{sentence}</bdi>')


def blame(form: Form, say: Tongue, why: CannotDo, fields: Collection[str]) -> None:
    """Hands begin with a field's name, where it is one's fault."""
    name, colon, sentence = str(why).partition(": ")
    if colon and name in fields:
        form.wrong(name, in_english(say, sentence[:1].upper() + sentence[1:]))
    else:
        form.wrong("", in_english(say, str(why)))


def in_english(say: Tongue, sentence: str) -> str:
    """A sentence in the visitor's language where it is known; else as it is, marked."""
    said = say(sentence)
    if said != sentence or say.code == "en":
        return said
    return _ENGLISH.format(sentence=sentence)
