"""The STOP mention, for an account that wants it added where a text lacks it.

In: a push and its account. Out: the push, with longer texts. Only marketing under a sender of
one's own needs a mention; where one recipient's text lacks it, the message gets it for all.
"""

from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.terms import read_terms
from chappe.dialects.highsms.read.words import mentions, read_words
from chappe.words.account import Account
from chappe.words.answer import Trouble
from chappe.words.order import Channel


def add_mentions(push: Push, account: Account) -> None:
    """A text that is wrong in itself is left as it is: it will be refused."""
    for said in push.messages:
        letter = read_terms(push, said, account).letter
        if not letter.sender or letter.channel is not Channel.marketing:
            continue
        words = read_words(said, push.wishes(said))
        if isinstance(words, Trouble) or mentions(words, letter.code):
            continue
        mention = f" STOP au {letter.code}"
        if said.binary:
            said.binary += mention.encode("utf-16-be").hex()
        else:
            said.text += mention
