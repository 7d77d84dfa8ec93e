"""What a developer, an operator and a customer do in the console, in a real browser.

In: a demo as `make run` starts it. Out: nothing. Promise: nothing is waited for by time.
"""

import re
from typing import Final

from playwright.sync_api import Page, expect

from tests.console.browser.conftest import Opened
from tests.console.browser.demo import Demo

_WITHOUT: Final = {"java_script_enabled": False}


def go(page: Page, name: str) -> None:
    """Follow the menu."""
    page.get_by_role("navigation", name="Menu").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_message_is_delivered_answered_and_its_callback_seen(tab: Opened, demo: Demo) -> None:
    """E63: on screen by itself, from `make run` on; the answer from a phone, its callback among the
    message's, and told again."""
    page = tab("demo")
    expect(page.locator("#live[data-live]")).to_be_visible()
    ident = demo.order("0639980002", "On screen")
    row = page.locator("tr", has=page.locator(f"#state-{ident}"))
    expect(row).to_contain_text("On screen")
    expect(row).to_contain_text("delivered")
    go(page, "Handsets")
    page.fill("#add", "0639980002")
    page.get_by_role("button", name="Put the phone here").click()
    phone = page.locator("#phone-33639980002")
    expect(phone.get_by_role("log")).to_contain_text("On screen")
    phone.get_by_label("Text").fill("Je viens")
    phone.get_by_role("button", name="Send the answer").click()
    expect(page.locator("#phone-33639980002").get_by_role("log")).to_contain_text("Je viens")
    demo.prints("Je viens")
    page.goto(f"/messages/{ident}")
    expect(page.locator("main")).to_contain_text("Je viens")
    told = page.locator("tr", has_text="reply")
    expect(told).to_contain_text("heard")
    before = demo.out.count("Je viens")
    page.once("dialog", lambda asked: asked.accept())
    told.get_by_role("button", name="Tell again").click()
    expect(page.locator(".said")).to_be_visible()
    demo.prints_again("Je viens", before)


def test_a_campaign_of_a_thousand_is_composed_sent_and_watched(tab: Opened) -> None:
    """E63: from a CSV, with its figures before and its end on screen."""
    page = tab("demo")
    go(page, "Campaigns")
    page.get_by_role("link", name="New campaign").click()
    page.fill("#text", "Bonjour {name}")
    page.fill("#sender", "ACME")
    rows = ["phone;name", *(f"06120{number:05};N{number}" for number in range(1_000))]
    octets = "\n".join(rows).encode()
    page.set_input_files("#bring", {"name": "a.csv", "mimeType": "text/csv", "buffer": octets})
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("link", name="Go on with 1,000 recipients").click()
    expect(page.locator("#count")).to_contain_text("1,000")
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and send")
    expect(page.locator("main")).to_contain_text("Bonjour N0")
    page.get_by_role("button", name="Send it").click()
    delivered = page.locator("#figures tr", has_text="delivered")
    expect(delivered).to_contain_text("1,000", timeout=30_000)


def test_the_letter_that_costs_a_part_is_named_while_typing(tab: Opened) -> None:
    """E63: a live count of characters, parts and cost."""
    page = tab("demo")
    page.goto("/campaigns/new")
    page.fill("#numbers", "0612345678")
    page.fill("#text", "x" * 100)
    count = page.locator("#count")
    expect(count).to_contain_text("100")
    page.fill("#text", "x" * 100 + "\u2713")
    expect(count).to_contain_text("\u2713")
    expect(count).to_contain_text("2")


def test_an_operator_makes_an_account_its_credit_and_its_key(tab: Opened) -> None:
    """E63: what is secret is shown once; the ledger and the audit log have the rest."""
    page = tab("operator")
    go(page, "Accounts")
    page.get_by_role("link", name="Make an account").click()
    page.fill("#login", "newcomer")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("main")).to_contain_text("newcomer")
    page.get_by_role("link", name="It is written down").click()
    page.get_by_role("link", name="Book credit").click()
    page.fill("#amount", "12.50")
    page.fill("#note", "a gift")
    page.get_by_role("button", name="Book it").click()
    expect(page.locator("main")).to_contain_text("€12.50")
    page.goto("/accounts/newcomer/keys")
    page.get_by_role("button", name="Make a key").click()
    key = page.locator("main code, main .mono").first
    expect(key).to_have_text(re.compile(r"[\w-]{20,}"))
    go(page, "Audit log")
    for deed in ("account made", "credit booked", "key given"):
        expect(page.locator("main")).to_contain_text(deed)
    expect(page.locator("main")).to_contain_text("a gift")


def test_without_scripts_a_message_is_found_and_sent(tab: Opened, demo: Demo) -> None:
    """E63: every page works without JavaScript but for its live parts."""
    demo.order("0639980003", "Without scripts")
    demo.prints("Without scripts")
    page = tab("demo", **_WITHOUT)
    expect(page.locator("tr", has_text="Without scripts")).to_have_count(1)
    go(page, "Campaigns")
    page.get_by_role("link", name="New campaign").click()
    page.fill("#text", "Sans script")
    page.fill("#numbers", "0639980004")
    page.get_by_role("button", name="Count", exact=True).click()
    expect(page.locator("#count")).to_contain_text("11")
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("button", name="Send it").click()
    expect(page.locator(".said")).to_have_text("It is on its way.")


def test_the_keyboard_is_enough(tab: Opened) -> None:
    """E63: from the way in to a message sent, by Tab, Enter and letters alone."""
    page = tab("")
    page.goto("/login")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    _on(page, "#login")
    page.keyboard.type("demo")
    page.keyboard.press("Tab")
    page.keyboard.type("demo-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    _on(page, "a[href='/campaigns']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/campaigns")
    _on(page, "a[href='/campaigns/new']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/campaigns/new")
    _on(page, "#text")
    page.keyboard.type("By keyboard")
    _on(page, "#numbers")
    page.keyboard.type("0639980005")
    _on(page, "button:text-is('Check and send')")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and send")
    _on(page, "button:text-is('Send it')")
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_have_text("It is on its way.")


def _on(page: Page, what: str) -> None:
    """Press Tab until it has the focus, which shows."""
    wanted = page.locator(what).first
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            outline = wanted.evaluate("one => getComputedStyle(one).outlineStyle")
            assert outline != "none", what
            return
    raise AssertionError(f"no Tab leads to {what}")
