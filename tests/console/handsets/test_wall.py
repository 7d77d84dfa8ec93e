"""The wall of handsets: what came is on the screen, and what a phone does is done."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest

from chappe.config import LinkConfig, Listen
from chappe.config.values import ConsoleConfig
from chappe.console.rooms import FRENCH
from chappe.console.rooms.handsets.french import FRENCH as MINE
from chappe.hands import perform
from chappe.words.alphabet import Alphabet
from chappe.words.order import Channel, Lists, Speech, Target
from tests.console.site import OPERATOR, READER, SUPPORT, Answer, Site, Tab, family
from tests.journeys.house import to

PHONE = to(1)
WALL = f"/handsets?phones={PHONE}"
WRITE = f"/handsets/{PHONE}/write"
TEXT, CODE = f"text-{PHONE}", f"code-{PHONE}"
RENDEZ_VOUS = "Votre rendez-vous est à dix heures."


def screen(page: Answer, number: int = PHONE) -> list[tuple[str, str]]:
    """What stands on a phone's screen, entry by entry: its kind, and what is read of it."""
    found = re.search(
        rf'<div class="screen" id="screen-{number}".*?\n?</ol>\s*</div>', page.html, re.S
    )
    found = found or re.search(rf'hx-target="#screen-{number}".*?</template>', page.html, re.S)
    assert found is not None
    entries = re.findall(r'<li id="[^"]*" class="(\w+)">(.*?)</li>', found[0], re.S)
    return [
        (kind, " ".join(unescape(re.sub(r"<[^>]*>", " ", entry)).split()))
        for kind, entry in entries
    ]


async def shown(site: Site, login: str = OPERATOR, number: int = PHONE) -> list[tuple[str, str]]:
    return screen(await (await site.visit(login)).get(f"/handsets?phones={number}"), number)


async def ring(site: Site, number: int = PHONE, login: str = "fred") -> int:
    """A call to a phone; its number."""
    speech = Speech("Un message", "fr-FR")
    wishes: Mapping[str, Any] = {"channel": Channel.voice, "alphabet": Alphabet.ucs2}
    (call,) = await site.sent(login, RENDEZ_VOUS, [number], speech=speech, mobiles=False, **wishes)
    await site.let(1)
    return call


async def by_hand(site: Site, number: int = PHONE) -> None:
    await perform(site.node, "call handset", {"number": f"+{number}", "by_hand": True})


# what is shown


async def test_what_came_is_on_the_screen_the_newest_last(site: Site) -> None:
    """E63: long texts whole, Unicode, the sender, and what the phone answered."""
    long = "Où êtes-vous ? " * 60 + "はい 🎉"
    await site.sent("fred", "Bonjour", [PHONE], sender="ACME")
    await site.let(5)
    await site.sent("fred", long, [PHONE], alphabet=Alphabet.ucs2)
    await site.let(5)
    await site.write(PHONE, "J’arrive")
    assert await shown(site) == [
        ("text", "ACME Bonjour 2026-11-24 10:00:00"),
        ("text", f"36105 {long} 2026-11-24 10:00:05"),
        ("mine", "To 36105 J’arrive 2026-11-24 10:00:10"),
    ]


async def test_nothing_is_shown_before_it_came(site: Site) -> None:
    """E63: neither what waits for its time, nor what never arrived, nor what is late."""
    await site.sent("fred", "Plus tard", [PHONE], start=site.clock.now() + 60_000)
    await site.sent("fred", "Absent", [to(28)])
    await site.sent("fred", "En retard", [to(30)])
    await site.let(20)
    assert await shown(site) == [("empty", "Nothing here yet.")]
    assert await shown(site, number=to(28)) == [("empty", "Nothing here yet.")]
    assert await shown(site, number=to(30)) == [("empty", "Nothing here yet.")]
    await site.let(50)
    assert [text for _, text in await shown(site)] == ["36105 Plus tard 2026-11-24 10:01:00"]
    assert [text for _, text in await shown(site, number=to(30))] == [
        "36105 En retard 2026-11-24 10:00:30"
    ]


async def test_a_flash_stands_on_top_and_a_push_is_read(site: Site) -> None:
    """E63: and the octets of a push can't break the page."""
    await site.sent("fred", "Alerte", [PHONE], flash=True)
    si = "01 06 01 AE 02 05 6A 00 45 C6 0D 03 65782E6672 00 85 03 61 00 01 03 4F6666726573 00 01 01"
    push = {"alphabet": Alphabet.binary, "udh": "0605040B8423F0"}
    await site.sent("fred", si.replace(" ", ""), [PHONE], **push)
    await site.sent("fred", "02056A0045", [PHONE], **push)
    await site.let(5)
    page = await (await site.visit()).get(WALL)
    assert screen(page) == [
        ("flash", "36105 Flash Alerte 2026-11-24 10:00:00"),
        ("push", "36105 WAP push Offres http://www.ex.fr.com/a (new tab) 2026-11-24 10:00:00"),
        ("push", "36105 WAP push Without a title 2026-11-24 10:00:00"),
    ]
    assert page.html.index('class="alert"') < page.html.index('class="talk"')
    assert 'href="http://www.ex.fr.com/a"' in page.html


async def test_what_comes_from_outside_is_escaped(site: Site) -> None:
    """XSS: texts, senders, links and answers."""
    evil = '"><script>alert(1)</script> http://a.example/"onclick=alert(1) javascript:alert(1)'
    await site.sent("fred", evil, [PHONE], sender="<b>x")
    await site.let(5)
    await site.write(PHONE, "<img src=x onerror=alert(1)>")
    page = await (await site.visit()).get(WALL)
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    assert " onclick" not in page.html.replace("&#34;onclick", "")
    assert 'href="javascript' not in page.html
    assert 'href="http://a.example/"' in page.html
    assert evil.split()[0] in screen(page)[0][1]


async def test_everybody_sees_their_own_alone(site: Site) -> None:
    """E63: a parent sees its child's, support no texts, a stranger nothing."""
    await site.sent("lea", "Secret", [PHONE])
    await site.let(5)
    await site.write(PHONE, "Merci")
    for login in (OPERATOR, READER, "fred", "lea"):
        assert [kind for kind, _ in await shown(site, login)] == ["text", "mine"]
    assert await shown(site, "zoe") == [("empty", "Nothing here yet.")]
    page = await (await site.visit(SUPPORT)).get(WALL)
    assert [text.split()[1] for _, text in screen(page)] == ["hidden", "36105"]
    assert "Secret" not in page.html
    assert "Merci" not in page.html


async def test_screens_are_renewed_by_themselves(site: Site) -> None:
    """What the page asks for twice a second: the same screens, in pieces."""
    tab = await site.visit("fred")
    path = f"/handsets/screens?phones={PHONE},{to(2)}"
    page = await tab.get(WALL)
    assert f'hx-get="/handsets/screens?phones={PHONE}" hx-trigger="every 600ms"' in page.html
    assert screen(await tab.get(path)) == [("empty", "Nothing here yet.")]
    await site.sent("fred", "Bonjour", [to(2)])
    await site.let(5)
    pieces = await tab.get(path)
    assert screen(pieces) == [("empty", "Nothing here yet.")]
    assert [kind for kind, _ in screen(pieces, to(2))] == ["text"]
    assert "<html" not in pieces.html


# the wall


async def test_phones_are_put_on_the_wall_and_stay_there(site: Site) -> None:
    """E63: in the address, and in a cookie for whoever comes back."""
    tab = await site.visit("fred")
    added = await tab.get("/handsets?phones=&add=06+39+98+00+01")
    assert added.location == WALL
    assert added.headers["set-cookie"].endswith(
        "Path=/handsets; Max-Age=31536000; HttpOnly; SameSite=Lax"
    )
    added = await tab.get(f"{WALL}&add=%2B33639980002")
    assert (await tab.get("/handsets")).location == added.location == f"{WALL},33639980002"
    page = await tab.follow(added)
    assert re.findall(r'<h2 id="name-\d+">(.*?)</h2>', page.html) == [
        "+33639980001",
        "+33639980002",
    ]
    gone = await tab.get(f"/handsets?phones={PHONE}&keep=1")
    assert gone.location == WALL
    assert (await tab.get("/handsets")).location == WALL


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("phones=&add=", "Fill this in."),
        ("phones=&add=abc", "That is no phone number."),
        ("phones=&add=12", "That is no phone number."),
        ("phones=&add=0639980001&add=0639980002", "This was given twice."),
        (f"phones=&add={'1' * 300}", "This is too long: at most 200 characters."),
        ("phones=&add=%00", "There is a character in it that can't be written."),
        (
            f"phones={','.join(str(to(n)) for n in range(8))}&add=0639980099",
            "There are 8 phones already: take one away first.",
        ),
    ],
)
async def test_what_is_no_phone_is_said_beside_its_field(
    site: Site, query: str, sentence: str
) -> None:
    page = await (await site.visit("fred")).get(f"/handsets?{query}")
    assert (page.status, page.wrong) == (422, {"add": sentence})


async def test_an_address_holds_eight_phones_at_most(site: Site) -> None:
    tab = await site.visit("fred")
    numbers = ",".join(str(to(n)) for n in range(20))
    page = await tab.get(f"/handsets?phones={numbers},<b>,,1")
    assert page.html.count('<section class="phone"') == 8


async def test_who_has_no_phone_yet_is_offered_those_that_were_written_to(site: Site) -> None:
    await site.sent("fred", "Bonjour", [PHONE, to(2)])
    await site.sent("zoe", "Bonjour", [to(3)])
    assert (
        "Written to last: +33639980002 , +33639980001"
        in (await (await site.visit("fred")).get("/handsets")).main
    )
    assert "Nobody was written to yet." in (await (await site.visit("lea")).get("/handsets")).main


async def test_real_links_have_no_phones(site: Site) -> None:
    """The menu does not lead there, and nothing is shown of what left by another link."""
    await site.sent("fred", "Bonjour", [PHONE])
    await site.let(5)
    await site.stop()
    real = LinkConfig(name="orange", kind="smpp", host="127.0.0.1", port=1)
    await site.start(family(links=(real,)))
    tab = await site.visit()
    assert 'href="/handsets"' not in (await tab.get("/")).html
    assert "There are no phones here" in (await tab.get(WALL)).main
    assert (await tab.get(f"/handsets/screens?phones={PHONE}")).status == 404
    assert (await tab.post(WRITE, {TEXT: "Bonjour", CODE: "36105"})).status == 404
    await site.stop()
    await site.start(family(links=(real, LinkConfig(name="other", kind="operator"))))
    assert 'href="/handsets"' in (await (await site.visit()).get("/")).html
    assert await shown(site) == [("empty", "Nothing here yet.")]


# what a phone does


async def test_a_phone_answers_whoever_wrote_last(site: Site) -> None:
    """E63: and its owner hears of it."""
    await site.sent("zoe", "Bonjour", [PHONE], code="36200")
    await site.sent("fred", "Bonjour", [PHONE], sender="ACME")
    await site.let(5)
    tab = await site.visit("fred")
    answer = await tab.post(
        WRITE, {TEXT: "Oui\r\nbien sûr", CODE: "", "phones": f"{PHONE},{to(2)}"}
    )
    assert answer.location == f"{WALL},{to(2)}#phone-{PHONE}"
    page = await tab.follow(answer)
    assert page.said == "+33639980001 wrote to 36105."
    await site.let(1)
    fred = site.node.accounts.by_login("fred")
    assert fred is not None
    replies = await site.node.store.replies(fred.id, 0, 9)
    assert [(one.number, one.code, one.text) for one in replies] == [
        (PHONE, "36105", "Oui\nbien sûr")
    ]


async def test_stop_is_a_button(site: Site) -> None:
    """E63: the number is written to no more."""
    await site.sent("fred", "Bonjour", [PHONE])
    await site.let(5)
    tab = await site.visit("fred")
    page = await tab.get(WALL)
    assert f'<input type="hidden" name="{TEXT}" value="STOP">' in page.html
    assert (await tab.post(WRITE, {TEXT: "STOP"})).status == 303
    await site.let(1)
    fred = site.node.accounts.by_login("fred")
    assert fred is not None
    assert await site.node.store.opted_out(fred.id, [PHONE], Lists.stop) == [PHONE]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ([(TEXT, ""), (CODE, "36105")], {TEXT: "Fill this in."}),
        ([], {TEXT: "Fill this in."}),
        ([(TEXT, "a"), (TEXT, "b"), (CODE, "36105")], {TEXT: "This was given twice."}),
        (
            [(TEXT, "a" * 1_601), (CODE, "36105")],
            {TEXT: "This is too long: at most 1600 characters."},
        ),
        ([(TEXT, b"\xff"), (CODE, "36105")], {TEXT: "This is not text in UTF-8."}),
        (
            [(TEXT, "Oui"), (CODE, "<b>")],
            {CODE: "A short code has digits alone, such as 36105."},
        ),
        ([(TEXT, "Oui"), (CODE, "1" * 17)], {CODE: "This is too long: at most 16 characters."}),
        ([(TEXT, "Oui")], {CODE: "Nobody to answer: name a short code such as 36105."}),
    ],
)
async def test_what_is_wrong_with_an_answer_is_said_beside_it(
    site: Site, fields: list[tuple[str, Any]], wrong: dict[str, str]
) -> None:
    """E63: what was typed is kept, and nothing is written."""
    tab = await site.visit()
    page = await tab.post(WRITE, [*fields, ("phones", str(PHONE))])
    assert (page.status, page.wrong) == (422, wrong)
    if TEXT not in wrong:
        assert page.typed(TEXT) == "Oui"
    await site.let(1)
    assert screen(await tab.get(WALL)) == [("empty", "Nothing here yet.")]


async def test_an_account_answers_its_own_alone(site: Site) -> None:
    """E63: what is written goes to whoever wrote from that code last, which others can't pass by;
    the staff writes to any code."""
    await site.sent("fred", "Bonjour", [PHONE])
    await site.sent("zoe", "Bonjour", [PHONE])
    await site.let(5)
    tab = await site.visit("fred")
    for fields in ({TEXT: "STOP"}, {TEXT: "STOP", CODE: "36105"}, {TEXT: "STOP", CODE: "99999"}):
        page = await tab.post(WRITE, fields)
        assert (page.status, page.wrong) == (
            422,
            {CODE: "Nothing of yours came from this code last."},
        )
    await site.let(1)
    zoe = site.node.accounts.by_login("zoe")
    assert zoe is not None
    assert await site.node.store.opted_out(zoe.id, [PHONE], Lists.stop) == []
    assert (await (await site.visit()).post(WRITE, {TEXT: "x", CODE: "99999"})).status == 303
    assert (await (await site.visit("zoe")).post(WRITE, {TEXT: "STOP"})).status == 303


async def test_who_may_not_act_has_no_buttons(site: Site) -> None:
    """E63: the rights table of what phones do."""
    call = await ring(site)
    for login, status in ((READER, 404), (SUPPORT, 404), (OPERATOR, 422), ("fred", 422)):
        tab = await site.visit(login)
        page = await tab.get(WALL)
        assert ("<textarea" in page.html) is (status == 422)
        for path in (WRITE, f"/handsets/{PHONE}/by-hand", f"/handsets/call/{call}"):
            assert (await tab.post(path)).status == status
    for login in (READER, SUPPORT):
        assert (await (await site.visit(login)).get(f"/handsets/{call}/open")).status == 404
    stranger = await site.visit("zoe")
    assert (await stranger.post(f"/handsets/call/{call}", {"gesture": "take"})).status == 404
    for path in (f"/handsets/play/{call}.wav", f"/handsets/{call}/open", "/handsets/play/abc.wav"):
        assert (await stranger.get(path)).status == 404
    assert (await (await site.visit(SUPPORT)).get(f"/handsets/play/{call}.wav")).status == 404
    nobody = site.tab()
    assert (await nobody.get(WALL)).location.startswith("/login")
    assert (await nobody.post(WRITE)).status == 403


async def test_a_tap_on_a_short_url_is_a_click(site: Site) -> None:
    """E63: it leads where it leads everybody, and is counted; a reader's tap would be one, too."""
    target = Target(url="https://shop.example.org/offers", mark="%URL%")
    (message,) = await site.sent("fred", "Voyez %URL%.", [PHONE], target=target)
    await site.let(5)
    tab = await site.visit("fred")
    page = await tab.get(WALL)
    found = re.search(rf'<a href="/handsets/{message}/open"[^>]*>(.*?)<span', page.html)
    assert found is not None
    assert found[1].startswith("zv.hcnx.fr/")
    assert f"/handsets/{message}/open" not in (await (await site.visit(READER)).get(WALL)).html
    led = await tab.get(f"/handsets/{message}/open")
    assert (led.status, led.location) == (302, "https://shop.example.org/offers")
    assert site.node.desk.counts["clicks"] == 1
    (plain,) = await site.sent("fred", "Sans lien", [PHONE])
    await site.let(5)
    assert (await tab.get(f"/handsets/{plain}/open")).status == 404
    assert (await (await site.visit("zoe")).get(f"/handsets/{message}/open")).status == 404
    assert site.node.desk.counts["clicks"] == 1


# calls


async def test_a_call_rings_is_taken_heard_and_hung_up(site: Site) -> None:
    """E63: by hand, and by whoever may see it alone."""
    await by_hand(site)
    call = await ring(site)
    tab = await site.visit("fred")
    page = await tab.get(WALL)
    ((kind, text),) = screen(page)
    assert (kind, text) == (
        "call",
        "36105 It rings Take the call Decline Left alone, it stops by itself after half a minute. "
        "2026-11-24 10:00:00",
    )
    assert RENDEZ_VOUS not in page.html  # nobody knows before they take it
    fields = {"gesture": "take", "phones": str(PHONE)}
    assert (await tab.post(f"/handsets/call/{call}", fields)).location == f"{WALL}#phone-{PHONE}"
    page = await tab.get(WALL)
    assert screen(page)[0][1].startswith(f"36105 Call, taken Un message {RENDEZ_VOUS} Hang up")
    assert f'src="/handsets/play/{call}.wav"' in page.html
    wav = await tab.get(f"/handsets/play/{call}.wav")
    assert (wav.headers["content-type"], wav.body[:4]) == ("audio/wav", b"RIFF")
    await tab.post(f"/handsets/call/{call}", {"gesture": "close"})
    await site.let(1)
    assert screen(await tab.get(WALL))[0][1].startswith("36105 Call, hung up before its end")
    page = await tab.post(f"/handsets/call/{call}", {"gesture": "close"})
    assert (page.status, "That call is over, or was taken otherwise." in page.main) == (422, True)


@pytest.mark.parametrize(("gesture", "says"), [("decline", "Call, declined"), ("", "Missed call")])
async def test_a_call_is_declined_or_left_alone(site: Site, gesture: str, says: str) -> None:
    """E63"""
    await by_hand(site)
    call = await ring(site)
    if gesture:
        tab = await site.visit("fred")
        assert (await tab.post(f"/handsets/call/{call}", {"gesture": gesture})).status == 303
    await site.let(35)
    ((_, text),) = await shown(site)
    assert text.startswith(f"36105 {says} ")


@pytest.mark.parametrize("gesture", ["", "sing", "<b>"])
async def test_a_gesture_is_one_of_three(site: Site, gesture: str) -> None:
    await by_hand(site)
    call = await ring(site)
    tab = await site.visit("fred")
    assert (await tab.post(f"/handsets/call/{call}", {"gesture": gesture})).status == 422
    assert [text[:14] for _, text in await shown(site)] == ["36105 It rings"]


async def test_a_phone_answers_by_itself_or_by_hand(site: Site) -> None:
    """E63: the switch; it stands in the log of deeds."""
    tab = await site.visit("fred")
    path = f"/handsets/{PHONE}/by-hand"
    page = await tab.follow(await tab.post(path, {"on": "1", "phones": str(PHONE)}))
    assert page.said == "+33639980001 is answered by hand."
    assert "Answer calls by itself" in page.main
    (deed,) = await site.node.store.deeds(0)
    assert (deed.who, deed.what) == ("fred", "call handset")
    assert (await tab.post(path, {"on": "2"})).status == 422
    page = await tab.follow(await tab.post(path, {"on": "0", "phones": str(PHONE)}))
    assert page.said == "+33639980001 answers by itself."
    await ring(site)
    assert "This phone answers by itself." in screen(await tab.get(WALL))[0][1]
    await site.let(60)
    assert screen(await tab.get(WALL))[0][1].startswith("36105 Call, heard to its end Un message")
    assert (await tab.post("/handsets/abc/by-hand", {"on": "1"})).status == 404


async def test_the_cookie_goes_over_https_alone_where_people_come_so(site: Site) -> None:
    await site.stop()
    https = ConsoleConfig(listen=Listen("127.0.0.1", 0), url="https://console.example.org")
    await site.start(family(console=https))
    tab: Tab = await site.visit("fred")
    assert "; Secure" in (await tab.get(f"/handsets?phones=&add={PHONE}")).headers["set-cookie"]


async def test_every_sentence_has_its_french(site: Site) -> None:
    """E63"""
    await by_hand(site)
    await site.sent("fred", "Alerte", [PHONE], flash=True)
    await ring(site)
    page = await (await site.visit(language="fr")).get(WALL)
    assert page.title == "Téléphones"
    assert "Prendre l’appel" in page.main
    for sentence in MINE:
        assert FRENCH[sentence] == MINE[sentence]
        if FRENCH[sentence] != sentence:
            assert f">{sentence}<" not in page.html
