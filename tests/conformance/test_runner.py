"""The runner itself: what it takes for the same, and what not."""

import io
import zipfile
from pathlib import Path

import pytest

from chappe.words.clock import SECOND
from tests.conformance.pages import Case, Step, cases_of, everybody
from tests.conformance.play import play
from tests.conformance.runner import Answer, Told, request_bytes

OPENING = '# A page\n\n```accounts\n[[account]]\nlogin = "fred"\n```\n'
ASKED = "```request\nGET /\n```\n"


class Stand:
    """A stage where one thing is always answered."""

    place = "127.0.0.1:1"

    def __init__(self, answer: Answer, calls: tuple[Told, ...] = ()) -> None:
        self.calls = [*calls]
        self.heard: list[bytes] = []
        self.waited: list[int] = []
        self.written: list[tuple[str, str, str]] = []
        self._answer = answer

    async def ask(self, head: bytes, body: bytes, *, pieces: bool) -> Answer:
        self.heard.append(head + body)
        return self._answer

    async def mail(self, name: str, raw: bytes, *, pieces: bool) -> Answer:
        self.heard.append(name.encode() + b"@ " + raw)
        return self._answer

    async def go_by(self, wait: int) -> None:
        self.waited.append(wait)

    def write(self, number: str, code: str, text: str) -> None:
        self.written.append((number, code, text))


def page(folder: Path, blocks: str, opening: str = OPENING) -> list[Case]:
    path = folder / "page.md"
    path.write_text(f"{opening}\n## A case\n\nSource: here\n\n{blocks}", encoding="utf-8")
    return [*cases_of(path)]


async def test_a_mail_goes_over_line_by_line_and_its_answer_is_one_line(tmp_path: Path) -> None:
    mail = '```mail fax\nA: b\n\n{{3 * "x"}}{{octets E9 80}}\n\n```\n'
    stand = Stand(Answer("250 2.0.0 Taken", {}, b""))
    (case,) = page(tmp_path, f"{mail}```answer\n250 2.0.0 Taken\n```\n")
    await play(case, stand, pieces=False)
    assert stand.heard == [b"fax@ A: b\r\n\r\nxxx\xe9\x80\r\n"]
    (case,) = page(tmp_path, "```mail\na\n```\n```answer\n250 2.0.0 Kept\n```\n")
    with pytest.raises(AssertionError, match="it was: 250"):
        await play(case, stand, pieces=False)
    assert stand.heard[1:] == [b"sms@ a"]


async def seen(folder: Path, blocks: str, answer: Answer) -> None:
    (case,) = page(folder, ASKED + blocks)
    await play(case, Stand(answer), pieces=False)


def answered(body: bytes = b"", **headers: str) -> Answer:
    return Answer("200", {"content-type": "text/plain", **headers}, body)


def archive(**held: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name, raw in held.items():
            target.writestr(name, raw)
    return written.getvalue()


# what is sent


def asked(text: str, note: str = "") -> tuple[bytes, bytes]:
    head, body = request_bytes(Step("request", note, text), "c:1", {"id": "7"})
    return head.split(b"\r\n")[0], body


def test_octets_go_as_they_are_given_in_the_request_line_and_in_the_body() -> None:
    text = "POST /é{{octets E9 20 FF}}?to=1\n\na{{octets 00 80}}é{{octets C3}}\n"
    assert asked(text) == (
        b"POST /\xc3\xa9\xe9 \xff?to=1 HTTP/1.1",
        b"a\x00\x80\xc3\xa9\xc3",
    )


def test_octets_stand_among_letters_of_any_charset() -> None:
    raw = "é{{octets FF}}é".replace("{{octets FF}}", "\xff").encode("latin-1")
    assert asked("POST /\n\né{{octets FF}}é\n", "iso-8859-1")[1] == raw
    marked = asked("POST /\n\na{{octets 41}}b\n", "utf-16")[1]
    assert marked == "a".encode("utf-16") + b"A" + "b".encode("utf-16")[2:]


def test_octets_are_counted_in_the_length() -> None:
    head, _ = request_bytes(Step("request", "", "POST /\n\n{{octets E9}}é\n"), "c:1", {})
    assert head == (
        b"POST / HTTP/1.1\r\nHost: sms.example\r\nConnection: close\r\nContent-Length: 3\r\n\r\n"
    )


def test_holes_repetition_and_the_customer_are_filled_in() -> None:
    text = 'GET /{{id}}?text={{3 * "x"}}&url=http://customer.example/\n'
    assert asked(text) == (b"GET /7?text=xxx&url=http://c:1/ HTTP/1.1", b"")


# what is answered


async def test_bytes_are_compared_octet_by_octet(tmp_path: Path) -> None:
    block = "```bytes\n200 text/plain\n\nE9 00\nff\n```\n"
    await seen(tmp_path, block, answered(b"\xe9\x00\xff"))
    with pytest.raises(AssertionError, match="it was: 200 text/plain\ne9 00 fe"):
        await seen(tmp_path, block, answered(b"\xe9\x00\xfe"))
    with pytest.raises(AssertionError, match="it was: 200 image/gif"):
        await seen(tmp_path, block, answered(b"\xe9\x00\xff", **{"content-type": "image/gif"}))


async def test_an_archive_is_compared_by_names_and_contents(tmp_path: Path) -> None:
    block = "```zip\n200 text/plain\n\n== a.csv\na;é\nb\n== b.txt\n\n```\n"
    good = {"a.csv": "a;é\nb".encode(), "b.txt": b""}
    await seen(tmp_path, block, answered(archive(**good)))
    for bad in (
        {**good, "b.txt": b"!"},
        {**good, "c.txt": b""},
        {"b.txt": b"", "a.csv": good["a.csv"]},
        {"a.csv": good["a.csv"]},
    ):
        with pytest.raises(AssertionError, match="the page says"):
            await seen(tmp_path, block, answered(archive(**bad)))
    with pytest.raises(AssertionError, match="no archive: b'PK'"):
        await seen(tmp_path, block, answered(b"PK"))


async def test_what_an_archive_holds_may_have_a_charset(tmp_path: Path) -> None:
    block = "```zip iso-8859-1\n200 text/plain\n\n== a.csv\né\n```\n"
    await seen(tmp_path, block, answered(archive(**{"a.csv": b"\xe9"})))


async def test_named_headers_are_compared_and_others_are_not(tmp_path: Path) -> None:
    answer = answered(location="http://127.0.0.1:1/x", allow="GET, POST")
    block = "```answer\n200 text/plain\n```\n```header\n{}\n```\n"
    said = "Location: http://customer.example/{{code}}\nAllow: GET, POST\nRetry-After:"
    await seen(tmp_path, block.format(said), answer)
    for wrong in ("Allow: GET", "Allow:", "Retry-After: 1", "Location: http://customer.example/y"):
        with pytest.raises(AssertionError, match="the page says"):
            await seen(tmp_path, block.format(wrong), answer)


async def test_a_hole_takes_any_value_once(tmp_path: Path) -> None:
    block = "```answer\n200 text/plain\n\n{}\n```\n"
    await seen(tmp_path, block.format("{{id}} and {{id}}"), answered(b"7 and 7"))
    with pytest.raises(AssertionError, match="it was: 200 text/plain\n7 and 8"):
        await seen(tmp_path, block.format("{{id}} and {{id}}"), answered(b"7 and 8"))


async def test_a_body_is_compared_whole(tmp_path: Path) -> None:
    block = "```answer\n200 text/plain\n\n1\n```\n"
    await seen(tmp_path, block, answered(b"1"))
    for other in (b"", b"11", b"1\n", b" 1"):
        with pytest.raises(AssertionError, match="the page says"):
            await seen(tmp_path, block, answered(other))


# how it goes on


async def test_time_goes_by_after_an_answer_but_not_before_others_at_once(tmp_path: Path) -> None:
    answer = "```answer\n200 text/plain\n```\n"
    hand = "```handset\n+1 36105 Bon jour\n```\n"
    (case,) = page(tmp_path, ASKED + answer + ASKED.replace("request", "request at-once") + hand)
    stand = Stand(answered())
    await play(case, stand, pieces=False)
    assert stand.waited == [2 * SECOND, 2 * SECOND]
    assert stand.written == [("+1", "36105", "Bon jour")]
    assert len(stand.heard) == 2


async def test_a_call_that_the_page_does_not_mention_is_a_fault(tmp_path: Path) -> None:
    told = Told("GET /all", "")
    (silent,) = page(tmp_path, ASKED)
    with pytest.raises(AssertionError, match="does not mention"):
        await play(silent, Stand(answered(), (told,)), pieces=False)
    (told_of,) = page(tmp_path, ASKED + "```callback\nGET /all\n```\n")
    await play(told_of, Stand(answered(), (told,)), pieces=False)
    with pytest.raises(AssertionError, match="no call came"):
        await play(told_of, Stand(answered()), pieces=False)


async def test_a_block_that_nobody_knows_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no blocks of kind 'smoke'"):
        await seen(tmp_path, "```smoke\n```\n", answered())


# what a page must have


@pytest.mark.parametrize(
    ("blocks", "opening", "fault"),
    [
        ("", OPENING, "'A case' has no blocks"),
        (ASKED, "# A page\n", "opens with one block of accounts"),
        (ASKED, OPENING + OPENING, "opens with one block of accounts"),
        (f"Scene: it rains\n\n{ASKED}", OPENING, "there is no scene 'it rains'"),
    ],
)
def test_a_page_that_lacks_a_part_is_refused(
    tmp_path: Path, blocks: str, opening: str, fault: str
) -> None:
    with pytest.raises(AssertionError, match=fault):
        page(tmp_path, blocks, opening)


def test_a_login_means_the_same_on_every_page() -> None:
    fred, jean = ('[[account]]\nlogin = "fred"\n', '[[account]]\nlogin = "jean"\nrate = 1\n')
    pages = [Case("", "", "", "", said, ()) for said in (fred, f"{fred}\n{jean}", jean)]
    assert everybody(pages) == f"{fred}\n{jean}"
    other = pages[0]._replace(accounts=fred + "rate = 1\n")
    with pytest.raises(AssertionError, match="fred is two accounts"):
        everybody([*pages, other])
