"""Kiosk: what the shape asks of a dialect, gathered. Larger ones name each thing."""

from tests.conformance.kiosk.actions import *  # noqa: F403
from tests.conformance.kiosk.read import *  # noqa: F403
from tests.conformance.kiosk.sample import *  # noqa: F403
from tests.conformance.kiosk.settings import *  # noqa: F403
from tests.conformance.kiosk.tables import *  # noqa: F403
from tests.conformance.kiosk.tell import *  # noqa: F403
from tests.conformance.kiosk.write import *  # noqa: F403
