"""Reports of iSendPro, as long as they may be. What stands in them is held by a page; that as many
as 200,000 lines come in little room, and one more is refused, by tests/torture."""

import io
import zipfile

import pytest

from chappe.dialects.isendpro.tables.paths import LIMITS
from tests.journeys.house import House, config
from tests.journeys.isendpro import SENT, customer, flat, reported, said

TOO_MANY = flat(205, "La sélection dépasse 200 000 données! Merci de la réduire!")
_STRETCH = "date_deb=2026-11-24+09:00&date_fin=2026-11-24+12:00"
_MOST = 4


async def test_one_line_more_than_may_be_is_205_in_both_forms(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I9: as many as may be are told whole, and of more nothing is. How many may be is smaller here
    than the 200,000 which tests/torture sends."""
    assert LIMITS["lines"] == 200_000
    monkeypatch.setitem(LIMITS, "lines", _MOST)
    await house.open(config(accounts=(customer("fred"), customer("eve"))))
    number = "0639980001"
    for login in ("fred", "eve", "fred", "fred", "fred"):
        sent = await said(house, f"sms=Salut&num={number}", login)
        assert sent == flat(0, SENT, tel=number)
    await house.let(60)
    for form in ("1", "2"):
        lines = _lines(await reported(house, f"rapportCampagne={form}&{_STRETCH}"))
        assert len(lines) == 1 + _MOST
    assert await said(house, f"sms=Salut&num={number}") == flat(0, SENT, tel=number)
    await house.let(60)
    for form in ("1", "2"):
        assert await said(house, f"rapportCampagne={form}&{_STRETCH}") == TOO_MANY
        whole = _lines(await reported(house, f"rapportCampagne={form}&{_STRETCH}", "eve"))
        assert len(whole) == 2


def _lines(report: bytes) -> list[bytes]:
    """Of a CSV, or of the one in a ZIP."""
    if report.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(report)) as packed:
            report = packed.read("rapport.csv")
    return report.splitlines()
