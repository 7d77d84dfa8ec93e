"""What the mail door says, and what it understands of an address.

In: nothing. Out: replies with their enhanced codes (RFC 2034, 3463), as they go over the wire.
"""

import re
from collections.abc import Mapping
from enum import Enum


class SmtpReply(Enum):
    """Everything that can be said, but for the answer to EHLO. Numbers of 421 end a session."""

    ready = b"220 chappe ESMTP"
    go_ahead_with_tls = b"220 2.0.0 Go ahead"
    goodbye = b"221 2.0.0 Goodbye"
    hello = b"250 chappe"
    done = b"250 2.0.0 OK"
    sender_heard = b"250 2.1.0 OK"
    recipient_heard = b"250 2.1.5 OK"
    kept = b"250 2.0.0 Taken"
    go_ahead = b"354 End it with a dot on a line of its own"
    draining = b"421 4.3.2 Stopping, come again soon"
    crowded = b"421 4.3.2 Too many connections, come again later"
    too_slow = b"421 4.4.2 Too slow"
    too_long_a_session = b"421 4.7.0 Too much for one session, come again"
    not_kept = b"451 4.3.0 Not taken, try again later"
    no_room = b"452 4.3.1 No room, try again later"
    too_many_recipients = b"452 4.5.3 Too many recipients"
    unknown = b"500 5.5.2 Unknown command"
    bare_break = b"500 5.5.2 Lines end in CR LF"
    long_line = b"500 5.5.2 Line too long"
    wrong_syntax = b"501 5.5.4 Wrong syntax"
    not_here = b"502 5.5.1 Not offered here"
    hello_first = b"503 5.5.1 Say hello first"
    sender_first = b"503 5.5.1 MAIL first"
    already = b"503 5.5.1 There was one already"
    nothing_after_tls = b"554 5.5.1 Nothing may follow before the handshake"
    no_recipient = b"554 5.5.1 No recipient is ours"
    other_protocol = b"554 5.5.2 This is SMTP"
    not_ours = b"550 5.7.1 Not ours, and nothing is sent on from here"
    too_large = b"552 5.3.4 Too large"
    unknown_parameter = b"555 5.5.4 Unknown parameter"


# Said to clients that have nothing more to send; all others may still be sending.
LAST_WORDS = frozenset({SmtpReply.goodbye, SmtpReply.draining, SmtpReply.crowded})
# Who says so is a browser that somebody sent here, or lost; the commands of SMTP would follow.
FOREIGN = frozenset({b"CONNECT", b"DELETE", b"GET", b"HEAD", b"OPTIONS", b"POST", b"PUT"})
# Commands that are known, and not offered.
UNOFFERED = frozenset({b"AUTH", b"BDAT", b"ETRN", b"EXPN", b"HELP", b"TURN", b"VRFY"})

_PATH = rb'<((?:"(?:[^"\\]|\\.)*"|[^<>" ])*)>'
FROM = re.compile(rb"FROM: *" + _PATH + rb"(?: +([^ ].*))?", re.IGNORECASE)
TO = re.compile(rb"TO: *" + _PATH + rb"(?: +([^ ].*))?", re.IGNORECASE)
# The only form of an address that can be ours: no quotes, no route, no second '@'.
ADDRESS = re.compile(rb"([A-Za-z0-9!#$&'*+/=?^_`{|}~.-]+)@(?:[A-Za-z0-9.-]+|\[[A-Za-z0-9.:]+\])")

# Parameter of MAIL -> the values that it may have; SIZE is looked at by itself.
PARAMETERS: Mapping[bytes, re.Pattern[bytes]] = {
    b"BODY": re.compile(rb"7BIT|8BITMIME", re.IGNORECASE),
    b"SIZE": re.compile(rb"\d{1,20}"),
    b"SMTPUTF8": re.compile(rb""),
}
EXTENSIONS = (b"PIPELINING", b"8BITMIME", b"SMTPUTF8", b"ENHANCEDSTATUSCODES")
