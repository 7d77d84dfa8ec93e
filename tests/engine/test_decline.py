"""A store that can't be asked answers 'not now'."""

from chappe.engine.decline import or_not_now
from chappe.store.contract import StoreAway
from chappe.words.answer import Refusal, Trouble


async def test_a_store_that_is_away_is_an_answer() -> None:
    @or_not_now
    async def ask(what: str) -> str:
        if what == "away":
            raise StoreAway("the disk is full")
        return what

    assert await ask("here") == "here"
    assert await ask("away") == Refusal((Trouble.not_now,))
