"""Who comes into the console, and what keeps others out."""

import contextlib
from pathlib import Path

import pytest

from chappe.config import ConsoleConfig, Listen
from chappe.console.door import COOKIE
from chappe.hands import perform
from chappe.hands.deeds import note
from chappe.hands.shown import CannotDo
from chappe.words.clock import HOUR, SECOND
from tests.console.site import OPERATOR, PASSWORD, READER, SUPPORT, Site, family
from tests.journeys.house import to


@pytest.mark.parametrize("login", [OPERATOR, SUPPORT, READER, "fred", "FRED", "lea"])
async def test_who_has_a_login_comes_in(site: Site, login: str) -> None:
    """E63"""
    tab = await site.visit(login)
    page = await tab.get("/")
    assert (page.status, page.title) == (200, "Live traffic")
    assert login.lower() in page.text


@pytest.mark.parametrize(
    ("login", "password"),
    [("fred", "wrong"), ("nobody", PASSWORD), (OPERATOR, "wrong"), ("fred", " " + PASSWORD)],
)
async def test_who_has_none_does_not(site: Site, login: str, password: str) -> None:
    """E63: and cannot tell whether there is such a login."""
    tab = site.tab()
    page = await tab.post("/login", {"login": login, "password": password})
    assert page.status == 422
    assert "No such login with this password." in page.text
    assert page.typed("login") == login
    assert password not in page.html.replace(login, "")
    assert (await tab.get("/")).location == "/login?next=/"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ([("login", ""), ("password", "x")], "login", "Fill this in."),
        ([("login", "fred")], "password", "Fill this in."),
        ([("login", "a"), ("login", "b"), ("password", "x")], "login", "This was given twice."),
        (
            [("login", "f" * 201), ("password", "x")],
            "login",
            "This is too long: at most 200 characters.",
        ),
        (
            [("login", b"fr\xe9d"), ("password", "x")],
            "login",
            "This is not text in UTF-8.",
        ),
        (
            [("login", "fr\x00ed"), ("password", "x")],
            "login",
            "There is a character in it that can't be written.",
        ),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(
    site: Site, fields: list[tuple[str, str]], field: str, sentence: str
) -> None:
    page = await site.tab().post("/login", fields)
    assert page.status == 422
    assert page.wrong == {field: sentence}


async def test_a_visit_ends_when_it_is_ended(site: Site) -> None:
    tab = await site.visit("fred")
    token = tab.cookies[COOKIE]
    await tab.get("/")
    assert (await tab.post("/logout")).location == "/login"
    tab.cookies[COOKIE] = token
    assert (await tab.get("/")).location == "/login?next=/"


async def test_a_visit_ends_when_its_time_is_up(site: Site) -> None:
    tab = await site.visit("fred")
    await site.leap(site.clock.now() + 12 * HOUR - SECOND, HOUR)
    assert (await tab.get("/")).status == 200
    await site.let(2)
    assert (await tab.get("/")).status == 303


@pytest.mark.parametrize(
    ("login", "hand", "asked"),
    [
        ("fred", "account password", {"login": "fred"}),
        ("fred", "account suspend", {"login": "fred"}),
        ("fred", "account close", {"login": "fred"}),
        (READER, "console password", {"login": READER}),
        (READER, "console remove", {"login": READER}),
    ],
)
async def test_a_visit_ends_with_what_proved_it(
    site: Site, login: str, hand: str, asked: dict[str, str]
) -> None:
    tab = await site.visit(login)
    assert (await tab.get("/")).status == 200
    await perform(site.node, hand, asked)
    assert (await tab.get("/")).status == 303


async def test_a_token_that_was_there_before_is_not_the_visitors(site: Site) -> None:
    """Session fixation: whoever gave a browser a token does not come in with it."""
    tab = site.tab()
    tab.cookies[COOKIE] = "given-by-somebody-else"
    entered = await tab.post("/login", {"login": "fred", "password": PASSWORD})
    assert entered.status == 303
    assert tab.cookies[COOKIE] != "given-by-somebody-else"
    other = site.tab()
    other.cookies[COOKIE] = "given-by-somebody-else"
    assert (await other.get("/")).status == 303


async def test_the_cookie_is_for_browsers_alone(site: Site) -> None:
    entered = await site.tab().post("/login", {"login": "fred", "password": PASSWORD})
    how = entered.headers["set-cookie"].partition("; ")[2]
    assert how == "Path=/; Max-Age=43200; HttpOnly; SameSite=Lax"


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Origin": "http://evil.example"}, "another origin"),
        ({"Origin": "null"}, "a sandboxed frame"),
        ({"Sec-Fetch-Site": "cross-site"}, "its browser says so"),
        ({"Sec-Fetch-Site": "same-site"}, "a neighbour"),
    ],
)
async def test_a_form_of_another_page_is_not_taken(
    site: Site, headers: dict[str, str], why: str
) -> None:
    """CSRF: at the way in as well."""
    tab = await site.visit("fred")
    await tab.get("/")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"pledge={tab.pledge}".encode()
    answer = await tab.ask("POST", "/logout", body, {**kind, **headers})
    assert (answer.status, why) == (403, why)
    assert (await tab.get("/")).status == 200
    form = f"login=fred&password={PASSWORD}".encode()
    answer = await site.tab().ask("POST", "/login", form, {**kind, **headers})
    assert answer.status == 403
    assert COOKIE not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("pledge", ["", "pledge=", "pledge=wrong", "pledge={0}&pledge={0}"])
async def test_a_form_without_its_pledge_is_not_taken(site: Site, pledge: str) -> None:
    """CSRF: missing, empty, wrong, doubled, another's."""
    tab = await site.visit("fred")
    await tab.get("/")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await tab.ask("POST", "/logout", pledge.format(tab.pledge).encode(), kind)
    assert answer.status == 403
    assert (await tab.get("/")).status == 200


async def test_anothers_pledge_is_none(site: Site) -> None:
    tab, other = await site.visit("fred"), await site.visit("zoe")
    await tab.get("/")
    await other.get("/")
    tab.pledge, mine = other.pledge, tab.pledge
    assert tab.pledge != mine
    assert (await tab.post("/logout")).status == 403


@pytest.mark.parametrize(
    "behind",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "evil"],
)
async def test_nobody_is_led_elsewhere(site: Site, behind: str) -> None:
    fields = {"login": "fred", "password": PASSWORD, "next": behind}
    assert (await site.tab().post("/login", fields)).location == "/"


async def test_whoever_comes_for_a_page_gets_there(site: Site) -> None:
    tab = site.tab()
    assert (await tab.get("/?number=1")).location == "/login?next=/%3Fnumber%3D1"
    fields = {"login": "fred", "password": PASSWORD, "next": "/?number=1"}
    assert (await tab.post("/login", fields)).location == "/?number=1"


async def test_every_page_is_hardened(site: Site) -> None:
    """No frame, no script but ours, nothing kept by caches."""
    tab = await site.visit()
    for path in ("/", "/login", "/nowhere"):
        headers = (await tab.get(path)).headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("POST", "/", 405), ("DELETE", "/", 405), ("GET", "/static/x", 404)],
)
async def test_what_is_not_there_is_said(site: Site, method: str, path: str, status: int) -> None:
    tab = await site.visit()
    if method == "POST":
        assert (await tab.post(path)).status == status
    else:
        assert (await tab.ask(method, path, b"", {})).status == status


async def test_wrong_tries_slow_down_and_are_told_once(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """As at the other doors: without the password."""
    for _ in range(3):
        await site.tab().post("/login", {"login": "fred", "password": "wrong-word"})
    tries = site.node.prove.suspect.tries("127.0.0.1", "fred")
    assert (tries.of_address, tries.of_login) == (3, 3)
    assert "wrong-word" not in caplog.text


async def test_languages_and_light_are_chosen(site: Site) -> None:
    """E63: by the browser, then by hand; without being in as well."""
    tab = site.tab("fr,en;q=0.5")
    assert (await tab.get("/login")).title == "Se connecter"
    chosen = await tab.post("/preferences", {"language": "en", "theme": "dark", "next": "/login"})
    page = await tab.follow(chosen)
    assert page.title == "Log in"
    assert 'data-theme="dark"' in page.html
    assert (await tab.post("/preferences", {"language": "xx"})).status == 422


async def test_no_account_takes_a_login_of_the_staff(site: Site) -> None:
    """It could not come in, and the log of deeds would not tell the two apart."""
    with pytest.raises(CannotDo, match="is a login of the console's staff"):
        await perform(site.node, "account add", {"login": "ROOT"})
    with pytest.raises(CannotDo, match="fred names an account"):
        await perform(site.node, "console add", {"login": "fred"})


async def test_a_deed_to_a_message_is_one_to_its_account(site: Site) -> None:
    """E63: so that whoever may see that account alone finds it."""
    message, *_ = await site.sent("fred", "Bonjour", [to(1)])
    with contextlib.suppress(CannotDo):  # nothing was told of it that could be told again
        await perform(site.node, "callbacks replay", {"message": message}, "root")
    await note(site.node, "root", "callbacks replay", {"message": message})
    account = site.node.accounts.by_login("fred")
    assert account is not None
    deeds = await site.node.store.deeds(account.id)
    assert (deeds[0].who, deeds[0].what) == ("root", "callbacks replay")


async def test_a_form_behind_a_proxy_is_of_the_address_that_people_use(tmp_path: Path) -> None:
    """A proxy asks by its own name for us; the settings say which one people type."""
    site = Site(tmp_path)
    listen = Listen("127.0.0.1", 0)
    await site.open(family(console=ConsoleConfig(listen=listen, url="https://sms.example.org")))
    try:
        form = f"login=fred&password={PASSWORD}".encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        for origin, status in (
            ("https://sms.example.org", 303),
            ("https://evil.example", 403),
            ("null", 403),
            ("http://[", 403),
        ):
            tab = site.tab()
            answer = await tab.ask("POST", "/login", form, {**kind, "Origin": origin})
            assert (origin, answer.status) == (origin, status)
        entered = await site.tab().post("/login", {"login": "fred", "password": PASSWORD})
        assert entered.headers["set-cookie"].endswith("; Secure")
    finally:
        await site.close()
