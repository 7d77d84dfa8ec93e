"""Shares: who leaves first, how accounts share a link, and what a link is asked to bear."""

from chappe.links.operator.mind.judgement import Weather
from chappe.words.answer import Refusal, Trouble
from chappe.words.order import Channel
from tests.journeys.house import House, account, config, link, many

A_AND_B = (account("A", balance=100_000_000), account("B"))
CROWD = 20_000
SMALLER = 5_000


async def test_a_password_overtakes_a_campaign(house: House) -> None:
    """E23: with 5,000 marketing messages waiting it leaves as soon as the link takes anything."""
    await house.open(config(links=(link("sim", rate=100, window=20),)))
    await house.take(many(SMALLER), channel=Channel.marketing)
    await house.let(5)
    asked = house.clock.now()
    receipt = await house.take(many(1, 33_699_000_000), channel=Channel.notification)
    await house.let(1)
    left = [one.at for one in house.submits() if one.message == receipt.first]
    assert left
    # On an idle link of this pace the next part leaves within 10 ms.
    assert left[0] - asked <= 2 * 10


async def test_channels_leave_in_their_order(house: House) -> None:
    """E23: notifications and voice, international, marketing."""
    await house.open(config(links=(link("sim", window=4),)))
    house.link().pause()
    order = [Channel.marketing, Channel.international, Channel.notification]
    receipts = {channel: await house.take(many(10), channel=channel) for channel in order}
    house.link().resume()
    await house.let(10)
    first = {channel: receipt.first for channel, receipt in receipts.items()}
    expected = [
        *range(first[Channel.notification], first[Channel.notification] + 10),
        *range(first[Channel.international], first[Channel.international] + 10),
        *range(first[Channel.marketing], first[Channel.marketing] + 10),
    ]
    assert [one.message for one in house.submits()] == expected


async def test_a_hundred_of_one_do_not_wait_for_the_thousands_of_another(house: House) -> None:
    """E23: behind 20,000 of A, B's 100 take at most twice the time alone at half the rate."""
    rate = 100
    await house.open(config(links=(link("sim", rate=rate, window=20),), accounts=A_AND_B))
    await house.take(many(CROWD), account="A", channel=Channel.marketing)
    await house.let(2)
    began = house.clock.now()
    numbers = many(100, 33_699_000_000)
    receipt = await house.take(numbers, account="B", channel=Channel.marketing)
    alone_s = 100 / (rate / 2)
    await house.let(2 * alone_s)
    left = [one.at for one in house.submits() if one.message >= receipt.first]
    assert len(left) == 100
    assert max(left) - began <= 2 * alone_s * 1_000


async def test_never_more_than_the_window_is_unanswered(house: House) -> None:
    """E24: counted in parts, long messages too."""
    await house.open(config(links=(link("sim", window=12),)))
    house.link().set_weather(Weather(latency_ms=500))
    receipt = await house.take(many(50), "a" * 450)  # three parts each
    most = 0
    for _ in range(40):
        await house.let(0.25)
        now = house.clock.now()
        most = max(most, sum(1 for one in house.submits() if one.at > now - 500))
    await house.let(20)
    assert await house.tally(receipt) == {"delivered": 50}
    assert most == 12


async def test_a_message_longer_than_the_window_leaves_all_the_same(house: House) -> None:
    """E24: alone, where it can't be otherwise."""
    await house.open(config(links=(link("sim", window=2),)))
    receipt = await house.take(many(3), "a" * 1_000)  # seven parts
    await house.let(10)
    assert await house.tally(receipt) == {"delivered": 3}


async def test_never_more_than_the_rate_leaves(house: House) -> None:
    """E24: in no second more than the link's parts, and over ten seconds no less."""
    rate = 50
    await house.open(config(links=(link("sim", rate=rate, window=100),)))
    await house.take(many(600), channel=Channel.marketing)
    began = house.clock.now()
    await house.let(10)
    times = [one.at for one in house.submits()]
    busiest = max(sum(1 for other in times if at <= other < at + 1_000) for at in times)
    assert busiest <= rate * 1.1  # a tenth of a second's worth may leave at once
    assert len([at for at in times if at < began + 10_000]) >= 10 * rate * 0.9


async def test_long_messages_keep_to_the_rate_too(house: House) -> None:
    """E24: a part is a part."""
    rate = 30
    await house.open(config(links=(link("sim", rate=rate, window=100),)))
    await house.take(many(60), "a" * 450, channel=Channel.marketing)
    await house.let(4)
    times = [one.at for one in house.submits()]
    busiest = max(sum(1 for other in times if at <= other < at + 1_000) for at in times)
    assert busiest <= rate * 1.1 + 3


async def test_no_more_of_an_account_waits_than_it_may(house: House) -> None:
    """E23: what is too much is refused whole; as soon as something left, there is room again."""
    await house.open(
        config(
            accounts=(account("fred", queue_max=10), account("anna")),
            links=(link("sim", window=5),),
        )
    )
    house.link().pause()
    await house.take(many(6))
    full = Refusal((Trouble.queue_full,))
    assert await house.send(many(5)) == full
    await house.take(many(4))
    assert await house.send(many(1)) == full
    await house.take(many(20), account="anna")
    house.link().resume()
    await house.let(5)
    receipt = await house.take(many(10))
    await house.let(5)
    assert await house.tally(receipt) == {"delivered": 10}


async def test_what_leaves_at_once_does_not_wait(house: House) -> None:
    """E23: however much of it there is in a second."""
    await house.open(config(accounts=(account("fred", queue_max=3),)))
    for _ in range(10):
        await house.take(many(1))
        await house.let(0.06)
