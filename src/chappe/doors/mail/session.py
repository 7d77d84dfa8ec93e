"""One SMTP session, without a socket: what a client says, and what is answered.

In: octets in pieces of any size. Out: replies and mails, in the order of the commands. Promises:
the same replies and mails however the octets were cut; a command ends at CR LF, a mail at its dot,
and no octet is read twice; only what is ours is taken, nothing is ever sent on; what is kept is
bounded by one command, one mail and the last piece; no exception.
"""

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from typing import NamedTuple

from chappe.doors.mail.content import Content
from chappe.doors.mail.limits import MailLimits
from chappe.doors.mail.tables import (
    ADDRESS,
    EXTENSIONS,
    FOREIGN,
    FROM,
    LAST_WORDS,
    PARAMETERS,
    TO,
    UNOFFERED,
    SmtpReply,
)

Then = Enum("Then", ["GO_ON", "SECURE", "LINGER", "CLOSE"])

_BREAK = b"\r\n"
_REFUSED = b"5"  # replies that begin so


class Saying(NamedTuple):
    """A reply as it goes over the wire, and what comes after it."""

    octets: bytes
    then: Then = Then.GO_ON


class Mail(NamedTuple):
    """A whole mail, and to which of our names it is: each once."""

    names: tuple[str, ...]
    body: bytes


class MailSession:
    """From the greeting, or from the TLS handshake, to its end. It waits while a mail is taken:
    `taken` goes on with it."""

    def __init__(self, names: Collection[str], limits: MailLimits, *, may_secure: bool) -> None:
        self._ours: Mapping[bytes, str] = {name.lower().encode(): name for name in names}
        self._limits = limits
        self._may_secure = may_secure
        self._octets = bytearray()  # not looked at yet
        self._has_ended = False
        self._greeted = False
        self._has_sender = False
        self._recipients = 0
        self._names: dict[str, None] = {}
        self._content: Content | None = None
        self._commands = 0
        self._mistakes = 0

    def feed(self, piece: bytes) -> None:
        """Octets have come."""
        if not self._has_ended:
            self._octets += piece

    @property
    def pending(self) -> int:
        """How many octets wait to be looked at."""
        return len(self._octets)

    @property
    def held(self) -> int:
        """How many octets of a mail under way are kept."""
        return self._content.held if self._content is not None else 0

    @property
    def seen(self) -> int | None:
        """How many octets of a mail under way have come; None where none is."""
        return self._content.seen if self._content is not None else None

    def next(self) -> Saying | Mail | None:
        """What follows from what has come; None until more has."""
        if self._has_ended or not self._octets:
            return None
        return self._commanded() if self._content is None else self._gathered(self._content)

    def drop(self) -> None:
        """There is no room for the mail under way."""
        if self._content is not None:
            self._content.drop()

    def taken(self, *, kept: bool) -> Saying:
        """What became of the last mail."""
        return self._said(SmtpReply.kept if kept else SmtpReply.not_kept)

    def end(self, reply: SmtpReply) -> Saying:
        """Nothing more is heard."""
        self._has_ended = True
        self._octets.clear()
        self._content = None
        return self._said(reply, Then.CLOSE if reply in LAST_WORDS else Then.LINGER)

    # mails

    def _gathered(self, content: Content) -> Saying | Mail | None:
        self._octets = bytearray(content.feed(self._octets))
        if not content.done:
            too_much = content.is_too_large and content.seen > 2 * self._limits.body
            return self.end(SmtpReply.too_large) if too_much else None
        names = tuple(self._names)
        self._reset()
        if content.is_too_large:
            return self._said(SmtpReply.too_large)
        if content.dropped:
            return self._said(SmtpReply.no_room)
        return Mail(names, content.body)

    def _reset(self) -> None:
        self._has_sender = False
        self._recipients = 0
        self._names = {}
        self._content = None

    # commands

    def _commanded(self) -> Saying | None:
        end = self._octets.find(b"\n")
        if max(end, len(self._octets) if end < 0 else 0) > self._limits.line:
            return self.end(SmtpReply.long_line)
        if end < 0:
            return None
        line = bytes(self._octets[: end + 1])
        del self._octets[: end + 1]
        self._commands += 1
        if self._commands > self._limits.commands:
            return self.end(SmtpReply.too_long_a_session)
        said = self._obeyed(line)
        if said.octets.startswith(_REFUSED):
            self._mistakes += 1
            if self._mistakes > self._limits.mistakes:
                return self.end(SmtpReply.too_long_a_session)
        return said

    def _obeyed(self, line: bytes) -> Saying:
        command = line.removesuffix(_BREAK)
        if command == line or b"\r" in command or b"\0" in command:
            return self._said(SmtpReply.bare_break)
        verb, _, rest = command.partition(b" ")
        verb, rest = verb.upper(), rest.strip(b" ")
        if verb in FOREIGN:
            return self.end(SmtpReply.other_protocol)
        if verb in UNOFFERED:
            return self._said(SmtpReply.not_here)
        obey = _COMMANDS.get(verb)
        return self._said(SmtpReply.unknown) if obey is None else obey(self, rest)

    def _hello(self, rest: bytes) -> Saying:
        if not rest:
            return self._said(SmtpReply.wrong_syntax)
        self._reset()
        self._greeted = True
        return self._said(SmtpReply.hello)

    def _extended_hello(self, rest: bytes) -> Saying:
        said = self._hello(rest)
        if said.octets.startswith(_REFUSED):
            return said
        offered = [*EXTENSIONS, b"SIZE %d" % self._limits.body]
        if self._may_secure:
            offered.append(b"STARTTLS")
        lines = [SmtpReply.hello.value, *(b"250 " + one for one in offered)]
        lines[:-1] = [line[:3] + b"-" + line[4:] for line in lines[:-1]]
        return Saying(_BREAK.join([*lines, b""]))

    def _mail(self, rest: bytes) -> Saying:
        if not self._greeted:
            return self._said(SmtpReply.hello_first)
        if self._has_sender:
            return self._said(SmtpReply.already)
        found = FROM.fullmatch(rest)
        if found is None:
            return self._said(SmtpReply.wrong_syntax)
        for given in (found[2] or b"").split():
            name, _, value = given.partition(b"=")
            form = PARAMETERS.get(name.upper())
            if form is None or not form.fullmatch(value):
                return self._said(SmtpReply.unknown_parameter)
            if name.upper() == b"SIZE" and int(value) > self._limits.body:
                return self._said(SmtpReply.too_large)
        self._has_sender = True
        return self._said(SmtpReply.sender_heard)

    def _recipient(self, rest: bytes) -> Saying:
        if not self._has_sender:
            return self._said(SmtpReply.sender_first)
        found = TO.fullmatch(rest)
        if found is None:
            return self._said(SmtpReply.wrong_syntax)
        if found[2]:
            return self._said(SmtpReply.unknown_parameter)
        address = ADDRESS.fullmatch(found[1])
        name = self._ours.get(address[1].lower()) if address is not None else None
        if name is None:
            return self._said(SmtpReply.not_ours)
        if self._recipients >= self._limits.recipients:
            return self._said(SmtpReply.too_many_recipients)
        self._recipients += 1
        self._names[name] = None
        return self._said(SmtpReply.recipient_heard)

    def _content_begins(self, rest: bytes) -> Saying:
        if rest:
            return self._said(SmtpReply.wrong_syntax)
        if not self._has_sender:
            return self._said(SmtpReply.sender_first)
        if not self._names:
            return self._said(SmtpReply.no_recipient)
        self._content = Content(self._limits.body)
        return self._said(SmtpReply.go_ahead)

    def _start_again(self, rest: bytes) -> Saying:
        self._reset()
        return self._said(SmtpReply.done)

    def _nothing(self, rest: bytes) -> Saying:
        return self._said(SmtpReply.done)

    def _goodbye(self, rest: bytes) -> Saying:
        return self.end(SmtpReply.goodbye)

    def _secure(self, rest: bytes) -> Saying:
        if not self._may_secure:
            return self._said(SmtpReply.not_here)
        if rest:
            return self._said(SmtpReply.wrong_syntax)
        if self._octets:
            # Whoever stands between could say it in the name of a client that TLS proves later.
            return self.end(SmtpReply.nothing_after_tls)
        self._has_ended = True
        return self._said(SmtpReply.go_ahead_with_tls, Then.SECURE)

    def _said(self, reply: SmtpReply, then: Then = Then.GO_ON) -> Saying:
        return Saying(reply.value + _BREAK, then)


_COMMANDS: Mapping[bytes, Callable[[MailSession, bytes], Saying]] = {
    b"DATA": MailSession._content_begins,
    b"EHLO": MailSession._extended_hello,
    b"HELO": MailSession._hello,
    b"MAIL": MailSession._mail,
    b"NOOP": MailSession._nothing,
    b"QUIT": MailSession._goodbye,
    b"RCPT": MailSession._recipient,
    b"RSET": MailSession._start_again,
    b"STARTTLS": MailSession._secure,
}
