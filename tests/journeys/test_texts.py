"""Texts: counted for the bill and for the air, filled, cut, and kept as they go out."""

from typing import Any

from chappe.engine.rehearse import rehearse
from chappe.words.alphabet import Alphabet, Weights
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.asked import Rehearsal
from chappe.words.lifecycle import Reason, State
from chappe.words.order import Excess, Letter, Order
from tests.journeys.house import House, many, to


async def test_parts_billed_and_parts_sent_are_two_figures(house: House) -> None:
    """E10: a dialect's weights make the price; the air decides how many parts leave."""
    await house.open()
    weights = Weights(gsm_one=100, gsm_many=50)
    receipt = await house.take([to(0)], "a" * 155, weights=weights)
    assert (list(receipt.parts), receipt.cost) == ([4], 4 * 400)
    assert [one.parts for one in await house.messages(receipt)] == [4]
    assert [(one.no, one.total, one.text) for one in house.submits()] == [(1, 1, "a" * 155)]


async def test_what_leaves_in_parts_is_the_text(house: House) -> None:
    """E10: no pair is split: put together the parts are what was sent, in each alphabet."""
    await house.open()
    gsm, ucs2 = "€" * 160, "日本😀" * 40
    first = await house.take([to(0)], gsm)
    second = await house.take([to(0)], ucs2, alphabet=Alphabet.ucs2)
    assert (list(first.parts), list(second.parts)) == ([3], [3])
    parts: dict[int, list[str]] = {}
    for one in house.submits():
        parts.setdefault(one.message, []).append(one.text)
    assert parts == {
        first.first: ["€" * 76, "€" * 76, "€" * 8],
        second.first: [ucs2[:50], ucs2[50:100], ucs2[100:]],
    }


async def test_each_gets_a_text_of_its_own(house: House) -> None:
    """E10 E12: filled in one pass, counted one by one, kept as sent; the look-up shows them."""
    await house.open()
    values = [
        {"$1": "Anne", "$2": "$1"},  # a value that looks like a variable stays as it is
        {"$1": "é" * 153, "$2": "!"},
        None,
    ]
    receipt = await house.take(many(3), "Salut $1 $2", values=values)
    texts = ["Salut Anne $1", f"Salut {'é' * 153} !", "Salut $1 $2"]
    assert [(one.text, one.parts) for one in await house.messages(receipt)] == [
        (texts[0], 1),
        (texts[1], 2),
        (texts[2], 1),
    ]
    assert list(receipt.parts) == [1, 2, 1]
    sent = "".join(one.text for one in house.submits() if one.message == receipt.first + 1)
    assert sent == texts[1]


async def test_each_gets_the_text_that_was_written_for_them(house: House) -> None:
    """A column of texts, each priced, kept and sent by itself, and rehearsed the same."""
    await house.open()
    texts = ["Un", "é" * 161, ""]
    wishes: dict[str, Any] = {"texts": texts, "refs": ["a", "b", "c"]}
    letter = Letter(text="", numbers=many(3), code="36105", **wishes)
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    order = Order(dialect="plain", letters=[letter])
    rehearsed = await rehearse(house.node.desk, fred, "plain", Rehearsal(order))
    receipt = await house.take(many(3), "", **wishes)
    assert [(one.text, one.parts, one.price) for one in await house.messages(receipt)] == [
        ("Un", 1, 400),
        ("é" * 161, 2, 800),
        ("", 1, 400),
    ]
    assert isinstance(rehearsed, Receipt)
    assert list(rehearsed.fates()) == [fate._replace(message=0) for fate in receipt.fates()]
    sent: dict[int, str] = {}
    for one in house.submits():
        sent[one.message] = sent.get(one.message, "") + one.text
    assert sent == dict(enumerate(texts, receipt.first))


async def test_identical_texts_are_kept_once(house: House) -> None:
    """E12: 400 messages of a long text take the room of one, personal or not."""
    await house.open()
    secret = "Le mot de passe du jour est chrysoprase"
    await house.take(many(200), secret + " $1", shared={"$1": "!"})
    await house.take(many(200), secret + " $1", values=[{"$1": "?"}] * 200)
    await house.stop()
    kept = b"".join(path.read_bytes() for path in house.folder.glob("chappe.db*"))
    assert kept.count(secret.encode()) == 2


async def test_a_text_too_long_is_refused_cut_or_kept_in_error(house: House) -> None:
    """E4 E10: by the order's wish; what is refused costs nothing."""
    await house.open()
    long = "a" * 400
    assert await house.send([to(0)], long, parts_max=2) == Refusal(
        (Trouble.too_long,), "", {0: Trouble.too_long}
    )
    cut = await house.take([to(0)], long, parts_max=2, excess=Excess.cut)
    assert [(one.text, one.parts) for one in await house.messages(cut)] == [("a" * 306, 2)]
    kept = await house.take(
        [to(0)], long, parts_max=2, excess=Excess.keep, fatal=frozenset(), tell=house.tell()
    )
    await house.let(5)
    assert await house.fates(kept) == [(State.refused, Reason.too_long)]
    assert (kept.cost, cut.cost) == (0, 800)


async def test_texts_that_outgrow_all_bounds_together_refuse_the_order(house: House) -> None:
    """E55: 600 recipients with 60,000 letters each would fill memory and disk."""
    await house.open()
    values = [{"$1": str(index)} for index in range(600)]
    order = await house.send(many(600), "$1" + "a" * 60_000, values=values)
    assert order == Refusal((Trouble.too_long,))
    order = await house.send(many(600), texts=[f"{n}" + "a" * 60_000 for n in range(600)])
    assert order == Refusal((Trouble.too_long,))
    shared = await house.take(many(600), "a" * 60_000, parts_max=10, excess=Excess.cut)
    assert shared.total == 600


async def test_the_sender_is_the_code_where_none_is_named(house: House) -> None:
    """E10: text, sender and header reach the operator as they were ordered."""
    await house.open()
    await house.take([to(0)], "Un")
    await house.take([to(1)], "Deux", sender="ACME")
    assert [(one.sender, one.text) for one in house.submits()] == [
        ("36105", "Un"),
        ("ACME", "Deux"),
    ]
