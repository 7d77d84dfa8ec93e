"""Links where several nodes share a database: which of them holds each."""

from pathlib import Path

import pytest

from chappe.config import StoreConfig
from chappe.engine import attend
from chappe.node.directory import KEY
from tests.console.site import Site, family
from tests.nodes.street import Street
from tests.store.server import Server


async def test_whoever_looks_sees_which_node_holds_a_link(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E63: those of another node are told by its name, and can't be paused from here."""
    monkeypatch.setattr(attend, "LIVE_MS", 3_600_000)
    street = Street(tmp_path, postgres)
    (tmp_path / "site" / "0").mkdir(parents=True)
    (tmp_path / "site" / "0" / KEY).write_bytes(b"k" * 32)
    site = Site(tmp_path / "site")
    try:
        config = family(store=StoreConfig(url=street.url))
        other = await street.move_in(accounts=config.accounts)
        street.houses.append(site)
        await site.open(config)
        await street.beat(3)
        assert (sorted(other.node.links), sorted(site.node.links)) == (["calls", "sim"], [])
        names = {one.id: one.name for one in await site.node.store.fellows()}
        own, others = names[site.node.store.node], names[other.node.store.node]
        tab = await site.visit()
        page = await tab.get("/links")
        assert page.html.count(f"at node {others}") == 2
        assert 'action="/links/pause"' not in page.html
        rows = {row[0]: row[1:] for row in page.rows}
        assert (rows[f"{own} this one"], rows[others]) == (["–", "–"], ["calls, sim", "yes"])
        for name in ("sim", "calls"):
            assert (await tab.post("/links/pause", {"link": name})).status == 422
        pieces = await tab.get("/links/live")
        assert '<template hx type="partial" hx-target="#nodes"' in pieces.html
    finally:
        await street.close()
