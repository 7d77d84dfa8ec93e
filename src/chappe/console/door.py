"""The door of the console: who asks, whether they may, which page it is, and how it looks.

In: requests. Out: pages. Promise: whoever is not in sees the way in and nothing else; a form is
taken only from a page of ours; nothing is framed, kept by caches, or run that is not ours.
"""

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_network
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from chappe.console import statics
from chappe.console.form import Form
from chappe.console.history import LinkHistory, WaitingSeen
from chappe.console.live import Live
from chappe.console.render import rendered
from chappe.console.replaying import Replaying
from chappe.console.rooms import FRENCH, ROOMS
from chappe.console.routes import PageRoutes
from chappe.console.sandbox import PATH as SANDBOX
from chappe.console.sandbox.door import SandboxDoor
from chappe.console.shape import Away, MenuPlace, Missing, Outcome, View, Visit, WebPage
from chappe.console.tongue import LANGUAGES, Tongue, language_of
from chappe.doors.http.door import HttpDoor, Limits
from chappe.doors.http.limits import MIB
from chappe.doors.turn import report
from chappe.engine.look.seen import seen_by
from chappe.engine.welcome import Welcome
from chappe.hands.shown import CannotDo
from chappe.node import CannotStart, Node
from chappe.node.directory import plain
from chappe.store.contract import StoreAway
from chappe.words.answer import Refusal, Trouble
from chappe.words.exchange import Request, Response
from chappe.words.parameters import Pairs, TooMany, form_pairs, query_pairs
from chappe.words.visitor import NONE, Visitor

log = logging.getLogger("chappe.console")

FILE_MOST: Final = 16 * MIB  # an import of 400,000 lines
LIMITS: Final = Limits(
    body=FILE_MOST + MIB, bodies_total=64 * MIB, connections=512, shares=4, guests=4
)
COOKIE: Final = "chappe"
LANGUAGE, THEME, SAID = "language", "theme", "said"
THEMES: Final = ("auto", "light", "dark")
PLEDGE: Final = "pledge"
_YEAR_S: Final = 31_536_000
_SAID_MOST: Final = 400
_DRAIN_S: Final = 2.0

_HEADERS: Final = (
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; media-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'",
    ),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
_ENTRY = "/login"
_NOWHERE: Final = "There is no such page, or none that you may see."
_WRONG: Final[Mapping[Trouble, str]] = {
    Trouble.account_pending: "This account is not open yet.",
    Trouble.account_suspended: "This account is suspended.",
    Trouble.account_closed: "This account is closed.",
    Trouble.bad_address: "This account may not come in from here.",
    Trouble.not_now: "It can't be looked at now: try again in a moment.",
}


class Console:
    """Lives beside a node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._routes = PageRoutes([page for room in ROOMS for page in room.pages])
        self._places: Sequence[MenuPlace] = [place for room in ROOMS for place in room.places]
        self._tongues = {code: Tongue(code, FRENCH if code == "fr" else {}) for code in LANGUAGES}
        self.address: tuple[str, int] | None = None  # once it is open

    async def start(self) -> None:
        """Open it, where the settings say so."""
        config = self._node.config.console
        if config is None:
            return
        node = self._node
        self._stay_s = config.stay_hours * 3600
        self._is_secure = config.url.startswith("https://")
        self._netloc = urlsplit(config.url).netloc  # a proxy may ask by another name than people
        self._welcome = Welcome(node.desk, node.prove, config.stay_hours)
        self.live = Live(node)
        self.replaying = Replaying(node)
        self.history, self._waiting = LinkHistory(node), WaitingSeen(node)
        self._sandbox = SandboxDoor(node)
        self._door = HttpDoor(
            self._answer,
            limits=LIMITS,
            trusted_proxies=[ip_network(one) for one in node.config.http.trusted_proxies],
        )
        try:
            self.address = await self._door.listen(*config.listen)
        except OSError as fault:
            raise CannotStart(
                f"The console can't be opened at {config.listen}: {plain(fault)}. Stop what holds "
                "it, or set another [console] listen."
            ) from fault
        self.history.start()

    async def stop(self) -> None:
        if self.address is not None:
            self.live.stop()
            self._sandbox.stop()
            await self.replaying.close()
            self.history.stop()
            await self._waiting.stop()
            await self._door.drain(_DRAIN_S)

    # a request

    async def _answer(self, request: Request) -> Response:
        if request.path.startswith(statics.PATH):
            found = statics.served(request.path, request.query)
            return found or Response(b"Not found\n", status=404)
        if request.path.startswith(SANDBOX):
            return await self._sandbox.answer(request)
        try:
            return await self._asked(request)
        except TooMany:
            return Response(b"400 Bad Request\n", status=400)

    async def _asked(self, request: Request) -> Response:
        cookies = _cookies(request.headers.get("cookie", ""))
        accepted = request.headers.get("accept-language", "")
        say = self._tongues[language_of(cookies.get(LANGUAGE, ""), accepted)]
        shown = _Shown(self, request, cookies, say)
        try:
            visitor = await self._welcome.visitor(cookies.get(COOKIE, ""), request.peer)
            shown = shown.to(visitor)
            return await self._answered(request, shown)
        except StoreAway as fault:
            return shown.trouble(503, say("The store can't be reached now."), str(fault))
        except Exception as fault:  # of ours; who asked hears so, and the others go on
            report(fault)
            self._node.desk.counts["faults"] += 1
            return shown.trouble(500, say("Something went wrong here."))

    async def _answered(self, request: Request, shown: "_Shown") -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        say = shown.say
        form = await asyncio.to_thread(form_pairs, request) if method == "POST" else []
        if method == "POST" and not _is_ours(request, form, shown.visitor, self._netloc):
            return shown.trouble(403, say("This form did not come from a page of ours."))
        match method, request.path:
            case "GET" | "POST", "/login":
                return await self._enter(request, shown, Form(form, say))
            case "POST", "/logout":
                return await self._leave(shown)
            case "POST", "/preferences":
                return shown.preferred(Form(form, say))
        visitor = shown.visitor
        if visitor is None:
            if method != "GET":
                return shown.trouble(403, say("Log in first."))
            behind = request.path + (f"?{request.query.decode('latin-1')}" if request.query else "")
            return _away(f"{_ENTRY}?next={quote(behind)}")
        found = self._routes.find(method, request.path)
        if found is None:
            status = 405 if self._routes.knows(request.path) else 404
            return shown.trouble(status, say(_NOWHERE))
        page, args = found
        if not may_see(visitor, page):
            return shown.trouble(404, say(_NOWHERE))
        visit = self._visit(visitor, request, args, form, say)
        return await self._done(page, visit, shown)

    def _visit(
        self, visitor: Visitor, request: Request, args: Sequence[str], form: Pairs, say: Tongue
    ) -> Visit:
        node = self._node
        account = node.accounts.by_id(visitor.account) if visitor.account else None
        seen = None if not visitor.account else frozenset[int]()
        if account is not None:
            seen = frozenset(seen_by(node.desk, account))
        query = Form(query_pairs(request.query), say)
        typed = Form(form, say)
        beside = self.live, self.replaying, self.history, self._waiting
        return Visit(node, visitor, seen, request, args, query, typed, say, *beside)

    async def _done(self, page: WebPage, visit: Visit, shown: "_Shown") -> Response:
        try:
            outcome = await page.act(visit)
        except CannotDo as why:
            return shown.trouble(422, str(why))
        return shown.answer(outcome)

    # coming in and going

    async def _enter(self, request: Request, shown: "_Shown", form: Form) -> Response:
        say = shown.say
        query = Form(query_pairs(request.query), say)
        behind = form.text("next", most=2_000) or query.text("next", most=2_000)
        behind = behind if _is_within(behind) else "/"
        facts: dict[str, Any] = {"form": form, "next": behind, "title": say("Log in")}
        if request.method != "POST":
            return shown.page(View("frame/login.html", facts))
        login = form.text("login", needed=True)
        password = form.secret("password")
        if not form.is_right:
            return shown.page(View("frame/login.html", facts, 422))
        entered = await self._welcome.enter(login, password, request.peer)
        if isinstance(entered, Refusal):
            known = [_WRONG[one] for one in entered.troubles if one in _WRONG]
            form.wrong("", say((known or ["No such login with this password."])[0]))
            return shown.page(View("frame/login.html", facts, 422))
        log.info("%s came in from %s", entered.visitor.login, request.peer)
        return _away(behind, self._set(COOKIE, entered.token, self._stay_s))

    async def _leave(self, shown: "_Shown") -> Response:
        if token := shown.cookies.get(COOKIE):
            await self._welcome.leave(token)
        return _away(_ENTRY, self._set(COOKIE, "", 0))

    def _set(self, name: str, value: str, lasts_s: int) -> tuple[str, str]:
        secure = "; Secure" if self._is_secure else ""
        how = f"Path=/; Max-Age={lasts_s}; HttpOnly; SameSite=Lax{secure}"
        return "Set-Cookie", f"{name}={quote(value, safe='')}; {how}"

    # what the frame of each page shows

    def cookie(self, name: str, value: str, lasts_s: int = _YEAR_S) -> tuple[str, str]:
        return self._set(name, value, lasts_s)

    def frame(self, shown: "_Shown") -> Mapping[str, Any]:
        """What every page has around it."""
        visitor, say = shown.visitor, shown.say
        menu: dict[str, list[MenuPlace]] = {}
        for place in [] if visitor is None else self._places_of(visitor):
            menu.setdefault(place.group, []).append(place)
        return {
            "_": say,
            "say": say,
            "visitor": visitor,
            "menu": menu,
            "path": shown.request.path,
            "here": _here(shown.request),
            "theme": shown.theme,
            "languages": LANGUAGES,
            "themes": THEMES,
            "pledge": visitor.pledge if visitor is not None else "",
            "is_simulated": self._node.config.simulated,
        }

    def _places_of(self, visitor: Visitor) -> Sequence[MenuPlace]:
        """The menu as somebody sees it."""
        node = self._node
        found = [one for one in self._places if may_see(visitor, one)]
        return [one for one in found if one.is_there is None or one.is_there(node)]


class _Shown:
    """One answer in the making: how it looks to whom."""

    def __init__(
        self,
        console: Console,
        request: Request,
        cookies: Mapping[str, str],
        say: Tongue,
        visitor: Visitor | None = None,
    ) -> None:
        self._console = console
        self.request = request
        self.cookies = cookies
        self.say = say
        self.visitor = visitor

    def to(self, visitor: Visitor | None) -> "_Shown":
        """The same, to somebody."""
        return _Shown(self._console, self.request, self.cookies, self.say, visitor)

    @property
    def theme(self) -> str:
        chosen = self.cookies.get(THEME, "")
        return chosen if chosen in THEMES else THEMES[0]

    def answer(self, outcome: Outcome) -> Response:
        match outcome:
            case View():
                return self.page(outcome)
            case Away(path, said):
                extra = [self._console.cookie(SAID, said[:_SAID_MOST], 60)] if said else []
                return _away(path, *extra)
            case Missing():
                return self.trouble(404, self.say(_NOWHERE))
        return Response(
            outcome.body,
            outcome.type,
            outcome.status,
            (*_HEADERS, *outcome.headers),
            stream=outcome.stream,
        )

    def page(self, view: View) -> Response:
        said = self.cookies.get(SAID, "")
        facts = {"title": "Chappe", **self._console.frame(self), "said": said, **view.facts}
        extra = [self._console.cookie(SAID, "", 0)] if said else []
        body = rendered(view.template, facts)
        return Response(body, "text/html; charset=utf-8", view.status, (*_HEADERS, *extra))

    def trouble(self, status: int, sentence: str, why: str = "") -> Response:
        facts = {"title": sentence, "sentence": sentence, "why": why, "status": status}
        return self.page(View("frame/trouble.html", facts, status))

    def preferred(self, form: Form) -> Response:
        """Language and light as somebody likes them, on this browser."""
        chosen = []
        if LANGUAGE in form:
            chosen.append((LANGUAGE, form.choice(LANGUAGE, LANGUAGES)))
        if THEME in form:
            chosen.append((THEME, form.choice(THEME, THEMES)))
        behind = form.text("next", most=2_000)
        if not form.is_right:
            return self.trouble(422, next(iter(form.mistakes.values())))
        cookies = [self._console.cookie(name, value) for name, value in chosen]
        return _away(behind if _is_within(behind) else "/", *cookies)


def may_see(visitor: Visitor, one: WebPage | MenuPlace) -> bool:
    """Whether a page, or the way to it, is for this visitor."""
    if one.for_all and visitor.account:
        return False
    return one.needs == NONE or visitor.may(one.needs)


def _away(path: str, *cookies: tuple[str, str]) -> Response:
    return Response(b"", "", 303, (*_HEADERS, ("Location", path), *cookies))


def _here(request: Request) -> str:
    """This page's address, for whoever comes back to it."""
    if request.method not in ("GET", "HEAD"):
        return request.path
    query = request.query.decode("ascii", "ignore")
    return f"{request.path}?{query}" if query else request.path


def _is_within(path: str) -> bool:
    """Whether an address is one of ours: a path, which no browser takes for another host."""
    fit = path.startswith("/") and not path.startswith(("//", "/\\"))
    return fit and path.isascii() and path.isprintable() and "\\" not in path


def _is_ours(request: Request, form: Pairs, visitor: Visitor | None, netloc: str) -> bool:
    """Whether a form was sent by a page of ours: its browser says so, and it holds its visitor's
    pledge."""
    headers = request.headers
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    ours = (headers.get("host", ""), netloc or None)
    if origin is not None and _netloc_of(origin) not in ours:
        return False
    if visitor is None or request.path == "/login":
        return True
    given = [value for name, value in form if name == PLEDGE.encode()]
    return len(given) == 1 and hmac.compare_digest(given[0], visitor.pledge.encode())


def _netloc_of(origin: str) -> str:
    """'' where it is none: `null`, or nothing that an address begins with."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _cookies(header: str) -> Mapping[str, str]:
    """What a browser keeps of ours. A header that is none is nobody's."""
    found: SimpleCookie = SimpleCookie()
    with contextlib.suppress(CookieError):
        found.load(header[:8_192])
    return {name: unquote(one.value)[:2_000] for name, one in found.items()}
